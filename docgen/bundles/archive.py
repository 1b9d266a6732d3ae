"""One ``.zip`` of all documents, written while they come: memory holds only their names."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from types import TracebackType
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from docgen import output
from docgen.bundles.bundle import Bundle, Document, Finished

_FIRST_DAY = (1980, 1, 1, 0, 0, 0)   # the first that a zip can name: the same documents give the same bytes
_UNIX, _FILE_MODE = 3, 0o100644 << 16


class Archive(Bundle):
    """Documents as entries of one archive, in folders as the names of their type ask; Zip64 where it is large.

    A second document that wants a name already given gets its key added to it.

    Args:
        path: the archive.
        replace, dry_run: as for `docgen.output.write`.
    """

    def __init__(self, path: Path, *, replace: bool = False, dry_run: bool = False) -> None:
        self.path = path
        output.sweep(path.parent)
        self._count = self._alone = 0
        self._names = output.Names()
        self._draft = output.Draft(path.parent, PurePosixPath(path.name), replace=replace, dry_run=dry_run)
        self._zip = ZipFile(self._draft.stream, "w", ZIP_STORED)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._zip.fp = None   # no directory for an archive that nobody will read
        self._draft.__exit__(kind, error, trace)

    def add(self, document: Document) -> None:
        """Put a document into the archive; it is compressed already."""
        entry = ZipInfo(str(self._names.take(document.name, document.key)), _FIRST_DAY)
        entry.create_system, entry.external_attr = _UNIX, _FILE_MODE
        with self._draft.told():
            self._zip.writestr(entry, document.data)
        self._count += 1
        self._alone += document.path == self.path

    def finish(self) -> Finished | None:
        """Write the directory and put the archive in its place."""
        if not self._count:
            return None
        with self._draft.told():
            self._zip.close()
        return Finished(self.path, self._draft.publish(), self._alone)
