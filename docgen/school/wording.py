"""The Kyrgyz of data, read as a proofreader reads it: records and facts, text by text. Everything found is a warning.

A personal name is nobody's to correct: only its letters are looked at (a Latin «a» in a Kyrgyz name, an invisible mark). The
same holds for any word with a capital letter, which may be a name; the other words of a text are looked up. A phrase that
papers decline (a post, the name of a body) is also asked whether its forms are certain.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from docgen.errors import Position, Problem
from docgen.kyrgyz import lint
from docgen.school.facts import Facts
from docgen.school.files import schema_of
from docgen.school.shape import Shape, escaped, shape_of

_NAMES = {"surname", "given_name", "patronymic", "forms", "short"}
_DECLINED = {"position", "name", "body", "founder", "ministry", "place", "village", "district", "region", "honoree"}
# Fields that are no Kyrgyz text: a name in Russian, an address of the network, how an acronym is read.
_OTHER = {"id", "name_ru", "email", "reading", "file"}


def record_wording(shape: Shape, data: object, locate: Callable[[str], Position]) -> list[Problem]:
    """What a proofreader would mark in a record.

    Args:
        locate: the position of a value of the record, by its JSON Pointer.
    """
    return [problem.at(locate(pointer)) for pointer, problem in _marked(shape, data, "", "")]


def facts_wording(facts: Facts, schemas: Any) -> list[Problem]:
    """What a proofreader would mark in the school's facts.

    Args:
        schemas: every local schema by its path below ``data_schemas``.
    """
    problems: list[Problem] = []
    shapes: dict[str, Shape] = {}
    for path in facts.files.all():
        name = schema_of(facts.files.name(path))
        if name is None:
            continue
        if name not in shapes:
            shapes[name] = shape_of(schemas[name], schemas, name)
        problems += _of_file(facts, path, shapes[name])
    return problems


def _of_file(facts: Facts, path: Path, shape: Shape) -> Iterator[Problem]:
    for pointer, problem in _marked(shape, facts.content(path), "", ""):
        yield problem.at(facts.position(path, pointer))


def _marked(shape: Shape, value: Any, pointer: str, name: str) -> Iterator[tuple[str, Problem]]:
    """The findings in every text of *value*; *name* is the field that it stands in."""
    if isinstance(value, dict):
        for member, inside in value.items():
            below = shape.properties.get(member) or shape.values or _OPAQUE
            field = name if name == "forms" else member
            yield from _marked(below, inside, f"{pointer}/{escaped(member)}", field)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _marked(shape.items or _OPAQUE, item, f"{pointer}/{index}", name)
    elif isinstance(value, str) and not shape.kind and not shape.is_date and name not in _OTHER:
        for finding in _findings(value, name):
            facts = {"found": finding.found, "nearest": finding.suggestion}
            yield pointer, Problem(finding.id, facts=facts, level="warning")


def _findings(text: str, name: str) -> Iterator[lint.Finding]:
    check = lint.check_phrase if name in _DECLINED else lint.check
    for finding in check(text):
        if finding.id not in lint.SPELLING or not (name in _NAMES or finding.found[:1].isupper()):
            yield finding


_OPAQUE = Shape()
