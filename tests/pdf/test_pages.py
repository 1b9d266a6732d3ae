"""Pages of PDFs: taken apart at their marks, put together with nothing twice."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

import pytest
from pypdf import PdfReader, PdfWriter

from docgen.errors import ProgramFailed
from docgen.pdf import join, pages, split, starts


def pdf(widths: Sequence[int], marks: dict[str, int] | None = None) -> bytes:
    """Empty pages, told apart by their width, with named destinations."""
    writer = PdfWriter()
    for width in widths:
        writer.add_blank_page(width, 100)
    for name, page in (marks or {}).items():
        writer.add_named_destination(name, page)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def widths(blob: bytes) -> list[int]:
    return [int(page.mediabox.width) for page in PdfReader(BytesIO(blob)).pages]


@pytest.mark.parametrize("name", ["_docgen{}", "5Fdocgen{}"], ids=["as it is", "as LibreOffice writes it"])
def test_documents_begin_at_their_marks(name: str) -> None:
    blob = pdf([10, 11, 12, 13], {name.format(2): 3, name.format(0): 0, name.format(1): 1, "basis": 2})
    assert starts(blob, 3) == [0, 1, 3]


@pytest.mark.parametrize("marks", [
    {},
    {"_docgen0": 0},
    {"_docgen0": 0, "_docgen1": 0},
    {"_docgen0": 1, "_docgen1": 2},
    {"_docgen0": 2, "_docgen1": 1},
], ids=str)
def test_marks_that_do_not_give_each_document_its_pages_are_none(marks: dict[str, int]) -> None:
    assert starts(pdf([10, 11, 12], marks), 2) == []


def test_a_file_is_split_where_its_documents_begin() -> None:
    assert [widths(piece) for piece in split(pdf([10, 11, 12, 13]), [0, 1, 3])] == [[10], [11, 12], [13]]


def test_files_are_joined_in_order_and_their_marks_go() -> None:
    made = join([pdf([10, 11], {"_docgen0": 0}), pdf([12], {"_docgen0": 0})])
    assert widths(made) == [10, 11, 12]
    assert PdfReader(BytesIO(made)).named_destinations == {}


def test_duplex_fills_up_with_an_empty_page() -> None:
    assert widths(join([pdf([10]), pdf([11, 12]), pdf([13]), pdf([14])], duplex=True)) == [10, 10, 11, 12, 13, 13, 14]


def test_what_files_share_stands_once() -> None:
    def with_picture(seed: int) -> bytes:
        writer = PdfWriter()
        writer.add_blank_page(100 + seed, 100)
        writer.add_attachment("герб", "герб".encode() * 5000)
        out = BytesIO()
        writer.write(out)
        return out.getvalue()

    one = with_picture(0)
    assert len(join([with_picture(seed) for seed in range(20)])) < 3 * len(one)


def test_without_pypdf_it_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "find_spec", lambda _: None)
    with pytest.raises(ProgramFailed) as told:
        join([])
    assert told.value.problem.id == "pdf.no-pypdf"
