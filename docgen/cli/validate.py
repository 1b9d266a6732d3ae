"""``docgen validate TYPE [DATA…]``: the problems of records, without making anything."""

from __future__ import annotations

from pathlib import Path

import click

from docgen.cli import shape
from docgen.cli.voice import Voice


def command(voice: Voice) -> click.Command:
    params = [
        click.Argument(["type"], metavar=voice.say("cli.metavar.type")),
        click.Argument(["data"], nargs=-1, metavar=f"[{voice.say('cli.metavar.data')}]"),
        shape.parameters_option(voice),
        shape.format_option(voice),
    ]

    def validate(type: str, data: tuple[str, ...], parameters: dict[str, str | list[str]]) -> int:
        from docgen.cli.report import tell_validation
        from docgen.job import Job
        from docgen.request import Request
        from docgen.workspace import Workspace

        if data and parameters:
            raise shape.Fault("cli.data-and-parameters", click.get_current_context())
        request = Request(type, paths=tuple(map(Path, data)), parameters=parameters)
        job = Job(Workspace.find(Path.cwd()), request)
        return tell_validation(job.validate(), voice)

    return shape.Command("validate", voice, validate, params)
