"""The appendices about absence that look at more than a day: a pupil's diary, the report on long absence, the school's week.

Views (`docgen.school.views`), each a pure function of the facts. Formulas F.5 and F.6 of docs/formulas.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from docgen.errors import Position, ProblemsFound
from docgen.school import attendance, calendar, periods
from docgen.school.facts import Facts
from docgen.school.people import name_order
from docgen.school.periods import Period

Parameters = Mapping[str, Any]
Record = dict[str, Any]
Records = list[Record]


# 2-тиркеме


def attendance_diary(facts: Facts, parameters: Parameters, *, type: str = "") -> Records:  # noqa: ARG001
    """The diaries of a week, handed out before it: one record a pupil, by class and in order of names.

    ``student``; ``week`` (``start``, ``end``); ``diary`` (``teacher_column``, the school's option); ``days``, the school days
    of the week on which the pupil is on the list, each with ``date`` and ``lessons`` of the timetable (``subject``; ``teacher``
    where the option asks for it and ``teaching`` tells one). ``doc.date`` is the first of these days.

    Parameters: ``week``, also one to come; ``student``, else every pupil with a case whose run reaches into the week or the
    school week before it, of ``class`` or of the school.

    Raises:
        ProblemsFound: as `periods`; ``facts.not-listed`` when the student is on no list that week.
    """
    week = periods.timetable_week(facts, parameters)
    if "student" in parameters:
        at = Position(pointer="/student")
        pupil = facts.find("student", parameters["student"], at=at, label="Окуучу")
        if not _days_on_list(facts, pupil, week.days):
            raise ProblemsFound([facts.not_listed(pupil, week.days[0], at)])
        return [_diary(facts, pupil, week)]
    names = periods.class_names(facts, parameters)
    runs = ((case["student"], attendance.case_run(facts, case, week.end)) for case in facts.cases)
    since = _week_before(facts, week.start)
    often_absent = {student for student, run in runs if _reaches(run, since)}
    listed = [
        pupil
        for pupil in _in_order(facts, often_absent, week.days[-1])
        if (days := _days_on_list(facts, pupil, week.days)) and facts.class_of(pupil, days[0]) in names
    ]
    return [_diary(facts, pupil, week) for pupil in listed]


def _week_before(facts: Facts, monday: date) -> date:
    """The Monday of the last school week before *monday*; a break is passed over. In the first week of the year *monday*."""
    days = calendar.school_days(facts.calendar, calendar.term_bounds(facts.calendar, "year")[0], monday - timedelta(days=1))
    return days[-1] - timedelta(days=days[-1].weekday()) if days else monday


def _diary(facts: Facts, pupil: Mapping[str, Any], week: Period) -> Record:
    days = _days_on_list(facts, pupil, week.days)
    with_teachers = facts.option("diary", "teacher_column", default=False)
    name = facts.class_of(pupil, days[0])
    teachers = facts.teaching.get(name, {}) if with_teachers else {}

    def lesson(subject: str) -> Record:
        return {"subject": subject, **({"teacher": teachers[subject]} if subject in teachers else {})}

    return {
        "id": f"{week.key}-{pupil['id']}",
        "doc": {"date": days[0].isoformat()},
        "student": pupil["id"],
        "week": week.bounds,
        "diary": {"teacher_column": with_teachers},
        "days": [
            {"date": day.isoformat(), "lessons": [lesson(code) for code in calendar.lessons(facts.timetable, name, day)]}
            for day in days
        ],
    }


# 3-тиркеме


def absence_3day_report(facts: Facts, parameters: Parameters, *, type: str = "") -> Records:  # noqa: ARG001
    """What was done about the pupils who were away for more than three school days: one record a class that has any.

    ``class``; ``period`` (``start``, ``end``); ``long_run``, the school's option; ``cases`` in order of names: the cases whose
    run is longer and reaches into the period, with ``student``, ``reason_text``, ``school_days`` of the run and the
    ``measures`` done by ``doc.date``, the last school day of the period that has come. ``without_case``, not printed: pupils
    without such a row whose run lasts to that day or is longer than ``long_run`` (``student``, ``school_days``); who stands
    at exactly ``long_run`` is a case tomorrow, and brings the class a record too.

    Parameters: ``week``, or ``start`` and ``end``; ``class``, else all classes.

    Raises:
        ProblemsFound: as `periods`.
    """
    period = periods.period(facts, parameters)
    until = period.days[-1]
    long_run = facts.option("absence", "long_run", default=3)
    names = periods.class_names(facts, parameters)
    rows = [row for case in facts.cases if (row := _case_row(facts, case, period, long_run))]
    told = {row["student"] for row in rows}
    others = {pupil: days for pupil, days in _runs_into(facts, period, long_run).items() if pupil not in told}
    records = []
    for name in names:
        place = {pupil["id"]: number for number, pupil in enumerate(facts.class_list(name, until))}
        own = sorted((row for row in rows if row["student"] in place), key=lambda row: place[row["student"]])
        without = [{"student": pupil, "school_days": others[pupil]} for pupil in place if pupil in others]
        if own or any(row["school_days"] >= long_run for row in without):
            records.append({
                "id": f"{period.key}-{name}",
                "doc": {"date": until.isoformat()},
                "class": name,
                "period": period.bounds,
                "long_run": long_run,
                "cases": own,
                **({"without_case": without} if without else {}),
            })
    return records


def _case_row(facts: Facts, case: Mapping[str, Any], period: Period, long_run: int) -> Record | None:
    until = period.days[-1]
    run = attendance.case_run(facts, case, until)
    if len(run) <= long_run or not _reaches(run, period.start):
        return None
    measures = attendance.measures_done(case, until)
    row = {"student": case["student"], "reason_text": case["reason_text"], "school_days": len(run)}
    return {**row, **({"measures": measures} if measures else {})}


def _runs_into(facts: Facts, period: Period, long_run: int) -> dict[str, int]:
    """By pupil the length of a run that reaches into the period and lasts to its last day, or is longer than *long_run*."""
    first, until = calendar.term_bounds(facts.calendar, "year")[0], period.days[-1]
    school_days = calendar.school_days(facts.calendar, first, until)
    away: dict[str, set[date]] = {}
    for record in facts.absences(first, until):
        if record.get("full_day"):
            away.setdefault(record["student"], set()).add(date.fromisoformat(record["date"]))
    found = {}
    for pupil, days in away.items():
        reaching = [run for run in attendance.runs(days, school_days) if _reaches(run, period.start)]
        lengths = [len(run) for run in reaching if run[-1] == until or len(run) > long_run]
        if lengths:
            found[pupil] = max(lengths)
    return found


# 5-тиркеме


def absence_weekly_school(facts: Facts, parameters: Parameters, *, type: str = "") -> Records:  # noqa: ARG001
    """Everyone who missed lessons in a week: one record.

    ``week`` (``start``, ``end``); ``rows`` by class and in order of names: ``student``, the ``reason`` of most lessons,
    ``days`` (whole ones), ``lessons``, ``measures`` where there are any (F.6); ``totals``: ``enrolled`` on ``doc.date``, the
    last school day of the week that has come; ``students``, ``days``, ``lessons``, ``lessons_unexcused``; ``attendance_pct``
    of the school days so far (F.5). A pupil counts on the days on which it is on a list.

    Parameters: ``week``.

    Raises:
        ProblemsFound: as `periods`.
    """
    week = periods.period(facts, parameters)
    until = week.days[-1]
    enrolled, records = _week_on_lists(facts, week.days)
    count_partial = facts.option("absence", "count_partial", default=False)
    present = attendance.attendance(len(attendance.absent(records, count_partial=count_partial)), sum(enrolled))
    by_pupil: dict[str, list[attendance.Record]] = {}
    for record in records:
        by_pupil.setdefault(record["student"], []).append(record)
    unexcused = attendance.unexcused_reasons(facts)
    measures = attendance.measures_by(facts, week.start, until)
    rows, without_excuse = [], 0
    for pupil in _in_order(facts, by_pupil, until):
        own, lessons_of = by_pupil[pupil["id"]], attendance.lessons_of(facts, pupil)
        missed = attendance.missed(own, lessons_of, unexcused)
        without_excuse += missed.unexcused
        rows.append({
            "student": pupil["id"],
            "reason": attendance.main_reason(own, lessons_of),
            "days": missed.full_days,
            "lessons": missed.lessons,
            **({"measures": measures[pupil["id"]]} if measures.get(pupil["id"]) else {}),
        })
    totals = {
        "enrolled": enrolled[-1],
        "students": len(rows),
        "days": sum(row["days"] for row in rows),
        "lessons": sum(row["lessons"] for row in rows),
        "lessons_unexcused": without_excuse,
        **({"attendance_pct": float(present)} if present is not None else {}),
    }
    return [{"id": week.key, "doc": {"date": until.isoformat()}, "week": week.bounds, "rows": rows, "totals": totals}]


def _week_on_lists(facts: Facts, days: Sequence[date]) -> tuple[list[int], list[attendance.Record]]:
    """How many pupils are on the lists on each of *days*, and their absences."""
    enrolled: list[int] = []
    records: list[attendance.Record] = []
    for day in days:
        listed = {pupil["id"] for name in facts.class_names() for pupil in facts.class_list(name, day)}
        enrolled.append(len(listed))
        records += [record for record in facts.absences(day, day) if record["student"] in listed]
    return enrolled, records


# for all of them


def _reaches(run: Sequence[date], start: date) -> bool:
    """Does a run last to *start* or beyond?"""
    return bool(run) and run[-1] >= start


def _days_on_list(facts: Facts, pupil: Mapping[str, Any], days: Sequence[date]) -> list[date]:
    return [day for day in days if facts.history.is_listed(pupil, day)]


def _in_order(facts: Facts, ids: Iterable[str], day: date) -> list[Record]:
    """Pupils by class as of *day*, then by name."""
    place = {name: number for number, name in enumerate(facts.class_names())}
    pupils = [facts.find("student", each) for each in ids]
    return sorted(pupils, key=lambda pupil: (place[facts.class_of(pupil, day)], *name_order(pupil)))
