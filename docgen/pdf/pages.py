"""Pages of finished PDFs: where documents begin, taking apart and putting together. Needs pypdf, the extra ``docgen[pdf]``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from importlib.util import find_spec
from io import BytesIO
from itertools import pairwise
from typing import TYPE_CHECKING

from docgen.errors import Problem, ProgramFailed

if TYPE_CHECKING:
    from pypdf import PdfReader, PdfWriter

#: name of the bookmark at which document n of a merged file begins, from 0; LibreOffice makes it a destination in the PDF
MARK = "_docgen{}"
_MARK = re.compile(r"docgen(\d+)$")   # LibreOffice writes the underscore as its number


def starts(pdf: bytes, documents: int) -> list[int]:
    """The page (from 0) at which each document of a merged file begins, by `MARK`.

    Empty where the marks do not give every document pages of its own: such files cannot be split.
    """
    reader = _reader(pdf)
    found: dict[int, int | None] = {}
    for name, destination in reader.named_destinations.items():
        if mark := _MARK.search(name):
            found[int(mark[1])] = reader.get_destination_page_number(destination)
    pages = [page for number in range(documents) if (page := found.get(number)) is not None]
    is_sound = len(pages) == documents and pages[0] == 0 and all(page < after for page, after in pairwise(pages))
    return pages if is_sound else []


def split(pdf: bytes, begins: Sequence[int]) -> list[bytes]:
    """A PDF in pieces that begin at these pages (from 0)."""
    reader = _reader(pdf)
    pieces = []
    for start, end in zip(begins, [*begins[1:], len(reader.pages)], strict=True):
        writer = _writer()
        for page in range(start, end):
            writer.add_page(reader.pages[page])
        pieces.append(_written(writer))
    return pieces


def join(pdfs: Iterable[bytes], *, duplex: bool = False) -> bytes:
    """One PDF of several; fonts and pictures that they share stand in it once.

    Args:
        duplex: each begins on an odd page, after an empty one if need be.
    """
    writer = _writer()
    for pdf in pdfs:
        if duplex and len(writer.pages) % 2:
            writer.add_blank_page()   # as large as the page before
        writer.append(BytesIO(pdf), import_outline=False)
    # marks of the several files have the same names
    writer.root_object.pop("/Names", None)
    writer.compress_identical_objects()
    return _written(writer)


def _written(writer: PdfWriter) -> bytes:
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def _reader(pdf: bytes) -> PdfReader:
    need_pypdf()
    from pypdf import PdfReader

    return PdfReader(BytesIO(pdf))


def _writer() -> PdfWriter:
    need_pypdf()
    from pypdf import PdfWriter

    return PdfWriter()


def need_pypdf() -> None:
    """See to it that pypdf is there.

    Raises:
        ProgramFailed: ``pdf.no-pypdf``.
    """
    if find_spec("pypdf") is None:
        raise ProgramFailed(Problem("pdf.no-pypdf"))
