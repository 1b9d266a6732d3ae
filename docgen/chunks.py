"""The records of a job on their way through the workers, a chunk at a time: rendered, and numbered in between."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from docgen import executors
from docgen.doctype import DocumentType
from docgen.errors import Problem, in_order
from docgen.executors import Crew
from docgen.records import Record
from docgen.register import Claim, Grant
from docgen.render import Outcome, Task, render_chunk

Reserve = Callable[[Sequence[Claim]], Sequence[Grant]]


@dataclass(frozen=True, slots=True)
class Part:
    """The records of one type in a job.

    Args:
        first: place of the first one among all records of the job.
        template: digest of the type's files.
        is_numbered: the register gives numbers.
    """

    doctype: DocumentType
    records: Collection[Record]
    first: int
    template: str
    is_numbered: bool


@dataclass(slots=True)
class Chunk:
    """Records on their way, with their places in the job; outcomes and grants stand beside them."""

    places: Sequence[int]
    records: Sequence[Record]
    outcomes: list[Outcome] = field(default_factory=list)
    grants: list[Grant | None] = field(default_factory=list)

    @property
    def unmade(self) -> list[int]:
        """Those that have a number and wait for their document."""
        return [i for i, (outcome, grant) in enumerate(zip(self.outcomes, self.grants, strict=True))
                if grant and grant.entry and outcome.data is None]


def chunks_of(part: Part, done: Collection[int], size: int) -> Iterator[Chunk]:
    """Chunks of *size* records, without those whose places are *done*."""
    left = ((place, record) for place, record in enumerate(part.records, part.first) if place not in done)
    while some := list(islice(left, size)):
        yield Chunk([place for place, _ in some], [record for _, record in some])


def rendered(chunks: Iterable[Chunk], task: Task, crew: Crew) -> Iterator[Chunk]:
    """The chunks with the outcomes of their records; *task* says how, its own records do not count.

    Raises:
        ProgramFailed: as `executors.through`.
    """
    tasks = ((chunk, replace(task, records=_for_worker(chunk.records))) for chunk in chunks)
    for chunk, outcomes in executors.through(render_chunk, tasks, crew):
        chunk.outcomes = [_located(outcome, record) for outcome, record in zip(outcomes, chunk.records, strict=True)]
        chunk.grants = [None] * len(outcomes)
        yield chunk


def numbered(chunks: Iterable[Chunk], task: Task, crew: Crew, reserve: Reserve) -> Iterator[Chunk]:
    """As `rendered`, for a type with a number book: tried with a placeholder, numbered in order, rendered with the number.

    What has problems takes no number; what was tried with a number that was typed is not rendered again.

    Args:
        reserve: gives numbers for a chunk's papers, in their order.

    Raises:
        ProgramFailed: as `executors.through`.
        CannotWrite: the register refuses.
    """
    tried = rendered(chunks, replace(task, is_trial=True), crew)
    for chunk, outcomes in executors.through(render_chunk, _granted(tried, task, reserve), crew):
        for i, outcome in zip(chunk.unmade, outcomes, strict=True):
            grant, outcome = chunk.grants[i], _located(outcome, chunk.records[i])
            chunk.outcomes[i] = replace(outcome, claim=chunk.outcomes[i].claim, problems=(
                *outcome.problems, *(grant.problems if grant else ())))
        yield chunk


def _granted(tried: Iterable[Chunk], task: Task, reserve: Reserve) -> Iterator[tuple[Chunk, Task | None]]:
    """Numbers for what can be made; the task is to render those whose number was not typed."""
    for chunk in tried:
        outcomes = chunk.outcomes
        able = [i for i, outcome in enumerate(outcomes) if outcome.claim and not outcome.failed]
        granted = reserve([claim for i in able if (claim := outcomes[i].claim)])
        for i, answer in zip(able, granted, strict=True):
            told = tuple(_placed(problem, chunk.records[i]) for problem in answer.problems)
            chunk.grants[i] = replace(answer, problems=told)
            if answer.entry is None or outcomes[i].data is not None:
                outcomes[i] = replace(outcomes[i], problems=(*outcomes[i].problems, *told))
        numbers = tuple(grant.entry.number for i in chunk.unmade if (grant := chunk.grants[i]) and grant.entry)
        records = _for_worker(chunk.records[i] for i in chunk.unmade)
        yield chunk, replace(task, records=records, numbers=numbers) if records else None


def _for_worker(records: Iterable[Record]) -> tuple[Record, ...]:
    """The records without the file they came from: where a worker runs there may be another under that path, or none."""
    return tuple(replace(record, source=replace(record.source, path=None)) for record in records)


def _located(outcome: Outcome, record: Record) -> Outcome:
    """The outcome with the lines and columns of its problems, which only this process can look up."""
    if record.source.path is None or not outcome.problems:
        return outcome
    return replace(outcome, problems=tuple(in_order(_found(problem, record) for problem in outcome.problems)))


def _found(problem: Problem, record: Record) -> Problem:
    position = problem.position
    if position.line is not None or position.file != record.source.name:
        return problem
    return problem.at(record.locate(position.pointer.removeprefix(record.pointer), key=position.is_name))


def _placed(problem: Problem, record: Record) -> Problem:
    """A problem of the register at the field it is about, with the words for where its writer can put the number."""
    field = "/doc/date" if problem.id in ("register.date-order", "register.other-year") else "/doc/number"
    where = "parameter" if record.source.kind == "parameters" else "field"
    facts = {**problem.facts, where: problem.facts.get("number", "")}
    return replace(problem, position=record.locate(field), facts=facts, record=record.key)
