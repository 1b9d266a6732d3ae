"""What may happen to a job that is cut off before it goes on: a clear problem, and nothing that is somebody else's is lost."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from killing import killed_at

from docgen.errors import CannotWrite, Problem, ProblemsFound
from docgen.job import Job
from docgen.journal import Journal
from docgen.output import files
from docgen.request import Request
from docgen.workspace import Workspace, builtins_root

from .kinds import (
    ORDER,
    PUPILS,
    Cut,
    cut_in_the_middle,
    documents,
    needs_fork,
    orders,
    prepared,
    refusals,
    result,
    start,
    unfinished,
)


def test_the_rest_is_made_and_the_mistake_is_told_again(school: Path, workspace: Workspace, cut_off: int) -> None:
    report = Job.resume(workspace, cut_off).run()
    assert (report.resumed, len(report.made), report.failed) == (5, 2, ["o4"])
    assert len(documents(school / "output")) == 7
    assert unfinished(school / "output") == []


def test_a_document_changed_meanwhile_is_not_lost(school: Path, workspace: Workspace, cut_off: int) -> None:
    changed = next((school / "output").glob("*.docx"))
    whole = changed.read_bytes()
    changed.write_bytes(whole + b"her own words")
    (problem,) = refusals(workspace, cut_off, "journal.file-changed")
    assert problem.facts["found"] == changed.name
    report = Job.resume(workspace, cut_off, replace=True).run()
    assert report.count("replaced") == 1
    assert changed.read_bytes() == whole


def test_a_link_that_leads_nowhere_in_the_place_of_a_document_is_told(
    school: Path, workspace: Workspace, cut_off: int
) -> None:
    gone = next((school / "output").glob("*.docx"))
    gone.unlink()
    gone.symlink_to(school / "moved" / gone.name)
    report = Job.resume(workspace, cut_off).run()
    assert report.resumed == 4
    assert [problem.position.file for problem in report.problems if problem.id == "output.not-a-file"] == [str(gone)]


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


# what a kind of job works from besides its input: a template that may change
TEMPLATES = {
    "orders": ORDER,
    "print file": "report/separator-sheet",
    "print file of orders": ORDER,
    "archive of orders": ORDER,
    "set": "appendix/absence-weekly-school",
    "set in a print file": "appendix/absence-weekly-school",
    "PDFs": ORDER,
    "print PDF": ORDER,
}
each_kind = pytest.mark.parametrize("kind", TEMPLATES, indirect=True)


@contextmanager
def changed(path: Path, data: bytes) -> Iterator[None]:
    """A file with other content for a while."""
    before = path.read_bytes() if path.exists() else None
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    yield
    path.unlink() if before is None else path.write_bytes(before)


@each_kind
def test_what_a_job_works_from_may_not_change_and_its_return_lets_it_go_on(
    school: Path, workspace: Workspace, kind: str
) -> None:
    Job(workspace, prepared(workspace, kind)).run()
    undisturbed = result(school)
    asked = prepared(workspace, kind)
    job = cut_in_the_middle(workspace, asked)
    for path in asked.paths:
        with changed(path, path.read_bytes().replace("Бишкек".encode(), "Ош".encode())):
            assert refusals(workspace, job, "journal.input-changed")
        with changed(path, b"[]"):
            path.unlink()
            assert refusals(workspace, job, "journal.input-changed")
    with changed(school / "school.yaml", (school / "school.yaml").read_bytes() + b"\n"):
        assert refusals(workspace, job, "journal.facts-changed")
    other = (builtins_root() / "templates_docx/order/approve-regulation.docx").read_bytes()
    with changed(school / "templates_docx" / f"{TEMPLATES[kind]}.docx", other):
        assert refusals(Workspace(school), job, "journal.template-changed")
    assert [standing.id for standing in unfinished(workspace.output)] == [job]
    Job.resume(workspace, job).run()
    assert result(school) == undisturbed


@pytest.mark.parametrize("kind", [
    "print file", "print file of orders", "archive", "set in a print file", "print PDF", "print file with PDF"], indirect=True)
def test_somebodys_file_in_the_place_of_the_bundle_stays_hers(school: Path, workspace: Workspace, kind: str) -> None:
    Job(workspace, prepared(workspace, kind)).run()
    undisturbed = result(school)
    asked = prepared(workspace, kind)
    job = cut_in_the_middle(workspace, asked)
    place = asked.merge or asked.archive
    assert place
    for path in (place, *([place.with_suffix(".pdf")] if asked.pdf else [])):
        with changed(path, b"hers"):
            assert path.name in [problem.facts.get("found") for problem in refusals(workspace, job, "output.exists")]
            assert path.read_bytes() == b"hers"
    assert [standing.id for standing in unfinished(workspace.output)] == [job]
    place.write_bytes(b"old")
    Job.resume(workspace, job, replace=True).run()
    assert result(school) == undisturbed


def test_hers_is_also_what_comes_after_the_jobs_own_was_taken_away(
    school: Path, workspace: Workspace, paper_press: None, monkeypatch: pytest.MonkeyPatch  # noqa: ARG001
) -> None:
    """The journal has promised a print PDF; it is told from another by what is in it, not by its name."""
    asked = Request(ORDER, paths=[orders(school)], merge=school / "print/a.pdf")
    with monkeypatch.context() as patch:
        patch.setattr(Journal, "finish", stop)
        with pytest.raises(Cut):
            Job(workspace, asked).run()
    (standing,) = unfinished(workspace.output)
    assert asked.merge
    own = asked.merge.read_bytes()
    with changed(asked.merge, b"%PDF-1.7 hers"):
        assert refusals(workspace, standing.id, "output.exists")
    assert Job.resume(workspace, standing.id).run().counts["unchanged"] == PUPILS - 1
    assert asked.merge.read_bytes() == own


def stop(*_: object) -> None:
    raise Cut


@pytest.mark.parametrize("id", ["output.full", "output.locked", "output.read-only"])
@pytest.mark.parametrize("kind", [*TEMPLATES, "print file with PDF"], indirect=True)
def test_a_disk_that_refuses_leaves_a_job_that_goes_on(
    school: Path, workspace: Workspace, monkeypatch: pytest.MonkeyPatch, kind: str, id: str
) -> None:
    """The fifth file is refused, or the last one where there are fewer: the bundle itself."""
    published: list[Path] = []
    publish = files._publish

    def counted(part: Path, target: Path, *, replace: bool) -> None:
        if refusing and len(published) == min(5, most):
            raise CannotWrite(Problem(id))
        publish(part, target, replace=replace)
        published.append(target)

    monkeypatch.setattr(files, "_publish", counted)
    refusing, most = False, 0
    Job(workspace, prepared(workspace, kind)).run()
    undisturbed = result(school)
    asked = prepared(workspace, kind)
    refusing, most = True, len(published) - 1
    published.clear()
    with pytest.raises(CannotWrite):
        Job(workspace, asked).run()
    (standing,) = unfinished(workspace.output)
    refusing = False
    Job.resume(workspace, standing.id).run()
    assert result(school) == undisturbed
    assert unfinished(workspace.output) == []


@needs_fork
@pytest.mark.parametrize("kind", ["orders", "print file", "archive", "set"], indirect=True)
def test_a_full_disk_for_the_register_too_leaves_a_job_that_goes_on(school: Path, workspace: Workspace, kind: str) -> None:
    """No file may grow beyond a limit: the register's own log meets it in the middle of a transaction."""
    import resource

    Job(workspace, prepared(workspace, kind)).run()
    undisturbed = result(school)
    refusals = 0
    for limit in range(20_000, 200_000, 20_000):
        work = start(workspace, prepared(workspace, kind))

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
        start(workspace, prepared(workspace, kind) if not unfinished(workspace.output) else Request())()
        assert result(school) == undisturbed
    assert refusals >= 2
