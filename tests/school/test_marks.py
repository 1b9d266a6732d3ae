from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from docgen.school import marks
from docgen.school.facts import Facts


def test_averages_and_counts_of_the_demo_school(demo: Facts, expected: Callable[[str], Any]) -> None:
    contents = demo.marks(1)
    for pupil, wanted in expected("report-cards").items():
        own = marks.of_pupil(contents, pupil).values()
        counts = marks.counts(own)
        assert float(marks.average(own) or 0) == wanted["average"], pupil
        assert [counts[mark] for mark in (5, 4, 3, 2, "н/а", "б")] == [
            wanted[name] for name in ("n5", "n4", "n3", "n2", "na", "exempt")
        ], pupil


@pytest.mark.parametrize(
    ("own", "average"),
    [([4, 4, 5], "4.33"), ([5, "н/а", "б"], "5.00"), ([4, 4, 4, 4, 4, 4, 4, 5], "4.13"), (["б"], None), ([], None)],
)
def test_only_numbers_count_half_up(own: list[marks.Mark], average: str | None) -> None:
    assert marks.average(own) == (None if average is None else Decimal(average))


def test_a_pupil_without_marks_has_none(demo: Facts) -> None:
    assert marks.of_pupil(demo.marks(1), "s99-01") == {}
    assert marks.said_of_pupil(demo.marks(1), "behaviour", "s99-01") is None
    assert marks.said_of_pupil(demo.marks(1), "decisions", "s07a-01") is None
