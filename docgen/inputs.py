"""What a job works from: its records, from files, parameters or facts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from docgen import records
from docgen.doctype import DocumentType
from docgen.errors import Position, Problem, ProblemsFound
from docgen.records import Record, Source
from docgen.request import Parameters, Request
from docgen.workspace import Workspace


def plan(workspace: Workspace, doctype: DocumentType, request: Request) -> Collection[Record]:
    """The records of a type, in their order; those of a large file come from the disk as they are asked for.

    Raises:
        ProblemsFound: what is wrong in files and parameters; ``cli.no-data``, ``cli.no-records`` where there is nothing.
    """
    if request.blank is not None:
        return _blank(doctype, workspace.schemas, request.parameters)
    if request.paths:
        return records.stream_records(request.paths)
    if are_of_view(doctype, request.parameters):
        return _view(workspace, doctype, request)
    if not request.parameters:
        raise ProblemsFound([Problem("cli.no-data", facts={"found": doctype.id})])
    path = f"{doctype.id}.schema.json"
    return [records.record_of(request.parameters, doctype.schema, schemas=workspace.schemas, path=path)]


def _blank(doctype: DocumentType, schemas: Mapping[str, Mapping[str, Any]], parameters: Parameters) -> list[Record]:
    """The one record of a paper for filling by hand: the fields that the parameters tell, mostly none.

    Raises:
        ProblemsFound: ``cli.blank-parameter``: what chooses facts is given to a paper that has none.
    """
    if problems := unfit_for_blank([doctype], parameters):
        raise ProblemsFound(problems)
    path = f"{doctype.id}.schema.json"
    found = records.record_of(parameters, doctype.schema, schemas=schemas, path=path)
    return [replace(found, key=found.key or doctype.id)]


def unfit_for_blank(doctypes: Iterable[DocumentType], parameters: Parameters) -> list[Problem]:
    """The parameters that only views know: they choose among facts, and are no fields that a blank could print."""
    of_views, fields = set[str](), set[str]()
    for doctype in doctypes:
        of_views |= set(doctype.parameters.get("properties", {}))
        fields |= set(doctype.schema.get("properties", {}))
    return [Problem("cli.blank-parameter", Position(f"-p {name}"), {"found": name})
            for name in parameters if name.partition(".")[0] in of_views - fields]


def are_of_view(doctype: DocumentType, parameters: Parameters) -> bool:
    """Whether parameters ask the view: none of them is a field of the record alone. A slip of the pen is the view's to tell."""
    if not doctype.view:
        return False
    named = {name.partition(".")[0] for name in parameters}
    return not named & (set(doctype.schema.get("properties", {})) - set(doctype.parameters.get("properties", {})))


def may_be_kept(doctype: DocumentType, request: Request) -> bool:
    """Whether the journal may keep what is asked of a type, and the same words ask for the same again.

    Not where parameters are the record, for those may be personal, and not where data come through a pipe.
    """
    is_personal = request.parameters and (request.blank is not None or not are_of_view(doctype, request.parameters))
    return not is_personal and all(path.is_file() for path in request.paths)


def _view(workspace: Workspace, doctype: DocumentType, request: Request) -> list[Record]:
    from docgen.school.views import derive
    from docgen.validation import Validator

    path = f"{doctype.id}.schema.json"
    given = records.record_of(request.parameters, doctype.parameters, schemas=workspace.schemas, path=path)
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
