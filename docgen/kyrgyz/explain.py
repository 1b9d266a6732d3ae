"""All forms of a phrase, a number or a date in one table, each with the rule that decided it: what `docgen word` prints."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from docgen.kyrgyz import data, dates, numerals
from docgen.kyrgyz.alphabet import VOWELS
from docgen.kyrgyz.inflection import inflect_head, locative_attributive_phrase
from docgen.kyrgyz.morphology import CASES, attach, harmony, sound_class
from docgen.kyrgyz.phrases import Head, analyse, initials_first

# The cases as Kyrgyz grammar names them.
CASE_NAMES = {
    "nominative": "атооч",
    "genitive": "илик",
    "dative": "барыш",
    "accusative": "табыш",
    "locative": "жатыш",
    "ablative": "чыгыш",
}


class Rule(NamedTuple):
    """One rule of `data/rules.tsv`."""

    id: str
    section: str  # of the language rules, «§4.1»
    kyrgyz: str
    english: str
    russian: str


class Form(NamedTuple):
    """One form of the phrase and the rules behind it, the deciding one first."""

    case: str  # a case, or "locative_attributive"
    number: str
    text: str
    rules: tuple[Rule, ...]


class Explanation(NamedTuple):
    """What was asked, what is heard at its end, whether it is possessed, and its forms."""

    phrase: str
    head: str  # the component that inflects
    sound: str  # as heard
    possessed: bool
    rules: tuple[Rule, ...]  # about the head: how it is heard, why it is (not) possessed
    forms: tuple[Form, ...]


class Writing(NamedTuple):
    """One way to write a number or a date, and the rule behind it."""

    kind: str  # "cardinal", "money", "with-year" …
    text: str
    rule: Rule


@cache
def rules() -> dict[str, Rule]:
    """Give the rules by id."""
    return {row[0]: Rule(*row[:5]) for row in data.rows("rules")}


def explain(phrase: str) -> Explanation:
    """Give the table of forms of *phrase*: six cases in both numbers and the form in -дагы."""
    table = rules()
    reordered = initials_first(phrase)
    head = analyse(reordered or phrase)
    about = (("initials-first",) if reordered else ()) + head.rules
    forms = [
        Form(case, number, _form(phrase, head, case, number), _rules_of(head, case, number))
        for number in ("singular", "plural")
        for case in CASES
    ]
    attributive = locative_attributive_phrase(phrase, None)
    forms.insert(len(CASES), Form("locative_attributive", "singular", attributive, (table["attributive"],)))
    known = tuple(table[rule] for rule in about if rule in table)
    return Explanation(phrase, head.word or head.before[-2:-1], head.sound, head.possessed, known, tuple(forms))


def explain_number(value: numerals.Number) -> list[Writing]:
    """Give the ways to write a number; how its digits decline is `explain(numerals.decimal(value))`.

    Raises ValueError for what is no number, or beyond ±10^15.
    """
    number = numerals.to_decimal(value)
    return [Writing(kind, text, rules()[rule]) for kind, text, rule in _number(number)]


def _number(number: Decimal) -> Iterator[tuple[str, str, str]]:
    if number == number.to_integral_value():
        whole = int(number)
        yield "cardinal", numerals.cardinal(whole), "words"
        if whole > 0:
            yield "ordinal", numerals.ordinal(whole), "ordinal-words"
        if 0 < whole < 8:
            yield "collective", numerals.collective(whole), "words"
        if whole >= 0:
            yield "certified", numerals.certified(whole), "words"
        if 0 < whole < 4000:
            yield "roman", numerals.roman(whole), "roman-numeral"
    else:
        yield "decimal", numerals.decimal_words(number), "fraction-words"
    if number >= 0 and number == round(number, 2):
        yield "money", numerals.money(number), "money"
        yield "money-digits", numerals.money_digits(number), "grouped"


def explain_date(day: date) -> list[Writing]:
    """Give the ways to write a date; how the date with its year declines is `explain(dates.full(day))`."""
    ways = [
        ("without-year", dates.without_year(day), "date-without-year"),
        ("month", dates.month_of_year(day), "date-with-year"),
        ("year", dates.year(day), "date-without-year"),
        ("in-year", dates.in_year(day), "date-with-year"),
        ("quoted", dates.quoted(day), "date-form"),
        ("quoted-year", dates.quoted_year(day), "date-form"),
        ("numeric", dates.numeric(day), "date-form"),
        ("weekday", dates.weekday(day), "date-form"),
        ("school-year", dates.school_year(day), "date-with-year"),
    ]
    return [Writing(kind, text, rules()[rule]) for kind, text, rule in ways]


def _form(phrase: str, head: Head, case: str, number: str) -> str:
    return phrase if (case, number) == ("nominative", "singular") else inflect_head(head, case=case, number=number)


def _rules_of(head: Head, case: str, number: str) -> tuple[Rule, ...]:
    """Name the rules that a form of *head* comes from."""
    if not head.sound or (case == "nominative" and number == "singular"):
        return ()
    if number == "singular" and case in data.irregular().get(head.word.lower(), {}):
        return (rules()["irregular"],)
    found = ["pronominal"] if head.possessed and case != "nominative" else []
    found += ["plural"] if number == "plural" else []
    sound = attach("", head.sound, "LAр")[1] if number == "plural" and not head.possessed else head.sound
    if not found or found == ["plural"]:
        found.append(f"consonant-{sound_class(sound)}")
    if head.sound.endswith("ь"):
        found.append("soft-sign")
    front_l = head.sound.endswith("ль") and head.sound[-3:-2] not in VOWELS
    found.append("front-l" if front_l else f"harmony-{harmony(sound)}")
    return tuple(rules()[rule] for rule in found)
