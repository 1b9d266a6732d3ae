"""The register of numbers: books that number their papers from 1 each year, without gaps, each number once.

A number is reserved for a record that can be made, issued when its document stands on the disk, and at last signed or void.
Until it is signed, the same paper made again keeps its number, and its history keeps what it was before. A number is never
given twice, a void one neither, and no row is ever deleted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise

from docgen.database import Database
from docgen.errors import Problem, ProblemsFound
from docgen.register.desk import Desk, issue, remember
from docgen.register.entries import Claim, Entry, Event, Gap, Grant, Known, Paper, State, about, entry_of, facts_digest

__all__ = ["Claim", "Entry", "Event", "Gap", "Grant", "Known", "Paper", "Register", "State", "facts_digest"]


def _now() -> str:
    return datetime.now().astimezone().isoformat(timespec="seconds")


class Register:
    """The books of one database.

    Args:
        now: the clock, ISO text.
    """

    def __init__(self, database: Database, *, now: Callable[[], str] = _now) -> None:
        self._database = database
        self._now = now

    def reserve(
        self, series: str, year: int, claims: Sequence[Claim], *, again: bool = False, replace: bool = False,
        amends: Entry | None = None, witness: Callable[[], Known] = Known,
    ) -> list[Grant]:
        """Give each claim its number in the book, in the order of *claims*.

        Asking again with the same key gives the same number, so a resumed job is safe. Numbers begin with 1 each *year* and
        are never reused, void ones included. A typed number is entered as typed.

        Args:
            again: give a number although another paper with the same facts has one (else ``register.same-facts``).
            replace: a key that is no id may stand for a paper of another subject now (else ``register.other-subject``).
            amends: the signed paper that this one amends: it may say the same and come from the same file.
            witness: asked before the first number of the book is given: how far it has come by others.

        Raises:
            CannotWrite: the file refuses.
        """
        with self._database.transaction() as connection:
            desk = Desk(connection, series, year, self._now(), witness, amends)
            return [desk.grant(claim, again=again, replace=replace) for claim in claims]

    def issue(self, papers: Sequence[Paper]) -> None:
        """Enter documents that stand on the disk; one that is the same as before leaves no trace."""
        with self._database.transaction() as connection:
            for paper in papers:
                issue(connection, paper, self._now())

    def sign(self, entry: Entry) -> Entry:
        """The paper is signed: from now on it stays as it is.

        Raises:
            ProblemsFound: ``register.not-made``, ``register.is-void``, ``register.is-signed``.
        """
        with self._database.transaction() as connection:
            entry = self._standing(entry)
            refusal = {"reserved": "register.not-made", "void": "register.is-void", "signed": "register.is-signed"}
            if entry.state in refusal:
                raise ProblemsFound([about(refusal[entry.state], entry)])
            connection.execute("UPDATE entry SET state = 'signed', signed_at = ? WHERE id = ?", (self._now(), entry.id))
            remember(connection, entry.id, "signed", self._now())
        return self._standing(entry)

    def void(self, entry: Entry, reason: str) -> Entry:
        """The number is void and stays in the book, with the reason.

        Raises:
            ProblemsFound: ``register.is-void``, ``register.no-reason``.
        """
        if not reason.strip():
            raise ProblemsFound([about("register.no-reason", entry)])
        with self._database.transaction() as connection:
            entry = self._standing(entry)
            if entry.state == "void":
                raise ProblemsFound([about("register.is-void", entry)])
            connection.execute("UPDATE entry SET state = 'void', void_at = ?, reason = ? WHERE id = ?",
                               (self._now(), reason.strip(), entry.id))
            remember(connection, entry.id, "void", self._now())
        return self._standing(entry)

    def find(self, number: str, *, series: str = "", year: int = 0) -> Entry:
        """The entry of a printed number; of several years the latest.

        Raises:
            ProblemsFound: ``register.unknown``; ``register.several-books`` where *series* must be said.
        """
        found = [entry for entry in self.entries(series=series, year=year) if entry.number == number]
        if not found:
            raise ProblemsFound([Problem("register.unknown", facts={"found": number, "label": series, "year": year or ""})])
        latest = max(entry.year for entry in found)
        found = [entry for entry in found if entry.year == latest]
        if len(found) > 1:
            books = ", ".join(f"«{entry.series}»" for entry in found)
            raise ProblemsFound([Problem("register.several-books", facts={"found": number, "expected": books})])
        return found[0]

    def entry(self, id: int) -> Entry:
        """The entry of an id."""
        (row,) = self._database.rows("SELECT * FROM entry WHERE id = ?", id)
        amending = self._database.rows("SELECT id FROM entry WHERE amends = ? ORDER BY id", id)
        return replace(entry_of(row), amended_by=tuple(other["id"] for other in amending))

    def entries(self, *, series: str = "", year: int = 0, state: str = "") -> list[Entry]:
        """Entries by book, year and number."""
        rows = self._database.rows(
            "SELECT * FROM entry WHERE (? = '' OR series = ?) AND (? = 0 OR year = ?) AND (? = '' OR state = ?)"
            " ORDER BY series, year, ordinal, number", series, series, year, year, state, state)
        amending: dict[int, list[int]] = {}
        for row in self._database.rows("SELECT id, amends FROM entry WHERE amends IS NOT NULL ORDER BY id"):
            amending.setdefault(row["amends"], []).append(row["id"])
        return [replace(entry_of(row), amended_by=tuple(amending.get(row["id"], ()))) for row in rows]

    def books(self) -> list[tuple[str, int]]:
        """Series and years that have numbers."""
        return [(row["series"], row["year"])
                for row in self._database.rows("SELECT DISTINCT series, year FROM entry ORDER BY series, year")]

    def history(self, entry: Entry) -> list[Event]:
        """What happened to a number, in order."""
        rows = self._database.rows(
            "SELECT at, what, file, sha256, record, template FROM event WHERE entry = ? ORDER BY id", entry.id)
        return [Event(*row) for row in rows]

    def gaps(self, *, series: str = "", year: int = 0) -> list[Gap]:
        """Numbers that were passed over, up to the last one given; a typed number that became void leads no count."""
        return [gap for book in self.books() if series in ("", book[0]) and year in (0, book[1]) for gap in self._gaps(*book)]

    def _gaps(self, series: str, year: int) -> list[Gap]:
        entries = self.entries(series=series, year=year)
        last = max((entry.ordinal for entry in entries if not (entry.state == "void" and entry.is_typed)), default=0)
        there = sorted({entry.ordinal for entry in entries if entry.ordinal <= last})
        return [Gap(series, year, before + 1, ordinal - 1) for before, ordinal in pairwise([0, *there]) if ordinal > before + 1]

    def _standing(self, entry: Entry) -> Entry:
        return self.entry(entry.id)
