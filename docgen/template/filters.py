"""The one table of filters and tests that a template author may use: Kyrgyz grammar in, text out.

`docgen.kyrgyz` knows the language and nothing of documents; `docgen.template.grammar` gives its functions the strictness of the
template language. Terms of grammar have their English names and, as aliases, their Kyrgyz ones. A filter refuses None unless
its row says otherwise, and gives text, a number or a list, never None.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, TypeVar

from jinja2.utils import missing

from docgen.kyrgyz import alphabet, dates, numerals
from docgen.template import accepted, grammar, pictures
from docgen.template.values import LONGEST_TEXT, Refused, shown

#: printed where a number, a mark or a cell has no value
NO_VALUE = "–"


@dataclass(frozen=True, slots=True)
class Filter:
    """A row of the table.

    Args:
        doc: one line for template authors.
        example: how it is written in a tag, and what that prints (None where a context is needed to show it).
        alias: the Kyrgyz name of the same filter.
    """

    function: Callable[..., Any]
    doc: str
    example: tuple[str, str]
    takes_none: bool = False
    alias: str = ""


# ---------------------------------------------------------------------------------------------------------- the functions


def _capfirst(value: object) -> str:
    return alphabet.capfirst(accepted.text(value))


def _upper(value: object) -> str:
    return accepted.text(value).upper()


def _lower(value: object) -> str:
    return accepted.text(value).lower()


def _join(value: object, separator: str = "", attribute: str | None = None) -> str:
    items = accepted.items(value)
    if attribute is not None:
        items = [accepted.field(item, attribute) for item in items]
    text = separator.join(accepted.text(item) for item in items)
    if len(text) > LONGEST_TEXT:
        raise Refused("template.too-much", limit=LONGEST_TEXT)
    return text


def _checkbox(value: object, checked: object = "☒", unchecked: object = "☐") -> str:
    if type(value) is bool:
        return accepted.text(checked if value else unchecked)
    raise Refused("template.none-printed") if value is None else Refused("template.needs-truth", value=shown(value))


def _choice(value: object, *entries: object) -> str:
    wanted = accepted.text(value)
    words = [accepted.text(entry) for entry in entries]
    shown_as = dict(zip(words[::2], words[1::2], strict=False))
    if wanted in shown_as:
        return shown_as[wanted]
    if wanted in shown_as.values():
        return wanted
    raise Refused("template.not-in-list", value=shown(wanted), expected=", ".join(words[1::2]))


def _default(value: object, otherwise: object = "") -> object:
    return otherwise if value is None or value is missing else value


def _length(value: object) -> int:
    if isinstance(value, (str, dict)):
        return len(value)
    return len(accepted.items(value))


def _sort(value: object, attribute: str | None = None, reverse: bool = False) -> list[Any]:
    def key(item: object) -> Any:
        wanted = item if attribute is None else accepted.field(item, attribute)
        if wanted is None:
            raise Refused("template.none-printed")
        return alphabet.sort_key(wanted) if isinstance(wanted, str) else wanted

    return sorted(accepted.items(value), key=key, reverse=reverse)


def _map(value: object, attribute: str) -> list[Any]:
    return [accepted.field(item, attribute) for item in accepted.items(value)]


def _select(value: object, attribute: str, equals: object = missing) -> list[Any]:
    found = [(item, accepted.field(item, attribute)) for item in accepted.items(value)]
    return [item for item, has in found if (has if equals is missing else has == equals)]


def _flatten(value: object) -> list[Any]:
    return [item for inner in accepted.items(value) if inner is not None for item in accepted.items(inner)]


def _unique(value: object) -> list[Any]:
    found: list[Any] = []
    for item in accepted.items(value):
        if item not in found:
            found.append(item)
    return found


def _first(value: object) -> object:
    return accepted.items(value)[0]


def _last(value: object) -> object:
    return accepted.items(value)[-1]


def _sum(value: object, attribute: str | None = None) -> int | Decimal:
    items = accepted.items(value) if attribute is None else _map(value, attribute)
    return sum((item if type(item) is int else accepted.number(item) for item in items), start=0)


def _round(value: object, places: int = 0) -> int | Decimal:
    number = accepted.number(value).quantize(Decimal(1).scaleb(-_places(places)), rounding=ROUND_HALF_UP)
    return int(number) if places == 0 else number


def _places(places: object) -> int:
    if type(places) is int and 0 <= places <= 6:
        return places
    raise Refused("template.needs-number", value=shown(places))


def _or_dash(say: Callable[[Decimal], str]) -> Callable[[object], str]:
    """A filter that prints «–» where there is no value."""
    return lambda value: NO_VALUE if value is None else say(accepted.number(value))


def _mark(value: object) -> str:
    return NO_VALUE if value is None else accepted.text(value)


# -------------------------------------------------------------------------------------------------------------- the tables

FILTERS: Mapping[str, Filter] = {
    "nominative": Filter(grammar.case("nominative"), "атооч жөндөмө (ким? эмне?)",
                         ('{{ "окуучу"|nominative(number="plural") }}', "окуучулар"), alias="атооч"),
    "genitive": Filter(grammar.case("genitive"), "илик жөндөмө (кимдин?)",
                       ('{{ "Айбек"|genitive }}', "Айбектин"), alias="илик"),
    "dative": Filter(grammar.case("dative"), "барыш жөндөмө (кимге?)",
                     ('{{ "Асанова"|dative }}', "Асановага"), alias="барыш"),
    "accusative": Filter(grammar.case("accusative"), "табыш жөндөмө (кимди?)",
                         ('{{ "Бакыт уулу"|accusative }}', "Бакыт уулун"), alias="табыш"),
    "locative": Filter(grammar.case("locative"), "жатыш жөндөмө (кимде? кайда?)",
                       ('{{ "Чолпон"|locative }}', "Чолпондо"), alias="жатыш"),
    "ablative": Filter(grammar.case("ablative"), "чыгыш жөндөмө (кимден? кайдан?)",
                       ('{{ "Төлөгөн"|ablative }}', "Төлөгөндөн"), alias="чыгыш"),
    "locative_attr": Filter(grammar.locative_attr, "кайдагы? (жатыш + -гы)",
                            ('{{ "мектеби"|locative_attr(possessed=True) }}', "мектебиндеги"), alias="кайдагы"),
    "plural": Filter(grammar.plural, "көптүк түр", ('{{ "ата-эне"|plural|dative }}', "ата-энелерге"), alias="көптүк"),
    "possessive": Filter(grammar.possessive, "таандык мүчө: 3 (анын), 1sg, 2sg, 2sg_polite, 1pl, 2pl, 2pl_polite",
                         ('{{ "мектеп"|possessive("1pl") }}', "мектебибиз"), alias="таандык"),
    "capfirst": Filter(_capfirst, "биринчи тамга баш тамга болот", ('{{ "буйрук"|capfirst }}', "Буйрук")),
    "e": Filter(accepted.text, "docxtpl үлгүлөрүнөн: эч нерсени өзгөртпөйт, <, >, & белгилери ансыз да туура басылат",
                ('{{ "А & Б"|e }}', "А & Б"), alias="escape"),
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
    "flatten": Filter(_flatten, "тизмелердин тизмесинен бир тизме; жогу калтырылат",
                      ('{{ [["а"], none, ["б"]]|flatten|join(", ") }}', "а, б")),
    "unique": Filter(_unique, "кайталангандары бир эле жолу", ('{{ ["а", "б", "а"]|unique|join(", ") }}', "а, б")),
    "first": Filter(_first, "тизменин биринчиси", ('{{ ["а", "б"]|first }}', "а")),
    "last": Filter(_last, "тизменин акыркысы", ('{{ ["а", "б"]|last }}', "б")),
    "sum": Filter(_sum, "сандардын суммасы; attribute – талаасы", ("{{ [1, 2]|sum }}", "3")),
    "round": Filter(_round, "сан тегеректелет, үтүрдөн кийин канча орун", ("{{ 2.345|round(2) }}", "2,35")),
    "ky_date": Filter(grammar.said(dates.full), "күн толук", ("{{ doc.date|ky_date }}", "2025-жылдын 13-октябры")),
    "ky_date_attr": Filter(grammar.said(dates.attributive), "кайсы күнкү",
                           ("{{ doc.date|ky_date_attr }}", "2025-жылдын 13-октябрындагы")),
    "ky_date_loc": Filter(grammar.said_in("locative"), "качан", ("{{ doc.date|ky_date_loc }}", "2025-жылдын 13-октябрында")),
    "ky_date_abl": Filter(grammar.said_in("ablative"), "качандан", ("{{ doc.date|ky_date_abl }}", "2025-жылдын 13-октябрынан")),
    "ky_date_dat": Filter(grammar.said_in("dative"), "качанга", ("{{ doc.date|ky_date_dat }}", "2025-жылдын 13-октябрына")),
    "ky_date_gen": Filter(grammar.said_in("genitive"), "кайсы күндүн",
                          ("{{ doc.date|ky_date_gen }}", "2025-жылдын 13-октябрынын")),
    "ky_date_acc": Filter(grammar.said_in("accusative"), "кайсы күндү",
                          ("{{ doc.date|ky_date_acc }}", "2025-жылдын 13-октябрын")),
    "ky_day": Filter(grammar.day_in, "күнү жана айы, жылы жок; кашаада жөндөмө",
                     ('{{ doc.date|ky_day("dative") }}', "13-октябрга")),
    "ky_month": Filter(grammar.month_in, "жылдын айы; кашаада жөндөмө",
                       ('{{ doc.date|ky_month("жатыш") }}', "2025-жылдын октябрында")),
    "ky_year": Filter(grammar.said(dates.year), "жыл", ("{{ doc.date|ky_year|genitive }}", "2025-жылдын")),
    "ky_in_year": Filter(grammar.said(dates.in_year), "кайсы жылы", ("{{ doc.date|ky_in_year }}", "2025-жылы")),
    "school_year": Filter(grammar.school_year, "окуу жылы, күндөн же жазуусунан; кашаада жөндөмө",
                          ('{{ doc.date|school_year("locative") }}', "2025–2026-окуу жылында")),
    "term": Filter(grammar.term, "чейрек; roman – Рим цифрасы менен",
                   ("{{ 2|term|dative }}, {{ 2|term(roman=True) }}", "2-чейрекке, II чейрек"), alias="чейрек"),
    "half_year": Filter(grammar.counted(dates.half_year), "жарым жылдык", ("{{ 1|half_year }}", "1-жарым жылдык")),
    "ky_date_quoted": Filter(grammar.said(dates.quoted), "бекитүү белгиси үчүн",
                             ("{{ doc.date|ky_date_quoted }}", "«13» октябрь 2025-ж.")),
    "ky_date_quoted_year": Filter(grammar.said(dates.quoted_year), "ошондой эле, «жыл» толук",
                                  ("{{ doc.date|ky_date_quoted_year }}", "«13» октябрь 2025-жыл")),
    "ky_period": Filter(grammar.period, "качандан качанга чейин, жылы бир эле жолу; with_year=False – жылы жок",
                        ('{{ doc.date|ky_period(doc.date) }}', "2025-жылдын 13-октябрында")),
    "ky_birth": Filter(grammar.said_in("locative"), "«туулган» деген сөздүн алдында",
                       ("{{ doc.date|ky_birth }}", "2025-жылдын 13-октябрында")),
    "num_date": Filter(grammar.said(dates.numeric), "күн сан менен", ("{{ doc.date|num_date }}", "13.10.2025")),
    "day_month": Filter(grammar.said(dates.day_month), "күн жана ай, мамычанын башы үчүн",
                        ("{{ doc.date|day_month }}", "13.10")),
    "weekday": Filter(grammar.said(dates.weekday), "аптанын күнү", ("{{ doc.date|weekday }}", "дүйшөмбү")),
    "dates": Filter(grammar.listed_dates, "күндөрдүн тизмеси", ("{{ [doc.date]|dates }}", "13.10.2025")),
    "year": Filter(lambda value: accepted.date(value).year, "күндүн жылы", ("{{ doc.date|year }}", "2025")),
    "dec": Filter(_or_dash(lambda number: numerals.decimal(number, 1)),
                  "үтүрдөн кийин бир орун; жок болсо «–»", ("{{ 62.5|dec }}", "62,5"), takes_none=True),
    "dec2": Filter(_or_dash(lambda number: numerals.decimal(number, 2)),
                   "үтүрдөн кийин эки орун; жок болсо «–»", ("{{ 3.75|dec2 }}", "3,75"), takes_none=True),
    "pct": Filter(_or_dash(numerals.percent), "пайыз; жок болсо «–»", ("{{ 62.5|pct }}", "62,5%"), takes_none=True),
    "signed": Filter(_or_dash(numerals.signed), "белгиси менен; жок болсо «–»", ("{{ 3.1|signed }}", "+3,1"), takes_none=True),
    "delta_ky": Filter(grammar.change_in_words, "айырма сөз менен", ("{{ 3.1|delta_ky }}", "3,1 пайыздык пунктка жогорулаган")),
    "delta_short": Filter(grammar.change, "айырма кыскача", ("{{ 3.1|delta_short }}", "+3,1 п.\u00a0п.")),
    "mark": Filter(_mark, "баа же белги; жок болсо «–»", ("{{ none|mark }}", NO_VALUE), takes_none=True),
    "names_with_relation": Filter(grammar.names_with_relation, "ата-энелер: ким болору жана толук аты",
                                  ("{{ []|names_with_relation }}", "")),
    "names": Filter(grammar.short_names, "адамдардын тизмеси кыска ысымдар менен", ("{{ []|names }}", "")),
    "subjects": Filter(grammar.subjects, "предметтердин тизмеси сүйлөм ичинде",
                       ('{{ ["Алгебра", "Англис тили"]|subjects }}', "алгебра, англис тили")),
    "list_ky": Filter(grammar.enumeration, "тизме сүйлөм ичинде; attribute – талаасы",
                      ('{{ ["а", "б", "в"]|list_ky }}', "а, б жана в"), alias="тизме"),
    "words_ky": Filter(grammar.in_words, "сан сөз менен (эсептик сан)", ("{{ 23|words_ky }}, {{ 2.5|words_ky }}",
                                                                  "жыйырма үч, эки бүтүн ондон беш"), alias="эсептик"),
    "ordinal_ky": Filter(grammar.counted(numerals.ordinal), "иреттик сан сөз менен",
                         ("{{ 21|ordinal_ky }}", "жыйырма биринчи"), alias="иреттик"),
    "collective_ky": Filter(grammar.counted(numerals.collective), "жамдама сан, 1ден 7ге чейин",
                            ("{{ 3|collective_ky }}", "үчөө"), alias="жамдама"),
    "fraction_ky": Filter(grammar.fraction, "бөлчөк сан сөз менен", ("{{ 2|fraction_ky(3) }}", "үчтөн эки"), alias="бөлчөк"),
    "certified": Filter(grammar.counted(numerals.certified), "сан жана кашаада сөз менен", ("{{ 3|certified }}", "3 (үч)")),
    "money": Filter(grammar.measured(numerals.money), "акча сөз менен",
                    ("{{ 1500.5|money }}", "бир миң беш жүз сом 50 тыйын"), alias="акча"),
    "money_digits": Filter(grammar.measured(numerals.money_digits), "акча цифра менен",
                           ("{{ 1500.5|money_digits }}", "1\u00a0500,50\u00a0сом")),
    "grouped": Filter(grammar.measured(lambda number: numerals.decimal(number, group=True)), "миңдери бөлүнгөн сан",
                      ("{{ 12500|grouped }}", "12\u00a0500")),
    "checkbox": Filter(_checkbox, "белги: true болсо ☒, false болсо ☐; кашаада башка белгилер",
                       ('{{ true|checkbox }} {{ false|checkbox("✓", "–") }}', "☒ –")),
    "choice": Filter(_choice, "тизмеден тандалганы: мааниси, жазылышы, мааниси, жазылышы …",
                     ('{{ "f"|choice("f", "кыз", "m", "бала") }}', "кыз")),
    "image": Filter(pictures.image, "сүрөт: жумушчу папкадагы PNG же JPEG файл; туурасы же бийиктиги миллиметр менен",
                    ("{% if school is defined %}{{ school.emblem|image(width_mm=20) }}{% endif %}", "")),
    "roman": Filter(grammar.counted(numerals.roman), "Рим цифрасы", ("{{ 4|roman }}", "IV"), alias="рим"),
}

TESTS: Mapping[str, Filter] = {
    "defined": Filter(lambda value: value is not missing,
                      "мындай ат бар", ("{% if doc is defined %}бар{% endif %}", "бар"), True),
    "undefined": Filter(lambda value: value is missing,
                        "мындай ат жок", ("{% if x is undefined %}жок{% endif %}", "жок"), True),
    "none": Filter(lambda value: value is None, "маани берилген эмес", ("{% if none is none %}жок{% endif %}", "жок"), True),
    "odd": Filter(lambda value: accepted.whole(value) % 2 == 1, "так сан", ("{% if 3 is odd %}так{% endif %}", "так")),
    "even": Filter(lambda value: accepted.whole(value) % 2 == 0, "жуп сан", ("{% if 4 is even %}жуп{% endif %}", "жуп")),
}

_F = TypeVar("_F")


def with_aliases(functions: Mapping[str, _F]) -> dict[str, _F]:
    """The functions of the filters by their Kyrgyz names too."""
    return {**functions, **{row.alias: functions[name] for name, row in FILTERS.items() if row.alias}}
