"""The table of forms with the rule behind each."""

from __future__ import annotations

from docgen.kyrgyz import explain, inflect
from docgen.kyrgyz.explain import rules
from tests.kyrgyz.accuracy import read


def test_every_form_is_the_one_inflect_gives_and_names_a_rule() -> None:
    table = explain("Бердалиев Ч.Б.")
    assert [rule.id for rule in table.rules] == ["initials-first", "spelt", "plain-head"]
    for form in table.forms:
        if form.case != "locative_attributive":
            assert form.text == inflect(table.phrase, case=form.case, number=form.number)
            assert form.rules or form.case == "nominative"


def test_every_rule_used_is_written_down() -> None:
    for row in read("phrases"):
        explain(row.phrase)


def test_rules_are_told_in_kyrgyz_and_in_english() -> None:
    assert all(rule.section.startswith("§") and rule.kyrgyz and rule.english for rule in rules().values())


def test_a_possessed_phrase_says_why() -> None:
    assert explain("Ош шаары").possessed
    assert [rule.id for rule in explain("мектептин тарых бурчу").rules] == ["spelt", "listed-head"]
    assert "pronominal" in [rule.id for rule in explain("Ош шаары").forms[2].rules]
