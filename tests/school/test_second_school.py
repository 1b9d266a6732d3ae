"""The second school's figures, counted again by loops that know nothing of the code: slow, plain, from the YAML itself."""

from __future__ import annotations

import datetime
from functools import cache
from typing import Any

import pytest
import yaml

from docgen.errors import ProblemsFound
from docgen.school.facts import Facts
from docgen.school.report_card import report_cards
from docgen.school.views import VIEWS
from school.conftest import SECOND

LETTERS = " абвгдеёжзийклмнңоөпрстуүфхцчшщъыьэюя"
DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


@cache
def read(name: str) -> Any:
    return yaml.load((SECOND / name).read_text(encoding="utf-8"), yaml.BaseLoader)


def iso(day: datetime.date) -> str:
    return day.strftime("%Y-%m-%d")


def by_name(pupil: dict[str, Any]) -> list[list[int]]:
    return [[LETTERS.index(c) for c in pupil.get(part, "").lower()] for part in ("surname", "given_name", "patronymic")]


def listed(pupil: dict[str, Any], day: str) -> bool:
    there = False
    events = [(pupil["enrolled_on"], True)]
    own = [order for order in read("data/movement.yaml")["orders"] if order.get("student") == pupil["id"]]
    events += [(order["leave_date"], False) for order in own if "leave_date" in order]
    events += [(order["start_date"], True) for order in own if "start_date" in order]
    for when, what in sorted(events):
        if when <= day:
            there = what
    return there


def pupils(name: str, day: str) -> list[dict[str, Any]]:
    return sorted((p for p in read(f"data/classes/{name}.yaml")["students"] if listed(p, day)), key=by_name)


def absences() -> list[dict[str, Any]]:
    return [record for month in ("09", "10", "11", "12") for record in read(f"data/absences/2024-{month}.yaml")["absences"]]


def lessons(name: str, record: dict[str, Any]) -> int:
    if "lessons_missed" in record:
        return int(record["lessons_missed"])
    weekday = datetime.datetime.strptime(record["date"], "%Y-%m-%d").weekday()
    return len(read("data/timetable.yaml")["timetable"][name][DAYS[weekday]])


@pytest.mark.parametrize("week", ["2024-W41", "2024-W42", "2024-W43", "2024-W44", "2024-W50", "2024-W51"])
def test_daily_tables(second: Facts, week: str) -> None:
    for record in VIEWS["absence_daily_school"](second, {"week": week}):
        day = record["doc"]["date"]
        wanted = {}
        for name in ("3", "8-Б", "11-А"):
            away = {r["student"]: r["reason"] for r in absences() if r["date"] == day}
            wanted[name] = [(p["id"], away[p["id"]]) for p in pupils(name, day) if p["id"] in away]
        found = {row["class"]: [(a["student"], a["reason"]) for a in row["absences"]] for row in record["classes"]}
        assert found == wanted
        assert record["totals"] == {
            "enrolled": sum(len(pupils(name, day)) for name in wanted),
            "absent": sum(len(rows) for rows in wanted.values()),
        }


def test_the_numbers_on_the_lists(second: Facts) -> None:
    for day, sizes in {
        "2024-09-02": (8, 25, 40),
        "2024-10-07": (8, 26, 40),
        "2024-10-15": (8, 25, 40),
        "2024-12-03": (8, 25, 39),
        "2024-12-10": (8, 26, 39),
    }.items():
        counted = tuple(len(pupils(name, day)) for name in ("3", "8-Б", "11-А"))
        on_list = tuple(len(second.class_list(name, datetime.date.fromisoformat(day))) for name in ("3", "8-Б", "11-А"))
        assert counted == on_list == sizes


def test_measures_of_the_long_case(second: Facts) -> None:
    """The run of eight school days, 18 to 29 October, with Saturdays; visits on the 22nd and 28th, a plan on the 25th."""
    (student,) = {case["student"] for case in read("data/cases.yaml")["cases"]}
    away = sorted(r["date"] for r in absences() if r["student"] == student and r["date"] >= "2024-10-18" and "full_day" in r)
    told = {}
    for week in ("2024-W42", "2024-W43", "2024-W44"):
        for record in VIEWS["absence_daily_school"](second, {"week": week}):
            rows = [row for c in record["classes"] for row in c["absences"] if row["student"] == student]
            for row in rows:
                told[record["doc"]["date"]] = [m["date"] for m in row.get("measures", [])]
    expected = {day: [m for m in ("2024-10-22", "2024-10-25", "2024-10-28") if m <= day] for day in away if day <= "2024-10-29"}
    assert {day: dates for day, dates in told.items() if "2024-10-18" <= day <= "2024-10-29"} == expected


@pytest.mark.parametrize("term", [1, 2])
def test_report_cards(second: Facts, term: int) -> None:
    terms = {int(t["term"]): t for t in read("data/calendar.yaml")["terms"]}
    reasons = read("data/terms.yaml")["absence_reasons"]
    unexcused = {code for code in reasons if reasons[code]["counts_as"] == "unexcused"}
    cards = iter(report_cards(second, {"term": term}))
    for name in ("3", "8-Б", "11-А"):
        for pupil in pupils(name, terms[term]["end"]):
            card = next(cards)
            assert card["student"] == pupil["id"]
            own = read(f"data/marks/2024-2025-{term}.yaml")["marks"][pupil["id"]]
            numbers = [int(mark) for mark in own.values() if mark in ("5", "4", "3", "2")]
            hundredths, rest = divmod(sum(numbers) * 100, len(numbers))
            average = hundredths + (1 if rest * 2 >= len(numbers) else 0)
            assert round(card["average"] * 100) == average
            for each in range(1, term + 1):
                mine = [r for r in absences() if r["student"] == pupil["id"]]
                inside = [r for r in mine if terms[each]["start"] <= r["date"] <= terms[each]["end"]]
                assert card["lessons_missed"][f"t{each}"] == sum(lessons(name, r) for r in inside)
                without = [r for r in inside if r["reason"] in unexcused]
                assert card["lessons_unexcused"][f"t{each}"] == sum(lessons(name, r) for r in without)
                marks = read(f"data/marks/2024-2025-{each}.yaml")["marks"].get(pupil["id"], {})
                printed = {row["subject"]: str(row[f"t{each}"]) for row in card["subjects"] if f"t{each}" in row}
                assert printed == marks
    assert next(cards, None) is None


CLASSES = ("3", "8-Б", "11-А")
WEEKS = [f"2024-W{number}" for number in (*range(36, 45), *range(46, 52))]


def school_days(start: str, end: str) -> list[str]:
    """School days of the calendar's terms, Monday to Saturday; the holidays of the year are all in spring."""
    found, day = [], datetime.date(int(start[:4]), int(start[5:7]), int(start[8:]))
    while iso(day) <= end:
        if day.weekday() != 6 and any(t["start"] <= iso(day) <= t["end"] for t in read("data/calendar.yaml")["terms"]):
            found.append(iso(day))
        day += datetime.timedelta(days=1)
    return found


def days_of(week: str) -> list[str]:
    monday = datetime.datetime.strptime(f"{week}-1", "%G-W%V-%u").date()
    return school_days(iso(monday), iso(monday + datetime.timedelta(days=5)))


def rate(part: int, whole: int) -> float:
    """Per cent with one decimal, half up."""
    return (2000 * part + whole) // (2 * whole) / 10


@pytest.mark.parametrize("week", WEEKS)
def test_weekly_table(second: Facts, week: str) -> None:
    """Lessons missed while on the list; single lessons make a pupil absent too, as this school counts."""
    days = days_of(week)
    reasons = read("data/terms.yaml")["absence_reasons"]
    rows, unexcused, away, there = [], 0, 0, 0
    for name in CLASSES:
        for day in days:
            there += len(pupils(name, day))
        for pupil in sorted(read(f"data/classes/{name}.yaml")["students"], key=by_name):
            mine = [r for r in absences() if r["student"] == pupil["id"] and r["date"] in days and listed(pupil, r["date"])]
            if not mine:
                continue
            away += len(mine)
            unexcused += sum(lessons(name, r) for r in mine if reasons[r["reason"]]["counts_as"] == "unexcused")
            best = ("", -1, "")
            for reason in reasons:
                own = [r for r in mine if r["reason"] == reason]
                if own:
                    missed, last = sum(lessons(name, r) for r in own), max(r["date"] for r in own)
                    if missed > best[1] or (missed == best[1] and last > best[2]):
                        best = (reason, missed, last)
            whole = len([r for r in mine if "full_day" in r])
            rows.append((pupil["id"], best[0], whole, sum(lessons(name, r) for r in mine)))
    (record,) = VIEWS["absence_weekly_school"](second, {"week": week})
    assert [(row["student"], row["reason"], row["days"], row["lessons"]) for row in record["rows"]] == rows
    assert record["doc"]["date"] == days[-1]
    assert record["totals"] == {
        "enrolled": sum(len(pupils(name, days[-1])) for name in CLASSES),
        "students": len(rows),
        "days": sum(row[2] for row in rows),
        "lessons": sum(row[3] for row in rows),
        "lessons_unexcused": unexcused,
        "attendance_pct": rate(there - away, there),
    }


def test_weeks_agree_with_their_days(second: Facts) -> None:
    for week in WEEKS:
        (record,) = VIEWS["absence_weekly_school"](second, {"week": week})
        daily = VIEWS["absence_daily_school"](second, {"week": week})
        told = {row["student"] for day in daily for c in day["classes"] for row in c["absences"]}
        assert told == {row["student"] for row in record["rows"]}
        measures = {}
        for day in daily:
            measures.update({r["student"]: r["measures"] for c in day["classes"] for r in c["absences"] if "measures" in r})
        own = {row["student"]: row["measures"] for row in record["rows"] if "measures" in row}
        assert all(own[student][: len(done)] == done for student, done in measures.items())


@pytest.mark.parametrize(
    ("start", "end"),
    [*((days_of(week)[0], days_of(week)[-1]) for week in WEEKS), ("2024-09-02", "2024-11-02"), ("2024-10-21", "2024-12-28")],
)
def test_reports_on_long_absence(second: Facts, start: str, end: str) -> None:
    days = school_days("2024-09-02", end)
    last = days[-1]
    away = {(r["student"], r["date"]) for r in absences() if "full_day" in r}
    wanted: dict[str, list[tuple[str, int, list[str]]]] = {name: [] for name in CLASSES}
    waiting: dict[str, list[tuple[str, int]]] = {name: [] for name in CLASSES}
    for name in CLASSES:
        for pupil in pupils(name, last):
            for case in read("data/cases.yaml")["cases"]:
                run = 0
                reached = ""
                for day in days:
                    if case["student"] == pupil["id"] and day >= case["absent_from"]:
                        if (pupil["id"], day) not in away:
                            break
                        run, reached = run + 1, day
                if run > 3 and reached >= start:
                    done = [measure["date"] for measure in case["measures"] if measure["date"] <= last]
                    wanted[name].append((pupil["id"], run, done))
            if pupil["id"] not in [row[0] for row in wanted[name]]:
                lengths, run = [], 0
                for number, day in enumerate(days):
                    run = run + 1 if (pupil["id"], day) in away else 0
                    is_over = day != last and (pupil["id"], days[number + 1]) not in away
                    if run and day >= start and (day == last or (is_over and run > 3)):
                        lengths.append(run)
                if lengths:
                    waiting[name].append((pupil["id"], max(lengths)))
    found = {record["class"]: record for record in VIEWS["absence_3day_report"](second, {"start": start, "end": end})}
    assert list(found) == [name for name in CLASSES if wanted[name] or any(run >= 3 for _, run in waiting[name])]
    for name, record in found.items():
        rows = [(c["student"], c["school_days"], [m["date"] for m in c.get("measures", [])]) for c in record["cases"]]
        assert rows == wanted[name]
        assert [(row["student"], row["school_days"]) for row in record.get("without_case", [])] == waiting[name]


@pytest.mark.parametrize("week", WEEKS)
def test_diaries_of_a_pupil_of_each_class_and_of_one_who_left_and_came_back(second: Facts, week: str) -> None:
    for name, student in (("3", "p3-01"), ("11-А", "p11a-40"), ("8-Б", "p8b-26")):
        (pupil,) = (p for p in read(f"data/classes/{name}.yaml")["students"] if p["id"] == student)
        days = [day for day in days_of(week) if listed(pupil, day)]
        if not days:
            with pytest.raises(ProblemsFound):
                VIEWS["attendance_diary"](second, {"week": week, "student": student})
            continue
        (record,) = VIEWS["attendance_diary"](second, {"week": week, "student": student})
        timetable = read("data/timetable.yaml")["timetable"][name]
        assert [(d["date"], [lesson["subject"] for lesson in d["lessons"]]) for d in record["days"]] == [
            (day, timetable.get(DAYS[datetime.date.fromisoformat(day).weekday()], [])) for day in days
        ]
        assert record["diary"] == {"teacher_column": False}
        assert not [lesson for d in record["days"] for lesson in d["lessons"] if "teacher" in lesson]


def test_diaries_go_to_the_pupils_of_long_cases_while_they_last_and_the_week_after(second: Facts) -> None:
    """The run of 18 to 29 October; after it come the end of the week, the autumn break and the 46th week."""
    chosen = {week: [r["student"] for r in VIEWS["attendance_diary"](second, {"week": week})] for week in WEEKS}
    assert {week for week, students in chosen.items() if students} == {"2024-W42", "2024-W43", "2024-W44", "2024-W46"}
    assert {student for students in chosen.values() for student in students} == {"p11a-40"}
