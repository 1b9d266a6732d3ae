"""``docgen word``: every form of a word, a number or a date, with the rule behind each."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .conftest import Docgen


def forms(out: str) -> dict[tuple[str, str], str]:
    return {(form["case"], form["number"]): form["text"] for form in json.loads(out)["forms"]}


def test_a_name_is_shown_in_every_case_with_the_rules(docgen: Docgen) -> None:
    run = docgen("word", "Ч. Б. Бердалиев")
    assert run.status == 0
    assert "барыш (кимге? эмнеге?)" in run.out
    assert "Бердалиевге" in run.out
    assert "§3 Жумшак үнсүздөн кийин" not in run.out.splitlines()[0]
    assert "[3] §3" in run.out


def test_the_words_of_a_phrase_need_no_quotes(docgen: Docgen) -> None:
    assert docgen("word", "Ош", "шаары", "--format", "json").out == docgen("word", "Ош шаары", "--format", "json").out


def test_for_programs_each_form_names_its_rules(docgen: Docgen) -> None:
    told = json.loads(docgen("word", "Ош шаары", "--format", "json", "--lang", "en").out)
    assert (told["head"], told["possessed"]) == ("шаары", True)
    assert forms(json.dumps(told))["dative", "singular"] == "Ош шаарына"
    assert forms(json.dumps(told))["locative_attributive", "singular"] == "Ош шаарындагы"
    assert "The pronominal н" in told["forms"][2]["rules"][0]["text"]


def test_a_number_and_a_date_are_shown_in_every_writing(docgen: Docgen) -> None:
    number = docgen("word", "--number", "315")
    assert "үч жүз он бешинчи" in number.out
    assert "315ке" in number.out
    assert "−2,5" in docgen("word", "--number", "-2.5").out
    day = docgen("word", "--date", "2022-03-09")
    assert "2022-жылдын 9-мартына" in day.out
    assert "марттары" not in day.out
    assert "«9» март 2022-ж." in day.out


@pytest.mark.parametrize(("language", "word"), [("ky", "Эрежелер"), ("ru", "Правила"), ("en", "Rules")])
def test_it_speaks_the_user_s_language(docgen: Docgen, language: str, word: str) -> None:
    assert word in docgen("word", "мектеп", "--lang", language).out


@pytest.mark.parametrize("arguments", [
    (), ("",), ("мектеп", "--number", "3"), ("--number", "үч"), ("--number", "1e20"), ("--date", "2022-02-30"),
    ("--number", "3", "--date", "2022-03-09"),
])
def test_what_cannot_be_shown_is_status_2(docgen: Docgen, arguments: tuple[str, ...]) -> None:
    run = docgen("word", *arguments)
    assert (run.status, run.out) == (2, "")
    assert "docgen word --help" in run.last


def test_an_acronym_without_a_reading_is_a_doubt_until_the_school_gives_one(docgen: Docgen, school: Path) -> None:
    assert "kyrgyz.acronym" in docgen("word", "КББД").err
    path = school / "school.yaml"
    path.write_text(path.read_text("utf-8") + "acronyms:\n  КББД:\n    reading: кабэбэдэ\n", "utf-8")
    told = docgen("word", "КББД")
    assert told.err == ""
    assert "КББДге" in told.out
    path.write_text(path.read_text("utf-8").replace("кабэбэдэ", "кабэбэда"), "utf-8")
    assert "КББДга" in docgen("word", "КББД").out
