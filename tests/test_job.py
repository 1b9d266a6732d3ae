"""A job: records in, files and a report out; one document is a job of one record."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
import yaml
from new_books import forget_numbers

from docgen.database import FILE, Database
from docgen.errors import CannotWrite, ProblemsFound
from docgen.job import Job
from docgen.register import Register
from docgen.report import Report
from docgen.request import Request
from docgen.workspace import Workspace, builtins_root

ORDER = "order/expulsion-residence"
CARD = "report/report-card"
SAMPLE = builtins_root() / "data_schemas" / f"{ORDER}.sample.yaml"


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The demo school's facts in an own folder: its register is not the checkout's."""
    folder = tmp_path_factory.mktemp("school")
    shutil.copy(builtins_root() / "school.yaml", folder)
    shutil.copytree(builtins_root() / "data", folder / "data")
    forget_numbers(folder)
    return Workspace(folder)


@pytest.fixture
def workspace(school: Workspace) -> Iterator[Workspace]:
    yield school
    shutil.rmtree(school.output, ignore_errors=True)


def sample(**changes: object) -> dict[str, object]:
    return yaml.safe_load(SAMPLE.read_text("utf-8")) | changes  # type: ignore[no-any-return]


def card(**changes: object) -> dict[str, object]:
    """A record of a type without a number book."""
    path = builtins_root() / "data_schemas" / f"{CARD}.sample.yaml"
    return yaml.safe_load(path.read_text("utf-8")) | changes  # type: ignore[no-any-return]


def batch(folder: Path, *entries: dict[str, object]) -> Path:
    path = folder / "batch.json"
    path.write_text(json.dumps(entries, ensure_ascii=False), "utf-8")
    return path


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_one_file_gives_one_document(workspace: Workspace, tmp_path: Path) -> None:
    report = Job(workspace, Request(ORDER, paths=[SAMPLE], folder=tmp_path)).run()
    assert [made.state for made in report.made] == ["written"]
    assert report.made[0].path.read_bytes()[:2] == b"PK"
    assert report.problems == []


def test_the_same_job_again_leaves_its_files_alone(workspace: Workspace, tmp_path: Path) -> None:
    for state in ("written", "unchanged"):
        report = Job(workspace, Request(CARD, parameters={"class": "7-А", "term": "1"}, folder=tmp_path)).run()
        assert {made.state for made in report.made} == {state}


def test_records_with_problems_leave_the_road_and_the_others_are_made(workspace: Workspace, tmp_path: Path) -> None:
    path = batch(
        tmp_path,
        sample(id="good"),
        sample(id="no-pupil", student="s07a-99"),
        sample(id="late", leave_date="2020-01-01"),
        sample(id="no-date", leave_date="30-февраль"),
    )
    report = Job(workspace, Request(ORDER, paths=[path], folder=tmp_path / "out")).run()
    assert [made.key for made in report.made] == ["good"]
    assert report.failed == ["no-pupil", "late", "no-date"]
    assert [problem.record for problem in report.problems] == report.failed
    assert [problem.position.line for problem in report.problems] == [1, 1, 1]
    assert len(files(tmp_path / "out")) == 1


def test_two_records_of_one_name_both_get_a_file(workspace: Workspace, tmp_path: Path) -> None:
    path = batch(tmp_path, card(id="a"), card(id="b"))
    report = Job(workspace, Request(CARD, paths=[path], folder=tmp_path / "out")).run()
    first, second = (made.path.stem for made in report.made)
    assert second == f"{first} (b)"


def test_a_dry_run_writes_nothing_and_tells_what_it_would(workspace: Workspace, tmp_path: Path) -> None:
    report = Job(workspace, Request(ORDER, paths=[SAMPLE], folder=tmp_path / "out"), dry_run=True).run()
    assert [made.state for made in report.made] == ["written"]
    assert not (tmp_path / "out").exists()
    wanted = report.made[0].path
    wanted.parent.mkdir()
    wanted.write_bytes(b"other")
    report = Job(workspace, Request(ORDER, paths=[SAMPLE], folder=tmp_path / "out"), dry_run=True).run()
    assert [problem.id for problem in report.problems] == ["output.exists"]
    assert wanted.read_bytes() == b"other"


def test_one_document_may_be_given_its_own_name(workspace: Workspace, tmp_path: Path) -> None:
    report = Job(workspace, Request(ORDER, paths=[SAMPLE], folder=tmp_path, file="буйрук.docx")).run()
    assert [made.path for made in report.made] == [tmp_path / "буйрук.docx"]
    path = batch(tmp_path, sample(id="a"), sample(id="b"))
    with pytest.raises(ProblemsFound) as caught:
        Job(workspace, Request(ORDER, paths=[path], folder=tmp_path, file="эки.docx")).run()
    assert caught.value.problems[0].id == "cli.one-file"


def test_parameters_alone_make_a_record(workspace: Workspace, tmp_path: Path) -> None:
    parameters = {
        "doc.date": "2025-11-05",
        "student": "s07a-06",
        "application.date": "2025-11-03",
        "new_address": "Бишкек шаары",
        "leave_date": "2025-11-06",
    }
    report = Job(workspace, Request(ORDER, parameters=parameters, folder=tmp_path)).run()
    assert len(report.made) == 1
    assert "__" not in report.made[0].path.name  # the number that was not given leaves no seam


@pytest.mark.parametrize(
    ("parameters", "id"),
    [
        ({"order": "ord-99"}, "facts.unknown-id"),
        ({"order": "ord-01"}, "facts.other-type"),
        ({"ordr": "ord-08"}, "record.additional"),
    ],
)
def test_wrong_parameters_are_told_as_they_were_typed(
    workspace: Workspace, tmp_path: Path, parameters: dict[str, str], id: str
) -> None:
    try:
        problems = Job(workspace, Request(ORDER, parameters=parameters, folder=tmp_path)).run().problems
    except ProblemsFound as found:
        problems = found.problems
    problem = next(problem for problem in problems if problem.id == id)
    assert problem.position.file == f"-p {next(iter(parameters))}"


def test_a_view_asks_for_the_parameters_it_needs(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(ProblemsFound) as caught:
        Job(workspace, Request(CARD, parameters={"class": "7-А"}, folder=tmp_path)).run()
    assert [problem.facts.get("name") for problem in caught.value.problems] == ["term"]


def test_validation_makes_nothing(workspace: Workspace, tmp_path: Path) -> None:
    report = Job(workspace, Request(ORDER, paths=[SAMPLE], folder=tmp_path)).validate()
    assert (report.total, report.failed, report.made) == (1, [], [])
    assert files(tmp_path) == {}


def test_an_output_that_refuses_stops_the_job_and_what_is_done_stays(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "out").write_bytes(b"a file, not a folder")
    job = Job(workspace, Request(ORDER, paths=[SAMPLE], folder=tmp_path / "out"))
    with pytest.raises(CannotWrite):
        job.run()
    assert job.report.made == []


def test_progress_is_told_after_every_chunk(workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("docgen.executors.CHUNK", 10)
    told: list[tuple[int, int, int]] = []
    parameters = {"class": "7-А", "term": "1"}
    Job(workspace, Request(CARD, parameters=parameters, folder=tmp_path), progress=lambda *numbers: told.append(numbers)).run()
    assert told == [(10, 25, 0), (20, 25, 0), (25, 25, 0)]


@pytest.mark.slow
def test_a_pool_makes_the_same_files(workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("docgen.executors.CHUNK", 7)

    def made(folder: Path, executor: ProcessPoolExecutor | None) -> Report:
        return Job(workspace, Request(CARD, parameters={"class": "7-А", "term": "1"}, folder=folder), executor=executor).run()

    with ProcessPoolExecutor(2) as pool:
        spread = made(tmp_path / "pool", pool)
    alone = made(tmp_path / "alone", None)
    assert [it.key for it in spread.made] == [it.key for it in alone.made]
    assert files(tmp_path / "pool") == files(tmp_path / "alone")


def unnumbered(count: int) -> list[dict[str, object]]:
    order = sample()
    order["doc"] = {name: value for name, value in order["doc"].items() if name != "number"}  # type: ignore[attr-defined]
    order["application"] = {"date": "2025-11-03"}
    return [order | {"id": f"o{n}", "student": f"s07a-{n % 5 + 1:02}", "new_address": f"Ош, {n}"} for n in range(count)]


def numbers(workspace: Workspace) -> dict[str, str]:
    with closing(Database(workspace.output / FILE)) as database:
        return {entry.key: entry.number for entry in Register(database).entries()}


@pytest.mark.slow
def test_a_pool_gives_the_same_numbers_and_files(workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("docgen.executors.CHUNK", 4)
    path = batch(tmp_path, *unnumbered(30))
    found = []
    for executor in ("serial", "processes:2"):
        report = Job(workspace, Request(ORDER, paths=[path]), executor=executor).run()
        assert report.problems == []
        found.append((numbers(workspace), files(workspace.output) | {FILE: b""}))
        shutil.rmtree(workspace.output)
    assert found[0] == found[1]
    assert found[0][0] == {f"o{n}": str(n + 1) for n in range(30)}


@pytest.mark.slow
def test_clerks_who_press_the_button_at_once_make_the_same(workspace: Workspace, tmp_path: Path) -> None:
    path = batch(tmp_path, *unnumbered(60))
    command = [sys.executable, "-m", "docgen", "generate", ORDER, str(path)]
    clerks = [subprocess.Popen(command, cwd=workspace.root, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(3)]
    told = [clerk.communicate()[1].decode() for clerk in clerks]
    assert (told, [clerk.returncode for clerk in clerks]) == ([""] * 3, [0] * 3)
    assert sorted(map(int, numbers(workspace).values())) == list(range(1, 61))
    assert len([name for name in files(workspace.output) if name.endswith(".docx")]) == 60
