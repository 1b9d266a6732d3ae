"""The journal of jobs: what was asked, and which documents stand already, so that a job goes on where it was cut off.

Files come first: a document is written, then its place in the input and its digest are recorded, in one transaction with its
number, a chunk at a time. Whatever the moment of a power cut, what is recorded stands on the disk; what stands there without
being recorded is made once more and found unchanged. A finished job leaves no row. There are no facts in it, and names of
documents are digests; of paths it has those that were typed for the whole batch.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from uuid import uuid4

from docgen.database import Database, Row
from docgen.errors import Problem, ProblemsFound
from docgen.output import name_digest
from docgen.request import Request


@dataclass(frozen=True, slots=True)
class Digests:
    """What a job works from: its input, the school's facts, the files of its types. The same digests give the same documents.

    *template* has a digest for each type, in the order of the job, with a blank between.
    """

    input: str
    facts: str
    template: str


@dataclass(frozen=True, slots=True)
class Standing:
    """A job in the journal: *done* of *total* records have their documents; times are ISO, local, with offset.

    *promised* is the SHA-256 of a print file that the job may have put in its place, or empty.
    """

    id: int
    request: Request
    digests: Digests
    total: int
    done: int
    started_at: str
    touched_at: str
    promised: str


@dataclass(frozen=True, slots=True)
class Item:
    """A document on the disk: *place* of its record in the input, from 0, and what the file was when it was written."""

    place: int
    name: bytes
    sha256: bytes
    size_bytes: int
    modified_ns: int


def item_of(place: int, name: PurePosixPath, path: Path, sha256: bytes) -> Item:
    """The item of a document that has just been written."""
    state = path.stat()
    return Item(place, name_digest(name), sha256, state.st_size, state.st_mtime_ns)


def _now() -> str:
    return datetime.now().astimezone().isoformat(timespec="seconds")


class Journal:
    """The jobs of one database.

    Args:
        now: the clock, ISO text.
    """

    def __init__(self, database: Database, *, now: Callable[[], str] = _now) -> None:
        self._database = database
        self._now = now
        self._owner = uuid4().hex

    def begin(self, request: Request, digests: Digests, total: int) -> int:
        """Enter a job; its id."""
        with self._database.transaction() as connection:
            cursor = connection.execute(
                "INSERT INTO job (request, input, facts, template, total, owner, started_at, touched_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (json.dumps(request.as_data()),  # ASCII: a path may hold what is no UTF-8
                 digests.input, digests.facts, digests.template, total, self._owner, self._now(), self._now()))
            return int(cursor.lastrowid or 0)

    def record(self, job: int, items: Iterable[Item]) -> None:
        """Enter documents that stand on the disk; part of the transaction that enters their numbers.

        Raises:
            ProblemsFound: ``journal.taken``: another run has taken the job up.
        """
        with self._database.transaction() as connection:
            if not self._is_held(job):
                return
            rows = [(job, item.place, item.name, item.sha256, item.size_bytes, item.modified_ns) for item in items]
            connection.executemany("INSERT INTO item VALUES (?, ?, ?, ?, ?, ?)", rows)
            connection.execute("UPDATE job SET done = done + ?, touched_at = ? WHERE id = ?", (len(rows), self._now(), job))

    def drop(self, job: int, places: Sequence[int]) -> None:
        """Strike documents out that no longer stand; they will be made again."""
        with self._database.transaction() as connection:
            if not self._is_held(job):
                return
            connection.executemany("DELETE FROM item WHERE job = ? AND place = ?", [(job, place) for place in places])
            connection.execute("UPDATE job SET done = done - ? WHERE id = ?", (len(places), job))

    def promise(self, job: int, sha256: str) -> None:
        """Enter what a print file will be that is never twice the same, just before it is put in its place."""
        with self._database.transaction() as connection:
            if self._is_held(job):
                connection.execute("UPDATE job SET promised = ?, touched_at = ? WHERE id = ?", (sha256, self._now(), job))

    def finish(self, job: int) -> None:
        """The job is done: it goes, and so do earlier runs of the same request that were cut off."""
        with self._database.transaction():
            if not self._is_held(job):
                return
            mine = self.standing(job).request
            for other in self.unfinished():
                if other.id == job or (other.id < job and mine.covers(other.request)):
                    self._strike(other.id)

    def take_up(self, job: int) -> Standing:
        """Go on with an unfinished job; a run that may still be at it stops at its next chunk.

        Raises:
            ProblemsFound: ``journal.unknown``, ``journal.finished``.
        """
        with self._database.transaction() as connection:
            standing = self.standing(job)
            connection.execute("UPDATE job SET owner = ? WHERE id = ?", (self._owner, job))
        return standing

    def forget(self, job: int) -> None:
        """Strike an unfinished job off the list; its documents and numbers stay.

        Raises:
            ProblemsFound: ``journal.unknown``, ``journal.finished``.
        """
        with self._database.transaction():
            self.standing(job)
            self._strike(job)

    def standing(self, job: int) -> Standing:
        """An unfinished job.

        Raises:
            ProblemsFound: ``journal.unknown``, ``journal.finished``.
        """
        rows = self._database.rows("SELECT * FROM job WHERE id = ?", job)
        if not rows:
            given = self._database.rows("SELECT seq FROM sqlite_sequence WHERE name = 'job' AND seq >= ?", job)
            raise ProblemsFound([Problem("journal.finished" if given and job > 0 else "journal.unknown", facts={"found": job})])
        return _standing(rows[0])

    def unfinished(self) -> list[Standing]:
        """Jobs that were cut off, or are under way, oldest first."""
        return [_standing(row) for row in self._database.rows("SELECT * FROM job ORDER BY id")]

    def items(self, job: int) -> Iterator[Item]:
        """The documents of an unfinished job, in the order of the input."""
        for row in self._database.rows(
            "SELECT place, name, sha256, size_bytes, modified_ns FROM item WHERE job = ? ORDER BY place", job
        ):
            yield Item(*row)

    def _strike(self, job: int) -> None:
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM item WHERE job = ?", (job,))
            connection.execute("DELETE FROM job WHERE id = ?", (job,))

    def _is_held(self, job: int) -> bool:
        """Whether the job still stands: a later run of the same request may have finished, and taken it along.

        Raises:
            ProblemsFound: ``journal.taken``.
        """
        rows = self._database.rows("SELECT owner FROM job WHERE id = ?", job)
        if rows and rows[0]["owner"] != self._owner:
            raise ProblemsFound([Problem("journal.taken", facts={"found": job})])
        return bool(rows)


def _standing(row: Row) -> Standing:
    request = Request.of_data(json.loads(row["request"]))
    digests = Digests(row["input"], row["facts"], row["template"])
    return Standing(row["id"], request, digests, row["total"], row["done"], row["started_at"], row["touched_at"],
                    row["promised"])
