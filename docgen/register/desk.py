"""Numbers given while the write lock is held: the rules of one book and year."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace as changed

from docgen.database import Connection
from docgen.errors import Problem
from docgen.register.entries import Claim, Entry, Grant, Known, Paper, about, entry_of

_ORDINAL = re.compile(r"[0-9]+")
# who knew the numbers that a book gave before this register → what is said
_FIRST = {"facts": "register.first-number", "copy": "register.first-number-copy", "document": "register.first-number-document"}


class Desk:
    """One book and year while the write lock is held."""

    def __init__(
        self, connection: Connection, series: str, year: int, now: str, witness: Callable[[], Known], amends: Entry | None
    ) -> None:
        self._connection = connection
        self._book = (series, year)
        self._now = now
        self._witness = witness
        self._amends = amends

    def grant(self, claim: Claim, *, again: bool, replace: bool) -> Grant:
        standing = self._standing(claim)
        if standing and self._amends and standing.id == self._amends.id:  # made of the same file, it is a paper of its own
            claim = changed(claim, key=f"{claim.key} → {standing.number}")
            standing = self._standing(claim)
        if standing is None:
            return self._new(claim, again=again)
        if claim.number not in ("", standing.number):
            return _refused("register.has-number", standing, found=claim.number)
        if not (replace or claim.has_id or standing.state == "reserved" or claim.subject == standing.subject):
            return _refused("register.other-subject", standing, found=claim.subject)
        return Grant(standing, tuple(self._out_of_order(standing.ordinal, standing.number, claim)))

    def _new(self, claim: Claim, *, again: bool) -> Grant:
        holder = self._holder(claim.number) if claim.number else None
        if holder is not None:
            return self._held(holder, claim, again=again)
        twin = None if again else self._twin(claim)
        if twin is not None:
            return _refused("register.same-facts" if twin.record == claim.record else "register.same-subject", twin)
        known = Known() if claim.number else self._known_elsewhere()
        number = claim.number or self._next(claim.pattern, known.ordinal)
        ordinal = int(_ORDINAL.search(number)[0])  # type: ignore[index]
        problems = (*self._out_of_order(ordinal, number, claim), *self._in_other_years(claim))
        entry = self._entered(claim, number, ordinal)
        if known.ordinal:
            problems += (changed(about(_FIRST[known.witness], entry, found=known.ordinal), level="warning"),)
        return Grant(entry, problems)

    def _held(self, holder: Entry, claim: Claim, *, again: bool) -> Grant:
        """The answer where the typed number stands in the book already."""
        if holder.state == "void":
            return _refused("register.void-number", holder)
        if (holder.type, holder.date, holder.subject) != (claim.type, claim.date, claim.subject):
            return _refused("register.taken", holder)
        if not again and (holder.has_id or claim.has_id):
            return _refused("register.same-document", holder)
        # parameters or a file were corrected, or --again says so: it is the same paper, from here on under this key
        return Grant(self._renamed(holder, claim))

    def _entered(self, claim: Claim, number: str, ordinal: int) -> Entry:
        cursor = self._connection.execute(
            "INSERT INTO entry (series, year, ordinal, number, is_typed, type, key, has_id, date, state, subject, record,"
            " reserved_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'reserved', ?, ?, ?)",
            (*self._book, ordinal, number, bool(claim.number), claim.type, claim.key, claim.has_id, claim.date,
             claim.subject, claim.record, self._now))
        remember(self._connection, int(cursor.lastrowid or 0), "reserved", self._now)
        return self._one("id = ?", cursor.lastrowid)  # type: ignore[return-value]

    def _renamed(self, holder: Entry, claim: Claim) -> Entry:
        values = (claim.key, claim.has_id, holder.id)
        self._connection.execute("UPDATE entry SET key = ?, has_id = ? WHERE id = ?", values)
        return changed(holder, key=claim.key, has_id=claim.has_id)

    def _known_elsewhere(self) -> Known:
        """What others know of the book before it gives its first number; nothing if it has gone further."""
        if self._one("series = ? AND year = ? AND NOT is_typed", *self._book):
            return Known()
        known = self._witness()
        return known if known.ordinal > self._last() else Known()

    def _last(self) -> int:
        """The highest number. A typed slip (214 for 92) that was made void does not carry the count along."""
        row = self._connection.execute(
            "SELECT max(ordinal) FROM entry WHERE series = ? AND year = ? AND NOT (state = 'void' AND is_typed)", self._book)
        return row.fetchone()[0] or 0

    def _next(self, pattern: str, known: int) -> str:
        """The number after the last one, or after the one known from elsewhere."""
        ordinal = max(self._last(), known) + 1
        while self._one("series = ? AND year = ? AND ordinal = ?", *self._book, ordinal):
            ordinal += 1
        return pattern.replace("{n}", str(ordinal))

    def _standing(self, claim: Claim) -> Entry | None:
        return self._one("series = ? AND year = ? AND type = ? AND key = ? AND state <> 'void'", *self._book, claim.type,
                         claim.key)

    def _holder(self, number: str) -> Entry | None:
        return self._one("series = ? AND year = ? AND number = ?", *self._book, number)

    def _twin(self, claim: Claim) -> Entry | None:
        """Another paper that says the same; or, for a key that is no id, one of the same day and subject."""
        other, amended = "type = ? AND state <> 'void' AND id <> ?", self._amends.id if self._amends else 0
        twin = self._one(f"{other} AND record = ? AND key <> ?", claim.type, amended, claim.record, claim.key)
        if twin or claim.has_id or not claim.subject:
            return twin
        return self._one(f"{other} AND date = ? AND subject = ? AND NOT has_id", claim.type, amended, claim.date, claim.subject)

    def _out_of_order(self, ordinal: int, number: str, claim: Claim) -> Iterator[Problem]:
        """A number whose date lies before that of a lower number, or after that of a higher one."""
        book = "series = ? AND year = ? AND state <> 'void' AND NOT (type = ? AND key = ?)"
        values = (*self._book, claim.type, claim.key, ordinal, claim.date)
        # the plus: by date few papers are out of order, by number half the book would be walked through
        lower = self._one(f"{book} AND ordinal < ? AND date > ? ORDER BY +ordinal DESC", *values)
        higher = self._one(f"{book} AND ordinal > ? AND date < ? ORDER BY +ordinal", *values)
        other = lower or higher
        if other is not None:
            yield changed(about("register.date-order", other, found=claim.date, own=number), level="warning")

    def _in_other_years(self, claim: Claim) -> Iterator[Problem]:
        """A slip in the year gave this paper a number of another year, which is still there."""
        paper = "series = ? AND year <> ? AND type = ? AND key = ? AND subject = ?"
        other = self._one(f"{paper} AND state IN ('reserved', 'issued')", *self._book, claim.type, claim.key, claim.subject)
        if other is not None:
            yield changed(about("register.other-year", other), level="warning")

    def _one(self, condition: str, *values: object) -> Entry | None:
        row = self._connection.execute(f"SELECT * FROM entry WHERE {condition} LIMIT 1", values).fetchone()
        return None if row is None else entry_of(row)


def issue(connection: Connection, paper: Paper, now: str) -> None:
    """Enter a document that stands on the disk under its number."""
    standing = entry_of(connection.execute("SELECT * FROM entry WHERE id = ?", (paper.entry,)).fetchone())
    if paper.amends is not None and standing.amends != paper.amends:
        connection.execute("UPDATE entry SET amends = ? WHERE id = ?", (paper.amends, standing.id))
        remember(connection, paper.amends, "amended", now)
    if standing.state not in ("reserved", "issued"):
        return  # signed meanwhile: the same content, or it would not have been written
    claim = paper.claim
    new = (claim.date, claim.subject, paper.file, paper.sha256, claim.record, paper.template)
    old = (standing.date, standing.subject, standing.file, standing.sha256, standing.record, standing.template)
    if new == old:
        return
    connection.execute(
        "UPDATE entry SET state = 'issued', date = ?, subject = ?, file = ?, sha256 = ?, record = ?, template = ?,"
        " issued_at = ? WHERE id = ?", (*new, now, standing.id))
    what = "issued" if standing.state == "reserved" else "issued-again"
    remember(connection, standing.id, what, now)


def remember(connection: Connection, entry: int, what: str, now: str) -> None:
    """Add to the history of an entry what it is now."""
    connection.execute(
        "INSERT INTO event (entry, at, what, file, sha256, record, template)"
        " SELECT id, ?, ?, file, sha256, record, template FROM entry WHERE id = ?", (now, what, entry))


def _refused(id: str, entry: Entry, **facts: str | int) -> Grant:
    return Grant(None, (about(id, entry, **facts),))
