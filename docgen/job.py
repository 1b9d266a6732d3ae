"""A job: records of one type, through the workers, to files and a report. One document is a job of one record.

The job is the coordinator: it decides names and writes files; the workers (`docgen.render`) only make bytes. They run in this
process, or in any `concurrent.futures.Executor` that is given.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from docgen import output, records
from docgen.doctype import DocumentType
from docgen.errors import Problem, ProblemsFound, in_order
from docgen.records import Record, Source
from docgen.render import Outcome, Task, render_chunk
from docgen.workspace import Workspace

Progress = Callable[[int, int, int], None]
Parameters = Mapping[str, str | list[str]]

CHUNK = 50
# Chunks under way at once in an executor: enough to keep every worker busy, few enough to keep memory flat.
WINDOW = 16


@dataclass(frozen=True, slots=True)
class Made:
    """A document and where it is (where it would be, in a dry run)."""

    key: str
    path: Path
    state: output.State


@dataclass(slots=True)
class Report:
    """What a job did: grows while the job runs, so that it tells the truth after an interruption too.

    Args:
        folder: where the documents are.
        total: records the job was given.
        made: documents, in the order of the records.
        failed: keys of the records that gave no document.
        problems: errors and warnings, sorted by position.
    """

    folder: Path
    total: int = 0
    made: list[Made] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def count(self, state: output.State) -> int:
        return sum(made.state == state for made in self.made)


class Job:
    """Documents of one type from files, parameters or facts.

    Args:
        type: id of the document type.
        paths: data files; each may hold several records.
        parameters: values by dotted name. For a type with a view whose parameters these are, the records come from the
            facts; otherwise the parameters are the record.
        folder: where documents go; the workspace's output folder by default.
        file: the one document's own name, in place of the type's pattern.
        replace: overwrite files that have other content.
        dry_run: everything but the writing.
        executor: runs the chunks; this process by default.
        progress: told after every chunk: records done, records in all, problems so far.
    """

    def __init__(
        self,
        workspace: Workspace,
        type: str,
        *,
        paths: Sequence[Path] = (),
        parameters: Parameters | None = None,
        folder: Path | None = None,
        file: str = "",
        replace: bool = False,
        dry_run: bool = False,
        executor: Executor | None = None,
        progress: Progress | None = None,
    ) -> None:
        self.workspace = workspace
        self.doctype = workspace.doctype(type)
        self.report = Report(folder or workspace.output)
        self._paths = paths
        self._parameters = parameters or {}
        self._file = file
        self._replace = replace
        self._dry_run = dry_run
        self._executor = executor
        self._progress = progress
        self._names = output.Names()
        self._swept: set[Path] = set()

    def run(self) -> Report:
        """Make the documents.

        Raises:
            ProblemsFound: the input could not be read, or there is nothing to make (``cli.no-records``).
            CannotWrite: the output refuses; what was written before stays and stands in `report`.
        """
        for outcome in self._outcomes(data=True):
            self._take(outcome)
        return self._finished()

    def validate(self) -> Report:
        """Look for problems without making anything.

        Raises:
            ProblemsFound: the input could not be read, or there is nothing to look at.
        """
        for outcome in self._outcomes(data=False):
            self._note(outcome)
        return self._finished()

    def _outcomes(self, *, data: bool) -> Iterator[Outcome]:
        found = plan(self.workspace, self.doctype, self._paths, self._parameters)
        if self._file and len(found) > 1:
            raise ProblemsFound([Problem("cli.one-file", facts={"found": len(found), "expected": self._file})])
        self.report.total = len(found)
        tasks = (Task(self.workspace, self.doctype.id, chunk, data) for chunk in _chunks(found))
        done = 0
        for outcomes in _through(tasks, self._executor):
            yield from outcomes
            done += len(outcomes)
            if self._progress:
                self._progress(done, len(found), len(self.report.problems))

    def _take(self, outcome: Outcome) -> None:
        self._note(outcome)
        if outcome.name is None or outcome.data is None or outcome.failed:
            return
        try:
            self.report.made.append(self._write(outcome.key, outcome.name, outcome.data))
        except ProblemsFound as found:
            self._note(replace(outcome, problems=tuple(replace(p, record=outcome.key) for p in found.problems)))

    def _write(self, key: str, wanted: PurePosixPath, data: bytes) -> Made:
        folder = self.report.folder
        name = PurePosixPath(self._file) if self._file else self._names.take(wanted, key)
        path = folder.joinpath(*name.parts)
        if path.parent not in self._swept:
            output.sweep(path.parent)
            self._swept.add(path.parent)
        return Made(key, path, output.write(folder, name, data, replace=self._replace, dry_run=self._dry_run))

    def _note(self, outcome: Outcome) -> None:
        self.report.problems += outcome.problems
        if outcome.failed:
            self.report.failed.append(outcome.key)

    def _finished(self) -> Report:
        self.report.problems = in_order(self.report.problems)
        return self.report


def _chunks(found: Sequence[Record]) -> Iterator[tuple[Record, ...]]:
    return (tuple(found[start : start + CHUNK]) for start in range(0, len(found), CHUNK))


def _through(tasks: Iterable[Task], executor: Executor | None) -> Iterator[list[Outcome]]:
    """The outcomes of each task, in order, with no more than `WINDOW` of them under way."""
    if executor is None:
        yield from map(render_chunk, tasks)
        return
    window: deque[Future[list[Outcome]]] = deque()
    for task in tasks:
        window.append(executor.submit(render_chunk, task))
        if len(window) >= WINDOW:
            yield window.popleft().result()
    while window:
        yield window.popleft().result()


def plan(workspace: Workspace, doctype: DocumentType, paths: Sequence[Path], parameters: Parameters) -> list[Record]:
    """The records of a job.

    Raises:
        ProblemsFound: what is wrong in files and parameters; ``cli.no-data``, ``cli.no-records`` where there is nothing.
    """
    if paths:
        return records.read_records(paths)
    if doctype.view and _are_the_views(doctype, parameters):
        return _view(workspace, doctype, parameters)
    if not parameters:
        raise ProblemsFound([Problem("cli.no-data", facts={"found": doctype.id})])
    path = f"{doctype.id}.schema.json"
    return [records.record_of(parameters, doctype.schema, schemas=workspace.schemas, path=path)]


def _are_the_views(doctype: DocumentType, parameters: Parameters) -> bool:
    """Whether parameters ask the view: none of them is a field of the record alone. A slip of the pen is the view's to tell."""
    named = {name.partition(".")[0] for name in parameters}
    return not named & (set(doctype.schema.get("properties", {})) - set(doctype.parameters.get("properties", {})))


def _view(workspace: Workspace, doctype: DocumentType, parameters: Parameters) -> list[Record]:
    from docgen.school.views import derive
    from docgen.validation import Validator

    path = f"{doctype.id}.schema.json"
    given = records.record_of(parameters, doctype.parameters, schemas=workspace.schemas, path=path)
    problems = Validator(doctype.parameters, schemas=workspace.schemas, path=path).problems(given)
    if problems:
        raise ProblemsFound(problems)
    try:
        derived = derive(doctype, workspace.facts, given.data)
    except ProblemsFound as wrong:
        raise ProblemsFound(_located(problem, given) for problem in wrong.problems) from None
    found = [Record(data["id"], data, Source(f"{doctype.id}: {data['id']}", None, "view")) for data in derived]
    if not found:
        asked = " ".join(f"{name}={value}" for name, value in given.data.items())
        raise ProblemsFound([Problem("cli.no-records", facts={"found": doctype.id, "expected": asked})])
    return found


def _located(problem: Problem, given: Record) -> Problem:
    """A view knows its parameters by pointer only; the person typed them."""
    return problem if problem.position.file else problem.at(given.locate(problem.position.pointer))
