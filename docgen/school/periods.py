"""What parameters ask for: days, a week, a period, a term, classes; and the plain refusal of what the school's year has not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NoReturn

from docgen.errors import Position, Problem, ProblemsFound
from docgen.school import calendar
from docgen.school.facts import Facts

Parameters = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of days: *start* and *end* as papers name them, and its school days, of which there is at least one.

    *key* tells it from other periods in the ids of records: «2025-W42», «2025-10-13–2025-10-31».
    """

    key: str
    start: date
    end: date
    days: list[date]

    @property
    def bounds(self) -> dict[str, str]:
        """As records hold it."""
        return {"start": self.start.isoformat(), "end": self.end.isoformat()}


def days(facts: Facts, parameters: Parameters) -> list[date]:
    """The school day that ``date`` names, or those of the ``week`` («2025-W42») that have come.

    Raises:
        ProblemsFound: ``facts.not-a-date``, ``facts.not-a-week``, ``facts.not-school-day``, ``facts.no-school-week``,
            ``facts.future``, or ``facts.no-day`` when neither is given.
    """
    if "date" in parameters:
        return [_school_day(facts, parameters)]
    if "week" in parameters:
        return _school_week(facts, str(parameters["week"]))
    return _refuse("facts.no-day", "")


def period(facts: Facts, parameters: Parameters) -> Period:
    """The ``week``, or the days from ``start`` to ``end``; its *days* are the school days of it that have come.

    A week goes from Monday to its last day of study, holiday or not.

    Raises:
        ProblemsFound: as `days`; ``facts.period-order``, ``facts.no-school-days``; ``facts.no-day`` when nothing is given.
    """
    if "week" in parameters:
        week = str(parameters["week"])
        found = _school_week(facts, week)
        return Period(week, *_bounds(facts, week), found)
    if "start" not in parameters or "end" not in parameters:
        return _refuse("facts.no-day", "")
    start, end = (_day_come(facts, parameters, name) for name in ("start", "end"))
    key = f"{start}–{end}"
    if end < start:
        _refuse("facts.period-order", "end", found=end.isoformat(), expected=start.isoformat())
    school_days = calendar.school_days(facts.calendar, start, end)
    return Period(key, start, end, school_days or _refuse("facts.no-school-days", "start", found=key))


def timetable_week(facts: Facts, parameters: Parameters) -> Period:
    """The ``week`` with all its school days, also those to come.

    Raises:
        ProblemsFound: ``facts.not-a-week``, ``facts.no-school-week``.
    """
    week = str(parameters["week"])
    start, end = _bounds(facts, week)
    found = calendar.school_days(facts.calendar, start, end)
    return Period(week, start, end, found or _refuse_empty_week(week, start, end))


def term(facts: Facts, parameters: Parameters) -> int | str:
    """The ``term`` asked for, 1–4 or ``year``, which must have begun.

    Raises:
        ProblemsFound: ``facts.unknown-id`` (no such term in the calendar), ``facts.future``.
    """
    asked = parameters["term"]
    found = facts.find("term", asked, at=Position(pointer="/term"), label="Чейрек")
    if found["start"] > facts.today.isoformat():
        _refuse("facts.future", "term", found=found["printed"], start=found["start"])
    return found["code"]  # type: ignore[no-any-return]


def class_name(facts: Facts, name: str) -> str:
    """The name of a class that there is.

    Raises:
        ProblemsFound: ``facts.unknown-id`` with the nearest names.
    """
    return str(facts.find("class", name, at=Position(pointer="/class"), label="Класс")["name"])


def class_names(facts: Facts, parameters: Parameters) -> list[str]:
    """The class of ``class``, the classes of ``grade``, or all, by grade and letter.

    Raises:
        ProblemsFound: ``facts.unknown-id``, ``facts.no-grade``.
    """
    if "class" in parameters:
        return [class_name(facts, parameters["class"])]
    names = facts.class_names()
    if "grade" not in parameters:
        return names
    of_grade = [name for name in names if facts.find("class", name)["grade"] == parameters["grade"]]
    return of_grade or _refuse("facts.no-grade", "grade", found=parameters["grade"], expected=", ".join(names))


def _day_come(facts: Facts, parameters: Parameters, name: str) -> date:
    text = str(parameters[name])
    try:
        day = date.fromisoformat(text)
    except ValueError:
        _refuse("facts.not-a-date", name, found=text)
    return day if day <= facts.today else _refuse("facts.future", name, found=text, today=facts.today.isoformat())


def _school_day(facts: Facts, parameters: Parameters) -> date:
    day = _day_come(facts, parameters, "date")
    if not calendar.is_school_day(facts.calendar, day):
        other = calendar.nearest_school_day(facts.calendar, day)
        _refuse("facts.not-school-day", "date", found=day.isoformat(), nearest=other.isoformat() if other else "")
    return day


def _bounds(facts: Facts, week: str) -> tuple[date, date]:
    """Monday and the last day of study of a week."""
    try:
        found = calendar.days_of_week(week)
    except ValueError:
        _refuse("facts.not-a-week", "week", found=week)
    return found[0], found[facts.calendar["week_days"] - 1]


def _school_week(facts: Facts, week: str) -> list[date]:
    start, end = _bounds(facts, week)
    if start > facts.today:
        _refuse("facts.future", "week", found=week, today=facts.today.isoformat())
    found = [day for day in calendar.school_days(facts.calendar, start, end) if day <= facts.today]
    return found or _refuse_empty_week(week, start, end)


def _refuse_empty_week(week: str, start: date, end: date) -> NoReturn:
    _refuse("facts.no-school-week", "week", found=week, expected=f"{start:%d.%m.%Y}–{end:%d.%m.%Y}")


def _refuse(id: str, parameter: str, **shown: str | int) -> NoReturn:
    raise ProblemsFound([Problem(id, Position(pointer=f"/{parameter}" if parameter else ""), shown)])
