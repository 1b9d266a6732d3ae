"""The printed register: a book of a year as one record, its numbers in order, for ``report/register-book``."""

from __future__ import annotations

from datetime import date
from typing import Any

from docgen.errors import Problem, ProblemsFound
from docgen.register import Entry, Register

TYPE = "report/register-book"


def books(register: Register, today: date, *, series: str = "", year: int = 0) -> list[dict[str, Any]]:
    """A record a book: ``series``, ``year``, ``kind`` (order, act, or paper for a mixed one), ``void`` (a count), ``entries``.

    Args:
        today: the day of the printed book.
        series: one book; all by default.
        year: of the books; the latest that has numbers by default.

    Raises:
        ProblemsFound: ``register.no-numbers``.
    """
    found = [book for book in register.books() if series in ("", book[0]) and year in (0, book[1])]
    if not found:
        raise ProblemsFound([Problem("register.no-numbers")])
    latest = year or max(of_year for _, of_year in found)
    return [_book(register, name, of_year, today) for name, of_year in found if of_year == latest]


def _book(register: Register, series: str, year: int, today: date) -> dict[str, Any]:
    entries = register.entries(series=series, year=year)
    kinds = {entry.type.partition("/")[0] for entry in entries}
    return {
        "id": f"{series} {year}",
        "doc": {"date": today.isoformat()},
        "series": series,
        "year": year,
        "kind": kinds.pop() if kinds in ({"order"}, {"act"}) else "paper",
        "void": sum(entry.state == "void" for entry in entries),
        "entries": [_line(register, entry) for entry in entries],
    }


def _line(register: Register, entry: Entry) -> dict[str, Any]:
    line: dict[str, Any] = {"number": entry.number, "date": entry.date, "state": entry.state}
    if entry.subject:
        line["subject"] = entry.subject
    if entry.signed_at:
        line["signed"] = entry.signed_at[:10]
    if entry.reason:
        line["reason"] = entry.reason
    if entry.amends:
        line["amends"] = register.entry(entry.amends).number
    if entry.amended_by:
        line["amended_by"] = [register.entry(other).number for other in entry.amended_by]
    return line
