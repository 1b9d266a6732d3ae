"""Must a pupil of a record be on a class list? On the paper's day, unless the field says another day (``x-docgen-listed``)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from docgen.errors import Position, Problem
from docgen.school.facts import Facts

#: ``{"during": "week"}``, ``{"until": "leave_date"}``, false for never, None for the paper's day
Rule = Mapping[str, str] | bool | None


class Met(NamedTuple):
    """A pupil met in a record: the JSON Pointer of the id, the id, what the field says of lists."""

    pointer: str
    id: str
    rule: Rule


def unlisted(
    pupils: Sequence[Met], facts: Facts, context: Mapping[str, Any], day: date, locate: Callable[[str], Position]
) -> list[Problem]:
    """The pupils of a record who are on no list on the paper's *day*, nor when else their fields let them.

    Args:
        context: of the record, its days resolved.
    """
    found = ((met, facts.find("student", met.id)) for met in pupils if met.rule is not False)
    return [
        facts.not_listed(pupil, day, locate(met.pointer))
        for met, pupil in found
        if not any(facts.history.is_listed(pupil, each) for each in (day, *_other_days(met.rule, context)))
    ]


def _other_days(rule: Rule, context: Mapping[str, Any]) -> Iterator[date]:
    """The days besides the paper's own on one of which it is enough to be listed."""
    named = rule if isinstance(rule, Mapping) else {}
    if during := context.get(named.get("during", "")):
        yield from (during["start"] + timedelta(days=n) for n in range((during["end"] - during["start"]).days + 1))
    elif leaving := context.get(named.get("until", "")):
        yield leaving - timedelta(days=1)  # the day of leaving is the first one off the list
