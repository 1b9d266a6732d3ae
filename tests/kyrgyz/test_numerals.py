"""Numbers in words and in digits."""

from __future__ import annotations

from decimal import Decimal

import pytest

from docgen.kyrgyz import inflect, numerals

split = str.split


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "нөл"),
        (23, "жыйырма үч"),
        (100, "жүз"),
        (110, "бир жүз он"),
        (315, "үч жүз он беш"),
        (1000, "миң"),
        (2022, "эки миң жыйырма эки"),
        (-5, "минус беш"),
        (1_000_000, "бир миллион"),
        (10**12, "бир триллион"),
        (5_040_300_001, "беш миллиард кырк миллион үч жүз миң бир"),
    ],
)
def test_cardinals(number: int, words: str) -> None:
    assert numerals.cardinal(number) == words


def test_one_is_said_everywhere_in_sums() -> None:
    assert numerals.cardinal(1100, one="always") == "бир миң бир жүз"
    assert numerals.cardinal(100, one="always") == "бир жүз"


def test_ordinals() -> None:
    numbers = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 1000, 0]
    expected = split(
        "биринчи экинчи үчүнчү төртүнчү бешинчи алтынчы жетинчи сегизинчи тогузунчу онунчу жыйырманчы отузунчу кыркынчы "
        "элүүнчү алтымышынчы жетимишинчи сексенинчи токсонунчу жүзүнчү миңинчи нөлүнчү"
    )
    assert [numerals.ordinal(number) for number in numbers] == expected
    assert numerals.ordinal(21) == "жыйырма биринчи"
    assert numerals.ordinal(10**6) == "бир миллионунчу"
    assert numerals.ordinal(10**9) == "бир миллиардынчы"


def test_words_equal_icu_but_for_its_known_fault() -> None:
    """ICU spells the ordinals of whole thousands «миңиңчи»; everything else from 0 to 99,999 agrees."""
    icu = pytest.importorskip("icu")
    spell = icu.RuleBasedNumberFormat(icu.URBNFRuleSetTag.SPELLOUT, icu.Locale("ky"))
    for number in range(100_000):
        spell.setDefaultRuleSet("%spellout-cardinal")
        assert numerals.cardinal(number) == spell.format(number)
        if number % 7 == 0 or number % 1000 == 0:
            spell.setDefaultRuleSet("%spellout-ordinal")
            assert numerals.ordinal(number) == spell.format(number).replace("миңиңчи", "миңинчи")


def test_fractions_and_decimals_in_words() -> None:
    assert numerals.fraction(2, 3) == "үчтөн эки"
    assert numerals.decimal_words("2,5") == "эки бүтүн ондон беш"
    assert numerals.decimal_words(Decimal("-0.75")) == "минус нөл бүтүн жүздөн жетимиш беш"
    assert numerals.decimal_words(7) == "жети"


def test_money() -> None:
    assert numerals.money(1500.5) == "бир миң беш жүз сом 50 тыйын"
    assert numerals.money(1500) == "бир миң беш жүз сом"
    assert numerals.money("100,05") == "бир жүз сом 05 тыйын"
    assert numerals.money_digits(1500.5) == "1\u00a0500,50\u00a0сом"
    with pytest.raises(ValueError, match="negative"):
        numerals.money(-1)


def test_decimals_have_a_comma_and_round_half_up() -> None:
    assert numerals.decimal(62.5, 1) == "62,5"
    assert numerals.decimal(62.45, 1) == "62,5"
    assert numerals.decimal(0.125, 2) == "0,13"
    assert numerals.decimal(Decimal("3.75")) == "3,75"
    assert numerals.percent(100) == "100,0%"
    assert numerals.percent(62.46) == "62,5%"
    assert [numerals.signed(value) for value in (3.1, -2, 0)] == ["+3,1", "−2,0", "0,0"]


def test_roman_numerals_stand_without_hyphen() -> None:
    assert [numerals.roman(number) for number in (1, 4, 9, 21)] == ["I", "IV", "IX", "XXI"]


def test_the_reading_of_every_number_decides_its_suffix() -> None:
    """40 → кырк → 40ка: the suffix of the digits is the suffix of the words."""
    for number in [*range(2000), *range(2000, 10**6, 997), 10**6, 10**9]:
        words = numerals.cardinal(number)
        for case in ("genitive", "dative", "accusative", "locative", "ablative"):
            suffix = inflect(words, case=case, possessed=False).removeprefix(words)
            assert inflect(str(number), case=case) == f"{number}{suffix}"
