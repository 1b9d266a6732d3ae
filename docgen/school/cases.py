"""Cases of long absence: the records of their papers, each with the figures of the case as they stood on its day.

A case (``data/cases.yaml``) has a pupil, the first day of a run of whole-day absences and its measures, each with the facts of
its paper. End, days and lessons of the run derive from the absences (docs/formulas.md, F.6).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from docgen.school import attendance, calendar
from docgen.school.facts import Facts

Record = dict[str, Any]

#: facts of a measure that are the paper's own, not the document's
_OF_DOC = ("date", "number", "basis")
#: what a class teacher is called in the papers of a case (regulation/absence-monitoring, chapter 3)
CLASS_TEACHER = "класс жетекчи"


def paper(facts: Facts, case: Mapping[str, Any], measure: Mapping[str, Any]) -> Record:
    """The record of a measure's paper: the measure's facts, ``doc``, ``student`` and ``case`` (`figures`).

    The day of a visit is that of the measure; the pupil's class teacher stands among the members as such, not as the teacher
    of a subject.
    """
    day = date.fromisoformat(measure["date"])
    own = {name: value for name, value in measure.items() if name not in (*_OF_DOC, "paper", "text")}
    record = {
        "id": f"{case['id']}-{measure['date']}",
        "doc": {name: measure[name] for name in _OF_DOC if name in measure},
        "student": case["student"],
        "case": figures(facts, case, day) | {"reason_text": case["reason_text"]},
        **own,
    }
    if "visit" in own:
        record["visit"] = {"date": measure["date"], **own["visit"]}
    if "members" in own:
        pupil = facts.find("student", case["student"])
        teacher = facts.find("class", facts.class_of(pupil, day))["teacher"]
        named = {"person": teacher, "position": CLASS_TEACHER}
        record["members"] = [named if member == teacher else member for member in own["members"]]
    return record


def figures(facts: Facts, case: Mapping[str, Any], until: date) -> Record:
    """The run of a case as it stood on *until*, that day included.

    ``absent_from``, ``absent_to`` (the last whole day missed), ``school_days``, ``lessons_missed``, ``unexcused_lessons``;
    without ``absent_to`` while no absence is recorded on its first day.
    """
    run = attendance.case_run(facts, case, until)
    pupil = facts.find("student", case["student"])
    days = {day.isoformat() for day in run}
    recorded = facts.absences(run[0], run[-1]) if run else []
    records = [record for record in recorded if record["student"] == case["student"] and record["date"] in days]

    def lessons(day: date) -> int:
        return len(calendar.lessons(facts.timetable, facts.class_of(pupil, day), day))

    missed = attendance.missed(records, lessons, attendance.unexcused_reasons(facts))
    return {
        "absent_from": case["absent_from"],
        **({"absent_to": run[-1].isoformat()} if run else {}),
        "school_days": len(run),
        "lessons_missed": missed.lessons,
        "unexcused_lessons": missed.unexcused,
    }
