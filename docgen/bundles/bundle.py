"""What all bundles have in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import Self

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
    """

    file: Path | None = None
    state: State = "written"
    count: int = 0
    pdf: Path | None = None
    pdf_states: Counter[State] = field(default_factory=Counter)


class Bundle(ABC):
    """Takes documents; `finish`, once, makes what was asked for. What is not finished leaves nothing behind.

    Whatever a run that was cut off has put in its place already is known again and kept: what has the same bytes for the
    same documents by those, a PDF beside its Word file by being no older.

    Attributes:
        path: the file in which the documents are, or their folder.
    """

    path: Path

    def __enter__(self) -> Self:
        return self

    def __exit__(  # noqa: B027 - most have nothing to put away
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass

    def look(self, path: Path) -> None:  # noqa: B027 - most have nothing to say
        """Hear that a document is about to be written to *path*, which may have to be refused.

        Raises:
            ProblemsFound: ``output.exists``: what is to stand beside it would overwrite somebody else's file.
        """

    @abstractmethod
    def add(self, document: Document) -> None:
        """Take a document.

        Raises:
            ProblemsFound: ``output.clash``.
            CannotWrite: the disk refuses.
        """

    @abstractmethod
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
