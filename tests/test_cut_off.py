"""Jobs that are cut off: wherever the power fails, going on ends as if nothing had happened."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import yaml
from killing import killed_after, killed_at, steps_of
from new_books import forget_numbers
from pypdf import PdfReader

from docgen import pdf
from docgen.database import FILE, Database
from docgen.errors import CannotWrite, Problem, ProblemsFound
from docgen.job import Job
from docgen.journal import Journal, Standing
from docgen.output import files
from docgen.register import Register
from docgen.request import Request
from docgen.workspace import Workspace, builtins_root

ORDER, CARD = "order/expulsion-residence", "report/report-card"
PUPILS = 8

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="killed processes are forked")


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
    (root / "print").mkdir()
    yield root
    clear(root)
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


def clear(school: Path) -> None:
    """As the school was before any job."""
    for name in ("output", "print"):
        shutil.rmtree(school / name, ignore_errors=True)


def numbers(folder: Path) -> dict[str, str]:
    with closing(Database(folder / FILE)) as database:
        entries = Register(database).entries()
    return {entry.key: f"{entry.number} {entry.state} {entry.file} {entry.sha256}" for entry in entries}


def unfinished(folder: Path) -> list[Standing]:
    if not (folder / FILE).exists():
        return []
    with closing(Database(folder / FILE)) as database:
        return Journal(database).unfinished()


def documents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.docx")}


Result = tuple[dict[str, bytes], dict[str, str]]


def result(school: Path) -> Result:
    """Everything that a job leaves: files by their bytes, PDFs by their first line, no older than their Word file; numbers."""
    left: dict[str, bytes] = {}
    for path in (path for name in ("output", "print") for path in (school / name).rglob("*")):
        if path.is_file() and not path.name.startswith((FILE, ".docgen-")):
            left[path.relative_to(school).as_posix()] = path.read_bytes()
        if path.suffix == ".pdf":
            left[path.relative_to(school).as_posix()] = path.read_bytes().splitlines()[0]
            word = path.with_suffix(".docx")
            assert not word.exists() or path.stat().st_mtime_ns >= word.stat().st_mtime_ns
    return left, numbers(school / "output")


def start(workspace: Workspace, asked: Request) -> Callable[[], object]:
    """The job as a clerk would give it now: resumed where it is listed; what had not begun, from the start."""
    left = unfinished(workspace.output)
    if left:
        return lambda: Job.resume(workspace, left[0].id).run()
    return lambda: Job(workspace, asked).run()


class PaperPress:
    """In LibreOffice's place, where it would be started a thousand times: PDFs that are never twice the same bytes."""

    def __enter__(self) -> PaperPress:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def convert(self, documents: Iterable[object]) -> Iterator[bytes]:
        yield from (self.print_file([document]) for document in documents)

    def singles(self, documents: Iterable[bytes], **_: object) -> Iterator[bytes]:
        return self.convert(documents)

    def print_file(self, documents: Iterable[object], **_: object) -> bytes:
        return f"%PDF-1.7 {len(list(documents))}\n{uuid4()}".encode()


def corrected(workspace: Workspace, asked: Request) -> Request:
    """What is asked for was made before with other facts, and with a file of the same name for print."""
    orders(workspace.output.parent, new_address="Бишкек, 7-кичирайон")
    Job(workspace, asked).run()
    orders(workspace.output.parent)
    return replace(asked, replace=True)


WEEK = {"week": "2025-W42"}
TERM = {"class": "7-А", "term": "1"}
KINDS: dict[str, Callable[[Workspace, Path], Request]] = {
    "orders": lambda _, at: Request(ORDER, paths=[orders(at)]),
    "print file": lambda _, at: Request(CARD, parameters=TERM, merge=at / "print/a.docx", duplex=True, separator=True),
    "print file and own files": lambda _, at: Request(
        CARD, parameters=TERM, merge=at / "print/a.docx", folder=at / "print/own", sort=True),
    "print file of orders": lambda _, at: Request(ORDER, paths=[orders(at)], merge=at / "print/a.docx"),
    "archive": lambda _, at: Request(CARD, parameters=TERM, archive=at / "print/a.zip"),
    "archive of orders": lambda _, at: Request(ORDER, paths=[orders(at)], archive=at / "print/a.zip"),
    "set": lambda *_: Request(set="absence-week", parameters=WEEK),
    "set in a print file": lambda _, at: Request(set="absence-week", parameters=WEEK, merge=at / "print/a.docx", sort=True),
    "blank set in an archive": lambda _, at: Request(set="absence-week", blank=3, archive=at / "print/a.zip"),
    "PDFs": lambda _, at: Request(ORDER, paths=[orders(at)], pdf=True),
    "print PDF": lambda _, at: Request(ORDER, paths=[orders(at)], merge=at / "print/a.pdf"),
    "print file with PDF": lambda _, at: Request(CARD, parameters=TERM, merge=at / "print/a.docx", pdf=True),
    "corrected PDFs": lambda workspace, at: replace(
        corrected(workspace, Request(ORDER, paths=[at / "orders.json"], pdf=True)), replace=False),
    "corrected print file": lambda workspace, at: corrected(
        workspace, Request(ORDER, paths=[at / "orders.json"], merge=at / "print/a.docx", pdf=True)),
    "corrected print PDF": lambda workspace, at: corrected(
        workspace, Request(ORDER, paths=[at / "orders.json"], merge=at / "print/a.pdf")),
}


@pytest.fixture
def paper_press(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "Office", PaperPress)
    monkeypatch.setattr(pdf, "find_program", lambda: Path("soffice"))


def prepared(workspace: Workspace, kind: str) -> Request:
    """The school before the job, with what stands there already."""
    clear(workspace.output.parent)
    (workspace.output.parent / "print").mkdir()
    return KINDS[kind](workspace, workspace.output.parent)


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest, paper_press: None, monkeypatch: pytest.MonkeyPatch) -> str:  # noqa: ARG001
    monkeypatch.setattr("docgen.executors.CHUNK", 3)
    return str(request.param)


@pytest.mark.slow
@needs_fork
def test_killed_at_any_step_the_job_ends_the_same(school: Path, workspace: Workspace, kind: str) -> None:
    asked = prepared(workspace, kind)
    Job(workspace, asked).run()
    undisturbed = result(school)
    assert undisturbed[0]
    asked = prepared(workspace, kind)
    steps = steps_of(start(workspace, asked))
    assert steps > 30
    for step in range(1, steps + 1):
        asked = prepared(workspace, kind)
        assert killed_at(step, start(workspace, asked)) == -signal.SIGKILL, step
        start(workspace, asked)()
        assert result(school) == undisturbed, step
        assert unfinished(workspace.output) == [], step


@needs_fork
def test_killed_at_random_moments_again_and_again(school: Path, workspace: Workspace, kind: str) -> None:
    """Five kills, also of the resumed job, in the middle of whatever it is doing."""
    asked = prepared(workspace, kind)
    Job(workspace, asked).run()
    undisturbed = result(school)
    chance = random.Random(20)
    kills = 0
    asked = prepared(workspace, kind)
    while kills < 5:
        if killed_after(chance.random() * 0.1, start(workspace, asked)):
            kills += 1
        else:
            assert result(school) == undisturbed
            asked = prepared(workspace, kind)
    start(workspace, asked)()
    assert result(school) == undisturbed
    assert unfinished(workspace.output) == []


def printed(school: Path) -> dict[str, list[str]]:
    """The text of every page of every PDF."""
    return {path.name: [page.extract_text() for page in PdfReader(path).pages] for path in school.rglob("*.pdf")}


@pytest.mark.slow
@pytest.mark.libreoffice
@needs_fork
@pytest.mark.parametrize("name", ["PDFs", "print PDF", "print file with PDF"])
def test_killed_around_libreoffice_the_job_ends_the_same(
    school: Path, workspace: Workspace, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At steps that follow the last chunk, and at moments while LibreOffice is at work."""
    monkeypatch.setattr("docgen.executors.CHUNK", 10)
    Job(workspace, prepared(workspace, name)).run()
    undisturbed = result(school), printed(school)
    assert all(all(pages) for pages in undisturbed[1].values())
    steps = steps_of(start(workspace, prepared(workspace, name)))
    for step in range(steps - 32, steps, 4):
        asked = prepared(workspace, name)
        assert killed_at(step, start(workspace, asked)) == -signal.SIGKILL, step
        start(workspace, asked)()
        assert (result(school), printed(school)) == undisturbed, step
    for seconds in (0.5, 1.5, 2.5):
        asked = prepared(workspace, name)
        killed_after(seconds, start(workspace, asked))
        start(workspace, asked)()
        assert (result(school), printed(school)) == undisturbed, seconds


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


def refusals(workspace: Workspace, job: int, id: str) -> list[Problem]:
    """The problems of that id, of which there are some, with which a job is refused."""
    with pytest.raises(ProblemsFound) as caught:
        Job.resume(workspace, job).run()
    found = [problem for problem in caught.value.problems if problem.id == id]
    assert found
    return found


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


def cut_in_the_middle(workspace: Workspace, asked: Request) -> int:
    """A job that stops when half of its records are done; its id."""
    def progress(done: int, total: int, _problems: int) -> None:
        if done > total // 2:
            raise Cut

    with pytest.raises(Cut):
        Job(workspace, asked, progress=progress).run()
    (standing,) = unfinished(workspace.output)
    return standing.id


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
@pytest.mark.parametrize("kind", TEMPLATES.keys() | {"print file with PDF"}, indirect=True)
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


# ----------------------------------------------------------------------------------------------------------- what it holds


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
