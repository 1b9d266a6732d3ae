"""Who else knows how far a number book has come, when the register itself has given none of its numbers yet.

The register may have been lost, or a school may begin with it in the middle of a year. Then the facts are the second witness:
orders have their numbers typed there; the third is the copy that a migration of the register left beside it; the fourth are
the documents that stand in the output folder with date and number in their names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from docgen.database import FILE, of_copies
from docgen.errors import ProblemsFound
from docgen.register import Known
from docgen.workspace import Workspace

_ORDINAL = re.compile("[0-9]{1,9}")
_DATE = "{{ doc.date }}"


def highest(workspace: Workspace, series: str, year: int) -> Known:
    """The highest number of a book and year that facts, copies of the register or made documents show."""
    shown = {
        "facts": max(_in_facts(workspace, series, year), default=0),
        "copy": max(_in_copies(workspace.output / FILE, series, year), default=0),
        "document": max(_in_documents(workspace, series, year), default=0),
    }
    witness = max(shown, key=shown.__getitem__)
    return Known(shown[witness], witness)


def _in_copies(path: Path, series: str, year: int) -> Iterator[int]:
    rows = of_copies(path, "SELECT max(ordinal) FROM entry WHERE series = ? AND year = ?"
                           " AND NOT (state = 'void' AND is_typed)", series, year)
    yield from (row[0] for row in rows if row[0])


def _in_facts(workspace: Workspace, series: str, year: int) -> Iterator[int]:
    if workspace.root is None:
        return
    with suppress(ProblemsFound):  # what is wrong with the facts is told where they are needed
        for order in workspace.facts.orders:
            of_regulation = _regulation_order(workspace, order.get("regulation"))
            doc = {**of_regulation, **order.get("doc", {})}
            ordinal = _ORDINAL.search(str(doc.get("number") or ""))
            if ordinal and str(doc.get("date", ""))[:4] == str(year) and _series(workspace, order["type"]) == series:
                yield int(ordinal[0])


def _in_documents(workspace: Workspace, series: str, year: int) -> Iterator[int]:
    names = [path.name for path in workspace.output.rglob("*.docx")] if workspace.output.is_dir() else []
    if not names:
        return
    for name_of_type in workspace.types():
        with suppress(ProblemsFound):  # a type that is not whole made none of them
            doctype = workspace.doctype(name_of_type)
            numbered = _name_up_to_number(doctype.file_name, year) if doctype.series == series else None
            yield from (int(found[1]) for name in names if numbered and (found := numbered.match(name)))


def _name_up_to_number(pattern: str, year: int) -> re.Pattern[str] | None:
    """What the names of a type's documents of a year begin with, the number as a group; None where they do not tell both.

    >>> begin = _name_up_to_number("{{ doc.date }}_act{% if doc.number %}_{{ doc.number }}{% endif %}_x", 2025)
    >>> begin.match("2025-10-13_act_7_x.docx")[1]
    '7'
    """
    before, number, _ = pattern.rpartition("/")[2].partition("{{ doc.number }}")
    if not number or _DATE not in before:
        return None
    pieces = re.split(r"(\{\{.*?\}\}|\{%.*?%\})", before)
    return re.compile("".join(_as_regex(piece, year) for piece in pieces) + "([0-9]{1,9})(?![0-9])")


def _as_regex(piece: str, year: int) -> str:
    if piece == _DATE:
        return f"{year}-[0-9]{{2}}-[0-9]{{2}}"
    return "" if piece.startswith("{%") else ".*?" if piece.startswith("{{") else re.escape(piece)


def _regulation_order(workspace: Workspace, regulation: str | None) -> dict[str, str]:
    """Date and number of the order that approves a regulation, which stand with the regulation."""
    known = workspace.facts.school.get("regulations", ())
    return next((dict(it.get("order", {})) for it in known if regulation and it["id"] == regulation), {})


def _series(workspace: Workspace, type: str) -> str:
    """The book of a type; none for a type that docgen does not know."""
    try:
        return workspace.doctype(type).series
    except ProblemsFound:
        return ""
