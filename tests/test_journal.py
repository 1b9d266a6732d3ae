"""Jobs that are cut off: wherever the power fails, going on ends as if nothing had happened."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from killing import killed_after, killed_at, steps_of
from new_books import forget_numbers

from docgen.database import FILE, Database
from docgen.errors import CannotWrite, Problem, ProblemsFound
from docgen.job import Job
from docgen.journal import Digests, Journal, Standing
from docgen.output import files
from docgen.register import Register
from docgen.request import Request
from docgen.workspace import Workspace, builtins_root

ORDER = "order/expulsion-residence"
PUPILS = 8

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="killed processes are forked")


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


# ---------------------------------------------------------------------------------------------------- a school at work


MEMORY = Path("/dev/shm")


@pytest.fixture(scope="module")
def root() -> Iterator[Path]:
    """In memory where there is such a disk: SIGKILL leaves files alone, and a thousand flushes take no time."""
    place = MEMORY if os.access(MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=place, prefix="docgen-") as name:
        folder = Path(name)
        shutil.copy(builtins_root() / "school.yaml", folder)
        shutil.copytree(builtins_root() / "data", folder / "data")
        forget_numbers(folder)
        yield folder


@pytest.fixture
def school(root: Path) -> Iterator[Path]:
    yield root
    shutil.rmtree(root / "output", ignore_errors=True)
    for path in root.glob("*.json"):
        path.unlink()


@pytest.fixture(scope="module")
def _compiled(root: Path) -> Workspace:
    return Workspace(root)


@pytest.fixture
def workspace(_compiled: Workspace, school: Path) -> Workspace:  # noqa: ARG001 - the folder is cleaned after each test
    return _compiled


def orders(folder: Path, **changes: Any) -> Path:
    """Orders for some pupils, none with a number, one with a mistake."""
    sample = yaml.safe_load((builtins_root() / "data_schemas" / f"{ORDER}.sample.yaml").read_text("utf-8"))
    del sample["doc"]["number"], sample["application"]["by"]
    entries = [sample | {"id": f"o{n}", "student": f"s07a-{n:02}"} | changes for n in range(1, PUPILS + 2) if n != 6]
    entries[3]["leave_date"] = "2020-01-01"
    path = folder / "orders.json"
    path.write_text(json.dumps(entries, ensure_ascii=False, indent=1), "utf-8")
    return path


def documents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.docx")}


def numbers(folder: Path) -> dict[str, str]:
    with closing(Database(folder / FILE)) as database:
        return {entry.key: f"{entry.number} {entry.state} {entry.sha256}" for entry in Register(database).entries()}


def unfinished(folder: Path) -> list[Standing]:
    if not (folder / FILE).exists():
        return []
    with closing(Database(folder / FILE)) as database:
        return Journal(database).unfinished()


@pytest.fixture
def undisturbed(school: Path, workspace: Workspace) -> tuple[dict[str, bytes], dict[str, str]]:
    """What the job makes when nothing happens."""
    Job(workspace, Request(ORDER, paths=[orders(school)])).run()
    found = documents(school / "output"), numbers(school / "output")
    assert len(found[0]) == PUPILS - 1
    assert [value.split()[0] for value in found[1].values()] == [str(n) for n in range(1, PUPILS)]
    shutil.rmtree(school / "output")
    return found


def go_on(workspace: Workspace, school: Path) -> None:
    """What the clerk does after a power cut: resume what is listed; what had not begun, begin again."""
    left = unfinished(school / "output")
    for standing in left:
        Job.resume(workspace, standing.id).run()
    if not left:
        Job(workspace, Request(ORDER, paths=[school / "orders.json"])).run()


Undisturbed = tuple[dict[str, bytes], dict[str, str]]


def start_or_go_on(workspace: Workspace, school: Path) -> Callable[[], object]:
    """The job as a clerk would give it now."""
    left = unfinished(school / "output")
    if left:
        return lambda: Job.resume(workspace, left[0].id).run()
    return lambda: Job(workspace, Request(ORDER, paths=[school / "orders.json"])).run()


@pytest.mark.slow
@needs_fork
def test_killed_at_any_step_the_job_ends_the_same(
    school: Path, workspace: Workspace, undisturbed: Undisturbed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("docgen.executors.CHUNK", 3)
    work = start_or_go_on(workspace, school)
    steps = steps_of(work)
    assert steps > 60
    for step in range(1, steps + 1):
        shutil.rmtree(school / "output")
        assert killed_at(step, work) == -signal.SIGKILL, step
        go_on(workspace, school)
        assert (documents(school / "output"), numbers(school / "output")) == undisturbed, step
        assert unfinished(school / "output") == [], step
        assert not [path for path in (school / "output").iterdir() if path.suffix not in (".docx", ".sqlite", ".part")], step


@needs_fork
def test_killed_at_random_moments_again_and_again(
    school: Path, workspace: Workspace, undisturbed: Undisturbed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twenty kills, also of the resumed job, in the middle of whatever it is doing."""
    monkeypatch.setattr("docgen.executors.CHUNK", 3)
    chance = random.Random(20)
    kills = 0
    while kills < 20:
        if killed_after(chance.random() * 0.05, start_or_go_on(workspace, school)):
            kills += 1
        else:
            assert (documents(school / "output"), numbers(school / "output")) == undisturbed
            shutil.rmtree(school / "output")
    go_on(workspace, school)
    assert (documents(school / "output"), numbers(school / "output")) == undisturbed


# ------------------------------------------------------------------------------------------- what may happen in between


class Cut(Exception):
    """The moment at which the job is cut off."""


@pytest.fixture
def cut_off(school: Path, workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> int:
    """A job of which four documents are there; its id."""
    monkeypatch.setattr("docgen.executors.CHUNK", 2)
    path = orders(school)
    told = 0

    def progress(done: int, _total: int, _problems: int) -> None:
        nonlocal told
        told = done
        if done == 6:
            raise Cut

    with pytest.raises(Cut):
        Job(workspace, Request(ORDER, paths=[path]), progress=progress).run()
    (standing,) = unfinished(school / "output")
    assert (standing.total, standing.done) == (PUPILS, 5)
    return standing.id


def refused(workspace: Workspace, job: int) -> Problem:
    with pytest.raises(ProblemsFound) as caught:
        Job.resume(workspace, job).run()
    return caught.value.problems[0]


def test_the_rest_is_made_and_the_mistake_is_told_again(school: Path, workspace: Workspace, cut_off: int) -> None:
    report = Job.resume(workspace, cut_off).run()
    assert (report.resumed, len(report.made), report.failed) == (5, 2, ["o4"])
    assert len(documents(school / "output")) == 7
    assert unfinished(school / "output") == []


def test_changed_input_stops_the_job_and_its_return_lets_it_go_on(school: Path, workspace: Workspace, cut_off: int) -> None:
    path = school / "orders.json"
    text = path.read_bytes()
    path.write_bytes(text.replace("Бишкек".encode(), "Ош".encode()))
    assert refused(workspace, cut_off).id == "journal.input-changed"
    path.write_bytes(text)
    assert len(Job.resume(workspace, cut_off).run().made) == 2


def test_changed_facts_stop_the_job_and_their_return_lets_it_go_on(school: Path, workspace: Workspace, cut_off: int) -> None:
    text = (school / "school.yaml").read_bytes()
    (school / "school.yaml").write_bytes(text + b"\n")
    assert refused(workspace, cut_off).id == "journal.facts-changed"
    (school / "school.yaml").write_bytes(text)
    assert len(Job.resume(workspace, cut_off).run().made) == 2


def test_a_changed_template_stops_the_job(school: Path, cut_off: int) -> None:
    own = school / "templates_docx" / f"{ORDER}.docx"
    own.parent.mkdir(parents=True)
    shutil.copy(builtins_root() / "templates_docx/order/approve-regulation.docx", own)
    try:
        assert refused(Workspace(school), cut_off).id == "journal.template-changed"
    finally:
        shutil.rmtree(school / "templates_docx")
    assert len(Job.resume(Workspace(school), cut_off).run().made) == 2


def test_a_document_changed_meanwhile_is_not_lost(school: Path, workspace: Workspace, cut_off: int) -> None:
    changed = next((school / "output").glob("*.docx"))
    whole = changed.read_bytes()
    changed.write_bytes(whole + b"her own words")
    problem = refused(workspace, cut_off)
    assert (problem.id, problem.facts["found"]) == ("journal.file-changed", changed.name)
    report = Job.resume(workspace, cut_off, replace=True).run()
    assert report.count("replaced") == 1
    assert changed.read_bytes() == whole


def test_a_document_deleted_meanwhile_is_made_again(school: Path, workspace: Workspace, cut_off: int) -> None:
    gone = next((school / "output").glob("*.docx"))
    whole = gone.read_bytes()
    gone.unlink()
    report = Job.resume(workspace, cut_off).run()
    assert (report.resumed, len(report.made)) == (4, 3)
    assert gone.read_bytes() == whole


def test_a_template_saved_while_the_job_runs_stops_it(school: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("docgen.executors.CHUNK", 2)
    own = school / "templates_docx" / f"{ORDER}.docx"
    own.parent.mkdir(parents=True)
    whole = (builtins_root() / "templates_docx" / f"{ORDER}.docx").read_bytes()
    own.write_bytes(whole)

    def progress(done: int, _total: int, _problems: int) -> None:
        if done == 4:
            own.write_bytes(whole + b"saved")

    try:
        with pytest.raises(ProblemsFound) as caught:
            Job(Workspace(school), Request(ORDER, paths=[orders(school)]), progress=progress).run()
        assert caught.value.problems[0].id == "journal.template-changed"
        own.write_bytes(whole)
        (standing,) = unfinished(school / "output")
        assert Job.resume(Workspace(school), standing.id).run().resumed == 7
    finally:
        shutil.rmtree(school / "templates_docx")


@pytest.mark.parametrize("id", ["output.full", "output.locked", "output.read-only"])
def test_a_disk_that_refuses_leaves_a_job_that_goes_on(
    school: Path, workspace: Workspace, monkeypatch: pytest.MonkeyPatch, undisturbed: Undisturbed, id: str
) -> None:
    monkeypatch.setattr("docgen.executors.CHUNK", 3)
    publish, written = files._publish, 0

    def refuse(part: Path, target: Path, *, replace: bool) -> None:
        nonlocal written
        written += 1
        if written == 5:
            raise CannotWrite(Problem(id))
        publish(part, target, replace=replace)

    monkeypatch.setattr(files, "_publish", refuse)
    with pytest.raises(CannotWrite):
        Job(workspace, Request(ORDER, paths=[orders(school)])).run()
    assert len(documents(school / "output")) == 4
    (standing,) = unfinished(school / "output")
    assert standing.done == 4
    Job.resume(workspace, standing.id).run()
    assert (documents(school / "output"), numbers(school / "output")) == undisturbed


@needs_fork
def test_a_full_disk_for_the_register_too_leaves_a_job_that_goes_on(
    school: Path, workspace: Workspace, undisturbed: Undisturbed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No file may grow beyond a limit: the register's own log meets it in the middle of a transaction."""
    import resource

    monkeypatch.setattr("docgen.executors.CHUNK", 3)
    refusals = 0
    for limit in range(20_000, 200_000, 20_000):
        work = start_or_go_on(workspace, school)

        def limited(limit: int = limit, work: Callable[[], object] = work) -> None:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
            with suppress(CannotWrite):
                work()
                os._exit(0)
            os._exit(7)

        status = killed_at(0, limited)
        assert status in (0, 7)
        refusals += status == 7
        go_on(workspace, school)
        assert (documents(school / "output"), numbers(school / "output")) == undisturbed
        shutil.rmtree(school / "output")
    assert refusals >= 2


# ----------------------------------------------------------------------------------------------------------- what it holds


@pytest.mark.usefixtures("cut_off")
def test_nothing_personal_stands_in_the_journal(school: Path) -> None:
    with closing(Database(school / "output" / FILE)) as database:
        rows = [*database.rows("SELECT * FROM job"), *database.rows("SELECT * FROM item")]
    said = " ".join(str(value) for row in rows for value in tuple(row))
    names = [path.stem.rpartition("7-А_")[2] for path in (school / "output").glob("*.docx")]
    assert names
    assert not [name for name in names for part in name.split("_") if part in said]


def test_a_record_typed_as_parameters_is_not_kept(school: Path, workspace: Workspace) -> None:
    parameters = {"doc.date": "2025-11-05", "student": "s07a-07", "application.date": "2025-11-03",
                  "new_address": "Ош шаары", "leave_date": "2025-11-06"}
    report = Job(workspace, Request(ORDER, parameters=parameters)).run()
    assert (report.made[0].number, report.job) == ("1", None)
    with closing(Database(school / "output" / FILE)) as database:
        assert database.rows("SELECT * FROM job") == []
