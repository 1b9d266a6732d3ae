"""Letters and their order."""

from __future__ import annotations

import random

import pytest

from docgen.kyrgyz.alphabet import LETTERS, capfirst, lowerfirst, sort_key


def test_the_alphabet_has_36_letters_in_their_order() -> None:
    assert len(LETTERS) == 36
    assert sorted(LETTERS, key=sort_key) == list(LETTERS)


def test_class_lists_sort_by_surname_then_name() -> None:
    pupils = [("Өмүров", "Азат"), ("Осмонов", "Үсөн"), ("Ёлкин", "Иван"), ("Осмонов", "Улан"), ("Абдылдаев", "Ыдырыс")]
    assert sorted(pupils, key=lambda p: (sort_key(p[0]), sort_key(p[1]))) == [
        ("Абдылдаев", "Ыдырыс"),
        ("Ёлкин", "Иван"),
        ("Осмонов", "Улан"),
        ("Осмонов", "Үсөн"),
        ("Өмүров", "Азат"),
    ]


def test_the_order_is_that_of_icu() -> None:
    icu = pytest.importorskip("icu")
    collator = icu.Collator.createInstance(icu.Locale("ky"))
    draw = random.Random(7)
    letters = LETTERS + LETTERS.upper() + " -.«»()0123456789abzABZ"
    words = ["".join(draw.choices(letters, k=draw.randint(1, 7))) for _ in range(3000)]
    assert sorted(words, key=sort_key) == sorted(words, key=collator.getSortKey)


def test_capitals_touch_one_letter() -> None:
    assert capfirst("мектептин директору") == "Мектептин директору"
    assert capfirst("өмүр") == "Өмүр"
    assert capfirst("«ак жол» мектеби") == "«Ак жол» мектеби"
    assert capfirst("5-класс") == "5-класс"
    assert capfirst("№5 мектеп") == "№5 мектеп"
    assert capfirst("КР мыйзамы") == "КР мыйзамы"
    assert lowerfirst("Англис тили") == "англис тили"
    assert lowerfirst("БУУ") == "БУУ"
