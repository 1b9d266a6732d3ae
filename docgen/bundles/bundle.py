"""What all bundles have in common."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import Protocol

from docgen.errors import Position, Problem, ProblemsFound
from docgen.output import State
from docgen.render import Owner

#: told how many documents have gone to LibreOffice, of how many
PdfProgress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Document:
    """A finished document.

    Args:
        title: of its type.
        name: that it has, or would have, in the output folder.
        path: its own file; that of the bundle where it has none.
        state: what writing its own file was.
    """

    title: str
    key: str
    name: PurePosixPath
    data: bytes
    owner: Owner
    path: Path
    state: State


@dataclass(slots=True)
class Finished:
    """What a bundle has made.

    Args:
        file: in which all documents are; None where they have files of their own.
        state: what writing *file* was.
        count: documents that have no other file.
        pdf: the PDF, or the folder of several; None where none was asked for besides *file*.
        pdf_states: how many PDFs were written, replaced, left alone.
        problems: that kept a PDF from being made.
    """

    file: Path | None = None
    state: State = "written"
    count: int = 0
    pdf: Path | None = None
    pdf_states: Counter[State] = field(default_factory=Counter)
    problems: Sequence[Problem] = ()


class Bundle(Protocol):
    """Takes documents; `finish`, once, makes what was asked for. What is not finished leaves nothing behind.

    *path* is the file in which the documents are; *keeps* says that each has its own file all the same. A document with a
    number always has: the register knows it by that.
    """

    path: Path
    keeps: bool

    def __enter__(self) -> Bundle: ...

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None: ...

    def add(self, document: Document) -> None:
        """Take a document.

        Raises:
            CannotWrite: the disk refuses.
        """

    def finish(self) -> Finished | None:
        """Make the file; None where no document came.

        Raises:
            ProblemsFound: ``output.exists`` and others of `docgen.output.write`.
            CannotWrite: the disk, or LibreOffice, refuses.
        """


def is_fresh(pdf: Path, word: Path) -> bool:
    """Whether a PDF is no older than the Word file from which it was made."""
    try:
        return pdf.stat().st_mtime_ns >= word.stat().st_mtime_ns
    except OSError:
        return False


def state_of(path: Path, *, may_replace: bool) -> State:
    """What writing a file would be whose content is never twice the same.

    Raises:
        ProblemsFound: ``output.exists``.
    """
    if not path.exists():
        return "written"
    if may_replace:
        return "replaced"
    raise ProblemsFound([Problem("output.exists", Position(str(path)), {"found": path.name})])
