"""What a job works from: its records, from files, parameters or facts, and the digests that tell when something changed."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from docgen import output, records
from docgen.doctype import DocumentType
from docgen.errors import Problem, ProblemsFound
from docgen.journal import Digests
from docgen.records import Record, Source
from docgen.workspace import MARK, Workspace

Parameters = Mapping[str, str | list[str]]


def plan(workspace: Workspace, doctype: DocumentType, paths: Sequence[Path], parameters: Parameters) -> Collection[Record]:
    """The records of a job, in their order; those of a large file come from the disk as they are asked for.

    Raises:
        ProblemsFound: what is wrong in files and parameters; ``cli.no-data``, ``cli.no-records`` where there is nothing.
    """
    if paths:
        return records.stream_records(paths)
    if are_of_view(doctype, parameters):
        return _view(workspace, doctype, parameters)
    if not parameters:
        raise ProblemsFound([Problem("cli.no-data", facts={"found": doctype.id})])
    path = f"{doctype.id}.schema.json"
    return [records.record_of(parameters, doctype.schema, schemas=workspace.schemas, path=path)]


def blank_plan(doctype: DocumentType, schemas: Mapping[str, Mapping[str, Any]], parameters: Parameters) -> list[Record]:
    """The one record of a paper for filling by hand: the fields that the parameters tell, mostly none."""
    path = f"{doctype.id}.schema.json"
    found = records.record_of(parameters, doctype.schema, schemas=schemas, path=path)
    return [replace(found, key=found.key or doctype.id)]


def are_of_view(doctype: DocumentType, parameters: Parameters) -> bool:
    """Whether parameters ask the view: none of them is a field of the record alone. A slip of the pen is the view's to tell."""
    if not doctype.view:
        return False
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


def digests(workspace: Workspace, doctype: DocumentType, paths: Iterable[Path]) -> Digests:
    """SHA-256 of the data files, of the facts, and of the type's template, blocks and schema, as they are now."""
    return Digests(_of_files(paths), _of_files(_facts(workspace)), template_digest(workspace, doctype))


def template_digest(workspace: Workspace, doctype: DocumentType) -> str:
    """SHA-256 of what makes a type: template, house blocks, schema."""
    return _of_files([doctype.template_path, doctype.schema_path, *workspace.blocks()])


def _facts(workspace: Workspace) -> list[Path]:
    if workspace.root is None:
        return []
    data = workspace.root / "data"
    return [workspace.root / MARK, *sorted(path for path in data.rglob("*") if path.is_file() and path.name[0] != ".")]


def _of_files(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        # A pipe can be read once only, /dev/zero never ends; what is gone is another state than any content.
        inside = output.sha256(path) if path.is_file() else ""
        digest.update(hashlib.sha256(path.name.encode("utf-8", "surrogateescape")).digest() + inside.encode())
    return digest.hexdigest()
