"""A Dask cluster of real processes on this computer: the same files, whatever happens to a worker."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import yaml

from docgen import executors
from docgen.database import FILE
from docgen.digests import PACKAGE, digests
from docgen.errors import ProgramFailed
from docgen.job import Job
from docgen.records import read_records
from docgen.render import Task, render_chunk
from docgen.report import Report
from docgen.request import Request
from docgen.workspace import Workspace, builtins_root

ORDER = "order/expulsion-residence"
CARD = "report/report-card"

pytest.importorskip("distributed", reason="the extra docgen[dask] is not installed")


@dataclass(frozen=True)
class Cluster:
    """A scheduler's address, its process and those of its workers."""

    address: str
    scheduler: subprocess.Popen[bytes]
    workers: Sequence[subprocess.Popen[bytes]]


@contextmanager
def cluster(folder: Path, *, workers: int, imports_from: Path | None = None) -> Iterator[Cluster]:
    """A scheduler with workers that work in *folder*, and import docgen from where they are told."""
    folder.mkdir()
    env = os.environ | ({"PYTHONPATH": str(imports_from)} if imports_from else {})
    meeting = folder / "scheduler.json"

    def started(program: str, *options: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", f"distributed.cli.{program}", "--no-dashboard", "--scheduler-file", str(meeting)]
        with (folder / "log").open("ab") as log:
            return subprocess.Popen([*command, *options], cwd=folder, env=env, stdout=log, stderr=log)

    scheduler = started("dask_scheduler", "--host", "127.0.0.1", "--port", "0")
    hands = [started("dask_worker", "--nthreads", "1", "--no-nanny", "--local-directory", str(folder)) for _ in range(workers)]
    try:
        yield Cluster(_address(meeting), scheduler, hands)
    finally:
        for process in (*hands, scheduler):
            process.kill()
            process.wait()


def _address(meeting: Path) -> str:
    latest = time.monotonic() + 30
    while time.monotonic() < latest:
        with suppress(OSError, ValueError):
            return str(json.loads(meeting.read_text("utf-8"))["address"])
        time.sleep(0.05)
    raise TimeoutError(meeting.with_name("log").read_text("utf-8"))


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    folder = tmp_path_factory.mktemp("school")
    shutil.copy(builtins_root() / "school.yaml", folder)
    shutil.copytree(builtins_root() / "data", folder / "data")
    return Workspace(folder)


@pytest.fixture
def workspace(school: Workspace) -> Iterator[Workspace]:
    yield school
    shutil.rmtree(school.output, ignore_errors=True)


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A scheduler and two workers."""
    with cluster(tmp_path_factory.mktemp("cluster") / "pair", workers=2) as started:
        yield started


def orders(folder: Path, count: int) -> Path:
    """Records of orders that ask for numbers, every tenth with a fault."""
    order = yaml.safe_load((builtins_root() / "data_schemas" / f"{ORDER}.sample.yaml").read_text("utf-8"))
    order["doc"].pop("number", None)
    order["application"] = {"date": "2025-11-03"}
    path = folder / "orders.jsonl"
    pupils = (99 if n % 10 == 9 else n % 5 + 1 for n in range(count))
    own = ({"id": f"o{n}", "student": f"s07a-{pupil:02}", "new_address": f"Ош, {n}"} for n, pupil in enumerate(pupils))
    records = (order | fields for fields in own)
    path.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), "utf-8")
    return path


def files(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file() and not path.name.startswith(FILE))
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def told(report: Report) -> list[tuple[object, ...]]:
    return [(problem.id, problem.record, problem.position.line) for problem in report.problems]


def alone(workspace: Workspace, path: Path) -> tuple[dict[str, bytes], list[tuple[object, ...]]]:
    """What the orders become without a cluster; nothing of it is left."""
    report = Job(workspace, Request(ORDER, paths=[path])).run()
    made = files(workspace.output)
    shutil.rmtree(workspace.output)
    return made, told(report)


@pytest.mark.slow
def test_a_cluster_makes_the_same_files_numbers_and_problems(
    pair: Cluster, workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(executors, "FAR_CHUNK", 7)
    path = orders(tmp_path, 60)
    expected = alone(workspace, path)
    report = Job(workspace, Request(ORDER, paths=[path]), executor=pair.address).run()
    assert (files(workspace.output), told(report)) == expected
    assert (len(expected[0]), len(report.failed)) == (54, 6)
    assert Job(workspace, Request(ORDER, paths=[path]), executor=pair.address).validate().failed == report.failed


@pytest.mark.slow
def test_an_executor_of_a_client_is_an_executor_like_any(pair: Cluster, workspace: Workspace, tmp_path: Path) -> None:
    from distributed import Client

    parameters = {"class": "7-А", "term": "1"}
    with Client(pair.address, set_as_default=False) as client:  # type: ignore[no-untyped-call]
        Job(workspace, Request(CARD, parameters=parameters, folder=tmp_path / "far"), executor=client.get_executor()).run()
    Job(workspace, Request(CARD, parameters=parameters, folder=tmp_path / "here")).run()
    assert files(tmp_path / "far") == files(tmp_path / "here")
    assert len(files(tmp_path / "far")) == 25


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="stops a process")
def test_a_worker_that_is_killed_costs_nothing_but_time(
    tmp_path: Path, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(executors, "FAR_CHUNK", 5)
    monkeypatch.setattr(executors, "FAR_WINDOW", 6)
    path = orders(tmp_path, 100)
    expected = alone(workspace, path)
    timers: list[threading.Timer] = []

    with cluster(tmp_path / "cluster", workers=2) as started:
        victim = started.workers[0]

        def progress(done: int, _total: int, _problems: int) -> None:
            if done == 5:   # tasks that are given to it from now on never end: it is killed in the middle of them
                victim.send_signal(signal.SIGSTOP)
                timers.append(threading.Timer(0.7, victim.kill))
                timers[0].start()

        report = Job(workspace, Request(ORDER, paths=[path]), executor=started.address, progress=progress).run()
        timers[0].join()
        assert victim.wait() == -signal.SIGKILL
        assert started.workers[1].poll() is None
    assert (files(workspace.output), told(report)) == expected


@pytest.mark.slow
def test_a_cluster_that_goes_is_told_and_the_job_goes_on(
    tmp_path: Path, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(executors, "FAR_CHUNK", 5)
    monkeypatch.setattr(executors, "FAR_WINDOW", 4)
    monkeypatch.setattr(executors, "CONNECT_S", 2)
    path = orders(tmp_path, 60)
    expected = alone(workspace, path)
    with cluster(tmp_path / "cluster", workers=1) as started:

        def progress(done: int, _total: int, _problems: int) -> None:
            if done == 10:
                started.workers[0].kill()
                started.scheduler.kill()

        job = Job(workspace, Request(ORDER, paths=[path]), executor=started.address, progress=progress)
        with pytest.raises(ProgramFailed) as caught:
            job.run()
    assert (caught.value.problem.id, caught.value.exit_status) == ("executor.lost", 4)
    assert job.report.job is not None
    assert 0 < job.report.documents < 54
    Job.resume(workspace, job.report.job).run()
    assert files(workspace.output) == expected[0]


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A docgen of its own, with its built-ins."""
    folder = tmp_path_factory.mktemp("other")
    shutil.copytree(PACKAGE, folder / "docgen", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("templates_docx", "data_schemas"):
        shutil.copytree(builtins_root() / name, folder / name)
    return folder


def refused(workspace: Workspace, folder: Path, imports_from: Path) -> ProgramFailed:
    with cluster(folder, workers=1, imports_from=imports_from) as started, pytest.raises(ProgramFailed) as caught:
        Job(workspace, Request(CARD, parameters={"class": "7-А", "term": "1"}), executor=started.address).run()
    assert files(workspace.output) == {}
    return caught.value


@pytest.mark.slow
def test_a_worker_with_another_template_is_refused(workspace: Workspace, checkout: Path, tmp_path: Path) -> None:
    block = checkout / "templates_docx/_house/styles.docx"
    whole = block.read_bytes()
    block.write_bytes(whole + b"\0")
    try:
        error = refused(workspace, tmp_path / "cluster", checkout)
    finally:
        block.write_bytes(whole)
    assert (error.problem.id, error.exit_status, error.problem.facts["found"]) == ("executor.template", 4, CARD)


@pytest.mark.slow
def test_a_worker_with_another_docgen_is_refused(workspace: Workspace, checkout: Path, tmp_path: Path) -> None:
    code = checkout / "docgen/render.py"
    whole = code.read_text("utf-8")
    code.write_text(whole.replace("class Task", "class Errand"), "utf-8")
    try:
        error = refused(workspace, tmp_path / "cluster", checkout)
    finally:
        code.write_text(whole, "utf-8")
    facts = error.problem.facts
    assert (error.problem.id, error.exit_status, facts["path"]) == ("executor.version", 4, str(checkout / "docgen"))
    assert facts["found"] != facts["expected"]


def test_facts_that_a_worker_sees_otherwise_are_refused(workspace: Workspace, tmp_path: Path) -> None:
    records = tuple(read_records([builtins_root() / "data_schemas" / f"{ORDER}.sample.yaml"]))
    task = Task(workspace, ORDER, records, digests=digests(workspace, [workspace.doctype(ORDER)], ()))
    assert not render_chunk(task)[0].failed
    for changed, told in (
        (replace(task, workspace=Workspace(tmp_path)), "executor.folder"),
        (replace(task, digests=replace(task.digests, facts="")), "executor.facts"),
        (replace(task, digests=replace(task.digests, template="")), "executor.template"),
    ):
        with pytest.raises(ProgramFailed) as caught:
            render_chunk(changed)
        assert caught.value.problem.id == told


def test_a_scheduler_that_does_not_answer_is_told(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(executors, "CONNECT_S", 0.5)
    for address in ("tcp://127.0.0.1:1", "tcp://127.0.0.1", "tcp://:::"):
        with pytest.raises(ProgramFailed) as caught:
            Job(workspace, Request(CARD, parameters={"class": "7-А", "term": "1"}), executor=address).run()
        assert (caught.value.problem.id, caught.value.exit_status) == ("executor.unreachable", 4)


@pytest.mark.slow
def test_a_cluster_without_workers_is_told(workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(executors, "FIRST_WORKER_S", 0.5)
    with cluster(tmp_path / "cluster", workers=0) as started, pytest.raises(ProgramFailed) as caught:
        Job(workspace, Request(CARD, parameters={"class": "7-А", "term": "1"}), executor=started.address).run()
    assert caught.value.problem.id == "executor.no-workers"


def test_without_the_extra_it_is_said_what_to_install(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ProgramFailed) as caught:
        Job(workspace, Request(CARD, parameters={"class": "7-А", "term": "1"}), executor="tcp://127.0.0.1:8786").run()
    assert caught.value.problem.id == "executor.no-dask"
