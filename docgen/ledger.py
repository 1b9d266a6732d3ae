"""What one job enters in the register and the journal. The file behind them is opened when it is first needed."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cached_property, partial
from itertools import groupby
from pathlib import Path

from docgen.database import FILE, Database
from docgen.errors import Problem, ProblemsFound
from docgen.journal import Digests, Item, Journal
from docgen.register import Claim, Entry, Grant, Paper, Register
from docgen.request import Request
from docgen.witnesses import highest
from docgen.workspace import Workspace


class Ledger:
    """A job's hand in the books, which lie in the workspace's output folder.

    Args:
        is_trial: nothing stays (``--dry-run``).
    """

    def __init__(self, workspace: Workspace, request: Request, *, is_trial: bool) -> None:
        self.folder = workspace.output
        self.job: int | None = None
        self._workspace = workspace
        self._request = request
        self._is_trial = is_trial
        self._announced: tuple[Digests, int] | None = None
        self._database: Database | None = None

    def close(self) -> None:
        if self._database is not None:
            self._database.close()

    @property
    def _opened(self) -> Database:
        if self._database is None:
            self._database = Database(self.folder / FILE, trial=self._is_trial)
        return self._database

    @cached_property
    def register(self) -> Register:
        return Register(self._opened)

    @cached_property
    def journal(self) -> Journal:
        return Journal(self._opened)

    def announce(self, digests: Digests, total: int) -> None:
        """The job is to be in the journal: it is entered with its first number or document, for before there is nothing."""
        self._announced = digests, total

    def begin(self) -> None:
        """Enter the job, if it was announced and is not there yet."""
        if self.job is None and self._announced:
            day = self._workspace.sight.today   # not the clock's: midnight may have passed meanwhile
            self.job = self.journal.begin(replace(self._request, day=day), *self._announced)

    def reserve(self, series: str, claims: Sequence[Claim]) -> list[Grant]:
        """Numbers for a chunk's papers, in their order, each in the book of its date's year."""
        if not claims:
            return []
        grants: list[Grant] = []
        self.begin()
        amended = self.amended(series)
        with self._opened.transaction():
            for year, of_year in groupby(claims, key=lambda claim: int(claim.date[:4])):
                grants += self.register.reserve(
                    series, year, list(of_year), again=self._request.again, replace=self._request.replace, amends=amended,
                    witness=partial(highest, self._workspace, series, year))
        return grants

    def enter(self, items: Sequence[Item], papers: Sequence[Paper]) -> None:
        """Enter a chunk's documents, which stand on the disk: numbers and journal in one transaction."""
        if self._is_trial or not (papers or (items and self.job is not None)):
            return
        with self._opened.transaction():
            if papers:
                self.register.issue(papers)
            if self.job is not None:
                self.journal.record(self.job, items)

    def promise(self, sha256: str) -> None:
        """Enter what a print file will be, just before it is put in its place."""
        if self.job is not None:
            self.journal.promise(self.job, sha256)

    def withdraw(self) -> None:
        """What was asked for is refused: the job is struck off."""
        if self.job is not None:
            with suppress(ProblemsFound):   # struck off already
                self.journal.forget(self.job)
            self.job = None

    def finish(self) -> None:
        """The job is done."""
        if self.job is not None:
            self.journal.finish(self.job)

    def amended(self, series: str) -> Entry | None:
        """The signed paper of the book that this job's paper amends; None where none was named.

        Raises:
            ProblemsFound: there is none of that number, or it is not signed: then it can be corrected itself.
        """
        if not self._request.amends:
            return None
        entry = self.register.find(self._request.amends, series=series)
        if entry.state != "signed":
            raise ProblemsFound([Problem("register.amends-unsigned", facts={"number": entry.number, "label": entry.series})])
        return entry

    def place(self, path: Path) -> str:
        """A document's file as the register names it: from its own folder, or absolute."""
        home, path = self.folder.absolute(), path.absolute()
        return path.relative_to(home).as_posix() if path.is_relative_to(home) else str(path)

    def path(self, entry: Entry) -> Path | None:
        """Where an entry's document was written; None where none was."""
        return self.folder / entry.file if entry.file else None
