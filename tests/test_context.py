from __future__ import annotations

import doctest
import pickle
import shutil
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from school.conftest import ROOT, SECOND, TODAY, facts_of

from docgen import context as module
from docgen.context import DOC, Plan
from docgen.doctype import DocumentType
from docgen.errors import Position, ProblemsFound
from docgen.school.facts import Facts
from docgen.school.views import derive
from docgen.template.environment import compile_text
from docgen.workspace import Workspace

SCHEMAS = Workspace(ROOT).schemas
TABLES = yaml.safe_load((ROOT / "tests/school/expected/tables.yaml").read_text(encoding="utf-8"))
ORDER = {
    "doc": {"date": "2025-11-05", "basis": ["ата-энесинин арызы"], "acquaint": ["t10", "t02"]},
    "student": "s07a-06",
    "application": {"date": "2025-11-03", "by": "s07a-06-g1", "reason": "3.3"},
    "new_address": "Бишкек шаары",
    "leave_date": "2025-11-06",
}


def type_of(id: str) -> DocumentType:
    return DocumentType.of(id, SCHEMAS[f"{id}.schema.json"], Path(), Path(), Path())


def plan_of(id: str) -> Plan:
    return Plan(SCHEMAS[f"{id}.schema.json"], SCHEMAS, f"{id}.schema.json")


def context_of(
    facts: Facts, id: str, record: dict[str, Any], locate: Callable[[str], Position] | None = None
) -> dict[str, Any]:
    return plan_of(id).context(record, facts, type_of(id), locate=locate)


def contexts(facts: Facts, id: str, **parameters: Any) -> list[dict[str, Any]]:
    doctype = type_of(id)
    records = derive(doctype, facts, parameters)
    plan = plan_of(id)
    return [plan.context(record, facts, doctype) for record in records]


@pytest.fixture(scope="module")
def demo() -> Facts:
    return facts_of(ROOT)


@pytest.fixture(scope="module")
def order(demo: Facts) -> dict[str, Any]:
    return context_of(demo, "order/expulsion-residence", ORDER)


def test_an_id_becomes_the_pupil_with_class_and_teacher(order: dict[str, Any]) -> None:
    student = order["student"]
    assert student["full_name"] == "Жумабекова Бактыгүл Бакыт кызы"
    assert student["class"]["teacher"]["short_name"] == "А.\u00a0Н.\u00a0Токоева"
    assert (student["class_name"], student["class_phrase"], student["class"]["enrolled"]) == ("7-А", "7-А классы", 25)
    assert student["family_category"]["printed"] == "толук эмес"
    assert student["guardians"][0]["relation"] == "апасы"
    assert student["birth_year"] == student["birth_date"].year
    assert isinstance(student["enrolled_on"], date)


def test_the_applicant_is_the_guardian_that_stands_in_the_pupil(order: dict[str, Any]) -> None:
    assert order["application"]["by"] in order["student"]["guardians"]
    assert order["application"]["reason"] == {"code": "3.3", "printed": "жашаган жеринин өзгөргөндүгүнө"}


def test_what_is_not_given_is_none(order: dict[str, Any]) -> None:
    assert order["confirmation_due"] is None
    assert order["id"] is None
    assert order["doc"]["number"] is None
    assert order["doc"]["control_by"] is None
    assert order["school"]["deputies"]["academic"]["phone"] is None


def test_doc_always_has_all_its_parts(demo: Facts, order: dict[str, Any]) -> None:
    bare = context_of(demo, "survey/questionnaire", {"survey": "survey-parents"})
    assert set(bare["doc"]) == set(DOC) == set(order["doc"])
    assert bare["doc"]["place"] == "Кең-Арал айылы"
    assert bare["doc"]["title"] is None


def test_the_title_is_the_types_subject(order: dict[str, Any]) -> None:
    assert order["doc"]["title"] == "Жумабекова Бактыгүл Бакыт кызын мектептен чыгаруу жөнүндө"


def test_a_person_s_own_forms_reach_the_filters(tmp_path: Path) -> None:
    shutil.copy(ROOT / "school.yaml", tmp_path)
    shutil.copytree(ROOT / "data", tmp_path / "data")
    pupils, staff = tmp_path / "data/classes/7-А.yaml", tmp_path / "data/staff.yaml"
    own = "forms:\n    accusative: Жумабекова Бактыгүлдү\n  "
    head, mark, rest = pupils.read_text("utf-8").partition("- id: s07a-06\n  ")
    pupils.write_text(head + mark + own + rest, "utf-8")
    changed = context_of(facts_of(tmp_path), "order/expulsion-residence", ORDER)
    assert changed["doc"]["title"] == "Жумабекова Бактыгүлдү мектептен чыгаруу жөнүндө"
    assert changed["_forms"] == {"Жумабекова Бактыгүл Бакыт кызы": {"accusative": "Жумабекова Бактыгүлдү"}}
    head, mark, rest = staff.read_text("utf-8").partition("- id: t02\n  ")
    staff.write_text(head + mark + "forms: {short: {dative: Анара Сыдыковага}}\n  " + rest, "utf-8")
    both = context_of(facts_of(tmp_path), "order/expulsion-residence", {**ORDER, "doc": {**ORDER["doc"], "control_by": "t02"}})
    assert both["_forms"]["А.\u00a0Б.\u00a0Сыдыкова"] == {"dative": "Анара Сыдыковага"}
    say = compile_text("{{ doc.control_by.short_name|dative }} {{ doc.control_by.full_name|dative }}", name="тест")
    assert say(both) == "Анара Сыдыковага Сыдыкова Анара Болотовнага"


def test_where_nobody_has_forms_of_its_own_none_are_looked_for(order: dict[str, Any]) -> None:
    assert "_forms" not in order


def test_a_place_of_its_own_stays(demo: Facts) -> None:
    record = {**ORDER, "doc": {"date": "2025-11-05", "place": "Ак-Дөбө шаары"}}
    assert context_of(demo, "order/expulsion-residence", record)["doc"]["place"] == "Ак-Дөбө шаары"


def test_lists_of_staff_keep_their_order(order: dict[str, Any]) -> None:
    assert [person["id"] for person in order["doc"]["acquaint"]] == ["t10", "t02"]


def test_the_school_stands_in_every_context_with_its_persons(order: dict[str, Any]) -> None:
    school = order["school"]
    assert school["director"]["full_name"] == "Турдалиева Айнура Бакировна"
    assert school["deputies"]["upbringing"]["position"] == "директордун тарбиялык иштер боюнча орун басары"
    assert school["methodical_unions"][0]["subjects"][0]["name"] == "Кыргыз тили"


def test_days_are_dates(order: dict[str, Any]) -> None:
    assert order["doc"]["date"] == date(2025, 11, 5)
    assert order["application"]["date"] == date(2025, 11, 3)


def test_enrolment_is_that_of_the_papers_date(demo: Facts) -> None:
    for day, enrolled in (("2025-11-05", 25), ("2025-11-06", 24), ("2026-01-15", 24), ("2025-09-01", 24)):
        record = {**ORDER, "doc": {"date": day}}
        assert context_of(demo, "order/expulsion-residence", record)["student"]["class"]["enrolled"] == enrolled


def test_age_is_in_full_years_on_the_papers_date(demo: Facts) -> None:
    born = date.fromisoformat(demo.find("student", "s07a-06")["birth_date"])
    for day, age in ((born.replace(year=2025), 2025 - born.year), (born.replace(year=2026), 2026 - born.year)):
        on = context_of(demo, "order/expulsion-residence", {**ORDER, "doc": {"date": day.isoformat()}})["student"]["age"]
        eve = date.fromordinal(day.toordinal() - 1).isoformat()
        before = context_of(demo, "order/expulsion-residence", {**ORDER, "doc": {"date": eve}})["student"]["age"]
        assert (on, before) == (age, age - 1)


def test_the_school_year_is_that_of_the_papers_date(order: dict[str, Any], demo: Facts) -> None:
    assert order["school_year"] == "2025–2026"
    assert context_of(demo, "survey/questionnaire", {"survey": "survey-parents"})["school_year"] == module.school_year(TODAY)
    assert doctest.testmod(module).failed == 0


def test_rows_about_pupils_are_put_in_order_of_names(demo: Facts) -> None:
    typed = ["s07a-25", "s07a-04", "s07a-05", "s07a-01"]
    record = {"doc": {"date": "2025-10-17"}, "class": "7-А", "absences": [{"student": s, "reason": "sick"} for s in typed]}
    found = context_of(demo, "appendix/absence-daily-class", record)
    assert [row["student"]["id"] for row in found["absences"]] == ["s07a-01", "s07a-05", "s07a-04", "s07a-25"]


def test_all_unknown_ids_of_a_record_are_told_at_once_each_in_its_place(demo: Facts) -> None:
    record = {**ORDER, "student": "s07a-42", "doc": {"date": "2025-11-05", "acquaint": ["t02", "t99"]}}
    with pytest.raises(ProblemsFound) as found:
        context_of(demo, "order/expulsion-residence", record, lambda pointer: Position("leave.yaml", 7, 1, pointer=pointer))
    assert {(p.id, p.position.pointer, p.facts["label"]) for p in found.value.problems} == {
        ("facts.unknown-id", "/student", "Окуучу"),
        ("facts.unknown-id", "/doc/acquaint/1", "Кызматкер"),
    }
    assert {p.position.line for p in found.value.problems} == {7}


def test_an_unknown_id_inside_the_facts_is_told_in_their_file(tmp_path: Path) -> None:
    shutil.copytree(SECOND, tmp_path / "school")
    path = tmp_path / "school/data/classes/3.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("teacher: u05", "teacher: u55"), encoding="utf-8")
    record = {"doc": {"date": "2024-10-21"}, "class": "3", "absences": []}
    with pytest.raises(ProblemsFound) as found:
        context_of(facts_of(tmp_path / "school"), "appendix/absence-daily-class", record)
    (problem,) = found.value.problems
    assert (problem.id, problem.facts["nearest"][:3]) == ("facts.unknown-id", "u05")
    assert problem.position.file.endswith("data/classes/3.yaml")
    assert (problem.position.pointer, problem.position.line) == ("/class/teacher", 5)


def test_the_rows_of_the_class_table_are_the_expected_ones(demo: Facts) -> None:
    for table in TABLES["absence-daily-class"]:
        (found,) = contexts(demo, "appendix/absence-daily-class", date=table["date"], **{"class": table["class"]})
        rows = [
            [
                str(number),
                row["student"]["full_name"],
                row["student"]["family_category"]["printed"],
                str(row["student"]["birth_year"]),
                row["student"]["address"],
                row["student"]["class_name"],
                row["reason"]["printed"],
            ]
            for number, row in enumerate(found["absences"], start=1)
        ]
        enrolled, absent = found["class"]["enrolled"], len(rows)
        assert (rows or [["", "Сабакка катышпаган окуучу жок", "", "", "", "", ""]]) == table["rows"]
        assert [str(enrolled), str(enrolled - absent), str(absent)] == table["counts"]


def test_the_rows_of_the_school_table_are_the_expected_ones(demo: Facts) -> None:
    for table in TABLES["absence-daily-school"]:
        (found,) = contexts(demo, "appendix/absence-daily-school", date=table["date"])
        totals = found["totals"]
        rows = []
        for row in found["classes"]:
            head = [str(totals["enrolled"]) if not rows else "", row["class"]["name"], str(row["class"]["enrolled"])]
            head.append(str(len(row["absences"])))
            for absence in row["absences"]:
                measures = "; ".join(f"{m['date']:%d.%m.%Y} – {m['text']}" for m in absence["measures"] or ())
                rows.append([*head, absence["student"]["full_name"], absence["reason"]["printed"], measures])
                head = [""] * 4
            if not row["absences"]:
                rows.append([*head, "", "", ""])
        assert rows == table["rows"]
        total = ["Бардыгы", str(len(found["classes"])), str(totals["enrolled"]), str(totals["absent"]), "", "", ""]
        assert total == table["total"]


def test_a_report_card_speaks_of_subjects_and_terms_by_name(demo: Facts) -> None:
    found = contexts(demo, "report/report-card", term=1, **{"class": "7-А"})[0]
    assert (found["term"]["code"], found["term"]["printed"]) == (1, "1-чейрек")
    assert found["subjects"][0]["subject"]["name"] == "Кыргыз тили"
    assert found["subjects"][0]["t2"] is None
    assert found["behaviour"]["printed"] == "жакшы"
    assert found["school_year"] == "2025–2026"


def test_a_questionnaire_holds_its_questions(demo: Facts) -> None:
    found = contexts(demo, "survey/questionnaire", survey="survey-students")[0]
    kinds = {question["type"] for question in found["survey"]["questions"]}
    assert kinds == {"single", "scale", "matrix", "multiple", "open"}
    assert all("options" in question and "rows" in question for question in found["survey"]["questions"])
    assert found["survey"]["questions"][2]["indicator"]["code"] == "K1"
    assert (found["order"]["number"], found["appendix"]["number"]) == ("61", 1)


def test_a_protocol_comes_with_its_council(demo: Facts) -> None:
    (found,) = contexts(demo, "regulation/absence-monitoring")
    council = found["council"]
    assert (council["body"], council["number"], council["date"]) == ("педагогикалык кеңеш", "1", date(2025, 8, 28))
    assert council["chair"]["id"] == "t01"


def test_a_protocol_may_be_written_out(demo: Facts) -> None:
    record = {
        "council": {"body": "педагогикалык кеңеш", "number": "3", "date": "2025-08-30"},
        "approval": {"date": "2025-09-01"},
        "law": {"compulsory_clause_text": "Мыйзамдын беренелеринин"},
    }
    assert context_of(demo, "regulation/absence-monitoring", record)["council"]["date"] == date(2025, 8, 30)


def test_a_member_may_be_of_the_staff_a_parent_in_a_function_or_from_outside(demo: Facts) -> None:
    schema = {"properties": {"members": {"items": {"$ref": "../_defs/member.schema.json"}}}}
    outside = {"surname": "Бакиров", "given_name": "Нурбек", "position": "инспектор"}
    record = {"members": ["t10", {"person": "s07a-01-g1", "position": "ата-энелер комитетинин төрагасы"}, outside]}
    found = Plan(schema, SCHEMAS, "act/x.schema.json").context(record, demo, type_of("survey/questionnaire"))
    assert [(m["short_name"], m["position"]) for m in found["members"]] == [
        ("А.\u00a0Н.\u00a0Токоева", "англис тили мугалими"),
        ("С.\u00a0Абдылдаев", "ата-энелер комитетинин төрагасы"),
        ("Н.\u00a0Бакиров", "инспектор"),
    ]


def test_an_order_and_the_survey_it_starts_do_not_hold_each_other(demo: Facts) -> None:
    schema = {"properties": {"order": {"$ref": "../_defs/order.schema.json"}}}
    found = Plan(schema, SCHEMAS, "act/x.schema.json").context({"order": "ord-07"}, demo, type_of("survey/questionnaire"))
    assert found["order"]["survey"]["title"] == "2025–2026-окуу жылынын башындагы сурамжылоо"
    assert found["order"]["survey"]["order"] == "ord-07"


def test_a_class_without_a_letter_has_its_own_phrase() -> None:
    (found, *_) = contexts(facts_of(SECOND), "appendix/absence-daily-class", date="2024-10-21", **{"class": "3"})
    assert (found["class"]["phrase"], found["class"]["letter"]) == ("3-класс", None)


@pytest.mark.parametrize("root", [ROOT, SECOND], ids=["demo", "second"])
def test_a_context_is_plain_data_without_circles(root: Path) -> None:
    facts = facts_of(root)
    for name in ("order/expulsion-residence", "regulation/absence-monitoring", "survey/questionnaire"):
        for found in contexts(facts, name):
            assert kinds(found) <= {dict, list, str, int, float, bool, Decimal, date, type(None)}
            pickle.dumps(found)


def kinds(value: Any, depth: int = 0) -> set[type]:
    assert depth < 30
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return {type(value)}.union(*(kinds(each, depth + 1) for each in inside))


def test_a_context_takes_no_more_than_its_facts_once_they_are_read(demo: Facts) -> None:
    """The same record gives the same context, and the record stays as it was."""
    record = {**ORDER}
    plan = plan_of("order/expulsion-residence")
    first = plan.context(record, demo, type_of("order/expulsion-residence"))
    assert plan.context(record, demo, type_of("order/expulsion-residence")) == first
    assert record == ORDER


# pupils on the class list


def unlisted(facts: Facts, id: str, record: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Pointer, pupil and day of each pupil of a record who is on no class list."""
    with pytest.raises(ProblemsFound) as found:
        context_of(facts, id, record)
    assert {problem.id for problem in found.value.problems} == {"facts.not-listed"}
    return [
        (problem.position.pointer, str(problem.facts["student"]), str(problem.facts.get("left") or problem.facts["enrolled"]))
        for problem in found.value.problems
    ]


def absent(day: str, *students: str) -> dict[str, Any]:
    rows = [{"student": student, "reason": "sick"} for student in students]
    return {"doc": {"date": day}, "class": "7-А", "absences": rows}


def of_week(day: str, *students: str) -> dict[str, Any]:
    rows = [{"student": student, "reason": "sick", "days": 1, "lessons": 6} for student in students]
    totals = {"enrolled": 48, "students": 1, "days": 1, "lessons": 6, "lessons_unexcused": 0}
    return {"doc": {"date": day}, "week": {"start": "2025-11-17", "end": "2025-11-21"}, "rows": rows, "totals": totals}


def test_a_pupil_who_left_or_is_not_there_yet_is_on_no_paper_of_the_day(demo: Facts) -> None:
    """The day of leaving is the first one off the list; all such pupils are told at once, with the day that says why."""
    daily = "appendix/absence-daily-class"
    assert context_of(demo, daily, absent("2025-11-05", "s07a-06"))["absences"]
    assert unlisted(demo, daily, absent("2025-11-06", "s07a-13", "s07a-06")) == [
        ("/absences/1/student", "Жумабекова Бактыгүл Бакыт кызы", "2025-11-06")
    ]
    assert unlisted(demo, daily, absent("2025-09-10", "s07a-12")) == [
        ("/absences/0/student", "Нурлан кызы Бактыгүл", "2025-09-15")
    ]
    assert len(unlisted(demo, daily, absent("2025-11-18", "s07a-06", "s07a-10"))) == 2
    assert context_of(demo, daily, absent("2026-01-15", "s07a-06"))["absences"], "reinstated"


def test_a_paper_of_a_week_names_who_was_there_on_any_of_its_days(demo: Facts) -> None:
    """s07a-10 leaves on Monday the 17th, s09a-05 a week later."""
    weekly = "appendix/absence-weekly-school"
    assert unlisted(demo, weekly, of_week("2025-11-21", "s07a-10"))[0][0] == "/rows/0/student"
    assert context_of(demo, weekly, of_week("2025-11-21", "s09a-05"))["rows"]
    earlier = of_week("2025-11-21", "s07a-10")
    earlier["week"]["start"] = "2025-11-10"
    assert context_of(demo, weekly, earlier)["rows"]


def test_the_order_that_lets_a_pupil_go_names_the_pupil_on_the_very_day(demo: Facts) -> None:
    """Its facts have already taken the pupil off the list; a pupil who left by an earlier order is on none."""
    same_day = {**ORDER, "doc": {"date": "2025-11-06"}}
    assert context_of(demo, "order/expulsion-residence", same_day)["student"]["id"] == "s07a-06"
    again = {**ORDER, "doc": {"date": "2025-12-05"}, "leave_date": "2025-12-08"}
    assert unlisted(demo, "order/expulsion-residence", again)[0][2] == "2025-11-06"


def test_a_schema_may_let_a_paper_name_who_is_on_no_list(demo: Facts) -> None:
    """As an order of reinstatement, or a certificate for a pupil who left, must."""
    schema = {
        "type": "object",
        "properties": {
            "doc": {"$ref": "../_defs/doc.schema.json"},
            "student": {"$ref": "../_defs/student.schema.json", "x-docgen-listed": False},
        },
        "x-docgen": {"title": "Калыбына келтирүү", "file_name": "x"},
    }
    path = "order/reinstatement.schema.json"
    doctype = DocumentType.of("order/reinstatement", schema, Path(), Path(), Path())
    record = {"doc": {"date": "2026-01-12"}, "student": "s07a-06"}
    made = Plan(schema, SCHEMAS, path).context(record, demo, doctype)
    assert made["student"]["full_name"] == "Жумабекова Бактыгүл Бакыт кызы"


def test_only_the_records_own_pupils_are_asked_about(demo: Facts) -> None:
    """An order from before, named by its id, may be about a pupil who has left since."""
    schema = {
        "type": "object",
        "properties": {"doc": {"$ref": "../_defs/doc.schema.json"}, "order": {"$ref": "../_defs/order.schema.json"}},
        "x-docgen": {"title": "Маалымкат", "file_name": "x"},
    }
    doctype = DocumentType.of("letter/note", schema, Path(), Path(), Path())
    record = {"doc": {"date": "2025-12-05"}, "order": "ord-08"}
    made = Plan(schema, SCHEMAS, "letter/note.schema.json").context(record, demo, doctype)
    assert made["order"]["student"]["id"] == "s07a-06"


def test_a_report_card_of_a_term_is_for_who_was_there_in_the_term(demo: Facts) -> None:
    card = derive(type_of("report/report-card"), demo, {"term": 1, "student": "s07a-06"})[0]
    later = {**card, "doc": {"date": "2025-11-20"}}
    assert context_of(demo, "report/report-card", later)["student"]["id"] == "s07a-06"
    assert unlisted(demo, "report/report-card", {**later, "term": 2, "doc": {"date": "2025-12-30"}})[0][0] == "/student"
