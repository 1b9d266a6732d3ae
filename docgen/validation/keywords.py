"""The keywords of our own in a schema, ``x-docgen-…``: JSON Schema passes over a misspelt one in silence, we do not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from docgen.errors import Problem
from docgen.records import Record, Source
from docgen.school.shape import escaped
from docgen.validation.schema import Validator

#: the path of the schema that says which there are
KEYWORDS = "_defs/x-docgen-keywords.schema.json"

# Meant as one of ours, whatever became of it: `x_docgen_ref`, `xdocgen-ref`, with a Cyrillic «х».
_OURS = re.compile(r"[xх][-_ ]?docgen[-_ ]?\S", re.IGNORECASE)
_SETTINGS = "x-docgen"
# Under these a name is the author's own, and under those stands data, no schema.
_NAMES = ("properties", "patternProperties", "$defs", "dependentSchemas")
_DATA = ("const", "default", "enum", "examples", "x-docgen-blank", "x-docgen-listed")


def keyword_problems(schema: object, source: Source, known: Validator) -> list[Problem]:
    """The keywords of ours in *schema* that are misspelt or say what they cannot say, at their places.

    Args:
        known: checks an object of keywords against the schema `KEYWORDS`.
    """
    records = (Record("", found, source, pointer) for pointer, found in own_keywords(schema))
    return [problem for record in records for problem in known.problems(record)]


def own_keywords(schema: object, pointer: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Of every schema inside *schema* that has keywords of ours: its JSON Pointer, and these keywords with their values."""
    if isinstance(schema, list):
        for index, each in enumerate(schema):
            yield from own_keywords(each, f"{pointer}/{index}")
    if not isinstance(schema, Mapping):
        return
    ours = {name: value for name, value in schema.items() if name != _SETTINGS and _OURS.match(name)}
    if ours:
        yield pointer, ours
    for name, value in schema.items():
        at = f"{pointer}/{escaped(name)}"
        if name in _NAMES and isinstance(value, Mapping):
            for member, inner in value.items():
                yield from own_keywords(inner, f"{at}/{escaped(member)}")
        elif name not in _DATA:
            yield from own_keywords(value, at)
