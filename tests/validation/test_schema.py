"""Schema errors become problems with place, label, and a next step; the wrong files under tests/wrong show their words."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from docgen.errors import Problem, ProblemsFound
from docgen.records import Record, Source, read
from docgen.validation import Validator

SOURCE = Source("made up", None, "view")


def problems(schema: dict[str, Any], data: Any, **schemas: dict[str, Any]) -> list[Problem]:
    named = {f"{name.replace('__', '/')}.schema.json": other for name, other in schemas.items()}
    return Validator(schema, schemas=named, path="order/x.schema.json").problems(Record("k", data, SOURCE))


def only(schema: dict[str, Any], data: Any, **schemas: dict[str, Any]) -> Problem:
    (problem,) = problems(schema, data, **schemas)
    return problem


def field(schema: dict[str, Any], value: object) -> Problem:
    return only({"type": "object", "properties": {"a": schema}}, {"a": value})


@pytest.mark.parametrize(
    ("schema", "value", "id"),
    [
        ({"type": "string"}, 5, "record.type-text"),
        ({"type": "string"}, [1], "record.type-one-value"),
        ({"type": "string"}, None, "record.empty"),
        ({"type": "integer"}, "5", "record.type-integer"),
        ({"type": "number"}, "5", "record.type-number"),
        ({"type": ["string", "integer"]}, True, "record.type-text-or-number"),
        ({"type": ["string", "null"]}, 7, "record.type-text"),
        ({"type": "boolean"}, "ооба", "record.type-boolean"),
        ({"type": "array"}, "x", "record.type-list"),
        ({"type": "object"}, "x", "record.type-fields"),
        ({"type": ["array", "boolean"]}, "x", "record.type"),
        ({"enum": ["m", "f"]}, "F", "record.enum"),
        ({"const": "x"}, "y", "record.enum"),
        ({"enum": [True]}, "ооба", "record.type-boolean"),
        ({"format": "date"}, "2025-02-30", "record.format"),
        ({"format": "date"}, "30.02.2025", "record.date-form"),
        ({"format": "email"}, "мектеп", "record.format-other"),
        ({"pattern": "^[0-9]+$"}, "x", "record.pattern"),
        ({"pattern": "^[А-Я]$"}, "A", "record.latin-letters"),
        ({"minLength": 1}, "", "record.empty"),
        ({"minLength": 3}, "ab", "record.min-length"),
        ({"maxLength": 3}, "abcd", "record.max-length"),
        ({"minimum": 1}, 0, "record.minimum"),
        ({"maximum": 11}, 12, "record.maximum"),
        ({"exclusiveMinimum": 0}, 0, "record.exclusive-minimum"),
        ({"exclusiveMaximum": 1}, 1, "record.exclusive-maximum"),
        ({"multipleOf": 5}, 7, "record.multiple-of"),
        ({"minItems": 1}, [], "record.empty-list"),
        ({"minItems": 3}, [1], "record.min-items"),
        ({"maxItems": 1}, [1, 2], "record.max-items"),
        ({"uniqueItems": True}, [1, 2, 1], "record.unique"),
        ({"minProperties": 1}, {}, "record.min-fields"),
        ({"maxProperties": 0}, {"b": 1}, "record.max-fields"),
        ({"propertyNames": {"enum": ["kyr_lang"]}}, {"kyr": 5}, "record.field-name"),
        ({"not": {"type": "string"}}, "x", "record.not-allowed"),
        ({"contains": {"const": "t01"}}, ["t02"], "record.invalid"),
        ({"required": ["b"]}, {}, "record.required"),
        ({"additionalProperties": False}, {"b": 1}, "record.additional"),
        ({"unevaluatedProperties": False}, {"b": 1}, "record.additional"),
        ({"oneOf": [{"required": ["b"]}, {"required": ["c"]}]}, {}, "record.one-of-fields"),
        ({"oneOf": [{"required": ["b"]}, {"required": ["c"]}]}, {"b": 1, "c": 2}, "record.one-of-many"),
        ({"oneOf": [{"const": "x", "title": "X"}, {"const": "y"}]}, "z", "record.enum"),
        ({"anyOf": [{"type": "null"}, {"type": "string"}]}, 5, "record.type-text"),
        ({"anyOf": [{"minimum": 5}, {"multipleOf": 2}]}, 3, "record.one-of"),
    ],
)
def test_each_keyword_has_its_problem(schema: dict[str, Any], value: object, id: str) -> None:
    problem = field(schema, value)
    assert problem.id == id
    assert problem.record == "k"


def test_a_false_schema_is_a_field_that_may_not_be() -> None:
    assert only({"properties": {"a": False}}, {"a": 1}).id == "record.not-allowed"


def test_the_label_is_the_nearest_title() -> None:
    person = {"title": "Адам", "type": "object", "properties": {"name": {"title": "Аты", "type": "string"}}}
    schema = {
        "properties": {
            "director": {"title": "Директор", "$ref": "../_defs/person.schema.json"},
            "pupil": {"$ref": "../_defs/person.schema.json"},
            "members": {"title": "Мүчөлөр", "type": "array", "items": {"type": "string"}},
            "bare": {"type": "string"},
        }
    }
    found = problems(
        schema,
        {"director": 1, "pupil": {"name": 7}, "members": ["x", 5], "bare": 5},
        _defs__person=person,
    )
    assert {problem.position.pointer: problem.facts["label"] for problem in found} == {
        "/director": "Директор",
        "/pupil/name": "Аты",
        "/members/1": "Мүчөлөр",
        "/bare": "bare",
    }


def test_of_alternatives_the_one_that_was_meant_explains_itself() -> None:
    talk = {"properties": {"kind": {"const": "talk"}, "date": {"type": "string"}}, "required": ["kind", "date"]}
    visit = {"properties": {"kind": {"const": "visit"}, "address": {"title": "Дарек"}}, "required": ["kind", "address"]}
    problem = field({"type": "object", "oneOf": [talk, visit]}, {"kind": "visit"})
    assert (problem.id, problem.facts["label"]) == ("record.required", "Дарек")


def test_a_missing_field_brings_its_label_and_example_through_references() -> None:
    doc = {"properties": {"date": {"$ref": "date.schema.json"}}, "required": ["date"]}
    date = {"title": "Күнү", "type": "string", "examples": ["2025-10-13"]}
    problem = only({"properties": {"doc": {"$ref": "../_defs/doc.schema.json"}}}, {"doc": {}}, _defs__doc=doc, _defs__date=date)
    assert problem.facts | {"label": "Күнү", "name": "date", "example": "2025-10-13"} == problem.facts


def test_a_condition_names_the_field_it_asks_for() -> None:
    schema = {
        "properties": {"type": {"type": "string"}, "rows": {"title": "Саптар"}},
        "allOf": [{"if": {"properties": {"type": {"const": "matrix"}}}, "then": {"required": ["rows"]}}],
    }
    assert only(schema, {"type": "matrix"}).facts["label"] == "Саптар"


def test_an_empty_optional_field_may_be_left_out_and_a_required_one_may_not() -> None:
    schema = {"properties": {"a": {"type": "string"}, "b": {"type": "string"}}, "required": ["a"]}
    assert [problem.facts["optional"] for problem in problems(schema, {"a": None, "b": None})] == ["", "b"]


def test_one_value_gives_one_problem() -> None:
    assert field({"type": "string", "minLength": 1, "pattern": "\\S", "format": "date"}, "").id == "record.empty"


def test_a_long_value_is_shown_by_its_beginning() -> None:
    found = str(field({"maxLength": 5}, "а" * 500).facts["found"])
    assert len(found) < 80
    assert found.endswith("…")


# what is never fetched, and broken schemas


@pytest.mark.parametrize("address", ["file:///etc/passwd", "http://localhost:9/x", "../../x.json", "../_defs/date.schema.json"])
def test_nothing_outside_the_given_schemas_is_opened(address: str) -> None:
    with pytest.raises(ProblemsFound) as raised:
        problems({"$ref": address}, {}, _defs__data={})
    (problem,) = raised.value.problems
    assert problem.id == "schema.no-reference"
    assert problem.facts["nearest"] == ("_defs/data.schema.json" if "date" in address else "")


@pytest.mark.parametrize("schema", [{"type": "strin"}, {"pattern": "["}, {"properties": []}, {"$ref": "#/$defs/nothing"}])
def test_a_broken_schema_is_a_problem_of_the_schema(schema: dict[str, Any]) -> None:
    with pytest.raises(ProblemsFound) as raised:
        problems({"properties": {"a": schema}} if "$ref" not in schema else schema, {"a": 1})
    assert [problem.id for problem in raised.value.problems] == ["schema.broken"]


# the schemas that come with docgen


def schemas(root: Path) -> dict[str, Any]:
    folder = root / "data_schemas"
    return {path.relative_to(folder).as_posix(): read(path)[0] for path in sorted(folder.rglob("*.schema.json"))}


def test_every_schema_on_disk_is_valid_and_finds_its_references(root: Path) -> None:
    known = schemas(root)
    for path, schema in known.items():
        assert jsonschema_rs.meta.is_valid(schema), path
        Validator(schema, schemas=known, path=path).problems(Record("", {}, SOURCE))


def test_the_settings_of_every_type_fit_their_schema(root: Path) -> None:
    known = schemas(root)
    path = "_defs/x-docgen.schema.json"
    check = Validator(known[path], schemas=known, path=path)
    for name, schema in known.items():
        if "x-docgen" in schema:
            assert check.problems(Record("", schema["x-docgen"], SOURCE)) == [], name
            for rule in schema["x-docgen"].get("rules", ()):
                assert set(rule["message"]) == {"ky", "ru", "en"}, (name, rule["id"])


def test_every_field_of_every_type_has_a_kyrgyz_label(root: Path) -> None:
    from docgen.records.fields import Fields

    known = schemas(root)
    for path, schema in known.items():
        if path.startswith("_"):
            continue
        fields = Fields(schema, schemas=known, path=path)
        waiting = [[fields.root]]
        while waiting:
            nodes = waiting.pop()
            for name in dict.fromkeys(name for node in nodes for name in fields.names(node)):
                children = [child for node in nodes for child in fields.child(node, name)]
                assert fields.said(children, "title"), f"{path}: {name}"
                entries = [entry for child in children for entry in fields.child(child, 0)]
                waiting += [children, entries]


def test_validation_leaves_the_record_as_it_was() -> None:
    data = {"a": [1, {"b": "x"}]}
    before = copy.deepcopy(data)
    problems({"properties": {"a": {"type": "string"}}}, data)
    assert data == before
