"""Every value of a schema as a blank: lines of fitting length, rows, references in full."""

from __future__ import annotations

from typing import Any

import pytest

from docgen.context import Plan
from docgen.doctype import DocumentType
from docgen.school.blanks import Blanks, known_of_school
from docgen.school.facts import Facts
from docgen.school.shape import Shape, shape_of
from docgen.template.blanks import Blank
from docgen.workspace import Workspace

REF = "../_defs/{}.schema.json"


def ref(name: str) -> dict[str, str]:
    return {"$ref": REF.format(name)}


SCHEMA: dict[str, Any] = {
    "properties": {
        "doc": ref("doc"),
        "student": ref("student"),
        "council": ref("council"),
        "law": {"properties": {"date": ref("date"), "number": ref("number"), "other": ref("text")}},
        "day": ref("date"),
        "count": {"type": "integer", "examples": [2]},
        "grade": {"type": "integer", "maximum": 11},
        "word": {"type": "string", "examples": ["он эки тамга"]},
        "free": {"type": "string"},
        "sentence": {"type": "string", "examples": ["Үй-бүлөдө баланын окуусуна көзөмөл жетишсиз болгон"]},
        "is_so": {"type": "boolean"},
        "clauses": {"type": "object", "additionalProperties": {"type": "string"}},
        "hour": ref("time"),
        "usual": {"type": "integer", "x-docgen-blank": None},
        "week": {"type": "array", "x-docgen-blank": [{"day": "дүйшөмбү"}, {"day": "шейшемби"}],
                 "items": {"properties": {"day": ref("date"), "lessons": {"type": "array", "items": ref("subject")}}}},
        "rows": {"type": "array", "x-docgen-rows": 4, "items": {"properties": {
            "student": ref("student"), "measures": {"type": "array", "items": ref("text")}}}},
        "members": {"type": "array", "minItems": 3, "items": ref("staff")},
    },
}
TABLES = {"rows", "week", "week[*].lessons"}


@pytest.fixture(scope="module")
def demo(root: Any) -> Workspace:
    return Workspace(root)


def plan(demo: Workspace) -> Plan:
    return Plan(SCHEMA, demo.schemas, "order/x.schema.json")


def blank(demo: Workspace, record: dict[str, Any], *, facts: Facts | None, rows: int = 0) -> dict[str, Any]:
    doctype = DocumentType("order/x", SCHEMA, *3 * [demo.root], title="", file_name="")  # type: ignore[arg-type, misc]
    return plan(demo).blank(record, facts, doctype, tables=TABLES, rows=rows)


def test_lines_fit_what_the_schema_shows(demo: Workspace) -> None:
    context = blank(demo, {}, facts=None)
    widths = {name: len(context[name]) for name in ("count", "grade", "word", "free")}
    assert widths == {"count": 4, "grade": 4, "word": 16, "free": 30}
    assert context["sentence"] == " ".join(6 * ["_" * 20])   # may be broken where the line of the page ends
    assert (context["day"], context["hour"]) == ("__.__.20__", "__:__")


def test_what_no_hand_can_write_is_left_out(demo: Workspace) -> None:
    context = blank(demo, {}, facts=None)
    assert context["is_so"] is context["clauses"] is context["usual"] is None


def test_a_reference_has_all_that_the_fact_would_have(demo: Workspace) -> None:
    pupil = blank(demo, {}, facts=None)["student"]
    assert isinstance(pupil["full_name"], Blank)
    assert pupil["class_phrase"] == "______ классы"
    assert pupil["birth_year"] == "20__"
    assert len(pupil["class"]["teacher"]["short_name"]) == 20
    assert pupil["guardians"][0]["relation"]


def test_tables_have_the_rows_of_the_schema_or_as_many_as_asked_for(demo: Workspace) -> None:
    assert len(blank(demo, {}, facts=None)["rows"]) == 4
    asked = blank(demo, {}, facts=None, rows=7)
    assert len(asked["rows"]) == 7
    assert len(asked["rows"][0]["measures"]) == 1
    assert len(asked["members"]) == 3


def test_what_the_schema_says_of_a_blank_stands_in_it(demo: Workspace) -> None:
    week = blank(demo, {}, facts=None, rows=6)["week"]
    assert [day["day"].weekday for day in week] == ["дүйшөмбү", "шейшемби"]
    assert [len(day["lessons"]) for day in week] == [6, 6]


def test_the_schools_own_facts_are_never_blank(demo: Workspace) -> None:
    context = blank(demo, {}, facts=demo.facts)
    assert context["school"]["director"]["short_name"] == "А.\u00a0Б.\u00a0Турдалиева"
    assert context["doc"]["place"] == context["school"]["place"] == "Кең-Арал айылы"
    assert context["law"]["number"] == "179"
    assert isinstance(context["law"]["other"], Blank)
    assert context["council"]["body"] == "педагогикалык кеңеш"
    assert isinstance(context["council"]["number"], Blank)


def test_without_a_workspace_the_school_is_blank_too(demo: Workspace) -> None:
    context = blank(demo, {}, facts=None)
    assert isinstance(context["school"]["name"], Blank)
    assert isinstance(context["school"]["director"]["short_name"], Blank)


def test_what_is_given_is_printed(demo: Workspace) -> None:
    given = {"student": "s07a-06", "doc": {"date": "2025-10-13"}, "rows": [{"student": "s07a-07"}]}
    context = blank(demo, given, facts=demo.facts)
    assert context["student"]["surname"] == "Жумабекова"
    assert (context["doc"]["date"].isoformat(), context["school_year"]) == ("2025-10-13", "2025–2026")
    assert isinstance(context["doc"]["number"], Blank)
    assert len(context["rows"]) == 1
    assert isinstance(context["rows"][0]["measures"][0], Blank)


def test_only_parts_of_the_same_name_come_from_the_profile() -> None:
    shape = shape_of({"properties": {"law": {"properties": {"date": {}}}, "order": {}}}, {}, "x.schema.json")
    profile = {"law": {"date": "2023-08-11", "title": "т"}, "order": {"n": 1}}
    assert known_of_school(shape, profile) == {"law": {"date": "2023-08-11"}}


def test_a_fact_that_would_hold_its_own_kind_ends_in_a_line() -> None:
    shape = Shape(properties={"parent": Shape(kind="thing")})
    found = Blanks(lambda _: shape, tables=(), rows=0).fact("thing", "thing")
    assert isinstance(found["parent"], Blank)
