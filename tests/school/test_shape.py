from __future__ import annotations

import pytest

from docgen.errors import ProblemsFound
from docgen.school.shape import Reference, references, shape_of

SCHEMAS = {
    "_defs/student.schema.json": {"title": "Окуучу", "type": "string", "x-docgen-ref": "student"},
    "_defs/day.schema.json": {"$defs": {"a/b": {"type": "string", "format": "date"}}},
    "_defs/nest.schema.json": {"properties": {"inner": {"$ref": "nest.schema.json"}, "day": {"format": "date"}}},
}


def test_refs_branches_and_conditions_are_laid_over_one_another() -> None:
    schema = {
        "properties": {"student": {"title": "Бала", "$ref": "../_defs/student.schema.json"}},
        "allOf": [{"properties": {"day": {"$ref": "../_defs/day.schema.json#/$defs/a~1b"}}}],
        "anyOf": [{"properties": {"x": {"items": {"format": "date"}}}}, {"properties": {"y": {}}}],
        "if": {"properties": {"z": {}}},
        "then": {"properties": {"w": {"$ref": "#/properties/student"}}},
    }
    shape = shape_of(schema, SCHEMAS, "order/x.schema.json")
    assert set(shape.properties) == {"student", "day", "x", "y", "z", "w"}
    assert (shape.properties["student"].title, shape.properties["student"].kind) == ("Бала", "student")
    assert shape.properties["day"].is_date
    assert shape.properties["x"].items is not None
    assert shape.properties["x"].items.is_date
    assert shape.properties["w"].kind == "student"


def test_a_schema_that_holds_itself_ends() -> None:
    shape = shape_of(SCHEMAS["_defs/nest.schema.json"], SCHEMAS, "_defs/nest.schema.json")
    assert shape.properties["day"].is_date
    assert shape.properties["inner"].properties["day"].is_date


def test_references_are_found_in_lists_maps_and_names() -> None:
    student = {"$ref": "../_defs/student.schema.json"}
    schema = {
        "properties": {
            "list": {"items": {"anyOf": [student, {"properties": {"student": student}}]}},
            "map": {"additionalProperties": {"x-docgen-ref": "subject"}, "propertyNames": student},
        }
    }
    data = {"list": ["a", {"student": "b"}], "map": {"c/d": "algebra"}, "other": "e"}
    found = list(references(shape_of(schema, SCHEMAS, "order/x.schema.json"), data))
    assert found == [
        Reference("/list/0", "student", "a", "Окуучу"),
        Reference("/list/1/student", "student", "b", "Окуучу"),
        Reference("/map/c~1d", "student", "c/d", "", is_key=True),
        Reference("/map/c~1d", "subject", "algebra", ""),
    ]


@pytest.mark.parametrize(("reference", "nearest"), [
    ("../_defs/studnt.schema.json", "_defs/student.schema.json"), ("../../../etc/passwd.json", ""),
    ("../_defs/day.schema.json#/$defs/b", "_defs/day.schema.json"),
])
def test_a_reference_to_nothing_names_the_schema_and_the_nearest(reference: str, nearest: str) -> None:
    with pytest.raises(ProblemsFound) as caught:
        shape_of({"properties": {"student": {"$ref": reference}}}, SCHEMAS, "order/x.schema.json")
    (problem,) = caught.value.problems
    assert (problem.id, problem.position.file) == ("schema.no-reference", "order/x.schema.json")
    assert (problem.facts["found"], problem.facts["nearest"]) == (reference, nearest)
