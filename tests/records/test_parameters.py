"""Parameters build a record as a file would."""

from __future__ import annotations

from typing import Any

import pytest

from docgen.errors import ProblemsFound
from docgen.records import record_of

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "student": {"type": "string"},
        "term": {"type": "integer"},
        "hours": {"type": "number"},
        "paper": {"type": "boolean"},
        "number": {"type": ["string", "integer"]},
        "members": {"type": "array", "items": {"type": "string"}},
        "grades": {"type": "array", "items": {"type": "integer"}},
        "doc": {"$ref": "doc.schema.json"},
    },
}
SCHEMAS = {"doc.schema.json": {"type": "object", "properties": {"date": {"type": "string"}, "year": {"type": "integer"}}}}


def data(**parameters: str | list[str]) -> dict[str, Any]:
    named = {name.replace("__", "."): value for name, value in parameters.items()}
    return record_of(named, SCHEMA, schemas=SCHEMAS, path="x.schema.json").data


def problem(**parameters: str | list[str]) -> tuple[str, str]:
    with pytest.raises(ProblemsFound) as raised:
        data(**parameters)
    (found,) = raised.value.problems
    return found.id, found.position.file


def test_dots_nest() -> None:
    assert data(student="s07a-24", doc__date="2025-11-03", doc__year="2025") == {
        "student": "s07a-24",
        "doc": {"date": "2025-11-03", "year": 2025},
    }


def test_values_have_the_type_that_the_schema_wants() -> None:
    assert data(term="1", hours="62.5", paper="ооба", student="007", number="45") == {
        "term": 1, "hours": 62.5, "paper": True, "student": "007", "number": "45",
    }  # fmt: skip
    assert [data(paper=word)["paper"] for word in ("ооба", "Жок", "true", "false")] == [True, False, True, False]


def test_what_does_not_fit_stays_as_typed_for_validation_to_say() -> None:
    assert data(term="биринчи", hours="62,5", paper="балким") == {"term": "биринчи", "hours": "62,5", "paper": "балким"}


def test_a_name_given_again_makes_a_list_longer() -> None:
    assert data(members=["t01", "t02"], grades=["7", "8"]) == {"members": ["t01", "t02"], "grades": [7, 8]}
    assert data(members="t01") == {"members": ["t01"]}


def test_an_unknown_field_is_kept_for_validation_to_say() -> None:
    assert data(mood="good") == {"mood": "good"}


def test_a_field_of_one_value_is_given_once() -> None:
    assert problem(student=["a", "b"]) == ("record.parameter-repeated", "-p student")


def test_a_field_is_a_value_or_holds_fields() -> None:
    assert problem(doc="x", doc__date="y") == ("record.parameter-conflict", "-p doc.date")


def test_a_name_has_no_empty_part() -> None:
    assert problem(doc__="x") == ("record.parameter-name", "-p doc.")


def test_bytes_that_are_no_text_do_not_come_in() -> None:
    assert problem(student="s\udcff") == ("record.parameter-letters", "-p student")


def test_the_key_is_the_id_or_the_parameters_in_any_order() -> None:
    one = record_of({"class": "7-А", "term": "1"}, SCHEMA)
    other = record_of({"term": "1", "class": "7-А"}, SCHEMA)
    assert one.key == other.key == "class=7-А term=1"
    assert record_of({"id": "ord-08", "term": "1"}, SCHEMA).key == "ord-08"


def test_a_place_names_the_parameter() -> None:
    record = record_of({"doc.date": "x"}, SCHEMA)
    assert record.locate("/doc/date").file == "-p doc.date"
    assert record.locate("").file == "-p"
