"""A job: records of one type, through the workers, to files and a report. One document is a job of one record.

The job is the coordinator: it gives numbers, decides names, writes files and keeps the journal; the workers
(`docgen.render`) only make bytes. They run in this process, in a pool, or in any `concurrent.futures.Executor` that is given.
A chunk goes this way:

1. a worker checks the records and renders them, those that the register shall number with a placeholder;
2. what can be made gets its number, in the order of the input;
3. a worker renders with the numbers;
4. the documents are written, then numbers and journal are entered in one transaction.

Cut off anywhere, the job goes on with `Job.resume` and ends as if nothing had happened.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from docgen import executors, output
from docgen.chunks import Chunk, chunks_of, numbered, rendered
from docgen.digests import digests
from docgen.errors import Position, Problem, ProblemsFound, in_order
from docgen.inputs import Parameters, are_of_view, blank_plan, plan
from docgen.journal import Digests, Item, Standing, item_of
from docgen.ledger import Ledger
from docgen.records import Record
from docgen.register import Grant, Paper
from docgen.register.entries import about
from docgen.render import Outcome, Task
from docgen.report import Made, Report
from docgen.standing import standing_job, take_up
from docgen.witnesses import highest
from docgen.workspace import Workspace

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from docgen.bundles import Bundle, Document

Progress = Callable[[int, int, int], None]

# what a job works from (`Digests`) → what is said when it has changed
_CHANGES = {"input": "journal.input-changed", "facts": "journal.facts-changed", "template": "journal.template-changed"}


class Job:
    """Documents of one type from files, parameters or facts.

    Args:
        type: id of the document type.
        paths: data files; each may hold several records.
        records: records that a program has, in place of files.
        parameters: values by dotted name. For a type with a view whose parameters these are, the records come from the
            facts; otherwise the parameters are the record.
        folder: where documents go; the workspace's output folder by default.
        file: the one document's own name, in place of the type's pattern.
        replace: overwrite files that have other content.
        again: give a number although another paper with the same facts has one.
        amends: number of the signed paper that this one amends.
        dry_run: everything but the writing.
        blank: for filling by hand, with so many rows in each table (0: as the type says); parameters are fields that are
            printed. Such a paper has no number, and no rules hold for it.
        executor: runs the chunks: an executor, ``serial``, ``processes:4``, ``tcp://host:8786``, or empty for what is faster;
            this process by default.
        progress: told after every chunk: records done, records in all, problems so far.
        bundle: told of every document; only those with a number have files of their own then, unless the bundle keeps them.
            Such a job is not in the journal: asked for again, it ends the same.
    """

    def __init__(
        self,
        workspace: Workspace,
        type: str,
        *,
        paths: Sequence[Path] = (),
        records: Sequence[Record] = (),
        parameters: Parameters | None = None,
        folder: Path | None = None,
        file: str = "",
        replace: bool = False,
        again: bool = False,
        amends: str = "",
        dry_run: bool = False,
        blank: int | None = None,
        executor: Executor | str | None = None,
        progress: Progress | None = None,
        bundle: Bundle | None = None,
    ) -> None:
        self.workspace = workspace
        self.doctype = workspace.doctype(type)
        self.report = Report(folder or workspace.output)
        self._paths = paths
        self._records = records
        self._parameters = parameters or {}
        self._file = file
        self._replace = replace
        self._again = again
        self._amends = amends
        self._dry_run = dry_run
        self._blank = blank
        self._executor = executor
        self._progress = progress
        self.bundle = bundle
        self._names = output.Names()
        self._swept: set[Path] = set()
        self._ledger = Ledger(workspace.output, self.doctype, is_trial=dry_run, again=again, replace=replace, amends=amends,
                              witness=partial(highest, workspace, self.doctype.series))
        self._standing: Standing | None = None
        self._done = 0
        self._is_homeless = False

    @classmethod
    def resume(
        cls,
        workspace: Workspace,
        job: int,
        *,
        replace: bool = False,
        executor: Executor | str | None = None,
        progress: Progress | None = None,
    ) -> Job:
        """A job of the journal that was cut off, ready to `run` to its end.

        Raises:
            ProblemsFound: ``journal.unknown``, ``journal.finished``.
        """
        standing = standing_job(workspace, job)
        asked = dict(standing.request)
        asked |= {"paths": [Path(path) for path in asked["paths"]], "folder": Path(asked["folder"])}
        asked["replace"] = asked["replace"] or replace
        resumed = cls(workspace, standing.type, executor=executor, progress=progress, **asked)
        resumed._standing = standing
        return resumed

    def run(self) -> Report:
        """Make the documents.

        Raises:
            ProblemsFound: the input could not be read, or there is nothing to make (``cli.no-records``); what the job works
                from has changed since it began (``journal.*-changed``).
            CannotWrite: the output refuses; what was written before stays and stands in `report`.
        """
        output.look_at_name(self.report.folder / self._file)
        before = digests(self.workspace, self.doctype, self._paths)  # first: a change from here on is seen at the end
        found = self._planned()
        with ExitStack() as open_things:
            open_things.enter_context(closing(self._ledger))
            self._allowed(found)
            done = self._stood(self._standing, before) if self._standing else set()
            executor = open_things.enter_context(executors.opened(self._executor, len(found) - len(done)))
            chunks, task = chunks_of(found, done, self._chunk_size), self._task(before)
            ready = numbered(chunks, task, executor, self._ledger) if self._has_book else rendered(chunks, task, executor)
            for chunk in ready:
                self._take(chunk, before)
                self._tell(len(chunk.places))
            if len(found) > self._chunk_size:  # a job of several chunks takes long enough for somebody to have saved a file
                self._unchanged(before)
            self._ledger.finish()
        return self._finished()

    def validate(self) -> Report:
        """Look for problems without making anything.

        Raises:
            ProblemsFound: the input could not be read, or there is nothing to look at.
        """
        found = self._planned()
        task = replace(self._task(), data=False)
        with executors.opened(self._executor, len(found)) as executor:
            for chunk in rendered(chunks_of(found, set(), self._chunk_size), task, executor):
                for outcome in chunk.outcomes:
                    self._note(outcome)
                self._tell(len(chunk.places))
        return self._finished()

    # ------------------------------------------------------------------------------------------------ what there is to do

    def _planned(self) -> Collection[Record]:
        found: Collection[Record]
        if self._records:
            found = list(self._records)
        elif self._blank is None:
            found = plan(self.workspace, self.doctype, self._paths, self._parameters)
        else:
            found = blank_plan(self.doctype, self.workspace.schemas, self._parameters)
        self.report.total = len(found)
        return found

    def _allowed(self, found: Collection[Record]) -> None:
        """What was asked for one document is not given to many."""
        if self._file and len(found) > 1:
            raise ProblemsFound([Problem("cli.one-file", facts={"found": len(found), "expected": self._file})])
        if self._amends and len(found) > 1:
            raise ProblemsFound([Problem("register.amends-one", facts={"found": len(found)})])
        if self._amends and not self.doctype.series:
            raise ProblemsFound([Problem("register.no-series", facts={"found": self.doctype.id})])
        if self._amends:
            _ = self._ledger.amended

    def _request(self) -> Mapping[str, Any] | None:
        """What the journal keeps to go on with the job; None where the parameters are the record: those may be personal."""
        if self._blank is not None or self._records or self.bundle:
            return None
        if not self._paths and not are_of_view(self.doctype, self._parameters):
            return None
        return {
            "paths": [str(path.absolute()) for path in self._paths],
            "parameters": dict(self._parameters),
            "folder": str(self.report.folder.absolute()),
            "file": self._file,
            "replace": self._replace,
            "again": self._again,
            "amends": self._amends,
        }

    def _stood(self, job: Standing, now: Digests) -> set[int]:
        """Places of the records whose documents an earlier run made, and that still stand.

        Raises:
            ProblemsFound: ``journal.*-changed``, ``journal.file-changed``.
        """
        self._unchanged(job.digests, now)
        self._ledger.job = self.report.job = job.id
        stands = take_up(self._ledger.journal, job.id, self.report.folder, replace=self._replace)
        self._names = output.Names(item.name for item in stands)
        self.report.resumed = len(stands)
        return {item.place for item in stands}

    def _unchanged(self, before: Digests, now: Digests | None = None) -> None:
        now = now or digests(self.workspace, self.doctype, self._paths)
        facts: dict[str, str | int] = {"job": self._ledger.job or (self._standing.id if self._standing else "")}
        changed = [told for name, told in _CHANGES.items() if getattr(before, name) != getattr(now, name)]
        if changed:
            raise ProblemsFound([Problem(told, facts=facts) for told in changed])

    # --------------------------------------------------------------------------------------------------- the workers' part

    def _task(self, before: Digests | None = None) -> Task:
        """How chunks are rendered, without their records."""
        task = Task(self.workspace, self.doctype.id, (), blank=self._blank)
        if not executors.is_far(self._executor):   # a process of this computer sees the same files
            return task
        return replace(task, digests=before or digests(self.workspace, self.doctype, ()))

    @property
    def _chunk_size(self) -> int:
        return executors.chunk_size(self._executor)

    @property
    def _has_files(self) -> bool:
        return self.bundle is None or self.bundle.keeps or self._has_book

    @property
    def _has_book(self) -> bool:
        return bool(self.doctype.series) and self._blank is None

    # ------------------------------------------------------------------------------------------------- the coordinator's part

    def _take(self, chunk: Chunk, before: Digests) -> None:
        """Write a chunk's documents, then enter them."""
        able = any(outcome.data is not None and not outcome.failed for outcome in chunk.outcomes)
        if able and not self._dry_run and self._ledger.job is None and (request := self._request()):
            self._ledger.begin(request, before, self.report.total)
            self.report.job = self._ledger.job
        items: list[Item] = []
        papers: list[Paper] = []
        try:
            for place, outcome, grant in zip(chunk.places, chunk.outcomes, chunk.grants, strict=True):
                self._note(outcome)
                if outcome.name is None or outcome.data is None or outcome.failed:
                    continue
                try:
                    made = self._write(outcome, outcome.name, outcome.data, grant)
                except ProblemsFound as found:
                    self._note(replace(outcome, problems=tuple(replace(p, record=outcome.key) for p in found.problems)))
                    continue
                self.report.add(made)
                if self._has_files and not self._dry_run:
                    sha256 = hashlib.sha256(outcome.data)
                    items.append(item_of(place, self._relative(made.path), made.path, sha256.digest()))
                    papers += self._papers(outcome, grant, made.path, sha256.hexdigest(), before)
                if self.bundle:
                    self.bundle.add(self._document(outcome, outcome.name, outcome.data, made))
        finally:  # a full disk stops the chunk halfway: what stands is entered
            self._ledger.enter(items, papers)

    def _papers(self, outcome: Outcome, grant: Grant | None, path: Path, sha256: str, before: Digests) -> list[Paper]:
        if grant is None or grant.entry is None or outcome.claim is None:
            return []
        amended = self._ledger.amended
        place = self._ledger.place(path)
        return [Paper(grant.entry.id, outcome.claim, place, sha256, before.template, amended.id if amended else None)]

    def _document(self, outcome: Outcome, wanted: PurePosixPath, data: bytes, made: Made) -> Document:
        from docgen.bundles import Document

        name = self._relative(made.path) if self._has_files else wanted
        return Document(self.doctype.title, outcome.key, name, data, outcome.owner, made.path, made.state)

    def _write(self, outcome: Outcome, wanted: PurePosixPath, data: bytes, grant: Grant | None) -> Made:
        if self.bundle and not self._has_files:
            return Made(outcome.key, self.bundle.path, "written")
        folder = self.report.folder
        name = PurePosixPath(self._file) if self._file else self._names.take(wanted, outcome.key)
        path = folder.joinpath(*name.parts)
        if path.parent not in self._swept:
            output.sweep(path.parent)
            self._swept.add(path.parent)
        may_replace = self._is_own(path, data, grant) or self._replace
        state = output.write(folder, name, data, replace=may_replace, dry_run=self._dry_run)
        return Made(outcome.key, path, state, grant.entry.number if grant and grant.entry else "")

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
            self.report.tell([replace(told, position=Position(str(path)), level="warning", record=entry.key)])
        return output.sha256(path) == entry.sha256

    def _relative(self, path: Path) -> PurePosixPath:
        return PurePosixPath(path.relative_to(self.report.folder).as_posix())

    def _note(self, outcome: Outcome) -> None:
        for problem in outcome.problems:
            if problem.id != "cli.no-workspace":
                self.report.tell([problem])
            elif not self._is_homeless:  # the same for each record, and about none of them
                self._is_homeless = True
                self.report.tell([replace(problem, record="")])
        if outcome.failed:
            self.report.failed.append(outcome.key)

    def _tell(self, records: int) -> None:
        self._done += records
        if self._progress:
            self._progress(self._done + self.report.resumed, self.report.total, len(self.report.problems) + self.report.untold)

    def _finished(self) -> Report:
        self.report.problems = in_order(self.report.problems)
        return self.report
