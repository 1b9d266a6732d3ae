from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from docgen.school import attendance, calendar
from docgen.school.facts import Facts


def test_absent_and_attendance_by_class_and_school(demo: Facts, expected: Callable[[str], Any]) -> None:
    for iso, wanted in expected("absences")["daily"].items():
        day = date.fromisoformat(iso)
        absent = {name: len(attendance.of_class(demo, name, day)) for name in demo.class_names()}
        enrolled = {name: len(demo.class_list(name, day)) for name in demo.class_names()}
        absent["school"], enrolled["school"] = sum(absent.values()), sum(enrolled.values())
        for name, figures in wanted.items():
            assert absent[name] == figures["absent"], (iso, name)
            assert float(attendance.attendance(absent[name], enrolled[name]) or 0) == figures["attendance_pct"], (iso, name)


def test_runs_of_cases_as_of_the_date_of_each_paper(demo: Facts, expected: Callable[[str], Any]) -> None:
    unexcused = attendance.unexcused_reasons(demo)
    for case_id, papers in expected("cases").items():
        case = demo.find("case", case_id)
        pupil = demo.find("student", case["student"])
        for paper in papers:
            day = date.fromisoformat(paper["date"])
            run = attendance.case_run(demo, case, day)
            records = [r for r in demo.absences(run[0], run[-1]) if r["student"] == case["student"]]
            name = demo.class_of(pupil, day)

            def lessons(day: date, name: str = name) -> int:
                return len(calendar.lessons(demo.timetable, name, day))

            missed = attendance.missed(records, lessons, unexcused)
            assert run[0].isoformat() == paper["absent_from"]
            assert run[-1].isoformat() == paper["absent_to"]
            assert len(run) == paper["school_days"]
            assert (missed.lessons, missed.unexcused) == (paper["lessons_missed"], paper["unexcused_lessons"])


def test_longest_runs_of_the_demo_school(demo: Facts, expected: Callable[[str], Any]) -> None:
    start, end = date(2025, 10, 1), date(2025, 10, 31)
    days = calendar.school_days(demo.calendar, start, end)
    absent: dict[str, set[date]] = {}
    for record in demo.absences(start, end):
        if record.get("full_day"):
            absent.setdefault(record["student"], set()).add(date.fromisoformat(record["date"]))
    runs = {student: attendance.longest_run(found, days) for student, found in absent.items()}
    assert {student: run for student, run in runs.items() if run > 3} == expected("absences")["runs_over_3"]
    assert [student for student, run in runs.items() if run == 3] == expected("absences")["runs_equal_3"]


FRIDAY, MONDAY, TUESDAY = date(2025, 10, 17), date(2025, 10, 20), date(2025, 10, 21)
SCHOOL_DAYS = [date(2025, 10, 16), FRIDAY, MONDAY, TUESDAY]


@pytest.mark.parametrize(
    ("absent", "length"),
    [({FRIDAY, MONDAY}, 2), ({FRIDAY, TUESDAY}, 1), (set(), 0), (set(SCHOOL_DAYS), 4)],
)
def test_a_weekend_neither_counts_nor_breaks_a_run(absent: set[date], length: int) -> None:
    assert attendance.longest_run(absent, SCHOOL_DAYS) == length


def test_a_run_begins_on_its_first_day_or_not_at_all() -> None:
    assert attendance.run_from(FRIDAY, {FRIDAY, MONDAY}, SCHOOL_DAYS) == [FRIDAY, MONDAY]
    assert attendance.run_from(FRIDAY, {MONDAY}, SCHOOL_DAYS) == []


def test_single_lessons_make_nobody_absent_unless_the_school_wants_it() -> None:
    records = [{"student": "a", "full_day": True}, {"student": "b", "lessons_missed": 2}]
    assert attendance.absent(records, count_partial=False) == records[:1]
    assert attendance.absent(records, count_partial=True) == records


def test_measures_after_the_papers_date_are_not_told() -> None:
    case = {"measures": [{"date": "2025-10-17", "text": "a", "paper": "x"}, {"date": "2025-10-20", "text": "b", "paper": "y"}]}
    assert attendance.measures_done(case, date(2025, 10, 19)) == [{"date": "2025-10-17", "text": "a"}]
    assert attendance.measures_done(case, date(2025, 10, 20))[-1] == {"date": "2025-10-20", "text": "b"}


def test_measures_are_told_only_while_the_run_reaches_into_the_day(demo: Facts) -> None:
    assert "s09a-12" in attendance.measures_by(demo, date(2025, 10, 17), date(2025, 10, 17))
    assert "s09a-12" not in attendance.measures_by(demo, date(2025, 10, 20), date(2025, 10, 20))
    assert attendance.measures_by(demo, date(2025, 10, 10), date(2025, 10, 10)) == {}
