"""What becomes of a job's documents together: one archive, one file for print, a PDF beside each.

A bundle is told of each document in the order of the records; `finish` then makes what was asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from docgen.bundles.archive import Archive
from docgen.bundles.bundle import Bundle, Document, Finished, PdfProgress
from docgen.bundles.pdf_files import PdfFiles
from docgen.bundles.print_run import SEPARATOR, PrintRun
from docgen.request import Request
from docgen.workspace import Workspace

__all__ = ["SEPARATOR", "Archive", "Bundle", "Document", "Finished", "PdfFiles", "PdfProgress", "PrintRun", "bundle_of"]


def bundle_of(
    workspace: Workspace,
    request: Request,
    folder: Path,
    *,
    dry_run: bool = False,
    progress: PdfProgress | None = None,
    promised: str = "",
    promise: Callable[[str], None] | None = None,
) -> AbstractContextManager[Bundle | None]:
    """What the documents in *folder* are to become; None where each has its own file and nothing else.

    Args:
        promised, promise: as for `PrintRun`.

    Raises:
        ProgramFailed: a PDF is asked for, and LibreOffice or pypdf is not there.
        ProblemsFound: ``output.exists``: a PDF is there that is not the job's own.
    """
    if request.merge:
        return PrintRun(workspace, request, request.merge, dry_run=dry_run, progress=progress, promised=promised,
                        promise=promise)
    if request.archive:
        return Archive(request.archive, replace=request.replace, dry_run=dry_run)
    if request.pdf:
        return PdfFiles(folder, replace=request.replace, dry_run=dry_run, progress=progress)
    return nullcontext()
