"""The shape that a schema gives its data: which values are dates, which are ids of facts, which fields may be absent.

A JSON Schema says it in many places (``$ref``, ``allOf``, ``anyOf`` …). A `Shape` is all of them laid over one another, made
once a schema, so that a record is walked without looking at the schema again. It judges nothing: validation does.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, NamedTuple

from docgen.errors import Position, Problem, ProblemsFound

_BRANCHES = ("allOf", "anyOf", "oneOf")
_CONDITIONS = ("if", "then", "else")


UNSAID = object()


@dataclass(slots=True)
class Shape:
    """What a schema says of one value.

    Args:
        title: the field's Kyrgyz name, for problems.
        kind: of the facts that a text here names by its id (``x-docgen-ref``), or empty.
        is_date: a text here is an ISO date.
        listed: when a pupil here must be on a class list (``x-docgen-listed``), None where the schema does not say:
            ``{"during": "week"}``, ``{"until": "leave_date"}``, or false for never.
        properties: of an object.
        items: of a list.
        values: of the members of an object that are not named in *properties* (a map by codes).
        keys: kind of the facts that the names of such members are ids of, or empty.
        is_truth: true or false stand here.
        length: of the longest example, or of what is allowed at most; 0 where the schema does not say.
        least: how many items a list has at least.
        rows: how many a list has that is filled by hand (``x-docgen-rows``), 0 where the schema does not say.
        by_hand: what stands in place of a line when the paper is filled by hand (``x-docgen-blank``); `UNSAID` mostly.
    """

    title: str = ""
    kind: str = ""
    is_date: bool = False
    listed: Mapping[str, str] | bool | None = None
    properties: dict[str, Shape] = field(default_factory=dict)
    items: Shape | None = None
    values: Shape | None = None
    keys: str = ""
    is_truth: bool = False
    length: int = 0
    least: int = 0
    rows: int = 0
    by_hand: object = UNSAID


class Reference(NamedTuple):
    """An id that stands in data: where, as what kind of facts; *is_key* when it is a member's name."""

    pointer: str
    kind: str
    id: str | int
    title: str
    is_key: bool = False


class _Compiler:
    def __init__(self, schemas: Mapping[str, Mapping[str, Any]], own: Mapping[str, Mapping[str, Any]]) -> None:
        self._schemas = schemas   # read when they are asked for
        self._own = own
        self._open: list[str] = []

    def shape(self, schema: Any, path: str) -> Shape:
        shape = Shape()
        self._lay(shape, schema, path)
        return shape

    def _lay(self, shape: Shape, schema: Any, path: str) -> None:
        """Lay what *schema* says over *shape*; what is nearer to the value, said first, stays."""
        if not isinstance(schema, Mapping):
            return
        shape.title = shape.title or schema.get("title", "")
        shape.kind = shape.kind or schema.get("x-docgen-ref", "")
        shape.is_date = shape.is_date or schema.get("format") == "date"
        shape.listed = schema.get("x-docgen-listed") if shape.listed is None else shape.listed
        shape.is_truth = shape.is_truth or schema.get("type") == "boolean"
        shape.length = shape.length or _length(schema)
        shape.least = shape.least or schema.get("minItems", 0)
        shape.rows = shape.rows or schema.get("x-docgen-rows", 0)
        shape.by_hand = schema.get("x-docgen-blank", UNSAID) if shape.by_hand is UNSAID else shape.by_hand
        for name, member in schema.get("properties", {}).items():
            self._lay(shape.properties.setdefault(name, Shape()), member, path)
        if isinstance(schema.get("items"), Mapping):
            shape.items = shape.items or Shape()
            self._lay(shape.items, schema["items"], path)
        if isinstance(schema.get("additionalProperties"), Mapping):
            shape.values = shape.values or Shape()
            self._lay(shape.values, schema["additionalProperties"], path)
        if "propertyNames" in schema:
            shape.keys = shape.keys or self.shape(schema["propertyNames"], path).kind
        if "$ref" in schema:
            self._lay_reference(shape, schema["$ref"], path)
        for word in _BRANCHES:
            for branch in schema.get(word, ()):
                self._lay(shape, branch, path)
        for word in _CONDITIONS:
            self._lay(shape, schema.get(word), path)

    def _lay_reference(self, shape: Shape, reference: str, path: str) -> None:
        file, _, pointer = reference.partition("#")
        target = posixpath.normpath(posixpath.join(posixpath.dirname(path), file)) if file else path
        place = f"{target}#{pointer}"
        if place in self._open:  # a schema that holds itself: data that deep has no dates and ids for us
            return
        self._open.append(place)
        try:
            found = _at(self._schemas.get(target) or self._own[target], pointer)
        except (LookupError, TypeError, ValueError):
            near = next(iter(get_close_matches(target, list(self._schemas), n=1)), "")
            facts = {"found": reference, "nearest": near}
            raise ProblemsFound([Problem("schema.no-reference", Position(path), facts)]) from None
        self._lay(shape, found, target)
        self._open.pop()


def _length(schema: Mapping[str, Any]) -> int:
    """Characters of a value: of the longest of its examples or choices, else of the longest that is allowed."""
    shown = [*schema.get("examples", ()), *schema.get("enum", ())]
    most = len(str(schema["maximum"])) if "maximum" in schema else schema.get("maxLength", 0)
    return max((len(str(value)) for value in shown), default=most)


def _at(schema: Any, pointer: str) -> Any:
    for part in pointer.split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        schema = schema[int(name)] if isinstance(schema, list) else schema[name]
    return schema


def shape_of(schema: Mapping[str, Any], schemas: Mapping[str, Mapping[str, Any]], path: str) -> Shape:
    """The shape of *schema*.

    Args:
        schemas: every local schema by its path below ``data_schemas``: ``_defs/student.schema.json``.
        path: the path of *schema* itself, against which its ``$ref`` are read.

    Raises:
        KeyError: a ``$ref`` to a schema that is not there.
    """
    return _Compiler(schemas, {path: schema}).shape(schema, path)


def references(shape: Shape, value: Any, pointer: str = "") -> Iterator[Reference]:
    """Every id of facts in *value*, in its order."""
    if isinstance(value, dict):
        for name, member in value.items():
            at = f"{pointer}/{escaped(name)}"
            inside = shape.properties.get(name)
            if inside is None and shape.keys:
                yield Reference(at, shape.keys, name, shape.title, is_key=True)
            yield from references(inside or shape.values or _OPAQUE, member, at)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from references(shape.items or _OPAQUE, item, f"{pointer}/{index}")
    elif shape.kind and isinstance(value, str | int):
        yield Reference(pointer, shape.kind, value, shape.title)


def escaped(name: str) -> str:
    """A member's name as a part of a JSON Pointer (RFC 6901, section 3)."""
    return name.replace("~", "~0").replace("/", "~1")


_OPAQUE = Shape()
