"""Filters that speak Kyrgyz: cases, dates, numbers, lists and names as they stand on paper.

The grammar is `docgen.kyrgyz`'s; here it gets the strictness of templates, Kyrgyz words for its terms, and the forms of a
person's name that a school has set down itself (`own_forms`), which win over the rules.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from decimal import Decimal
from functools import lru_cache
from typing import Any

from docgen import kyrgyz
from docgen.kyrgyz import alphabet, dates, names, numerals
from docgen.template import accepted
from docgen.template.values import Refused, shown

Forms = Mapping[str, Mapping[str, str]]
#: the name of a context's own forms, ``{"Асанова Айпери": {"dative": "Асанова Айпериге"}}``; no template can say it
OWN_FORMS = "_forms"
own_forms: ContextVar[Forms | None] = ContextVar(OWN_FORMS, default=None)

# The terms of grammar in an argument, in Kyrgyz too: school_year("жатыш").
_TERMS = {
    "атооч": "nominative", "илик": "genitive", "барыш": "dative", "табыш": "accusative", "жатыш": "locative",
    "чыгыш": "ablative", "жекелик": "singular", "көптүк": "plural",
}


def _term(word: object) -> Any:
    return _TERMS.get(word, word) if isinstance(word, str) else word


# ------------------------------------------------------------------------------------------------------------- the word


def case(case: str) -> Callable[..., str]:
    """The filter of a case."""

    def decline(
        value: object, possessed: bool | None = None, number: str = "singular", possessive: str | None = None
    ) -> str:
        text = accepted.text(value)
        if number == "singular" and possessive is None:
            own = own_forms.get()
            if own and case in own.get(text, ()):
                return own[text][case]
            return kyrgyz.inflect(text, case=case, possessed=possessed)
        return kyrgyz.inflect(text, case=case, number=_term(number), possessive=possessive, possessed=possessed)

    return decline


def plural(value: object, possessed: bool | None = None) -> str:
    return kyrgyz.inflect(accepted.text(value), number="plural", possessed=possessed)


def possessive(value: object, owner: str = "3") -> str:
    return kyrgyz.inflect(accepted.text(value), possessive=owner)


def locative_attr(value: object, possessed: bool | None = None) -> str:
    return kyrgyz.locative_attributive(accepted.text(value), possessed=possessed)


# ---------------------------------------------------------------------------------------------------------------- dates


def said(say: Callable[[datetime.date], str]) -> Callable[[object], str]:
    """The filter of one way to write a date."""
    # the same few days stand on every paper of a batch, and to decline one takes longer than to print the rest of a line
    known = lru_cache(maxsize=1024)(say)
    return lambda value: known(accepted.date(value))


def said_in(case: str) -> Callable[[object], str]:
    """The filter of the full date in a case."""
    return said(lambda day: dates.full_in(day, case))


def day_in(value: object, case: str = "nominative") -> str:
    return dates.without_year(accepted.date(value), _term(case))


def month_in(value: object, case: str = "nominative") -> str:
    return dates.month_of_year(accepted.date(value), _term(case))


def period(value: object, end: object = None, with_year: bool = True) -> str:
    return dates.period(accepted.date(value), accepted.date(end), with_year=with_year)


def listed_dates(value: object, separator: str = ", ") -> str:
    return separator.join(dates.numeric(accepted.date(item)) for item in accepted.items(value))


def school_year(value: object, case: str = "nominative") -> str:
    year = value if type(value) is datetime.date else accepted.text(value)
    return dates.school_year(year, _term(case))


def term(value: object, roman: bool = False) -> str:
    return dates.term(accepted.whole(value), roman=roman)


# -------------------------------------------------------------------------------------------------------------- numbers


def counted(say: Callable[[int], str]) -> Callable[[object], str]:
    """The filter of one way to write a whole number."""
    return lambda value: say(accepted.whole(value))


def measured(say: Callable[[Decimal], str]) -> Callable[[object], str]:
    """The filter of one way to write any number."""
    return lambda value: say(accepted.number(value))


def in_words(value: object) -> str:
    number = accepted.number(value)
    return numerals.cardinal(int(number)) if number == number.to_integral_value() else numerals.decimal_words(number)


def fraction(value: object, denominator: object) -> str:
    return numerals.fraction(accepted.whole(value), accepted.whole(denominator))


def change_in_words(value: object) -> str:
    number = accepted.number(value)
    change = numerals.decimal(abs(number), 1)
    if change == "0,0":
        return "өзгөргөн эмес"
    return f"{change} пайыздык пунктка {'төмөндөгөн' if number < 0 else 'жогорулаган'}"


def change(value: object) -> str:
    return f"{numerals.signed(accepted.number(value))} п.\u00a0п."


# ------------------------------------------------------------------------------------------------------ lists and names


def enumeration(value: object, attribute: str | None = None) -> str:
    found = accepted.items(value)
    wanted = found if attribute is None else [accepted.field(item, attribute) for item in found]
    return _enumerated([accepted.text(item) for item in wanted])


def _enumerated(texts: Sequence[str]) -> str:
    if len(texts) < 2:
        return "".join(texts)
    return f"{', '.join(texts[:-1])} жана {texts[-1]}"


def short_names(value: object) -> str:
    return _enumerated([names.short_name(_person(item)) for item in accepted.items(value)])


def names_with_relation(value: object) -> str:
    people = [_person(item) for item in accepted.items(value)]
    return "; ".join(f"{_relation(person)} – {names.full_name(person)}" for person in people)


def _relation(person: Mapping[str, Any]) -> str:
    relation = accepted.field(person, "relation")
    return accepted.text(accepted.field(relation, "printed") if isinstance(relation, Mapping) else relation)


def _person(item: object) -> Mapping[str, Any]:
    if isinstance(item, Mapping):
        return item
    raise Refused("template.needs-object", value=shown(item))


def subjects(value: object) -> str:
    return ", ".join(_in_running_text(accepted.text(item)) for item in accepted.items(value))


# Subjects named after someone keep their capital.
_PROPER = ("Манас",)


def _in_running_text(subject: str) -> str:
    return subject if subject.startswith(_PROPER) else alphabet.lowerfirst(subject)
