"""The filters where values are to be written by hand: what each gives for a blank.

One rule beside each row of `docgen.template.filters`: a filter of dates gives its form («___» __________ 20__-ж.), one that
counts a short line, one that only picks or orders does so; all others give the line that they were given, a long one for a
list. Given nothing blank, a filter is what it always is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from docgen.kyrgyz import dates
from docgen.template import filters
from docgen.template.blanks import LONG_LINE, Blank, holds_blank

Rule = Callable[..., Any]


def _line(value: object, *_: object, **__: object) -> Blank:
    return value if isinstance(value, Blank) else Blank.line(LONG_LINE)


def _form(text: str) -> Rule:
    return lambda *_, **__: Blank(text)


def _day(case: str) -> Rule:
    return _form(dates.blank_full(case))


def _ended(name: str) -> Rule:
    """A line gets its ending by hand, a word that stands after it («______ классы») here."""
    say = _as_ever(name)

    def decline(value: object, *args: Any, **named: Any) -> Blank:
        blank = _line(value)
        return Blank(say(str(blank), *args, **named)) if blank[-1:].isalpha() else blank

    return decline


def _unchecked(_value: object, _checked: object = "☒", unchecked: object = "☐") -> object:
    """An empty box, to be ticked; it is printed even where a blank leaves its cell empty."""
    return unchecked


def _weekday(value: object) -> str:
    return getattr(value, "weekday", "") or Blank.line(12)


def _as_ever(name: str) -> Rule:
    return filters.FILTERS[name].function


def _all(value: object, *_: object, **__: object) -> object:
    return value


_NUMBER, _WORDS = "____", "_" * 20
RULES: Mapping[str, Rule] = {
    **{name: _ended(name) for name in ("nominative", "genitive", "dative", "accusative", "locative", "ablative",
                                       "locative_attr", "plural", "possessive")},
    **{name: _as_ever(name) for name in ("default", "map", "flatten", "first", "last")},
    **dict.fromkeys(("sort", "select", "unique"), _all),
    **{name: _form(_NUMBER) for name in ("length", "sum", "roman")},
    "certified": _form(f"{_NUMBER} ({_WORDS})"),
    **{name: _form(_WORDS) for name in ("words_ky", "ordinal_ky", "collective_ky", "fraction_ky", "money")},
    "term": _form(f"{_NUMBER}-чейрек"),
    "half_year": _form(f"{_NUMBER}-жарым жылдык"),
    "school_year": _form(f"{dates.BLANK_YEAR}–{dates.BLANK_YEAR}-окуу жылы"),
    "ky_year": _form(f"{dates.BLANK_YEAR}-жыл"),
    "ky_in_year": _form(f"{dates.BLANK_YEAR}-жылы"),
    "ky_month": _form(f"{dates.BLANK_YEAR}-жылдын __________"),
    "ky_day": _form("«___» __________"),
    "ky_date": _form(dates.blank()),
    "ky_date_attr": _day("attributive"),
    "ky_date_loc": _day("locative"),
    "ky_date_abl": _day("ablative"),
    "ky_date_dat": _day("dative"),
    "ky_birth": _day("locative"),
    "ky_date_gen": _day("genitive"),
    "ky_date_acc": _day("accusative"),
    "ky_date_quoted": _form(dates.blank()),
    "ky_date_quoted_year": _form(dates.blank(written_out=True)),
    "ky_period": _form(dates.blank_period()),
    "num_date": _form(dates.BLANK_NUMERIC),
    "dates": _form(dates.BLANK_NUMERIC),
    "day_month": _form(dates.BLANK_DAY_MONTH),
    "year": _form(dates.BLANK_YEAR),
    "weekday": _weekday,
    "checkbox": _unchecked,
}


def _either(function: Rule, rule: Rule) -> Rule:
    def give(value: object, *args: object, **named: object) -> object:
        return (rule if any(map(holds_blank, (value, *args, *named.values()))) else function)(value, *args, **named)

    return give


FILTERS: Mapping[str, Rule] = filters.with_aliases({
    name: _either(row.function, RULES.get(name, _line)) for name, row in filters.FILTERS.items()
})
#: of a blank one can only tell whether it is there
TESTS: Mapping[str, Rule] = {
    name: row.function if row.takes_none else _either(row.function, lambda _: False) for name, row in filters.TESTS.items()
}
