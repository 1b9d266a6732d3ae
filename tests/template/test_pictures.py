"""Pictures from data: the file of the workspace stands in the document once, wherever it is shown."""

from __future__ import annotations

import os
import re
import struct
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.shared import Mm
from docxtpl import DocxTemplate, InlineImage
from judges import audit
from judges.invariants import findings
from oracle import differences
from wordfile import archive, p, r, read_parts, row, table, word_file

from docgen.errors import Place, ProblemsFound
from docgen.template import pictures
from docgen.template.blanks import Blank
from docgen.template.compiled import Template
from docgen.template.environment import compile_text
from docgen.template.merge import merge
from docgen.workspace import Workspace


def png(width: int, height: int, colour: int = 0) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\0" + bytes([colour]) * width) * height
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def jpeg(width: int, height: int) -> bytes:
    frame = struct.pack(">BHHBBBB", 8, height, width, 1, 1, 0x11, 0)
    return (b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0" + b"\xff\xc0" + struct.pack(">H", len(frame) + 2) + frame
            + b"\xff\xda\0\x02\xff\xd9")


EMBLEM, SEAL = png(40, 20), png(10, 10, 200)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "school.yaml").write_text("", encoding="utf-8")
    (tmp_path / "data").mkdir()
    for name, data in {"emblem.png": EMBLEM, "copy.png": EMBLEM, "seal.jpg": SEAL, "photo.jpg": jpeg(30, 60)}.items():
        (tmp_path / "data" / name).write_bytes(data)
    return tmp_path


def made(template: bytes, home: Path, **context: Any) -> bytes:
    return Template(template, files=Workspace(home).picture).render({"emblem": "data/emblem.png", **context})


SHOWN = '{{ emblem|image(width_mm=20) }}'
BODIES = {
    "in a line": word_file(p(r(f"а {SHOWN} б", "<w:b/>"))),
    "in a cell": word_file(table([row(SHOWN, "б")]) + p("в")),
    "in a header": word_file(p("а"), header=p(SHOWN), footer=p("б")),
    "everywhere": word_file(p(SHOWN) + table([row(SHOWN, "{{ emblem|image(height_mm=5) }}")]) + p("а"), header=p(SHOWN)),
    "in a loop": word_file(p("{%p for x in [1, 2, 3] %}") + p(SHOWN) + p("{%p endfor %}") + p("в")),
    "in formatted text": word_file(p("{{r emblem|image(width_mm=20) }}")),
}


@pytest.mark.parametrize("body", BODIES)
def test_a_picture_is_shown(body: str, home: Path) -> None:
    found = made(BODIES[body], home)
    docx.Document(BytesIO(found))
    assert set(findings(found)) <= set(findings(BODIES[body]))
    assert audit.findings(found, BODIES[body]) == []
    assert [data for name, data in read_parts(found).items() if "media/" in name] == [EMBLEM]


@pytest.mark.parametrize(("tag", "theirs"), [
    ("image(width_mm=20)", {"width": Mm(20)}), ("image(height_mm=5)", {"height": Mm(5)}),
    ("image(20, 20)", {"width": Mm(20), "height": Mm(20)}),
    ("image(width_mm=20, link='https://edu.gov.kg')", {"width": Mm(20), "anchor": "https://edu.gov.kg"}),
])
def test_it_is_the_picture_that_docxtpl_shows(tag: str, theirs: dict[str, Any], home: Path) -> None:
    document = DocxTemplate(BytesIO(word_file(p("а {{ x }} б"), core="<dc:title>а</dc:title>")))
    document.render({"x": InlineImage(document, str(home / "data" / "emblem.png"), **theirs)})
    out = BytesIO()
    document.save(out)
    ours = made(word_file(p(f"а {{{{ emblem|{tag} }}}} б"), core="<dc:title>а</dc:title>"), home)
    lines = differences(_named_alike(out.getvalue()), _named_alike(ours))
    assert [line for line in lines if not line.startswith(("word/media/", "word/_rels", "[Content"))] == []


def _named_alike(blob: bytes) -> bytes:
    """Names of pictures and ids of relationships are each engine's own; so are locks, and who may stretch it."""
    parts = read_parts(blob)
    text = parts["word/document.xml"].decode()
    text = re.sub(r' r:(embed|id)="[^"]*"', r' r:\1=""', text)
    text = re.sub(r'(<wp:docPr [^>]*?name|<pic:cNvPr [^>]*?name)="[^"]*"', r'\1=""', text)
    text = re.sub(r' dist[TBLR]="0"', "", text)
    text = text.replace("<a:avLst/>", "").replace('<a:prstGeom prst="rect"></a:prstGeom>', '<a:prstGeom prst="rect"/>')
    return archive(parts | {"word/document.xml": text.encode()})


@pytest.mark.parametrize(("tag", "width", "height"), [
    ("image(width_mm=20)", 20, 10), ("image(height_mm=5)", 10, 5), ("image(20, 20)", 20, 20),
    ("image(width_mm=12.5)", 12.5, 6.25),
])
def test_its_size_is_told_in_millimetres(tag: str, width: float, height: float, home: Path) -> None:
    shape, = docx.Document(BytesIO(made(word_file(p(f"{{{{ emblem|{tag} }}}}")), home))).inline_shapes
    assert (shape.width, shape.height) == (Mm(width), Mm(height))


def test_a_picture_leads_to_its_address_wherever_it_stands(home: Path) -> None:
    tag = "{{ emblem|image(width_mm=9, link=x) }}"
    blob = word_file(p(tag) + table([row(tag, "б")]) + p("а"), header=p(tag))
    found = made(blob, home, x="https://мектеп.кг/")
    for part in ("document", "header1"):
        rels = read_parts(found)[f"word/_rels/{part}.xml.rels"].decode()
        assert re.findall(r'Target="(http[^"]*)" TargetMode="External"', rels) == ["https://xn--e1aaogsq.xn--c1an/"]
    assert set(findings(found)) <= set(findings(blob))
    assert audit.findings(found, blob) == []
    assert "xn--e1aaogsq" in str(read_parts(merge([found, found])))


@pytest.mark.parametrize("address", ["javascript:alert(1)", "file:///etc", "", 7])
def test_a_picture_leads_to_no_other_address(address: object, home: Path) -> None:
    with pytest.raises(ProblemsFound) as caught:
        made(word_file(p("{{ emblem|image(width_mm=9, link=x) }}")), home, x=address)
    assert [fault.id for fault in caught.value.problems] == ["template.link"]


def test_a_jpeg_is_measured(home: Path) -> None:
    shape, = docx.Document(BytesIO(made(word_file(p(SHOWN)), home, emblem="data/photo.jpg"))).inline_shapes
    assert (shape.width, shape.height) == (Mm(20), Mm(40))


def test_equal_pictures_are_one_part_and_a_name_is_not_believed(home: Path) -> None:
    body = p("{%p for x in all %}") + p("{{ x|image(width_mm=9) }}") + p("{%p endfor %}")
    paths = ["data/emblem.png", "data/copy.png", "data/seal.jpg", "data/emblem.png"]
    parts = read_parts(made(word_file(body), home, all=paths))
    media = {name: data for name, data in parts.items() if "media/" in name}
    assert sorted(media.values()) == sorted([EMBLEM, SEAL])
    assert all(name.endswith(".png") for name in media)


def test_each_part_has_the_relationships_of_its_own_pictures(home: Path) -> None:
    blob = word_file(p(SHOWN), header=p("{{ x|image(width_mm=9) }}"), footer=p("{{ emblem }}"))
    parts = read_parts(made(blob, home, x="data/seal.jpg"))
    assert parts["word/_rels/document.xml.rels"].count(b"/image") == parts["word/_rels/header1.xml.rels"].count(b"/image") == 1
    assert "word/_rels/footer1.xml.rels" not in parts


def test_the_same_data_give_the_same_bytes(home: Path) -> None:
    assert made(BODIES["everywhere"], home) == made(BODIES["everywhere"], home)


def test_a_picture_left_out_is_not_carried(home: Path) -> None:
    parts = read_parts(made(word_file(p("{% if x %}" + SHOWN + "{% endif %}а")), home, x=False))
    assert not [name for name in parts if "media" in name]


def test_a_block_may_show_a_picture(home: Path) -> None:
    block = word_file(p(SHOWN))
    template = Template(word_file(p('{%p include "б.docx" %}') + p("а")), blocks=lambda _: block, files=Workspace(home).picture)
    assert len(docx.Document(BytesIO(template.render({"emblem": "data/emblem.png"}))).inline_shapes) == 1


def test_documents_with_pictures_merge(home: Path) -> None:
    template = word_file(p(SHOWN), header=p(SHOWN))
    merged = merge([made(template, home), made(template, home, emblem="data/seal.jpg"), made(template, home)])
    assert sorted(data for name, data in read_parts(merged).items() if "media/" in name) == sorted([EMBLEM, SEAL])
    assert set(findings(merged)) <= set(findings(template))


def test_bytes_are_shown_too() -> None:
    assert len(docx.Document(BytesIO(Template(word_file(p(SHOWN))).render({"emblem": SEAL}))).inline_shapes) == 1


def test_for_filling_by_hand_there_is_a_line() -> None:
    made = Template(word_file(p(SHOWN))).render({"emblem": Blank("____")}, by_hand=True)
    assert docx.Document(BytesIO(made)).paragraphs[0].text == "____"


# -------------------------------------------------------------------------------------------------- missing, too large, hostile


@pytest.mark.parametrize(("value", "id"), [
    ("data/none.png", "picture-missing"), ("", "picture-missing"), ("data", "picture-missing"),
    ("../outside.png", "picture-missing"),
    ("/etc/passwd", "picture-missing"), ("data/link.png", "picture-missing"), ("data/\0.png", "picture-missing"),
    ("https://example.org/a.png", "picture-missing"), (None, "none-printed"), (7, "picture-missing"),
    (["data/emblem.png"], "picture-missing"),
    ("data/text.png", "picture-kind"), ("data/drawing.svg", "picture-kind"), ("data/old.emf", "picture-kind"),
    ("data/cut.png", "picture-kind"), ("data/cut.jpg", "picture-kind"), ("data/more.png", "picture-kind"),
    ("data/gif.gif", "picture-kind"), ("data/empty.png", "picture-kind"), ("data/odd.jpg", "picture-kind"),
    ("data/large.png", "picture-size"), ("data/bomb.png", "picture-size"), ("data/flat.png", "picture-size"),
    (b"nothing", "picture-kind"),
])
def test_what_is_no_picture_of_the_workspace_is_refused_with_its_place(value: object, id: str, home: Path) -> None:
    (home.parent / "outside.png").write_bytes(EMBLEM)
    (home / "data" / "link.png").symlink_to(home.parent / "outside.png")
    for name, data in {
        "text.png": b"salam", "drawing.svg": b"<svg/>", "old.emf": b"\x01\0\0\0" + b"\0" * 60, "cut.png": EMBLEM[:-20],
        "cut.jpg": jpeg(9, 9)[:-2], "more.png": EMBLEM + b"MZ", "gif.gif": b"GIF89a" + b"\0" * 40, "empty.png": b"",
        "odd.jpg": b"\xff\xd8\xff\xe0\0\x10JFIF\xff\xd9", "large.png": EMBLEM + b"\0" * pictures.LARGEST_FILE,
        "bomb.png": EMBLEM[:16] + struct.pack(">II", 60_000, 60_000) + EMBLEM[24:],
        "flat.png": EMBLEM[:16] + struct.pack(">II", 0, 10) + EMBLEM[24:],
    }.items():
        (home / "data" / name).write_bytes(data)
    with pytest.raises(ProblemsFound) as caught:
        made(word_file(p("а") + p(SHOWN)), home, emblem=value)
    assert [(fault.id, fault.position.place) for fault in caught.value.problems] == [(f"template.{id}", Place("document", 2))]


@pytest.mark.parametrize(("tag", "id"), [
    ("emblem|image", "filter-arguments"), ("emblem|image(width_mm=0)", "picture-side"),
    ("emblem|image(width_mm=-5)", "picture-side"),
    ("emblem|image(width_mm=9999)", "picture-side"), ("emblem|image(width_mm='20')", "needs-number"),
    ("emblem|image(height_mm=400)", "picture-side"), ("emblem|image(width=20)", "filter-arguments"),
    ("image(emblem)", "not-allowed"),
    ("emblem|image(20)|upper", "not-printable"),
])
def test_a_wrong_size_is_refused(tag: str, id: str, home: Path) -> None:
    with pytest.raises(ProblemsFound) as caught:
        made(word_file(p(f"{{{{ {tag} }}}}")), home)
    assert {fault.id for fault in caught.value.problems} == {f"template.{id}"}


def test_a_file_name_shows_no_pictures() -> None:
    with pytest.raises(ProblemsFound) as caught:
        compile_text("{{ a|image(width_mm=20) }}", name="file_name")({"a": os.fspath("data/emblem.png")})
    assert [fault.id for fault in caught.value.problems] == ["template.picture-missing"]
