"""What the journal keeps of a job, and what it does not."""

from __future__ import annotations

import json
import os
import signal
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from killing import killed_at, steps_of

from docgen.database import FILE, Database
from docgen.job import Job
from docgen.journal import Journal
from docgen.request import Request
from docgen.workspace import Workspace

from .kinds import CARD, ORDER, TERM, clear, cut_in_the_middle, needs_fork, orders, result, unfinished


@pytest.mark.usefixtures("cut_off")
def test_nothing_personal_stands_in_the_journal(school: Path) -> None:
    with closing(Database(school / "output" / FILE)) as database:
        rows = [*database.rows("SELECT * FROM job"), *database.rows("SELECT * FROM item")]
    said = " ".join(str(value) for row in rows for value in tuple(row))
    names = [path.stem.rpartition("7-А_")[2] for path in (school / "output").glob("*.docx")]
    assert names
    assert not [name for name in names for part in name.split("_") if part in said]


FIELDS = {"doc.date": "2025-11-05", "student": "s07a-07", "application.date": "2025-11-03",
          "new_address": "Ош шаары", "leave_date": "2025-11-06"}


def test_a_record_typed_as_parameters_is_not_kept(school: Path, workspace: Workspace) -> None:
    report = Job(workspace, Request(ORDER, parameters=FIELDS, merge=school / "print/a.docx")).run()
    assert (report.made[0].number, report.job) == ("1", None)
    blank = Job(workspace, Request(ORDER, parameters={"new_address": "Ош шаары"}, blank=0)).run()
    assert (len(blank.made), blank.job) == (1, None)
    with closing(Database(school / "output" / FILE)) as database:
        assert database.rows("SELECT * FROM sqlite_sequence WHERE name = 'job'") == []


def test_a_file_named_for_a_child_is_not_kept(school: Path, workspace: Workspace) -> None:
    path = orders(school)
    (school / "Асанов.json").write_text(json.dumps(json.loads(path.read_bytes())[:1]), "utf-8")
    report = Job(workspace, Request(ORDER, paths=[school / "Асанов.json"], file="Асанов.docx")).run()
    assert (report.made[0].number, report.job) == ("1", None)
    with closing(Database(school / "output" / FILE)) as database:
        assert database.rows("SELECT * FROM sqlite_sequence WHERE name = 'job'") == []


@needs_fork
def test_what_is_not_in_the_journal_is_asked_for_again(school: Path, workspace: Workspace) -> None:
    """Its own half that stands already is no hindrance, and the number is the same."""
    asked = Request(ORDER, parameters=FIELDS, merge=school / "print/a.docx")
    Job(workspace, asked).run()
    undisturbed = result(school)
    clear(school)
    steps = steps_of(lambda: Job(workspace, asked).run())
    for step in range(1, steps + 1, 5):
        clear(school)
        assert killed_at(step, lambda: Job(workspace, asked).run()) == -signal.SIGKILL
        assert unfinished(workspace.output) == []
        Job(workspace, asked).run()
        assert result(school) == undisturbed, step


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with a name there")
def test_what_came_through_a_pipe_cannot_be_read_again(school: Path, workspace: Workspace) -> None:
    pipe = orders(school)
    data = json.dumps(json.loads(pipe.read_bytes())[:3])
    pipe.unlink()
    os.mkfifo(pipe)
    writer = os.fork()
    if writer == 0:
        pipe.write_text(data)
        os._exit(0)
    report = Job(workspace, Request(ORDER, paths=[pipe])).run()
    os.waitpid(writer, 0)
    assert (len(report.made), report.job) == (3, None)


def test_a_job_that_meets_midnight_is_of_the_day_on_which_its_facts_were_seen(school: Path, workspace: Workspace) -> None:
    cut_in_the_middle(workspace.on(date(2025, 10, 1)), Request(CARD, parameters=TERM))
    assert [standing.request.day for standing in unfinished(school / "output")] == [date(2025, 10, 1)]


def test_a_term_that_runs_is_seen_from_the_day_on_which_it_was_asked(school: Path, workspace: Workspace) -> None:
    """The power fails in the evening, and the clerk goes on the next morning."""
    asked = Request(CARD, parameters=TERM, merge=school / "print/a.docx")
    first = cut_in_the_middle(workspace, asked)
    assert [standing.request.day for standing in unfinished(workspace.output)] == [date.today()]
    with closing(Database(workspace.output / FILE)) as database:
        Journal(database).forget(first)
    past = replace(asked, day=date(2025, 10, 1))
    Job(workspace, past).run()
    then = result(school)
    clear(school)
    job = cut_in_the_middle(workspace, past)
    Job.resume(workspace, job).run()
    assert result(school) == then
    clear(school)
    Job(workspace, asked).run()
    assert result(school) != then
