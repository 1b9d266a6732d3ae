"""Every nasty way in which Word splits a tag: the same words, written as one run and torn apart, give the same document.

Each way takes the runs of a paragraph apart between the letters of its tags, at all places or at some. docxtpl is the oracle.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from judges.invariants import findings
from oracle import differences, docxtpl_render
from wordfile import field, p, r, read_parts, row, table, word_file

from docgen.errors import Place, ProblemsFound
from docgen.template.compiled import Template
from docgen.template.listing import listing
from docgen.template.tidy import tidy

CONTEXT: dict[str, object] = {
    "name": "Асан <Үсөн> & «Ко»", "s": {"name": "Айгүл", "n": 7}, "yes": True, "no": False, "n": 2, "bg": "D9D9D9",
    "rows": [{"n": 1, "name": "Асан"}, {"n": 2, "name": "Үсөн"}], "words": ["бир", "эки", "үч"],
}
#: paragraphs of a template, each a line of text; ``|`` parts the cells of a row
BODIES: dict[str, list[str]] = {
    "values": ["Салам, {{ name }}! {{ s.name|upper }} {{ s['n'] + 1 }}"],
    "conditions": ["{% if yes %}ооба{% else %}жок{% endif %}", "{%p if no %}", "жок", "{%p else %}", "{{ s.name }}",
                   "{%p endif %}"],
    "loops": ["{%p for x in rows %}", "{{ loop.index }}. {{ x.name }}", "{%p endfor %}",
              "{% for w in words %}{{ w }};{% endfor %}"],
    "comparisons": ["{% if n < 3 and n >= 2 and name != 'а' %}ооба{% endif %}{# эскертүү #}"],
    "trimmed": ["а", "{%- if yes %}б{% endif %}", "{% if yes -%}", "в{% endif %}"],
    "rows": ["№|Аты", "{%tr for x in rows %}|", "{{ x.n }}|{{ x.name }}", "{%tr endfor %}|"],
    "columns": ["№|{%tc for w in words %}|{{ w }}|{%tc endfor %}"],
    "cells": ["{% colspan n %}{% cellbg bg %}а", "а|б"],
    "merged": ["{%tr for x in rows %}|", "{% vm %}класс|{{ x.name }}", "{%tr endfor %}|"],
    "runs": ["а {%r if yes %}б{%r endif %} в"],
    "braces": ["{_{ name }_} {{ name }}"],
}

BREAK = "<w:r><w:br/></w:r>"
PROOF = '<w:proofErr w:type="{}"/>'


def _cut(text: str, at: list[int]) -> list[str]:
    return [text[start:end] for start, end in zip([0, *at], [*at, len(text)], strict=True)]


def _inside_tags(text: str) -> list[int]:
    tags = re.finditer(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", text)
    return sorted({at for tag in tags for at in range(tag.start() + 1, tag.end())})


def _joined(between: str, cut: Callable[[str], list[int]], properties: tuple[str, ...] = ("",)) -> Callable[[str], str]:
    def way(text: str) -> str:
        return between.join(r(piece, properties[n % len(properties)]) for n, piece in enumerate(_cut(text, cut(text))))

    return way


def _at_signs(text: str) -> list[int]:
    """Between the two signs of each tag's beginning and end."""
    return [at + 1 for at in range(len(text) - 1) if text[at:at + 2] in ("{{", "{%", "{#", "}}", "%}", "#}")]


def _at_blanks(text: str) -> list[int]:
    return [at for at in _inside_tags(text) if text[at] == " " or text[at - 1] == " "]


def _at_dots(text: str) -> list[int]:
    return [at for at in _inside_tags(text) if text[at] in "._|'[" or text[at - 1] in "._|'["]


def _revised(text: str) -> str:
    return "".join(f'<w:r w:rsidR="00A{n:05}" w:rsidRPr="00B{n:05}"><w:t xml:space="preserve">{_escaped(piece)}</w:t></w:r>'
                   for n, piece in enumerate(_cut(text, _inside_tags(text)[::3])))


def _texts_of_one_run(text: str) -> str:
    pieces = _cut(text, _at_signs(text))
    return "<w:r>" + "".join(f'<w:t xml:space="preserve">{_escaped(piece)}</w:t>' for piece in pieces) + "</w:r>"


def _without_preserve(text: str) -> str:
    pieces = _cut(text, _at_dots(text))
    return "".join(r(piece) if piece != piece.strip() else f"<w:r><w:t>{_escaped(piece)}</w:t></w:r>" for piece in pieces)


def _with_cursor(text: str) -> str:
    pieces = _cut(text, _at_blanks(text)[:1])
    return '<w:bookmarkStart w:id="0" w:name="_GoBack"/><w:bookmarkEnd w:id="0"/>'.join(map(r, pieces))


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _enclosed(opening: str, closing: str) -> Callable[[str], str]:
    """What stands in a tag is inside something, its first and last sign are not."""
    def way(text: str) -> str:
        pieces = _cut(text, _at_signs(text))
        return "".join(f"{opening}{r(piece)}{closing}" if n % 2 else r(piece) for n, piece in enumerate(pieces))

    return way


def _with_unbreakable_spaces(text: str) -> str:
    return r(re.sub(r"(?<=\{[{%#]) | (?=[%}#]\})", "\xa0", text))


def _once(at: Callable[[str], list[int]]) -> Callable[[str], list[int]]:
    return lambda text: at(text)[:1]


WHO = 'w:author="а" w:date="2025-01-01T00:00:00Z"'
LANGUAGES = ('<w:lang w:val="ky-KG"/>', '<w:lang w:val="en-US"/>')
CHANGE = '<w:b/><w:rPrChange w:id="3" w:author="а" w:date="2025-01-01T00:00:00Z"><w:rPr><w:i/></w:rPr></w:rPrChange>'
WAYS: dict[str, Callable[[str], str]] = {
    "every letter": _joined("", _inside_tags),
    "between the signs": _joined("", _at_signs),
    "at blanks": _joined("", _at_blanks),
    "at dots": _joined("", _at_dots),
    "by spelling": _joined(PROOF.format("spellEnd") + PROOF.format("spellStart"), _at_dots),
    "by grammar": _joined(PROOF.format("gramEnd") + PROOF.format("gramStart"), _at_blanks),
    "by revisions": _revised,
    "by language": _joined("", _at_blanks, LANGUAGES),
    "by the keyboard": _joined("", _at_dots, ('<w:lang w:val="ky-KG"/>', '<w:rFonts w:eastAsia="Times New Roman"/>')),
    "by formatting": _joined("", _at_signs, ("", "<w:b/>", "<w:i/>")),
    "by tracked formatting": _joined("", _at_blanks, ("<w:b/>", CHANGE)),
    "by the page's end": _joined("<w:r><w:lastRenderedPageBreak/></w:r>", _at_blanks),
    "by empty runs": _joined("<w:r><w:t></w:t></w:r><w:r><w:rPr><w:b/></w:rPr></w:r>", _at_signs),
    "by the cursor": _with_cursor,
    "by a bookmark at a place": _joined('<w:bookmarkStart w:id="9" w:name="а"/><w:bookmarkEnd w:id="9"/>',
                                        _once(_at_blanks)),
    "by texts of one run": _texts_of_one_run,
    "by blanks not preserved": _without_preserve,
    "by permissions": _joined('<w:permStart w:id="5" w:edGrp="everyone"/><w:permEnd w:id="5"/>',
                              _once(_at_signs)),
    "by a bookmark begun in it": _joined('<w:bookmarkStart w:id="9" w:name="а"/>', _once(_at_blanks)),
    "by smart tags": _enclosed('<w:smartTag w:uri="urn:a" w:element="name">', "</w:smartTag>"),
    "by custom XML": _enclosed('<w:customXml w:uri="urn:a" w:element="name">', "</w:customXml>"),
    "by a link that Word made": _enclosed('<w:hyperlink w:anchor="a">', "</w:hyperlink>"),
    "by content controls": _enclosed('<w:sdt><w:sdtPr><w:id w:val="7"/></w:sdtPr><w:sdtContent>', "</w:sdtContent></w:sdt>"),
    "by tracked insertions": _enclosed(f'<w:ins w:id="11" {WHO}>', "</w:ins>"),
    "by tracked moves": _enclosed(f'<w:moveTo w:id="13" {WHO}>', "</w:moveTo>"),
    "by tracked deletions": _joined(f'<w:del w:id="12" {WHO}><w:r><w:delText>эски</w:delText></w:r></w:del>', _at_dots),
    "by the range of a move": _joined(f'<w:moveFromRangeStart w:id="4" w:name="m" {WHO}/><w:moveFromRangeEnd w:id="4"/>',
                                      _once(_at_dots)),
    "by direction": _joined("", _at_blanks, ("", "<w:rtl/>")),
    "by emphasis": _joined("", _at_dots, ('<w:rStyle w:val="Strong"/>', '<w:em w:val="dot"/>')),
    "by soft hyphens": _joined("<w:r><w:softHyphen/></w:r>", _at_dots),
    "by line breaks": _joined("<w:r><w:br/></w:r>", _at_blanks),
    "by a tab": _joined("<w:r><w:tab/></w:r>", _once(_at_blanks)),
}


#: what docxtpl loses: the words behind the tag take the formatting of the run where the tag begins, and what stands in it goes
OTHERWISE = {
    *((body, way) for body in ("cells", "merged") for way in (
        "by formatting", "by a bookmark at a place", "by permissions", "by smart tags", "by custom XML",
        "by a link that Word made", "by content controls")),
    *(("runs", way) for way in ("by language", "by the keyboard", "by tracked formatting", "by emphasis")),
}


def _body(lines: list[str], way: Callable[[str], str]) -> str:
    if not any("|" in line.replace("|upper", "") for line in lines):
        return "".join(p(way(line)) for line in lines)
    return table([row(*(f"<w:tc><w:tcPr><w:tcW w:w=\"1000\" w:type=\"dxa\"/></w:tcPr>{p(way(cell))}</w:tc>"
                        for cell in line.split("|"))) for line in lines]) + p("соңу")


CORPUS = [(body, way) for body in BODIES for way in WAYS]


def file(body: str, way: Callable[[str], str] = r) -> bytes:
    return word_file(_body(BODIES[body], way), core="<dc:title>а</dc:title>")


@pytest.mark.parametrize(("body", "way"), [each for each in CORPUS if each not in OTHERWISE])
def test_a_tag_torn_apart_is_the_same_tag(body: str, way: str) -> None:
    template = file(body, WAYS[way])
    made = Template(template).render(CONTEXT)
    assert differences(docxtpl_render(template, CONTEXT), made) == []
    assert set(findings(made)) <= set(findings(template)) | set(findings(docxtpl_render(template, CONTEXT)))


@pytest.mark.parametrize(("body", "way"), sorted(OTHERWISE))
def test_docxtpl_does_otherwise_where_it_loses_something(body: str, way: str) -> None:
    template = file(body, WAYS[way])
    made = Template(template).render(CONTEXT)
    assert differences(docxtpl_render(template, CONTEXT), made)
    assert set(findings(made)) <= set(findings(template))


@pytest.mark.parametrize(("body", "way"), CORPUS)
def test_the_words_are_those_of_the_tag_in_one_piece(body: str, way: str) -> None:
    torn, whole = (Template(file(body, each)).render(CONTEXT) for each in (WAYS[way], r))
    assert _words(torn) == _words(whole)


@pytest.mark.parametrize(("body", "way"), CORPUS)
def test_a_tidied_template_gives_the_same_words(body: str, way: str) -> None:
    template = file(body, WAYS[way])
    assert _words(Template(tidy(template)).render(CONTEXT)) == _words(Template(template).render(CONTEXT))


def _words(document: bytes) -> list[str]:
    lines = listing(document).splitlines()
    return [re.sub(r"<[^<>]*>", "", line) for line in lines]



# ------------------------------------------------------------------------------------------------- what else can be in a tag

SHAPE = 'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
BRANCHES = ('<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:inline><wp:docPr id="1" name="а"/><a:graphic>'
            f'<a:graphicData><wps:txbx {SHAPE}><w:txbxContent>{{0}}</w:txbxContent></wps:txbx></a:graphicData></a:graphic>'
            '</wp:inline></w:drawing></mc:Choice><mc:Fallback><w:pict><v:shape id="s1"><v:textbox><w:txbxContent>{0}'
            '</w:txbxContent></v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r>')


@pytest.mark.parametrize("way", WAYS)
def test_both_branches_of_a_text_box_are_filled(way: str) -> None:
    lines = p(WAYS[way]("Аты: {{ name }}")) + p("{%p for x in rows %}") + p(WAYS[way]("{{ x.name }}")) + p("{%p endfor %}")
    template = word_file(p(r("баш "), BRANCHES.format(lines)) + p("{{ n }}"), core="<dc:title>а</dc:title>")
    made = Template(template).render(CONTEXT)
    assert differences(docxtpl_render(template, CONTEXT), made) == []
    text = read_parts(made)["word/document.xml"].decode()
    assert text.count("Айгүл") == 0
    assert text.count("Асан &lt;Үсөн&gt;") == 2
    assert text.count(">Үсөн<") == 2


@pytest.mark.parametrize(("body", "text"), [
    (p(r("{% if yes"), BREAK, r("and n == 2 %}ооба{% endif %}")), "ооба"),
    (p(r("{% if yes"), "<w:r><w:tab/></w:r>", r("and n == 2 %}ооба{% endif %}")), "ооба"),
    (p(r("{{ n"), "<w:r><w:noBreakHyphen/></w:r>", r("1 }}")), "1"),
    (p(r("а"), "<w:r><w:noBreakHyphen/></w:r>", r("б {{ n }}"), BREAK, r("в")), "а‑б 2↵в"),
    (p(r("{% if yes %}"), BREAK, r("ооба{% endif %}")), "↵ооба"),
    (p(r("{{ n }}"), '<w:r><w:br w:type="textWrapping"/></w:r>', r("{{ n }}")), "2↵2"),
    (p(r("{{ n }}"), properties='<w:tabs><w:tab w:val="left" w:pos="709"/></w:tabs>'), "2"),
])
def test_keys_typed_into_a_tag_part_its_words(body: str, text: str) -> None:
    """docxtpl joins the words, so that the first is an error without a place and the third prints what is called `n1`."""
    assert _words(Template(word_file(body)).render(CONTEXT))[1] == text


SYMBOL = '<w:r><w:sym w:font="Wingdings" w:char="F0A8"/></w:r>'


@pytest.mark.parametrize(("thing", "id"), [
    (field("PAGE"), "lost-field"), ('<w:fldSimple w:instr="PAGE"/>', "lost-field"), (SYMBOL, "lost-symbol"),
    ("<w:r><w:drawing/></w:r>", "lost-picture"), ("<w:r><w:pict/></w:r>", "lost-picture"),
    ('<w:r><w:footnoteReference w:id="2"/></w:r>', "lost-note"), ('<w:r><w:br w:type="page"/></w:r>', "lost-break"),
])
def test_what_would_be_lost_in_a_tag_is_named_with_its_place(thing: str, id: str) -> None:
    with pytest.raises(ProblemsFound) as caught:
        Template(word_file(p("а") + p(r("{{ na"), thing, r("me }}"))))
    assert {(fault.id, fault.position.place) for fault in caught.value.problems} == {(f"template.{id}", Place("document", 2))}


@pytest.mark.parametrize(("body", "id", "place"), [
    (p("{{ na") + p("me }}"), "unclosed-tag", Place("document", 1)),
    (p("{% if yes") + p("and no %}а{% endif %}"), "unclosed-tag", Place("document", 1)),
    (table([row("а", "{{ na"), row("me }}", "б")]), "unclosed-tag", Place("document", 1, 1, 1, 2)),
    (p("{% If yes %}а{% Endif %}"), "unknown-tag", Place("document", 1)),
    (p("{%P if yes %}"), "unknown-tag", Place("document", 1)),
    (p("{%– if yes %}а{% endif %}"), "unknown-tag", Place("document", 1)),
    (p("{{ n – 1 }}"), "broken-tag", Place("document", 1)),
    (p("{% if name == «а» %}{% endif %}"), "broken-tag", Place("document", 1)),
    (p("{% if name == „а“ %}{% endif %}"), "broken-tag", Place("document", 1)),
])
def test_what_word_s_corrections_spoil_is_named_with_its_place(body: str, id: str, place: Place) -> None:
    with pytest.raises(ProblemsFound) as caught:
        Template(word_file(body))
    first = caught.value.problems[0]
    assert (first.id, first.position.place) == (f"template.{id}", place)


def test_deleted_words_that_look_like_a_tag_s_end_are_gone() -> None:
    """docxtpl takes them for the end of the tag."""
    deleted = f'<w:del w:id="12" {WHO}><w:r><w:delText>x }}}} {{% y</w:delText></w:r></w:del>'
    assert _words(Template(word_file(p(r("{{ n"), deleted, r(" }}")))).render(CONTEXT))[1] == "2"
