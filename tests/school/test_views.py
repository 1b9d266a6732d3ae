from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from docgen.doctype import DocumentType
from docgen.errors import Problem, ProblemsFound
from docgen.records import Record, Source
from docgen.school.facts import Facts
from docgen.school.views import VIEWS, derive
from docgen.validation import Validator
from school.conftest import ROOT, SECOND, facts_of

Changed = Callable[..., Facts]

PAPERS: list[tuple[str, str, dict[str, Any]]] = [
    ("order/expulsion-residence", "orders", {}),
    ("regulation/absence-monitoring", "regulation", {}),
    ("survey/questionnaire", "questionnaires", {}),
]
DEMO = [
    *PAPERS,
    ("appendix/absence-daily-class", "absence_daily_class", {"week": "2025-W42"}),
    ("appendix/absence-daily-school", "absence_daily_school", {"week": "2025-W43"}),
    ("appendix/absence-weekly-school", "absence_weekly_school", {"week": "2025-W42"}),
    ("appendix/absence-3day-report", "absence_3day_report", {"start": "2025-10-13", "end": "2025-10-31"}),
    ("appendix/attendance-diary", "attendance_diary", {"week": "2025-W43"}),
    ("report/report-card", "report_cards", {"term": 1}),
]
SECOND_SCHOOL = [
    *PAPERS,
    ("appendix/absence-daily-class", "absence_daily_class", {"week": "2024-W43"}),
    ("appendix/absence-daily-school", "absence_daily_school", {"week": "2024-W43"}),
    ("appendix/absence-weekly-school", "absence_weekly_school", {"week": "2024-W42"}),
    ("appendix/absence-3day-report", "absence_3day_report", {"week": "2024-W43"}),
    ("appendix/attendance-diary", "attendance_diary", {"week": "2024-W50", "student": "p8b-26"}),
    ("report/report-card", "report_cards", {"term": 2}),
    ("report/report-card", "report_cards", {"term": "year"}),
]


def made(facts: Facts, view: str, parameters: Mapping[str, Any], type: str = "") -> list[dict[str, Any]]:
    return VIEWS[view](facts, parameters, type=type)


def refused(facts: Facts, view: str, parameters: Mapping[str, Any], type: str = "") -> Problem:
    with pytest.raises(ProblemsFound) as found:
        made(facts, view, parameters, type)
    (problem,) = found.value.problems
    return problem


@pytest.mark.parametrize(("root", "papers"), [(ROOT, DEMO), (SECOND, SECOND_SCHOOL)], ids=["demo", "second"])
def test_what_views_give_passes_the_schema_of_its_type(root: Any, papers: list[Any], schemas: Any) -> None:
    facts = facts_of(root)
    for name, view, parameters in papers:
        path = f"{name}.schema.json"
        validator = Validator(schemas[path], schemas=schemas, path=path)
        records = derive(DocumentType.of(name, schemas[path], Path(), Path(), Path()), facts, parameters)
        assert records
        assert len({record["id"] for record in records}) == len(records)
        for record in records:
            assert validator.problems(Record(record["id"], record, Source(view, None, "view"), "")) == [], (name, record["id"])


def test_every_view_that_a_schema_names_is_in_the_table(schemas: Any) -> None:
    named = {schemas[name]["x-docgen"].get("view") for name in schemas if not name.startswith("_")} - {None}
    assert named <= set(VIEWS)


def test_orders_are_those_of_the_type_with_their_own_fields(demo: Facts) -> None:
    found = made(demo, "orders", {}, "order/expulsion-residence")
    assert [order["id"] for order in found] == ["ord-08", "ord-12"]
    assert found[0]["doc"]["number"] == "92"
    assert "type" not in found[0]


def test_an_order_of_another_type_is_refused(demo: Facts) -> None:
    problem = refused(demo, "orders", {"order": "ord-09"}, "order/expulsion-residence")
    assert (problem.id, problem.facts["expected"]) == ("facts.other-type", "order/expulsion-school-change")
    assert problem.position.pointer == "/order"


def test_an_unknown_order_is_refused_with_the_nearest(demo: Facts) -> None:
    problem = refused(demo, "orders", {"order": "ord-8"}, "order/expulsion-residence")
    assert (problem.id, str(problem.facts["nearest"])[:6]) == ("facts.unknown-id", "ord-08")


def test_the_regulation_takes_council_approval_law_and_option_from_the_profile(demo: Facts, second: Facts) -> None:
    (found,) = made(demo, "regulation", {}, "regulation/absence-monitoring")
    assert (found["council"], found["approval"], found["diary"]) == ("pk-1", {"date": "2025-09-01"}, {"teacher_column": True})
    (without,) = made(second, "regulation", {}, "regulation/absence-monitoring")
    assert "council" not in without


def test_an_order_of_approval_takes_date_and_number_from_the_regulation_and_names_the_law(demo: Facts, second: Facts) -> None:
    found = made(demo, "approval_orders", {}, "order/approve-regulation")
    assert [order["doc"]["number"] for order in found] == ["36", "37", "38", "39", "40"]
    assert (found[0]["doc"]["date"], found[0]["doc"]["control_by"]) == ("2025-09-01", "t03")
    assert found[0]["law"] == {"date": "2023-08-11", "number": "179"}
    (order,) = made(second, "approval_orders", {}, "order/approve-regulation")
    assert (order["doc"], order["replaces"]["number"]) == ({"number": "12", "date": "2024-09-02"}, "7")


def test_a_regulation_may_be_the_appendix_of_its_order(demo: Facts, second: Facts) -> None:
    (found,) = made(demo, "regulation", {}, "regulation/knowledge-control")
    assert (found["order"]["number"], found["control"]) == ("36", {"grade_from": 5, "grade_to": 11})
    (found,) = made(second, "regulation", {}, "regulation/student-movement")
    assert (found["order"]["number"], found["confirmed"]) == ("13", ["4.1"])


def test_a_week_gives_a_record_a_class_and_school_day(demo: Facts) -> None:
    found = made(demo, "absence_daily_class", {"week": "2025-W42"})
    assert [record["id"] for record in found][:3] == ["2025-10-13-7-А", "2025-10-13-9-А", "2025-10-14-7-А"]
    assert len(found) == 10
    assert len(made(demo, "absence_daily_class", {"week": "2025-W42", "class": "9-А"})) == 5


def test_a_day_without_absentees_is_a_record_too(demo: Facts) -> None:
    (found,) = made(demo, "absence_daily_class", {"date": "2025-10-20", "class": "9-А"})
    assert found["absences"] == []


def test_a_pupil_who_left_is_no_longer_told_absent(changed: Changed) -> None:
    record = "- student: p8b-26\n  date: 2024-10-16\n  full_day: true\n  reason: sick\n"
    facts = changed({"data/absences/2024-10.yaml": ("absences:\n", "absences:\n" + record)})
    (found,) = made(facts, "absence_daily_class", {"date": "2024-10-16", "class": "8-Б"})
    assert "p8b-26" not in {row["student"] for row in found["absences"]}


def test_the_class_tables_of_a_day_agree_with_the_schools(demo: Facts, second: Facts) -> None:
    for facts, week in ((demo, "2025-W42"), (second, "2024-W43")):
        own = made(facts, "absence_daily_class", {"week": week})
        for school in made(facts, "absence_daily_school", {"week": week}):
            lists = {record["class"]: record["absences"] for record in own if record["doc"] == school["doc"]}
            for row in school["classes"]:
                bare = [{k: v for k, v in absence.items() if k != "measures"} for absence in row["absences"]]
                assert bare == lists[row["class"]]
            assert school["totals"]["absent"] == sum(len(row) for row in lists.values())


@pytest.mark.parametrize(
    ("parameters", "id", "pointer"),
    [
        ({"date": "2025-10-18"}, "facts.not-school-day", "/date"),
        ({"date": "2025-11-07"}, "facts.not-school-day", "/date"),
        ({"date": "2030-01-15"}, "facts.future", "/date"),
        ({"date": "2025-02-30"}, "facts.not-a-date", "/date"),
        ({"date": "кечээ"}, "facts.not-a-date", "/date"),
        ({"week": "2025-W60"}, "facts.not-a-week", "/week"),
        ({"week": "2025-W30"}, "facts.no-school-week", "/week"),
        ({"week": "2026-W50"}, "facts.future", "/week"),
        ({}, "facts.no-day", ""),
        ({"date": "2025-10-17", "class": "7-Б"}, "facts.unknown-id", "/class"),
    ],
)
def test_days_and_classes_that_are_not_there(demo: Facts, parameters: dict[str, str], id: str, pointer: str) -> None:
    problem = refused(demo, "absence_daily_class", parameters)
    assert (problem.id, problem.position.pointer) == (id, pointer)


def test_the_nearest_school_day_is_offered(demo: Facts) -> None:
    assert refused(demo, "absence_daily_school", {"date": "2025-10-19"}).facts["nearest"] == "2025-10-20"


def test_of_the_week_that_is_running_only_the_days_that_have_come() -> None:
    facts = facts_of(ROOT, today=date(2025, 10, 15))
    days = [record["doc"]["date"] for record in made(facts, "absence_daily_school", {"week": "2025-W42"})]
    assert days == ["2025-10-13", "2025-10-14", "2025-10-15"]


def test_questionnaires_follow_the_groups_of_the_survey(demo: Facts) -> None:
    found = made(demo, "questionnaires", {})
    assert [record["survey"] for record in found] == [
        "survey-students",
        "survey-teachers",
        "survey-parents",
        "survey-administration",
    ]
    assert [record["appendix"]["number"] for record in found] == [1, 2, 3, 4]
    assert found[0]["order"] == {"date": "2025-10-01", "number": "61"}
    assert made(demo, "questionnaires", {"survey": "survey-parents"}) == [found[2]]


def test_a_single_questionnaire_without_an_order_bears_neither_order_nor_number(second: Facts) -> None:
    (found,) = made(second, "questionnaires", {})
    assert found == {"id": "2024-winter-survey-guests", "doc": {"date": "2024-12-02"}, "survey": "survey-guests"}


def test_without_a_survey_every_questionnaire_stands_alone(changed: Changed) -> None:
    facts = changed({"data/surveys/responses-2024-winter.yaml": None})
    assert made(facts, "questionnaires", {}) == [{"id": "survey-guests", "survey": "survey-guests"}]


def test_a_group_without_a_questionnaire_is_told_where_it_stands(changed: Changed) -> None:
    facts = changed({"data/surveys/responses-2024-winter.yaml": ("group: parents", "group: teachers")})
    problem = refused(facts, "questionnaires", {})
    assert (problem.id, problem.facts["found"]) == ("facts.no-questionnaire", "teachers")
    assert problem.position.file.endswith("responses-2024-winter.yaml")
    assert problem.position.line is not None


def test_an_earlier_survey_may_be_asked_for(changed: Changed) -> None:
    spring = (
        "survey:\n  id: 2025-spring\n  title: Жазгы\n  start: 2025-04-01\n  end: 2025-04-05\n"
        "  groups:\n  - group: parents\n    planned: 3\n"
    )
    facts = changed({"data/surveys/responses-2025-spring.yaml": spring})
    assert made(facts, "questionnaires", {})[0]["id"] == "2025-spring-survey-guests"
    assert made(facts, "questionnaires", {"round": "2024-winter"})[0]["id"] == "2024-winter-survey-guests"
    assert refused(facts, "questionnaires", {"round": "2024-autumn"}).id == "facts.unknown-id"
