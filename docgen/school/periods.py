"""What parameters ask for: days, a week, a term, classes; and the plain refusal of what the school's year does not have."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, NoReturn

from docgen.errors import Position, Problem, ProblemsFound
from docgen.school import calendar
from docgen.school.facts import Facts

Parameters = Mapping[str, Any]


def days(facts: Facts, parameters: Parameters) -> list[date]:
    """The school day that ``date`` names, or those of the ``week`` («2025-W42») that have come.

    Raises:
        ProblemsFound: ``facts.not-a-date``, ``facts.not-a-week``, ``facts.not-school-day``, ``facts.no-school-week``,
            ``facts.future``, or ``facts.no-day`` when neither is given.
    """
    if "date" in parameters:
        return [_school_day(facts, str(parameters["date"]))]
    if "week" in parameters:
        return _school_week(facts, str(parameters["week"]))
    return _refuse("facts.no-day", "")


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


def _school_day(facts: Facts, text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        _refuse("facts.not-a-date", "date", found=text)
    if day > facts.today:
        _refuse("facts.future", "date", found=text, today=facts.today.isoformat())
    if not calendar.is_school_day(facts.calendar, day):
        other = calendar.nearest_school_day(facts.calendar, day)
        _refuse("facts.not-school-day", "date", found=text, nearest=other.isoformat() if other else "")
    return day


def _school_week(facts: Facts, text: str) -> list[date]:
    try:
        week = calendar.days_of_week(text)
    except ValueError:
        _refuse("facts.not-a-week", "week", found=text)
    if week[0] > facts.today:
        _refuse("facts.future", "week", found=text, today=facts.today.isoformat())
    found = [day for day in calendar.school_days(facts.calendar, week[0], week[-1]) if day <= facts.today]
    return found or _refuse("facts.no-school-week", "week", found=text, expected=f"{week[0]:%d.%m.%Y}–{week[-1]:%d.%m.%Y}")


def _refuse(id: str, parameter: str, **shown: str | int) -> NoReturn:
    raise ProblemsFound([Problem(id, Position(pointer=f"/{parameter}" if parameter else ""), shown)])
