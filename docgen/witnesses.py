"""Who else knows how far a number book has come, when the register itself has given none of its numbers yet.

The register may have been lost, or a school may begin with it in the middle of a year. Then the facts are the second witness:
orders have their numbers typed there; and the third is the copy that a migration of the register left beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from docgen.database import FILE, of_copies
from docgen.errors import ProblemsFound
from docgen.workspace import Workspace

_ORDINAL = re.compile("[0-9]{1,9}")


def highest(workspace: Workspace, series: str, year: int) -> int:
    """The highest number of a book and year that facts and copies of the register show, 0 where they show none."""
    return max((*_in_copies(workspace.output / FILE, series, year), *_in_facts(workspace, series, year)), default=0)


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
