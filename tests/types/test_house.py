"""The house style: one set of styles for every template and block, formatting by their names alone, tables that behave."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import papers
import pytest
from judges import judge
from lxml import etree

from docgen.template.compiled import Template
from docgen.template.tidy import tidy
from docgen.workspace import Workspace, builtins_root

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
TEMPLATES = builtins_root() / "templates_docx"
HOUSE = TEMPLATES / "_house/styles.docx"
EVERY = sorted(TEMPLATES.rglob("*.docx"))
BLOCKS = [path for path in EVERY if path.parent == HOUSE.parent and path != HOUSE]
EVERY_TEMPLATE = pytest.mark.parametrize("path", EVERY, ids=lambda path: path.relative_to(TEMPLATES).as_posix())
EVERY_BLOCK = pytest.mark.parametrize("path", BLOCKS, ids=lambda path: path.stem)

#: blocks that no type includes yet: nothing else would try them
SPARE = [path for path in BLOCKS if not any(f"_house/{path.name}".encode() in zipfile.ZipFile(other).read("word/document.xml")
                                            for other in EVERY if other.parent != HOUSE.parent)]

#: properties that a style cannot hold: a paragraph's section, a row's and a cell's place in its table
DIRECT = {"pPr": {"pStyle", "sectPr"}, "rPr": {"rStyle"}, "trPr": {"cantSplit", "tblHeader", "trHeight"},
          "tcPr": {"tcW", "gridSpan", "vMerge"}, "tblPr": {"tblStyle", "tblW", "tblInd", "tblLayout", "tblLook"}}
GRIDS = ("Grid", "GridMiddle", "GridSigned", "SurveyGrid")

PERSON = {"surname": "Усенова", "given_name": "Айгүл", "patronymic": "Бакытовна", "short_name": "А. Б. Усенова",
          "full_name": "Усенова Айгүл Бакытовна", "position": "социалдык педагог"}
DAY = date(2025, 10, 13)
#: what the spare blocks print
CONTEXT: dict[str, Any] = {
    "school": {"ministry": "Министрлик", "founder": "Бөлүм", "name": "№5 орто мектеп", "name_possessed": None,
               "place": "Кең-Арал айылы", "address": "Кең-Арал айылы", "phone": None, "email": "mektep@example.kg",
               "director": PERSON},
    "doc": {"date": DAY, "number": None, "place": "Кең-Арал айылы", "title": "Окутуу жөнүндө", "basis": ["арыз", "протокол"],
            "control_by": None, "acquaint": [PERSON]},
    "order": {"date": DAY, "number": "45"},
    "appendix": None,
    "council": {"body": "педагогикалык кеңеш", "number": "1", "date": DAY},
    "approval": {"date": DAY},
    "addressee": PERSON,
    "members": [PERSON] * 3,
    "copies": 2,
    "chair": PERSON,
    "secretary": PERSON,
    "present": [PERSON] * 3,
    "absent": None,
    "invited": [PERSON],
    "body": {"name": "Профилактикалык кеңеш"},
    "agenda": [{"title": "Сабакка катышуу жөнүндө", "speaker": PERSON}],
    "n": 1,
    "regulation": "Катышуу жөнүндө",
    "q": {
        "speaker": PERSON,
        "heard": "баяндама",
        "spoke": [{"who": PERSON, "text": "сунуш"}],
        "decisions": [{"text": "Үйүнө барылсын.", "due": DAY, "responsible": PERSON},
                      {"text": "Эске алынсын.", "due": None, "responsible": None}],
        "votes": {"yes": 3, "no": 0, "abstain": 0},
    },
}


def part(path: Path, name: str = "word/document.xml") -> Any:
    return etree.fromstring(zipfile.ZipFile(path).read(name))


def local(node: Any) -> str:
    return str(etree.QName(node).localname)


def value(node: Any, name: str = "val") -> Any:
    return node.get(f"{W}{name}")


# ---------------------------------------------------------------------------------------------------------------- styles


@EVERY_TEMPLATE
def test_every_template_has_the_styles_of_the_house(path: Path) -> None:
    assert zipfile.ZipFile(path).read("word/styles.xml") == zipfile.ZipFile(HOUSE).read("word/styles.xml")


@EVERY_TEMPLATE
def test_templates_format_by_style_name_only(path: Path) -> None:
    assert list(_direct_formatting(part(path))) == []


def _direct_formatting(document: Any) -> Iterator[str]:
    for kind, allowed in DIRECT.items():
        for properties in document.iter(f"{W}{kind}"):
            yield from (f"{local(child)} in {kind}" for child in properties if local(child) not in allowed)


@EVERY_TEMPLATE
def test_every_paragraph_and_table_names_its_style(path: Path) -> None:
    document = part(path)
    assert all(paragraph.find(f"{W}pPr/{W}pStyle") is not None for paragraph in document.iter(f"{W}p"))
    assert all(table.find(f"{W}tblPr/{W}tblStyle") is not None for table in document.iter(f"{W}tbl"))


def test_house_writes_kyrgyz_in_times_fourteen_and_tables_in_twelve() -> None:
    styles = {value(style, "styleId"): style for style in part(HOUSE, "word/styles.xml").iter(f"{W}style")}
    defaults = part(HOUSE, "word/styles.xml").find(f"{W}docDefaults")
    assert value(defaults.find(f".//{W}lang")) == "ky-KG"
    assert defaults.find(f".//{W}widowControl") is not None
    assert defaults.find(f".//{W}suppressAutoHyphens") is not None
    assert value(styles["Normal"].find(f".//{W}rFonts"), "ascii") == "Times New Roman"
    assert value(styles["Normal"].find(f".//{W}sz")) == "28"
    assert value(styles["TableText"].find(f".//{W}sz")) == "24"
    assert value(styles["MainText"].find(f".//{W}ind"), "firstLine") == "709"   # 12,5 mm
    assert value(styles["MainText"].find(f".//{W}jc")) == "both"
    assert value(styles["TickBox"].find(f".//{W}rFonts"), "ascii") == "DejaVu Sans"
    assert all(value(edge, "sz") == "4" for edge in styles["Grid"].find(f".//{W}tblBorders"))   # half a point


def test_style_names_hold_no_comma() -> None:
    """Word takes what follows a comma in a style's name for an alias."""
    assert not [name for name in part(HOUSE, "word/styles.xml").iter(f"{W}name") if "," in value(name)]


def test_every_style_is_shown_on_the_style_sheet() -> None:
    names = {value(style, "styleId") for style in part(HOUSE, "word/styles.xml").iter(f"{W}style")
             if value(style, "type") == "paragraph" and value(style, "styleId") != "Header"}
    assert names - {"Normal"} <= {value(node) for node in part(HOUSE).iter(f"{W}pStyle")}


# ---------------------------------------------------------------------------------------------------------------- pages


@EVERY_TEMPLATE
def test_pages_are_a4_with_the_margins_of_the_house(path: Path) -> None:
    """Millimetres; the binding edge is the left one upright and the top one when the sheet is turned."""
    upright, turned, questionnaire = (20, 15, 20, 30), (30, 20, 15, 20), (15, 15, 15, 20)
    for section in part(path).iter(f"{W}sectPr"):
        is_turned = value(section.find(f"{W}pgSz"), "orient") == "landscape"
        edges = [int(value(section.find(f"{W}pgMar"), edge)) for edge in ("top", "right", "bottom", "left")]
        margins = tuple(round(twips * 25.4 / 1440) for twips in edges)
        assert margins == (turned if is_turned else questionnaire if path.stem == "questionnaire" else upright)
        assert section.find(f"{W}titlePg") is not None, "the first page bears no number"


@pytest.mark.parametrize("path", [path for path in EVERY if path.parent != HOUSE.parent], ids=lambda path: path.stem)
def test_page_numbers_stand_in_the_header(path: Path) -> None:
    header = part(path, "word/header1.xml")
    assert value(header.find(f".//{W}pStyle")) == "Header"
    assert [value(field, "instr").strip() for field in header.iter(f"{W}fldSimple")] == ["PAGE"]


@EVERY_TEMPLATE
def test_rows_do_not_split_and_lists_repeat_their_header(path: Path) -> None:
    for table in part(path).iter(f"{W}tbl"):
        rows = table.findall(f"{W}tr")
        assert all(row.find(f"{W}trPr/{W}cantSplit") is not None for row in rows)
        has_loop = any("{%tr for" in "".join(row.itertext()) for row in rows)
        if value(table.find(f"{W}tblPr/{W}tblStyle")) in GRIDS and (has_loop or len(rows) > 6):
            assert rows[0].find(f"{W}trPr/{W}tblHeader") is not None


@EVERY_TEMPLATE
def test_templates_are_tidy(path: Path) -> None:
    assert tidy(path) == path.read_bytes(), f"run: docgen template tidy {path.relative_to(TEMPLATES.parent)}"


# ---------------------------------------------------------------------------------------------------------------- blocks


@EVERY_BLOCK
def test_blocks_bring_nothing_that_a_host_has_not(path: Path) -> None:
    """No relationships, lists, notes, bookmarks, drawings or section breaks."""
    document = part(path)
    assert len(list(document.iter(f"{W}sectPr"))) == 1
    strange = {"numPr", "bookmarkStart", "footnoteReference", "endnoteReference", "commentReference", "drawing", "hyperlink"}
    assert strange.isdisjoint(local(node) for node in document.iter(etree.Element))
    assert not any("relationships" in str(key) for node in document.iter(etree.Element) for key in node.attrib)


@pytest.mark.parametrize("path", SPARE, ids=lambda path: path.stem)
def test_spare_blocks_print_inside_a_host(path: Path, demo: Workspace) -> None:
    host = _host(path.stem)
    paper = Template(host, name="host.docx", blocks=demo.block).render(CONTEXT)
    assert judge(paper, audited=False) == []
    assert papers.lines(paper)


def _host(block: str) -> bytes:
    """The style sheet with an include of the block as its only paragraph."""
    document = docx.Document(str(HOUSE))
    for child in list(document.element.body)[:-1]:
        document.element.body.remove(child)
    document.add_paragraph(f'{{%p include "_house/{block}.docx" %}}', style="Шаблондун командасы")
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def test_blank_number_and_own_control_are_the_answers_to_what_is_not_given(demo: Workspace) -> None:
    def lines(block: str) -> list[str]:
        return papers.lines(Template(_host(block), name="host.docx", blocks=demo.block).render(CONTEXT))

    assert "2025-жылдын 13-октябры→Кең-Арал айылы→№~______" in lines("letterhead-order")
    assert lines("control-clause") == ["1. Ушул буйруктун аткарылышын көзөмөлдөөнү өзүмө калтырам."]
    assert lines("appendix-mark") == ["| | №5 орто мектептин ¶ 2025-жылдын 13-октябрындагы №~45 буйругуна ¶ Тиркеме |"]
