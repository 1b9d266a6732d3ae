"""Content controls whose tag is an expression are filled; page and section breaks come as often as their paragraph."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

import docx
import pytest
from judges import audit
from judges.invariants import findings
from oracle import differences, docxtpl_render
from wordfile import p, r, row, table, word_file

from docgen.errors import Place, ProblemsFound
from docgen.template.blanks import Blank
from docgen.template.compiled import Template

STATES = ('<w14:checkedState w14:val="{}" w14:font="MS Gothic"/><w14:uncheckedState w14:val="2610" w14:font="MS Gothic"/>')
W14 = "http://schemas.microsoft.com/office/word/2010/wordml"


def control(tag: str, kind: str, *content: str, more: str = "") -> str:
    inner = "".join(content) or r("☐")
    return (f'<w:sdt><w:sdtPr><w:tag w:val="{tag}"/><w:id w:val="7"/>{more}{kind}</w:sdtPr>'
            f'<w:sdtContent>{inner}</w:sdtContent></w:sdt>')


def box(tag: str, checked: str = "2612") -> str:
    return control(tag, f'<w14:checkbox><w14:checked w14:val="0"/>{STATES.format(checked)}</w14:checkbox>')


LIST = ('<w:dropDownList><w:listItem w:displayText="Тандаңыз" w:value=""/><w:listItem w:displayText="кыз “а”" w:value="f"/>'
        '<w:listItem w:displayText="бала %} }}" w:value="m"/></w:dropDownList>')
GREY = '<w:r><w:rPr><w:rStyle w:val="PlaceholderText"/><w:b/></w:rPr><w:t>Choose an </w:t></w:r>' + r("item.")


def opened(body: str, **context: Any) -> docx.document.Document:
    template = word_file(body)
    made = Template(template).render(context)
    assert set(findings(made)) <= set(findings(template))
    assert audit.findings(made, template) == []
    return docx.Document(BytesIO(made))


def state(document: docx.document.Document) -> list[str]:
    return [str(node.get(f"{{{W14}}}val")) for node in document.element.iter(f"{{{W14}}}checked")]


def texts(document: docx.document.Document) -> list[str]:
    return document.element.xpath("//w:sdtContent//w:t/text()")


@pytest.mark.parametrize(("value", "checked", "sign"), [(True, "1", "☒"), (False, "0", "☐")])
def test_a_check_box_is_filled(value: bool, checked: str, sign: str) -> None:
    document = opened(p(box("{{ s.hostel }}"), " жатаканада"), s={"hostel": value})
    assert (state(document), texts(document)) == ([checked], [sign])
    assert not document.element.xpath("//w:sdtPr/w:tag")


def test_a_check_box_keeps_its_own_sign() -> None:
    assert texts(opened(p(box("{{ a }}", checked="2714")), a=True)) == ["✔"]


def test_check_boxes_in_a_loop_are_controls_of_their_own() -> None:
    rows = table([row("{%tr for x in all %}"), row("{{ x.n }}", p(box("{{ x.here }}"))), row("{%tr endfor %}")])
    document = opened(rows + p("а"), all=[{"n": 1, "here": True}, {"n": 2, "here": False}])
    assert (state(document), texts(document)) == (["1", "0"], ["☒", "☐"])
    assert len(set(document.element.xpath("//w:sdtPr/w:id/@w:val"))) == 2


@pytest.mark.parametrize(("value", "text"), [("f", "кыз “а”"), ("кыз “а”", "кыз “а”"), ("m", "бала %} }}")])
def test_a_list_shows_the_entry_of_a_value_or_a_name(value: str, text: str) -> None:
    template = word_file(p(control("{{ a }}", LIST, GREY, more="<w:showingPlcHdr/>")))
    document = docx.Document(BytesIO(Template(template).render({"a": value})))
    assert texts(document) == [text]
    assert not document.element.xpath("//w:showingPlcHdr | //w:rStyle | //w:tag")
    assert document.element.xpath("//w:sdtContent//w:b")


def test_a_list_may_be_long() -> None:
    names = [f"№ {n} орто мектеби «{n}» & Ко" for n in range(400)]
    entries = "".join(f'<w:listItem w:displayText="{escape(name)}" w:value="{n}"/>' for n, name in enumerate(names))
    template = Template(word_file(p(control("{{ a }}", f"<w:dropDownList>{entries}</w:dropDownList>", GREY))))
    for n in (0, 399):
        assert texts(docx.Document(BytesIO(template.render({"a": str(n)})))) == [names[n]]


@pytest.mark.parametrize("kind", [LIST, "<w:comboBox/>"])
def test_its_own_expression_may_not(kind: str) -> None:
    long = "{{ " + "a" * 3000 + " }}"
    with pytest.raises(ProblemsFound) as caught:
        Template(word_file(p(control(long, kind, r("x")))))
    assert [fault.id for fault in caught.value.problems] == ["template.broken-tag"]


def test_a_combo_box_takes_any_text() -> None:
    assert texts(opened(p(control("{{ a }}", "<w:comboBox/>", r("x"))), a="А & Б")) == ["А & Б"]


def test_a_condition_may_decide() -> None:
    assert texts(opened(p(box("{{ a > 3 or false }}")), a=4)) == ["☒"]


@pytest.mark.parametrize("tag", ["hostel", "", "№ {{ a }}"])
def test_a_control_with_another_tag_is_left_alone(tag: str) -> None:
    assert texts(opened(p(box(tag)) + p("{{ a }}"), a="1")) == ["☐"]


@pytest.mark.parametrize(("body", "value", "id"), [
    (box("{{ a }}"), "ооба", "needs-truth"), (box("{{ a }}"), None, "none-printed"), (box("{{ a }}"), 1, "needs-truth"),
    (box("{{ b }}"), 1, "unknown-name"), (box("{{ a() }}"), 1, "not-allowed"), (box("{{ }}"), 1, "broken-tag"),
    (control("{{ a }}", LIST), "x", "not-in-list"), (control("{{ a }}", LIST), "", "not-in-list"),
    (control("{{ a }}", LIST), None, "none-printed"), (control("{{ a }}", "<w:comboBox/>"), None, "none-printed"),
])
def test_a_fault_is_named_with_its_place(body: str, value: object, id: str) -> None:
    with pytest.raises(ProblemsFound) as caught:
        Template(word_file(p("а") + p(body))).render({"a": value})
    assert {(fault.id, fault.position.place) for fault in caught.value.problems} == {(f"template.{id}", Place("document", 2))}


def test_the_names_are_read() -> None:
    assert Template(word_file(p(box("{{ s.a }}"), control("{{ s.b }}", LIST)))).names == {"s.a", "s.b"}


def test_for_filling_by_hand_a_box_is_empty() -> None:
    made = Template(word_file(p(box("{{ a }}"), control("{{ b }}", LIST)))).render(
        {"a": Blank("____"), "b": Blank("____")}, by_hand=True)
    document = docx.Document(BytesIO(made))
    assert (state(document), texts(document)) == (["0"], ["☐", "____"])


# --------------------------------------------------------------------------------------------------- page and section breaks

PAGE = '<w:r><w:br w:type="page"/></w:r>'
CORE = "<dc:title>а</dc:title>"
SECTION = ('<w:sectPr><w:headerReference w:type="default" r:id="rIdheader"/>'
           '<w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/></w:sectPr>')
TURN, END = p("{%p for x in all %}"), p("{%p endfor %}")
BREAKS = {
    "a page break in a loop": TURN + p("{{ x }}", PAGE) + END + p("соңу"),
    "a page before all turns but the first": TURN + p("{%p if not loop.first %}") + p(PAGE)
    + p("{%p endif %}") + p("{{ x }}") + END,
    "a page break before the paragraph": TURN + p("{{ x }}", properties="<w:pageBreakBefore/>") + END,
    "a column break": p("а", '<w:r><w:br w:type="column"/></w:r>', "{{ all[0] }}"),
    "a section in a loop": TURN + p("{{ x }}", properties=SECTION) + END + p("соңу"),
    "a section in a condition": p("{%p if all|length > 5 %}") + p("а", properties=SECTION) + p("{%p endif %}") + p("соңу"),
}


@pytest.mark.parametrize("name", BREAKS)
def test_breaks_come_as_docxtpl_has_them(name: str) -> None:
    template = word_file(BREAKS[name], core=CORE, header=p("баш"))
    context = {"all": ["бир", "эки", "үч"]}
    made = Template(template).render(context)
    assert differences(docxtpl_render(template, context), made) == []
    assert set(findings(made)) <= set(findings(template))
    assert audit.findings(made, template) == []
