"""LibreOffice at work: documents shared out among a few processes, their PDFs handed back in order."""

from __future__ import annotations

import os
import shutil
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import count, islice
from pathlib import Path
from queue import SimpleQueue
from types import TracebackType
from typing import TYPE_CHECKING, TypeVar

from docgen.errors import Position, Problem, ProblemsFound, ProgramFailed
from docgen.pdf import program
from docgen.pdf.folder import WorkFolder
from docgen.pdf.pages import join, split, starts

if TYPE_CHECKING:
    from subprocess import Popen

#: documents merged into one file: more gain nothing (a page takes 45 ms whatever the file's length), and one fault spoils all
RUN = 100
#: fewer are not worth another start
SMALLEST_RUN = 20
#: separate files given to one start
BATCH = 40
_START_S, _DOCUMENT_S = 120.0, 3.0   # what is allowed for a start, and for each document

_ZIP, _PDF = b"PK\x03\x04", b"%PDF-"

Merge = Callable[[Sequence[bytes]], bytes]
Alone = Callable[[bytes], bool]
_T = TypeVar("_T")
_R = TypeVar("_R")


def _never(_: bytes) -> bool:
    return False


class Office:
    """LibreOffice at work: a few processes, each with its profile, kept until `close`.

    Args:
        processes: how many at once; as many as there are processors when not given, at most four.
        timeout_s: for one start; by the number of documents when not given.
        libreoffice: the program; looked for when not given.

    Raises:
        ProgramFailed: ``pdf.no-libreoffice``.

    Use it in a ``with``; every method may raise ProgramFailed: ``pdf.failed``, ``pdf.timeout``.
    """

    def __init__(
        self, *, processes: int | None = None, timeout_s: float | None = None, libreoffice: Path | None = None,
    ) -> None:
        self._program = libreoffice or program.find_program()
        self._timeout_s = timeout_s
        self.processes = processes or min(os.cpu_count() or 1, 4)
        self._own = WorkFolder()
        self._folder = self._own.path
        self._workers = ThreadPoolExecutor(self.processes, "docgen-pdf")
        self._profiles: SimpleQueue[Path] = SimpleQueue()
        for number in range(self.processes):
            self._profiles.put(program.new_profile(self._folder / f"profile{number}"))
        self._numbers = count()
        self._running: set[Popen[bytes]] = set()
        self._closed = False

    def __enter__(self) -> Office:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End what still runs and remove all that was left on the disk."""
        self._closed = True
        for process in list(self._running):
            program.end(process)
        self._workers.shutdown(cancel_futures=True)
        self._own.close()

    # ------------------------------------------------------------------------------------------------------- documents

    def convert(self, documents: Iterable[bytes | Path]) -> Iterator[bytes]:
        """The PDF of each document, in their order; not much more is held than is being made.

        Raises:
            ProblemsFound: ``package.not-zip``, before anything is started with that document.
        """
        source = iter(documents)
        for pdfs in self._through(self._convert, iter(lambda: list(islice(source, BATCH)), [])):
            yield from pdfs

    def singles(self, documents: Iterable[bytes], *, merge: Merge, alone: Alone = _never) -> Iterator[bytes]:
        """The PDF of each document, in their order, by way of merged files: for many small ones three times as fast.

        Args:
            merge: makes one Word file of several, with `MARK` where each begins (`docgen.template.merge.merge`).
            alone: whether a document must not be merged (`docgen.template.merge.stands_alone`).
        """
        for pdfs in self._through(lambda run: self._singles(run, merge, alone), self._runs(documents)):
            yield from pdfs

    def print_file(
        self, documents: Iterable[bytes], *, merge: Merge, alone: Alone = _never, duplex: bool = False,
    ) -> bytes:
        """One PDF of all documents; *merge* and *alone* as for `singles`.

        Args:
            duplex: each document begins on an odd page; an empty page is added where it must be.
        """
        printed = self._through(lambda run: self._printed(run, merge, alone, duplex=duplex), self._runs(documents))
        return join(printed, duplex=duplex)

    def _runs(self, documents: Iterable[bytes]) -> Iterator[list[bytes]]:
        """Documents to be merged, so many that every process has its share."""
        source = iter(documents)
        while block := list(islice(source, RUN * self.processes)):
            size = max(SMALLEST_RUN, -(-len(block) // self.processes))
            yield from (block[start:start + size] for start in range(0, len(block), size))

    def _through(self, work: Callable[[_T], _R], items: Iterable[_T]) -> Iterator[_R]:
        window: deque[Future[_R]] = deque()
        try:
            for item in items:
                window.append(self._workers.submit(work, item))
                if len(window) > 2 * self.processes:
                    yield window.popleft().result()
            while window:
                yield window.popleft().result()
        finally:
            for future in window:
                future.cancel()

    # --------------------------------------------------------------------------------------------------- in the workers

    def _merged(self, run: list[bytes], merge: Merge, alone: Alone) -> tuple[bytes, list[int]]:
        """The PDF of a merged file, and the page (from 0) at which each document begins; no pages where there is no such
        file or that cannot be told."""
        if any(map(alone, run)):
            return b"", []
        pdf = self._convert([merge(run)], documents=len(run))[0]
        return pdf, starts(pdf, len(run))

    def _singles(self, run: list[bytes], merge: Merge, alone: Alone) -> list[bytes]:
        pdf, begins = self._merged(run, merge, alone)
        return split(pdf, begins) if begins else self._convert(run)

    def _printed(self, run: list[bytes], merge: Merge, alone: Alone, *, duplex: bool) -> bytes:
        pdf, begins = self._merged(run, merge, alone)
        if begins and not duplex:
            return pdf
        return join(split(pdf, begins) if begins else self._convert(run), duplex=duplex)

    def _convert(self, batch: Sequence[bytes | Path], *, documents: int = 0) -> list[bytes]:
        """The PDF of each file of a batch; what one start did not print gets another start for itself."""
        blobs = [_checked(item) for item in batch]
        names = [item.name if isinstance(item, Path) else "" for item in batch]
        pdfs, _ = self._start(blobs, documents or len(blobs))
        for at, pdf in enumerate(pdfs):
            if pdf is None:
                if self._closed:
                    raise ProgramFailed(Problem("pdf.failed", Position(file=names[at])))
                again, said = self._start([blobs[at]], documents or 1)
                pdfs[at] = again[0]
                if again[0] is None:
                    raise ProgramFailed(Problem("pdf.failed", Position(file=names[at]), {"found": said}))
        return [pdf for pdf in pdfs if pdf is not None]

    def _start(self, blobs: Sequence[bytes], documents: int) -> tuple[list[bytes | None], str]:
        """Start LibreOffice once; the PDF of each file, None where there is none, and what the program said."""
        profile = self._profiles.get()
        folder = self._folder / f"work{next(self._numbers)}"
        try:
            folder.mkdir()   # fresh, so a PDF in it cannot be an old one
            files = [folder / f"{number:04}.docx" for number in range(len(blobs))]
            for file, blob in zip(files, blobs, strict=True):
                file.write_bytes(blob)
            said = self._run(profile, folder, [file.name for file in files], documents)
            return [_whole(file.with_suffix(".pdf")) for file in files], said
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            self._profiles.put(profile)

    def _run(self, profile: Path, folder: Path, names: list[str], documents: int) -> str:
        from subprocess import TimeoutExpired

        timeout_s = self._timeout_s or _START_S + _DOCUMENT_S * documents
        process = program.start(self._program, profile, folder, names)
        self._running.add(process)
        try:
            if self._closed:
                program.end(process)
            said = process.communicate(timeout=timeout_s)[0]
        except TimeoutExpired:
            raise ProgramFailed(Problem("pdf.timeout", facts={"found": f"{timeout_s:g}"})) from None
        finally:
            program.end(process)
            self._running.discard(process)
        return " ".join(said.decode(errors="replace").split())[-200:]


def _checked(item: bytes | Path) -> bytes:
    blob = item.read_bytes() if isinstance(item, Path) else item
    if not blob.startswith(_ZIP):
        raise ProblemsFound([Problem("package.not-zip", Position(file=item.name if isinstance(item, Path) else ""))])
    return blob


def _whole(path: Path) -> bytes | None:
    """A PDF that was written to its end."""
    try:
        pdf = path.read_bytes()
    except FileNotFoundError:
        return None
    return pdf if pdf.startswith(_PDF) and b"%%EOF" in pdf[-1024:] else None
