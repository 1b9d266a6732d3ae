"""What a schema says of a field: title, type, hints, found through `properties`, `items`, `allOf` and local `$ref`."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Node:
    """One schema of a family of files: the file's path relative to ``data_schemas`` and the schema inside it."""

    path: str
    schema: Mapping[str, Any]


class Fields:
    """Looks fields up in a schema and in those it refers to.

    Args:
        schema: the schema of a record.
        schemas: all local schemas by path relative to ``data_schemas``: ``_defs/student.schema.json``.
        path: this schema's own.
    """

    def __init__(self, schema: Mapping[str, Any], *, schemas: Mapping[str, Mapping[str, Any]], path: str) -> None:
        self.root = Node(path, schema)
        self.schemas = schemas

    def target(self, node: Node) -> Node | None:
        """The schema that a node's `$ref` names: ``../_defs/doc.schema.json#/$defs/number``; None where there is none."""
        reference = node.schema.get("$ref")
        if not isinstance(reference, str):
            return None
        file, _, fragment = reference.partition("#")
        path = posixpath.normpath(posixpath.join(posixpath.dirname(node.path), file)) if file else node.path
        schema: Any = self.root.schema if path == self.root.path else self.schemas.get(path)
        for token in fragment.split("/")[1:]:
            name = token.replace("~1", "/").replace("~0", "~")
            schema = schema.get(name) if isinstance(schema, Mapping) else None
        return Node(path, schema) if isinstance(schema, Mapping) else None

    def parts(self, node: Node, *, _seen: frozenset[int] = frozenset()) -> Iterator[Node]:
        """The node and every schema that holds for the same value: what `$ref`, `allOf`, `oneOf`, `anyOf`, `then` add."""
        if id(node.schema) in _seen:
            return
        seen = _seen | {id(node.schema)}
        yield node
        if target := self.target(node):
            yield from self.parts(target, _seen=seen)
        for keyword in ("allOf", "oneOf", "anyOf"):
            for branch in node.schema.get(keyword, ()):
                if isinstance(branch, Mapping):
                    yield from self.parts(Node(node.path, branch), _seen=seen)
        for keyword in ("then", "else"):
            if isinstance(branch := node.schema.get(keyword), Mapping):
                yield from self.parts(Node(node.path, branch), _seen=seen)

    def child(self, node: Node, name: str | int) -> list[Node]:
        """The schemas of a field (by name) or of a list's entry (by index), the nearest first."""
        found = []
        for part in self.parts(node):
            if isinstance(name, int):
                items = part.schema.get("items")
                found += [Node(part.path, items)] if isinstance(items, Mapping) else []
                continue
            schema = part.schema.get("properties", {}).get(name, part.schema.get("additionalProperties"))
            found += [Node(part.path, schema)] if isinstance(schema, Mapping) else []
        return found

    def names(self, node: Node) -> list[str]:
        """The names of the fields that an object may have, in the order of the schema."""
        return list(dict.fromkeys(name for part in self.parts(node) for name in part.schema.get("properties", ())))

    def holders(self, name: str) -> list[str]:
        """Where in a record a field of this name belongs: ``["doc", "application"]``, an empty text for the record itself."""
        found: list[str] = []
        waiting, seen = [("", [self.root])], {id(self.root.schema)}
        while waiting:
            path, nodes = waiting.pop(0)
            for field in dict.fromkeys(field for node in nodes for field in self.names(node)):
                if field == name:
                    found.append(path)
                children = [child for node in nodes for child in self.child(node, field)]
                children += [entry for child in children for entry in self.child(child, 0)]
                fresh = [child for child in children if id((self.target(child) or child).schema) not in seen]
                seen |= {id((self.target(child) or child).schema) for child in fresh}
                if fresh:
                    waiting.append((f"{path}.{field}".lstrip("."), fresh))
        return found

    def at(self, tokens: list[str | int]) -> list[Node]:
        """The schemas of the value at a path inside a record."""
        nodes = [self.root]
        for token in tokens:
            nodes = [child for node in nodes for child in self.child(node, token)]
        return nodes

    def said(self, nodes: list[Node], keyword: str) -> Any:
        """What the nearest of the schemas says under a keyword (``title``, ``description``), None where none does."""
        for node in nodes:
            for part in self.parts(node):
                if keyword in part.schema:
                    return part.schema[keyword]
        return None

    def types(self, nodes: list[Node]) -> set[str]:
        """The JSON types that the schemas name for a value."""
        types: set[str] = set()
        for node in nodes:
            for part in self.parts(node):
                named = part.schema.get("type", ())
                types |= {named} if isinstance(named, str) else set(named)
        return types
