"""The doctor looks into font files, not at their names, and says what to install."""

from __future__ import annotations

import re
import struct
from pathlib import Path

import pytest

from docgen.cli import doctor, fonts
from docgen.errors import Problem
from docgen.pdf import pages, program
from docgen.workspace import builtins_root

from .conftest import Docgen


def font(family: str, letters: str) -> bytes:
    """The smallest font file that has a name and a character map (format 4, a segment a letter)."""
    codes = sorted(map(ord, letters))
    count = len(codes) + 1
    ends, starts = [*codes, 0xFFFF], [*codes, 0xFFFF]
    deltas = [(1 - code) % 0x10000 for code in codes] + [1]
    numbers = [*ends, 0, *starts, *deltas, *([0] * count)]
    subtable = struct.pack(">7H", 4, 16 + 8 * count, 0, 2 * count, 0, 0, 0) + struct.pack(f">{len(numbers)}H", *numbers)
    cmap = struct.pack(">HHHHI", 0, 1, 3, 1, 12) + subtable
    text = family.encode("utf-16-be")
    name = struct.pack(">3H6H", 0, 1, 18, 3, 1, 0x409, 1, len(text), 0) + text
    head = struct.pack(">I4H", 0x10000, 2, 0, 0, 0)
    first = 12 + 2 * 16
    return head + struct.pack(">4sIII", b"cmap", 0, first, len(cmap)) + struct.pack(
        ">4sIII", b"name", 0, first + len(cmap), len(name)) + cmap + name


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(fonts, "folders", lambda: [tmp_path])
    return tmp_path


def found() -> list[Problem]:
    return list(doctor._fonts())


def test_a_font_with_all_letters_is_enough(folder: Path) -> None:
    (folder / "a.ttf").write_bytes(font("Liberation Serif", doctor.LETTERS + "Абв"))
    (folder / "b.ttf").write_bytes(font("DejaVu Sans", doctor.BOXES))
    assert found() == []


def test_a_font_of_the_right_name_without_the_letters_is_told(folder: Path) -> None:
    (folder / "a.ttf").write_bytes(font("Liberation Serif", doctor.LETTERS))
    (folder / "bold.ttf").write_bytes(font("Liberation Serif", "ңҢ"))
    (folder / "b.ttf").write_bytes(font("DejaVu Sans", doctor.BOXES))
    (problem,) = found()
    assert problem.id == "doctor.font-letters"
    assert problem.facts == {"label": "Liberation Serif", "found": "Ү ү Ө ө"}


def test_a_missing_font_is_told_with_what_to_install(folder: Path) -> None:
    (folder / "damaged.ttf").write_bytes(b"\x00\x01\x00\x00\xff\xff")
    assert [problem.id for problem in found()] == ["doctor.no-font", "doctor.no-boxes"]


@pytest.mark.usefixtures("school")
def test_a_full_disk_is_an_error(monkeypatch: pytest.MonkeyPatch, docgen: Docgen) -> None:
    class Usage:
        free = 1_000_000

    monkeypatch.setattr("shutil.disk_usage", lambda _: Usage)
    run = docgen("doctor")
    assert run.status == 1
    assert "doctor.disk" in run.out


@pytest.mark.usefixtures("school")
def test_without_libreoffice_word_files_can_still_be_made(monkeypatch: pytest.MonkeyPatch, docgen: Docgen) -> None:
    monkeypatch.setattr(program, "_usual_places", lambda: iter(()))
    monkeypatch.setenv("PATH", "")
    run = docgen("doctor")
    assert run.status == 0
    assert "doctor.no-office" in run.out


@pytest.mark.usefixtures("school")
def test_without_pypdf_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch, docgen: Docgen) -> None:
    monkeypatch.setattr(pages, "find_spec", lambda _: None)
    run = docgen("doctor")
    assert run.status == 0
    assert 'pip install "docgen[pdf]"' in run.out


def test_the_doctor_proofreads_the_facts(docgen: Docgen, school: Path) -> None:
    path = school / "data" / "staff.yaml"
    path.write_text(path.read_text("utf-8").replace("position: директор\n", "position: диpектор\n", 1), "utf-8")  # a Latin p
    run = docgen("doctor")
    assert run.status == 0
    assert "kyrgyz.mixed-alphabet" in run.out
    assert "data/staff.yaml:" in run.out


def own_copy(school: Path, name: str, *change: tuple[str, str]) -> Path:
    """A file of the built-in types as the school's own, with texts replaced."""
    path = school / name
    path.parent.mkdir(parents=True, exist_ok=True)
    data = (builtins_root() / name).read_bytes()
    for old, new in change:
        assert old.encode() in data
        data = data.replace(old.encode(), new.encode())
    path.write_bytes(data)
    return path


def test_a_broken_block_is_told_though_no_type_uses_it(docgen: Docgen, school: Path) -> None:
    own_copy(school, "templates_docx/_house/signature-director.docx")
    assert docgen("doctor").status == 0
    (school / "templates_docx/_house/own.docx").write_text("no Word file")
    run = docgen("doctor")
    assert run.status == 1
    assert run.out.count("! templates_docx/_house/own.docx  ") == 1


def test_a_broken_definition_is_told_with_its_line_though_no_type_uses_it(docgen: Docgen, school: Path) -> None:
    own_copy(school, "data_schemas/_defs/time.schema.json", ('"type": "string"', '"type": "strin"'))
    own_copy(school, "data_schemas/_defs/class.schema.json", ("x-docgen-ref", "x-docgen-rf"))
    run = docgen("doctor")
    assert run.status == 1
    assert re.search(r"^! data_schemas/_defs/time\.schema\.json:\d+:\d+  .*schema\.broken", run.out, re.MULTILINE)
    assert re.search(r"^! data_schemas/_defs/class\.schema\.json:10:3  .*«x-docgen-ref»\?", run.out, re.MULTILINE)
    assert run.out.count("[schema.broken]") == 1


def test_a_misspelt_keyword_of_an_own_type_is_told_by_every_command_that_looks_at_types(docgen: Docgen, school: Path) -> None:
    name = "order/expulsion-residence"
    own_copy(school, f"data_schemas/{name}.schema.json", ("x-docgen-listed", "x-docgen-lsted"))
    for words in (("types",), ("template", "check", name), ("doctor",), ("validate", name, "-p", "order=ord-08")):
        run = docgen(*words)
        assert run.status == 1, words
        assert re.search(rf"data_schemas/{name}\.schema\.json:\d+:\d+  .*«x-docgen-listed»\?", run.out + run.err), words
