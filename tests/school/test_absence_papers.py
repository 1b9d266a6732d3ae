"""The diary, the report on long absence, the school's week: what they take and what they leave out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from docgen.errors import ProblemsFound
from docgen.school import attendance, periods
from docgen.school.facts import Facts
from docgen.school.views import VIEWS
from school.conftest import ROOT, facts_of

Changed = Callable[..., Facts]
OCTOBER = "data/absences/2024-10.yaml"


def reports(facts: Facts, **parameters: str) -> list[dict[str, Any]]:
    return VIEWS["absence_3day_report"](facts, parameters)


def diaries(facts: Facts, **parameters: str) -> list[dict[str, Any]]:
    return VIEWS["attendance_diary"](facts, parameters)


def refused(make: Callable[[], Any]) -> tuple[str, str]:
    with pytest.raises(ProblemsFound) as found:
        make()
    (problem,) = found.value.problems
    return problem.id, problem.position.pointer


def away(*days: str) -> tuple[str, str]:
    """A pupil of the second school's 3rd class is away on *days*; in its own facts it is not."""
    records = "".join(f"- student: p3-01\n  date: {day}\n  full_day: true\n  reason: sick\n" for day in days)
    return "absences:\n", f"absences:\n{records}"


# the report on more than three school days


def test_three_days_running_are_no_case_yet_but_are_told(changed: Changed) -> None:
    facts = changed({OCTOBER: away("2024-10-24", "2024-10-25", "2024-10-26")})
    (third,) = (record for record in reports(facts, week="2024-W43") if record["class"] == "3")
    assert (third["cases"], third["without_case"]) == ([], [{"student": "p3-01", "school_days": 3}])


def test_three_days_that_are_over_are_nothing_to_tell(changed: Changed) -> None:
    facts = changed({OCTOBER: away("2024-10-23", "2024-10-24", "2024-10-25")})
    assert "3" not in {record["class"] for record in reports(facts, week="2024-W43")}


def test_a_weekend_does_not_break_a_run(changed: Changed) -> None:
    facts = changed({OCTOBER: away("2024-10-25", "2024-10-26", "2024-10-28")})
    (third,) = (record for record in reports(facts, start="2024-10-21", end="2024-10-28") if record["class"] == "3")
    assert third["without_case"] == [{"student": "p3-01", "school_days": 3}]


def test_more_than_three_days_without_a_case_are_told_though_they_are_over(changed: Changed) -> None:
    facts = changed({OCTOBER: away("2024-10-21", "2024-10-22", "2024-10-23", "2024-10-24")})
    (third,) = (record for record in reports(facts, week="2024-W43") if record["class"] == "3")
    assert (third["cases"], third["without_case"]) == ([], [{"student": "p3-01", "school_days": 4}])


def test_the_schools_own_limit_counts(changed: Changed) -> None:
    facts = changed({"school.yaml": ("long_run: 3", "long_run: 5")})
    assert [len(r["cases"]) for r in reports(facts, start="2024-10-18", end="2024-10-23") if r["class"] == "11-А"] == [0]
    (record,) = (r for r in reports(facts, start="2024-10-18", end="2024-10-24") if r["class"] == "11-А")
    assert (record["long_run"], record["cases"][0]["school_days"]) == (5, 6)


def test_a_running_week_stands_as_of_today() -> None:
    """On Wednesday the run that began on Monday is of three days; on Thursday it is a case, the visit of Friday is to come."""
    wednesday, thursday = (facts_of(ROOT, today=date(2025, 10, day)) for day in (15, 16))
    (record,) = reports(wednesday, week="2025-W42", **{"class": "7-А"})
    assert (record["doc"]["date"], record["cases"]) == ("2025-10-15", [])
    assert {"student": "s07a-13", "school_days": 3} in record["without_case"]
    (record,) = reports(thursday, week="2025-W42", **{"class": "7-А"})
    assert record["cases"] == [
        {"student": "s07a-13", "school_days": 4, "reason_text": "үй-бүлөнүн малын кайтарууга тартылган, окууга кызыгуусу төмөн"}
    ]
    assert record["period"] == {"start": "2025-10-13", "end": "2025-10-17"}


def test_a_class_without_long_absence_gives_no_report(demo: Facts) -> None:
    assert [record["class"] for record in reports(demo, week="2025-W43")] == ["7-А"]
    assert reports(demo, week="2025-W37") == []


def test_who_has_left_is_on_the_list_of_the_report_no_more(changed: Changed) -> None:
    facts = changed({"data/movement.yaml": ("student: p11a-12", "student: p11a-40")})
    assert reports(facts, start="2024-10-18", end="2024-12-07") == []


# the school's week


def test_the_reason_of_most_lessons_is_printed_of_equal_ones_the_later() -> None:
    def missed(day: str, lessons: int, reason: str) -> dict[str, Any]:
        return {"date": day, "lessons_missed": lessons, "reason": reason}

    monday, tuesday, friday = "2025-10-13", "2025-10-14", "2025-10-17"
    assert attendance.main_reason([missed(monday, 1, "sick"), missed(tuesday, 2, "family")], len) == "family"
    assert attendance.main_reason([missed(monday, 3, "sick"), missed(friday, 3, "family")], len) == "family"
    assert attendance.main_reason([missed(friday, 3, "family"), missed(monday, 3, "sick")], len) == "family"
    parts = [missed(monday, 2, "sick"), missed(tuesday, 3, "family"), missed(friday, 1, "sick")]
    assert attendance.main_reason(parts, len) == "sick"
    assert attendance.main_reason([{"date": monday, "full_day": True, "reason": "sick"}], lambda _: 6) == "sick"


def test_who_left_within_the_week_counts_on_the_days_before(second: Facts, changed: Changed) -> None:
    """8-Б loses a pupil on Tuesday the 15th."""
    record = "- student: p8b-26\n  date: 2024-10-14\n  full_day: true\n  reason: sick\n"
    after = record.replace("2024-10-14", "2024-10-16")
    (before,) = VIEWS["absence_weekly_school"](second, {"week": "2024-W42"})
    facts = changed({OCTOBER: ("absences:\n", f"absences:\n{record}{after}")})
    (week,) = VIEWS["absence_weekly_school"](facts, {"week": "2024-W42"})
    (row,) = (row for row in week["rows"] if row["student"] == "p8b-26")
    assert row["days"] == 1
    assert week["totals"]["enrolled"] == before["totals"]["enrolled"]
    assert week["totals"]["days"] == before["totals"]["days"] + 1


def test_a_week_without_absence_is_a_record_too(changed: Changed) -> None:
    facts = changed({OCTOBER: "month: 2024-10\nabsences: []\n"})
    (week,) = VIEWS["absence_weekly_school"](facts, {"week": "2024-W42"})
    assert (week["rows"], week["totals"]["attendance_pct"]) == ([], 100.0)


# diaries


def test_a_diary_may_be_made_for_a_week_to_come() -> None:
    facts = facts_of(ROOT, today=date(2025, 10, 17))
    (record,) = diaries(facts, week="2025-W43", student="s07a-01")
    assert (record["doc"]["date"], len(record["days"])) == ("2025-10-20", 5)
    assert [r["student"] for r in diaries(facts, week="2025-W43")] == ["s07a-13", "s09a-12"]
    assert [r["student"] for r in diaries(facts, week="2025-W43", **{"class": "9-А"})] == ["s09a-12"]


def test_a_diary_has_the_days_of_study_alone(demo: Facts) -> None:
    """Term 1 ends on Wednesday the 5th of November."""
    (record,) = diaries(demo, week="2025-W45", student="s07a-13")
    assert [day["date"] for day in record["days"]] == ["2025-11-03", "2025-11-04", "2025-11-05"]
    assert record["week"] == {"start": "2025-11-03", "end": "2025-11-07"}


def test_a_pupil_who_leaves_within_the_week_has_a_diary_until_then(demo: Facts) -> None:
    (record,) = diaries(demo, week="2025-W45", student="s07a-06")
    assert record["days"][-1]["date"] == "2025-11-05"
    assert refused(lambda: diaries(demo, week="2025-W46", student="s07a-06")) == ("facts.not-listed", "/student")


def test_a_class_without_a_timetable_has_days_without_lessons(changed: Changed) -> None:
    facts = changed({"data/timetable.yaml": "timetable: {}\n"})
    (record,) = diaries(facts, week="2024-W43", student="p3-01")
    assert all(day["lessons"] == [] for day in record["days"])


# periods


@pytest.mark.parametrize(
    ("parameters", "refusal"),
    [
        ({"start": "2025-10-31", "end": "2025-10-13"}, ("facts.period-order", "/end")),
        ({"start": "2025-07-01", "end": "2025-07-31"}, ("facts.no-school-days", "/start")),
        ({"start": "2025-10-13", "end": "2030-10-31"}, ("facts.future", "/end")),
        ({"start": "2025-02-30", "end": "2025-10-31"}, ("facts.not-a-date", "/start")),
        ({"week": "2025-W60"}, ("facts.not-a-week", "/week")),
        ({"week": "2026-W50"}, ("facts.future", "/week")),
        ({"week": "2025-W30"}, ("facts.no-school-week", "/week")),
        ({"start": "2025-10-13"}, ("facts.no-day", "")),
        ({"week": "2025-W42", "class": "7-Б"}, ("facts.unknown-id", "/class")),
    ],
)
def test_periods_and_classes_that_are_not_there(demo: Facts, parameters: dict[str, str], refusal: tuple[str, str]) -> None:
    assert refused(lambda: reports(demo, **parameters)) == refusal


def test_a_week_goes_to_its_last_day_of_study(demo: Facts, second: Facts) -> None:
    assert periods.period(demo, {"week": "2025-W45"}).bounds == {"start": "2025-11-03", "end": "2025-11-07"}
    assert periods.period(second, {"week": "2024-W44"}).bounds == {"start": "2024-10-28", "end": "2024-11-02"}


def test_runs_are_told_apart_by_days_of_presence() -> None:
    days = [date(2025, 10, day) for day in (13, 14, 15, 16, 17, 20)]
    absent = {days[0], days[2], days[3], days[5]}
    assert attendance.runs(absent, days) == [[days[0]], [days[2], days[3]], [days[5]]]
    assert attendance.runs(set(), days) == []
