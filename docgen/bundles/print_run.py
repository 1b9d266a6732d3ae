"""One file for the printer: all documents in the order in which they are given out, with a sheet before each class's pile.

Documents wait in a temporary file until the last has come: a sheet counts those that follow it, and order asks for all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby
from pathlib import Path, PurePosixPath
from tempfile import TemporaryFile, gettempdir
from types import TracebackType
from typing import Any

from docgen import output, pdf
from docgen.bundles.bundle import Bundle, Document, Finished, PdfProgress, is_fresh, state_of
from docgen.errors import ProblemsFound
from docgen.kyrgyz.alphabet import sort_key
from docgen.records import Record, Source
from docgen.render import Owner, press_of
from docgen.request import Request
from docgen.workspace import Workspace

SEPARATOR = "report/separator-sheet"


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A document in the temporary file."""

    offset: int
    size: int
    title: str
    owner: Owner


class PrintRun(Bundle):
    """All documents in one ``.docx``, one PDF, or both.

    No two PDFs are the same bytes. One beside a Word file stays as it is while that does; one that stands where the Word file
    does not, or alone, is somebody else's, unless this job has promised it.

    Args:
        workspace: whose separator sheet it is.
        request: `pdf`, `duplex`, `separator`, `sort`, `replace`.
        path: the file; by its ending Word or PDF.
        dry_run: as for `docgen.output.write`.
        progress: told what has gone to LibreOffice.
        promised: SHA-256 of the PDF that an earlier run of the job may have put at *path*, or empty.
        promise: told that of the PDF which is about to be put there.

    Raises:
        ProgramFailed: ``pdf.no-libreoffice``, ``pdf.no-pypdf``, where a PDF is asked for.
        ProblemsFound: ``output.exists``: somebody else's PDF is there.
    """

    def __init__(
        self,
        workspace: Workspace,
        request: Request,
        path: Path,
        *,
        dry_run: bool = False,
        progress: PdfProgress | None = None,
        promised: str = "",
        promise: Callable[[str], None] | None = None,
    ) -> None:
        self.path = path
        self._workspace = workspace
        self._request = request
        self._is_pdf = path.suffix.lower() == ".pdf"
        self._pdf = path.with_suffix(".pdf") if request.pdf or self._is_pdf else None
        self._dry_run = dry_run
        self._progress = progress
        self._promised = promised
        self._promise = promise
        if self._pdf:   # now, not after a thousand documents
            pdf.find_program()
            pdf.need_pypdf()
        self._look()
        self._spool = TemporaryFile(prefix="docgen-")   # noqa: SIM115 - closed with the run
        self._end = 0
        self._waiting: list[_Waiting] = []
        self._alone = 0

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        with suppress(OSError):   # what is still held for a full disk
            self._spool.close()

    def add(self, document: Document) -> None:
        """Take a document in."""
        try:
            self._spool.seek(self._end)
            self._spool.write(document.data)
        except OSError as refusal:   # the disk of temporary files is full
            raise output.refused(refusal, Path(gettempdir(), self.path.name)) from refusal
        self._waiting.append(_Waiting(self._end, len(document.data), document.title, document.owner))
        self._end += len(document.data)
        self._alone += document.path == self.path

    def finish(self) -> Finished | None:
        """Put the documents in order and make the file."""
        if not self._waiting:
            return None
        output.sweep(self.path.parent)
        self._look()   # again: making a thousand documents has taken its time
        ordered, replace = self._ordered(), self._request.replace
        if self._is_pdf:
            state = self._printed(ordered, self.path, stands=self._is_promised(), may_replace=replace)
            return Finished(self.path, state, self._alone)
        state = self._write(self.path, self._merged(ordered), may_replace=replace)
        made = Finished(self.path, state, self._alone, pdf=self._pdf)
        if self._pdf:
            stands = state == "unchanged" and is_fresh(self._pdf, self.path)
            may_replace = replace or state != "written"
            made.pdf_states[self._printed(ordered, self._pdf, stands=stands, may_replace=may_replace)] += 1
        return made

    def _look(self) -> None:
        """Refuse somebody else's PDF in the place of this run's, before anything is made."""
        if self._pdf:
            is_own = self._is_promised() if self._is_pdf else self.path.exists()
            state_of(self._pdf, may_replace=is_own or self._request.replace)

    def _is_promised(self) -> bool:
        return bool(self._promised) and output.sha256(self.path) == self._promised

    # ----------------------------------------------------------------------------------------------------------- order

    def _ordered(self) -> list[_Waiting]:
        if self._request.sort:
            return sorted(self._waiting, key=lambda each: (*_class_key(each.owner), *map(sort_key, each.owner.name)))
        if self._request.separator:
            return sorted(self._waiting, key=lambda each: _class_key(each.owner))
        return self._waiting

    def _documents(self, ordered: Sequence[_Waiting]) -> Iterator[bytes]:
        """The documents, each class's behind its sheet."""
        for class_name, pile in groupby(ordered, key=lambda each: each.owner.class_name):
            papers = list(pile)
            if self._request.separator and class_name:
                yield self._sheet(class_name, papers)
            for paper in papers:
                self._spool.seek(paper.offset)
                yield self._spool.read(paper.size)

    def _sheet(self, class_name: str, papers: Sequence[_Waiting]) -> bytes:
        """The sheet that says what is in a pile, and who is given it."""
        data = _contents(class_name, papers, today=self._workspace.facts.today.isoformat())
        outcome = press_of(self._workspace, SEPARATOR).make(Record(class_name, data, Source(SEPARATOR, None, "view")))
        if outcome.data is None:
            raise ProblemsFound(outcome.problems)
        return outcome.data

    # ---------------------------------------------------------------------------------------------------------- writing

    def _merged(self, ordered: Sequence[_Waiting]) -> bytes:
        from docgen.template.merge import merge

        titles = {paper.title for paper in ordered}
        title = titles.pop() if len(titles) == 1 else ""
        return merge(self._documents(ordered), duplex=self._request.duplex, title=title)

    def _printed(
        self, ordered: Sequence[_Waiting], target: Path, *, stands: bool, may_replace: bool
    ) -> output.State:
        """The PDF at its place, unless it *stands* there already."""
        from docgen.template.merge import merge, stands_alone

        if stands:
            return "unchanged"
        state = state_of(target, may_replace=may_replace)
        if self._dry_run:
            return state
        with pdf.Office() as office:
            documents = self._told(self._documents(ordered), len(ordered))
            made = office.print_file(documents, merge=merge, alone=stands_alone, duplex=self._request.duplex)
        if self._promise:
            self._promise(sha256(made).hexdigest())
        return self._write(target, made, may_replace=may_replace)

    def _told(self, documents: Iterable[bytes], total: int) -> Iterator[bytes]:
        for number, document in enumerate(documents, 1):
            yield document
            if self._progress:
                self._progress(min(number, total), total)

    def _write(self, path: Path, data: bytes, *, may_replace: bool) -> output.State:
        return output.write(path.parent, PurePosixPath(path.name), data, replace=may_replace, dry_run=self._dry_run)


def _class_key(owner: Owner) -> tuple[int, Any]:
    return owner.grade, sort_key(owner.letter)


def _contents(class_name: str, papers: Sequence[_Waiting], *, today: str) -> dict[str, Any]:
    """The record of a separator sheet."""
    titles = Counter(paper.title for paper in papers)
    students = Counter(paper.owner.student for paper in papers if paper.owner.student)
    data: dict[str, Any] = {
        "doc": {"date": next((paper.owner.date for paper in papers if paper.owner.date), today)},
        "class": class_name,
        "papers": [{"title": title, "count": count} for title, count in titles.items()],
        "total": len(papers),
    }
    if students:
        data["students"] = [{"student": student, "count": count} for student, count in students.items()]
    return data
