"""A job: records of one type, or of a set's types, through the workers, to files and a report. One document is a job of one.

The job is the coordinator: it gives numbers, decides names, writes files and keeps the journal; the workers
(`docgen.render`) only make bytes. They run in this process, in a pool, or in any `concurrent.futures.Executor` that is given.
A chunk goes this way:

1. a worker checks the records and renders them, those that the register shall number with a placeholder;
2. what can be made gets its number, in the order of the input;
3. a worker renders with the numbers;
4. the documents are written, then numbers and journal are entered in one transaction.

After the last chunk comes what is made of the documents together (`docgen.bundles`), then the journal's last entry. Cut off
anywhere, the job goes on with `Job.resume` and ends as if nothing had happened: what stands as it was written is not made
again; documents that a bundle needs are, and are found unchanged.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from docgen import executors, inputs, output, sets
from docgen.chunks import Chunk, Part, chunks_of, numbered, rendered
from docgen.digests import digests
from docgen.doctype import DocumentType
from docgen.errors import Problem, ProblemsFound, in_order
from docgen.executors import Crew
from docgen.journal import Digests, Standing
from docgen.ledger import Ledger
from docgen.records import Record
from docgen.render import Task
from docgen.report import Report
from docgen.request import Request
from docgen.shelf import Shelf
from docgen.standing import standing_job, take_up
from docgen.workspace import Workspace

if TYPE_CHECKING:
    from docgen.bundles import Bundle, PdfProgress
    from docgen.executors import Choice

Progress = Callable[[int, int, int], None]

# what a job works from (`Digests`) → what is said when it has changed
_CHANGES = {"input": "journal.input-changed", "facts": "journal.facts-changed", "template": "journal.template-changed"}


class Job:
    """The documents that were asked for.

    Args:
        records: records that a program has, in place of those that *request* names.
        dry_run: everything but the writing.
        executor: runs the chunks: an executor, a Dask client, ``serial``, ``processes:4``, ``tcp://host:8786``, or empty for
            what is faster; this process by default.
        progress: told after every chunk: records done, records in all, problems so far.
        pdf_progress: told what has gone to LibreOffice: documents, of how many.

    Raises:
        ProblemsFound: a type or set that there is not, a parameter that no type of the set knows.
    """

    def __init__(
        self,
        workspace: Workspace,
        request: Request,
        *,
        records: Sequence[Record] = (),
        dry_run: bool = False,
        executor: Choice = None,
        progress: Progress | None = None,
        pdf_progress: PdfProgress | None = None,
    ) -> None:
        self.workspace = workspace = workspace.on(request.day) if request.day else workspace
        self.request = request
        self.report = Report(sets.folder_of(workspace, request))
        self._asked = sets.types_of(workspace, request)
        self._records = records
        self._dry_run = dry_run
        self._executor = executor
        self._progress = progress
        self._pdf_progress = pdf_progress
        self._ledger = Ledger(workspace, request, is_trial=dry_run)
        self._shelf = Shelf(self.report, request, self._ledger, dry_run=dry_run)
        self._standing: Standing | None = None
        self._done = 0

    @classmethod
    def resume(
        cls,
        workspace: Workspace,
        job: int,
        *,
        replace: bool = False,
        executor: Choice = None,
        progress: Progress | None = None,
        pdf_progress: PdfProgress | None = None,
    ) -> Job:
        """A job of the journal that was cut off, ready to `run` to its end.

        Raises:
            ProblemsFound: ``journal.unknown``, ``journal.finished``.
        """
        standing = standing_job(workspace, job, replace=replace)
        resumed = cls(workspace, standing.request, executor=executor, progress=progress, pdf_progress=pdf_progress)
        resumed._standing = standing
        return resumed

    def run(self) -> Report:
        """Make the documents, and what was asked for of them together.

        What is wrong with one type of a set stops no other.

        Raises:
            ProblemsFound: the input could not be read, or there is nothing to make (``cli.no-records``); what the job works
                from has changed since it began (``journal.*-changed``); the bundle is refused.
            CannotWrite: the output refuses; what was written before stays and stands in `report`.
        """
        output.look_at_name(self.report.folder / self.request.file)
        before = self._digests()  # first: a change from here on is seen at the end
        if self._standing:
            self._unchanged(self._standing.digests, before)
        parts = self._planned(before)
        with closing(self._ledger):
            try:
                self._make(parts, before)
            finally:
                self.report.job = self._ledger.job
        return self._finished()

    def validate(self) -> Report:
        """Look for problems without making anything.

        Raises:
            ProblemsFound: the input could not be read, or there is nothing to look at.
        """
        before = self._digests()
        parts = self._planned(before)
        with executors.opened(self._executor, self.report.total) as crew:
            for part in parts:
                task = replace(self._task(part, before), data=False)
                for chunk in rendered(chunks_of(part, (), self._chunk_size), task, crew):
                    for outcome in chunk.outcomes:
                        self.report.note(outcome)
                    self._tell(len(chunk.places))
        return self._finished()

    # ------------------------------------------------------------------------------------------------ what there is to do

    def _planned(self, before: Digests) -> list[Part]:
        parts: list[Part] = []
        total = 0
        for (doctype, own), template in zip(self._asked, before.template.split(), strict=False):  # a sheet's comes last
            with self._spared(doctype):
                found = self._records or inputs.plan(self.workspace, doctype, own)
                is_numbered = bool(doctype.series) and self.request.blank is None
                parts.append(Part(doctype, found, total, template, is_numbered))
                total += len(found)
        self.report.total += total
        if not parts and self.report.failed:
            raise ProblemsFound(sets.asked_once([problem for problem in self.report.problems if problem.is_error]))
        return parts

    @contextmanager
    def _spared(self, doctype: DocumentType) -> Iterator[None]:
        """What is wrong with one type of a set stops no other."""
        try:
            yield
        except ProblemsFound as found:
            if not self.request.set:
                raise
            problems = [sets.milder(problem) for problem in found.problems]
            if any(problem.is_error for problem in problems):
                self.report.total += 1
                self.report.failed.append(doctype.id)
            told = {(problem.id, problem.position) for problem in self.report.problems}
            self.report.tell(problem for problem in problems if (problem.id, problem.position) not in told)

    def _allowed(self, total: int) -> None:
        """What was asked for one document is not given to many."""
        if self.request.file and total > 1:
            raise ProblemsFound([Problem("cli.one-file", facts={"found": total, "expected": self.request.file})])
        if not self.request.amends:
            return
        if total > 1:
            raise ProblemsFound([Problem("register.amends-one", facts={"found": total})])
        series = self._asked[0][0].series
        if not series:
            raise ProblemsFound([Problem("register.no-series", facts={"found": self.request.name})])
        self._shelf.amended = self._ledger.amended(series)

    def _taken_up(self, job: Standing) -> set[int]:
        """Places of the records whose documents an earlier run made, that still stand, and that nobody asks for any more.

        Raises:
            ProblemsFound: ``journal.file-changed``.
        """
        self._ledger.job = job.id
        stands = take_up(self._ledger.journal, job, self.report.folder)
        self._shelf.known = {item.place for item in stands}
        if self.request.is_bundle:   # needs them all; they are made anew and found unchanged
            return set()
        self._shelf.names = output.Names(item.name for item in stands)
        self.report.resumed = len(stands)
        return self._shelf.known

    def _digests(self) -> Digests:
        doctypes = [doctype for doctype, _ in self._asked]
        if self.request.separator:
            from docgen.bundles import SEPARATOR

            doctypes.append(self.workspace.doctype(SEPARATOR))
        return digests(self.workspace, doctypes, self.request.paths)

    def _unchanged(self, before: Digests, now: Digests | None = None) -> None:
        now = now or self._digests()
        facts: dict[str, str | int] = {"job": self._ledger.job or (self._standing.id if self._standing else "")}
        changed = [told for name, told in _CHANGES.items() if getattr(before, name) != getattr(now, name)]
        if changed:
            raise ProblemsFound([Problem(told, facts=facts) for told in changed])

    # --------------------------------------------------------------------------------------------------- the workers' part

    def _ready(self, part: Part, done: Collection[int], crew: Crew, before: Digests) -> Iterator[Chunk]:
        chunks, task = chunks_of(part, done, self._chunk_size), self._task(part, before)
        with self._spared(part.doctype):
            if part.is_numbered:
                yield from numbered(chunks, task, crew, partial(self._ledger.reserve, part.doctype.series))
            else:
                yield from rendered(chunks, task, crew)

    def _task(self, part: Part, before: Digests) -> Task:
        """How chunks are rendered, without their records."""
        task = Task(self.workspace, part.doctype.id, (), blank=self.request.blank)
        if not executors.is_far(self._executor):   # a process of this computer sees the same files
            return task
        return replace(task, digests=Digests("", before.facts, part.template))

    @property
    def _chunk_size(self) -> int:
        return executors.chunk_size(self._executor)

    # ------------------------------------------------------------------------------------------------- the coordinator's part

    def _make(self, parts: Sequence[Part], before: Digests) -> None:
        total = sum(len(part.records) for part in parts)
        self._allowed(total)
        done = self._taken_up(self._standing) if self._standing else set()
        if self._is_kept(total):
            self._ledger.announce(before, total)
        with self._opened_bundle() as bundle:
            self._shelf.bundle = bundle
            with executors.opened(self._executor, total - len(done)) as crew:
                for part in parts:
                    for chunk in self._ready(part, done, crew, before):
                        self._shelf.take(part, chunk)
                        self._tell(len(chunk.places))
            if bundle or total > self._chunk_size:  # this takes long enough for somebody to have saved a file
                self._unchanged(before)
            if bundle:
                self._finish(bundle)
        self._ledger.finish()

    def _is_kept(self, total: int) -> bool:
        """Whether the journal keeps the job. One document is asked for again as quickly, and often by the name of a child."""
        return total > 1 and not (self._dry_run or self._records) and all(inputs.may_be_kept(*asked) for asked in self._asked)

    def _opened_bundle(self) -> AbstractContextManager[Bundle | None]:
        if not self.request.is_bundle:
            return nullcontext()
        from docgen.bundles import bundle_of

        return bundle_of(
            self.workspace, self.request, self.report.folder, dry_run=self._dry_run, progress=self._pdf_progress,
            promised=self._standing.promised if self._standing else "", promise=self._ledger.promise)

    def _finish(self, bundle: Bundle) -> None:
        try:
            self.report.take(bundle.finish())
        except ProblemsFound as found:   # what was wrong with the records is told all the same
            if not self._standing:   # an answer, no interruption: there is nothing to go on with
                self._ledger.withdraw()
            raise ProblemsFound([*self.report.problems, *found.problems]) from None

    def _tell(self, records: int) -> None:
        self._done += records
        if self._progress:
            self._progress(self._done + self.report.resumed, self.report.total, len(self.report.problems) + self.report.untold)

    def _finished(self) -> Report:
        self.report.problems = in_order(self.report.problems)
        return self.report
