"""A type's rules look at several fields at once; what they say stands in the schema."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from docgen.doctype import DocumentType, Rule
from docgen.errors import Problem, ProblemsFound
from docgen.records import Record, Source
from docgen.validation import rule_problems

RECORD = Record("k", {}, Source("leave.yaml", None, "view"), "/3")
CONTEXT = {"start": date(2025, 11, 6), "end": date(2025, 11, 3), "due": None, "members": ["a"]}


def broken(test: str, **rule: Any) -> list[Problem]:
    rules = (Rule("order", test, "/end", {"ky": "Аягы башынан мурда.", "en": "It ends before it starts."}, **rule),)
    doctype = DocumentType("act/x", {}, Path(), Path(), Path(), title="", file_name="", rules=rules)
    return rule_problems(doctype, CONTEXT, RECORD)


def test_a_rule_that_holds_says_nothing() -> None:
    assert broken("end <= start") == []
    assert broken("members|length >= 1") == []


def test_a_rule_that_does_not_hold_points_to_its_field() -> None:
    (problem,) = broken("start <= end")
    assert (problem.id, problem.level, problem.record) == ("rule.order", "error", "k")
    assert problem.position.pointer == "/3/end"
    assert problem.facts["message_ky"] == "Аягы башынан мурда."


def test_a_sentence_may_say_whom_it_means() -> None:
    said = {"ky": 'Үчөө керек: {{ members|join(", ") }} гана бар.', "en": "Three."}
    rule = Rule("few", "members|length >= 3", "/members", said)
    doctype = DocumentType("act/x", {}, Path(), Path(), Path(), title="", file_name="", rules=(rule,))
    (problem,) = rule_problems(doctype, CONTEXT, RECORD)
    assert (problem.facts["message_ky"], problem.facts["message_en"]) == ("Үчөө керек: a гана бар.", "Three.")


def test_a_sentence_that_cannot_be_said_is_a_problem_of_the_type() -> None:
    rule = Rule("few", "members|length >= 3", "/members", {"ky": "{{ nobody }}"})
    doctype = DocumentType("act/x", {}, Path(), Path(), Path(), title="", file_name="", rules=(rule,))
    with pytest.raises(ProblemsFound):
        rule_problems(doctype, CONTEXT, RECORD)


def test_a_rule_may_only_warn() -> None:
    assert [problem.level for problem in broken("start <= end", level="warning")] == ["warning"]


def test_a_rule_passes_over_an_absent_field_when_it_says_so() -> None:
    assert broken("not due or due >= start") == []


@pytest.mark.parametrize("test", ["due >= start", "nothing >= start", "start.__class__", "(start", "'a' * 99999999"])
def test_a_rule_that_cannot_be_asked_is_a_problem_of_the_type(test: str) -> None:
    with pytest.raises(ProblemsFound) as raised:
        broken(test)
    assert all(problem.id.startswith("template.") for problem in raised.value.problems)
