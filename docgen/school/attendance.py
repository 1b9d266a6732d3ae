"""Absences: who was away on a day, how many lessons were missed, how long a run lasted, what was done about it.

Formulas F.5 and F.6 of docs/formulas.md. A record of absence is a dict of ``data/absences``: ``student``, ``date``, either
``full_day: true`` or ``lessons_missed``, ``reason``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any

from docgen.school import calendar, figures
from docgen.school.facts import Facts

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Missed:
    """Lessons missed in a period (F.5); *unexcused* by the reasons that count so, *full_days* by records of whole days."""

    lessons: int = 0
    unexcused: int = 0
    full_days: int = 0


def absent(records: Iterable[Record], *, count_partial: bool) -> list[Record]:
    """The records that make a pupil absent on a day: whole days, and single lessons only with *count_partial* (F.5)."""
    return [record for record in records if count_partial or record.get("full_day")]


def attendance(absent: int, enrolled: int) -> Decimal | None:
    """Attendance in per cent (F.5): of the enrolled, or of enrolled × school days for a period."""
    return figures.percent(enrolled - absent, enrolled)


def missed(records: Iterable[Record], lessons_of: Callable[[date], int], unexcused: Collection[str]) -> Missed:
    """The lessons that one pupil missed (F.5).

    Args:
        lessons_of: the number of the pupil's lessons on a day, by the timetable: what a whole day counts.
        unexcused: the codes of the reasons that count as unexcused.
    """
    total = without_excuse = days = 0
    for record in records:
        lessons = _lessons(record, lessons_of)
        total += lessons
        without_excuse += lessons if record["reason"] in unexcused else 0
        days += 1 if record.get("full_day") else 0
    return Missed(total, without_excuse, days)


def main_reason(records: Iterable[Record], lessons_of: Callable[[date], int]) -> str:
    """The code of the reason for which one pupil missed most lessons, of equal ones the later (F.5); *records* not empty."""
    lessons: dict[str, int] = {}
    for record in sorted(records, key=lambda record: str(record["date"])):
        reason = record["reason"]
        lessons[reason] = lessons.pop(reason, 0) + _lessons(record, lessons_of)  # the latest reason stands last
    return max(reversed(lessons), key=lambda reason: lessons[reason])


def _lessons(record: Record, lessons_of: Callable[[date], int]) -> int:
    return lessons_of(date.fromisoformat(record["date"])) if record.get("full_day") else int(record["lessons_missed"])


def run_from(start: date, absent_days: Collection[date], school_days: Sequence[date]) -> list[date]:
    """The run of whole-day absences that begins on *start* (F.6): school days without a break, up to the last of them.

    Args:
        school_days: in order; days before *start* are passed over, days that are no school days neither count nor break.
    """
    run: list[date] = []
    for day in school_days:
        if day < start:
            continue
        if day not in absent_days:
            break
        run.append(day)
    return run


def runs(absent_days: Collection[date], school_days: Iterable[date]) -> list[list[date]]:
    """Every run of whole-day absences among *school_days* (in order), a lone day too (F.6)."""
    rows = (list(days) for is_absent, days in groupby(school_days, key=lambda day: day in absent_days) if is_absent)
    return list(rows)


def longest_run(absent_days: Collection[date], school_days: Iterable[date]) -> int:
    """The number of school days in the longest run of whole-day absences (F.6)."""
    return max((len(run) for run in runs(absent_days, school_days)), default=0)


def measures_done(case: Mapping[str, Any], until: date) -> list[dict[str, str]]:
    """What was done in a case by *until*, that day included: ``date`` and ``text`` of each measure, in their order."""
    done = [measure for measure in case.get("measures", ()) if measure["date"] <= until.isoformat()]
    return [{"date": measure["date"], "text": measure["text"]} for measure in done]


# on a school's facts


def unexcused_reasons(facts: Facts) -> set[str]:
    """The codes of the reasons that count as unexcused (``terms.yaml``, ``counts_as``)."""
    reasons = facts.index.every("terms.absence_reasons")
    return {code for code, (entry, *_) in reasons.items() if entry.data["counts_as"] == "unexcused"}


def lessons_of(facts: Facts, pupil: Mapping[str, Any]) -> Callable[[date], int]:
    """The number of a pupil's lessons on a day, by the timetable of the class it is in that day."""
    return lambda day: len(calendar.lessons(facts.timetable, facts.class_of(pupil, day), day))


def measures_by(facts: Facts, start: date, end: date) -> dict[str, list[dict[str, str]]]:
    """By pupil, what was done by *end* in the cases whose run reaches into the days from *start* to *end* (F.6)."""
    found: dict[str, list[dict[str, str]]] = {}
    for case in facts.cases:
        if case["absent_from"] > end.isoformat():
            continue
        run = case_run(facts, case, end)
        if run and run[-1] >= start:
            found.setdefault(case["student"], []).extend(measures_done(case, end))
    return found


def case_run(facts: Facts, case: Mapping[str, Any], until: date) -> list[date]:
    """The days of a case's run (F.6), from its first day, as they stood on *until*, that day included."""
    start = date.fromisoformat(case["absent_from"])
    records = facts.absences(start, until)
    days = {date.fromisoformat(r["date"]) for r in records if r["student"] == case["student"] and r.get("full_day")}
    return run_from(start, days, calendar.school_days(facts.calendar, start, until))


def of_class(facts: Facts, class_name: str, day: date) -> list[Record]:
    """The records of the pupils of a class who count as absent on a day (F.5), in order of their names.

    Raises:
        ProblemsFound: there is no such class.
    """
    place = {pupil["id"]: number for number, pupil in enumerate(facts.class_list(class_name, day))}
    own = [record for record in facts.absences(day, day) if record["student"] in place]
    found = absent(own, count_partial=facts.option("absence", "count_partial", default=False))
    return sorted(found, key=lambda record: place[record["student"]])
