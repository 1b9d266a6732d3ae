"""Formatted text from plain data prints the runs of docxtpl's RichText; a break in a plain text those of its Listing."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import docx
import pytest
from docxtpl import DocxTemplate, Listing, RichText, RichTextParagraph
from judges import audit
from judges.invariants import findings
from oracle import differences, docxtpl_render
from test_footnotes import FIXED, ref
from wordfile import HEAD, NAMESPACES, TYPE, archive, p, r, read_parts, relationship, row, table, word_file

from docgen.errors import Place, Problem, ProblemsFound
from docgen.template.blanks import Blank
from docgen.template.compiled import Template
from docgen.template.merge import merge
from docgen.template.opc import Package

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
    "spaces and tabs": [{"text": " " * 10}, {"text": "\t" * 5}, {"text": "а  б", "strike": True}],
    "every line below": [{"text": "а", "underline": kind} for kind in (
        "single", "double", "thick", "dotted", "dash", "dotDash", "dotDotDash", "wave")],
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
    document = rendered(p("{{r x }}"), x=[{"text": "{{ 7*7 }}</w:t><w:b/>", "font": '"/><b/>'}])
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
    ([{"text": "а", "url_id": "rId1"}], "rich-key"), ([{"text": "а", "style": '"/><w:i/>'}], "character-style"),
    ([{"text": "а", "style": "Heading1"}], "character-style"),
    ([{"text": None}], "none-printed"), ([{"text": ["а"]}], "rich-value"),
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


# ------------------------------------------------------------------------------------------------------------------- styles


def test_a_style_is_called_by_its_id_or_its_name() -> None:
    document = rendered(p("{{p x }}"), x=[{"text": {"text": "а", "style": "Strong"}, "parastyle": name}
                                          for name in ("Heading1", "heading 1")])
    assert document.element.xpath("//w:pStyle/@w:val | //w:rStyle/@w:val") == ["Heading1", "Strong"] * 2


@pytest.mark.parametrize(("value", "id", "nearest"), [
    ({"text": {"text": "а", "style": "strong"}}, "character-style", "Strong"),
    ({"text": {"text": "а", "style": "Normal"}}, "character-style", ""),
    ({"text": "а", "parastyle": "Heading"}, "paragraph-style", "Heading1"),
    ({"text": "а", "parastyle": "Strong"}, "paragraph-style", ""),
])
def test_a_style_that_the_template_has_not_is_named_with_the_nearest(value: object, id: str, nearest: str) -> None:
    """docxtpl prints such a text without any style, in silence."""
    with pytest.raises(ProblemsFound) as caught:
        rendered(p("{{p x }}"), x=[value])
    assert [(fault.id, fault.facts["nearest"]) for fault in caught.value.problems] == [(f"template.{id}", nearest)]


# -------------------------------------------------------------------------------------------------------------------- links

ADDRESS = "https://edu.gov.kg/а?б=1&в=\"2\""
SPELLED = "https://edu.gov.kg/%D0%B0?%D0%B1=1&%D0%B2=%222%22"
LINKED = [{"text": "Барак: "}, {"text": "edu.gov.kg", "bold": True, "link": SPELLED}]


def noted(body: str, note: str, **more: str) -> bytes:
    footnotes = f'{HEAD}<w:footnotes {NAMESPACES}>{FIXED}<w:footnote w:id="1">{note}</w:footnote></w:footnotes>'
    return word_file(body, core=CORE, types={"word/footnotes.xml": f"{TYPE}.footnotes+xml"},
                     relationships=[relationship("rIdN", "footnotes", "footnotes.xml")],
                     parts={"word/footnotes.xml": footnotes}, **more)


def hyperlinks(blob: bytes) -> dict[str, set[str]]:
    """Where the links of each part lead; a link without a relationship leads to nothing."""
    package, found = Package.read(blob), {}
    for name, data in read_parts(blob).items():
        rels = package.relationships(name)
        if ids := re.findall(r'<w:hyperlink [^>]*r:id="([^"]*)"', data.decode("utf-8", "replace")):
            found[name] = {rels[each].target for each in ids}
    return found


def test_a_link_is_docxtpl_s() -> None:
    template = word_file(p("баш {{r x }} соңу"), core=CORE)
    document = DocxTemplate(BytesIO(template))
    made = RichText("Барак: ")
    made.add("edu.gov.kg", bold=True, url_id=document.build_url_id(SPELLED))
    document.render({"x": made})
    out = BytesIO()
    document.save(out)
    assert differences(_with_like_ids(out.getvalue()), _with_like_ids(Template(template).render({"x": LINKED}))) == []


def _with_like_ids(blob: bytes) -> bytes:
    """Ids of relationships are each engine's own."""
    parts = read_parts(blob)
    own, = re.findall(rb'<w:hyperlink [^>]*r:id="(\w+)"', parts["word/document.xml"])
    for name in ("word/document.xml", "word/_rels/document.xml.rels"):
        parts[name] = parts[name].replace(b'"%b"' % own, b'"rIdOfLink"')
    return archive(parts)


def test_a_link_may_stand_in_every_part() -> None:
    template = noted(p("{{r x }}", ref(1)) + table([row("{{r x }}", "б")]) + p("{{p y }}"),
                     p("{{r x }}"), header=p("{{r x }}"), footer=p("{{r x }}"))
    made = Template(template).render({"x": LINKED, "y": {"text": LINKED}})
    assert hyperlinks(made) == {f"word/{part}.xml": {SPELLED} for part in ("document", "header1", "footer1", "footnotes")}
    assert set(findings(made)) <= set(findings(template))
    assert audit.findings(made, template) == []


def test_a_link_in_a_loop_is_one_relationship_and_each_leads_to_its_own_address() -> None:
    template = word_file(p("{%p for x in all %}") + p("{{r x }}") + p("{%p endfor %}"))
    addresses = [f"https://a.kg/{n % 2}" for n in range(4)]
    made = Template(template).render({"all": [{"text": "а", "link": each} for each in addresses]})
    assert read_parts(made)["word/_rels/document.xml.rels"].count(b"/hyperlink") == 2
    assert hyperlinks(made) == {"word/document.xml": set(addresses)}


def test_links_survive_a_merge() -> None:
    template = Template(noted(p("{{r x }}", ref(1)), p("{{r x }}"), header=p("{{r x }}")))
    documents = [template.render({"x": {"text": "а", "link": f"https://a.kg/{n}"}}) for n in range(3)]
    merged = hyperlinks(merge(documents))
    three = {f"https://a.kg/{n}" for n in range(3)}
    assert merged.pop("word/document.xml") == merged.pop("word/footnotes.xml") == three
    assert set().union(*merged.values()) == three


@pytest.mark.parametrize(("address", "spelled"), [
    (ADDRESS, SPELLED), ("http://мектеп.кг", "http://xn--e1aaogsq.xn--c1an"), ("mailto:a@b.kg", "mailto:a@b.kg"),
    ("https://a.kg:8080/б", "https://a.kg:8080/%D0%B1"), ("https://a.kg/50%", "https://a.kg/50%25"),
    ("http://p/a", "http://p/a"), ("HTTPS://HTTPS?u=https://b.kg", "https://https?u=https://b.kg"),
])
def test_an_address_is_spelled_so_that_every_reader_knows_it(address: str, spelled: str) -> None:
    made = Template(word_file(p("{{r x }}"))).render({"x": {"text": "а", "link": address}})
    assert hyperlinks(made) == {"word/document.xml": {spelled}}


@pytest.mark.parametrize("address", [
    "javascript:alert(1)", "file:///etc/passwd", "\\\\server\\share", "//server/a", "edu.gov.kg", "", " https://a.kg", "https://",
    "https://a.kg/a b", "https://edu.gov.kg@evil.example/", "https://a.kg:99999/", "mailto:a", "mailto:a@b@c", "vbscript:x",
    "https://a.kg\n", "https://" + "a" * 3000, "http://" + "а" * 80 + ".kg", "https://[::1]/", 7, ["https://a.kg"], True,
])
def test_another_address_is_refused_with_its_place(address: object) -> None:
    with pytest.raises(ProblemsFound) as caught:
        Template(word_file(p("а") + p("{{r x }}"))).render({"x": {"text": "а", "link": address}})
    assert [(fault.id, fault.position.place) for fault in caught.value.problems] == [("template.link", Place("document", 2))]


def test_no_address_is_no_link() -> None:
    assert hyperlinks(Template(word_file(p("{{r x }}"))).render({"x": {"text": "а", "link": None}})) == {}
