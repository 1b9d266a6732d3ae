"""Sets: papers of several types for one set of parameters, made in one run, in one folder, with one report.

``docgen generate --set absence-week -p week=2025-W42`` makes the week's five tables. A set is a name, a title and the types in
their order; built-in ones stand in ``data_schemas/sets.yaml``, a school's own under ``sets`` of its ``school.yaml`` and come
first. A set is no other road: its types go through one `docgen.job.Job`, one after the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from docgen import output
from docgen.doctype import DocumentType
from docgen.errors import Position, Problem, ProblemsFound
from docgen.inputs import unfit_for_blank
from docgen.request import Request
from docgen.workspace import SCHEMAS, Workspace, builtins_root, nearest

FILE = f"{SCHEMAS}/sets.yaml"
_CHOICES = ("record.one-of", "record.one-of-fields")


@dataclass(frozen=True, slots=True)
class PaperSet:
    """Types that are made together."""

    name: str
    title: str
    types: Sequence[str]


def sets_of(workspace: Workspace) -> dict[str, PaperSet]:
    """The sets that a workspace knows, by name; its own before the built-in ones.

    Raises:
        ProblemsFound: what is wrong in ``school.yaml``.
    """
    from docgen import records

    value, _ = records.read(builtins_root() / FILE)
    known = dict(value) if isinstance(value, dict) else {}
    own = workspace.facts.school.get("sets", {}) if workspace.root else {}
    return {name: PaperSet(name, said["title"], tuple(said["types"])) for name, said in (known | own).items()}


def set_of(workspace: Workspace, name: str) -> PaperSet:
    """The set of that name.

    Raises:
        ProblemsFound: ``cli.unknown-set`` with the nearest name.
    """
    known = sets_of(workspace)
    if name not in known:
        facts = {"found": name, "nearest": nearest(name, list(known)), "expected": ", ".join(known)}
        raise ProblemsFound([Problem("cli.unknown-set", facts=facts)])
    return known[name]


def types_of(workspace: Workspace, request: Request) -> list[tuple[DocumentType, Request]]:
    """The types that are asked for, in their order, each with what is asked of it: the parameters that it knows.

    Raises:
        ProblemsFound: a type or set that there is not; a set in the place of a type (``cli.set-for-type``); a parameter that
            no type of the set knows (``cli.set-parameter``).
    """
    if not request.set:
        return [(_doctype(workspace, request.type), request)]
    doctypes = [workspace.doctype(name) for name in set_of(workspace, request.set).types]
    known = [_parameters(doctype, request) for doctype in doctypes]
    _all_known(doctypes, known, request)
    return [(doctype, replace(request, type=doctype.id, set="", parameters={
                name: value for name, value in request.parameters.items() if _head(name) in names}))
            for doctype, names in zip(doctypes, known, strict=True)]


def _doctype(workspace: Workspace, name: str) -> DocumentType:
    try:
        return workspace.doctype(name)
    except ProblemsFound:
        if name in sets_of(workspace):
            raise ProblemsFound([Problem("cli.set-for-type", facts={"found": name})]) from None
        raise


def folder_of(workspace: Workspace, request: Request) -> Path:
    """Where the documents go that were asked for."""
    if request.folder or not request.set:
        return request.folder or workspace.output
    given = [each for value in request.parameters.values() for each in ([value] if isinstance(value, str) else value)]
    return workspace.output / "_".join(filter(None, map(output.printable, [request.set, *given])))


def milder(problem: Problem) -> Problem:
    """That the facts have nothing for one type of a set (a week without long absences) is no fault."""
    return replace(problem, level="warning") if problem.id == "cli.no-records" else problem


def asked_once(problems: Sequence[Problem]) -> list[Problem]:
    """Without choices between parameters (a day or a week) where one type needs one of those (the week): it serves them all."""
    needed = {problem.facts["name"] for problem in problems if problem.id == "record.required-parameter"}
    return [problem for problem in problems
            if problem.id not in _CHOICES or needed.isdisjoint(str(problem.facts.get("expected", "")).split(", "))]


def _parameters(doctype: DocumentType, request: Request) -> set[str]:
    """The parameters that a type knows: its view's, or the fields of its record."""
    of_view = doctype.view and request.blank is None
    return set((doctype.parameters if of_view else doctype.schema).get("properties", {}))


def _all_known(doctypes: Sequence[DocumentType], known: Sequence[set[str]], request: Request) -> None:
    if request.blank is not None and (unfit := unfit_for_blank(doctypes, request.parameters)):
        raise ProblemsFound(unfit)
    names = sorted(set().union(*known))
    problems = [
        Problem("cli.set-parameter", Position(f"-p {name}"), {
            "found": name, "nearest": nearest(_head(name), names), "set": request.set, "expected": ", ".join(names)})
        for name in request.parameters if _head(name) not in names
    ]
    if problems:
        raise ProblemsFound(problems)


def _head(name: str) -> str:
    return name.partition(".")[0]
