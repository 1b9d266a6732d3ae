"""Tags that change the cell they stand in: as docxtpl does it, in the order that Word's schema wants."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import docx
import pytest
from judges import audit
from judges.invariants import findings
from oracle import differences, docxtpl_render
from wordfile import cell, p, r, row, table, word_file

from docgen.errors import Place, Problem, ProblemsFound
from docgen.template.blanks import Blank
from docgen.template.compiled import Template

GREY = '<w:shd w:val="clear" w:color="auto" w:fill="F2F2F2"/>'
CONTEXT: dict[str, Any] = {"n": 2, "bg": "D9D9D9", "words": ["бир", "эки", "үч"],
                           "rows": [{"n": 1, "name": "Асан"}, {"n": 2, "name": "Үсөн"}]}
CORE = "<dc:title>а</dc:title>"

FEATURES = {
    "a span": table([row("{% colspan n %}Баасы"), row("а", "б")]),
    "a span in the place of another": table([row(cell("{% colspan n %}а", '<w:gridSpan w:val="3"/>')), row("а", "б")]),
    "a span calculated": table([row("{% colspan words|length - 1 %}{{ bg }}"), row("а", "б")]),
    "a span over a tag split over runs": table([row(cell(p(r("{% col"), r("span n"), r(" %}"), r("а", "<w:b/>")))),
                                                row("а", "б")]),
    "a span for columns that a loop makes": table([row("№", "{% colspan words|length %}Күндөр"),
                                                   row("{{ n }}", "{%tc for w in words %}", "{{ w }}", "{%tc endfor %}")]),
    "a colour": table([row('{% cellbg "D9D9D9" %}а', "{% cellbg bg %}{{ n }}")]),
    "a colour in the place of another": table([row(cell("{% cellbg bg %}а", GREY), "б")]),
    "a colour in a loop": table([row("{%tr for x in rows %}"), row("{% cellbg bg %}{{ x.n }}", "{{ x.name }}"),
                                 row("{%tr endfor %}")]),
    "a colour and a span": table([row("{% colspan n %}{% cellbg bg %}а"), row("а", "б")]),
    "rows merged": table([row("{%tr for x in rows %}"), row("{% vm %}класс {{ n }}", "{{ x.name }}"), row("{%tr endfor %}")]),
    "rows merged, in bold": table([row("{%tr for x in rows %}"), row(cell(p(r("7-А{% vm %}", "<w:b/>"), style="Heading1")),
                                                                  "{{ x.name }}"), row("{%tr endfor %}")]),
    "columns merged": table([row("№", "{%tc for w in words %}", "{% hm %}Күндөр", "{%tc endfor %}"),
                             row("{{ n }}", "{%tc for w in words %}", "{{ w }}", "{%tc endfor %}")]),
    "wide columns merged": table([row("№", "{%tc for w in words %}", cell("{% hm %}Күндөр", '<w:gridSpan w:val="2"/>'),
                                      "{%tc endfor %}"),
                                  row("{{ n }}", "{%tc for w in words %}", "{{ w }}", "{{ w }}", "{%tc endfor %}")]),
}


@pytest.mark.parametrize("feature", FEATURES)
def test_renders_as_docxtpl_does(feature: str) -> None:
    template = word_file(FEATURES[feature] + p("соңу"), core=CORE)
    assert differences(docxtpl_render(template, CONTEXT), Template(template).render(CONTEXT)) == []


@pytest.mark.parametrize("feature", FEATURES)
def test_the_result_is_a_sound_word_file(feature: str) -> None:
    template = word_file(FEATURES[feature] + p("соңу"), core=CORE)
    found = Template(template).render(CONTEXT)
    docx.Document(BytesIO(found))
    assert set(findings(found)) <= set(findings(template))
    assert audit.findings(found, template) == []


# ----------------------------------------------------------------------------------------------- unlike docxtpl, no silent loss


def test_a_cell_without_properties_gets_them() -> None:
    bare = "<w:tc>" + p("{% cellbg bg %}а") + "</w:tc>"
    document = docx.Document(BytesIO(Template(word_file(table([f"<w:tr>{bare}{cell('б')}</w:tr>"]))).render(CONTEXT)))
    assert document.element.xpath("//w:tc/w:tcPr/w:shd/@w:fill") == ["D9D9D9"]


def test_the_grid_has_the_columns_of_a_wide_span() -> None:
    body = table([row("{% colspan words|length %}а"), row("а", "б")])
    document = docx.Document(BytesIO(Template(word_file(body)).render(CONTEXT)))
    assert len(document.element.xpath("//w:gridCol")) == 3


def test_a_merged_cell_of_several_paragraphs_goes_on_empty() -> None:
    merged = cell(p("{% vm %}бир") + p(r("эки "), r("{{ n }}", "<w:b/>")))
    body = table([row("{%tr for x in rows %}"), row(merged, "{{ x.name }}"), row("{%tr endfor %}")])
    document = docx.Document(BytesIO(Template(word_file(body)).render(CONTEXT)))
    first, second = (x._tr.tc_lst[0] for x in document.tables[0].rows)
    assert (first.vMerge, second.vMerge) == ("restart", "continue")
    assert ["".join(t.text for t in c.xpath(".//w:t")) for c in (first, second)] == ["бирэки 2", ""]


def test_a_span_of_merged_columns_is_multiplied() -> None:
    body = table([row("{%tc for w in words %}", "{% colspan n %}{% hm %}а", "{%tc endfor %}"), row("б")])
    document = docx.Document(BytesIO(Template(word_file(body)).render(CONTEXT)))
    assert document.element.xpath("//w:gridSpan/@w:val") == ["6"]


def test_no_colour_is_auto() -> None:
    body = table([row('{% cellbg bg if n > 5 else "auto" %}а', "б")])
    document = docx.Document(BytesIO(Template(word_file(body)).render(CONTEXT)))
    assert document.element.xpath("//w:shd/@w:fill") == ["auto"]


def problems(body: str, context: dict[str, Any]) -> list[Problem]:
    with pytest.raises(ProblemsFound) as caught:
        Template(word_file(body), name="кесте.docx").render(context)
    return caught.value.problems


@pytest.mark.parametrize(("tag", "value", "id"), [
    ("{% colspan a %}", 0, "needs-span"), ("{% colspan a %}", -1, "needs-span"), ("{% colspan a %}", 64, "needs-span"),
    ("{% colspan a %}", "2", "needs-span"), ("{% colspan a %}", True, "needs-span"), ("{% colspan a %}", 2.0, "needs-span"),
    ("{% colspan a %}", None, "none-printed"), ("{% colspan b %}", 1, "unknown-name"),
    ("{% cellbg a %}", "red", "needs-colour"), ("{% cellbg a %}", '00"/><w:x w:a="', "needs-colour"),
    ("{% cellbg a %}", "FFFFFF\n", "needs-colour"), ("{% cellbg a %}", 123456, "needs-colour"),
    ("{% cellbg a %}", None, "none-printed"),
    ("{% colspan a b %}", 1, "broken-tag"), ("{% colspan a.__class__ %}", 1, "not-allowed"),
    ("{% cellbg a() %}", 1, "not-allowed"),
    ("{% vm %}", 1, "loop-outside"), ("{% hm %}", 1, "loop-outside"), ("{% colspan %}", 1, "broken-tag"),
    ("{% colspan 1 %}{% colspan 2 %}", 1, "lost-text"), ("{% if a %}{% cellbg bg %}{% endif %}", 1, "cell-tag-inside"),
])
def test_a_fault_is_named_with_its_cell(tag: str, value: object, id: str) -> None:
    body = table([row("а", "б"), row(f"{tag}а", "б")])
    faults = problems(body, {"a": value, "bg": "FFFFFF"})
    assert {(fault.id, fault.position.place) for fault in faults} == {(f"template.{id}", Place("document", 1, 1, 2, 1))}


@pytest.mark.parametrize("tag", ["{% colspan 2 %}", '{% cellbg "F2F2F2" %}', "{% vm %}", "{% hm %}"])
def test_outside_a_cell_there_is_nothing_to_change(tag: str) -> None:
    assert [(fault.id, fault.position.place) for fault in problems(p(tag, "а"), {}) if fault.id != "template.lost-text"] == [
        ("template.outside-cell", Place("document", 1))]


def test_for_filling_by_hand_a_cell_is_one_and_without_colour() -> None:
    template = word_file(table([row("{% colspan n %}{% cellbg bg %}а", "б")]) + p("{{ x }}"))
    by_hand = Template(template).render({"n": Blank("____"), "bg": Blank("____"), "x": 1}, by_hand=True)
    document = docx.Document(BytesIO(by_hand))
    assert document.element.xpath("//w:gridSpan/@w:val | //w:shd/@w:fill") == ["1", "auto"]
