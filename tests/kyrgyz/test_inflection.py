"""Forms of words and phrases, by the tables of this folder."""

from __future__ import annotations

import pytest

from docgen.kyrgyz import clear_cache, inflect, locative_attributive, readings
from docgen.kyrgyz.inflection import CASES
from tests.kyrgyz.accuracy import Row, read

PHRASES = read("phrases")


@pytest.mark.parametrize("row", PHRASES, ids=lambda row: f"{row.phrase}-{row.case}-{row.number}{row.possessive}")
def test_a_document_phrase_takes_the_form_its_rule_gives(row: Row) -> None:
    assert row.answer() in row.expected, row.source


def test_the_tables_have_six_hundred_phrases_each_with_its_source() -> None:
    assert len({row.phrase for row in PHRASES}) >= 600
    assert all(row.source for row in PHRASES)


def test_the_nominative_is_the_phrase_as_given() -> None:
    assert inflect("Бердалиев Ч.Б.") == "Бердалиев Ч.Б."


def test_the_flag_wins_over_the_head_word_rules() -> None:
    assert inflect("мектеби", case="dative", possessed=False) == "мектебиге"
    assert inflect("калкы", case="dative", possessed=True) == "калкына"


def test_a_flag_on_a_word_that_cannot_be_possessed_is_ignored() -> None:
    assert inflect("№5 гимназия", case="dative", possessed=True) == "№5 гимназияга"


@pytest.mark.parametrize("phrase", ["", "  ", "—", "«»", "...", "🙂", "(", "№", "-", "()"])
def test_every_phrase_is_answered(phrase: str) -> None:
    assert isinstance(inflect(phrase, case="dative"), str)
    assert isinstance(locative_attributive(phrase), str)


@pytest.mark.parametrize("wrong", [{"case": "барыш"}, {"number": "dual"}, {"possessive": "3pl"}])
def test_a_form_that_does_not_exist_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="one of"):
        inflect("мектеп", **wrong)  # type: ignore[arg-type]


def test_a_school_registers_readings_of_its_own() -> None:
    before = dict(readings.data.readings())
    assert inflect("ФЫВ", case="dative") == "ФЫВга"
    readings.register({"ФЫВ": "эфывэ"})
    try:
        assert inflect("ФЫВ", case="dative") == "ФЫВге"
    finally:
        readings.data.readings().clear()
        readings.data.readings().update(before)
        clear_cache()


def test_all_cases_of_a_possessed_phrase_are_pronominal() -> None:
    forms = [inflect("Кыргыз Республикасы", case=case) for case in CASES]
    assert [form.removeprefix("Кыргыз Республикасы") for form in forms] == ["", "нын", "на", "н", "нда", "нан"]
