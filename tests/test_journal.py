"""The journal: what was asked, what stands, what a finished job leaves."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from docgen import database
from docgen.database import FILE, MIGRATIONS, Database
from docgen.errors import ProblemsFound
from docgen.journal import Digests, Item, Journal
from docgen.request import Request


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with closing(Database(tmp_path / FILE)) as database:
        yield Journal(database, now=lambda: "2025-11-05T09:00:00+06:00")


DIGESTS = Digests("i", "f", "t")
REQUEST = Request("a/b", paths=(Path("/a.yaml"),))


def test_a_finished_job_leaves_the_list_and_takes_its_earlier_runs_along(journal: Journal) -> None:
    asked = (REQUEST, REQUEST, Request("a/b", merge=Path("/m.docx")))
    first, second, other = (journal.begin(request, DIGESTS, 5) for request in asked)
    journal.finish(second)
    assert [standing.id for standing in journal.unfinished()] == [other]
    journal.record(first, [])   # a run that is still at it ends in peace
    journal.finish(first)
    for job in (first, second, 99, 0):
        with pytest.raises(ProblemsFound) as caught:
            journal.take_up(job)
        assert caught.value.problems[0].id == ("journal.finished" if job in (first, second) else "journal.unknown")


def test_a_run_with_replace_covers_one_without_and_none_the_other_way(journal: Journal) -> None:
    yesterday = replace(REQUEST, day=date(2025, 11, 4))
    journal.begin(yesterday, DIGESTS, 5)
    replacing = journal.begin(replace(yesterday, replace=True), DIGESTS, 5)
    journal.finish(journal.begin(REQUEST, DIGESTS, 5))
    assert [standing.id for standing in journal.unfinished()] == [replacing]
    journal.finish(journal.begin(replace(REQUEST, replace=True), DIGESTS, 5))
    assert journal.unfinished() == []


def test_the_number_of_a_finished_job_is_not_given_again(journal: Journal) -> None:
    first = journal.begin(REQUEST, DIGESTS, 5)
    journal.finish(first)
    assert journal.begin(REQUEST, DIGESTS, 5) == first + 1


def test_a_request_comes_back_from_the_journal_as_it_was(journal: Journal) -> None:
    asked = Request(
        set="s", paths=(Path("/а.yaml"), Path("/\udcffb.yaml")), parameters={"week": "2025-W42", "class": ["7-А", "9-А"]},
        folder=Path("/табель"), file="a.docx", replace=True, again=True, amends="92", blank=0, merge=Path("/m.pdf"),
        archive=Path("/a.zip"), pdf=True, duplex=True, separator=True, sort=True, day=date(2025, 11, 5))
    job = journal.begin(asked, DIGESTS, 5)
    assert journal.standing(job).request == asked
    assert Request.of_data({}) == Request()


def test_a_job_taken_up_elsewhere_stops_here(journal: Journal, tmp_path: Path) -> None:
    job = journal.begin(REQUEST, DIGESTS, 5)
    with closing(Database(tmp_path / FILE)) as database:
        Journal(database).take_up(job)
    with pytest.raises(ProblemsFound) as caught:
        journal.record(job, [])
    assert caught.value.problems[0].id == "journal.taken"


def test_a_job_may_be_struck_off(journal: Journal) -> None:
    job = journal.begin(REQUEST, DIGESTS, 5)
    journal.forget(job)
    assert journal.unfinished() == []


def test_a_job_of_an_older_docgen_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file as it was before a request had one piece: a finished job, one that was cut off, numbers that were given."""
    older = tmp_path / "migrations"
    older.mkdir()
    for name in ("001_register.sql", "002_journal.sql"):
        shutil.copy(MIGRATIONS / name, older)
    path = tmp_path / "output" / FILE
    asked = {"again": False, "amends": "", "file": "", "folder": "/мектеп/output", "parameters": {"order": "ord-08"},
             "paths": [], "replace": False}
    with monkeypatch.context() as patch:
        patch.setattr(database, "MIGRATIONS", older)
        patch.setattr(database, "_scripts", database._scripts.__wrapped__)
        Database(path).close()
    with closing(sqlite3.connect(path)) as old:
        row = "INSERT INTO job VALUES (?, 'order/a', ?, 'i', 'f', 't', 5, 1, 'o', '2025-11-05T09:00:00+06:00', ?, ?)"
        for job, finished in ((1, None), (2, "2025-11-05T09:00:00+06:00")):
            old.execute(row, (job, json.dumps(asked), "2025-11-05T10:00:00+06:00", finished))
        old.execute("INSERT INTO item VALUES (1, 0, x'01', x'02', 3, 4)")
        old.execute("INSERT INTO entry (series, year, ordinal, number, is_typed, type, key, has_id, date, state, record,"
                    " reserved_at) VALUES ('о', 2025, 45, '45', 0, 'order/a', 'k', 1, '2025-11-05', 'reserved', 'r', 'now')")
        old.commit()
    with closing(Database(path)) as migrated:
        journal = Journal(migrated)
        (standing,) = journal.unfinished()
        assert (standing.id, standing.total, standing.done, standing.digests) == (1, 5, 1, DIGESTS)
        assert standing.request == Request(
            "order/a", parameters={"order": "ord-08"}, folder=Path("/мектеп/output"), day=date(2025, 11, 5))
        assert list(journal.items(1)) == [Item(0, b"\x01", b"\x02", 3, 4)]
        journal.take_up(1)
        journal.record(1, [Item(1, b"\x05", b"\x06", 7, 8)])
        with pytest.raises(ProblemsFound, match=r"journal\.finished"):
            journal.standing(2)
        assert journal.begin(REQUEST, DIGESTS, 1) == 3
        journal.finish(1)
        assert [row["number"] for row in migrated.rows("SELECT number FROM entry")] == ["45"]
    with closing(sqlite3.connect(path.with_name("register.version-2.sqlite"))) as kept:
        assert kept.execute("SELECT id FROM job").fetchall() == [(1,), (2,)]
