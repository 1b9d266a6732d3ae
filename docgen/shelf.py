"""Where a job's documents are put, each under a name of its own and over no file that is somebody else's, and entered."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from docgen import output
from docgen.chunks import Chunk, Part
from docgen.errors import Position, ProblemsFound
from docgen.journal import Item, item_of
from docgen.ledger import Ledger
from docgen.register import Entry, Grant, Paper
from docgen.register.entries import about
from docgen.render import Outcome
from docgen.report import Made, Report
from docgen.request import Request

if TYPE_CHECKING:
    from docgen.bundles import Bundle


class Shelf:
    """The folder of a job.

    Args:
        report: told of every document; knows the folder.
        ledger: where numbers and documents are entered.
        dry_run: everything but the writing.

    Attributes:
        names: those that documents have already.
        known: places of the records whose documents the journal has.
        amended: the signed paper that the one document amends.
        bundle: told of every document; only with it may documents be without a file of their own.
    """

    def __init__(self, report: Report, request: Request, ledger: Ledger, *, dry_run: bool) -> None:
        self.names = output.Names()
        self.known: Collection[int] = ()
        self.amended: Entry | None = None
        self.bundle: Bundle | None = None
        self._report = report
        self._request = request
        self._ledger = ledger
        self._dry_run = dry_run
        self._swept: set[Path] = set()

    def take(self, part: Part, chunk: Chunk) -> None:
        """Write a chunk's documents, then enter them.

        Raises:
            CannotWrite: the output refuses.
        """
        if any(outcome.data is not None and not outcome.failed for outcome in chunk.outcomes):
            self._ledger.begin()
        items: list[Item] = []
        papers: list[Paper] = []
        try:
            for place, outcome, grant in zip(chunk.places, chunk.outcomes, chunk.grants, strict=True):
                self._report.note(outcome)
                if outcome.name is None or outcome.data is None or outcome.failed:
                    continue
                try:
                    made = self._put(part, outcome, outcome.name, outcome.data, grant)
                except ProblemsFound as found:
                    problems = tuple(replace(problem, record=outcome.key) for problem in found.problems)
                    self._report.note(replace(outcome, problems=problems))
                    continue
                self._report.add(made)
                if self._has_file(part) and not self._dry_run:
                    sha256 = hashlib.sha256(outcome.data)
                    if place not in self.known:
                        items.append(item_of(place, self._name(made.path), made.path, sha256.digest()))
                    papers += self._papers(part, outcome, grant, made.path, sha256.hexdigest())
        finally:  # a full disk stops the chunk halfway: what stands is entered
            self._ledger.enter(items, papers)

    def _put(self, part: Part, outcome: Outcome, name: PurePosixPath, data: bytes, grant: Grant | None) -> Made:
        """Write a document that has a file of its own, and tell the bundle."""
        made = Made(outcome.key, self.bundle.path if self.bundle else Path(), "written")
        if self._has_file(part):
            made = self._written(outcome.key, name, data, grant)
            name = self._name(made.path)
        if self.bundle:
            from docgen.bundles import Document

            self.bundle.add(Document(part.doctype.title, outcome.key, name, data, outcome.owner, made.path, made.state))
        return made

    def _has_file(self, part: Part) -> bool:
        """A document with a number always has: the register knows it by that."""
        return part.is_numbered or self._request.keeps

    def _written(self, key: str, wanted: PurePosixPath, data: bytes, grant: Grant | None) -> Made:
        folder = self._report.folder
        name = PurePosixPath(self._request.file) if self._request.file else self.names.take(wanted, key)
        path = folder.joinpath(*name.parts)
        if path.parent not in self._swept:
            output.sweep(path.parent)
            self._swept.add(path.parent)
        if self.bundle:
            self.bundle.look(path)
        may_replace = self._is_own(path, data, grant) or self._request.replace
        state = output.write(folder, name, data, replace=may_replace, dry_run=self._dry_run)
        return Made(key, path, state, grant.entry.number if grant and grant.entry else "")

    def _name(self, path: Path) -> PurePosixPath:
        return PurePosixPath(path.relative_to(self._report.folder).as_posix())

    def _is_own(self, path: Path, data: bytes, grant: Grant | None) -> bool:
        """Whether the document at *path* is the registered paper's earlier form, untouched since: it may be corrected.

        Raises:
            ProblemsFound: ``register.signed``: the paper is signed and *data* would change it.
        """
        entry = grant.entry if grant else None
        if entry is None or not entry.sha256 or entry.sha256 == hashlib.sha256(data).hexdigest():
            return False
        if entry.state == "signed":
            raise ProblemsFound([replace(about("register.signed", entry), position=Position(str(path)))])
        earlier = self._ledger.path(entry)
        if earlier is not None and earlier != path and output.sha256(earlier) == entry.sha256:
            told = about("register.old-file", entry, found=str(earlier))
            self._report.tell([replace(told, position=Position(str(path)), level="warning", record=entry.key)])
        return output.sha256(path) == entry.sha256

    def _papers(self, part: Part, outcome: Outcome, grant: Grant | None, path: Path, sha256: str) -> list[Paper]:
        if grant is None or grant.entry is None or outcome.claim is None:
            return []
        amends = self.amended.id if self.amended else None
        return [Paper(grant.entry.id, outcome.claim, self._ledger.place(path), sha256, part.template, amends)]
