"""Report cards: marks, missed lessons and behaviour of each pupil of a class, as of the last day of a term."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from docgen.errors import Position, Problem, ProblemsFound
from docgen.school import attendance, calendar, marks, periods
from docgen.school.facts import Facts

TERMS = (1, 2, 3, 4)


def report_cards(facts: Facts, parameters: Mapping[str, Any], *, type: str = "") -> list[dict[str, Any]]:  # noqa: ARG001
    """One record a pupil on the list on the last day of the term (today if it is running), by class and in order of names.

    ``student``, ``school_year``, ``term``; ``subjects`` of the class in the order of ``subjects.yaml`` (``subject``, the marks
    ``t1`` … ``t4`` of the terms up to the one asked, and ``year``, ``exam``, ``final`` for the year); ``lessons_missed`` and
    ``lessons_unexcused`` (``t1`` … ``t4`` likewise, ``year`` for the year: F.5); ``average`` of the term's or the year's
    marks (F.2); ``behaviour``; ``decision`` for the year. What there is not is left out.

    Parameters: ``term`` (1–4 or ``year``); ``class`` or ``grade``, else the whole school; or one ``student``.

    Raises:
        ProblemsFound: as `periods`; ``facts.no-marks`` when the term has no marks file.
    """
    return _Cards(facts, periods.term(facts, parameters)).records(parameters)


class _Cards:
    def __init__(self, facts: Facts, term: int | str) -> None:
        self.facts = facts
        self.term = term
        self.until = TERMS if term == "year" else TERMS[: int(term)]
        self.bounds = calendar.term_bounds(facts.calendar, term)
        self.day = min(self.bounds[1], facts.today)  # of a term that is running: as of today
        self.marks = {each: facts.marks(each) for each in (*self.until, *(("year",) if term == "year" else ()))}
        if not self.marks[term]:
            file = f"data/marks/{facts.calendar['school_year'].replace('–', '-')}-{term}.yaml"
            raise ProblemsFound([Problem("facts.no-marks", Position(pointer="/term"), {"found": term, "expected": file})])
        self.unexcused = attendance.unexcused_reasons(facts)
        self.absences: dict[str, list[dict[str, Any]]] = {}
        for record in facts.absences(calendar.term_bounds(facts.calendar, "year")[0], self.day):
            self.absences.setdefault(record["student"], []).append(record)

    def records(self, parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
        if "student" in parameters:
            at = Position(pointer="/student")
            return [self.record(self.facts.find("student", parameters["student"], at=at, label="Окуучу"))]
        names = periods.class_names(self.facts, parameters)
        return [self.record(pupil) for name in names for pupil in self.facts.class_list(name, self.day)]

    def record(self, pupil: dict[str, Any]) -> dict[str, Any]:
        key = pupil["id"]
        school_year = self.facts.calendar["school_year"]
        own = {term: marks.of_pupil(contents, key) for term, contents in self.marks.items()}
        missed = {f"t{term}": self._missed(pupil, term) for term in self.until}
        if self.term == "year":
            missed["year"] = self._missed(pupil, "year")
        average = marks.average(_overall(mark) for mark in own[self.term].values())
        record = {
            "id": f"{key}-{school_year.replace('–', '-')}-{self.term}",
            "doc": {"date": self.day.isoformat()},
            "student": key,
            "school_year": school_year,
            "term": self.term,
            "subjects": self._subjects(self.facts.class_of(pupil, self.day), own),
            "lessons_missed": {name: m.lessons for name, m in missed.items()},
            "lessons_unexcused": {name: m.unexcused for name, m in missed.items()},
            "average": None if average is None else float(average),
            "behaviour": marks.said_of_pupil(self.marks[self.term], "behaviour", key),
            "decision": marks.said_of_pupil(self.marks[self.term], "decisions", key),
        }
        return {name: value for name, value in record.items() if value is not None}

    def _subjects(self, class_name: str, own: Mapping[int | str, Mapping[str, Any]]) -> list[dict[str, Any]]:
        """The subjects that the class is taught or the pupil has a mark in, with the pupil's marks."""
        taught = {*self.facts.teaching.get(class_name, ()), *(code for found in own.values() for code in found)}
        rows = []
        for code in (subject["code"] for subject in self.facts.subjects):
            if code in taught:
                terms = {f"t{term}": found[code] for term, found in own.items() if term != "year" and code in found}
                rows.append({"subject": code, **terms, **_of_year(own.get("year", {}).get(code))})
        return rows

    def _missed(self, pupil: dict[str, Any], term: int | str) -> attendance.Missed:
        start, end = (day.isoformat() for day in calendar.term_bounds(self.facts.calendar, term))
        records = [r for r in self.absences.get(pupil["id"], ()) if start <= r["date"] <= end]

        def lessons(day: date) -> int:
            return len(calendar.lessons(self.facts.timetable, self.facts.class_of(pupil, day), day))

        return attendance.missed(records, lessons, self.unexcused)


def _of_year(mark: Any) -> dict[str, Any]:
    """The columns of the year: the marks file gives one mark, or ``year``, ``exam`` and ``final`` apart."""
    if mark is None:
        return {}
    return dict(mark) if isinstance(mark, dict) else {"year": mark}


def _overall(mark: Any) -> marks.Mark:
    """The mark that counts in the average: of a year with an exam the final one."""
    if isinstance(mark, dict):
        return next((mark[part] for part in ("final", "year", "exam") if part in mark), marks.NOT_ATTESTED)
    return mark  # type: ignore[no-any-return]
