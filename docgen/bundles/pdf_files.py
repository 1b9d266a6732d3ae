"""A PDF beside every Word file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from docgen import output, pdf
from docgen.bundles.bundle import Bundle, Document, Finished, PdfProgress, is_fresh, state_of


class PdfFiles(Bundle):
    """Documents that keep their own files and get a PDF beside each.

    No two PDFs are the same bytes, even of one document; so a PDF stays as it is while its Word file does. One that stands
    where its document does not is somebody else's: then neither is written unless *replace*.

    Args:
        folder: where the documents are.
        progress: told what has gone to LibreOffice.

    Raises:
        ProgramFailed: ``pdf.no-libreoffice``.
    """

    def __init__(
        self, folder: Path, *, replace: bool = False, dry_run: bool = False, progress: PdfProgress | None = None
    ) -> None:
        pdf.find_program()   # now, not after a thousand documents
        self.path = folder
        self._replace = replace
        self._dry_run = dry_run
        self._progress = progress
        self._wanted: list[tuple[Path, output.State]] = []
        self._states: Counter[output.State] = Counter()
        self._last = folder

    def look(self, path: Path) -> None:
        """Refuse a document beside whose place a PDF stands already; see `Bundle.look`."""
        if not path.exists():
            state_of(path.with_suffix(".pdf"), may_replace=self._replace)

    def add(self, document: Document) -> None:
        """Remember a document whose PDF is absent or old."""
        target = self._last = document.path.with_suffix(".pdf")
        state: output.State = "replaced" if target.exists() else "written"
        if document.state == "unchanged" and is_fresh(target, document.path):
            state = "unchanged"
        else:
            self._wanted.append((document.path, state))
        self._states[state] += 1

    def finish(self) -> Finished:
        """Make the PDFs that are wanted."""
        if not self._dry_run and self._wanted:
            self._make()
        one = self._states.total() == 1
        return Finished(pdf=self._last if one else self.path, pdf_states=self._states)

    def _make(self) -> None:
        from docgen.template.merge import merge, stands_alone

        with pdf.Office() as office:
            if len(self._wanted) == 1:   # needs no pypdf
                made = office.convert([word for word, _ in self._wanted])
            else:
                pdf.need_pypdf()
                made = office.singles(self._documents(), merge=merge, alone=stands_alone)
            for (word, state), data in zip(self._wanted, made, strict=True):
                name = PurePosixPath(word.with_suffix(".pdf").name)
                output.write(word.parent, name, data, replace=state == "replaced")

    def _documents(self) -> Iterator[bytes]:
        for number, (path, _) in enumerate(self._wanted, 1):
            yield path.read_bytes()
            if self._progress:
                self._progress(number, len(self._wanted))
