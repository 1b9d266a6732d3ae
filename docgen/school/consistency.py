"""Do the facts agree with each other? What no single file's schema can see, over all files of a workspace."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from docgen.errors import Position, Problem, ProblemsFound, in_order
from docgen.school import calendar, files
from docgen.school.facts import Facts
from docgen.school.index import Entry
from docgen.school.nearest import name_of
from docgen.school.shape import references, shape_of

Schemas = Mapping[str, Mapping[str, Any]]
Problems = Iterator[Problem]

_INDEXED = ("staff", "subject", "protocol", "order", "case", "indicator", "survey", "survey-round")
_LISTED = ("student", "guardian", "class")


def check_all(facts: Facts, schemas: Schemas) -> list[Problem]:
    """Every problem of a school's facts, in order of file and line.

    The files themselves come first: as long as one of them is not what its schema asks for, only that is told.

    Args:
        schemas: every local schema by its path below ``data_schemas``.
    """
    problems = list(_files(facts))
    if any(problem.is_error for problem in problems):
        return in_order(problems)
    checks = (_duplicates, _calendar, _classes, _pupils, _absences, _marks)
    problems += _references(facts, schemas)
    problems += [problem for check in checks for problem in check(facts)]
    return in_order(problems)


def _files(facts: Facts) -> Problems:
    """Each file against its schema; files that nobody reads."""
    for name in (files.SCHOOL, files.STAFF, files.TERMS, files.CALENDAR, files.SUBJECTS, files.TIMETABLE):
        if not (facts.files.root / name).is_file():
            yield Problem("facts.no-file", Position(file=name), {"found": name})
    for path in facts.files.all():
        name = facts.files.name(path)
        if files.schema_of(name) is None:
            yield Problem("facts.unread-file", facts.position(path, ""), {"found": name}, level="warning")
            continue
        try:
            facts.content(path)
        except ProblemsFound as found:
            yield from found.problems


def _contents(facts: Facts) -> Iterator[tuple[Path, str, dict[str, Any]]]:
    for path in facts.files.all():
        schema = files.schema_of(facts.files.name(path))
        if schema:
            yield path, schema, facts.content(path)


def _references(facts: Facts, schemas: Schemas) -> list[Problem]:
    """Ids that no fact has, wherever a facts schema says ``x-docgen-ref``."""
    problems = []
    known: dict[tuple[str, str], bool] = {}
    shapes = {name: shape_of(schemas[name], schemas, name) for _, name, _ in _contents(facts)}
    for path, schema, content in _contents(facts):
        for reference in references(shapes[schema], content):
            key = (reference.kind, str(reference.id))
            if key not in known:
                known[key] = reference.id == "year" or bool(facts.index.entries(*key))
            if not known[key]:
                at = facts.position(path, reference.pointer)
                try:
                    facts.entry(*key, at=at, label=reference.title)
                except ProblemsFound as found:
                    problems += found.problems
    return problems


def _duplicates(facts: Facts) -> Problems:
    """The same id for two facts of a kind; the same pupil in two lists. Of a copied class file only the class is told."""
    twins = {path for entries in facts.index.every("class").values() if len(entries) > 1 for path in _paths(entries)}
    for kind in (*_INDEXED, *_LISTED):
        for entries in facts.index.every(kind).values():
            is_copied = kind in ("student", "guardian") and len(_paths(entries)) > 1 and _paths(entries) <= twins
            if len(entries) > 1 and not is_copied:
                yield facts.duplicate(entries)
    seen: dict[tuple[str, str], tuple[Path, str]] = {}
    for entries in facts.index.every("student").values():
        entry = entries[0]
        person = (name_of(entry.data), entry.data["birth_date"])
        if person in seen:
            other = facts.position(*seen[person])
            shown = {"found": person[0], "first": f"{other.file}:{other.line}" if other.line else other.file}
            yield Problem("facts.listed-twice", facts.position(entry.path, entry.pointer), shown, level="warning")
        seen.setdefault(person, (entry.path, entry.pointer))


def _paths(entries: Iterable[Entry]) -> set[Path]:
    return {entry.path for entry in entries}


def _calendar(facts: Facts) -> Problems:
    """Terms follow each other and end after they begin."""
    path = facts.files.root / files.CALENDAR
    end = ""
    for index, term in enumerate(facts.calendar["terms"]):
        if term["start"] > term["end"] or term["start"] <= end:
            shown = {"found": f"{term['start']} – {term['end']}"}
            yield Problem("facts.term-order", facts.position(path, f"/terms/{index}/start"), shown)
        end = term["end"]


def _classes(facts: Facts) -> Problems:
    """A class's name says its grade and letter, and the school has the grade."""
    highest = facts.school["school"]["max_grade"]
    for entries in facts.index.every("class").values():
        entry = entries[0]
        data, at = entry.data, facts.position(entry.path, entry.pointer)
        expected = f"{data['grade']}-{data['letter']}" if data.get("letter") else str(data["grade"])
        if data["name"] != expected:
            yield Problem("facts.class-name", at, {"found": data["name"], "expected": expected})
        if data["grade"] > highest:
            yield Problem("facts.grade-too-high", at, {"found": data["name"], "expected": highest})


def _pupils(facts: Facts) -> Problems:
    """No pupil leaves before it came; one personal file is one pupil's."""
    seen: dict[str, str] = {}
    for entries in facts.index.every("student").values():
        entry = entries[0]
        place = entry.pointer.removesuffix("/id")
        number = entry.data["personal_file_no"]
        if number in seen:
            shown = {"found": number, "first": seen[number]}
            yield Problem("facts.same-file-number", facts.position(entry.path, f"{place}/personal_file_no"), shown)
        seen.setdefault(number, f"{entry.id} ({name_of(entry.data)})")
        if entry.data["birth_date"] >= entry.data["enrolled_on"]:
            shown = {"found": entry.data["birth_date"], "expected": entry.data["enrolled_on"]}
            yield Problem("facts.born-later", facts.position(entry.path, f"{place}/birth_date"), shown)


def _absences(facts: Facts) -> Problems:
    """One record a pupil a day, on a school day of the file's month, while the pupil is listed, within the day's lessons."""
    seen: set[tuple[str, str]] = set()
    for path in facts.files.of(files.ABSENCES):
        month = facts.content(path)["month"]
        for index, record in enumerate(facts.content(path)["absences"]):
            place = f"/absences/{index}"
            day = date.fromisoformat(record["date"])
            pupil = facts.index.entries("student", record["student"])
            if not pupil:
                continue  # told as an unknown id
            shown = {"found": record["date"], "student": name_of(pupil[0].data)}
            if (record["student"], record["date"]) in seen:
                yield Problem("facts.absent-twice", facts.position(path, f"{place}/student"), shown)
            seen.add((record["student"], record["date"]))
            if not record["date"].startswith(month):
                yield Problem("facts.other-month", facts.position(path, f"{place}/date"), shown | {"expected": month})
            if not calendar.is_school_day(facts.calendar, day):
                yield Problem("facts.not-school-day", facts.position(path, f"{place}/date"), shown)
            elif not facts.history.is_listed(pupil[0].data, day):
                yield Problem("facts.absent-not-listed", facts.position(path, f"{place}/student"), shown)
            else:
                yield from _lessons_missed(facts, path, place, record, pupil[0].data, day)


def _lessons_missed(
    facts: Facts, path: Path, place: str, record: Mapping[str, Any], pupil: Mapping[str, Any], day: date
) -> Problems:
    lessons = len(calendar.lessons(facts.timetable, facts.class_of(pupil, day), day))
    found = record.get("lessons_missed", 0)
    if found > lessons:
        shown: dict[str, str | int] = {"student": name_of(pupil), "found": found, "expected": lessons}
        yield Problem("facts.too-many-lessons", facts.position(path, f"{place}/lessons_missed"), shown)


def _marks(facts: Facts) -> Problems:
    """A pupil's mark in a subject stands once a term, and the class is taught the subject."""
    seen: dict[tuple[Any, str, str], Path] = {}
    for path in facts.files.of(files.MARKS):
        content = facts.content(path)
        for name, marks in content["marks"].items():
            pupil = facts.index.entries("student", name)
            taught = facts.teaching.get(str(pupil[0].data["class"]), {}) if pupil else {}
            for code in marks:
                at = f"/marks/{name}/{code}"
                key = (content["term"], name, code)
                if key in seen:
                    shown = {"found": name_of(pupil[0].data) if pupil else name, "first": facts.files.name(seen[key])}
                    yield Problem("facts.marked-twice", facts.position(path, at), shown)
                seen.setdefault(key, path)
                if taught and code not in taught and facts.index.entries("subject", code):
                    shown = {"found": code, "expected": str(pupil[0].data["class"])}
                    yield Problem("facts.not-taught", facts.position(path, at), shown, level="warning")
