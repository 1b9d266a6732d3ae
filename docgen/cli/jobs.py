"""``docgen jobs``: the jobs that were cut off or are under way; ``--forget`` strikes one off."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import click

from docgen.cli import shape
from docgen.cli.voice import Voice


def command(voice: Voice) -> click.Command:
    params = [
        click.Option(["--forget"], metavar=voice.say("cli.metavar.job"), callback=shape.job_number,
                     help=voice.say("cli.option.forget")),
        shape.format_option(voice),
    ]

    def jobs(forget: int | None) -> int:
        from docgen.cli.report import give_json
        from docgen.database import FILE, Database
        from docgen.journal import Journal
        from docgen.workspace import Workspace

        path = Workspace.find(Path.cwd()).output / FILE
        with closing(Database(path, trial=not path.is_file())) as database:
            journal = Journal(database)
            if forget is not None:
                journal.forget(forget)
            found = journal.unfinished()
        if voice.form == "json":
            give_json(voice, {"jobs": [
                {"job": job.id, "type": job.request.name, "done": job.done, "total": job.total, "started": job.started_at,
                 "touched": job.touched_at, "request": job.request.as_data()} for job in found]})
            return 0
        for job in found:
            started, touched = (time[:16].replace("T", " ") for time in (job.started_at, job.touched_at))
            voice.give(voice.say("cli.job", job=job.id, type=job.request.name, done=job.done, total=job.total, started=started,
                                 touched=touched))
        if found:
            voice.talk(voice.say("cli.next", command=f"docgen resume {found[0].id}"))
        else:
            voice.give(voice.say("cli.no-jobs"))
        return 0

    return shape.Command("jobs", voice, jobs, params)
