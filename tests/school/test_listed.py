from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from docgen.errors import Position
from docgen.school.facts import Facts
from docgen.school.listed import Met, Rule, unlisted

PUPIL = "s07a-06"  # leaves on 2025-11-06
WEEK = {"week": {"start": date(2025, 11, 3), "end": date(2025, 11, 7)}, "leave_date": date(2025, 11, 6)}


@pytest.mark.parametrize(
    ("rule", "context", "day", "is_told"),
    [
        (None, {}, "2025-11-05", False),
        (None, {}, "2025-11-06", True),
        (False, {}, "2025-11-06", False),
        ({"during": "week"}, WEEK, "2025-11-21", False),
        ({"during": "week"}, {"week": None}, "2025-11-21", True),
        ({"until": "leave_date"}, WEEK, "2025-11-06", False),
        ({"until": "leave_date"}, {"leave_date": date(2025, 11, 8)}, "2025-11-10", True),
    ],
)
def test_a_pupil_is_listed_on_the_papers_day_or_when_the_field_says(
    demo: Facts, rule: Rule, context: dict[str, Any], day: str, is_told: bool
) -> None:
    told = unlisted([Met("/student", PUPIL, rule)], demo, context, date.fromisoformat(day), lambda at: Position(pointer=at))
    assert [(problem.id, problem.position.pointer) for problem in told] == [("facts.not-listed", "/student")] * is_told
