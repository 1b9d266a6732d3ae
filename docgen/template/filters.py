"""The one table of filters and tests that a template author may use: Kyrgyz grammar in, text out.

`docgen.kyrgyz` knows the language and nothing of documents; here its functions get the names and the strictness of the template
language. A filter refuses None unless its row says otherwise, and gives text, a number or a list, never None.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any

from jinja2.utils import missing

from docgen import kyrgyz
from docgen.kyrgyz import alphabet, dates, names, numerals
from docgen.template.values import LONGEST_TEXT, Refused, as_text, shown

#: printed where a number, a mark or a cell has no value
NO_VALUE = "–"


@dataclass(frozen=True, slots=True)
class Filter:
    """A row of the table.

    Args:
        doc: one line for template authors.
        example: how it is written in a tag, and what that prints (None where a context is needed to show it).
    """

    function: Callable[..., Any]
    doc: str
    example: tuple[str, str]
    takes_none: bool = False


# ------------------------------------------------------------------------------------------------- what a filter accepts


def _text(value: object) -> str:
    """A word or a phrase; numbers and dates are taken as they print."""
    return value if type(value) is str else as_text(value)


def _date(value: object) -> datetime.date:
    if type(value) is datetime.date:
        return value
    if value is None:
        raise Refused("template.none-printed")
    raise Refused("template.needs-date", value=shown(value))


def _list(value: object) -> list[Any]:
    if type(value) is list:
        return value
    if type(value) is tuple:
        return list(value)
    if value is None:
        raise Refused("template.none-printed")
    raise Refused("template.needs-list", value=shown(value))


def _number(value: object) -> Decimal:
    if type(value) is Decimal:
        return value
    if type(value) in (int, float):
        return Decimal(str(value))
    if value is None:
        raise Refused("template.none-printed")
    raise Refused("template.needs-number", value=shown(value))


def _whole(value: object) -> int:
    if type(value) is int:
        return value
    if value is None:
        raise Refused("template.none-printed")
    raise Refused("template.needs-number", value=shown(value))


def _field(item: object, name: str) -> object:
    if isinstance(item, Mapping) and name in item:
        return item[name]
    raise Refused("template.unknown-name", found=name, nearest="")


# ---------------------------------------------------------------------------------------------------------- the functions


def _case(case: str) -> Callable[..., str]:
    def decline(value: object, possessed: bool | None = None) -> str:
        return kyrgyz.inflect(_text(value), case=case, possessed=possessed)

    return decline


def _locative_attr(value: object, possessed: bool | None = None) -> str:
    return kyrgyz.locative_attributive(_text(value), possessed=possessed)


def _capfirst(value: object) -> str:
    return alphabet.capfirst(_text(value))


def _upper(value: object) -> str:
    return _text(value).upper()


def _lower(value: object) -> str:
    return _text(value).lower()


def _join(value: object, separator: str = "", attribute: str | None = None) -> str:
    items = _list(value)
    if attribute is not None:
        items = [_field(item, attribute) for item in items]
    text = separator.join(_text(item) for item in items)
    if len(text) > LONGEST_TEXT:
        raise Refused("template.too-much", limit=LONGEST_TEXT)
    return text


def _default(value: object, otherwise: object = "") -> object:
    return otherwise if value is None or value is missing else value


def _length(value: object) -> int:
    if isinstance(value, (str, dict)):
        return len(value)
    return len(_list(value))


def _sort(value: object, attribute: str | None = None, reverse: bool = False) -> list[Any]:
    def key(item: object) -> Any:
        wanted = item if attribute is None else _field(item, attribute)
        if wanted is None:
            raise Refused("template.none-printed")
        return alphabet.sort_key(wanted) if isinstance(wanted, str) else wanted

    return sorted(_list(value), key=key, reverse=reverse)


def _map(value: object, attribute: str) -> list[Any]:
    return [_field(item, attribute) for item in _list(value)]


def _select(value: object, attribute: str, equals: object = missing) -> list[Any]:
    found = [(item, _field(item, attribute)) for item in _list(value)]
    return [item for item, has in found if (has if equals is missing else has == equals)]


def _first(value: object) -> object:
    return _list(value)[0]


def _last(value: object) -> object:
    return _list(value)[-1]


def _sum(value: object, attribute: str | None = None) -> int | Decimal:
    items = _list(value) if attribute is None else _map(value, attribute)
    return sum((item if type(item) is int else _number(item) for item in items), start=0)


def _round(value: object, places: int = 0) -> int | Decimal:
    number = _number(value).quantize(Decimal(1).scaleb(-_places(places)), rounding=ROUND_HALF_UP)
    return int(number) if places == 0 else number


def _places(places: object) -> int:
    if type(places) is int and 0 <= places <= 6:
        return places
    raise Refused("template.needs-number", value=shown(places))


def _or_dash(say: Callable[[Decimal], str]) -> Callable[[object], str]:
    """A filter that prints «–» where there is no value."""
    return lambda value: NO_VALUE if value is None else say(_number(value))


def _delta_ky(value: object) -> str:
    change = numerals.decimal(abs(_number(value)), 1)
    if change == "0,0":
        return "өзгөргөн эмес"
    return f"{change} пайыздык пунктка {'төмөндөгөн' if _number(value) < 0 else 'жогорулаган'}"


def _delta_short(value: object) -> str:
    return f"{numerals.signed(_number(value))} п.\u00a0п."


def _mark(value: object) -> str:
    return NO_VALUE if value is None else _text(value)


def _names(value: object) -> str:
    return _enumeration([names.short_name(_person(item)) for item in _list(value)])


def _names_with_relation(value: object) -> str:
    people = [_person(item) for item in _list(value)]
    return "; ".join(f"{_relation(person)} – {names.full_name(person)}" for person in people)


def _relation(person: Mapping[str, Any]) -> str:
    relation = _field(person, "relation")
    return _text(_field(relation, "printed") if isinstance(relation, Mapping) else relation)


def _person(item: object) -> Mapping[str, Any]:
    if isinstance(item, Mapping):
        return item
    raise Refused("template.needs-object", value=shown(item))


def _enumeration(texts: Sequence[str]) -> str:
    if len(texts) < 2:
        return "".join(texts)
    return f"{', '.join(texts[:-1])} жана {texts[-1]}"


def _subjects(value: object) -> str:
    return ", ".join(_in_running_text(_text(item)) for item in _list(value))


#: subjects named after someone keep their capital
_PROPER = ("Манас",)


def _in_running_text(subject: str) -> str:
    return subject if subject.startswith(_PROPER) else alphabet.lowerfirst(subject)


def _said(say: Callable[[datetime.date], str]) -> Callable[[object], str]:
    # the same few days stand on every paper of a batch, and to decline one takes longer than to print the rest of a line
    known = lru_cache(maxsize=1024)(say)
    return lambda value: known(_date(value))


def _said_in(case: str) -> Callable[[object], str]:
    return _said(lambda day: dates.full_in(day, case))


def _period(value: object, end: object = None) -> str:
    return dates.period(_date(value), _date(end))


def _dates(value: object, separator: str = ", ") -> str:
    return separator.join(dates.numeric(_date(item)) for item in _list(value))


# -------------------------------------------------------------------------------------------------------------- the tables

FILTERS: Mapping[str, Filter] = {
    "genitive": Filter(_case("genitive"), "илик жөндөмө (кимдин?)", ('{{ "Айбек"|genitive }}', "Айбектин")),
    "dative": Filter(_case("dative"), "барыш жөндөмө (кимге?)", ('{{ "Асанова"|dative }}', "Асановага")),
    "accusative": Filter(_case("accusative"), "табыш жөндөмө (кимди?)", ('{{ "Бакыт уулу"|accusative }}', "Бакыт уулун")),
    "locative": Filter(_case("locative"), "жатыш жөндөмө (кимде? кайда?)", ('{{ "Чолпон"|locative }}', "Чолпондо")),
    "ablative": Filter(_case("ablative"), "чыгыш жөндөмө (кимден? кайдан?)", ('{{ "Төлөгөн"|ablative }}', "Төлөгөндөн")),
    "locative_attr": Filter(_locative_attr, "кайдагы? (жатыш + -гы)",
                            ('{{ "мектеби"|locative_attr(possessed=True) }}', "мектебиндеги")),
    "capfirst": Filter(_capfirst, "биринчи тамга баш тамга болот", ('{{ "буйрук"|capfirst }}', "Буйрук")),
    "upper": Filter(_upper, "баары баш тамга", ('{{ "өзгөчө үлгү"|upper }}', "ӨЗГӨЧӨ ҮЛГҮ")),
    "lower": Filter(_lower, "баары кичине тамга", ('{{ "Жума"|lower }}', "жума")),
    "join": Filter(_join, "тизмени бөлгүч менен бириктирет; attribute – ар бир объекттин талаасы",
                   ('{{ ["а", "б"]|join(", ") }}', "а, б")),
    "default": Filter(_default, "маани берилбесе, анын ордуна", ('{{ none|default("жок") }}', "жок"), takes_none=True),
    "length": Filter(_length, "канча элемент (тексттин канча тамгасы)", ('{{ ["а", "б"]|length }}', "2")),
    "sort": Filter(_sort, "кыргыз алиппеси же чоңдугу боюнча иреттейт; attribute – талаасы",
                   ('{{ ["Өмүр", "Олжобай"]|sort|join(", ") }}', "Олжобай, Өмүр")),
    "map": Filter(_map, "объекттердин бир талаасынын тизмеси", ('{{ []|map("name")|join(", ") }}', "")),
    "select": Filter(_select, "талаасы ошондой болгон объекттер", ('{{ []|select("sex", "кыз")|length }}', "0")),
    "first": Filter(_first, "тизменин биринчиси", ('{{ ["а", "б"]|first }}', "а")),
    "last": Filter(_last, "тизменин акыркысы", ('{{ ["а", "б"]|last }}', "б")),
    "sum": Filter(_sum, "сандардын суммасы; attribute – талаасы", ("{{ [1, 2]|sum }}", "3")),
    "round": Filter(_round, "сан тегеректелет, үтүрдөн кийин канча орун", ("{{ 2.345|round(2) }}", "2,35")),
    "ky_date": Filter(_said(dates.full), "күн толук", ("{{ doc.date|ky_date }}", "2025-жылдын 13-октябры")),
    "ky_date_attr": Filter(_said(dates.attributive), "кайсы күнкү",
                           ("{{ doc.date|ky_date_attr }}", "2025-жылдын 13-октябрындагы")),
    "ky_date_loc": Filter(_said_in("locative"), "качан", ("{{ doc.date|ky_date_loc }}", "2025-жылдын 13-октябрында")),
    "ky_date_abl": Filter(_said_in("ablative"), "качандан", ("{{ doc.date|ky_date_abl }}", "2025-жылдын 13-октябрынан")),
    "ky_date_dat": Filter(_said_in("dative"), "качанга", ("{{ doc.date|ky_date_dat }}", "2025-жылдын 13-октябрына")),
    "ky_date_quoted": Filter(_said(dates.quoted), "бекитүү белгиси үчүн",
                             ("{{ doc.date|ky_date_quoted }}", "«13» октябрь 2025-ж.")),
    "ky_date_quoted_year": Filter(_said(dates.quoted_year), "ошондой эле, «жыл» толук",
                                  ("{{ doc.date|ky_date_quoted_year }}", "«13» октябрь 2025-жыл")),
    "ky_period": Filter(_period, "качандан качанга чейин, жылы бир эле жолу",
                        ('{{ doc.date|ky_period(doc.date) }}', "2025-жылдын 13-октябрында")),
    "ky_birth": Filter(_said_in("locative"), "«туулган» деген сөздүн алдында",
                       ("{{ doc.date|ky_birth }}", "2025-жылдын 13-октябрында")),
    "num_date": Filter(_said(dates.numeric), "күн сан менен", ("{{ doc.date|num_date }}", "13.10.2025")),
    "day_month": Filter(_said(dates.day_month), "күн жана ай, мамычанын башы үчүн",
                        ("{{ doc.date|day_month }}", "13.10")),
    "weekday": Filter(_said(dates.weekday), "аптанын күнү", ("{{ doc.date|weekday }}", "дүйшөмбү")),
    "dates": Filter(_dates, "күндөрдүн тизмеси", ("{{ [doc.date]|dates }}", "13.10.2025")),
    "year": Filter(lambda value: _date(value).year, "күндүн жылы", ("{{ doc.date|year }}", "2025")),
    "dec": Filter(_or_dash(lambda number: numerals.decimal(number, 1)),
                  "үтүрдөн кийин бир орун; жок болсо «–»", ("{{ 62.5|dec }}", "62,5"), takes_none=True),
    "dec2": Filter(_or_dash(lambda number: numerals.decimal(number, 2)),
                   "үтүрдөн кийин эки орун; жок болсо «–»", ("{{ 3.75|dec2 }}", "3,75"), takes_none=True),
    "pct": Filter(_or_dash(numerals.percent), "пайыз; жок болсо «–»", ("{{ 62.5|pct }}", "62,5%"), takes_none=True),
    "signed": Filter(_or_dash(numerals.signed), "белгиси менен; жок болсо «–»", ("{{ 3.1|signed }}", "+3,1"), takes_none=True),
    "delta_ky": Filter(_delta_ky, "айырма сөз менен", ("{{ 3.1|delta_ky }}", "3,1 пайыздык пунктка жогорулаган")),
    "delta_short": Filter(_delta_short, "айырма кыскача", ("{{ 3.1|delta_short }}", "+3,1 п.\u00a0п.")),
    "mark": Filter(_mark, "баа же белги; жок болсо «–»", ("{{ none|mark }}", NO_VALUE), takes_none=True),
    "names_with_relation": Filter(_names_with_relation, "ата-энелер: ким болору жана толук аты",
                                  ("{{ []|names_with_relation }}", "")),
    "names": Filter(_names, "адамдардын тизмеси кыска ысымдар менен", ("{{ []|names }}", "")),
    "subjects": Filter(_subjects, "предметтердин тизмеси сүйлөм ичинде",
                       ('{{ ["Алгебра", "Англис тили"]|subjects }}', "алгебра, англис тили")),
    "words_ky": Filter(lambda value: numerals.cardinal(_whole(value)), "сан сөз менен", ("{{ 23|words_ky }}", "жыйырма үч")),
}

TESTS: Mapping[str, Filter] = {
    "defined": Filter(lambda value: value is not missing,
                      "мындай ат бар", ("{% if doc is defined %}бар{% endif %}", "бар"), True),
    "undefined": Filter(lambda value: value is missing,
                        "мындай ат жок", ("{% if x is undefined %}жок{% endif %}", "жок"), True),
    "none": Filter(lambda value: value is None, "маани берилген эмес", ("{% if none is none %}жок{% endif %}", "жок"), True),
    "odd": Filter(lambda value: _whole(value) % 2 == 1, "так сан", ("{% if 3 is odd %}так{% endif %}", "так")),
    "even": Filter(lambda value: _whole(value) % 2 == 0, "жуп сан", ("{% if 4 is even %}жуп{% endif %}", "жуп")),
}
