"""What becomes of a job's documents together: one archive, one file for print, a PDF beside each.

A bundle is given to `docgen.job.Job` (to several jobs, where a set makes one) and told of each document in the order of the
records; `finish` then makes what was asked for::

    with PrintRun(workspace, Path("табелдер.docx"), duplex=True) as bundle:
        report = Job(workspace, "report/report-card", parameters={"term": "1"}, bundle=bundle).run()
        report.take(bundle.finish())
"""

from __future__ import annotations

from docgen.bundles.archive import Archive
from docgen.bundles.bundle import Bundle, Document, Finished
from docgen.bundles.pdf_files import PdfFiles
from docgen.bundles.print_run import PrintRun

__all__ = ["Archive", "Bundle", "Document", "Finished", "PdfFiles", "PrintRun"]
