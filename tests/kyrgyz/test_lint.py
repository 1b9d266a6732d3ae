"""What the lint marks and what it leaves alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from docgen.kyrgyz import lexicon
from docgen.kyrgyz.lint import check, check_phrase

split = str.split
HERE = Path(__file__).parent


def words(kind: str) -> list[list[str]]:
    rows = [line.split("\t") for line in (HERE / "lint_words.tsv").read_text(encoding="utf-8").splitlines()]
    return [row for row in rows if row[0] == kind]


def ids(text: str) -> list[str]:
    return [finding.id.removeprefix("kyrgyz.") for finding in check(text)]


@pytest.mark.parametrize(
    ("text", "problem", "suggestion"),
    [
        ("қабыл алынды", "letter", "кабыл"),
        ("ѳзгѳрүү", "letter", "өзгөрүү"),
        ("жаӊы", "letter", "жаңы"),
        ("Kыргыз тили", "mixed-alphabet", "Кыргыз"),
        ("учурunda", "mixed-alphabet", ""),
        ("и\u0306юнь", "decomposed", "йюнь"),
        ("ке\u00adңеш", "invisible", "кеңеш"),
        ("класссыз", "three-consonants", "классыз"),
        ("5-ке чейин", "digit-hyphen", "5ке"),
        ("2022-ге", "digit-hyphen", "2022ге"),
        ("5-чи класс", "digit-hyphen", "5-"),
        ("40га жеткен", "digit-suffix", "40ка"),
        ("2022-жылдын 9-март", "date", "марты"),
        ("2022-жылдын 1-сентябрдан", "date", "сентябрынан"),
        ("ъткър\\лгън", "legacy-font", "өткөрүлгөн"),
        ("мекте6и", "digit-in-word", ""),
        ("ьлчөм", "initial-sign", "лчөм"),
        ("«Ак жол", "quotes", ""),
        ("жооп | суроо", "stray-mark", ""),
        ("мектеп учун", "respelling", "үчүн"),
        ("тартип жонундогу", "respelling", "жөнүндөгү"),
        ("мектепга", "suffix", "мектепке"),
        ("класста сабакде", "suffix", "сабакта"),
        ("бескитилест", "unknown", ""),
        ("ФКЖнын", "acronym", "ФКЖнын"),
    ],
)
def test_one_fault_is_found_with_what_to_write(text: str, problem: str, suggestion: str) -> None:
    findings = check(text)
    assert [finding.id for finding in findings] == [f"kyrgyz.{problem}"]
    assert findings[0].suggestion == suggestion
    assert text[findings[0].start : findings[0].end] == findings[0].found


@pytest.mark.parametrize(
    "text",
    [
        "40ка, 100гө, 8:45ке, 50%га, 5-класс, 7-А классы, 2025–2026-окуу жылы",
        "2022-жылдын 9-марты, 1-сентябрдан 25-декабрга чейин",
        "Ч. Б. Бердалиевге жүктөлсүн",
        "«Манас» эпосу, БУУга, КРнын, ЖОЖго",
        "Zoom аркылуу, WhatsApp",
        "ОБЩЕОБРАЗОВАТЕЛЬНАЯ средняя школа имени",
        "объект, съезд, субъекттер",
    ],
)
def test_right_text_passes(text: str) -> None:
    assert check(text) == []


def test_damaged_words_are_found() -> None:
    """At least nine in ten of the words marked by hand; the rest are other words by accident."""
    damaged = words("damaged")
    missed = [row[1] for row in damaged if not check(row[1])]
    assert len(missed) <= len(damaged) // 10, missed


def test_sound_words_pass() -> None:
    assert [row[1] for row in words("sound") if check(row[1])] == []


def test_a_doubtful_data_value_is_shown() -> None:
    assert [f.id for f in check_phrase("Баткен Мунасасы")][-1] == "kyrgyz.possession"
    assert "kyrgyz.acronym" in [f.id for f in check_phrase("ФЫЖ")]
    assert check_phrase("№5 орто мектеби") == []


def test_every_stem_of_the_lexicon_is_known() -> None:
    assert all(lexicon.is_known(stem) for stem in lexicon.stems())


def test_forms_grow_from_stems_with_their_changes() -> None:
    for word in split("башталат иштөө коюлган жыйынтыгы китебимде чыгарылсын ордуна бекитилбеген таануу жазбоо окууда"):
        assert lexicon.is_known(word), word
    for word in split("жазло мектебге китепи барго"):
        assert not lexicon.is_known(word), word
