"""Regulations and the orders that approve them, as ``school.yaml`` knows them: protocol, approval, order, day of effect."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from docgen.school.facts import Facts

Record = dict[str, Any]


def record(facts: Facts, type: str) -> Record:
    """The regulation of a type, with all that any regulation prints.

    ``council``, ``approval``, ``order``, ``clauses``, ``confirmed`` … of its entry under ``regulations``, and the school's
    ``control``, ``law``, ``diary``. Which of it a regulation takes, its schema says.

    Raises:
        ProblemsFound: ``facts.unknown-id``, the school has no such regulation.
    """
    found = facts.find("regulation", type, label="Жобо")
    own = {name: value for name, value in found.items() if name != "id"}
    whole = {
        "id": type.rpartition("/")[2],
        "doc": {"date": found["approval"]["date"]},
        **own,
        "control": facts.school.get("control"),
        "law": _part(facts.school.get("law", {}), "compulsory_clause_text"),
        "diary": {"teacher_column": facts.option("diary", "teacher_column", default=False)},
    }
    return {name: value for name, value in whole.items() if value is not None}


def appended(facts: Facts, type: str) -> Record:
    """The regulation of a type as the appendix of the order that approves it: ``order.as_appendix`` prints the mark."""
    whole = record(facts, type)
    return whole | {"order": whole.get("order", {}) | {"as_appendix": True}}


def approving(facts: Facts, order: Record) -> Record:
    """An order that approves a regulation, completed: ``doc`` has date and number of the regulation's order, ``law`` is named.

    What the order's own facts say stays.
    """
    approved = facts.find("regulation", order["regulation"], label="Жобо")
    law = _part(facts.school.get("law", {}), "date", "number")
    return {**({"law": law} if law else {}), **order, "doc": {**approved.get("order", {}), **order["doc"]}}


def _part(facts: Mapping[str, Any], *names: str) -> Record | None:
    """These fields, None where they are not all there."""
    return {name: facts[name] for name in names} if all(name in facts for name in names) else None
