"""Names of persons, whole and short, in every case."""

from __future__ import annotations

import pytest

from docgen.kyrgyz.names import full_name, inflect_name, parse, sex, short_name

ASANOVA = {"surname": "Асанова", "given_name": "Айпери", "patronymic": "Маратовна"}
MARAT_UULU = {"surname": "Марат уулу", "given_name": "Бекзат", "patronymic": None}
BEGIMAI = {"surname": "Садырова", "given_name": "Бегимай", "patronymic": "Өмүр кызы"}


def test_the_official_order() -> None:
    assert [full_name(p) for p in (ASANOVA, MARAT_UULU, BEGIMAI)] == [
        "Асанова Айпери Маратовна",
        "Марат уулу Бекзат",
        "Садырова Бегимай Өмүр кызы",
    ]


def test_the_signature_form_has_no_break_spaces() -> None:
    assert short_name(ASANOVA) == "А.\u00a0М.\u00a0Асанова"
    assert short_name(MARAT_UULU) == "Б.\u00a0Марат уулу"
    assert short_name({"surname": "Ким", "given_name": ""}) == "Ким"


def test_names_in_a_case() -> None:
    assert inflect_name(ASANOVA, "dative") == "Асанова Айпери Маратовнага"
    assert inflect_name(BEGIMAI, "accusative") == "Садырова Бегимай Өмүр кызын"
    assert inflect_name(ASANOVA, "dative", short=True) == "А.\u00a0М.\u00a0Асановага"
    assert inflect_name(MARAT_UULU, "genitive", short=True) == "Б.\u00a0Марат уулунун"


def test_the_persons_own_form_wins() -> None:
    person = {**ASANOVA, "forms": {"dative": "Асанова Айпериге", "short": {"dative": "А. Асановага"}}}
    assert inflect_name(person, "dative") == "Асанова Айпериге"
    assert inflect_name(person, "dative", short=True) == "А. Асановага"
    assert inflect_name(person, "genitive") == "Асанова Айпери Маратовнанын"


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("Асанова Айпери Маратовна", "А.\u00a0М.\u00a0Асанова"),
        ("Асанов Бекзат Марат уулу", "Б.\u00a0М.\u00a0Асанов"),
        ("Марат уулу Бекзат", "Б.\u00a0Марат уулу"),
        ("Бекзат Марат уулу", "Б.\u00a0Марат уулу"),
        ("Бердалиев Ч.Б.", "Ч.\u00a0Б.\u00a0Бердалиев"),
        ("Ч. Б. Бердалиев", "Ч.\u00a0Б.\u00a0Бердалиев"),
        ("Ч.Б. Бердалиев", "Ч.\u00a0Б.\u00a0Бердалиев"),
    ],
)
def test_a_name_as_written_is_understood(text: str, short: str) -> None:
    assert short_name(parse(text)) == short


def test_sex_by_the_name() -> None:
    assert [sex(p) for p in (ASANOVA, MARAT_UULU, BEGIMAI, {"surname": "Ким"})] == ["female", "male", "female", None]
