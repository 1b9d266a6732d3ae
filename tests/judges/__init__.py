"""Judges of Word files: every document that a test makes is brought before them.

``judge(docx, template, values=[…])`` gives what is wrong, one sentence each; an empty list is what a test asserts::

    invariants  what must hold in any Word file, checked on the bytes: package, ids, fields, tables, nesting, leftovers
    audit       openxml-audit: findings of the document that its template does not have (a second opinion, not an authority)
    reread      python-docx: the file opens, and its text holds every value
    office      LibreOffice: pages and their text; slow, so tests call `judges.office.convert` themselves, many files at once

The first three know nothing of docgen. `test_faults.py` seeds faults and says which judge finds which.
"""

from __future__ import annotations

from collections.abc import Iterable

from judges import audit, invariants, reread


def judge(docx: bytes, template: bytes | None = None, *, values: Iterable[object] = (), audited: bool = True) -> list[str]:
    """What is wrong with a document, each sentence headed by its judge; empty where nothing is.

    Args:
        docx: the document.
        template: what it was made from; without one the audit forgives nothing.
        values: what must be read in it somewhere, as text (spaces compare as one, a no-break space as a space).
        audited: whether to ask openxml-audit, which takes half a second a file.
    """
    found = {"invariants": invariants.findings(docx), "reread": reread.findings(docx, values)}
    if audited:
        found["audit"] = audit.findings(docx, template)
    return [f"{name}: {finding}" for name, findings in found.items() for finding in findings]
