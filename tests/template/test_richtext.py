"""Formatted text from plain data prints the runs of docxtpl's RichText; a break in a plain text those of its Listing."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import docx
import pytest
from docxtpl import Listing, RichText, RichTextParagraph
from judges import audit
from judges.invariants import findings
from oracle import differences, docxtpl_render
from wordfile import p, r, row, table, word_file

from docgen.errors import Place, Problem, ProblemsFound
from docgen.template.blanks import Blank
from docgen.template.compiled import Template

CORE = "<dc:title>а</dc:title>"
RUNS: dict[str, list[dict[str, Any]]] = {
    "plain": [{"text": "а"}], "bold": [{"text": "а", "bold": True}, {"text": " б", "bold": False}],
    "all switches": [{"text": "а", "bold": True, "italic": True, "strike": True, "subscript": True}],
    "raised": [{"text": "2", "superscript": True}], "a style": [{"text": "а", "style": "Strong"}],
    "a colour": [{"text": "а", "color": "#C00000"}, {"text": "б", "color": "00aa00"}], "a size": [{"text": "а", "size": 28}],
    "a font": [{"text": "а", "font": "Times New Roman"}, {"text": "б", "font": "eastAsia:SimSun"}],
    "underlined": [{"text": "а", "underline": True}, {"text": "б", "underline": "dotDash"}],
    "from right to left": [{"text": "а", "rtl": True, "bold": True, "italic": True}],
    "a language": [{"text": "а", "lang": "ky-KG"}],
    "escaped": [{"text": "<w:b/> & «а» \"б\" {{ 7*7 }}"}], "breaks": [{"text": "а\nб\tв", "bold": True}],
    "new paragraphs": [{"text": "а\aб", "italic": True}], "a new page": [{"text": "а\fб", "italic": True}],
    "a number": [{"text": 7}],
    "nothing there": [{"text": "а", "color": None, "size": None}],
}


def theirs(runs: list[dict[str, Any]]) -> RichText:
    made = RichText()
    for run in runs:
        made.add(**run)
    return made


BODIES = {"in a line": p("баш {{r x }} соңу"), "alone": p("{{r x }}"), "in a cell": table([row("{{r x }}", "б")]) + p("в"),
          "twice": p("{{r x }}, {{r x }}"), "split": p(r("{"), r("{r"), r(" x"), r(" }}"))}


@pytest.mark.parametrize("runs", RUNS)
@pytest.mark.parametrize("body", BODIES)
def test_renders_as_docxtpl_renders_its_rich_text(runs: str, body: str) -> None:
    if runs in ("new paragraphs", "a new page") and body != "alone":
        pytest.skip("docxtpl breaks the paragraph with the formatting of another run")
    template = word_file(BODIES[body], core=CORE)
    expected = docxtpl_render(template, {"x": theirs(RUNS[runs])})
    assert differences(expected, Template(template).render({"x": RUNS[runs]})) == []


@pytest.mark.parametrize("runs", [runs for runs in RUNS if runs != "escaped"])   # to the judge braces are left over
def test_the_result_is_a_sound_word_file(runs: str) -> None:
    template = word_file(p("баш {{r x }} соңу") + p("{{p y }}"), core=CORE)
    found = Template(template).render({"x": RUNS[runs], "y": [{"text": RUNS[runs], "parastyle": "Heading1"}, "б"]})
    assert set(findings(found)) <= set(findings(template))
    assert audit.findings(found, template) == []


def test_paragraphs_render_as_docxtpl_s() -> None:
    template = word_file(p("а") + p("{{p x }}") + p("б"), core=CORE)
    made = RichTextParagraph()
    made.add(theirs([{"text": "Баш", "bold": True}, {"text": " сөз"}]), parastyle="Heading1")
    made.add("жай")
    ours = [{"text": [{"text": "Баш", "bold": True}, " сөз"], "parastyle": "Heading1"}, "жай"]
    assert differences(docxtpl_render(template, {"x": made}), Template(template).render({"x": ours})) == []


def test_a_plain_text_is_docxtpl_s_listing() -> None:
    template = word_file(p(r("а {{ x }} б", "<w:b/>"), style="Heading1"), core=CORE)
    text = "бир\nэки\tүч\aтөрт & <беш>\fалты"
    assert differences(docxtpl_render(template, {"x": Listing(text)}), Template(template).render({"x": text})) == []


def rendered(body: str, **context: Any) -> docx.document.Document:
    return docx.Document(BytesIO(Template(word_file(body)).render(context)))


def test_a_shade_has_what_the_schema_asks_of_it() -> None:
    document = rendered(p("{{r x }}"), x={"text": "а", "highlight": "FFFF00"})
    assert document.element.xpath("//w:shd/@w:fill | //w:shd/@w:val") == ["clear", "FFFF00"]


def test_the_text_behind_keeps_its_formatting() -> None:
    paragraph, = rendered(p(r("а {{r x }} б", "<w:b/>")), x=[{"text": "в"}]).paragraphs
    bold = [(run.text.strip(), run.bold) for run in paragraph.runs if run.text.strip()]
    assert bold == [("а", True), ("в", None), ("б", True)]


def test_an_empty_text_prints_nothing() -> None:
    assert [x.text for x in rendered(p("а{{r x }}") + p("{{p x }}") + p("б"), x=[]).paragraphs] == ["а", "б"]


def test_a_cell_whose_paragraphs_are_none_keeps_one() -> None:
    assert rendered(table([row("{{p x }}", "б")]) + p("в"), x=[]).tables[0].rows[0].cells[0].text == ""


def test_braces_and_markup_in_the_data_stay_text() -> None:
    document = rendered(p("{{r x }}"), x=[{"text": "{{ 7*7 }}</w:t><w:b/>", "font": '"/><b/>', "style": '"/><w:i/>'}])
    assert document.paragraphs[0].text == "{{ 7*7 }}</w:t><w:b/>"
    assert not document.element.xpath("//w:b | //w:i")


def test_unprintable_characters_are_cleaned_away_and_reported() -> None:
    reported: list[Problem] = []
    made = Template(word_file(p("{{r x }}"))).render({"x": [{"text": "а\u200bб", "bold": True}]}, findings=reported)
    assert docx.Document(BytesIO(made)).paragraphs[0].text == "аб"
    assert [(finding.id, finding.position.place) for finding in reported] == [("value.cleaned-character", Place("document", 1))]


@pytest.mark.parametrize(("value", "id"), [
    (None, "none-printed"), ([None], "none-printed"), ([{"bold": True}], "rich-key"),
    ([{"text": "а", "bld": True}], "rich-key"),
    ([{"text": "а", "url_id": "rId1"}], "rich-key"), ([{"text": None}], "none-printed"), ([{"text": ["а"]}], "rich-value"),
    (True, "prints-truth"), ([["а"]], "rich-value"), ([{"text": "а", "bold": 1}], "rich-value"),
    ([{"text": "а", "bold": "yes"}], "rich-value"), ([{"text": "а", "color": "red"}], "rich-value"),
    ([{"text": "а", "size": "28"}], "rich-value"), ([{"text": "а", "size": 0}], "rich-value"),
    ([{"text": "а", "underline": "curly"}], "rich-value"), ([{"text": "а", "font": "x:Arial"}], "rich-value"),
    ([{"text": "а", "font": ""}], "rich-value"), ([{"text": "а", "style": 7}], "rich-value"),
    ([{"text": "а", "lang": 'ky"'}], "rich-value"), ([{"text": "а", "style": "а\x01"}], "rich-value"),
])
def test_what_is_no_formatted_text_is_refused_with_its_place(value: object, id: str) -> None:
    with pytest.raises(ProblemsFound) as caught:
        Template(word_file(p("а") + p("{{r x }}"))).render({"x": value})
    assert [(fault.id, fault.position.place) for fault in caught.value.problems] == [(f"template.{id}", Place("document", 2))]


@pytest.mark.parametrize("value", [[{"text": "а", "style": "Heading1"}], [{"parastyle": "а"}], [{"text": "а", "parastyle": 1}]])
def test_what_is_no_paragraph_is_refused(value: object) -> None:
    with pytest.raises(ProblemsFound):
        Template(word_file(p("{{p x }}") + p("а"))).render({"x": value})


def test_in_an_attribute_there_are_no_runs() -> None:
    drawing = '<w:r><w:drawing><wp:inline><wp:docPr id="1" name="{{r x }}"/></wp:inline></w:drawing></w:r>'
    with pytest.raises(ProblemsFound) as caught:
        Template(word_file(p(drawing)))
    assert [fault.id for fault in caught.value.problems] == ["template.misplaced"]


def test_for_filling_by_hand_there_is_a_line() -> None:
    made = Template(word_file(p("{{r x }}"))).render({"x": Blank("____")}, by_hand=True)
    assert docx.Document(BytesIO(made)).paragraphs[0].text == "____"
