"""The printed register: a book of a year as one record, its numbers in order, for ``report/register-book``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from docgen.errors import Problem, ProblemsFound
from docgen.register import Entry, Register

TYPE = "report/register-book"


def books(
    register: Register, today: date, *, titles: Mapping[str, str], series: str = "", year: int = 0
) -> list[dict[str, Any]]:
    """A record a book: ``series``, ``year``, ``kind`` (order, act, or paper), ``title``, ``void`` (a count), ``entries``.

    Args:
        today: the day of the printed book.
        titles: of the school's own books, by group of types (``registers`` of ``school.yaml``).
        series: one book; all by default.
        year: of the books; the latest that has numbers by default.

    Raises:
        ProblemsFound: ``register.no-numbers``.
    """
    found = [book for book in register.books() if series in ("", book[0]) and year in (0, book[1])]
    if not found:
        raise ProblemsFound([Problem("register.no-numbers")])
    latest = year or max(of_year for _, of_year in found)
    return [_book(register, name, of_year, today, titles) for name, of_year in found if of_year == latest]


def _book(register: Register, series: str, year: int, today: date, titles: Mapping[str, str]) -> dict[str, Any]:
    entries = register.entries(series=series, year=year)
    groups = {entry.type.partition("/")[0] for entry in entries}
    group = groups.pop() if len(groups) == 1 else ""
    title = {"title": titles[group]} if group in titles else {}
    return {
        "id": f"{series} {year}",
        "doc": {"date": today.isoformat()},
        "series": series,
        "year": year,
        "kind": group if group in ("order", "act") else "paper",
        **title,
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
