"""School days, weeks and terms, from the calendar's facts (``data/calendar.yaml``, days as ISO text).

A school day is one of the week's days of study inside a term and no holiday; docs/formulas.md, «School days».
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

Calendar = Mapping[str, Any]


def is_school_day(calendar: Calendar, day: date) -> bool:
    """Is *day* a school day?"""
    if day.weekday() >= calendar["week_days"] or term_of(calendar, day) is None:
        return False
    return day.isoformat() not in {holiday["date"] for holiday in calendar.get("holidays", ())}


def school_days(calendar: Calendar, start: date, end: date) -> list[date]:
    """The school days from *start* to *end*, both included."""
    days = (start + timedelta(days=n) for n in range((end - start).days + 1))
    return [day for day in days if is_school_day(calendar, day)]


def nearest_school_day(calendar: Calendar, day: date) -> date | None:
    """The school day nearest to *day*, of two the earlier; None in a calendar that has none within 60 days."""
    around = (day + timedelta(days=n * sign) for n in range(1, 61) for sign in (-1, 1))
    return next((other for other in around if is_school_day(calendar, other)), None)


def term_of(calendar: Calendar, day: date) -> int | None:
    """The number of the term in which *day* lies, None between the terms."""
    iso = day.isoformat()
    return next((int(term["term"]) for term in calendar["terms"] if term["start"] <= iso <= term["end"]), None)


def term_bounds(calendar: Calendar, term: int | str) -> tuple[date, date]:
    """First and last day of a term, or of all terms for ``year``.

    Raises:
        KeyError: the calendar has no such term.
    """
    terms = [t for t in calendar["terms"] if term in ("year", t["term"])]
    if not terms:
        raise KeyError(term)
    return date.fromisoformat(terms[0]["start"]), date.fromisoformat(terms[-1]["end"])


def days_of_week(week: str) -> list[date]:
    """The seven days of an ISO week: «2025-W42» → 13 to 19 October 2025.

    Raises:
        ValueError: there is no such week.
    """
    year, _, number = week.partition("-W")
    if len(year) != 4 or len(number) != 2:
        raise ValueError(week)
    return [date.fromisocalendar(int(year), int(number), weekday) for weekday in range(1, 8)]


def months(start: date, end: date) -> list[str]:
    """The months that hold the days from *start* to *end*.

    >>> months(date(2025, 12, 30), date(2026, 1, 12))
    ['2025-12', '2026-01']
    """
    first, last = start.year * 12 + start.month - 1, end.year * 12 + end.month - 1
    return [f"{n // 12}-{n % 12 + 1:02d}" for n in range(first, last + 1)]


def lessons(timetable: Mapping[str, Mapping[str, list[str]]], class_name: str, day: date) -> list[str]:
    """The codes of a class's lessons on the weekday of *day*, in their order; empty without a timetable."""
    return list(timetable.get(class_name, {}).get(WEEKDAYS[day.weekday()], ()))
