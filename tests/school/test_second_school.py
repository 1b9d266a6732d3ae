"""The second school's figures, counted again by loops that know nothing of the code: slow, plain, from the YAML itself."""

from __future__ import annotations

import datetime
from functools import cache
from typing import Any

import pytest
import yaml

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
