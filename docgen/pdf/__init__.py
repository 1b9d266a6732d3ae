"""PDF by LibreOffice: Word files in, pages out, on as many processes as are asked for.

LibreOffice starts in a second and a half and then prints twenty pages a second, so it is given much at once: documents that
are alike are merged first, a hundred to a file, and the pages are joined, or split again by the bookmark (`MARK`) at which each
document begins. `program` starts it and holds what it must not be trusted with, `pages` joins and splits, `office` shares out
the work.

Joining and splitting need pypdf, the extra ``docgen[pdf]``.
"""

from __future__ import annotations

from docgen.pdf.office import Alone, Merge, Office
from docgen.pdf.pages import MARK, join, need_pypdf, split, starts
from docgen.pdf.program import find_program

__all__ = ["MARK", "Alone", "Merge", "Office", "find_program", "join", "need_pypdf", "split", "starts"]
