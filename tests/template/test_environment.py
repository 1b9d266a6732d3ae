"""The sandbox: what a template may say, what it may not, and how much work it may make."""

from __future__ import annotations

import datetime
import time
from collections.abc import Mapping
from typing import Any

import pytest

from docgen.errors import ProblemsFound
from docgen.template import environment
from docgen.template.environment import compile_expression, compile_text

CONTEXT: dict[str, Any] = {
    "student": {"full_name": "Асанова Айпери", "items": "иш", "values": 1, "get": "а", "father": None,
                "class": {"name": "7-А"}},
    "doc": {"date": datetime.date(2025, 10, 13)}, "rows": [{"n": 1}, {"n": 2}], "nothing": None, "seven": 7, "half": 0.5,
}


def problems(source: str, context: Mapping[str, Any] = CONTEXT) -> list[str]:
    with pytest.raises(ProblemsFound) as caught:
        compile_text(source, name="тест")(context)
    return [problem.id.removeprefix("template.") for problem in caught.value.problems]


@pytest.mark.parametrize(("source", "text"), [
    ("{{ student.full_name|accusative }} мектептен чыгаруу жөнүндө", "Асанова Айперини мектептен чыгаруу жөнүндө"),
    ("{{ student.items }}{{ student.values }}{{ student.get }}", "иш1а"),
    ("{{ student['class'].name }} {{ rows[1].n }} {{ rows[-1]['n'] }}", "7-А 2 2"),
    ("{{ doc.date }} {{ half }}", "13.10.2025 0,5"),
    ("{% for r in rows %}{{ loop.index }}/{{ loop.length }}:{{ r.n }} {% endfor %}", "1/2:1 2/2:2 "),
    ("{% for r in rows if r.n > 1 %}{{ loop.index }}:{{ r.n }}{% if loop.last %}.{% endif %}{% endfor %}", "1:2."),
    ("{% for a in rows %}{% for b in rows %}{{ a.n }}{{ loop.index }}{% endfor %}{{ loop.index }} {% endfor %}",
     "11121 21222 "),
    ("{{ seven + 1 }} {{ seven * 2 }} {{ seven / 2 }} {{ rows|length % 2 }} {{ -seven }}", "8 14 3,5 0 -7"),
    ("{% if nothing %}а{% else %}б{% endif %}{{ nothing|default('в') }}{{ nobody|default('г') }}{{ student.no|default('д') }}",
     "бвгд"),
    ("{% set n = seven %}{{ n }}", "7"), ("{{ 'а' if seven > 5 else 'б' }}", "а"),
    ("{{ student.father.name|default('–') }}", "–"),
    ("{{ '«___» __________ 20__-ж.' }}", "«___» __________ 20__-ж."), ("{{ '№ ' ~ rows|length }}", "№ 2"),
])
def test_a_text_prints(source: str, text: str) -> None:
    assert compile_text(source, name="тест")(CONTEXT) == text


def test_the_printed_values_of_a_file_name_can_be_written_another_way() -> None:
    text = compile_text("{{ doc.date }}_{{ student.full_name }}", name="file_name",
                        finalize=lambda value: value.isoformat() if isinstance(value, datetime.date) else str(value))
    assert text(CONTEXT) == "2025-10-13_Асанова Айпери"


@pytest.mark.parametrize(("source", "value"), [
    ("rows|length >= 2", True), ("student.father is none", True), ("seven in [1, 7]", True), ("seven", 7),
    ("rows", CONTEXT["rows"]),
    ("nothing is none or nothing > 3", True), ("doc.date|year == 2025 and not nothing", True),
    ("student.nobody is defined", False),
])
def test_an_expression_gives_its_value(source: str, value: object) -> None:
    assert compile_expression(source, name="rule")(CONTEXT) == value


@pytest.mark.parametrize("source", ["", "seven }} {{ seven", "seven =", "if seven", "seven }}{% for x in rows %}{{ x"])
def test_what_is_no_expression_is_a_problem(source: str) -> None:
    with pytest.raises(ProblemsFound):
        compile_expression(source, name="rule")


# Each of these reaches for code, for an object or for memory; none is ever compiled.
FORBIDDEN = [
    "{{ cycler.__init__.__globals__.os.getcwd() }}", "{{ ''.__class__.__mro__ }}", "{{ student.full_name.upper() }}",
    "{{ range(9) }}",
    "{{ rows.append(1) }}", "{{ loop.cycle(1) }}", "{{ lipsum() }}", "{{ namespace() }}", "{{ joiner() }}", "{{ _x }}",
    "{{ 9 ** 999 }}", "{{ {'a': 1} }}", "{{ x.__dict__ }}", "{{ x._private }}", "{% macro m() %}{% endmacro %}",
    "{% filter upper %}а{% endfilter %}", "{% import 'os' as os %}", "{% extends 'a' %}", "{% block a %}{% endblock %}",
    "{% set x %}а{% endset %}", "{% set student.full_name = 1 %}", "{% for x in rows recursive %}{% endfor %}",
    "{% include 'a' %}",
    "{% call x() %}{% endcall %}", "{{ rows|join(*rows) }}", "{% set a, b = rows %}", "{{ 99999999999999999999 }}",
    "{{ '%s' % seven }}",
    "{% with a = 1 %}{% endwith %}", "{% autoescape false %}{% endautoescape %}", "{{ '" + "а" * 3000 + "' }}",
]


@pytest.mark.parametrize("source", FORBIDDEN)
def test_refused_before_compiling(source: str) -> None:
    with pytest.raises(ProblemsFound):
        compile_text(source, name="тест")


@pytest.mark.parametrize("source", [
    "{{ 'a' * 200000000 }}", "{{ ['a'] * 200000000 }}", "{{ 'a'|center(99999999) }}", "{{ '%999999999d' % 1 }}",
    "{{ 'a'|indent(9999) }}",
    "{{ 'a' * 99999 * 99999 }}", "{{ 10 * 999999999999999 * 9 }}", "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}",
    "{{ ['a', 'a', 'a', 'a']|join('" + "a" * 1900 + "')|join('x') }}",
    "{% set a0 = 'aaaaaaaaaa' %}" + "".join(f"{{% set a{n + 1} = (a{n}|upper) ~ (a{n}|upper) %}}" for n in range(40)),
    "{% for a in big %}{% for b in big %}{% for c in big %}x{% endfor %}{% endfor %}{% endfor %}",
])
def test_a_bomb_goes_out_at_once(source: str) -> None:
    begun = time.monotonic()
    with pytest.raises(ProblemsFound):
        compile_text(source, name="тест")({"big": [1] * 2000})
    assert time.monotonic() - begun < 5


def test_the_size_of_a_text_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "MOST_CHARACTERS", 10_000)
    assert problems("{% for a in big %}" + "а" * 100 + "{% endfor %}", {"big": [1] * 2000}) == ["too-much"]


@pytest.mark.parametrize(("source", "problem"), [
    ("{{ nothing }}", "none-printed"), ("{{ nothing|upper }}", "none-printed"), ("{{ [nothing]|join }}", "none-printed"),
    ("{{ nothing + 1 }}", "none-printed"), ("{{ seven - nothing }}", "none-printed"),
    ("{{ student.father.name }}", "none-printed"),
    ("{% for x in nothing %}{% endfor %}", "none-printed"),
    ("{{ 'а' if seven else nothing }}{{ nothing if seven else 1 }}", "none-printed"),
    ("{% set n = nothing %}{{ n }}", "none-printed"), ("{{ nothing|default(none) }}", "none-printed"),
    ("{{ 'а' ~ nothing }}", "maybe-none"), ("{{ student.father ~ 'а' }}", "maybe-none"), ("{{ seven % 2 }}", "maybe-none"),
    ("{{ 'а' if nothing }}", "no-else"),
    ("{{ studnt.full_name }}", "unknown-name"), ("{{ student.fullname }}", "unknown-name"),
    ("{% if student.nobody %}{% endif %}", "unknown-name"),
    ("{% if nobody %}{% endif %}", "unknown-name"), ("{{ rows[5] }}", "unknown-name"),
    ("{{ student.full_name.upper }}", "unknown-name"),
    ("{% for x in nobody %}{% endfor %}", "unknown-name"),
    ("{% for x in rows if x.m %}{{ loop.index }}{% endfor %}", "unknown-name"),
    ("{% set n = nobody %}{{ n }}{{ n.a }}", "unknown-name"),
    ("{% for x in seven %}{% endfor %}", "needs-list"), ("{% for x in 'сөз' %}{% endfor %}", "needs-list"),
    ("{% for x in student %}{% endfor %}", "needs-list"),
    ("{{ seven + 'а' }}", "needs-number"), ("{{ rows + rows }}", "needs-number"), ("{{ seven * 'а' }}", "needs-number"),
    ("{{ seven / 0 }}", "wrong-value"), ("{% if doc.date > 'а' %}{% endif %}", "wrong-value"),
    ("{% if nothing > 1 %}{% endif %}", "wrong-value"),
    ("{{ loop.index }}", "loop-outside"), ("{% for x in rows %}{{ loop }}{% endfor %}", "loop-bare"),
    ("{% for x in rows %}{{ loop.indx }}{% endfor %}", "unknown-name"),
    ("{{ seven|uper }}", "unknown-filter"), ("{% if seven is ood %}{% endif %}", "unknown-test"), ("{{ seven ", "broken-tag"),
    ("{% if seven %}", "broken-tag"), ("{{ 1 2 }}", "broken-tag"),
])
def test_a_fault_is_named(source: str, problem: str) -> None:
    assert set(problems(source)) == {problem}


def test_all_faults_of_a_text_are_found_at_once() -> None:
    assert sorted(problems("{{ studnt.a }}{{ student.b }}{{ nothing }}{{ seven|upper }}")) == [
        "none-printed", "unknown-name", "unknown-name"]


def test_the_nearest_name_is_offered() -> None:
    with pytest.raises(ProblemsFound) as caught:
        compile_text("{{ student.fullname }}{{ studnt }}", name="тест")(CONTEXT)
    assert [problem.facts["nearest"] for problem in caught.value.problems] == ["full_name", "student"]


def test_a_value_is_never_read_as_a_template() -> None:
    assert compile_text("{{ a }}", name="тест")({"a": "{{ 7*7 }}{% if %}"}) == "{{ 7*7 }}{% if %}"


class Trap:
    """Plain data is all a context holds; an object's attributes and methods are never reached."""

    secret = "сыр"

    def __getattr__(self, name: str) -> object:
        raise AssertionError(name)


@pytest.mark.parametrize("source", ["{{ x }}", "{{ x.secret }}", "{{ x|upper }}", "{% for y in x %}{% endfor %}", "{{ x + 1 }}",
                                    "{{ [x]|join }}"])
def test_an_object_is_never_asked(source: str) -> None:
    with pytest.raises(ProblemsFound):
        compile_text(source, name="тест")({"x": Trap()})
