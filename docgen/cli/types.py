"""``docgen types [TYPE]``: the document types and sets, or all about one type: fields, parameters, files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from docgen.cli import shape
from docgen.cli.voice import Voice
from docgen.errors import Problem, ProblemsFound

if TYPE_CHECKING:
    from docgen.doctype import DocumentType
    from docgen.sets import PaperSet
    from docgen.workspace import Workspace


def command(voice: Voice) -> click.Command:
    params = [
        click.Argument(["type"], required=False, metavar=f"[{voice.say('cli.metavar.type')}]"),
        shape.format_option(voice),
    ]

    def types(type: str | None) -> int:
        from docgen.cli.report import as_data, give_json, tell_problems
        from docgen.workspace import Workspace

        workspace = Workspace.find(Path.cwd())
        if type:
            doctype = workspace.doctype(type)
            if voice.form == "json":
                give_json(voice, _as_data(doctype) | {"schema": doctype.schema})
            else:
                _give_one(workspace, doctype, voice)
            return 0
        found, problems = _all(workspace)
        sets, warnings = _sets(workspace)
        is_ill = bool(problems)
        problems += warnings
        if voice.form == "json":
            give_json(voice, {"types": [_as_data(it) for it in found],
                              "sets": [{"name": it.name, "title": it.title, "types": list(it.types)} for it in sets],
                              "problems": [as_data(it, voice) for it in problems]})
            return 1 if is_ill else 0
        width = max((len(doctype.id) for doctype in found), default=0)
        for doctype in found:
            voice.give(f"{doctype.id:{width}}  {doctype.title}")
        if sets:  # not among the types, which a program may read line by line
            voice.talk("\n" + voice.say("cli.types.sets"))
        for each in sets:
            voice.talk(f"{each.name:{width}}  {each.title}")
        tell_problems(problems, voice)
        voice.talk(voice.say("cli.next", command=f"docgen types {voice.say('cli.metavar.type')}"))
        return 1 if is_ill else 0

    return shape.Command("types", voice, types, params)


def _all(workspace: Workspace) -> tuple[list[DocumentType], list[Problem]]:
    """The types that can be read, and what is wrong with the others."""
    found: list[DocumentType] = []
    problems: list[Problem] = []
    for name in workspace.types():
        try:
            found.append(workspace.doctype(name))
        except ProblemsFound as wrong:
            problems += wrong.problems
    return found, problems


def _sets(workspace: Workspace) -> tuple[list[PaperSet], list[Problem]]:
    """The sets; where ``school.yaml`` is wrong, the built-in ones and warnings: the types are there all the same."""
    from docgen.sets import sets_of
    from docgen.workspace import Workspace

    try:
        return list(sets_of(workspace).values()), []
    except ProblemsFound as wrong:
        return list(sets_of(Workspace(None)).values()), [replace(problem, level="warning") for problem in wrong.problems]


def _as_data(doctype: DocumentType) -> dict[str, Any]:
    return {
        "id": doctype.id,
        "title": doctype.title,
        "series": doctype.series or None,
        "parameters": list(doctype.parameters.get("properties", {})),
        "template": str(doctype.template_path),
        "schema_file": str(doctype.schema_path),
        "sample": str(doctype.sample_path),
    }


def _give_one(workspace: Workspace, doctype: DocumentType, voice: Voice) -> None:
    from docgen.cli.form import outline
    from docgen.records.fields import Fields

    voice.give(f"{doctype.title}\n{doctype.schema.get('description', '')}\n")
    voice.give(voice.say("cli.types.fields"))
    path = f"{doctype.id}.schema.json"
    voice.give("\n".join(outline(Fields(doctype.schema, schemas=workspace.schemas, path=path), voice)))
    if doctype.view:
        voice.give("\n" + voice.say("cli.types.parameters"))
        voice.give("\n".join(outline(Fields(doctype.parameters, schemas=workspace.schemas, path=path), voice)))
    voice.give("\n" + voice.say("cli.types.files"))
    for file in (doctype.template_path, doctype.schema_path, doctype.sample_path):
        voice.give(f"  {file}")
    voice.talk(voice.say("cli.next", command=f"docgen new {doctype.id} -o {Path(doctype.id).name}.yaml"))
