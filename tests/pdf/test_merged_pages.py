"""Pages of a print run as LibreOffice shows them: each with its own record, above, below and between."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

import pytest
from judges import judge, office
from pypdf import PdfReader
from wordfile import HEAD, NAMESPACES, SECTION, TYPE, archive, field, p, r, relationship, rels_part, word_parts

from docgen.pdf import Office
from docgen.template.merge import merge, stands_alone

pytestmark = [pytest.mark.slow, pytest.mark.libreoffice]

PNG = bytes.fromhex("89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8ffff3f0005fe02fe"
                    "0def46b80000000049454e44ae426082")
PICTURE = ('<w:r><w:drawing><wp:inline><wp:extent cx="180000" cy="180000"/><wp:docPr id="1" name="Герб"/><a:graphic>'
           '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic '
           'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:nvPicPr><pic:cNvPr id="0" name="герб"/>'
           '<pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="rIdP"/><a:stretch><a:fillRect/></a:stretch>'
           '</pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="180000" cy="180000"/></a:xfrm><a:prstGeom '
           'prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>')
WHICH = {"default": "так", "first": "биринчи", "even": "жуп"}
NUMBERING = (f'{HEAD}<w:numbering {NAMESPACES}><w:abstractNum w:abstractNumId="0"><w:multiLevelType w:val="singleLevel"/>'
             '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/><w:lvlJc w:val="left"/>'
             '</w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>')
LISTED = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
SEPARATORS = "".join(f'<w:footnote w:type="{kind}" w:id="{number}"><w:p><w:r><w:{kind}/></w:r></w:p></w:footnote>'
                     for number, kind in ((-1, "separator"), (0, "continuationSeparator")))


def paper(name: str, pages: int = 2, *, noted: bool = False, sections: bool = False) -> bytes:
    """A record that says its name above, below and in the midst of every page, with all that must be told apart.

    Args:
        noted: with a footnote.
        sections: each page is a section.
    """
    picture = relationship("rIdP", "image", "media/image1.png")
    parts: dict[str, str | bytes] = {"word/media/image1.png": PNG, "word/numbering.xml": NUMBERING}
    types = {"word/numbering.xml": f"{TYPE}.numbering+xml"}
    rels = [relationship("rIdN", "numbering", "numbering.xml")]
    references = ""
    for kind, tag in (("header", "hdr"), ("footer", "ftr")):
        for which, word in WHICH.items():
            part = f"word/{kind}-{which}.xml"
            says = p(f"{word} {name} ", field("PAGE"), "/", field("NUMPAGES"), PICTURE if kind == "header" else r("."))
            parts[part] = f"{HEAD}<w:{tag} {NAMESPACES}>{says}</w:{tag}>"
            parts[f"word/_rels/{kind}-{which}.xml.rels"] = rels_part([picture])
            types[part] = f"{TYPE}.{kind}+xml"
            rels.append(relationship(f"rId{kind}{which}", kind, f"{kind}-{which}.xml"))
            references += f'<w:{kind}Reference w:type="{which}" r:id="rId{kind}{which}"/>'
    if noted:
        note = p("<w:r><w:footnoteRef/></w:r>", f" Эскертүү: {name}")
        parts["word/footnotes.xml"] = (f"{HEAD}<w:footnotes {NAMESPACES}>{SEPARATORS}"
                                       f'<w:footnote w:id="1">{note}</w:footnote></w:footnotes>')
        types["word/footnotes.xml"] = f"{TYPE}.footnotes+xml"
        rels.append(relationship("rIdF", "footnotes", "footnotes.xml"))
    section = SECTION.format(references=references).replace("</w:sectPr>", "<w:titlePg/></w:sectPr>")
    body = p(f"Окуучу {name}", '<w:r><w:footnoteReference w:id="1"/></w:r>' if noted else r(""))
    body += p("Пункт", properties=LISTED) + p("Пункт", properties=LISTED)
    body += ('<w:sdt><w:sdtPr><w:id w:val="77"/></w:sdtPr><w:sdtContent>'
             f'{p(f"Тандалганы {name}", properties=section if sections and pages > 1 else "")}</w:sdtContent></w:sdt>')
    for page in range(2, pages + 1):
        begins = [] if sections else ['<w:r><w:br w:type="page"/></w:r>']
        body += p(*begins, f"Барак {page} {name}", properties=section if sections and page < pages else "")
    made = word_parts(body, relationships=rels, types=types, parts=parts, settings="<w:evenAndOddHeaders/>")
    xml = made["word/document.xml"].decode()
    made["word/document.xml"] = f"{xml[:xml.rindex('<w:sectPr>')]}{section}</w:body></w:document>".encode()
    return archive(made)


def expected(name: str, pages: int = 2, *, noted: bool = False, sections: bool = False) -> Iterator[list[str]]:
    """The lines of each page of such a paper."""
    for page in range(1, pages + 1):
        which = WHICH["first" if page == 1 or sections else "default" if page % 2 else "even"]
        frame = f"{which} {name} {page}/{pages}"
        text = [f"Окуучу {name}{'1' if noted else ''}", "1. Пункт", "2. Пункт", f"Тандалганы {name}"]
        text += [f"1 Эскертүү: {name}"] if noted else []
        yield [frame, *(text if page == 1 else [f"Барак {page} {name}"]), f"{frame}."]


def shown(pages: list[str]) -> list[list[str]]:
    return [[" ".join(line.split()) for line in page.strip().splitlines()] for page in pages]


def printed(pdf: bytes) -> list[list[str]]:
    """The lines of each page; an empty page has none."""
    return shown([page.extract_text() for page in PdfReader(BytesIO(pdf)).pages])


def test_two_hundred_records_have_their_own_words_on_every_page() -> None:
    names = [f"Окуучу{number}" for number in range(200)]
    made = merge(paper(name) for name in names)
    assert judge(made, audited=False) == []
    assert shown(office.convert({"басма": made})["басма"].pages) == [page for name in names for page in expected(name)]


def test_records_of_unlike_length_and_of_several_sections_count_their_own_pages() -> None:
    told = [("Асанова", 3, False), ("Өмүров", 1, False), ("Үсөнова", 3, True), ("Чолпонбаев", 2, False), ("Эрмекова", 2, True)]
    made = merge(paper(name, pages, sections=sections) for name, pages, sections in told)
    pages = [page for name, count, sections in told for page in expected(name, count, sections=sections)]
    assert shown(office.convert({"басма": made})["басма"].pages) == pages


def test_each_record_has_its_own_note_in_the_print_file() -> None:
    told = [("Асанова", 2), ("Өмүров", 1), ("Үсөнова", 2)]
    papers = [paper(name, pages, noted=True) for name, pages in told]
    with Office(processes=1) as works:
        made = printed(works.print_file(papers, merge=merge, alone=stands_alone))
    assert [set(page) for page in made] == [set(page) for name, pages in told for page in expected(name, pages, noted=True)]


def test_duplex_begins_each_record_on_an_odd_page_after_an_empty_one() -> None:
    told = [("Асанова", 3), ("Өмүров", 1), ("Үсөнова", 2), ("Чолпонбаев", 1)]
    with Office(processes=1) as works:
        made = printed(works.print_file([paper(*each) for each in told], merge=merge, alone=stands_alone, duplex=True))
    pages = [page for name, count in told for page in [*map(set, expected(name, count)), *([set()] if count % 2 else [])]]
    assert [set(page) for page in made] == pages[:-1]
