"""A Dask cluster of real processes on this computer: the same files, whatever happens to a worker."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml
from docx import Document

from docgen import executors, messages
from docgen.database import FILE
from docgen.digests import PACKAGE, digests
from docgen.errors import ProblemsFound, ProgramFailed
from docgen.executors import cluster as far
from docgen.job import Job
from docgen.records import read_records
from docgen.render import Task, render_chunk
from docgen.report import Report
from docgen.request import Request
from docgen.workspace import Workspace, builtins_root

ORDER = "order/expulsion-residence"
CARD = "report/report-card"

distributed = pytest.importorskip("distributed", reason="the extra docgen[dask] is not installed")


@dataclass(frozen=True)
class Cluster:
    """A scheduler's address, its process and those of its workers."""

    address: str
    scheduler: subprocess.Popen[bytes]
    workers: Sequence[subprocess.Popen[bytes]]
    another: Callable[[], subprocess.Popen[bytes]]


@contextmanager
def cluster(
    folder: Path, *, workers: int, imports_from: Path | None = None, scheduler_imports_from: Path | None = None
) -> Iterator[Cluster]:
    """A scheduler with workers that work in *folder*, and import docgen from where they are told."""
    folder.mkdir(exist_ok=True)
    processes: list[subprocess.Popen[bytes]] = []
    meeting = folder / "scheduler.json"

    def started(program: str, *options: str, path: Path | None) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", f"distributed.cli.{program}", "--no-dashboard", "--scheduler-file", str(meeting)]
        env = os.environ | ({"PYTHONPATH": str(path)} if path else {})
        with (folder / "log").open("ab") as log:
            processes.append(subprocess.Popen([*command, *options], cwd=folder, env=env, stdout=log, stderr=log))
        return processes[-1]

    def worker() -> subprocess.Popen[bytes]:
        return started("dask_worker", "--nthreads", "1", "--no-nanny", "--local-directory", str(folder), path=imports_from)

    try:
        scheduler = started("dask_scheduler", "--host", "127.0.0.1", "--port", "0", path=scheduler_imports_from)
        hands = [worker() for _ in range(workers)]
        yield Cluster(_address(meeting), scheduler, hands, worker)
    finally:
        for process in reversed(processes):
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


def client(address: str) -> Any:
    connect: Any = distributed.Client
    return connect(address, set_as_default=False)


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


@contextmanager
def given(choice: str, pair: Cluster) -> Iterator[Executor | str]:
    """An executor by what it is called in a test."""
    if choice != "threads":
        yield pair.address if choice == "cluster" else choice
        return
    with ThreadPoolExecutor(2) as executor:
        yield executor


@pytest.mark.slow
@pytest.mark.parametrize("choice", ["processes:2", "threads", "cluster"])
def test_problems_are_told_in_the_same_words_whoever_works(
    choice: str, pair: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In records (fields, names of fields, rules, numbers), in a template and in facts, all named as the clerk sees them."""
    school = tmp_path / "school"
    shutil.copytree(builtins_root() / "data", school / "data")
    shutil.copy(builtins_root() / "school.yaml", school)
    own = school / "templates_docx" / f"{ORDER}.docx"
    own.parent.mkdir(parents=True)
    document = Document(str(builtins_root() / "templates_docx" / f"{ORDER}.docx"))
    document.add_paragraph("{{ student.name[new_address|length] }}")
    document.save(str(own))
    good = json.loads(orders(tmp_path, 10).read_text("utf-8").splitlines()[0]) | {"doc": {"date": "2025-11-04"}}
    wrong = [{"student": "s07a-99"}, {"leave_date": "2025-11-31"}, {"no_such_field": 1}, {"new_address": ""}, {"doc": []},
             {"new_address": "Ош\x0b"}, {"leave_date": "2024-01-01"}, {"student": {"id": "s07a-01"}}]
    lines = [good | {"id": f"o{n}"} | fault for n, fault in enumerate(wrong)]
    (school / "orders.jsonl").write_text("\n\n".join(json.dumps(line, ensure_ascii=False) for line in lines), "utf-8")
    (school / "orders.yaml").write_text(json.dumps(lines, ensure_ascii=False, indent=2), "utf-8")
    (school / "inside").mkdir()

    def text(executor: Executor | str) -> list[str]:
        said: list[str] = []
        for place, name in ((school, "orders.jsonl"), (school / "inside", "../orders.yaml")):
            monkeypatch.chdir(place)
            job = Job(Workspace.find(Path()), Request(ORDER, paths=[Path(name)]), dry_run=True, executor=executor)
            said += (messages.line(problem, "ky") for problem in job.run().problems)
        return said

    expected = text("serial")
    with given(choice, pair) as executor:
        assert text(executor) == expected
    assert len({line.rpartition("[")[2] for line in expected}) > 5
    assert {line.partition(":")[0].partition(",")[0] for line in expected} >= {"orders.jsonl", "../orders.yaml"}
    assert any(line.startswith(f"templates_docx/{ORDER}.docx") for line in expected)

    staff = school / "data/staff.yaml"
    staff.write_text(staff.read_text("utf-8").replace("surname:", "surnam:", 1), "utf-8")
    expected = text("serial")
    with given(choice, pair) as executor:
        assert text(executor) == expected
    assert any(line.startswith("data/staff.yaml:") for line in expected)


@pytest.mark.slow
def test_a_client_and_its_executor_can_be_given(pair: Cluster, workspace: Workspace, tmp_path: Path) -> None:
    parameters = {"class": "7-А", "term": "1"}
    Job(workspace, Request(CARD, parameters=parameters, folder=tmp_path / "here")).run()
    with client(pair.address) as given:
        Job(workspace, Request(CARD, parameters=parameters, folder=tmp_path / "far"), executor=given).run()
        Job(workspace, Request(CARD, parameters=parameters, folder=tmp_path / "executor"), executor=given.get_executor()).run()
    assert files(tmp_path / "far") == files(tmp_path / "executor") == files(tmp_path / "here")
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
def test_a_cluster_that_has_lost_all_its_workers_goes_on_with_a_new_one(
    tmp_path: Path, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(executors, "FAR_CHUNK", 5)
    monkeypatch.setattr(executors, "FAR_WINDOW", 4)
    path = orders(tmp_path, 60)
    expected = alone(workspace, path)
    with cluster(tmp_path / "cluster", workers=2) as started:

        def progress(done: int, _total: int, _problems: int) -> None:
            if done == 10:
                for worker in started.workers:
                    worker.kill()
                    worker.wait()
                threading.Timer(1.5, started.another).start()

        report = Job(workspace, Request(ORDER, paths=[path]), executor=started.address, progress=progress).run()
    assert (files(workspace.output), told(report)) == expected


@pytest.mark.slow
def test_a_cluster_that_stays_without_workers_is_told_and_the_job_goes_on(
    tmp_path: Path, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(executors, "FAR_CHUNK", 5)
    monkeypatch.setattr(executors, "FAR_WINDOW", 4)
    monkeypatch.setattr(far, "ALONE_S", 1)
    path = orders(tmp_path, 60)
    expected = alone(workspace, path)
    with cluster(tmp_path / "cluster", workers=1) as started:

        def progress(done: int, _total: int, _problems: int) -> None:
            if done == 10:
                started.workers[0].kill()

        job = Job(workspace, Request(ORDER, paths=[path]), executor=started.address, progress=progress)
        with pytest.raises(ProgramFailed) as caught:
            job.run()
    assert caught.value.problem.id == "executor.no-workers"
    assert job.report.job is not None
    Job.resume(workspace, job.report.job, executor="processes:2").run()
    assert files(workspace.output) == expected[0]


@pytest.mark.slow
def test_a_process_of_a_pool_that_is_killed_costs_nothing_but_time(tmp_path: Path, workspace: Workspace) -> None:
    path = orders(tmp_path, 400)
    expected = alone(workspace, path)
    killed: list[int] = []

    def progress(done: int, _total: int, _problems: int) -> None:
        if done in (50, 200):
            killed.append(multiprocessing.active_children()[0].pid or 0)
            os.kill(killed[-1], signal.SIGKILL)

    report = Job(workspace, Request(ORDER, paths=[path]), executor="processes:2", progress=progress).run()
    assert len(set(killed)) == 2
    assert (files(workspace.output), told(report)) == expected


@pytest.mark.slow
@pytest.mark.parametrize("is_given", [False, True], ids=["address", "client"])
def test_a_cluster_that_goes_is_told_and_the_job_goes_on(
    is_given: bool, tmp_path: Path, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(executors, "FAR_CHUNK", 5)
    monkeypatch.setattr(executors, "FAR_WINDOW", 4)
    path = orders(tmp_path, 60)
    expected = alone(workspace, path)
    with cluster(tmp_path / "cluster", workers=1) as started:

        def progress(done: int, _total: int, _problems: int) -> None:
            if done == 10:
                started.workers[0].kill()
                started.scheduler.kill()

        with client(started.address) if is_given else nullcontext(started.address) as executor:
            job = Job(workspace, Request(ORDER, paths=[path]), executor=executor, progress=progress)
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


@pytest.mark.slow
def test_a_worker_with_another_library_is_refused(workspace: Workspace, checkout: Path, tmp_path: Path) -> None:
    other = checkout / "lxml-0.0.1.dist-info"
    other.mkdir()
    (other / "METADATA").write_text("Metadata-Version: 2.1\nName: lxml\nVersion: 0.0.1\n")
    try:
        error = refused(workspace, tmp_path / "cluster", checkout)
    finally:
        shutil.rmtree(other)
    assert (error.problem.id, error.exit_status) == ("executor.version", 4)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="a path that each process sees as its own: /proc/self/cwd")
@pytest.mark.parametrize(("change", "told"), [
    (None, None), ("data/staff.yaml", "executor.facts"), ("school.yaml", "executor.folder"),
    (f"templates_docx/{CARD}.docx", "executor.template"), (f"data_schemas/{CARD}.schema.json", "executor.template"),
])
def test_a_worker_that_sees_another_folder_is_refused(
    change: str | None, told: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same path on two computers, with other files behind it."""
    for place in ("here", "there"):
        school = tmp_path / place / "school"
        shutil.copytree(builtins_root() / "data", school / "data")
        shutil.copy(builtins_root() / "school.yaml", school)
        for name in (f"templates_docx/{CARD}.docx", f"data_schemas/{CARD}.schema.json"):
            (school / name).parent.mkdir(parents=True)
            shutil.copy(builtins_root() / name, school / name)
    if told == "executor.folder":
        (school / str(change)).unlink()
    elif change:
        (school / change).write_bytes((school / change).read_bytes() + b"\n")
    monkeypatch.chdir(tmp_path / "here")
    with cluster(tmp_path / "there", workers=1) as started:
        asked = Request(CARD, parameters={"class": "7-А", "term": "1"}, folder=tmp_path / "made")
        job = Job(Workspace(Path("/proc/self/cwd/school")), asked, executor=started.address)
        if told is None:
            assert len(job.run().made) == 25
            return
        with pytest.raises(ProgramFailed) as caught:
            job.run()
    assert (caught.value.problem.id, caught.value.exit_status) == (told, 4)
    assert files(tmp_path / "made") == {}


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


def unreached(workspace: Workspace, address: str) -> str:
    """The problem that is told, which does not take long."""
    began = time.monotonic()
    with pytest.raises(ProgramFailed) as caught:
        Job(workspace, Request(CARD, parameters={"class": "7-А", "term": "1"}), executor=address).run()
    assert time.monotonic() - began < far.CONNECT_S + far.ANSWER_S + far.FIRST_WORKER_S
    assert (caught.value.exit_status, caught.value.problem.facts["found"]) == (4, address)
    assert files(workspace.output) == {}
    return caught.value.problem.id


@pytest.mark.parametrize("address", ["tcp://127.0.0.1", "tcp://:::", "tcp://127.0.0.1:port", "tcp://127.0.0.1:99999", "tls://"])
def test_what_is_no_address_is_told(workspace: Workspace, address: str) -> None:
    with pytest.raises(ProblemsFound) as caught:
        Job(workspace, Request(CARD, parameters={"class": "7-А", "term": "1"}), executor=address).run()
    assert [problem.id for problem in caught.value.problems] == ["cli.executor"]


def test_a_closed_port_and_an_unknown_name_are_told_at_once(workspace: Workspace) -> None:
    began = time.monotonic()
    assert unreached(workspace, "tcp://127.0.0.1:1") == "executor.unreachable"
    assert unreached(workspace, "tcp://no-such-computer.invalid:8786") == "executor.no-host"
    assert time.monotonic() - began < 3


@pytest.mark.slow
def test_somebody_else_who_answers_is_told(workspace: Workspace, monkeypatch: pytest.MonkeyPatch, pair: Cluster) -> None:
    monkeypatch.setattr(far, "ANSWER_S", 1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert unreached(workspace, f"tcp://127.0.0.1:{silent.getsockname()[1]}") == "executor.no-scheduler"
        assert unreached(workspace, f"tls://127.0.0.1:{silent.getsockname()[1]}") == "executor.no-certificates"
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as web:
        threading.Thread(target=web.serve_forever, daemon=True).start()
        assert unreached(workspace, f"tcp://127.0.0.1:{web.server_port}") == "executor.no-scheduler"
        web.shutdown()
    with client(pair.address) as given:
        given.wait_for_workers(1)
        worker = next(iter(given.nthreads()))
    assert unreached(workspace, worker) == "executor.no-scheduler"


@pytest.mark.slow
def test_a_scheduler_of_another_dask_is_told(workspace: Workspace, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "sitecustomize.py").write_text(
        "import distributed.versions as v\nwhole = v.get_package_info\n"
        "v.get_package_info = lambda names: whole(names) | {'distributed': '2000.1.0'}\n")
    with cluster(tmp_path / "cluster", workers=0, scheduler_imports_from=other) as started:
        assert unreached(workspace, started.address) == "executor.dask-version"


@pytest.mark.slow
def test_a_cluster_without_workers_is_told(workspace: Workspace, tmp_path: Path) -> None:
    with cluster(tmp_path / "cluster", workers=0) as started:
        assert unreached(workspace, started.address) == "executor.no-workers"


def test_without_the_extra_it_is_said_what_to_install(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ProgramFailed) as caught:
        Job(workspace, Request(CARD, parameters={"class": "7-А", "term": "1"}), executor="tcp://127.0.0.1:8786").run()
    assert caught.value.problem.id == "executor.no-dask"
