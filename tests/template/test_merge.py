"""A print run: many documents in one file, each as it was alone."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable
from io import BytesIO

import docx
import pytest
from judges import invariants, judge, office
from judges.reread import text as reread
from lxml import etree
from wordfile import (
    HEAD,
    NAMESPACES,
    SECTION,
    STYLES,
    TYPE,
    archive,
    cell,
    field,
    p,
    r,
    read_parts,
    relationship,
    rels_part,
    replaced,
    table,
    word_file,
)

from docgen.errors import ProblemsFound
from docgen.pdf import MARK
from docgen.template.merge import Merger, merge, stands_alone

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
VAL = f"{W}val"
BOX = ("<w:r><w:pict><v:shape><v:textbox><w:txbxContent><w:p><w:r><w:t>куту</w:t></w:r></w:p></w:txbxContent></v:textbox>"
       "</v:shape></w:pict></w:r>")
PUPILS = ["Асанова Айгүл", "Бердалиев Чыңгыз", "Өмүров Үсөн"]


def card(name: str, **more: object) -> bytes:
    return word_file(p(f"Окуучу: {name}") + table([["1", "Кыргыз тили"]]) + p(), **more)


def document(blob: bytes) -> str:
    return read_parts(blob)["word/document.xml"].decode()


def sections(blob: bytes) -> list[etree._Element]:
    return list(etree.fromstring(document(blob).encode()).iter(f"{W}sectPr"))


def values(section: etree._Element, name: str) -> dict[str, str]:
    node = section.find(f"{W}{name}")
    assert node is not None, name
    return {key.rpartition("}")[2]: value for key, value in node.attrib.items()}


def headers(blob: bytes, kind: str = "header") -> list[str]:
    """What the header of each section says, "←" where it takes that of the section before."""
    def said(section: object) -> str:
        part = getattr(section, kind)
        return "←" if part.is_linked_to_previous else "|".join(paragraph.text for paragraph in part.paragraphs)

    return [said(section) for section in docx.Document(BytesIO(blob)).sections]


def parts(blob: bytes, like: str) -> list[str]:
    return [name for name in read_parts(blob) if re.fullmatch(like, name)]


# ------------------------------------------------------------------------------------------------------------- the whole

def test_each_document_is_a_section_with_its_text_and_nothing_is_wrong() -> None:
    cards = [card(name, header=p("Мектеп"), footer=p(field("PAGE"))) for name in PUPILS]
    made = merge(cards)
    assert len(sections(made)) == 3
    assert judge(made, cards[0], values=PUPILS) == []


def test_pages_begin_anew_and_with_number_one() -> None:
    for section in sections(merge([card(name) for name in PUPILS])):
        assert values(section, "type") == {"val": "nextPage"}
        assert values(section, "pgNumType") == {"start": "1"}


def test_duplex_begins_on_an_odd_page() -> None:
    made = merge([card(name) for name in PUPILS], duplex=True)
    assert [values(section, "type") for section in sections(made)] == [{"val": "oddPage"}] * 3
    assert judge(made, card("")) == []


def test_the_same_documents_give_the_same_bytes() -> None:
    cards = [card(name, header=p(name)) for name in PUPILS]
    assert merge(cards) == merge(iter(cards))


def test_one_document_stays_what_it_was() -> None:
    assert reread(merge([card("Асанова", header=p("Мектеп"))])) == reread(card("Асанова", header=p("Мектеп")))


def test_nothing_cannot_be_merged() -> None:
    with pytest.raises(ValueError, match="nothing to merge"):
        merge([])


@pytest.mark.parametrize("blob", [b"", b"Salam", b"PK\x05\x06"])
def test_what_is_no_word_file_is_told(blob: bytes) -> None:
    with pytest.raises(ProblemsFound, match=r"package\.not-zip"):
        merge([blob])


def test_the_text_of_many_documents_is_kept_packed() -> None:
    merger = Merger()
    blob = word_file(p("сабак " * 100_000))
    for _ in range(20):
        merger.add(blob)
    kept = merger._body._pieces   # type: ignore[attr-defined]
    assert sum(map(len, kept)) < 20 * 1_200_000 / 50
    assert zlib.crc32(read_parts(merger.to_bytes())["word/document.xml"])


def test_each_document_begins_at_a_bookmark_in_its_first_paragraph() -> None:
    made = etree.fromstring(document(merge([card("а"), word_file(table([["1", "2"]]) + p()), word_file("<w:p/>")])).encode())
    marks = [mark for mark in made.iter(f"{W}bookmarkStart") if mark.get(f"{W}name", "").startswith("_docgen")]
    assert [mark.get(f"{W}name") for mark in marks] == [MARK.format(n) for n in range(3)]
    assert {mark.getparent().tag for mark in marks} == {f"{W}p"}


# ------------------------------------------------------------------------------------------------- headers and footers

def test_each_document_keeps_its_own_header() -> None:
    made = merge([card(name, header=p(name)) for name in PUPILS])
    assert headers(made) == PUPILS
    assert len(parts(made, r"word/header\d+\.xml")) == 3


def test_equal_headers_stand_once() -> None:
    made = merge([card(name, header=p("Мектеп")) for name in PUPILS])
    assert headers(made) == ["Мектеп"] * 3
    assert parts(made, r"word/header\d+\.xml") == ["word/header1.xml"]


def test_a_document_without_a_header_does_not_show_that_of_the_one_before() -> None:
    made = merge([card("а", header=p("Мектеп"), footer=p("1-бет")), card("б"), card("в", header=p("Башка"))])
    assert headers(made) == ["Мектеп", "", "Башка"]
    assert headers(made, "footer") == ["1-бет", "", ""]
    assert judge(made, card("")) == []


def test_a_first_page_without_header_stays_so() -> None:
    first = SECTION.replace("</w:sectPr>", "<w:titlePg/></w:sectPr>")
    titled = _with_section(card("а", header=p("Мектеп")), first)
    made = merge([titled, card("б", header=p("Мектеп")), titled])
    assert [section.find(f"{W}titlePg") is not None for section in sections(made)] == [True, False, True]
    assert headers(made, "first_page_header") == ["←", "←", "←"]


def test_even_pages_show_the_header_of_others_where_the_document_knows_no_even_pages() -> None:
    even = card("а", header=p("Мектеп"), settings="<w:evenAndOddHeaders/>")
    made = merge([even, card("б", header=p("Башка"))])
    assert headers(made, "even_page_header") == ["←", "Башка"]


def _with_section(blob: bytes, section: str) -> bytes:
    """The file with other properties of its last section; the headers stay."""
    found = re.findall(r"<w:(?:header|footer)Reference [^>]*/>", document(blob))
    xml = document(blob)
    xml = f"{xml[:xml.rindex('<w:sectPr>')]}{section.format(references=''.join(found))}</w:body></w:document>"
    return archive(read_parts(blob) | {"word/document.xml": xml.encode()})


def test_landscape_next_to_portrait_and_a_document_of_two_sections() -> None:
    wide = SECTION.replace('w:w="11906" w:h="16838"', 'w:w="16838" w:h="11906" w:orient="landscape"')
    tall = SECTION.format(references="")
    lying = _with_section(card("кең"), wide)
    both = _with_section(word_file(p("буйрук", properties=tall) + p("тиркеме")), wide)
    made = merge([card("тик"), both, lying, card("тик")])
    widths = [values(section, "pgSz")["w"] for section in sections(made)]
    assert widths == ["11906", "11906", "16838", "16838", "11906"]
    starts = [section.find(f"{W}pgNumType") is not None for section in sections(made)]
    assert starts == [True, True, False, True, True]
    assert judge(made, card("")) == []


FROM_THREE = SECTION.replace("</w:sectPr>", '<w:pgNumType w:fmt="decimal" w:start="3"/></w:sectPr>')


def test_a_template_that_counts_its_pages_from_three_still_does() -> None:
    made = merge([_with_section(card("а"), FROM_THREE), _with_section(card("б"), FROM_THREE.replace(' w:start="3"', ""))])
    assert [values(section, "pgNumType")["start"] for section in sections(made)] == ["3", "1"]


def instructions(blob: bytes, like: str = r"word/(?:footer\d+|document)\.xml") -> list[str]:
    """What the fields of the parts whose names are *like* these say, in order."""
    return [" ".join(said.split()) for name in sorted(parts(blob, like))
            for said in re.findall("<w:instrText[^>]*>([^<]*)", read_parts(blob)[name].decode())]


def test_the_pages_of_a_document_are_counted_not_those_of_the_file() -> None:
    footer = p(field("PAGE"), field(" NUMPAGES "))
    made = merge([card(name, footer=footer) for name in PUPILS])
    assert instructions(made) == [said for n in range(3) for said in ("PAGE", f"PAGEREF _docgenend{n}")]
    ends = etree.fromstring(document(made).encode()).iter(f"{W}bookmarkStart")
    assert [end.get(f"{W}name") for end in ends if "end" in end.get(f"{W}name", "")] == [f"_docgenend{n}" for n in range(3)]
    assert judge(made, card(""), values=PUPILS) == []


@pytest.mark.parametrize(("sections_", "told"), [
    (["<w:pgNumType w:start=\"1\"/>"], "PAGEREF _docgenend0"),
    (["", ""], "PAGEREF _docgenend0"),
    (["<w:pgNumType w:start=\"1\"/>", ""], "PAGEREF _docgenend0"),
    (["<w:pgNumType w:start=\"3\"/>"], "SECTIONPAGES"),
    (["<w:pgNumType w:fmt=\"lowerRoman\"/>"], "SECTIONPAGES"),
    (["", "<w:pgNumType w:start=\"1\"/>"], "NUMPAGES"),
], ids=["one section", "two sections", "from one", "from three", "Roman", "begun anew"])
def test_a_last_page_says_how_many_there_are_where_all_are_counted_from_one(sections_: list[str], told: str) -> None:
    *before, last = [SECTION.format(references="").replace("</w:sectPr>", f"{each}</w:sectPr>") for each in sections_]
    body = "".join(p("бөлүм", properties=section) for section in before) + p(field("NUMPAGES"))
    made = merge([_with_section(word_file(body), last)])
    assert instructions(made) == [told]
    assert invariants.findings(made) == []


@pytest.mark.parametrize("end", [p("а", BOX), "<w:p/>", table([["1", "2"]]) + p(), table([["1", "2"]])],
                         ids=lambda end: end[-40:])
def test_the_end_of_a_document_that_counts_its_pages_is_marked_in_its_last_paragraph(end: str) -> None:
    made = merge([word_file(p(field("NUMPAGES")) + end)] * 2)
    root = etree.fromstring(document(made).encode())
    marks = [mark for mark in root.iter(f"{W}bookmarkStart") if "end" in mark.get(f"{W}name", "")]
    assert [mark.getparent().tag for mark in marks] == [f"{W}p"] * 2
    assert not any("".join(mark.getparent().itertext()) == "куту" for mark in marks)
    assert invariants.findings(made) == []


def test_captions_count_from_one_in_every_document() -> None:
    captions = p(field(" SEQ Таблица \\* ARABIC "), "-таблица") + p(field('TOC \\h \\c "Таблица"'))
    made = merge([word_file(captions)] * 3)
    assert re.findall(r"SEQ (\w+)", document(made)) == ["Таблица", "Таблица_2", "Таблица_3"]
    assert re.findall(r'c "(\w+)"', document(made)) == ["Таблица", "Таблица_2", "Таблица_3"]


# ------------------------------------------------------------------------------------------------------------ properties

def titled(title: str, more: str = "<dc:language>ky-KG</dc:language>") -> bytes:
    return card("а", core=f"<dc:title>{title}</dc:title>{more}")


@pytest.mark.parametrize(("documents", "title", "said"), [
    ([titled("Табель")] * 2, "Башка", "<dc:title>Табель</dc:title><dc:language>ky-KG</dc:language>"),
    ([titled("Асанова"), titled("Өмүров")], "Чыгаруу <1>",
     "<dc:language>ky-KG</dc:language><dc:title>Чыгаруу &lt;1&gt;</dc:title>"),
    ([titled("Асанова"), titled("Өмүров")], "", "<dc:language>ky-KG</dc:language>"),
    ([titled("Асанова"), card("б")], "Буйруктар", "<dc:title>Буйруктар</dc:title>"),
    ([card("а"), titled("Асанова")], "", None),
], ids=["equal titles", "different ones", "no common one", "one document has none", "nothing is left"])
def test_properties_of_the_file_name_no_single_record(documents: list[bytes], title: str, said: str | None) -> None:
    made = merge(documents, title=title)
    core = read_parts(made).get("docProps/core.xml", b"").decode()
    assert (re.sub(r".*<cp:coreProperties[^>]*>|</cp:coreProperties>", "", core, flags=re.DOTALL) if core else None) == said
    assert judge(made, documents[0]) == []


# ----------------------------------------------------------------------------------------------------- ids and names

DRAWING = ('<w:r><w:drawing><wp:inline><wp:extent cx="9525" cy="9525"/><wp:docPr id="1" name="Герб"/><a:graphic>'
           '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic '
           'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:nvPicPr><pic:cNvPr id="0" name="герб"/>'
           '<pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="rIdP"/><a:stretch><a:fillRect/></a:stretch>'
           '</pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="9525" cy="9525"/></a:xfrm><a:prstGeom prst="rect">'
           "<a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>")
PNG = bytes.fromhex("89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8ffff3f0005fe02fe"
                    "0def46b80000000049454e44ae426082")


def pictured(name: str, data: bytes = PNG) -> bytes:
    return word_file(p(name, DRAWING), relationships=[relationship("rIdP", "image", "media/image1.png")],
                     parts={"word/media/image1.png": data})


def test_a_picture_that_all_documents_show_stands_once_and_drawings_have_ids_of_their_own() -> None:
    made = merge([pictured(name) for name in PUPILS] + [pictured("башка", PNG + b"\0")])
    assert parts(made, r"word/media/.*") == ["word/media/image1.png", "word/media/image2.png"]
    assert re.findall(r'<wp:docPr id="(\d+)"', document(made)) == ["1", "2", "3", "4"]
    assert judge(made, pictured(""), values=PUPILS) == []


def test_a_picture_in_a_header_comes_along() -> None:
    def headed(name: str) -> bytes:
        rels = rels_part([relationship("rIdP", "image", "media/image1.png")])
        return card(name, header=p(name, DRAWING), parts={"word/media/image1.png": PNG, "word/_rels/header1.xml.rels": rels})

    made = merge([headed(name) for name in PUPILS])
    assert parts(made, r"word/media/.*") == ["word/media/image1.png"]
    assert len(parts(made, r"word/_rels/header\d+\.xml\.rels")) == 3
    assert headers(made) == PUPILS
    assert judge(made, headed("")) == []


def test_bookmarks_get_names_of_their_own_and_fields_follow_them() -> None:
    marked = word_file(p('<w:bookmarkStart w:id="7" w:name="basis"/>', r("негиз"), '<w:bookmarkEnd w:id="7"/>')
                       + p(field(" REF basis \\h "), '<w:hyperlink w:anchor="basis"><w:r><w:t>кара</w:t></w:r></w:hyperlink>'))
    made = merge([marked, marked])
    assert re.findall(r'w:name="(basis\w*)"', document(made)) == ["basis", "basis_2"]
    assert re.findall(r"REF (\w+)", document(made)) == re.findall(r'w:anchor="(\w+)"', document(made)) == ["basis", "basis_2"]
    assert judge(made, marked) == []


def test_controls_and_paragraphs_have_ids_of_their_own() -> None:
    one = word_file('<w:sdt><w:sdtPr><w:id w:val="5"/></w:sdtPr><w:sdtContent><w:p w14:paraId="1A2B3C4D"/></w:sdtContent>'
                    "</w:sdt>")
    made = merge([one, one, one])
    assert len(set(re.findall(r'<w:id w:val="(\d+)"', document(made)))) == 3
    assert "paraId" not in document(made)
    assert invariants.findings(made) == []


def test_links_outside_are_one_relationship() -> None:
    linked = word_file(p('<w:hyperlink r:id="rIdL"><w:r><w:t>сайт</w:t></w:r></w:hyperlink>'),
                       relationships=[relationship("rIdL", "hyperlink", "https://edu.gov.kg/", external=True)])
    made = merge([linked, linked])
    assert read_parts(made)["word/_rels/document.xml.rels"].count(b"https://edu.gov.kg/") == 1
    assert judge(made, linked) == []


# --------------------------------------------------------------------------------------------------------------- lists

def numbering(*abstracts: str, nums: str = "", root: str = NAMESPACES) -> str:
    return f"{HEAD}<w:numbering {root}>{''.join(abstracts)}{nums}</w:numbering>"


def abstract(number: int, format: str = "decimal", text: str = "%1.", start: int = 1, style: str = "") -> str:
    linked = f'<w:pStyle w:val="{style}"/>' if style else ""
    return (f'<w:abstractNum w:abstractNumId="{number}"><w:nsid w:val="0000000{number}"/>'
            f'<w:multiLevelType w:val="singleLevel"/><w:lvl w:ilvl="0">'
            f'<w:start w:val="{start}"/><w:numFmt w:val="{format}"/>{linked}<w:lvlText w:val="{text}"/>'
            '<w:lvlJc w:val="left"/></w:lvl></w:abstractNum>')


def num(number: int, of: int) -> str:
    return f'<w:num w:numId="{number}"><w:abstractNumId w:val="{of}"/></w:num>'


def listed(part: str, body: str, styles: str = "") -> bytes:
    return word_file(body, relationships=[relationship("rIdN", "numbering", "numbering.xml")],
                     types={"word/numbering.xml": f"{TYPE}.numbering+xml"},
                     parts={"word/numbering.xml": part} | ({"word/styles.xml": styles} if styles else {}))


def item(text: str, number: int = 1) -> str:
    return p(text, properties=f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{number}"/></w:numPr>')


def labels(blob: bytes) -> list[str]:
    """The label of each numbered paragraph, counted as Word counts: one counter a definition, begun anew by an override."""
    parts_ = read_parts(blob)
    root = etree.fromstring(parts_["word/numbering.xml"])
    definitions = {node.get(f"{W}abstractNumId"): node for node in root.iter(f"{W}abstractNum")}
    nums = {node.get(f"{W}numId"): node for node in root.iter(f"{W}num")}
    counters: dict[str | None, int] = {}
    met: set[str | None] = set()
    found = []
    for node in etree.fromstring(parts_["word/document.xml"]).iter(f"{W}numId"):
        one = nums[node.get(VAL)]
        reference, start = one.find(f"{W}abstractNumId"), one.find(f"{W}lvlOverride/{W}startOverride")
        assert reference is not None
        key = reference.get(VAL)
        level = definitions[key].find(f"{W}lvl")
        assert level is not None
        if start is not None and node.get(VAL) not in met:
            counters[key] = int(start.get(VAL, "1")) - 1
        met.add(node.get(VAL))
        counters[key] = counters.get(key, 0) + 1
        text = level.find(f"{W}lvlText")
        assert text is not None
        found.append(text.get(VAL, "").replace("%1", str(counters[key])))
    return found


def test_lists_begin_anew_in_every_document() -> None:
    order = listed(numbering(abstract(0), nums=num(1, 0)), item("Башкаруу") + item("Көзөмөл"))
    made = merge([order] * 3)
    assert labels(made) == ["1.", "2."] * 3
    assert read_parts(made)["word/numbering.xml"].count(b"<w:abstractNum ") == 1
    assert judge(made, order) == []


def test_a_list_that_begins_at_five_begins_there_again() -> None:
    order = listed(numbering(abstract(0, start=5), nums=num(1, 0)), item("а") + item("б"))
    assert labels(merge([order, order])) == ["5.", "6."] * 2


def test_bullets_are_shared() -> None:
    order = listed(numbering(abstract(0, "bullet", "–"), nums=num(1, 0)), item("а") + item("б"))
    made = merge([order] * 3)
    assert labels(made) == ["–"] * 6
    assert read_parts(made)["word/numbering.xml"].count(b"<w:num ") == 1


def test_lists_of_different_templates_keep_their_looks() -> None:
    roman = listed(numbering(abstract(0, "lowerRoman", "%1)"), abstract(4), nums=num(1, 0) + num(2, 4)),
                   item("а") + item("б", 2))
    plain = listed(numbering(abstract(3), nums=num(1, 3)), item("а") + item("б"))
    made = merge([plain, roman, plain, card("тизмесиз")])
    assert labels(made) == ["1.", "2.", "1)", "1.", "1.", "2."]
    assert read_parts(made)["word/numbering.xml"].count(b"<w:abstractNum ") == 2
    assert judge(made, plain) == []


NUMBERED = STYLES.replace("</w:styles>", (
    '<w:style w:type="paragraph" w:styleId="Clause"><w:name w:val="Clause"/><w:basedOn w:val="Normal"/><w:pPr><w:numPr>'
    '<w:numId w:val="1"/></w:numPr><w:ind w:left="709"/></w:pPr></w:style></w:styles>'))


def test_a_list_that_comes_from_a_style_begins_anew_too_and_keeps_its_indent() -> None:
    order = listed(numbering(abstract(0, style="Clause"), nums=num(1, 0)),
                   p("а", style="Clause", properties='<w:keepNext/><w:jc w:val="both"/>') + p("б", style="Clause"), NUMBERED)
    made = merge([order, order])
    assert labels(made) == ["1.", "2.", "1.", "2."]
    first = r'<w:pStyle w:val="Clause"/><w:keepNext/><w:numPr>.*?</w:numPr><w:ind w:left="709"/><w:jc'
    assert re.search(first, document(made))
    assert judge(made, order) == []


# --------------------------------------------------------------------------------------------------------------- notes

def noted(text: str, kind: str = "footnote") -> bytes:
    notes = "".join(f'<w:{kind} w:type="{line}" w:id="{number}"><w:p><w:r><w:{line}/></w:r></w:p></w:{kind}>'
                    for number, line in ((-1, "separator"), (0, "continuationSeparator")))
    notes += f'<w:{kind} w:id="1">{p(f"Эскертүү: {text}")}</w:{kind}>'
    return word_file(p(text, f'<w:r><w:{kind}Reference w:id="1"/></w:r>'), settings='<w:decimalSymbol w:val=","/>',
                     relationships=[relationship("rIdF", f"{kind}s", f"{kind}s.xml")],
                     types={f"word/{kind}s.xml": f"{TYPE}.{kind}s+xml"},
                     parts={f"word/{kind}s.xml": f"{HEAD}<w:{kind}s {NAMESPACES}>{notes}</w:{kind}s>"})


@pytest.mark.parametrize("kind", ["footnote", "endnote"])
def test_notes_of_all_documents_are_there_and_count_anew(kind: str) -> None:
    made = merge([noted("а", kind), card("жок"), noted("б", kind)])
    assert re.findall(rf'<w:{kind}Reference w:id="(\d+)"', document(made)) == ["1", "2"]
    notes = read_parts(made)[f"word/{kind}s.xml"].decode()
    assert re.findall("Эскертүү: .", notes) == ["Эскертүү: а", "Эскертүү: б"]
    restarts = [section.find(f"{W}{kind}Pr/{W}numRestart") is not None for section in sections(made)]
    assert restarts == [True, False, True]
    assert ('<w:pos w:val="sectEnd"/>' in read_parts(made)["word/settings.xml"].decode()) == (kind == "endnote")
    assert judge(made, audited=False) == []   # of two endnotes the audit misses one now and then, of the same bytes


def test_notes_count_anew_in_a_document_of_several_sections_too() -> None:
    another = p("б", properties=SECTION.format(references=""))
    two = replaced(noted("а"), "word/document.xml", "<w:sectPr>", f"{another}<w:sectPr>")
    restarts = [section.find(f"{W}footnotePr/{W}numRestart") is not None for section in sections(merge([noted("в"), two]))]
    assert restarts == [True, True, False]


@pytest.mark.parametrize(("document", "alone"), [
    (card("а", header=p("Мектеп"), footer=p(field("PAGE"))), False),
    (card("а", footer=p(field(" NUMPAGES "))), False),
    (_with_section(card("а", footer=p(field("NUMPAGES"))), FROM_THREE), True),
    (noted("а"), True),
    (noted("а", "endnote"), True),
], ids=["pages", "pages of the file", "pages from another number", "footnote", "endnote"])
def test_what_libreoffice_counts_through_the_whole_file_is_known(document: bytes, alone: bool) -> None:
    assert stands_alone(document) is alone


# -------------------------------------------------------------------------------------------------------------- styles

def styled(styles: str, body: str) -> bytes:
    return word_file(body, parts={"word/styles.xml": styles})


def style_of(blob: bytes, text: str) -> str:
    """The XML of the style in which a paragraph stands."""
    paragraph = next(p for p in docx.Document(BytesIO(blob)).paragraphs if p.text == text)
    return etree.tostring(paragraph.style.element).decode()


def test_styles_of_the_same_house_are_shared() -> None:
    one = styled(STYLES, p("а", style="Heading1"))
    made = merge([one, styled(STYLES.replace("\n", " "), p("б", style="Heading1"))])
    assert read_parts(made)["word/styles.xml"].count(b"<w:style ") == STYLES.count("<w:style ")


def test_an_absent_style_is_added_and_a_different_one_gets_another_name() -> None:
    other = STYLES.replace('<w:name w:val="heading 1"/><w:basedOn w:val="Normal"/>',
                           '<w:name w:val="heading 1"/><w:basedOn w:val="Normal"/><w:rPr><w:b/></w:rPr>').replace(
        "</w:styles>", '<w:style w:type="paragraph" w:styleId="Small"><w:name w:val="Small Print"/>'
                       '<w:basedOn w:val="Heading1"/><w:rPr><w:sz w:val="16"/></w:rPr></w:style></w:styles>')
    made = merge([styled(STYLES, p("а", style="Heading1")), styled(other, p("б", style="Heading1") + p("в", style="Small"))])
    assert "<w:b/>" not in style_of(made, "а")
    assert 'w:styleId="Heading1_2"' in style_of(made, "б")
    assert "<w:b/>" in style_of(made, "б")
    assert '<w:basedOn w:val="Heading1_2"/>' in style_of(made, "в")
    assert '"Small Print"' in style_of(made, "в")
    assert judge(made) == judge(styled(STYLES, p("а")))


def test_a_style_under_another_id_but_of_the_same_name_and_looks_is_the_same() -> None:
    made = merge([styled(STYLES, p("а", style="Heading1")),
                  styled(STYLES.replace('"Heading1"', '"a1"'), p("б", style="a1"))])
    assert 'w:styleId="Heading1"' in style_of(made, "б")


DEFAULTS = ("<w:docDefaults><w:rPrDefault><w:rPr><w:sz w:val=\"{size}\"/></w:rPr></w:rPrDefault>"
            "<w:pPrDefault><w:pPr><w:spacing w:after=\"{after}\"/></w:pPr></w:pPrDefault></w:docDefaults>")


def test_what_a_document_takes_from_its_defaults_is_written_out_where_the_others_differ() -> None:
    def with_defaults(size: int, after: int) -> str:
        return STYLES.replace("<w:style ", DEFAULTS.format(size=size, after=after) + "<w:style ", 1)

    made = merge([styled(with_defaults(28, 0), p("чоң")),
                  styled(with_defaults(22, 200), p("кичине") + p("баш", style="Heading1"))])
    assert 'w:sz w:val="22"' in style_of(made, "кичине")
    assert 'w:after="200"' in style_of(made, "кичине")
    assert "w:sz" not in style_of(made, "чоң")
    assert '<w:basedOn w:val="Normal_2"/>' in style_of(made, "баш")
    assert invariants.findings(made) == []


def themed(fonts: tuple[str, str], body: str, styles: str = STYLES) -> bytes:
    """A file with a theme: its fonts for headings and for text."""
    schemes = "".join(f'<a:{kind}Font><a:latin typeface="{font}"/><a:ea typeface=""/><a:cs typeface=""/></a:{kind}Font>'
                      for kind, font in zip(("major", "minor"), fonts, strict=True))
    xml = (f'{HEAD}<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" name="Кеңсе"><a:themeElements>'
           f'<a:fontScheme name="Кеңсе">{schemes}</a:fontScheme></a:themeElements></a:theme>')
    return word_file(body, relationships=[relationship("rIdTheme", "theme", "theme/theme1.xml")],
                     types={"word/theme/theme1.xml": "application/vnd.openxmlformats-officedocument.theme+xml"},
                     parts={"word/theme/theme1.xml": xml, "word/styles.xml": styles})


BY_THEME = ('<w:rFonts w:ascii="Arial" w:asciiTheme="{0}HAnsi" w:hAnsiTheme="{0}HAnsi" w:eastAsiaTheme="{0}EastAsia"/>'
            '<w:color w:val="4F81BD" w:themeColor="accent1" w:themeTint="99"/>')
MINOR = STYLES.replace('<w:name w:val="Normal"/>', f'<w:name w:val="Normal"/><w:rPr>{BY_THEME.format("minor")}</w:rPr>')


def test_fonts_and_colours_of_another_theme_are_said_outright() -> None:
    one, other = (themed(fonts, p("а") + p(r("баш", BY_THEME.format("major"))), MINOR)
                  for fonts in (("Cambria", "Calibri"), ("Georgia", "Тамга & Co")))
    made = merge([one, other, one])
    styles = read_parts(made)["word/styles.xml"].decode()
    assert 'asciiTheme="minorHAnsi"' in re.search(r'w:styleId="Normal">.*?</w:style>', styles, re.DOTALL)[0]   # type: ignore[index]
    assert re.search(r'w:styleId="Normal_2">.*?</w:style>', styles, re.DOTALL)[0].endswith(   # type: ignore[index]
        '<w:rPr><w:rFonts w:hAnsi="Тамга &amp; Co" w:ascii="Тамга &amp; Co"/><w:color w:val="4F81BD"/></w:rPr></w:style>')
    runs = re.findall("<w:rPr>.*?</w:rPr>", document(made))
    assert runs == [f"<w:rPr>{BY_THEME.format('major')}</w:rPr>",
                    '<w:rPr><w:rFonts w:hAnsi="Georgia" w:ascii="Georgia"/><w:color w:val="4F81BD"/></w:rPr>',
                    f"<w:rPr>{BY_THEME.format('major')}</w:rPr>"]
    assert invariants.findings(made) == []


def test_fonts_of_a_theme_that_is_not_there_are_the_ones_named_beside() -> None:
    made = merge([card("а"), themed(("", ""), p(r("б", BY_THEME.format("minor"))))])
    assert '<w:rFonts w:ascii="Arial"/>' in document(made)


# ------------------------------------------------------------------------------------------- where a document may end

@pytest.mark.parametrize("end", [
    p("аягы"),
    "<w:p/>",
    '<w:p w:rsidR="00AB"/>',
    "<w:p></w:p>",
    "<w:p><w:pPr/></w:p>",
    "<w:p>\n<w:pPr>\n<w:pStyle w:val=\"Heading1\"/></w:pPr></w:p>\n",
    p("а", properties='<w:pPrChange w:id="1" w:author=""><w:pPr/></w:pPrChange>'),
    p("а", BOX),
    p("а", BOX) + p(BOX),
    table([[cell(p("а", BOX)), "б"]]) + p(),
    p('<w:bookmarkStart w:id="0" w:name="баары"/>', r("а")) + '<w:bookmarkEnd w:id="0"/>',
    "<w:sdt><w:sdtContent>" + p("мазмун") + "</w:sdtContent></w:sdt>",
    p("а", properties=SECTION.format(references="")),
], ids=lambda end: re.sub(r"\s+", " ", end[-60:]))
def test_a_document_may_end_with_anything(end: str) -> None:
    one = word_file(p("башы") + end)
    made = merge([one, one, one])
    own = len(sections(one))
    assert len(sections(made)) == 3 * own
    assert invariants.findings(made) == []
    assert _words(made) == _words(one) * 3


def _words(blob: bytes) -> list[str]:
    """All texts of the body, those in boxes and controls too."""
    return [node.text or "" for node in etree.fromstring(document(blob).encode()).iter(f"{W}t")]


def test_prefixes_of_namespaces_are_gathered_and_told_apart() -> None:
    def odd(uri: str) -> bytes:
        xml = document(word_file(p("a", '<w:r><x:note x:of="1"/><w:t>x:note</w:t></w:r>')))
        return archive(read_parts(word_file()) | {"word/document.xml": xml.replace(
            "<w:document ", f'<w:document xmlns:x="{uri}" ').replace('mc:Ignorable="w14"', 'mc:Ignorable="w14 x"').encode()})

    made = merge([card("а"), odd("urn:one"), odd("urn:two"), odd("urn:one")])
    root = etree.fromstring(document(made).encode())
    assert [node.tag for node in root.iter() if "note" in str(node.tag)] == ["{urn:one}note", "{urn:two}note", "{urn:one}note"]
    assert [node.get("{urn:two}of") for node in root.iter("{urn:two}note")] == ["1"]
    assert root.get("{http://schemas.openxmlformats.org/markup-compatibility/2006}Ignorable") == "w14 x x2"
    assert reread(made).count("x:note") == 3
    assert invariants.findings(made) == []


# ------------------------------------------------------------------------------------------------------- LibreOffice

@pytest.mark.slow
@pytest.mark.libreoffice
def test_libreoffice_shows_every_page_with_its_own_pupil_and_its_own_numbers() -> None:
    long = p(*["сабак " * 900])
    order = numbering(abstract(0), nums=num(1, 0))

    def paper(name: str, body: str) -> bytes:
        header = p(f"Окуучу {name}, бет ", field("PAGE"))
        return word_file(item(f"{name} биринчи") + item("экинчи") + body, header=header,
                         relationships=[relationship("rIdN", "numbering", "numbering.xml")],
                         types={"word/numbering.xml": f"{TYPE}.numbering+xml"}, parts={"word/numbering.xml": order})

    papers = [paper(PUPILS[0], p("кыска")), paper(PUPILS[1], long), paper(PUPILS[2], p("кыска"))]
    pages = office.convert({"басма": merge(papers)})["басма"].pages
    assert [page.split("\n")[0] for page in pages] == [
        f"Окуучу {name}, бет {number}" for name, number in zip(
            [PUPILS[0], PUPILS[1], PUPILS[1], PUPILS[2]], [1, 1, 2, 1], strict=True)]
    assert _with_numbers(pages) == [f"1. {name} биринчи" for name in PUPILS]


def _with_numbers(pages: Iterable[str]) -> list[str]:
    return [" ".join(line.split()) for page in pages for line in page.split("\n") if "биринчи" in line]


# ------------------------------------------------------------------------------------------------ templates from elsewhere

@pytest.mark.parametrize("last", ['<w:p w:rsidR="00AD2D8C" w:rsidRDefault="00D87137"/>', "<w:p/>", p("соңу")])
def test_the_last_paragraph_of_a_document_takes_its_section(last: str) -> None:
    made = merge([word_file(p("а") + last)] * 2)
    assert len(list(etree.fromstring(document(made).encode()).iter(f"{W}p"))) == 4


@pytest.mark.parametrize("former", ["<w:pPr/>", '<w:pPr><w:jc w:val="left"/></w:pPr>'])
def test_the_bookmark_of_a_document_stands_behind_former_properties(former: str) -> None:
    change = f'<w:pPrChange w:id="7" w:author="а">{former}</w:pPrChange>'
    made = merge([word_file(p("а", properties=f'<w:jc w:val="center"/>{change}'))] * 2)
    assert invariants.findings(made) == []
    assert [mark.getprevious().tag for mark in etree.fromstring(document(made).encode()).iter(f"{W}bookmarkStart")] == [
        f"{W}pPr"] * 2


@pytest.mark.parametrize("body", ["", '<w:permEnd w:id="1"/>', p("а") + '<w:proofErr w:type="spellEnd"/>'])
def test_a_document_that_counts_its_pages_may_end_with_anything(body: str) -> None:
    made = merge([word_file(body, footer=p(field("NUMPAGES")))] * 2)
    assert invariants.findings(made) == []


def test_a_picture_or_header_that_is_not_there_leads_nowhere_in_the_print_run() -> None:
    picture = '<w:r><w:pict><v:shape><v:imagedata r:id="rId7"/></v:shape></w:pict></w:r>'
    section = SECTION.format(references='<w:headerReference w:type="first" r:id="rId8"/>')
    body = p("а", picture) + p(properties=section) + p("б")
    rels = [relationship("rId7", "image", "media/lost.png"), relationship("rId8", "header", "header9.xml")]
    made = document(merge([word_file(body, relationships=rels)] * 2))
    assert "<v:imagedata/>" in made
    assert "headerReference" not in made
