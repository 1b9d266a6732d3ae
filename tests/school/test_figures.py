from __future__ import annotations

import doctest
from decimal import Decimal

import pytest

from docgen.school import figures


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [(1, 8, "12.5"), (1, 16, "6.3"), (3, 16, "18.8"), (1, 3, "33.3"), (2, 3, "66.7"), (0, 7, "0.0"), (7, 7, "100.0")],
)
def test_percentages_are_rounded_half_up(part: int, whole: int, expected: str) -> None:
    assert figures.percent(part, whole) == Decimal(expected)


def test_no_value_where_there_is_nothing_to_divide_by() -> None:
    assert figures.percent(0, 0) is None
    assert figures.mean(0, 0) is None


def test_the_examples_in_the_docstrings_are_true() -> None:
    assert doctest.testmod(figures).failed == 0
