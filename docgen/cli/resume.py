"""``docgen resume JOB``: go on with a job that was cut off."""

from __future__ import annotations

from pathlib import Path

import click

from docgen.cli import shape
from docgen.cli.voice import Voice


def command(voice: Voice) -> click.Command:
    params = [
        click.Argument(["job"], metavar=voice.say("cli.metavar.job"), callback=shape.job_number),
        click.Option(["--replace"], is_flag=True, help=voice.say("cli.option.replace")),
        shape.executor_option(voice),
        shape.format_option(voice),
    ]

    def resume(job: int, replace: bool, executor: str) -> int:
        from docgen.cli.progress import Progress
        from docgen.cli.report import run_and_tell
        from docgen.job import Job
        from docgen.workspace import Workspace

        progress = Progress(voice)
        resumed = Job.resume(Workspace.find(Path.cwd()), job, replace=replace, executor=executor, progress=progress,
                             pdf_progress=progress.pdf)
        return run_and_tell(resumed, progress, voice)

    return shape.Command("resume", voice, resume, params)
