"""The figures and rows of the demo school's facts stand on its papers exactly as ``tests/school/expected`` lists them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import papers
import pytest

from docgen.workspace import Workspace

EXPECTED = Path(__file__).resolve().parents[1] / "school/expected"
TABLES = papers.load(EXPECTED / "tables.yaml")
CARDS = papers.load(EXPECTED / "report-cards.yaml")


def printed(demo: Workspace, type: str, parameters: Mapping[str, Any]) -> list[list[str]]:
    """The lines of every paper that the type's view gives for these parameters."""
    sample = papers.sample(demo, type)
    found = papers.derived(demo, type, parameters)
    return [papers.lines(papers.make(demo, type, papers.with_data(sample, data), "").data) for data in found]


def row(cells: list[str]) -> str:
    return "| " + "".join(f"{cell} | " if cell else "| " for cell in cells).rstrip()


def table(lines: list[str], header: str) -> list[str]:
    """The rows of the table whose header row begins with *header*."""
    start = next(number for number, line in enumerate(lines) if line.startswith(header)) + 1
    end = next((number for number in range(start, len(lines)) if not lines[number].startswith("|")), len(lines))
    return lines[start:end]


@pytest.mark.parametrize("day", TABLES["absence-daily-class"], ids=lambda day: f"{day['class']} {day['date']}")
def test_daily_list_of_a_class_has_the_expected_rows(demo: Workspace, day: dict[str, Any]) -> None:
    parameters = {"date": day["date"], "class": day["class"]}
    (lines,) = printed(demo, "appendix/absence-daily-class", parameters)
    *found, counts, _signature = table(lines, "| № к/м |")
    assert found == [row(cells) for cells in day["rows"]]
    enrolled, present, absent = day["counts"]
    assert counts == f"| Класстагы окуучулардын саны: {enrolled}. Катышканы: {present}. Катышпаганы: {absent}. |"


@pytest.mark.parametrize("day", TABLES["absence-daily-school"], ids=lambda day: day["date"])
def test_daily_list_of_the_school_has_the_expected_rows(demo: Workspace, day: dict[str, Any]) -> None:
    """Cells merged downwards are empty in the expected rows from the second on; on paper they are marked ``^``."""
    (lines,) = printed(demo, "appendix/absence-daily-school", {"date": day["date"]})
    found = [line.replace("| ^ ", "| ").replace("  ", " ") for line in table(lines, "| Мектеп боюнча")]
    assert found[: len(day["rows"]) + 1] == [row(cells) for cells in (*day["rows"], day["total"])]


def test_the_schools_week_has_the_expected_rows_and_totals(demo: Workspace) -> None:
    week = TABLES["absence-weekly-school"]
    (lines,) = printed(demo, "appendix/absence-weekly-school", {"week": "2025-W42"})
    *found, totals, _signatures = table(lines, "| № | Окуучунун аты-жөнү |")
    assert found == [row(cells) for cells in week["rows"]]
    enrolled, students, days, lessons, unexcused, attendance = week["totals"]
    assert totals == (
        f"| Жума боюнча жыйынтык: окуучулардын саны – {enrolled}; жума ичинде сабак калтырган окуучулар – {students}; "
        f"калтырылган окуу күндөрү – {days}; калтырылган сабактар – {lessons}, анын ичинде себепсиз – {unexcused}; "
        f"катышуу – {attendance}%. |"
    )


@pytest.mark.parametrize("report", TABLES["absence-3day-report"], ids=lambda each: f"{each['class']} {each['period']['end']}")
def test_report_on_long_absence_has_the_expected_rows(demo: Workspace, report: dict[str, Any]) -> None:
    """The last row is the signature."""
    (lines,) = printed(demo, "appendix/absence-3day-report", {**report["period"], "class": report["class"]})
    assert table(lines, "| № | Окуучунун аты-жөнү |")[:-1] == [row(cells) for cells in report["rows"]]


@pytest.mark.parametrize(("setting", "rows"), [(True, "rows_teacher_column"), (False, "rows_no_teacher_column")])
def test_diary_has_the_expected_rows_with_either_third_column(demo: Workspace, setting: bool, rows: str) -> None:
    """Cells merged downwards are empty in the expected rows from the second on; on paper they are marked ``^``."""
    diary = TABLES["attendance-diary"]
    (data,) = papers.derived(demo, "appendix/attendance-diary", {"week": "2025-W43", "student": diary["student"]})
    data["diary"]["teacher_column"] = setting
    sample = papers.sample(demo, "appendix/attendance-diary")
    lines = papers.lines(papers.make(demo, "appendix/attendance-diary", papers.with_data(sample, data), "").data)
    head = "Окутуучунун аты-жөнү" if setting else "Окуучунун аты-жөнү"
    *printed_rows, _totals, _signature = table(lines, f"| Жуманын күндөрү | Предметтер | {head} |")
    found = [line.replace("| ^ ", "| ").replace("  ", " ") for line in printed_rows]
    assert found == [row(cells).replace("\u00a0", "~") for cells in diary[rows]]


def test_report_cards_have_every_pupils_figures(demo: Workspace) -> None:
    cards = {line.removeprefix("Окуучу: "): lines
             for lines in printed(demo, "report/report-card", {"term": 1}) for line in lines if line.startswith("Окуучу: ")}
    assert len(cards) == len(CARDS)
    for key, figures in CARDS.items():
        pupil = demo.facts.find("student", key)
        lines = cards[" ".join(pupil[part] for part in ("surname", "given_name", "patronymic") if pupil.get(part))]
        marks = [line.split(" | ")[2] for line in table(lines, "| № | Предмет") if line[2].isdigit()]
        counted = {"n5": "5", "n4": "4", "n3": "3", "n2": "2", "na": "н/а", "exempt": "б"}
        assert {name: marks.count(mark) for name, mark in counted.items()} == {name: figures[name] for name in counted}, key
        average = Decimal(str(figures["average"])).quantize(Decimal("0.01"), ROUND_HALF_UP)
        assert any(line.startswith(f"Орточо балл (1-чейрек): {average}".replace(".", ",")) for line in lines), key
        assert f"| Бардыгы | {figures['lessons_missed']} | – | – | – | – |" in lines, key
        assert f"| Анын ичинде себепсиз | {figures['lessons_unexcused']} | – | – | – | – |" in lines, key
