from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from docgen.errors import ProblemsFound
from docgen.school.facts import Facts
from docgen.school.report_card import report_cards
from school.conftest import ROOT, facts_of

Changed = Callable[..., Facts]


def test_figures_of_term_1_are_the_expected_ones(demo: Facts, expected: Callable[[str], Any]) -> None:
    cards = {card["student"]: card for card in report_cards(demo, {"term": 1})}
    assert set(cards) == set(expected("report-cards"))
    for student, wanted in expected("report-cards").items():
        card = cards[student]
        assert card["average"] == wanted["average"], student
        assert card["lessons_missed"] == {"t1": wanted["lessons_missed"]}, student
        assert card["lessons_unexcused"] == {"t1": wanted["lessons_unexcused"]}, student


def test_cards_stand_by_class_and_name(demo: Facts, expected: Callable[[str], Any]) -> None:
    students = [card["student"] for card in report_cards(demo, {"term": 1})]
    assert students == [each for name in ("7-А", "9-А") for each in expected("classes")[name]["students_in_order"]]


def test_the_classes_own_subjects_in_the_schools_order(demo: Facts) -> None:
    seven, nine = (report_cards(demo, {"term": 1, "class": name})[0]["subjects"] for name in ("7-А", "9-А"))
    assert "chemistry" not in [row["subject"] for row in seven]
    assert [row["subject"] for row in nine] == [subject["code"] for subject in demo.subjects]


def test_a_grade_takes_all_its_classes(second: Facts) -> None:
    assert len(report_cards(second, {"term": 1, "grade": 11})) == 40
    with pytest.raises(ProblemsFound) as found:
        report_cards(second, {"term": 1, "grade": 5})
    assert [(p.id, p.position.pointer) for p in found.value.problems] == [("facts.no-grade", "/grade")]


def test_one_pupil_may_be_asked_for(demo: Facts) -> None:
    (card,) = report_cards(demo, {"term": 1, "student": "s07a-13"})
    assert (card["student"], card["lessons_missed"], card["average"]) == ("s07a-13", {"t1": 90}, 3.17)


def test_later_terms_stay_empty(second: Facts) -> None:
    for card in report_cards(second, {"term": 1}):
        assert set(card["lessons_missed"]) == {"t1"}
        assert all(set(row) <= {"subject", "t1"} for row in card["subjects"])
        assert "decision" not in card


def test_the_card_of_the_year_has_all_terms_exams_and_the_decision(second: Facts) -> None:
    card = report_cards(second, {"term": "year", "class": "11-А"})[0]
    assert set(card["lessons_missed"]) == {"t1", "t2", "t3", "t4", "year"}
    assert card["lessons_missed"]["year"] == sum(card["lessons_missed"][f"t{term}"] for term in (1, 2, 3, 4))
    algebra = next(row for row in card["subjects"] if row["subject"] == "algebra")
    assert {"year", "exam", "final"} <= set(algebra)
    assert card["decision"] == "graduated"


def test_a_pupil_without_a_mark_has_a_card_without_an_average(changed: Changed) -> None:
    marks = "school_year: 2024–2025\nterm: 1\nmarks: {}\n"
    card = report_cards(changed({"data/marks/2024-2025-1.yaml": marks}), {"term": 1, "class": "3"})[0]
    assert "average" not in card
    assert len(card["subjects"]) == 8


def test_marks_may_stand_in_a_file_a_class(changed: Changed) -> None:
    part = "school_year: 2024–2025\nterm: 1\nmarks:\n  p3-02:\n    pe: 5\n"
    empty = "school_year: 2024–2025\nterm: 1\nmarks: {}\n"
    facts = changed({"data/marks/2024-2025-1.yaml": empty, "data/marks/2024-2025-1-3.yaml": part})
    (card,) = report_cards(facts, {"term": 1, "student": "p3-02"})
    assert card["average"] == 5.0


def test_the_card_of_a_running_term_is_as_of_today() -> None:
    facts = facts_of(ROOT, today=date(2025, 10, 14))
    (card,) = report_cards(facts, {"term": 1, "student": "s07a-13"})
    assert card["doc"]["date"] == "2025-10-14"
    assert card["lessons_missed"] == {"t1": 12}


def test_a_term_without_marks_names_the_file_to_make(demo: Facts) -> None:
    with pytest.raises(ProblemsFound) as found:
        report_cards(demo, {"term": 2})
    (problem,) = found.value.problems
    assert (problem.id, problem.facts["expected"]) == ("facts.no-marks", "data/marks/2025-2026-2.yaml")


def test_a_term_that_has_not_begun_is_refused() -> None:
    with pytest.raises(ProblemsFound) as found:
        report_cards(facts_of(ROOT, today=date(2025, 10, 1)), {"term": 2})
    assert found.value.problems[0].id == "facts.future"


def test_a_term_that_the_calendar_does_not_have_is_refused(demo: Facts) -> None:
    with pytest.raises(ProblemsFound) as found:
        report_cards(demo, {"term": 7})
    assert (found.value.problems[0].id, found.value.problems[0].position.pointer) == ("facts.unknown-id", "/term")
