"""The facts of one school: each stands once in its file, is found by its id, and is loaded only when a paper needs it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from docgen.errors import Position, Problem, ProblemsFound
from docgen.kyrgyz.alphabet import sort_key
from docgen.school import calendar, files
from docgen.school.index import KINDS, Data, Entry, Index
from docgen.school.movement import History
from docgen.school.nearest import name_of, nearest
from docgen.school.people import name_order


class Facts:
    """A school's facts, read lazily from ``school.yaml`` and ``data/``.

    Args:
        read: gives a facts file's content as plain data (days as ISO text), checked against its schema
            (`docgen.school.files.schema_of`), or raises `ProblemsFound`. Called once a file.
        root: the workspace.
        locate: the line and column of a value, by file and JSON Pointer; asked only for problems.
        today: the last day that is not future; the computer's by default.
    """

    def __init__(
        self,
        read: Callable[[Path], object],
        root: Path,
        *,
        locate: Callable[[Path, str], Position] | None = None,
        today: date | None = None,
    ) -> None:
        self.files = files.Files(root)
        self.index = Index(self.files, self.content)
        self._read = read
        self._locate = locate
        self._today = today
        self._contents: dict[Path, Data] = {}

    @property
    def today(self) -> date:
        return self._today or date.today()

    # whole files

    def content(self, path: Path) -> Data:
        """The content of a facts file, read once."""
        if path not in self._contents:
            content = self._read(path)
            assert isinstance(content, dict), f"the schema of {path} asks for an object"
            self._contents[path] = content
        return self._contents[path]

    def position(self, path: Path, pointer: str) -> Position:
        """Where a value stands in a facts file."""
        if self._locate:
            return self._locate(path, pointer)
        return Position(file=self.files.name(path), pointer=pointer)

    def _file(self, name: str) -> Data:
        """The content of a file without which there is no paper."""
        path = self.files.root / name
        if not path.is_file():
            raise ProblemsFound([Problem("facts.no-file", Position(file=name), {"found": name})])
        return self.content(path)

    def _file_if_any(self, name: str) -> Data:
        path = self.files.root / name
        return self.content(path) if path.is_file() else {}

    @property
    def school(self) -> Data:
        """``school.yaml``: ``school``, ``law``, ``council``, ``regulations``, ``options`` …"""
        return self._file(files.SCHOOL)

    def option(self, group: str, name: str, default: Any) -> Any:
        """An option of ``school.yaml``: ``absence.count_partial``."""
        return self.school.get("options", {}).get(group, {}).get(name, default)

    @property
    def calendar(self) -> Data:
        """``calendar.yaml``; `docgen.school.calendar` reads it."""
        return self._file(files.CALENDAR)

    @property
    def timetable(self) -> Mapping[str, Mapping[str, list[str]]]:
        """Class → weekday (``mon`` …) → codes of the subjects of lessons 1, 2, 3 …"""
        found: Mapping[str, Mapping[str, list[str]]] = self._file(files.TIMETABLE)["timetable"]
        return found

    @property
    def teaching(self) -> Mapping[str, Mapping[str, str]]:
        """Class → code of a subject → id of its teacher."""
        found: Mapping[str, Mapping[str, str]] = self._file(files.SUBJECTS).get("teaching", {})
        return found

    @property
    def subjects(self) -> list[Data]:
        """The subjects in the order in which papers list them."""
        return list(self._file(files.SUBJECTS)["subjects"])

    @property
    def orders(self) -> list[Data]:
        """The facts of orders, in the order of their file."""
        return list(self._file_if_any(files.MOVEMENT).get("orders", ()))

    @property
    def cases(self) -> list[Data]:
        """The cases of long absence, in the order of their file."""
        return list(self._file_if_any(files.CASES).get("cases", ()))

    # lists of pupils, as of a day

    @cached_property
    def history(self) -> History:
        """Who is on which class list on which day."""
        return History(self.orders)

    def class_names(self) -> list[str]:
        """The names of all classes by grade and letter; reads every class file."""
        classes = [self.content(path)["class"] for path in self.files.of(files.CLASSES)]
        return [c["name"] for c in sorted(classes, key=lambda c: (c["grade"], sort_key(c["name"])))]

    def class_list(self, name: str, day: date) -> list[Data]:
        """The pupils on a class's list on *day*, in Kyrgyz order of names, each as `find` gives it.

        Raises:
            ProblemsFound: there is no such class.
        """
        path = self.entry("class", name).path
        own = [{**pupil, "class": name} for pupil in self.content(path).get("students", ())]
        arrived = [self.find("student", arrival) for arrival in self.history.arrivals(name)]
        listed = {p["id"]: p for p in own + arrived if self.history.is_listed(p, day) and self.class_of(p, day) == name}
        return sorted(listed.values(), key=name_order)

    def class_of(self, pupil: Mapping[str, Any], day: date) -> str:
        """The name of a pupil's class on *day*: that of its file, unless an order moved the pupil to another by then."""
        own = str(pupil["class"])
        moved = self.history.moved_to(pupil["id"], day)
        # A class of the next year has no file yet: until then the pupil stands where it stood.
        has_file = moved not in (None, own) and any(e.pointer == "/class/name" for e in self.index.entries("class", str(moved)))
        return str(moved) if has_file else own

    def not_listed(self, pupil: Mapping[str, Any], day: date, at: Position) -> Problem:
        """The problem of a pupil who is not on the list on *day*, with the day of coming or leaving that says why."""
        shown = {"student": name_of(pupil), "found": day.isoformat(), **self.history.why_not_listed(pupil, day)}
        return Problem("facts.not-listed", at, shown)

    # records by day and term

    def absences(self, start: date, end: date) -> list[Data]:
        """The absences recorded from *start* to *end*, both included, by date; reads only the files of these months."""
        first, last = start.isoformat(), end.isoformat()
        found = [
            record
            for path in self.files.dated(files.ABSENCES, calendar.months(start, end))
            for record in self.content(path)["absences"]
            if first <= record["date"] <= last
        ]
        return sorted(found, key=lambda record: str(record["date"]))

    def marks(self, term: int | str) -> list[Data]:
        """The contents of the marks files of a term (1–4) or of the year (``year``), usually one."""
        year = _hyphened(self.calendar["school_year"])
        found = [self.content(path) for path in self.files.of_term(files.MARKS, term)]
        return [content for content in found if content["term"] == term and _hyphened(content["school_year"]) == year]

    # one fact by its id

    def find(self, kind: str, id: str | int, *, at: Position | None = None, label: str = "") -> Data:
        """The fact of a kind that has this id, as plain data; ids inside are left as they are.

        A pupil comes with its ``class``, a guardian with its ``student``, a code with ``code`` and ``printed``, a protocol
        with the council's ``body``, ``chair`` and ``secretary``.

        Args:
            kind: ``student``, ``guardian``, ``class``, ``staff``, ``person`` (any pupil, guardian or member of staff),
                ``subject``, ``protocol``, ``regulation``, ``order``, ``case``, ``survey`` (a questionnaire),
                ``survey-round``, ``indicator``, ``term``, or a list of codes: ``terms.absence_reasons``.
            at, label: place of the id and title of the field, for the problem.

        Raises:
            ProblemsFound: ``facts.unknown-kind``; ``facts.unknown-id`` with the nearest ones; ``facts.no-file`` where the file
                of the kind is not there at all; ``facts.duplicate-id`` with both places.
        """
        if kind == "term":
            return self._term(id, at, label)
        data = self.entry(kind, str(id), at=at, label=label).data
        if kind == "protocol":
            return {**{k: v for k, v in self.school["council"].items() if k != "protocols"}, **data}
        return data

    def entry(self, kind: str, id: str, *, at: Position | None = None, label: str = "") -> Entry:
        """As `find`, with the place in the facts."""
        if not self.index.knows(kind):
            facts = {"label": label, "found": kind, "nearest": nearest(kind, {known: {} for known in KINDS})}
            raise ProblemsFound([Problem("facts.unknown-kind", at or Position(), facts)])
        entries = self.index.entries(kind, id)
        if not entries and (missing := self.index.missing_file(kind)):
            raise ProblemsFound([Problem("facts.no-file", at or Position(file=missing), {"found": missing})])
        if not entries:
            known = {i: found[0].data for i, found in self.index.every(kind).items()}
            facts = {"label": label or kind, "found": id, "nearest": nearest(id, known)}
            raise ProblemsFound([Problem("facts.unknown-id", at or Position(), facts)])
        if len(entries) > 1:
            raise ProblemsFound([self.duplicate(entries)])
        return entries[0]

    def duplicate(self, entries: list[Entry]) -> Problem:
        """The problem of an id that stands twice: at the second place, naming the first."""
        first, second = (self.position(entry.path, entry.pointer) for entry in entries[:2])
        where = f"{first.file}:{first.line}" if first.line else first.file
        return Problem("facts.duplicate-id", second, {"found": entries[0].id, "first": where})

    def _term(self, id: str | int, at: Position | None, label: str) -> Data:
        if id == "year":
            terms = self.calendar["terms"]
            bounds = {"start": terms[0]["start"], "end": terms[-1]["end"]}
            return {"term": "year", "code": "year", "printed": "жылдык", **bounds}
        term = self.entry("term", str(id), at=at, label=label).data
        return {**term, "code": term["term"], "printed": f"{term['term']}-чейрек"}


def _hyphened(school_year: str) -> str:
    """A school year as either dash writes it: «2025–2026», «2025-2026»."""
    return school_year.replace("–", "-")
