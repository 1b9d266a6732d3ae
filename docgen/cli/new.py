"""``docgen new TYPE``: an empty form to fill in, or the type's sample."""

from __future__ import annotations

import json
import re
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import click

from docgen.cli import shape, target
from docgen.cli.voice import Voice

if TYPE_CHECKING:
    from docgen.doctype import DocumentType
    from docgen.records.fields import Fields
    from docgen.workspace import Workspace


def command(voice: Voice) -> click.Command:
    params = [
        click.Argument(["type"], metavar=voice.say("cli.metavar.type")),
        click.Option(["--sample"], is_flag=True, help=voice.say("cli.option.sample")),
        click.Option(["--as", "kind"], type=shape.OneOf(("yaml", "json")), help=voice.say("cli.option.as")),
        target.file_option(voice, ".yaml", ".yml", ".json"),
        click.Option(["--replace"], is_flag=True, help=voice.say("cli.option.replace")),
    ]

    def new(type: str, sample: bool, kind: str | None, output: str | None, replace: bool) -> int:
        from docgen.output import write
        from docgen.workspace import Workspace

        workspace = Workspace.find(Path.cwd())
        doctype = workspace.doctype(type)
        as_json = kind == "json" or (kind is None and (output or "").lower().endswith(".json"))
        text = _sample(doctype, as_json=as_json) if sample else _form(workspace, doctype, voice, as_json=as_json)
        if output is None:
            voice.give(text.rstrip("\n"))
            return 0
        path = Path(output)
        write(path.parent, PurePosixPath(path.name), text.encode(), replace=replace)
        voice.talk(voice.say("cli.new-done", found=path.name))
        voice.give(str(path.absolute()))
        voice.talk(voice.say("cli.next", command=voice.command("docgen", "generate", type, output)))
        return 0

    return shape.Command("new", voice, new, params)


def _sample(doctype: DocumentType, *, as_json: bool) -> str:
    from docgen import records

    value, _ = records.read(doctype.sample_path)
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n" if as_json else doctype.sample_path.read_text("utf-8")


def _form(workspace: Workspace, doctype: DocumentType, voice: Voice, *, as_json: bool) -> str:
    from docgen.cli.form import json_form, yaml_form
    from docgen.records.fields import Fields

    fields = Fields(doctype.schema, schemas=workspace.schemas, path=f"{doctype.id}.schema.json")
    if as_json:
        return json_form(fields)
    return yaml_form(fields, voice, title=doctype.title, note=_from_facts(workspace, doctype, voice),
                     unread=_unread(workspace, doctype, fields))


def _from_facts(workspace: Workspace, doctype: DocumentType, voice: Voice) -> str:
    """How to do without a form, for a type that has its records from the facts."""
    if not doctype.view:
        return ""
    from docgen.records.fields import Fields

    fields = Fields(doctype.parameters, schemas=workspace.schemas, path=f"{doctype.id}.schema.json")
    names = doctype.parameters.get("required") or fields.names(fields.root)[:1]
    given = [f"{name}={(fields.said(fields.at([name]), 'examples') or ['…'])[0]}" for name in names]
    words = [word for pair in given for word in ("-p", pair)]
    return voice.say("cli.form.facts", command=voice.command("docgen", "generate", doctype.id, *words))


def _unread(workspace: Workspace, doctype: DocumentType, fields: Fields) -> set[str]:
    """Of the fields that come with every paper (``doc``) those that this one does not show."""
    from docgen.errors import ProblemsFound
    from docgen.render import Press

    try:
        read = Press(workspace, doctype).template.names
    except ProblemsFound:  # told by `docgen template check`; the form can be filled in all the same
        return set()
    said = " ".join([doctype.subject, doctype.file_name, *(rule.test for rule in doctype.rules)])
    names = {f"doc.{name}" for node in fields.at(["doc"]) for name in fields.names(node)}
    shown = {name for name in names if name in said or any(re.match(rf"{name}\b", it) for it in read)}
    return names - shown - ({"doc.number"} if doctype.series else set())
