"""openxml-audit as a second opinion: what it says of a document and did not say of its template."""

from __future__ import annotations

import re
import tempfile
from functools import cache
from pathlib import Path

from openxml_audit import OpenXmlValidator  # type: ignore[import-untyped]

_AT = re.compile(r"\[\d+\]")   # which of several like elements


def findings(docx: bytes, template: bytes | None = None) -> list[str]:
    """Findings about *docx* that *template* has not; where in a part a finding stands does not matter."""
    excused = _findings(template) if template is not None else frozenset()
    return sorted(_findings(docx) - excused)


@cache
def _findings(docx: bytes) -> frozenset[str]:
    # A new validator for each file: one of openxml-audit 0.8 keeps the notes of a file under its id(), and takes a later file
    # that Python puts in the same place for the same one.
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "document.docx"
        path.write_bytes(docx)
        errors = OpenXmlValidator().validate(path).errors
    return frozenset(f"{error.part_uri} {_AT.sub('', error.path)}: {error.description}" for error in errors)
