"""``{%p restart numbering %}``: the lists behind it begin anew, as the judge counts them and as LibreOffice prints them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from judges import audit, office
from judges.invariants import findings
from oracle import docxtpl_render
from test_merge import NUMBERED, abstract, item, labels, listed, num, numbering
from wordfile import cell, p, read_parts, row, table, word_file

from docgen.errors import Place, Problem, ProblemsFound
from docgen.template.blanks import Blank
from docgen.template.compiled import Template
from docgen.template.environment import compile_text
from docgen.template.merge import merge

RESTART = p("{%p restart numbering %}")
CLASSES = [{"name": "7-А", "pupils": ["Асан", "Үсөн", "Эсен"]}, {"name": "7-Б", "pupils": ["Айгүл", "Бермет"]}]
CONTEXT: dict[str, Any] = {"classes": CLASSES, "none_left": []}
ONE = numbering(abstract(0), nums=num(1, 0))


def for_each(body: str) -> str:
    return p("{%p for c in classes %}") + body + p("{%p endfor %}")


PUPILS = p("{%p for x in c.pupils %}") + item("{{ x }}") + p("{%p endfor %}")


def made(body: str, part: str = ONE, styles: str = "", **context: Any) -> bytes:
    template = listed(part, body, styles)
    document = Template(template).render({**CONTEXT, **context})
    assert set(findings(document)) <= set(findings(template))
    assert audit.findings(document, template) == []
    assert "\ufdd8" not in read_parts(document)["word/document.xml"].decode()
    return document


def test_a_list_in_a_loop_begins_anew_in_every_turn() -> None:
    assert labels(made(for_each(p("{{ c.name }}") + RESTART + PUPILS))) == ["1.", "2.", "3.", "1.", "2."]


def test_without_the_tag_it_goes_on_as_in_docxtpl() -> None:
    template = listed(ONE, for_each(PUPILS))
    ours, theirs = Template(template).render(CONTEXT), docxtpl_render(template, CONTEXT)
    assert labels(ours) == labels(theirs) == ["1.", "2.", "3.", "4.", "5."]


def test_what_stands_before_and_the_definition_stay() -> None:
    document = made(item("баш") + item("баш") + for_each(RESTART + PUPILS) + item("соңу"))
    assert labels(document) == ["1.", "2.", "1.", "2.", "3.", "1.", "2.", "3."]
    assert read_parts(document)["word/numbering.xml"].count(b"<w:abstractNum ") == 1


def test_every_list_begins_where_its_definition_says_and_bullets_are_left() -> None:
    part = numbering(abstract(0, start=5), abstract(1, "bullet", "–"), abstract(2), nums=num(1, 0) + num(2, 1) + num(7, 2))
    document = made(for_each(RESTART + item("а") + item("б") + item("в", 2) + item("г", 7)), part)
    assert labels(document) == ["5.", "6.", "–", "1."] * 2
    assert read_parts(document)["word/numbering.xml"].count(b"<w:num ") == 3 + 4


def test_a_list_that_comes_from_a_style_begins_anew_too() -> None:
    part = numbering(abstract(0, style="Clause"), nums=num(1, 0))
    document = made(for_each(RESTART + p("а", style="Clause") + p("б", style="Clause")), part, NUMBERED)
    assert labels(document) == ["1.", "2."] * 2


def test_in_a_table_the_tag_has_a_row_of_its_own() -> None:
    rows = table([row("{%tr for c in classes %}"), row("{%tr restart numbering %}"), row("{%tr for x in c.pupils %}"),
                  row(cell(item("{{ x }}")), "б"), row("{%tr endfor %}"), row("{%tr endfor %}")])
    assert labels(made(rows + p("соңу"))) == ["1.", "2.", "3.", "1.", "2."]


def test_an_emptied_table_goes_with_its_tag() -> None:
    rows = table([row("{%tr for c in none_left %}"), row("{%tr restart numbering %}"), row(cell(item("а"))),
                  row("{%tr endfor %}"), row("{%tr restart numbering %}")])
    assert b"<w:tbl>" not in read_parts(made(rows + item("соңу")))["word/document.xml"]


@pytest.mark.parametrize("part", [ONE, numbering()])
def test_a_document_without_a_list_or_a_turn_is_as_it_was(part: str) -> None:
    assert read_parts(made(for_each(RESTART) + p("а"), part, classes=[]))["word/numbering.xml"].decode() == part
    assert b"<w:numId" not in read_parts(made(RESTART + p("а"), part))["word/document.xml"]


def test_a_template_without_lists_may_hold_the_tag() -> None:
    template = word_file(RESTART + p("а"))
    assert set(read_parts(Template(template).render({}))) == set(read_parts(template))


def test_the_same_data_give_the_same_bytes() -> None:
    template = Template(listed(ONE, for_each(RESTART + PUPILS)))
    assert template.render(CONTEXT) == template.render(CONTEXT)


def test_cleaned_and_blank_documents_restart_too() -> None:
    template = Template(listed(ONE, for_each(RESTART + PUPILS)))
    reported: list[Problem] = []
    cleaned = template.render({"classes": [{"pupils": ["а\u200b", "б"]}, {"pupils": ["в"]}]}, findings=reported)
    assert (labels(cleaned), len(reported)) == (["1.", "2.", "1."], 1)
    blank = template.render({"classes": [{"pupils": [Blank.line()] * 2}] * 2}, by_hand=True)
    assert labels(blank) == ["1.", "2."] * 2


def test_in_a_print_run_every_document_has_its_own() -> None:
    template = Template(listed(ONE, for_each(RESTART + PUPILS)))
    documents = [template.render({"classes": classes}) for classes in (CLASSES, CLASSES[:1], CLASSES[::-1])]
    assert labels(merge(documents)) == [
        "1.", "2.", "3.", "1.", "2.", "1.", "2.", "3.", "1.", "2.", "1.", "2.", "3."]


@pytest.mark.parametrize(("body", "id"), [
    (item("{% restart numbering %}{{ c }}"), "restart-inside"), (p("{%r restart numbering %}"), "restart-inside"),
    (p("{%p restart %}"), "broken-tag"), (p("{%p restart lists %}"), "broken-tag"),
    (p("{%p restart numbering a %}"), "broken-tag"),
    (p("{%p restrat numbering %}"), "unknown-tag"), (p("Тизме: {%p restart numbering %}"), "lost-text"),
])
def test_a_fault_is_named_with_its_place(body: str, id: str) -> None:
    with pytest.raises(ProblemsFound) as caught:
        Template(listed(ONE, p("а") + body)).render({"c": "а"})
    assert [(fault.id, fault.position.place) for fault in caught.value.problems] == [(f"template.{id}", Place("document", 2))]


def test_a_short_text_has_no_lists() -> None:
    with pytest.raises(ProblemsFound) as caught:
        compile_text("а{% restart numbering %}", name="file_name")
    assert [fault.id for fault in caught.value.problems] == ["template.not-allowed"]


@pytest.mark.slow
@pytest.mark.libreoffice
def test_libreoffice_prints_every_class_from_one() -> None:
    template = Template(listed(ONE, for_each(p("{{ c.name }}") + RESTART + PUPILS) + item("соңу")))
    one, other = template.render(CONTEXT), template.render({"classes": CLASSES[1:]})
    pages = office.convert({"бир": one, "басма": merge([one, other])})
    first = ["7-А", "1. Асан", "2. Үсөн", "3. Эсен", "7-Б", "1. Айгүл", "2. Бермет", "3. соңу"]
    assert _lines(pages["бир"].pages) == [first]
    assert _lines(pages["басма"].pages) == [first, first[4:]]


def _lines(pages: list[str]) -> list[list[str]]:
    return [[re.sub(r"\s+", " ", line) for line in page.splitlines()] for page in pages]
