"""Papers of the cases: each has the figures of its case as they stood on its day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from docgen.errors import ProblemsFound
from docgen.school import cases
from docgen.school.facts import Facts
from docgen.school.views import case_papers

Changed = Callable[..., Facts]
EXPECTED = yaml.safe_load((Path(__file__).parent / "expected/cases.yaml").read_text(encoding="utf-8"))
FIGURES = ("absent_from", "absent_to", "school_days", "lessons_missed", "unexcused_lessons")


@pytest.mark.parametrize(("case", "paper"), [(case, paper) for case, papers in EXPECTED.items() for paper in papers], ids=str)
def test_figures_stand_as_of_the_day_of_each_paper(demo: Facts, case: str, paper: dict[str, Any]) -> None:
    found = cases.figures(demo, demo.find("case", case), date.fromisoformat(paper["date"]))
    assert found == {name: paper[name] for name in FIGURES}


def test_every_measure_with_the_paper_gives_a_record(demo: Facts) -> None:
    (act,) = case_papers(demo, {}, type="act/family-visit")
    assert act["id"] == "case-001-2025-10-22"
    assert (act["doc"]["date"], act["doc"]["number"], act["student"], act["copies"]) == ("2025-10-22", "3", "s07a-13", 2)
    assert act["visit"]["date"] == "2025-10-22"
    assert act["case"]["reason_text"].startswith("үй-бүлөнүн малын")
    assert "met" not in act["visit"]
    visits = case_papers(demo, {}, type="act/record-home-visit")
    assert [record["student"] for record in visits] == ["s07a-13", "s09a-12"]


def test_one_case_may_be_asked_for(demo: Facts) -> None:
    assert case_papers(demo, {"case": "case-002"}, type="act/family-visit") == []
    with pytest.raises(ProblemsFound) as refused:
        case_papers(demo, {"case": "case-01"}, type="act/family-visit")
    (problem,) = refused.value.problems
    assert (problem.id, problem.position.pointer) == ("facts.unknown-id", "/case")


def test_the_class_teacher_stands_among_the_members_as_such(demo: Facts) -> None:
    (act,) = case_papers(demo, {"case": "case-001"}, type="act/family-visit")
    assert act["members"][0] == {"person": "t10", "position": "класс жетекчи"}
    assert act["members"][2] == "t05"


def test_a_case_whose_first_day_has_no_absence_has_no_run(changed: Changed) -> None:
    facts = changed({"data/cases.yaml": ("absent_from: '2024-10-18'", "absent_from: '2024-10-17'")})
    found = cases.figures(facts, facts.find("case", "c-1"), date(2024, 10, 22))
    assert found == {"absent_from": "2024-10-17", "school_days": 0, "lessons_missed": 0, "unexcused_lessons": 0}


def test_a_paper_of_another_school_counts_its_saturdays(second: Facts) -> None:
    """A week of six days: 18 to 28 October 2024 are nine school days."""
    (act,) = case_papers(second, {}, type="act/family-visit")
    assert (act["case"]["absent_to"], act["case"]["school_days"]) == ("2024-10-28", 9)
    assert act["members"][0] == {"person": "u07", "position": "класс жетекчи"}
