"""The table of forms with the rule behind each."""

from __future__ import annotations

from datetime import date

from docgen.kyrgyz import explain, inflect
from docgen.kyrgyz.explain import explain_date, explain_number, rules
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


def test_rules_are_told_in_three_languages() -> None:
    assert all(rule.section.startswith("§") and rule.kyrgyz and rule.english and rule.russian for rule in rules().values())


def test_a_possessed_phrase_says_why() -> None:
    assert explain("Ош шаары").possessed
    assert [rule.id for rule in explain("мектептин тарых бурчу").rules] == ["spelt", "listed-head"]
    assert "pronominal" in [rule.id for rule in explain("Ош шаары").forms[2].rules]


def test_a_number_is_told_in_every_writing() -> None:
    told = {writing.kind: writing.text for writing in explain_number(315)}
    assert told == {"cardinal": "үч жүз он беш", "ordinal": "үч жүз он бешинчи", "certified": "315 (үч жүз он беш)",
                    "roman": "CCCXV", "money": "үч жүз он беш сом", "money-digits": "315\u00a0сом"}
    assert {writing.kind: writing.text for writing in explain_number("2,5")}["decimal"] == "эки бүтүн ондон беш"
    assert [writing.kind for writing in explain_number(-5)] == ["cardinal"]
    assert "collective" in [writing.kind for writing in explain_number(3)]


def test_a_date_is_told_in_every_writing() -> None:
    told = {writing.kind: (writing.text, writing.rule.section) for writing in explain_date(date(2022, 3, 9))}
    assert told["without-year"] == ("9-март", "§8")
    assert told["month"][0] == "2022-жылдын марты"
    assert told["quoted"][0] == "«9» март 2022-ж."
    assert told["school-year"][0] == "2021–2022-окуу жылы"
