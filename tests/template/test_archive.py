"""The zip container: what it may hold, and that the same content gives the same bytes."""

from __future__ import annotations

import struct
import zipfile
from io import BytesIO

import pytest
from wordfile import word_file

from docgen.errors import ProblemsFound
from docgen.template.archive import LEVEL, Entry, Layout, Limits, assemble, read_entries


def ids(blob: bytes, limits: Limits | None = None) -> list[str]:
    """Ids of the problems with an archive, without ``package.``."""
    try:
        read_entries(blob, name="x.docx", limits=limits or Limits())
    except ProblemsFound as found:
        return [problem.id.removeprefix("package.") for problem in found.problems]
    return []


def zipped(*entries: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", method) as file:
        for name, data in entries:
            file.writestr(name, data)
    return out.getvalue()


def test_entries_come_expanded_in_their_order_with_their_packed_bytes() -> None:
    blob = zipped(("b.xml", b"<b/>" * 100), ("folder/", b""), ("a.xml", b"<a/>"))
    b, a = read_entries(blob, name="", limits=Limits())
    assert (b.name, b.data, a.name, a.data) == ("b.xml", b"<b/>" * 100, "a.xml", b"<a/>")
    assert b.raw in blob
    assert len(b.raw) < len(b.data)


@pytest.mark.parametrize(("blob", "expected"), [
    (b"", "not-zip"),
    (b"Salam", "not-zip"),
    (b"{\\rtf1 Salam}", "not-zip"),
    (b"PK\x03\x04 cut short", "not-zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old-word"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
])
def test_what_is_no_archive_is_named_for_what_it_is(blob: bytes, expected: str) -> None:
    assert ids(blob) == [expected]


def test_an_encrypted_entry_is_refused() -> None:
    blob = bytearray(zipped(("a.xml", b"<a/>")))
    directory = blob.index(b"PK\x01\x02")
    blob[directory + 8] |= 1
    assert ids(bytes(blob)) == ["encrypted"]


@pytest.mark.parametrize("name", ["/etc/passwd", "../a.xml", "word/../../a.xml", "word\\a.xml", "C:/a.xml", "word//a.xml",
                                  "word/./a.xml", "word/a\n.xml", "word/... /a.xml"])
def test_an_entry_name_that_leads_elsewhere_is_refused(name: str) -> None:
    assert ids(zipped((name, b"<a/>"))) == ["entry-name"]


def test_an_entry_name_with_a_nul_is_refused() -> None:
    blob = zipped(("a.xml_.png", b"<a/>")).replace(b"a.xml_.png", b"a.xml\0.png")
    assert ids(blob) == ["entry-name"]


def test_a_symbolic_link_is_refused() -> None:
    link = zipfile.ZipInfo("word/link.xml")
    link.external_attr = 0o120777 << 16
    assert ids(zipped((link, b"/etc/passwd"))) == ["entry-name"]


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("other", ["word/a.xml", "WORD/A.XML", "word/A.xml"])
def test_two_entries_of_one_name_are_refused_in_any_case(other: str) -> None:
    assert ids(zipped(("word/a.xml", b"<a/>"), (other, b"<b/>"))) == ["duplicate-entry"]


def test_all_faults_of_the_container_come_at_once() -> None:
    blob = zipped(("/a.xml", b""), ("b.xml", b"1"), ("B.xml", b"2"), ("big.xml", b" " * (2 << 20)))
    assert ids(blob) == ["duplicate-entry", "entry-name", "too-large-part"]


def test_each_limit_has_its_problem() -> None:
    blob = zipped(*((f"{n}.xml", bytes([65 + n % 26]) * 1000) for n in range(20)))
    assert ids(blob) == []
    assert ids(blob, Limits(file_bytes=100)) == ["too-large"]
    assert ids(blob, Limits(entries=19)) == ["too-many-entries"]
    assert ids(blob, Limits(total_bytes=19_999)) == ["too-large-inside"]
    assert set(ids(blob, Limits(entry_bytes=999))) == {"too-large-part"}
    assert set(ids(blob, Limits(ratio=10, ratio_from_bytes=500))) == {"too-large-part"}


def test_an_entry_that_holds_more_than_it_announces_is_refused() -> None:
    blob = bytearray(zipped(("a.xml", b"x" * 5000)))
    directory = blob.index(b"PK\x01\x02")
    struct.pack_into("<I", blob, directory + 24, 10)
    assert ids(bytes(blob)) == ["broken"]


@pytest.mark.parametrize("offset", [16, 20, 24])
def test_a_checksum_or_size_that_does_not_fit_is_refused(offset: int) -> None:
    blob = bytearray(zipped(("a.xml", b"Buiruk" * 50)))
    directory = blob.index(b"PK\x01\x02")
    blob[directory + offset] ^= 1
    assert ids(bytes(blob)) == ["broken"]


def test_entries_that_share_bytes_are_refused() -> None:
    blob = bytearray(zipped(("a.xml", b"x" * 50), ("b.xml", b"x" * 50)))
    first = blob.index(b"PK\x01\x02")
    second = blob.index(b"PK\x01\x02", first + 1)
    struct.pack_into("<I", blob, second + 42, 0)
    assert ids(bytes(blob)) == ["broken"]


def test_another_way_of_packing_is_refused() -> None:
    assert ids(zipped(("a.xml", b"<a/>"), method=zipfile.ZIP_BZIP2)) == ["broken"]


def test_a_cut_file_is_refused_at_every_length() -> None:
    blob = word_file()
    assert all(ids(blob[:size]) for size in range(0, len(blob), 97))


def test_the_same_content_gives_the_same_bytes() -> None:
    entries = [Entry.of("a.xml", b"<a/>"), Entry.of("word/ө.xml", "<ө/>".encode())]
    blob = assemble(entries)
    assert blob == assemble(entries)
    with zipfile.ZipFile(BytesIO(blob)) as file:
        assert file.testzip() is None
        assert [(info.filename, info.date_time) for info in file.infolist()] == [
            ("a.xml", (1980, 1, 1, 0, 0, 0)), ("word/ө.xml", (1980, 1, 1, 0, 0, 0))]
    assert assemble(read_entries(blob, name="", limits=Limits())) == blob


def test_a_layout_gives_what_assembling_all_anew_would_give() -> None:
    constant = [Entry.of("a.xml", b"<a/>" * 9), Entry.of("b.png", bytes(range(256)))]
    layout = Layout(constant, ["c.xml", "d.xml"])
    for number in range(3):
        c, d = f"<c>{number}</c>".encode(), b"<d/>"
        rendered = [Entry.of("c.xml", c, level=LEVEL), Entry.of("d.xml", d, level=LEVEL)]
        assert layout.assemble([c, d]) == assemble([*constant, *rendered])


def test_a_layout_wants_every_rendered_part() -> None:
    with pytest.raises(ValueError, match="shorter"):
        Layout([], ["a.xml", "b.xml"]).assemble([b"<a/>"])


def test_an_entry_has_one_name() -> None:
    blob = word_file()
    at = blob.index(b"word/document.xml")
    with pytest.raises(ProblemsFound, match=r"package\.broken"):
        read_entries(blob[:at] + b"word/dokument.xml" + blob[at + 17:], name="", limits=Limits())
