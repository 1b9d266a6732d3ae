"""Surveys: which questionnaires a survey hands out, by which order and as which appendix."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from docgen.errors import Position, Problem, ProblemsFound
from docgen.school.facts import Facts

Record = dict[str, Any]


def records(facts: Facts, round: str | None = None) -> list[Record]:
    """The questionnaires of a survey in the order of its groups; without any survey, every questionnaire alone.

    Each has ``id``, ``doc`` (the day of the order, else of the survey's start), ``survey`` (id of the questionnaire),
    ``order`` (``date``, ``number``) if the survey is by order, and ``appendix`` (``number``: place of the group in the survey;
    a single one is not numbered).

    Args:
        round: id of the survey; the latest one by its start if None.

    Raises:
        ProblemsFound: no such survey; a group for which there is no questionnaire, or more than one.
    """
    rounds = [entries[0].data for entries in facts.index.every("survey-round").values()]
    if round is not None:
        found = facts.find("survey-round", round, at=Position(pointer="/round"), label="Сурамжылоо")
    elif rounds:
        found = max(rounds, key=lambda each: str(each["start"]))
    else:
        return [alone(questionnaire) for questionnaire in facts.index.every("survey")]
    return [_handed_out(facts, found, place) for place in range(len(found["groups"]))]


def alone(questionnaire: str) -> Record:
    """A questionnaire that belongs to no survey."""
    return {"id": questionnaire, "survey": questionnaire}


def _handed_out(facts: Facts, round: Mapping[str, Any], place: int) -> Record:
    questionnaire = _for_group(facts, round, place)
    order = facts.find("order", round["order"])["doc"] if "order" in round else {}
    record: Record = {"id": f"{round['id']}-{questionnaire}", "doc": {"date": order.get("date", round["start"])}}
    record["survey"] = questionnaire
    if "date" in order and "number" in order:
        record["order"] = {"date": order["date"], "number": order["number"]}
        record["appendix"] = {"number": place + 1} if len(round["groups"]) > 1 else {}
    return record


def _for_group(facts: Facts, round: Mapping[str, Any], place: int) -> str:
    group = round["groups"][place]["group"]
    found = [name for name, entries in facts.index.every("survey").items() if entries[0].data["group"] == group]
    if len(found) == 1:
        return found[0]
    entry = facts.entry("survey-round", round["id"])
    position = facts.position(entry.path, f"/survey/groups/{place}/group")
    if not found:
        raise ProblemsFound([Problem("facts.no-questionnaire", position, {"found": group})])
    raise ProblemsFound([Problem("facts.several-questionnaires", position, {"found": group, "expected": ", ".join(found)})])
