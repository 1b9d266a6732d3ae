from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from docgen.errors import Position, Problem, ProblemsFound
from docgen.school.facts import Facts
from docgen.workspace import Workspace
from school.conftest import ROOT, facts_of

Changed = Callable[..., Facts]


def refused(call: Callable[[], Any]) -> Problem:
    with pytest.raises(ProblemsFound) as found:
        call()
    (problem,) = found.value.problems
    return problem


@pytest.mark.parametrize(
    ("kind", "id", "part", "value"),
    [
        ("student", "s07a-24", "class", "7-А"),
        ("guardian", "s07a-13-g1", "student", "s07a-13"),
        ("class", "9-А", "teacher", "t13"),
        ("class", "8-Б", "teacher", "t11"),  # of the next year
        ("staff", "t05", "position", "социалдык педагог"),
        ("person", "t05", "surname", "Мамбетова"),
        ("person", "s07a-13-g1", "relation", "атасы"),
        ("subject", "algebra", "name", "Алгебра"),
        ("protocol", "pk-6", "body", "педагогикалык кеңеш"),
        ("regulation", "regulation/absence-monitoring", "council", "pk-1"),
        ("order", "ord-08", "student", "s07a-06"),
        ("case", "case-002", "student", "s09a-12"),
        ("survey", "survey-parents", "group", "parents"),
        ("survey-round", "2025-autumn", "order", "ord-07"),
        ("indicator", "K5", "title", "инфраструктуранын сапаты"),
        ("terms.absence_reasons", "sick", "printed", "оорусу боюнча"),
        ("terms.family_categories", "full", "printed", "толук"),
        ("term", 2, "printed", "2-чейрек"),
        ("term", "year", "end", "2026-05-29"),
    ],
)
def test_every_kind_is_found_by_its_id(demo: Facts, kind: str, id: str | int, part: str, value: str) -> None:
    assert demo.find(kind, id)[part] == value


def test_one_pupil_costs_one_class_file() -> None:
    facts = facts_of(ROOT)
    facts.find("student", "s07a-24")
    facts.find("guardian", "s07a-24-g1")
    assert [path.name for path in facts._contents] == ["7-А.yaml"]


def test_an_id_that_begins_like_another_does_not_open_its_file(demo: Facts) -> None:
    assert demo.files.mentioning("data/classes", "s07a-2") == []
    assert len(demo.files.mentioning("data/classes", "s07a-24")) == 1


def test_an_id_written_with_an_escape_is_found_all_the_same(changed: Changed) -> None:
    facts = changed({"data/classes/3.yaml": ("id: p3-02\n", 'id: "p3\\u002D02"\n')})
    assert facts.find("student", "p3-02")["class"] == "3"


def test_an_unknown_id_is_answered_with_the_nearest_and_their_names(demo: Facts) -> None:
    at = Position("leave.yaml", 3, 10, pointer="/student")
    problem = refused(lambda: demo.find("student", "s07a-42", at=at, label="Окуучу"))
    assert (problem.id, problem.position) == ("facts.unknown-id", at)
    assert str(problem.facts["nearest"]).startswith("s07a-24 (Эркин кызы Жылдыз)")


def test_a_name_in_the_place_of_an_id_is_answered_with_the_id(demo: Facts) -> None:
    problem = refused(lambda: demo.find("student", "Нурланов Элдияр"))
    assert str(problem.facts["nearest"]).startswith("s07a-13 (Нурланов Элдияр Эркинович)")


def test_nothing_is_offered_where_nothing_is_near(demo: Facts) -> None:
    assert refused(lambda: demo.find("staff", "qqqqqq")).facts["nearest"] == ""


def test_a_duplicate_id_names_both_places(changed: Changed) -> None:
    facts = changed({"data/classes/3.yaml": ("id: p3-02\n", "id: p8b-03\n")})
    problem = refused(lambda: facts.find("student", "p8b-03"))
    assert problem.id == "facts.duplicate-id"
    places = {str(problem.facts["first"]).rpartition("/")[2].partition(":")[0], problem.position.file.rpartition("/")[2]}
    assert places == {"3.yaml", "8-Б.yaml"}
    assert problem.position.line is not None


def test_a_missing_file_is_named(changed: Changed) -> None:
    problem = refused(lambda: changed({"data/calendar.yaml": None}).calendar)
    assert (problem.id, problem.facts["found"]) == ("facts.no-file", "data/calendar.yaml")


@pytest.mark.parametrize(("kind", "file"), [("staff", "data/staff.yaml"), ("terms.family", "data/terms.yaml"),
                                            ("order", "data/movement.yaml"), ("subject", "data/subjects.yaml")])
def test_an_id_of_a_file_that_is_missing_names_the_file(changed: Changed, kind: str, file: str) -> None:
    at = Position("leave.yaml", 3, 12)
    problem = refused(lambda: changed({file: None}).find(kind, "t02", at=at))
    assert (problem.id, problem.facts["found"], problem.position) == ("facts.no-file", file, at)


def test_a_kind_of_facts_that_there_is_not_names_the_nearest(changed: Changed) -> None:
    problem = refused(lambda: changed({}).find("studnt", "s07a-24", label="Окуучу"))
    assert (problem.id, problem.facts["found"], problem.facts["nearest"]) == ("facts.unknown-kind", "studnt", "student")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_what_is_no_file_holds_no_facts(tmp_path: Path) -> None:
    shutil.copy(ROOT / "school.yaml", tmp_path)
    shutil.copytree(ROOT / "data", tmp_path / "data")
    classes = tmp_path / "data" / "classes"
    (classes / "8-А.yaml").mkdir()
    os.mkfifo(classes / "8-Б.yaml")
    (classes / "8-В.yaml").symlink_to("/dev/zero")
    (classes / "8-Г.yaml").symlink_to("nowhere")
    assert Workspace(tmp_path).facts.find("student", "s07a-24")["class"] == "7-А"


def test_what_is_wrong_in_a_file_is_told_with_its_line(changed: Changed) -> None:
    problem = refused(lambda: changed({"data/staff.yaml": ("surname: Ысак кызы", "surname: Isakova")}).find("staff", "u03"))
    assert problem.position.file.endswith("data/staff.yaml")
    assert problem.position.line is not None
    assert problem.id.startswith("record.")


@pytest.mark.parametrize("name", ["7-А", "9-А"])
def test_class_lists_are_those_of_the_day_in_kyrgyz_order(demo: Facts, name: str, expected: Callable[[str], Any]) -> None:
    wanted = expected("classes")[name]
    counts = {day: len(demo.class_list(name, date.fromisoformat(day))) for day in wanted["enrolled_on"]}
    pupils = demo.class_list(name, date(2025, 11, 5))
    girls = sum(pupil["sex"] == "f" for pupil in pupils)
    assert counts == wanted["enrolled_on"]
    assert [pupil["id"] for pupil in pupils] == wanted["students_in_order"]
    assert (girls, len(pupils) - girls) == (wanted["term1"]["girls"], wanted["term1"]["boys"])


def test_classes_stand_by_grade_and_letter(second: Facts) -> None:
    assert second.class_names() == ["3", "8-Б", "11-А"]


def test_a_pupil_moved_by_an_order_is_on_the_new_list_from_that_day(changed: Changed) -> None:
    move = (
        "orders:\n- id: b-01\n  type: order/indepth-class\n  doc:\n    date: 2024-10-01\n  student: p8b-03\n"
        "  class_to: 11-А\n  start_date: 2024-10-07\n"
    )
    facts = changed({"data/movement.yaml": move})
    for day, name in ((date(2024, 10, 6), "8-Б"), (date(2024, 10, 7), "11-А")):
        assert facts.class_of(facts.find("student", "p8b-03"), day) == name
        lists = [each for each in facts.class_names() if "p8b-03" in {p["id"] for p in facts.class_list(each, day)}]
        assert lists == [name]


def test_a_class_of_the_next_year_takes_nobody_yet(demo: Facts) -> None:
    pupil = demo.find("student", "s07a-14")  # ord-15 sends her to 8-Б on 2026-09-01
    assert demo.class_of(pupil, date(2026, 9, 2)) == "7-А"
    assert demo.class_list("8-Б", date(2026, 9, 2)) == []


def test_absences_of_a_day_load_one_month(changed: Changed) -> None:
    facts = changed({})
    facts.absences(date(2024, 10, 7), date(2024, 10, 11))
    assert [path.name for path in facts._contents] == ["2024-10.yaml"]


def test_a_file_is_read_for_what_stands_in_it_not_for_its_name(changed: Changed) -> None:
    facts = changed({})
    for folder, old, new in (("absences", "2024-10", "октябрь"), ("marks", "2024-2025-1", "баалар")):
        path = facts.files.root / "data" / folder / f"{old}.yaml"
        path.rename(path.with_stem(new))
    assert facts.absences(date(2024, 10, 7), date(2024, 10, 12))
    assert len(facts.marks(1)) == 1


def test_a_month_may_be_split_over_files(changed: Changed) -> None:
    split = "month: 2024-10\nabsences:\n- {student: p3-02, date: 2024-10-25, full_day: true, reason: sick}\n"
    facts = changed({"data/absences/2024-10-3.yaml": split})
    assert "p3-02" in {record["student"] for record in facts.absences(date(2024, 10, 25), date(2024, 10, 25))}
