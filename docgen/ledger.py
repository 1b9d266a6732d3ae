"""What one job enters in the register and the journal. The file behind them is opened when it is first needed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, partial
from itertools import groupby
from pathlib import Path
from typing import Any

from docgen.database import FILE, Database
from docgen.doctype import DocumentType
from docgen.errors import Problem, ProblemsFound
from docgen.journal import Digests, Item, Journal
from docgen.register import Claim, Entry, Grant, Paper, Register


class Ledger:
    """A job's hand in the books.

    Args:
        folder: where the register is: the workspace's output folder.
        is_trial: nothing stays (``--dry-run``).
        again, replace: as `Register.reserve`.
        amends: printed number of the signed paper that this job's paper amends, or empty.
        witness: the highest number of a year in the type's book that is known outside the register.
    """

    def __init__(
        self, folder: Path, doctype: DocumentType, *, is_trial: bool, again: bool, replace: bool, amends: str,
        witness: Callable[[int], int],
    ) -> None:
        self.folder = folder
        self.job: int | None = None
        self._doctype = doctype
        self._is_trial = is_trial
        self._again = again
        self._replace = replace
        self._amends = amends
        self._witness = witness
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

    def begin(self, request: Mapping[str, Any], digests: Digests, total: int) -> None:
        """Enter the job in the journal."""
        self.job = self.journal.begin(self._doctype.id, request, digests, total)

    def reserve(self, claims: Sequence[Claim]) -> list[Grant]:
        """Numbers for a chunk's papers, in their order, each in the book of its date's year."""
        if not claims:
            return []
        grants: list[Grant] = []
        with self._opened.transaction():
            for year, of_year in groupby(claims, key=lambda claim: int(claim.date[:4])):
                grants += self.register.reserve(
                    self._doctype.series, year, list(of_year), again=self._again, replace=self._replace,
                    witness=partial(self._witness, year))
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

    def finish(self) -> None:
        """The job is done."""
        if self.job is not None:
            self.journal.finish(self.job)

    @cached_property
    def amended(self) -> Entry | None:
        """The signed paper that this job's paper amends.

        Raises:
            ProblemsFound: there is none of that number, or it is not signed: then it can be corrected itself.
        """
        if not self._amends:
            return None
        entry = self.register.find(self._amends, series=self._doctype.series)
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
