"""Views: the papers that count or list, derived from the facts as records.

A view gives records as a clerk could have typed them: ids for pupils, classes and codes, days as ISO text. They are then
validated and put into a context like any other record. A record's ``id`` is its key, ``doc.date`` the day as of which all
its figures stand. A schema names its view in ``x-docgen.view``; `VIEWS` is the closed table of names,
`derive` asks the view of a type.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from docgen.doctype import DocumentType
from docgen.errors import Position, Problem, ProblemsFound
from docgen.school import attendance, cases, periods, regulations, survey
from docgen.school.absence_papers import absence_3day_report, absence_weekly_school, attendance_diary
from docgen.school.facts import Facts
from docgen.school.report_card import report_cards

Parameters = Mapping[str, Any]
Records = list[dict[str, Any]]


class View(Protocol):
    """A pure function of the facts and the parameters.

    *type* is the id of the document type whose records are asked for; views that serve several types need it.

    Raises:
        ProblemsFound: the parameters ask for what is not in the facts (their pointer is ``/<name>``), or facts are missing.
    """

    def __call__(self, facts: Facts, parameters: Parameters, *, type: str = "") -> Records: ...


def orders(facts: Facts, parameters: Parameters, *, type: str = "") -> Records:
    """Orders of one type, from ``movement.yaml``: the order's own fields with ``id`` and ``doc``.

    Parameters: ``order`` (id), else all of the type in the order of the file.
    """
    if "order" in parameters:
        place = Position(pointer="/order")
        asked = facts.find("order", parameters["order"], at=place, label="Буйрук")
        if asked["type"] != type:
            raise ProblemsFound([Problem("facts.other-type", place, {"found": asked["id"], "expected": asked["type"]})])
        found = [asked]
    else:
        found = [order for order in facts.orders if order["type"] == type]
    return [{name: value for name, value in order.items() if name != "type"} for order in found]


def approval_orders(facts: Facts, parameters: Parameters, *, type: str = "") -> Records:
    """Orders that approve a regulation: as `orders`, with ``law``, and with date and number from the regulation's facts."""
    return [regulations.approving(facts, order) for order in orders(facts, parameters, type=type)]


def regulation(facts: Facts, parameters: Parameters, *, type: str = "") -> Records:
    """The regulation of a type, from ``school.yaml`` (`docgen.school.regulations.record`).

    Parameters: ``order`` (id of the order that approves a regulation): the regulation as the appendix of that order; none when
    the order approves another one, so that a set of all regulations prints the one.
    """
    if "order" not in parameters:
        return [regulations.record(facts, type)]
    order = facts.find("order", parameters["order"], at=Position(pointer="/order"), label="Буйрук")
    return [regulations.appended(facts, type)] if order.get("regulation") == type else []


def case_papers(facts: Facts, parameters: Parameters, *, type: str = "") -> Records:
    """The papers of one type in the cases of long absence (`docgen.school.cases.paper`), in the order of their file.

    Parameters: ``case`` (id), else all cases. One record a measure that has such a paper.
    """
    asked = parameters.get("case")
    found = [facts.find("case", asked, at=Position(pointer="/case"), label="Иш")] if asked is not None else facts.cases
    return [
        cases.paper(facts, case, measure) for case in found for measure in case.get("measures", ()) if measure["paper"] == type
    ]


def absence_daily_class(facts: Facts, parameters: Parameters, *, type: str = "") -> Records:  # noqa: ARG001
    """The absent of a class on a day: ``class``, ``absences`` (``student``, ``reason``) in order of names.

    Parameters: ``date`` or ``week``; ``class``, else all classes. One record a class and day.
    """
    names = [periods.class_name(facts, parameters["class"])] if "class" in parameters else facts.class_names()
    return [
        {
            "id": f"{day.isoformat()}-{name}",
            "doc": {"date": day.isoformat()},
            "class": name,
            "absences": [{"student": r["student"], "reason": r["reason"]} for r in attendance.of_class(facts, name, day)],
        }
        for day in periods.days(facts, parameters)
        for name in names
    ]


def absence_daily_school(facts: Facts, parameters: Parameters, *, type: str = "") -> Records:  # noqa: ARG001
    """The absent of all classes on a day.

    ``classes``, by grade and letter, each with ``class`` and ``absences`` (``student``, ``reason``, ``measures`` done by that
    day, where there are any) in order of names; ``totals`` (``enrolled``, ``absent``).

    Parameters: ``date`` or ``week``. One record a day.
    """
    records = []
    for day in periods.days(facts, parameters):
        measures = attendance.measures_by(facts, day, day)
        classes = [
            {
                "class": name,
                "absences": [
                    {"student": r["student"], "reason": r["reason"]}
                    | ({"measures": measures[r["student"]]} if measures.get(r["student"]) else {})
                    for r in attendance.of_class(facts, name, day)
                ],
            }
            for name in facts.class_names()
        ]
        totals = {
            "enrolled": sum(len(facts.class_list(str(c["class"]), day)) for c in classes),
            "absent": sum(len(c["absences"]) for c in classes),
        }
        iso = day.isoformat()
        records.append({"id": iso, "doc": {"date": iso}, "classes": classes, "totals": totals})
    return records


def questionnaires(facts: Facts, parameters: Parameters, *, type: str = "") -> Records:  # noqa: ARG001
    """The questionnaires of a survey: ``survey`` (the questionnaire), ``order``, ``appendix``.

    Parameters: ``survey`` (one questionnaire), else all of the survey; ``round`` (the survey), else the latest one. A
    questionnaire that no survey hands out stands alone, without order and appendix.
    """
    records = survey.records(facts, parameters.get("round"))
    if "survey" not in parameters:
        return records
    asked = facts.find("survey", parameters["survey"], at=Position(pointer="/survey"), label="Анкета")["id"]
    return [record for record in records if record["survey"] == asked] or [survey.alone(asked)]


VIEWS: Mapping[str, View] = {
    "orders": orders,
    "approval_orders": approval_orders,
    "regulation": regulation,
    "case_papers": case_papers,
    "absence_daily_class": absence_daily_class,
    "absence_daily_school": absence_daily_school,
    "absence_3day_report": absence_3day_report,
    "absence_weekly_school": absence_weekly_school,
    "attendance_diary": attendance_diary,
    "questionnaires": questionnaires,
    "report_cards": report_cards,
}


def derive(doctype: DocumentType, facts: Facts, parameters: Parameters) -> Records:
    """The records that the view of a type derives: of what the view knows, the fields that the type's schema has.

    So one view serves every regulation, or every paper of a case, and a new one of them needs no code.

    Raises:
        KeyError: the type has no view, or none of this name is known.
        ProblemsFound: as `View`.
    """
    fields = doctype.schema["properties"]
    derived = VIEWS[doctype.view](facts, parameters, type=doctype.id)
    return [{name: value for name, value in record.items() if name in fields} for record in derived]
