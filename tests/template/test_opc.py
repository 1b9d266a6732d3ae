"""The package: parts, content types and relationships by name; constant parts copied as they are."""

from __future__ import annotations

import contextlib
import random
from io import BytesIO
from pathlib import Path

import docx
import pytest
from wordfile import archive, field, p, read_parts, relationship, table, word_file, word_parts

from docgen.errors import ProblemsFound
from docgen.template.listing import listing
from docgen.template.markup import parse, rels_name, serialise, source_of
from docgen.template.opc import Limits, Package
from docgen.template.tidy import tidy


@pytest.fixture
def package() -> Package:
    blob = word_file(p("{{ a }}"), header=p("баш"), core="<dc:title>{{ t }}</dc:title>",
                     relationships=[relationship("rId9", "image", "/word/media/a%20b.png"),
                                    relationship("rId8", "hyperlink", "https://example.kg", external=True)],
                     parts={"word/media/a%20b.png": b"png"})
    return Package.read(blob, name="калып.docx")


def test_a_package_knows_its_main_part_and_the_parts_it_points_to(package: Package) -> None:
    assert package.main == "word/document.xml"
    assert package.related("header") == ["word/header1.xml"]
    assert package.related("core-properties", "") == ["docProps/core.xml"]
    assert package.related("image") == ["word/media/a%20b.png"]
    assert package.related("hyperlink") == []
    assert package.relationships()["rId1"].target == "word/document.xml"
    assert package.relationships("word/header1.xml") == {}


def test_content_types_come_from_the_part_else_from_its_ending(package: Package) -> None:
    assert package.content_type("word/header1.xml").endswith(".header+xml")
    assert package.content_type("word/media/A.PNG") == "image/png"
    assert package.content_type("word/a.odd") == ""


def test_changed_parts_are_packed_anew_and_the_others_copied(package: Package) -> None:
    changed = package.with_data({"word/header1.xml": b"<a/>", "word/new.xml": b"<b/>"})
    assert changed.data("word/header1.xml") == b"<a/>"
    assert changed.data("word/new.xml") == b"<b/>"
    assert changed.entries["word/styles.xml"] is package.entries["word/styles.xml"]
    assert package.data("word/header1.xml") != b"<a/>"


def test_a_layout_puts_content_types_first_and_rendered_parts_last(package: Package) -> None:
    rendered = ["word/header1.xml", "word/document.xml"]
    blob = package.layout(rendered).assemble([package.data(part) for part in rendered])
    names = list(read_parts(blob))
    assert names[0] == "[Content_Types].xml"
    assert names[-2:] == rendered
    assert sorted(names) == sorted(package.entries)
    assert docx.Document(BytesIO(blob)).paragraphs[0].text == "{{ a }}"


def test_reading_what_was_written_gives_the_same_bytes(package: Package) -> None:
    blob = package.to_bytes()
    assert Package.read(blob).to_bytes() == blob


def test_a_file_is_named_by_its_name_and_read_within_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "калып.docx"
    path.write_bytes(word_file())
    assert Package.read(path).name == "калып.docx"
    with pytest.raises(ProblemsFound) as found:
        Package.read(path, limits=Limits(file_bytes=100))
    assert [(problem.id, problem.position.file) for problem in found.value.problems] == [("package.too-large", "калып.docx")]


@pytest.mark.parametrize(("part", "rels"), [("", "_rels/.rels"), ("a.xml", "_rels/a.xml.rels"),
                                            ("word/document.xml", "word/_rels/document.xml.rels")])
def test_the_name_of_relationships_leads_there_and_back(part: str, rels: str) -> None:
    assert (rels_name(part), source_of(rels)) == (rels, part)


def test_a_part_read_and_written_keeps_its_spaces_and_letters() -> None:
    data = "<?xml version='1.0' encoding='UTF-8' standalone='yes'?>\n<a xml:space=\"preserve\"> ңөү  </a>".encode()
    assert serialise(parse(data)) == data


def test_a_damaged_file_is_refused_or_read_but_never_a_traceback() -> None:
    chance = random.Random(20)
    parts = word_parts(p("{{ a }}", field("PAGE")) + table([["1", "2"]]), header=p("баш"))
    for _ in range(300):
        name = chance.choice(list(parts))
        data = bytearray(parts[name])
        at = chance.randrange(len(data))
        data[at:at + chance.choice([0, 1, 9])] = bytes(chance.choices(range(256), k=chance.choice([0, 1, 3])))
        blob = archive(parts | {name: bytes(data)})
        with contextlib.suppress(ProblemsFound):
            listing(blob)
            assert tidy(tidy(blob)) == tidy(blob)


def test_the_gate_lets_in_what_the_caller_mends_and_only_if_there_is_nothing_else() -> None:
    merge = "<w:mailMerge/>"
    mended = frozenset({"package.mail-merge"})
    assert Package.read(word_file(settings=merge), mended=mended).main == "word/document.xml"
    with pytest.raises(ProblemsFound) as refused:
        Package.read(word_file(settings=merge, parts={"word/vbaProject.bin": b"x"}), mended=mended)
    assert [problem.id for problem in refused.value.problems] == ["package.macros", "package.mail-merge"]
