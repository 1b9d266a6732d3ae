"""Forms and field lists drawn from a schema: its titles, hints and examples, in the words of the schema.

A form is YAML: what must be filled in stands empty, what may be left out stands as a comment. Of several ways to write a
value the form has the first, the others stand below it as comments.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from docgen.cli.voice import Voice
from docgen.records.fields import Fields, Node

_STEP = "  "


def yaml_form(fields: Fields, voice: Voice, *, title: str, note: str = "", unread: Collection[str] = ()) -> str:
    """An empty form, each field with its Kyrgyz name, hint and example above it.

    Args:
        note: a line for its head.
        unread: dotted names of optional fields that the paper does not show; they are not asked for.
    """
    head = [f"# {line}" for line in (title, voice.say("cli.form.how"), note) if line]
    return "\n".join([*head, "", *_Form(fields, voice, unread).object([fields.root], "", "", is_optional=False)]) + "\n"


@dataclass(frozen=True)
class _Form:
    fields: Fields
    voice: Voice
    unread: Collection[str]

    def object(self, nodes: list[Node], path: str, indent: str, *, is_optional: bool) -> Iterator[str]:
        required = _required(self.fields, nodes)
        for name in _names(self.fields, nodes):
            if (at := f"{path}{name}") in self.unread and name not in required:
                continue
            children = _child(self.fields, nodes, name)
            hints = self._hints(children, is_optional=name not in required)
            yield from (f"{indent}# {line}" for line in hints)
            yield from self._field(name, children, at, indent, "# " if is_optional or name not in required else "")

    def _field(self, name: str, nodes: list[Node], path: str, indent: str, mark: str) -> Iterator[str]:
        first, *others = _ways(self.fields, nodes)
        yield f"{indent}{mark}{name}:"
        if _names(self.fields, first):
            yield from self.object(first, f"{path}.", indent + _STEP, is_optional=bool(mark))
        elif "array" in self.fields.types(first):
            yield from self._list(first, f"{path}[].", indent + _STEP, mark)
        for other in others:
            yield from self._other(other, indent, f"{name}:")

    def _list(self, nodes: list[Node], path: str, indent: str, mark: str) -> Iterator[str]:
        """Empty entries, as many as there must be, or the fields of one."""
        entry = _child(self.fields, nodes, 0)
        first, *others = _ways(self.fields, entry)
        least = int(self.fields.said(nodes, "minItems") or 1)
        if not _names(self.fields, first):
            yield from self._entry_hints(nodes, entry, indent)
            yield from [f"{indent}{mark}-"] * (1 if mark else least)
        else:
            lines = list(self.object(first, path, indent + _STEP, is_optional=bool(mark)))
            # The dash stands before the first field that is filled in; all others line up behind it.
            dashed = next((i for i, line in enumerate(lines) if not line.strip().startswith("#")), None)
            if dashed is None:
                yield f"{indent}{mark}-"
            else:
                lines[dashed] = f"{indent}- {lines[dashed].strip()}"
            yield from lines
        for other in others:
            yield from self._other(other, indent, "-")

    def _entry_hints(self, nodes: list[Node], entry: list[Node], indent: str) -> Iterator[str]:
        """An example of an entry, unless the list has its own."""
        if not self.fields.said(nodes, "examples"):
            yield from (f"{indent}# {line}" for line in self._examples(entry))

    def _other(self, nodes: list[Node], indent: str, head: str) -> Iterator[str]:
        """Another way to write a value, as a comment: the fields that it needs, with examples."""
        required = _required(self.fields, nodes)
        needed = {name: _child(self.fields, nodes, name) for name in _names(self.fields, nodes) if name in required}
        shown = ", ".join(f"{name}: {_printed(_example(self.fields, child) or '…')}" for name, child in needed.items())
        yield f"{indent}# {self.voice.say('cli.form.or', found=f'{head} {{{shown}}}')}"

    def _hints(self, nodes: list[Node], *, is_optional: bool) -> Iterator[str]:
        title = str(self.fields.said(nodes, "title") or "")
        hint = str(self.fields.said(nodes, "description") or "")
        mark = self.voice.say("cli.form.optional") if is_optional else ""
        yield " ".join(part for part in (_sentence(title), _sentence(hint), mark) if part)
        yield from self._examples(nodes)

    def _examples(self, nodes: list[Node]) -> Iterator[str]:
        if choices := self.fields.said(nodes, "enum"):
            yield self.voice.say("cli.form.choices", found=", ".join(map(_printed, choices)))
        elif example := _example(self.fields, nodes):
            yield self.voice.say("cli.form.example", found=_printed(example))


def outline(fields: Fields, voice: Voice) -> list[str]:
    """The fields of a schema, one a line, nested ones with dots: name, Kyrgyz name, whether it may be left out."""
    rows = list(_rows(fields, [fields.root], voice, ""))
    width = max((len(name) for name, _ in rows), default=0)
    return [f"  {name:{width}}  {text}" for name, text in rows]


def _rows(fields: Fields, nodes: list[Node], voice: Voice, prefix: str) -> Iterator[tuple[str, str]]:
    required = _required(fields, nodes)
    for name in _names(fields, nodes):
        children = _child(fields, nodes, name)
        title = str(fields.said(children, "title") or "")
        mark = "" if name in required else voice.say("cli.form.optional")
        yield f"{prefix}{name}", f"{title} {mark}".strip()
        entry = _child(fields, children, 0)
        if "array" in fields.types(children) and _names(fields, entry):
            yield from _rows(fields, entry, voice, f"{prefix}{name}[].")
        elif _names(fields, children):
            yield from _rows(fields, children, voice, f"{prefix}{name}.")


def json_form(fields: Fields) -> str:
    """What must be filled in, empty."""
    return json.dumps(_empty(fields, [fields.root]), ensure_ascii=False, indent=2) + "\n"


def _empty(fields: Fields, nodes: list[Node]) -> Any:
    nodes = _ways(fields, nodes)[0]
    required = _required(fields, nodes)
    if _names(fields, nodes):
        names = [name for name in _names(fields, nodes) if name in required]
        return {name: _empty(fields, _child(fields, nodes, name)) for name in names}
    if "array" in fields.types(nodes):
        return [_empty(fields, _child(fields, nodes, 0))] * int(fields.said(nodes, "minItems") or 1)
    return ""


def _ways(fields: Fields, nodes: list[Node]) -> list[list[Node]]:
    """The ways in which a value may be written, such as an id or a person in full; mostly there is one."""
    for part in (part for node in nodes for part in fields.parts(node)):
        branches = [Node(part.path, branch) for word in ("anyOf", "oneOf") for branch in part.schema.get(word, ())
                    if isinstance(branch, Mapping)]
        kinds = [frozenset(fields.types([branch])) - {"null"} for branch in branches]
        if len({kind for kind in kinds if kind}) > 1:
            return [[branch] for branch, kind in zip(branches, kinds, strict=True) if kind]
    return [nodes]


def _child(fields: Fields, nodes: list[Node], name: str | int) -> list[Node]:
    return [child for node in nodes for child in fields.child(node, name)]


def _names(fields: Fields, nodes: list[Node]) -> list[str]:
    return list(dict.fromkeys(name for node in nodes for name in fields.names(node)))


def _required(fields: Fields, nodes: list[Node]) -> set[str]:
    return {name for node in nodes for part in fields.parts(node) for name in part.schema.get("required", ())}


def _example(fields: Fields, nodes: list[Node]) -> object:
    """The first example; of a list its entries."""
    shown = next(iter(fields.said(nodes, "examples") or ()), "")
    return ", ".join(map(_printed, shown)) if isinstance(shown, list) else shown


def _sentence(text: str) -> str:
    return f"{text}." if text and text[-1] not in ".!?:" else text


def _printed(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
