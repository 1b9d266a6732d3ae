from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from docgen.messages import LANGUAGES, sentence
from docgen.school.consistency import check_all
from docgen.school.facts import Facts

Changed = Callable[..., Facts]

FIRST = "absences:\n"
ABSENT = "- student: {}\n  date: {}\n  {}\n  reason: sick\n"


def absence(student: str, date: str, what: str = "full_day: true") -> dict[str, tuple[str, str]]:
    return {"data/absences/2024-10.yaml": (FIRST, FIRST + ABSENT.format(student, date, what))}


def test_both_schools_agree_with_themselves(demo: Facts, second: Facts, schemas: Any) -> None:
    assert check_all(demo, schemas) == []
    assert check_all(second, schemas) == []


TWICE = ABSENT.format("p3-02", "2024-10-04", "full_day: true")

WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "a teacher who is not in the staff": ({"data/classes/3.yaml": ("teacher: u05", "teacher: u55")}, "facts.unknown-id"),
    "a deputy who is not in the staff": ({"school.yaml": ("upbringing: u03", "upbringing: u33")}, "facts.unknown-id"),
    "a subject of the timetable": ({"data/timetable.yaml": ("- kyr_lang", "- kyr_lng")}, "facts.unknown-id"),
    "a class of the timetable": ({"data/timetable.yaml": ("  8-Б:", "  8-В:")}, "facts.unknown-id"),
    "a reason of an absence": ({"data/absences/2024-10.yaml": ("reason: sick", "reason: ill")}, "facts.unknown-id"),
    "a pupil of the marks": ({"data/marks/2024-2025-1.yaml": ("  p3-01:", "  p3-91:")}, "facts.unknown-id"),
    "two pupils of one id": ({"data/classes/3.yaml": ("id: p3-02\n", "id: p8b-03\n")}, "facts.duplicate-id"),
    "two teachers of one id": ({"data/staff.yaml": ("id: u03", "id: u02")}, "facts.duplicate-id"),
    "a personal file of two": ({"data/classes/3.yaml": ("_no: М-001", "_no: С-002")}, "facts.same-file-number"),
    "a pupil born too late": ({"data/classes/3.yaml": ("'2014-01-16'", "'2024-12-16'")}, "facts.born-later"),
    "a class of another letter": ({"data/classes/8-Б.yaml": ("letter: Б", "letter: В")}, "facts.class-name"),
    "a grade beyond the last": ({"school.yaml": ("max_grade: 11", "max_grade: 9")}, "facts.grade-too-high"),
    "terms that overlap": ({"data/calendar.yaml": ("start: '2024-11-11'", "start: '2024-11-01'")}, "facts.term-order"),
    "an absence on Sunday": (absence("p3-02", "2024-10-06"), "facts.not-school-day"),
    "an absence of another month": (absence("p3-02", "2024-09-25"), "facts.other-month"),
    "an absence after leaving": (absence("p8b-26", "2024-10-16"), "facts.absent-not-listed"),
    "more lessons than the day has": (absence("p3-02", "2024-10-05", "lessons_missed: 9"), "facts.too-many-lessons"),
    "an absence told twice": ({"data/absences/2024-10.yaml": (FIRST, FIRST + TWICE + TWICE)}, "facts.absent-twice"),
    "a mark told twice": (
        {"data/marks/2024-2025-1-3.yaml": "school_year: 2024–2025\nterm: 1\nmarks:\n  p3-02:\n    pe: 5\n"},
        "facts.marked-twice",
    ),
    "a mark in a subject of others": (
        {"data/marks/2024-2025-1.yaml": ("  p3-01:\n", "  p3-01:\n    physics: 5\n")},
        "facts.not-taught",
    ),
    "a file that nobody reads": ({"data/klasses.yaml": "a: 1\n"}, "facts.unread-file"),
    "a missing file": ({"data/timetable.yaml": None}, "facts.no-file"),
}


@pytest.mark.parametrize("name", WRONG)
def test_facts_that_disagree_are_told_with_their_place(name: str, changed: Changed, schemas: Any) -> None:
    changes, wanted = WRONG[name]
    problems = check_all(changed(changes), schemas)
    found = [problem for problem in problems if problem.id == wanted]
    assert found, [p.id for p in problems]
    for problem in found:
        assert problem.position.file
        assert problem.position.line is not None or wanted == "facts.no-file"
        for language in LANGUAGES:
            wrong, advice = sentence(problem, language)
            assert wrong != problem.id
            assert advice
            assert "{" not in wrong + advice


def test_a_pupil_in_two_lists_is_noticed(changed: Changed, schemas: Any) -> None:
    facts = changed({})
    path = facts.files.root / "data/classes/3.yaml"
    text = path.read_text(encoding="utf-8")
    entry = text[text.index("- id: p3-02") : text.index("- id: p3-01")]
    copy = entry.replace("p3-02", "p3-92").replace("С-002", "С-992")
    path.write_text(text + copy, encoding="utf-8")
    (problem,) = check_all(facts, schemas)
    assert (problem.id, problem.level) == ("facts.listed-twice", "warning")


def test_files_that_are_wrong_themselves_come_first_all_at_once(changed: Changed, schemas: Any) -> None:
    facts = changed({"data/staff.yaml": ("id: u03", "ID: u03"), "data/calendar.yaml": ("week_days: 6", "week_days: 8")})
    problems = check_all(facts, schemas)
    assert {problem.position.file.rpartition("/")[2] for problem in problems} == {"staff.yaml", "calendar.yaml"}
    assert all(problem.id.startswith("record.") for problem in problems)
