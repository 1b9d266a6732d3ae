"""The listing notation: each rule of its grammar, on a body and the lines it gives."""

from __future__ import annotations

import pytest
from wordfile import TYPE, cell, field, p, r, relationship, replaced, row, table, word_file

from docgen.template.listing import listing

NBSP = "\xa0"
BREAK = '<w:r><w:br w:type="page"/></w:r>'
BOLD = "<w:b/>"


def lines(body: str, **more: object) -> list[str]:
    """The lines of the document section, without its heading and its page line."""
    text = listing(word_file(body, **more))
    document = text.partition("# document\n")[2].partition("\n# page")[0]
    return document.split("\n")


def control(content: str) -> str:
    return f"<w:sdt><w:sdtContent>{content}</w:sdtContent></w:sdt>"


@pytest.mark.parametrize(("body", "expected"), [
    (p("Салам"), ["Салам"]),
    (p("Са", "лам"), ["Салам"]),
    (p("БУЙРУК", style="Heading1"), ["[heading 1] БУЙРУК"]),
    (p("a", style="Lost"), ["[Lost] a"]),
    (p(), ["¶"]),
    (p(style="Heading1"), ["[heading 1]"]),
    (p("a") + p() + p("b"), ["a", "¶", "b"]),
    (p("<w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t></w:r>"), ["a→b↵c"]),
    (p(f"Ч.{NBSP}Б.{NBSP}Бердалиев"), ["Ч.~Б.~Бердалиев"]),
    (p(" a "), ["␣a␣"]),
    (p("<w:r><w:t>a\nb\tc</w:t></w:r>"), ["a b c"]),
    (p(BREAK, "a"), ["<page>a"]),
    (p("a", properties="<w:pageBreakBefore/>"), ["<page-before>a"]),
    (p("a", properties='<w:numPr><w:ilvl w:val="1"/><w:numId w:val="3"/></w:numPr>'), ["•• a"]),
    (p("a", properties='<w:numPr><w:ilvl w:val="0"/><w:numId w:val="0"/></w:numPr>'), ["a"]),
    (p("a ", r("b", BOLD), r("c", BOLD), " d"), ["a <b>bc</b> d"]),
    (p(r("a", "<w:i/><w:b/>")), ["<b><i>a</i></b>"]),
    (p(r("a", '<w:b w:val="0"/>')), ["<not-b>a</not-b>"]),
    (p(r("a", '<w:u w:val="single"/>'), r("2", '<w:vertAlign w:val="superscript"/>'), r("x", "<w:vanish/>")),
     ["<u>a</u><sup>2</sup><hidden>x</hidden>"]),
    (p(r("a", '<w:rStyle w:val="Strong"/>')), ["<style Strong>a</style>"]),
    (p("Бет ", field(" PA", "GE "), " барак"), ["Бет <field PAGE>1</field> барак"]),
    (p('<w:fldSimple w:instr=" PAGE "><w:r><w:t>2</w:t></w:r></w:fldSimple>'), ["<field PAGE>2</field>"]),
    (p("<w:ins><w:r><w:t>жаңы</w:t></w:r></w:ins><w:del><w:r><w:delText>эски</w:delText></w:r></w:del>"), ["жаңы"]),
    (control(p(control(r("a")))), ["a"]),
    (p('<w:r><w:sym w:font="Wingdings" w:char="F0A3"/></w:r>'), ["<sym Wingdings F0A3>"]),
    (p('<w:r><w:drawing><wp:inline><wp:docPr id="1" name="Picture 1" descr="Герб"/></wp:inline></w:drawing></w:r>'),
     ["<image Герб>"]),
    (p(f"<w:r><w:pict><v:shape><v:textbox><w:txbxContent>{p('a')}{p('b')}</w:txbxContent></v:textbox></v:shape></w:pict></w:r>"),
     ["<textbox>a ¶ b</textbox>"]),
])
def test_a_paragraph_is_a_line(body: str, expected: list[str]) -> None:
    assert lines(body) == expected


@pytest.mark.parametrize(("text", "expected"), [
    ("a | b", "a \\| b"), ("5 < 7", "5 \\< 7"), ("~", "\\~"), ("# a", "\\# a"), ("[a]", "\\[a]"), ("a # [b]", "a # [b]"),
    ("^", "\\^"), ("\\", "\\\\"),
])
def test_characters_of_the_notation_are_escaped_where_they_are_meant_literally(text: str, expected: str) -> None:
    assert lines(p(text)) == [expected]


@pytest.mark.parametrize("tag", ["{{ a|b }}", "{%p if a < b %}", "{# [a] #}", "{%tr for x in y %}"])
def test_a_tag_stands_as_it_is(tag: str) -> None:
    assert lines(p(tag)) == [tag]


def test_a_tag_spread_over_runs_has_the_formatting_of_its_first() -> None:
    assert lines(p("a {{ ", r("student", BOLD), r(".name }}"), " b")) == ["a {{ student.name }} b"]
    assert lines(p(r("{", BOLD), "{ a }} b")) == ["<b>{{ a }}</b> b"]


def test_a_hyperlink_shows_its_address() -> None:
    body = p('<w:hyperlink r:id="rId9"><w:r><w:t>сайт</w:t></w:r></w:hyperlink>')
    rel = relationship("rId9", "hyperlink", "https://example.kg", external=True)
    assert lines(body, relationships=[rel]) == ["<link https://example.kg>сайт</link>"]


def test_a_table_is_its_rows_with_header_rows_marked() -> None:
    body = table([row("№", "Аты-жөнү", properties="<w:tblHeader/>"), ["1", "{{ a|b }}"], ["", ""]])
    assert lines(body) == ["## table, columns 2", "|= № | Аты-жөнү |", "| 1 | {{ a|b }} |", "|  |  |"]


def test_merged_cells_keep_the_columns_in_place() -> None:
    restart, on = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    body = table([row(cell("a", '<w:gridSpan w:val="2"/>'), cell("b", restart)), row("c", "d", cell("", on))], columns=3)
    assert lines(body) == ["## table, columns 3", "| a | < | b |", "| c | d | ^ |"]


def test_a_cell_of_several_paragraphs_and_of_a_table() -> None:
    inner = table([["q", "w"]])
    body = table([row(cell(p("a") + p() + p("b")), cell(inner + p()))])
    assert lines(body) == ["## table, columns 2", "| a ¶ ¶ b | ⟦table, columns 2 ¶ | q | w |⟧ ¶ |"]


def test_the_usual_style_of_each_column_is_said_once() -> None:
    head = cell(p("№", style="Heading1"))
    body = table([row(head, "a", "b"), row(head, "c", "d"), row(cell(p("x")), "e", "f")], columns=3)
    assert lines(body) == ["## table, columns 3, cells [heading 1]×1 [Normal]×2", "| № | a | b |", "| № | c | d |",
                           "|[Normal] x | e | f |"]


def test_a_row_of_one_style_says_it_once() -> None:
    head = cell(p("№", style="Heading1"))
    wide = cell(p("{%tr for a in b %}", style="Heading1"), '<w:gridSpan w:val="2"/>')
    body = table([row(head, head, properties="<w:tblHeader/>"), wide.join(("<w:tr>", "</w:tr>")), row("a", head)])
    assert lines(body) == ["## table, columns 2, cells [Normal]×1 [heading 1]×1", "|=[heading 1] № | № |",
                           "|[heading 1] {%tr for a in b %} | < |", "| a | № |"]


def test_a_table_of_one_style_names_it() -> None:
    head = cell(p("№", style="Heading1"))
    assert lines(table([row(head, head)])) == ["## table, columns 2, cells [heading 1]", "| № | № |"]


def test_sections_come_in_the_order_of_reading() -> None:
    footnotes = ('<?xml version="1.0"?><w:footnotes xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
                 f'<w:footnote w:id="0" w:type="separator">{p()}</w:footnote><w:footnote w:id="2">{p("эскертүү")}</w:footnote>'
                 '</w:footnotes>')
    blob = word_file(p("a", '<w:r><w:footnoteReference w:id="2"/></w:r>'), header=p("баш"), footer=p("аяк"),
                     core="<dc:title>Буйрук</dc:title><dc:creator/>", parts={"word/footnotes.xml": footnotes},
                     types={"word/footnotes.xml": f"{TYPE}.footnotes+xml"},
                     relationships=[relationship("rId9", "footnotes", "footnotes.xml")])
    assert listing(blob) == ("# properties\ntitle: Буйрук\n# document\na<footnote 2>\n# page A4 portrait\n"
                             "# header default\nбаш\n# footer default\nаяк\n# footnotes\n<footnote 2> эскертүү\n")


def test_each_section_of_pages_ends_with_its_paper() -> None:
    section = '<w:sectPr><w:pgSz w:w="16838" w:h="11906"/></w:sectPr>'
    text = listing(word_file(p("a") + p(properties=section) + p("b")))
    assert text.splitlines() == ["# document", "a", "¶", "# page A4 landscape", "b", "# page A4 portrait"]


def test_a_field_may_span_paragraphs() -> None:
    end = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    assert lines(p(field("TOC", result="a").removesuffix(end)) + p("b", end) + p("c")) == ["<field TOC>a", "b</field>", "c"]


def test_a_file_that_word_would_open_is_listed_whatever_is_missing_in_it() -> None:
    blob = word_file(table([row(cell("a", '<w:gridSpan w:val="999999999"/>'))], columns=0))
    blob = replaced(blob, "word/document.xml", 'w:w="11906"', 'w:w="21cm"')
    blob = replaced(blob, "word/_rels/document.xml.rels", "styles.xml", "a")
    assert listing(blob).splitlines()[:2] == ["# document", "## table, columns 0"]
