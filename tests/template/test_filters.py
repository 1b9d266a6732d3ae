"""The table of filters is true: each example prints what it says, and no filter takes None unless its row says so."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal

import pytest
from wordfile import p, word_file

from docgen.errors import ProblemsFound
from docgen.template.compiled import Template
from docgen.template.environment import compile_text
from docgen.template.filters import FILTERS, TESTS
from docgen.template.listing import listing

CONTEXT = {
    "doc": {"date": datetime.date(2025, 10, 13)}, "nothing": None,
    "children": [{"name": "Өмүр", "n": 2}, {"name": "Олжобай", "n": 10}],
    "people": [{"surname": "Асанов", "given_name": "Азат", "relation": "атасы"},
               {"surname": "Усенова", "given_name": "Бермет", "patronymic": "Канатовна", "relation": {"printed": "апасы"}},
               {"surname": "Исаков", "given_name": "Вали", "relation": "таятасы"}],
}


def rendered(source: str) -> str:
    return compile_text(source, name="тест")(CONTEXT)


@pytest.mark.parametrize("name", FILTERS)
def test_the_example_is_true(name: str) -> None:
    source, text = FILTERS[name].example
    assert rendered(source) == text


@pytest.mark.parametrize("name", TESTS)
def test_the_example_of_a_test_is_true(name: str) -> None:
    source, text = TESTS[name].example
    assert rendered(source) == text


@pytest.mark.parametrize("name", FILTERS)
def test_none_is_refused_unless_the_row_says_otherwise(name: str) -> None:
    source = f"{{{{ nothing|{name}{'(1)' if name in ('map', 'select', 'fraction_ky') else ''} }}}}"
    if FILTERS[name].takes_none:
        assert "None" not in rendered(source)
    else:
        with pytest.raises(ProblemsFound) as caught:
            rendered(source)
        assert [problem.id for problem in caught.value.problems] == ["template.none-printed"]


@pytest.mark.parametrize(("source", "text"), [
    ("{{ people|names }}", "А.\u00a0Асанов, Б.\u00a0К.\u00a0Усенова жана В.\u00a0Исаков"),
    ("{{ people[:1]|names }}", "А.\u00a0Асанов"),
    ("{{ people|names_with_relation }}", "атасы – Асанов Азат; апасы – Усенова Бермет Канатовна; таятасы – Исаков Вали"),
    ('{{ children|sort("name")|join(", ", "name") }}', "Олжобай, Өмүр"),
    ('{{ children|sort("n", reverse=True)|map("n")|join(" ") }}', "10 2"),
    ('{{ children|select("n", 2)|join(", ", attribute="name") }}', "Өмүр"),
    ('{{ children|sum("n") }} {{ children|length }}', "12 2"),
    ("{{ 2.675|round(2) }} {{ 2.5|round }} {{ 0|signed }} {{ -2|signed }}", "2,68 3 0,0 −2,0"),
    ("{{ none|dec }}{{ none|pct }}{{ none|signed }}{{ none|mark }}{{ 5|mark }}", "––––5"),
    ('{{ ["Манас таануу", "БУУ тарыхы", "Химия"]|subjects }}', "Манас таануу, БУУ тарыхы, химия"),
    ('{{ "№5 мектеп"|capfirst }} {{ "өмүр"|capfirst }}', "№5 мектеп Өмүр"),
    ('{{ "новый мектеби"|dative(possessed=True) }}', "новый мектебине"),
    ("{{ -3.1|delta_ky }} {{ 0.04|delta_ky }}", "3,1 пайыздык пунктка төмөндөгөн өзгөргөн эмес"),
])
def test_a_filter_in_use(source: str, text: str) -> None:
    assert rendered(source) == text


@pytest.mark.parametrize(("source", "text"), [
    ('{{ "окуучу"|dative(number="plural") }} {{ "окуучу"|барыш(number="көптүк") }}', "окуучуларга окуучуларга"),
    ('{{ "ата-эне"|genitive(number="plural", possessive="3") }}', "ата-энелеринин"),
    ('{{ "БУУ"|илик }} {{ "40"|барыш }} {{ "Ош шаары"|чыгыш }} {{ "№5 орто мектеби"|кайдагы }}',
     "БУУнун 40ка Ош шаарынан №5 орто мектебиндеги"),
    ('{{ "Ч. Б. Бердалиев"|табыш|upper }} {{ 40|dative }} {{ 8.5|ablative }}', "Ч. Б. БЕРДАЛИЕВДИ 40ка 8,5тен"),
    ('{{ "2025-2026"|school_year }} {{ doc.date|school_year("чыгыш") }}', "2025–2026-окуу жылы 2025–2026-окуу жылынан"),
    ("{{ doc.date|ky_day }} {{ doc.date|ky_month }} {{ doc.date|ky_year }}", "13-октябрь 2025-жылдын октябры 2025-жыл"),
    ("{{ doc.date|ky_period(end) }}", "2025-жылдын 13-октябрынан 2026-жылдын 25-майына чейин"),
    ("{{ doc.date|ky_period(end, with_year=False) }}", "13-октябрдан 25-майга чейин"),
    ("{{ 1000000000000|words_ky }} {{ -5|words_ky }} {{ 0|words_ky }}", "бир триллион минус беш нөл"),
    ("{{ 1500|money }} {{ 1|certified }} {{ 100|ordinal_ky }}", "бир миң беш жүз сом 1 (бир) жүзүнчү"),
    ('{{ children|list_ky("name") }} {{ ["а"]|тизме }} {{ []|тизме }}', "Өмүр жана Олжобай а "),
    ('{{ "ңү"|upper }} {{ "«өмүр» клубу"|capfirst }} {{ "иш"|capfirst }}', "ҢҮ «Өмүр» клубу Иш"),
])
def test_a_filter_of_grammar_in_use(source: str, text: str) -> None:
    assert compile_text(source, name="тест")({**CONTEXT, "end": datetime.date(2026, 5, 25)}) == text


@pytest.mark.parametrize("name", [name for name, row in FILTERS.items() if row.alias])
def test_the_kyrgyz_name_is_the_same_filter(name: str) -> None:
    source, text = FILTERS[name].example
    assert rendered(re.sub(rf"\|{name}\\b", f"|{FILTERS[name].alias}", source)) == text


def test_the_kyrgyz_names_work_in_a_word_file() -> None:
    file = word_file(p("{{ a|барыш }}, {{ a|көптүк|чыгыш }}, {%p if a|илик != a %}") + p("{%p endif %}"))
    with pytest.raises(ProblemsFound):
        Template(file)   # words beside a paragraph's tag are refused as ever
    file = word_file(p("{{ a|барыш }}, {{ a|көптүк|чыгыш }}") + p("{%p if a|илик != a %}") + p("ооба") + p("{%p endif %}"))
    assert "окуучуга, окуучулардан" in listing(Template(file).render({"a": "окуучу"}))


def test_no_two_filters_have_one_name() -> None:
    aliases = [row.alias for row in FILTERS.values() if row.alias]
    assert len({*FILTERS, *aliases}) == len(FILTERS) + len(aliases)


@pytest.mark.parametrize(("source", "text"), [
    ("{{ who|dative }}, {{ who|accusative }}, {{ other|dative }}", "Асанова Айпериге апа, Асанова Айперини, Исаковго"),
    ("{{ who|барыш|upper }}", "АСАНОВА АЙПЕРИГЕ АПА"),
    ('{{ who|dative(number="plural") }}', "Асанова Айперилерге"),
])
def test_a_person_s_own_form_wins_in_its_case_alone(source: str, text: str) -> None:
    context = {"who": "Асанова Айпери", "other": "Исаков"}
    say = compile_text(source, name="тест")
    assert say(context | {"_forms": {"Асанова Айпери": {"dative": "Асанова Айпериге апа"}}}) == text
    assert "апа" not in say(context).lower()


def test_no_template_can_read_the_own_forms() -> None:
    with pytest.raises(ProblemsFound):
        compile_text("{{ _forms }}", name="тест")


@pytest.mark.parametrize(("source", "problem"), [
    ('{{ "текст"|ky_date }}', "needs-date"), ("{{ doc|ky_date }}", "needs-date"), ('{{ "сөз"|join(", ") }}', "needs-list"),
    ('{{ "сөз"|dec }}', "needs-number"), ("{{ true|dec }}", "needs-number"), ('{{ ["а"]|names }}', "needs-object"),
    ('{{ children|join(", ", "nmae") }}', "unknown-name"), ("{{ children|upper }}", "prints-list"),
    ("{{ [1, none]|sum }}", "none-printed"), ("{{ []|first }}", "filter-value"), ("{{ 1|round(99999) }}", "needs-number"),
    ('{{ [1, "а"]|sort|length }}', "filter-value"), ("{{ doc.date|upper(1) }}", "filter-arguments"),
    ('{{ "а"|dative(wrong=1) }}', "filter-arguments"), ('{{ "а"|datve }}', "unknown-filter"),
    ("{{ children|map }}", "filter-arguments"), ('{{ "а"|барыыш }}', "unknown-filter"),
    ('{{ "а"|dative(number="many") }}', "filter-value"), ('{{ "а"|dative(possessive="4") }}', "filter-value"),
    ("{{ 8|collective_ky }}", "filter-value"), ("{{ -1|money }}", "filter-value"), ('{{ "жыл"|school_year }}', "filter-value"),
])
def test_what_a_filter_cannot_take_is_a_problem(source: str, problem: str) -> None:
    with pytest.raises(ProblemsFound) as caught:
        rendered(source)
    assert [found.id for found in caught.value.problems] == [f"template.{problem}"]


def test_decimals_and_whole_numbers_sum_without_loss() -> None:
    assert compile_text("{{ n|sum }}", name="т")({"n": [Decimal("0.1"), 0.2, 3]}) == "3,3"
