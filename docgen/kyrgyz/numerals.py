"""Numbers in Kyrgyz: in words, as ordinals, decimals, percentages, fractions and sums of money.

Words by §7 (Кыргыз тилинин жазуу эрежелери, 2008): parts are separated by spaces, only the last word of an ordinal
changes. Digits take suffixes by their reading: `docgen.kyrgyz.inflect("40", case="dative")` gives «40ка».
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from docgen.kyrgyz.alphabet import NBSP
from docgen.kyrgyz.inflection import inflect_phrase
from docgen.kyrgyz.readings import HUNDRED, SCALES, TENS, UNITS, ordinal_sound, to_roman

LIMIT = 10**15
MINUS = "−"  # U+2212, in digits; in words «минус»

Number = int | float | Decimal | str


def cardinal(number: int, *, one: str = "auto") -> str:
    """Give a whole number in words: 315 → «үч жүз он беш».

    *one* says when «бир» stands before жүз and миң: "auto" leaves a lone hundred or thousand bare (жүз, миң, бир жүз
    он; as ICU spells), "always" never (бир жүз), for sums of money and legal texts. Numbers from -10^15 to 10^15.
    """
    if one not in ("auto", "always"):
        raise ValueError(f"one={one!r}: auto or always")
    if abs(number) >= LIMIT:
        raise ValueError(f"{number} is beyond ±10^15")
    if number < 0:
        return f"минус {cardinal(-number, one=one)}"
    if number == 0:
        return UNITS[0]
    if number == 1000 and one == "auto":
        return SCALES[1]
    words: list[str] = []
    for power in range(len(SCALES) - 1, -1, -1):
        group = number // 1000**power % 1000
        if group:
            words += _below_thousand(group, one)
            if power:
                words.append(SCALES[power])
    return " ".join(words)


def _below_thousand(number: int, one: str) -> list[str]:
    hundreds, rest = divmod(number, 100)
    tens, units = divmod(rest, 10)
    words = []
    if hundreds:
        bare = number == 100 and one == "auto"
        words += [HUNDRED] if bare else [UNITS[hundreds], HUNDRED]
    if tens:
        words.append(TENS[tens])
    if units:
        words.append(UNITS[units])
    return words


def ordinal(number: int, *, one: str = "auto") -> str:
    """Give the ordinal in words: 21 → «жыйырма биринчи», 1000 → «миңинчи»."""
    head, space, last = cardinal(number, one=one).rpartition(" ")
    return head + space + ordinal_sound(last)


def fraction(numerator: int, denominator: int) -> str:
    """Give a vulgar fraction in words: 2/3 → «үчтөн эки»."""
    whole = inflect_phrase(cardinal(denominator), "ablative", "singular", None, False)
    return f"{whole} {cardinal(numerator)}"


def decimal_words(value: Number) -> str:
    """Give a number with decimals in words: 2,5 → «эки бүтүн ондон беш»; decimals as given (2,50 → жүздөн элүү)."""
    number = to_decimal(value)
    sign, digits, exponent = number.as_tuple()
    if not isinstance(exponent, int) or exponent >= 0:
        return cardinal(int(number))
    whole, part = divmod(abs(int(number.scaleb(-exponent))), 10**-exponent)
    del digits
    minus = "минус " if sign else ""
    return f"{minus}{cardinal(whole)} бүтүн {fraction(part, 10**-exponent)}"


def collective(number: int) -> str:
    """Give the collective numeral of 1…7: 3 → «үчөө» (the three of them)."""
    return ("бирөө", "экөө", "үчөө", "төртөө", "бешөө", "алтоо", "жетөө")[number - 1]


def to_decimal(value: Number) -> Decimal:
    """Read a number: int, float (as it prints), Decimal or text with a comma or a point. ValueError for other text."""
    if isinstance(value, str):
        value = value.strip().replace(NBSP, "").replace(" ", "").replace(",", ".").replace(MINUS, "-")
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        raise ValueError(f"{value!r} is no number") from None
    if not number.is_finite():
        raise ValueError(f"{value!r} is no number")
    return number


def decimal(value: Number, places: int | None = None, *, group: bool = False) -> str:
    """Give a number in digits with a decimal comma: 62.5 → «62,5»; 62.46 to one place → «62,5» (half up).

    Without *places* the decimals stay as given. *group* separates thousands by no-break spaces (12 500).
    """
    number = to_decimal(value)
    if places is not None:
        number = number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    text = f"{abs(number):,f}" if group else f"{abs(number):f}"
    text = text.replace(",", NBSP).replace(".", ",")
    return MINUS + text if number < 0 else text


def signed(value: Number, places: int = 1) -> str:
    """Give a difference with its sign: «+3,1», «−2,0», «0,0»."""
    text = decimal(value, places)
    return text if text.startswith(MINUS) or not text.strip("0,") else "+" + text


def percent(value: Number, places: int = 1) -> str:
    """Give a share in per cent, no space before the sign: 62.5 → «62,5%» (§11a)."""
    return decimal(value, places) + "%"


def money(amount: Number) -> str:
    """Give a sum in words for contracts and acts: 1500.5 → «бир миң беш жүз сом 50 тыйын».

    The soms are in words with «бир» everywhere, the tyiyns in two digits; a whole sum has none.
    """
    soms, tyiyns = _som_tyiyn(amount)
    words = f"{cardinal(soms, one='always')} сом"
    return f"{words} {tyiyns:02d} тыйын" if tyiyns else words


def money_digits(amount: Number) -> str:
    """Give a sum in digits: 1500.5 → «1 500,50 сом», 1500 → «1 500 сом»."""
    _, tyiyns = _som_tyiyn(amount)
    return decimal(amount, 2 if tyiyns else 0, group=True) + f"{NBSP}сом"


def _som_tyiyn(amount: Number) -> tuple[int, int]:
    number = to_decimal(amount)
    if number < 0:
        raise ValueError(f"{amount}: a sum of money is not negative")
    return divmod(int((number * 100).to_integral_value(ROUND_HALF_UP)), 100)


def certified(number: int) -> str:
    """Give a count with its words in brackets: 3 → «3 (үч)»."""
    return f"{number} ({cardinal(number, one='always')})"


def roman(number: int) -> str:
    """Give the Roman numeral of 1…3999, to stand before a noun without hyphen: «II чейрек»."""
    if not 0 < number < 4000:
        raise ValueError(f"{number} has no Roman numeral")
    return to_roman(number)
