"""The keywords of our own in schemas: a misspelt one would be passed over, so it is told."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from docgen.records import Source
from docgen.validation import Validator
from docgen.validation.keywords import KEYWORDS, keyword_problems, own_keywords
from docgen.workspace import Workspace, builtins_root

SCHEMAS = Workspace(builtins_root()).schemas
KNOWN = Validator(SCHEMAS[KEYWORDS], schemas=SCHEMAS, path=KEYWORDS)
VIEW = Source("a.schema.json", None, "view")


def told(schema: Any) -> list[tuple[str, str, object]]:
    return [(p.id, p.position.pointer, p.facts.get("nearest")) for p in keyword_problems(schema, VIEW, KNOWN)]


@pytest.mark.parametrize("path", sorted(builtins_root().joinpath("data_schemas").rglob("*.schema.json")), ids=lambda p: p.name)
def test_the_keywords_of_a_schema_on_disk_are_known(path: Path) -> None:
    schema = json.loads(path.read_text("utf-8"))
    assert path.match(KEYWORDS) or keyword_problems(schema, Source(path.name, path, "json"), KNOWN) == []


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("x-docgen-lsted", "x-docgen-listed"),
        ("x-docgen-row", "x-docgen-rows"),
        ("x_docgen_ref", "x-docgen-ref"),
        ("xdocgen-blank", "x-docgen-blank"),
        ("X-Docgen-Ref", "x-docgen-ref"),
        ("х-docgen-ref", "x-docgen-ref"),  # a Cyrillic «х»
    ],
)
def test_a_misspelt_keyword_is_told_with_the_right_one_wherever_it_stands(name: str, meant: str) -> None:
    schema = {"$defs": {"a": {"properties": {"b/c": {"items": {"allOf": [{name: 1}]}}}}}}
    ((told_id, pointer, nearest),) = told(schema)
    assert told_id in ("record.additional", "record.field-letters")
    assert (pointer, nearest) == (f"/$defs/a/properties/b~1c/items/allOf/0/{name}", meant)


@pytest.mark.parametrize(
    "schema",
    [
        {"x-docgen-ref": "studnet"},
        {"x-docgen-ref": "terms.Absence"},
        {"x-docgen-listed": {"durng": "week"}},
        {"x-docgen-listed": True},
        {"x-docgen-rows": "10"},
        {"x-docgen-rows": 0},
    ],
)
def test_a_value_that_a_keyword_cannot_have_is_told(schema: dict[str, Any]) -> None:
    assert told(schema)


def test_a_field_may_bear_any_name_and_data_may_say_anything() -> None:
    ours = {"x-docgen-lsted": 1}
    schema = {"properties": {"x-docgen-lsted": {}}, "examples": [ours], "const": ours, "enum": [ours], "x-docgen-blank": ours}
    assert told(schema) == []


def test_a_keyword_in_the_parameters_of_a_view_is_looked_at() -> None:
    (found,) = own_keywords({"x-docgen": {"title": "x", "parameters": {"properties": {"class": {"x-docgen-rf": "class"}}}}})
    assert found[0] == "/x-docgen/parameters/properties/class"


def test_every_keyword_stands_in_the_readme() -> None:
    readme = builtins_root().joinpath("data_schemas/README.md").read_text("utf-8")
    assert set(SCHEMAS[KEYWORDS]["properties"]) == set(re.findall(r'[`"](x-docgen-[a-z-]+)[`"]', readme))
