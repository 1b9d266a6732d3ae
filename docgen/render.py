"""The worker: a chunk of records in, documents as bytes or problems out.

Nothing is written here and no number is given: what comes out depends only on what goes in, so chunks may run in this
process, in others or on other machines. What a type needs (validator, plan of the context, compiled template) is made once
a process and kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from docgen import output
from docgen.context import Plan
from docgen.digests import same_files
from docgen.doctype import DocumentType
from docgen.errors import Problem, ProblemsFound, in_order
from docgen.journal import Digests
from docgen.records import Record
from docgen.register.entries import Claim, facts_digest
from docgen.school.shape import Shape, references, shape_of
from docgen.validation import Validator, rule_problems
from docgen.workspace import Workspace

if TYPE_CHECKING:
    from docgen.template.compiled import Template


@dataclass(frozen=True, slots=True)
class Task:
    """A chunk of work: records of one type.

    Args:
        data: false where only the problems are wanted.
        numbers: one a record, from the register; None where none are given.
        is_trial: the type has a number book: a record without a number is rendered with a placeholder, and only what it
            claims of the register comes back.
        blank: for filling by hand, with so many rows in each table (0: as the schema says); None for a paper with its facts.
        digests: what the coordinator sees of facts and template, for a worker that may see something else.
    """

    workspace: Workspace
    type: str
    records: tuple[Record, ...]
    data: bool = True
    numbers: tuple[str, ...] | None = None
    is_trial: bool = False
    blank: int | None = None
    digests: Digests | None = None


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose paper it is: a class, or a pupil of it. Empty fields where the paper is of the whole school.

    *date* is the paper's own, ISO; *student* the pupil's id.
    """

    date: str = ""
    class_name: str = ""
    grade: int = 0
    letter: str = ""
    student: str = ""
    name: tuple[str, str, str] = ("", "", "")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one record: a document with the name it asks for, or problems; warnings may stand beside a document."""

    key: str
    name: PurePosixPath | None = None
    data: bytes | None = None
    problems: tuple[Problem, ...] = ()
    claim: Claim | None = None
    owner: Owner = Owner()

    @property
    def failed(self) -> bool:
        return any(problem.is_error for problem in self.problems)


def render_chunk(task: Task) -> list[Outcome]:
    """The outcomes of a chunk's records, in their order.

    Raises:
        ProgramFailed: this worker sees other facts or another template than the coordinator (``executor.*``).
    """
    if task.digests:
        same_files(task.workspace, task.type, task.digests)
    press = press_of(task.workspace, task.type)
    if not task.data:
        return [press.inspect(record) for record in task.records]
    if task.blank is not None:
        return [press.blank(record, rows=task.blank) for record in task.records]
    if task.is_trial:
        return [press.try_out(record) for record in task.records]
    if task.numbers is None:
        return [press.make(record) for record in task.records]
    return [press.make(_numbered(record, number)) for record, number in zip(task.records, task.numbers, strict=True)]


@lru_cache(maxsize=32)
def press_of(workspace: Workspace, type: str) -> Press:
    """The press of a type, made once for a workspace in this process."""
    return Press(workspace, workspace.doctype(type))


class Press:
    """Everything that turns records of one type into documents, compiled when it is first needed."""

    def __init__(self, workspace: Workspace, doctype: DocumentType) -> None:
        self.workspace = workspace
        self.doctype = doctype
        path = f"{doctype.id}.schema.json"
        self._validator = Validator(doctype.schema, schemas=workspace.schemas, path=path)
        self._plan = Plan(doctype.schema, workspace.schemas, path)

    @cached_property
    def _shape(self) -> Shape:
        path = f"{self.doctype.id}.schema.json"
        return shape_of(self.doctype.schema, self.workspace.schemas, path)

    @cached_property
    def template(self) -> Template:
        from docgen.template.compiled import Template

        path = self.doctype.template_path
        return Template(path, name=self.workspace.shown(path), blocks=self.workspace.block, files=self.workspace.picture)

    @cached_property
    def _fill_name(self) -> Callable[[Mapping[str, Any]], str]:
        from docgen.template.environment import compile_text

        return compile_text(self.doctype.file_name, name=f"{self.doctype.id}.schema.json", finalize=output.printable)

    def context(self, record: Record) -> tuple[dict[str, Any], list[Problem]]:
        """What the template sees of a record, and the warnings met on the way.

        Raises:
            ProblemsFound: all that is wrong with the record's fields and its ids; if nothing is, the rules that are broken.
        """
        warnings: list[Problem] = []
        found = self._validator.problems(record)
        if any(problem.is_error for problem in found):
            told = {problem.position.pointer for problem in found}
            lost = [problem for problem in self._lost_references(record) if problem.position.pointer not in told]
            raise ProblemsFound([*found, *lost])
        warnings += found
        self.workspace.speak()
        context = self._plan.context(record.data, self.workspace.facts, self.doctype, locate=record.locate)
        _sift(rule_problems(self.doctype, context, record), warnings)
        return context, warnings

    def _lost_references(self, record: Record) -> list[Problem]:
        """Ids that no fact has, in a record that its schema refuses: whoever corrects it wants to know both at once."""
        problems: list[Problem] = []
        for reference in references(self._shape, record.data):
            at = record.locate(reference.pointer, key=reference.is_key)
            try:
                self.workspace.facts.find(reference.kind, reference.id, at=at, label=reference.title)
            except ProblemsFound as lost:
                problems += [problem for problem in lost.problems if problem not in problems]
        return problems

    def inspect(self, record: Record) -> Outcome:
        """The problems of a record, without a document."""
        from docgen.school.wording import record_wording

        try:
            _, warnings = self.context(record)
        except ProblemsFound as found:
            return _outcome(record, problems=found.problems)
        return _outcome(record, problems=[*warnings, *record_wording(self._shape, record.data, record.locate)])

    def try_out(self, record: Record) -> Outcome:
        """What a record claims of the register; with its document where the number is typed, so that it is final."""
        typed = _number(record)
        made = self.make(record if typed else _numbered(record, self.doctype.number.replace("{n}", "1")))
        if made.claim is None:
            return made
        claim = replace(made.claim, number=typed, record=facts_digest(record.data))
        return replace(made, claim=claim) if typed else replace(made, claim=claim, name=None, data=None)

    def make(self, record: Record) -> Outcome:
        """The document of a record, or its problems."""
        findings: list[Problem] = []
        try:
            context, warnings = self.context(record)
            data = self.template.render(context, findings=findings)
            name = output.file_name(self._fill_name(context), fallback=record.key)
        except ProblemsFound as found:
            return _outcome(record, problems=[*findings, *found.problems])
        made = replace(_outcome(record, problems=[*warnings, *findings]), name=name, data=data, owner=owner_of(context))
        return replace(made, claim=self._claim(record, context)) if self.doctype.series else made

    def blank(self, record: Record, *, rows: int = 0) -> Outcome:
        """The paper for filling by hand. What *record* has is checked and printed; rules are for whoever holds the pen."""
        findings: list[Problem] = []
        try:
            if record.data:
                _sift((p for p in self._validator.problems(record) if p.id not in _NOT_YET), findings)
            facts = self.workspace.facts if self.workspace.root or record.data else None
            self.workspace.speak()
            context = self._plan.blank(
                record.data, facts, self.doctype, tables=self.template.tables, rows=rows, locate=record.locate)
            data = self.template.render(context, findings=findings, by_hand=True)
        except ProblemsFound as found:
            return _outcome(record, problems=[*findings, *found.problems])
        words = [PurePosixPath(self.doctype.id).name, "бланк", *_values(record.data)]
        name = output.file_name("_".join(map(output.printable, words)), fallback=record.key)
        return replace(_outcome(record, problems=findings), name=name, data=data)

    def _claim(self, record: Record, context: Mapping[str, Any]) -> Claim:
        doc = context["doc"]
        day = doc["date"] or self.workspace.facts.today
        return Claim(self.doctype.id, record.key, day.isoformat(), "", doc["title"] or "", pattern=self.doctype.number,
                     has_id=str(record.data.get("id") or "").strip() == record.key)


def owner_of(context: Mapping[str, Any]) -> Owner:
    """Whose paper is made of a context: its ``student``, else its ``class``."""
    pupil = context.get("student")
    pupil = pupil if isinstance(pupil, dict) else {}
    class_ = pupil.get("class") if pupil else context.get("class")
    class_ = class_ if isinstance(class_, dict) else {}
    day = context["doc"]["date"]
    return Owner(
        day.isoformat() if day else "", class_.get("name") or "", int(class_.get("grade") or 0), class_.get("letter") or "",
        pupil.get("id") or "",
        (pupil.get("surname") or "", pupil.get("given_name") or "", pupil.get("patronymic") or ""))


# What a paper for filling by hand does not have yet.
_NOT_YET = ("record.required", "record.required-parameter")


def _values(data: object) -> Iterator[object]:
    """The values of a record, without their names."""
    if isinstance(data, dict | list):
        for value in data.values() if isinstance(data, dict) else data:
            yield from _values(value)
    else:
        yield data


def _number(record: Record) -> str:
    """The number that the clerk typed, empty where there is none."""
    doc = record.data.get("doc")
    return str(doc.get("number") or "") if isinstance(doc, dict) else ""


def _numbered(record: Record, number: str) -> Record:
    doc = record.data.get("doc")
    if doc is not None and not isinstance(doc, dict):
        return record  # the schema will say it
    return replace(record, data={**record.data, "doc": {**(doc or {}), "number": number}})


def _sift(problems: Iterable[Problem], warnings: list[Problem]) -> None:
    """Keep warnings for later; raise if there is an error among *problems*."""
    found = list(problems)
    if any(problem.is_error for problem in found):
        raise ProblemsFound(found)
    warnings += found


def _outcome(record: Record, *, problems: Iterable[Problem]) -> Outcome:
    own = (problem if problem.record else replace(problem, record=record.key) for problem in problems)
    return Outcome(record.key, problems=tuple(in_order(own)))
