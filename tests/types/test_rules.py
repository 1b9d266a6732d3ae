"""Each rule of a type speaks up when it is broken, alone and at its field, in three languages.

``NAME.rules.tsv`` beside the expected text has a line a breach: rule, pointer of a field of the sample, wrong value as JSON.
"""

from __future__ import annotations

import copy
import json
from pathlib import Path

import papers
import pytest

from docgen.messages import LANGUAGES
from docgen.workspace import Workspace

TYPES = Workspace(Path(__file__).resolve().parents[2]).types()
BREACHES = [
    (path.relative_to(papers.HERE).as_posix().removesuffix(".rules.tsv"), *line.split("\t"))
    for path in sorted(papers.HERE.rglob("*.rules.tsv"))
    for line in path.read_text(encoding="utf-8").splitlines()
]


@pytest.mark.parametrize(("type", "rule", "pointer", "wrong"), BREACHES, ids=lambda value: str(value))
def test_broken_rule_is_the_only_problem(demo: Workspace, type: str, rule: str, pointer: str, wrong: str) -> None:
    record = papers.sample(demo, type)
    data = copy.deepcopy(record.data)
    *way, last = pointer.split("/")[1:]
    owner = data
    for step in way:
        owner = owner[step]
    owner[last] = json.loads(wrong)
    wanted = next(each for each in demo.doctype(type).rules if each.id == rule)
    (problem,) = papers.outcome_of(demo, type, papers.with_data(record, data)).problems
    assert (problem.id, problem.level) == (f"rule.{rule}", wanted.level)


@pytest.mark.parametrize("type", TYPES)
def test_every_rule_has_a_breach_and_words_in_every_language(demo: Workspace, type: str) -> None:
    rules = demo.doctype(type).rules
    assert {rule.id for rule in rules} == {rule for of, rule, _, _ in BREACHES if of == type}
    assert all(set(rule.message) == set(LANGUAGES) and all(rule.message.values()) for rule in rules)
