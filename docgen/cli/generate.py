"""``docgen generate TYPE [DATA…]``: documents from files, parameters or the school's facts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from docgen.cli import shape
from docgen.cli.voice import Voice

MOST_ROWS = 500


def command(voice: Voice) -> click.Command:
    params = [
        click.Argument(["type"], metavar=voice.say("cli.metavar.type")),
        click.Argument(["data"], nargs=-1, metavar=f"[{voice.say('cli.metavar.data')}]"),
        shape.parameters_option(voice),
        click.Option(["-o", "--output"], metavar=voice.say("cli.metavar.output"), help=voice.say("cli.option.output")),
        click.Option(["--replace"], is_flag=True, help=voice.say("cli.option.replace")),
        click.Option(["--dry-run"], is_flag=True, help=voice.say("cli.option.dry-run")),
        click.Option(["--blank"], is_flag=True, help=voice.say("cli.option.blank")),
        click.Option(["--rows"], type=Rows(), metavar="N", help=voice.say("cli.option.rows")),
        shape.format_option(voice),
    ]

    def generate(
        type: str,
        data: tuple[str, ...],
        parameters: dict[str, str | list[str]],
        output: str | None,
        replace: bool,
        dry_run: bool,
        blank: bool,
        rows: int | None,
    ) -> int:
        from docgen.cli.progress import Progress
        from docgen.cli.report import tell_report
        from docgen.job import Job
        from docgen.workspace import Workspace

        if data and parameters:
            raise shape.Fault("cli.data-and-parameters", click.get_current_context())
        if blank and data:
            raise shape.Fault("cli.blank-and-data", click.get_current_context())
        if rows is not None and not blank:
            raise shape.Fault("cli.rows-alone", click.get_current_context())
        folder, file = _target(output)
        progress = Progress(voice)
        job = Job(
            Workspace.find(Path.cwd()),
            type,
            paths=[Path(name) for name in data],
            parameters=parameters,
            folder=folder,
            file=file,
            replace=replace,
            dry_run=dry_run,
            blank=rows or 0 if blank else None,
            progress=progress,
        )
        try:
            report = job.run()
        except BaseException:
            progress.clear()
            if made := job.report.made:  # interrupted, disk full: what is done is done
                voice.talk(voice.say("cli.stopped", found=len(made), folder=str(job.report.folder.absolute())))
            raise
        progress.clear()
        return tell_report(report, voice, dry_run=dry_run)

    return shape.Command("generate", voice, generate, params)


class Rows(click.ParamType[int]):
    """How many rows a table of a blank has."""

    name = "rows"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:  # noqa: ARG002
        if str(value).isdecimal() and 1 <= int(value) <= MOST_ROWS:
            return int(value)
        raise shape.Fault("cli.bad-value", ctx, found=value, name="--rows", expected=f"1, 2, … {MOST_ROWS}")


def _target(output: str | None) -> tuple[Path | None, str]:
    """The folder and, if ``-o`` names a Word file, the document's own name."""
    if output is None:
        return None, ""
    path = Path(output)
    return (path.parent, path.name) if path.suffix.lower() == ".docx" else (path, "")
