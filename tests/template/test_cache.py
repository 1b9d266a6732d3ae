"""The cache of sources: what comes from it is what docxtpl and lxml would give, and is trusted no further than a template."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tracemalloc
import zlib
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from wordfile import field, p, row, table, word_file

import docgen
from docgen.errors import Place, ProblemsFound
from docgen.template import cache
from docgen.template.compiled import Template
from docgen.template.opc import Package
from docgen.template.running import Tag
from docgen.template.source import Source
from docgen.template.sources import Sources
from docgen.template.statements import Statement
from docgen.template.tags import Reader
from docgen.workspace import builtins_root

TEMPLATES = builtins_root() / "templates_docx"
BODY = (p("Салам, {{ name }}! ", "{% if late %}Кечикти.{% endif %}")
        + table([row("{%tr for x in rows %}", ""), row("{{ x }}", ""), row("{%tr endfor %}", "")]))
CONTEXT = {"name": "Асан", "late": True, "rows": ["а", "б"]}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DOCGEN_CACHE", str(tmp_path / "кэш"))
    return tmp_path / "кэш" / "templates"


def paper(body: str = BODY) -> bytes:
    return Template(word_file(body), name="кат.docx").render(CONTEXT)


def sources(path: Path) -> dict[str, Source]:
    found = Sources(path.name, lambda name: TEMPLATES / name)
    found.read(Package.read(path))
    return found.parts | found.blocks


def no_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    def read(reader: Reader, _: bytes) -> Source:
        raise AssertionError(f"{reader.file} is read anew")

    monkeypatch.setattr(cache, "_READ", dict.fromkeys(cache._READ, read))


@pytest.mark.parametrize("path", sorted(TEMPLATES.glob("[!_]*/[!~]*.docx")), ids=lambda path: path.stem)
def test_what_is_kept_is_the_whole_source(path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = sources(path)
    no_reading(monkeypatch)
    assert sources(path) == first
    assert folder.is_dir()


def test_no_field_of_a_source_is_forgotten() -> None:
    """Whoever adds a field must keep it too (`cache._kept`, `cache._source`), and name it here."""
    assert {kind.__name__: [field.name for field in fields(kind)] for kind in (Source, Statement, Tag, Place)} == {
        "Source": ["head", "tail", "statics", "statements", "is_constant"], "Statement": ["tag", "text", "keyword", "rest"],
        "Tag": ["text", "file", "place", "quote", "in_text"], "Place": ["part", "paragraph", "table", "row", "cell"]}


def test_a_document_from_the_cache_is_the_same(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCGEN_CACHE", "off")
    expected = paper()
    assert not folder.exists()
    monkeypatch.setenv("DOCGEN_CACHE", str(folder.parent))
    assert paper() == expected
    no_reading(monkeypatch)
    assert paper() == expected


def test_a_problem_at_rendering_names_the_place_as_ever(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def problem() -> Any:
        with pytest.raises(ProblemsFound) as caught:
            Template(word_file(BODY), name="башка ат.docx").render({**CONTEXT, "name": None})
        return caught.value.problems

    first = problem()
    no_reading(monkeypatch)
    assert problem() == first
    assert first[0].position.file == "башка ат.docx"
    assert folder.is_dir()


@pytest.mark.usefixtures("folder")
def test_a_cold_order_needs_neither_docxtpl_nor_lxml(tmp_path: Path) -> None:
    code = ("import sys; from docgen.cli import run; "
            f"run(['generate', 'order/expulsion-residence', '-p', 'order=ord-08', '-o', {str(tmp_path / 'out')!r}]); "
            "print(sorted({'docxtpl', 'docx', 'lxml'} & set(sys.modules)))")
    loaded = [subprocess.run([sys.executable, "-c", code], cwd=builtins_root(), capture_output=True, text=True, check=True,
                             env={**os.environ, "PYTHONUTF8": "1"}).stdout.splitlines()[-1] for _ in range(2)]
    assert loaded == ["['docx', 'docxtpl', 'lxml']", "[]"]


def test_a_template_with_problems_is_not_kept(folder: Path) -> None:
    for _ in range(2):
        with pytest.raises(ProblemsFound):
            paper(p("{{ name"))
    assert not folder.exists()


# ------------------------------------------------------------------------------------------------------------------ tampering


def kept(folder: Path) -> Path:
    """The file of the body: the other parts of the template hold no tags, and are smaller."""
    return max(folder.iterdir(), key=lambda path: path.stat().st_size)


def tampered(folder: Path, change: Callable[[Any], object]) -> None:
    paper()
    path = kept(folder)
    content = json.loads(zlib.decompress(path.read_bytes()))
    made = change(content)
    path.write_bytes(zlib.compress(json.dumps(content if made is None else made).encode()))


def in_static(piece: str) -> Callable[[Any], None]:
    """A change: *piece* of XML before the first paragraph."""
    return lambda content: content[3].__setitem__(0, piece + content[3][0])


def in_statement(text: str) -> Callable[[Any], None]:
    return lambda content: content[4][0].__setitem__(0, text)


def drop_statement(content: Any) -> None:
    content[4].pop()


# the paragraph's run and text end, a field begins and is to take its name from the tag that follows
UNFINISHED_FIELD = ('</w:t></w:r><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>x</w:instrText></w:r>'
                    "<w:r><w:t>")


HOSTILE: dict[str, Callable[[Any], object]] = {
    "a tag hidden in the XML": in_static("{{ ''.__class__.__mro__ }}"),
    "a comment that swallows": in_static("{# "),
    "a brace before a tag": lambda content: content[3].__setitem__(0, content[3][0] + "{"),
    "two tags in one": in_statement("{{ name }}{{ ''.__class__ }}"),
    "XML in a tag": in_statement("{{ name }}<w:altChunk/>}}"),
    "a tag without end": in_statement("{{ name"),
    "no tag at all": in_statement("name"),
    "a line too many": in_statement("{{ name\n }}"),
    "a line too many in the XML": in_static("<w:p/>\n"),
    "a field that starts a program": in_static(f"<w:p>{field('DDEAUTO c:cmd')}</w:p>"),
    "a field whose name is a tag": lambda content: content[3].__setitem__(0, f"{content[3][0]}{UNFINISHED_FIELD}"),
    "a tag as an attribute": lambda content: content[3].__setitem__(slice(0, 2), ["<w:p><w:r ", f"/></w:p>{content[3][1]}"]),
    "an embedded object": in_static("<w:p><w:r><w:altChunk/></w:r></w:p>"),
    "an image from elsewhere": in_static('<w:pict xmlns:v="urn:schemas-microsoft-com:vml"><v:fill src="http://a/b"/></w:pict>'),
    "a document type": lambda content: content.__setitem__(0, "<!DOCTYPE a><w:document>"),
    "XML that is none": in_static("<w:p>"),
    "endless depth": in_static("<w:p>" * 500 + "</w:p>" * 500),
    "half of a surrogate pair": in_static("\ud800"),
    "a tag too few": drop_statement,
    "tags in a part without tags": lambda content: content.__setitem__(2, True),
    "no text": lambda content: content.__setitem__(0, 7),
    "a place that is none": lambda content: content[4][0].__setitem__(4, {"paragraph": 1}),
    "a place too many": lambda content: content[4][0].append(1),
    "a field too few": lambda content: content.pop(),
    "another thing": lambda _: {"head": ""},
    "nothing": lambda _: [],
}


@pytest.mark.parametrize("change", HOSTILE.values(), ids=HOSTILE)
def test_a_file_that_no_template_could_have_given_is_ignored(change: Callable[[Any], object], folder: Path) -> None:
    expected = paper()
    tampered(folder, change)
    assert paper() == expected
    assert paper() == expected


@pytest.mark.parametrize("text", [
    "{{ ''.__class__ }}", "{{ name.upper() }}", "{{ name|attr('x') }}", "{{ 'а' * 200000000 }}",
    "{% import 'x' as y %}", "{% raw %}", "{% include name %}", "{% for a in rows recursive %}", "{{ 2 ** 999 }}", "{{ _x }}",
    "{{ " + "1" * 5000 + " }}",
], ids=lambda text: text[:30])
def test_a_tag_from_the_cache_meets_the_allow_list(text: str, folder: Path) -> None:
    tampered(folder, in_statement(text))
    with pytest.raises(ProblemsFound) as refused:
        paper()
    assert {problem.id.partition(".")[0] for problem in refused.value.problems} == {"template"}


def test_a_pair_of_tags_that_is_torn_in_the_cache_is_refused(folder: Path) -> None:
    tampered(folder, in_statement("{% for a in rows %}"))
    with pytest.raises(ProblemsFound):
        paper()


@pytest.mark.parametrize("content", [
    b"", b"x", b"\x78\x9c", os.urandom(5000), zlib.compress(b"["), zlib.compress(b"[" * 100_000), zlib.compress(b"\xff\xfe"),
    zlib.compress(b"9" * 10_000), zlib.compress(b"[1,2,3,4,5]"), zlib.compress(b"NaN"), zlib.compress(b"null"),
], ids=range(11))
def test_a_spoilt_file_is_read_anew_and_healed(content: bytes, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = paper()
    kept(folder).write_bytes(content)
    assert paper() == expected
    no_reading(monkeypatch)
    assert paper() == expected


def test_a_file_cut_short_or_changed_in_one_byte_is_read_anew(folder: Path) -> None:
    expected = paper()
    whole = kept(folder).read_bytes()
    for spoilt in (whole[:-1], whole[:200], bytes([*whole[:200], whole[200] ^ 1, *whole[201:]])):
        kept(folder).write_bytes(spoilt)
        assert paper() == expected


def test_a_file_that_expands_without_end_costs_bounded_memory(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "_LARGEST_EXPANDED", 1 << 20)
    expected = paper()
    kept(folder).write_bytes(zlib.compress(b" " * (50 << 20)))
    tracemalloc.start()
    try:
        assert paper() == expected
        assert tracemalloc.get_traced_memory()[1] < 20 << 20
    finally:
        tracemalloc.stop()


@pytest.mark.usefixtures("folder")
def test_a_file_that_is_too_large_is_not_expanded(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = paper()
    monkeypatch.setattr(cache, "_LARGEST", 100)
    assert paper() == expected


# ----------------------------------------------------------------------------------------------------------------- the folder


def test_a_folder_that_cannot_be_written_is_no_trouble(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = paper()
    (tmp_path / "file").write_text("")
    for place in (tmp_path / "file", Path("/proc/docgen"), tmp_path / ("а" * 300)):
        monkeypatch.setenv("DOCGEN_CACHE", str(place))
        assert paper() == expected


def test_a_folder_in_the_place_of_a_file_is_no_trouble(folder: Path) -> None:
    expected = paper()
    path = kept(folder)
    path.unlink()
    path.mkdir()
    assert paper() == expected
    assert {path.suffix for path in folder.iterdir()} == {".source"}


def test_the_oldest_files_go_and_what_is_not_ours_stays(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "MOST_FILES", 8)
    folder.mkdir(parents=True)
    (folder / "кат.docx").write_text("")
    for n in range(20):
        paper(p(f"{n} {{{{ name }}}}"))
        assert len(list(folder.glob("*.source*"))) <= 8
    assert len(list(folder.glob("*.source*"))) >= 5
    assert (folder / "кат.docx").exists()


def test_another_version_reads_anew(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paper()
    before = set(folder.iterdir())
    monkeypatch.setattr(docgen, "__version__", "999")
    cache._maker.cache_clear()
    try:
        paper()
    finally:
        cache._maker.cache_clear()
    assert len(set(folder.iterdir())) == 2 * len(before)


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
def test_without_a_home_a_folder_called_tilde_was_made(platform: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DOCGEN_CACHE", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("os.path.expanduser", lambda path: path)
    monkeypatch.setattr(sys, "platform", platform)
    assert cache._folder() is None


def test_the_folder_is_the_users_own_by_the_platforms_rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DOCGEN_CACHE", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("LOCALAPPDATA", "C:/own")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    found = {}
    for platform in ("linux", "darwin", "win32"):
        monkeypatch.setattr(sys, "platform", platform)
        found[platform] = cache._folder()
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    found["relative"] = cache._folder()
    assert found == {
        "linux": tmp_path / "xdg/docgen/templates", "darwin": tmp_path / "Library/Caches/docgen/templates",
        "win32": Path("C:/own/docgen/cache/templates"), "relative": tmp_path / ".cache/docgen/templates"}
