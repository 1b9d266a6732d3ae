"""A PDF beside every Word file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from types import TracebackType

from docgen import output, pdf
from docgen.bundles.bundle import Document, Finished, PdfProgress, is_fresh, state_of
from docgen.errors import Problem, ProblemsFound


class PdfFiles:
    """Documents that keep their own files and get a PDF beside each.

    No two PDFs are the same bytes, even of one document; so a PDF stays as it is while its Word file does. One that stands
    beside a document which is new is somebody else's: a problem unless *replace*.

    Args:
        folder: where the documents are.
        progress: told what has gone to LibreOffice.

    Raises:
        ProgramFailed: ``pdf.no-libreoffice``.
    """

    keeps = True

    def __init__(
        self, folder: Path, *, replace: bool = False, dry_run: bool = False, progress: PdfProgress | None = None
    ) -> None:
        pdf.find_program()   # now, not after a thousand documents
        self.path = folder
        self._replace = replace
        self._dry_run = dry_run
        self._progress = progress
        self._wanted: list[Path] = []
        self._states: Counter[output.State] = Counter()
        self._problems: list[Problem] = []
        self._last = folder

    def __enter__(self) -> PdfFiles:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        pass

    def add(self, document: Document) -> None:
        """Remember a document whose PDF is absent or old."""
        target = self._last = document.path.with_suffix(".pdf")
        if document.state == "unchanged" and is_fresh(target, document.path):
            self._states["unchanged"] += 1
            return
        try:
            state = state_of(target, may_replace=self._replace or document.state != "written")
        except ProblemsFound as stands:
            self._problems += stands.problems
            return
        self._states[state] += 1
        self._wanted.append(document.path)

    def finish(self) -> Finished:
        """Make the PDFs that are wanted."""
        if not self._dry_run and self._wanted:
            self._make()
        one = self._states.total() == 1
        return Finished(pdf=self._last if one else self.path, pdf_states=self._states, problems=self._problems)

    def _make(self) -> None:
        from docgen.template.merge import merge, stands_alone

        with pdf.Office() as office:
            if len(self._wanted) == 1:   # needs no pypdf
                made = office.convert(self._wanted)
            else:
                pdf.need_pypdf()
                made = office.singles(self._documents(), merge=merge, alone=stands_alone)
            for word, data in zip(self._wanted, made, strict=True):
                output.write(word.parent, PurePosixPath(word.with_suffix(".pdf").name), data, replace=True)

    def _documents(self) -> Iterator[bytes]:
        for number, path in enumerate(self._wanted, 1):
            yield path.read_bytes()
            if self._progress:
                self._progress(number, len(self._wanted))
