from __future__ import annotations

import doctest
from datetime import date

import pytest

from docgen.school import calendar
from docgen.school.facts import Facts


@pytest.mark.parametrize(
    ("day", "is_one"),
    [
        ("2025-10-17", True),  # Friday
        ("2025-10-18", False),  # Saturday, the week has five days
        ("2025-11-05", True),  # last day of term 1
        ("2025-11-06", False),  # break
        ("2026-05-01", False),  # holiday
        ("2025-08-31", False),
    ],
)
def test_a_school_day_is_a_weekday_in_a_term_and_no_holiday(demo: Facts, day: str, is_one: bool) -> None:
    assert calendar.is_school_day(demo.calendar, date.fromisoformat(day)) is is_one


def test_a_week_of_six_days_has_lessons_on_saturday(second: Facts) -> None:
    days = calendar.school_days(second.calendar, *calendar.days_of_week("2024-W43")[::6])
    assert [day.isoweekday() for day in days] == [1, 2, 3, 4, 5, 6]


def test_breaks_and_holidays_do_not_count(demo: Facts) -> None:
    days = calendar.school_days(demo.calendar, date(2025, 11, 3), date(2025, 11, 11))
    assert [day.day for day in days] == [3, 4, 5, 10, 11]


@pytest.mark.parametrize(("day", "near"), [("2025-10-18", "2025-10-17"), ("2025-10-19", "2025-10-20")])
def test_the_nearest_school_day(demo: Facts, day: str, near: str) -> None:
    assert calendar.nearest_school_day(demo.calendar, date.fromisoformat(day)) == date.fromisoformat(near)


def test_no_school_day_is_near_in_summer(demo: Facts) -> None:
    assert calendar.nearest_school_day(demo.calendar, date(2027, 7, 1)) is None


@pytest.mark.parametrize(("day", "term"), [("2025-09-01", 1), ("2025-11-05", 1), ("2025-11-07", None), ("2026-05-29", 4)])
def test_the_term_of_a_day(demo: Facts, day: str, term: int | None) -> None:
    assert calendar.term_of(demo.calendar, date.fromisoformat(day)) == term


def test_the_year_runs_from_the_first_term_to_the_last(demo: Facts) -> None:
    assert calendar.term_bounds(demo.calendar, "year") == (date(2025, 9, 1), date(2026, 5, 29))
    with pytest.raises(KeyError):
        calendar.term_bounds(demo.calendar, 5)


def test_weeks_are_those_of_iso_8601() -> None:
    assert calendar.days_of_week("2025-W42")[0] == date(2025, 10, 13)
    assert calendar.days_of_week("2026-W01")[0] == date(2025, 12, 29)


@pytest.mark.parametrize("week", ["2025-W54", "2025-42", "W42", "2025-W4", "2025-W00", "жума"])
def test_what_is_no_week_is_refused(week: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - any
        calendar.days_of_week(week)


def test_lessons_of_a_day_follow_the_weekday(demo: Facts) -> None:
    friday = ["eng", "algebra", "kyr_lang", "kyr_lit", "pe", "geography"]
    assert calendar.lessons(demo.timetable, "7-А", date(2025, 10, 17)) == friday
    assert calendar.lessons(demo.timetable, "7-А", date(2025, 10, 18)) == []
    assert calendar.lessons(demo.timetable, "1-А", date(2025, 10, 17)) == []


def test_the_examples_in_the_docstrings_are_true() -> None:
    assert doctest.testmod(calendar).failed == 0
