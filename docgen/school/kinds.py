"""The shapes of facts by kind: in which schema of facts a kind stands, and the way through it to one such fact."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from docgen.school.shape import Shape, shape_of

# kind: the schema of its file, and the way through it to one such fact
_KINDS: dict[str, tuple[str, str]] = {
    "student": ("class", "students []"),
    "guardian": ("class", "students [] guardians []"),
    "class": ("class", "class"),
    "staff": ("staff", "staff []"),
    "subject": ("subjects", "subjects []"),
    "protocol": ("school", "council protocols []"),
    "council": ("school", "council"),
    "regulation": ("school", "regulations []"),
    "school": ("school", "school"),
    "term": ("calendar", "terms []"),
    "order": ("movement", "orders []"),
    "case": ("cases", "cases []"),
    "indicator": ("indicators", "indicators []"),
    "survey": ("survey-definition", ""),
    "survey-round": ("survey", "survey"),
}


class Shapes:
    """The shapes of facts by kind, made when first asked for; of what is no such kind, one that says nothing.

    Args:
        schemas: every local schema by its path below ``data_schemas``.
    """

    def __init__(self, schemas: Mapping[str, Mapping[str, Any]]) -> None:
        self._schemas = schemas
        self._files: dict[str, Shape] = {}

    def of(self, kind: str) -> Shape:
        if kind not in _KINDS:
            return Shape()
        file, way = _KINDS[kind]
        path = f"_facts/{file}.schema.json"
        if file not in self._files:
            self._files[file] = shape_of(self._schemas[path], self._schemas, path)
        shape = self._files[file]
        for step in way.split():
            shape = (shape.items or Shape()) if step == "[]" else shape.properties[step]
        return shape
