"""``docgen generate TYPE [DATA…]``: documents from files, parameters or the facts; with ``--set`` of several types at once,
with ``--merge`` as one file for print."""

from __future__ import annotations

from pathlib import Path

import click

from docgen.cli import printing, shape, target
from docgen.cli.voice import Voice

MOST_ROWS = 500


def command(voice: Voice) -> click.Command:
    params = [
        click.Argument(["type"], required=False, metavar=voice.say("cli.metavar.type")),
        click.Argument(["data"], nargs=-1, metavar=f"[{voice.say('cli.metavar.data')}]"),
        shape.parameters_option(voice),
        target.option(voice, endings=(".docx", ".zip", ".pdf")),
        *printing.options(voice),
        click.Option(["--replace"], is_flag=True, help=voice.say("cli.option.replace")),
        click.Option(["--again"], is_flag=True, help=voice.say("cli.option.again")),
        click.Option(["--amends"], default="", metavar=voice.say("cli.metavar.number"), callback=shape.number,
                     help=voice.say("cli.option.amends")),
        click.Option(["--dry-run"], is_flag=True, help=voice.say("cli.option.dry-run")),
        shape.executor_option(voice),
        click.Option(["--set", "name"], metavar=voice.say("cli.metavar.set"), help=voice.say("cli.option.set")),
        click.Option(["--blank"], is_flag=True, help=voice.say("cli.option.blank")),
        click.Option(["--rows"], metavar="N", callback=_rows, help=voice.say("cli.option.rows")),
        shape.format_option(voice),
    ]

    def generate(
        type: str | None,
        data: tuple[str, ...],
        parameters: dict[str, str | list[str]],
        output: str | None,
        merge: str,
        pdf: bool,
        duplex: bool,
        separator: bool,
        sort: bool,
        replace: bool,
        again: bool,
        amends: str,
        dry_run: bool,
        executor: str,
        blank: bool,
        rows: int | None,
        name: str | None,
    ) -> int:
        from docgen.cli.progress import Progress
        from docgen.cli.report import run_and_tell
        from docgen.job import Job
        from docgen.request import Request
        from docgen.workspace import Workspace

        wrong, option = printing.fault(output or "", merge, pdf=pdf, duplex=duplex, separator=separator, sort=sort)
        archive = Path(output) if output and printing.is_archive(output) else None
        folder, file = (None, "") if archive else target.folder_and_file(output)
        faults = {
            "cli.set-and-type": name and type,
            "cli.set-and-file": name and file,
            "cli.set-and-amends": name and amends,
            "cli.data-and-parameters": data and parameters,
            "cli.blank-and-data": blank and data,
            "cli.rows-alone": rows is not None and not blank,
        }
        wrong = next((fault for fault, is_so in faults.items() if is_so), wrong)
        if wrong:
            raise shape.Fault(wrong, click.get_current_context(), found=option or type or "", name=name or "")
        if not (name or type):
            raise shape.Fault("cli.missing", click.get_current_context(), found=voice.say("cli.metavar.type"))
        request = Request(
            type=type or "",
            set=name or "",
            paths=tuple(map(Path, data)),
            parameters=parameters,
            folder=folder,
            file=file,
            replace=replace,
            again=again,
            amends=amends,
            blank=rows or 0 if blank else None,
            merge=Path(merge) if merge else None,
            archive=archive,
            pdf=pdf,
            duplex=duplex,
            separator=separator,
            sort=sort,
        )
        progress = Progress(voice)
        job = Job(Workspace.find(Path.cwd()), request, dry_run=dry_run, executor=executor, progress=progress,
                  pdf_progress=progress.pdf)
        return run_and_tell(job, progress, voice, dry_run=dry_run)

    return shape.Command("generate", voice, generate, params)


def _rows(ctx: click.Context, _param: click.Parameter, given: str | None) -> int | None:
    """How many rows a table of a blank has."""
    if given is None or (given.isdecimal() and len(given) <= shape.MOST_DIGITS and 1 <= int(given) <= MOST_ROWS):
        return int(given) if given else None
    raise shape.Fault("cli.bad-value", ctx, found=given, name="--rows", expected=f"1, 2, … {MOST_ROWS}")
