"""Where chunks are rendered: chosen by the amount of work, in order, whoever is killed, gone when the coordinator is."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_all_start_methods, get_context
from pathlib import Path
from typing import Any

import pytest

from docgen import executors
from docgen.errors import ProblemsFound, ProgramFailed
from docgen.executors import Crew
from docgen.executors.pool import Pool, pool
from docgen.executors.window import FEWEST, WINDOW


def test_a_choice_says_how_many_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 4)
    assert [executors.workers(choice) for choice in ("serial", "processes:3", "processes")] == [0, 3, 4]


def spent(seconds: float) -> list[int]:
    until = time.process_time() + seconds
    while time.process_time() < until:
        pass
    return [os.getpid()]


@pytest.mark.slow
@pytest.mark.parametrize(("tasks", "seconds", "processes", "pooled"), [
    (40, 0.12, 2, True), (40, 0.001, 2, False), (3, 0.12, 2, False), (40, 0.12, 1, False)])
def test_a_pool_is_taken_where_the_work_that_is_left_is_worth_it(
    tasks: int, seconds: float, processes: int, pooled: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: processes)
    with executors.opened("", tasks * executors.CHUNK) as crew:
        made = [process for _, (process,) in executors.through(spent, [(n, seconds) for n in range(min(tasks, 8))], crew)]
    assert made[:executors.TELLING] == [os.getpid()] * executors.TELLING   # the first documents are there soon
    assert (os.getpid() not in made[executors.TELLING:]) == pooled


@pytest.mark.parametrize("choice", [
    "threads", "processes:0", "processes:x", "serial:2", "processes:1000", "processes:" + "9" * 5000,
])
def test_an_unknown_choice_is_told(choice: str) -> None:
    with pytest.raises(ProblemsFound) as caught:
        executors.workers(choice)
    assert caught.value.problems[0].id == "cli.executor"


def doubled(numbers: list[int]) -> list[int]:
    return [2 * number for number in numbers]


def slow_first(numbers: list[int]) -> list[int]:
    time.sleep(0.05 if numbers == [0] else 0)
    return numbers


@pytest.mark.parametrize("threads", [0, 3])
def test_results_come_in_the_order_of_the_tasks(threads: int) -> None:
    crew = Crew(ThreadPoolExecutor(threads) if threads else None)
    tasks = [(n, [n] if n % 3 else None) for n in range(40)]
    assert list(executors.through(doubled, tasks, crew)) == [(n, [2 * n] if n % 3 else []) for n in range(40)]
    uneven = executors.through(slow_first, [(n, [n]) for n in range(9)], crew)
    assert [made for _, made in uneven] == [[n] for n in range(9)]


class Counting(Executor):
    """Counts the tasks that have been handed over."""

    def __init__(self) -> None:
        self.taken = 0

    def submit(self, work: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.taken += 1
        future: Future[Any] = Future()
        future.set_result(work(*args, **kwargs))
        return future


def test_no_more_than_a_window_is_under_way() -> None:
    executor = Counting()

    def endless() -> Iterator[tuple[int, list[int]]]:
        number = 0
        while True:
            yield number, [number]
            number += 1

    results = executors.through(doubled, endless(), Crew(executor))
    for done in range(100):
        next(results)
        assert executor.taken <= done + WINDOW


def large(_numbers: list[int]) -> list[bytes]:
    return [bytes(2**20) for _ in range(64)]


def test_large_results_keep_the_window_narrow() -> None:
    executor = Counting()
    results = executors.through(large, ((n, [n]) for n in range(100)), Crew(executor, most=64))
    for done in range(12):
        next(results)
        assert executor.taken <= done + FEWEST + 1


def noted(note: Path) -> list[Path]:
    note.touch()
    return [note]


@pytest.mark.slow
def test_a_slow_disk_does_not_let_documents_pile_up(tmp_path: Path) -> None:
    with pool(2) as executor:
        results = executors.through(noted, ((n, tmp_path / str(n)) for n in range(60)), Crew(executor))
        for done in range(3):
            next(results)
            time.sleep(0.3)   # the disk
            assert len(list(tmp_path.iterdir())) <= done + FEWEST + done + 1
        assert len(list(results)) == 57


def die(_numbers: list[int]) -> list[int]:
    os._exit(1)


def die_once(note: Path) -> list[Path]:
    if not note.exists():
        note.touch()
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(10)
    return [note]


@pytest.mark.slow
def test_a_worker_that_dies_again_and_again_is_told() -> None:
    for executor in (Pool(1), ProcessPoolExecutor(1)):
        with executor, pytest.raises(ProgramFailed) as caught:
            list(executors.through(die, [(0, [1])], Crew(executor)))
        assert caught.value.problem.id == "job.worker-lost"


@pytest.mark.slow
def test_a_pool_goes_on_without_the_worker_that_was_killed(tmp_path: Path) -> None:
    notes = [tmp_path / str(n) for n in range(12)]
    for note in notes:
        if note.name not in ("3", "9"):
            note.touch()
    with pool(2) as executor:
        made = list(executors.through(die_once, [(note, note) for note in notes], Crew(executor)))
    assert made == [(note, [note]) for note in notes]


@pytest.mark.slow
@pytest.mark.parametrize("method", get_all_start_methods())
def test_a_pool_that_is_given_may_start_its_processes_in_any_way(method: str) -> None:
    with ProcessPoolExecutor(2, get_context(method)) as executor:
        made = list(executors.through(doubled, [(n, [n]) for n in range(9)], Crew(executor)))
    assert made == [(n, [2 * n]) for n in range(9)]


TWICE = """
import signal, threading, time
from docgen.executors.pool import pool
if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with pool(2) as executor:
            executor.submit(time.sleep, 0).result()
            executor.submit(time.sleep, 60)
            print(flush=True)
            time.sleep(60)
    finally:
        print(flush=True)
        time.sleep(0.1)
"""


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="sends SIGTERM")
def test_a_pool_ends_at_once_when_it_is_told_to_twice(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(TWICE)
    with subprocess.Popen([sys.executable, str(program)], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout
        for _ in range(2):
            running.stdout.readline()
            running.send_signal(signal.SIGTERM)
        assert running.wait(timeout=20) != 0


STARTED = """
import multiprocessing, sys
from docgen import executors
from docgen.executors.pool import pool
from tests.test_executors import doubled
if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv[1])
    with pool(2) as executor:
        print([made for _, made in executors.through(doubled, [(n, [n]) for n in range(3)], executors.Crew(executor))])
"""


@pytest.mark.slow
@pytest.mark.parametrize("method", get_all_start_methods())
def test_our_pool_works_whatever_way_of_starting_is_set(method: str, tmp_path: Path, root: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(STARTED)
    done = subprocess.run([sys.executable, str(program), method], capture_output=True, text=True, check=True,
                          env=os.environ | {"PYTHONPATH": str(root)})
    assert done.stdout == "[[0], [2], [4]]\n"


PARENT = """
import os, time
from docgen.executors.pool import pool
if __name__ == "__main__":
    with pool(2) as pool:
        print(pool.submit(os.getpid).result(), pool.submit(time.sleep, 0.2).result(), flush=True)
        time.sleep(60)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_workers_go_when_the_coordinator_is_killed(tmp_path: Path) -> None:
    program = tmp_path / "parent.py"
    program.write_text(PARENT)
    with subprocess.Popen([sys.executable, str(program)], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        worker = int(parent.stdout.readline().split()[0])
        os.kill(parent.pid, signal.SIGKILL)
    latest = time.monotonic() + 10
    entry = Path("/proc", str(worker))
    while entry.exists() and time.monotonic() < latest:
        time.sleep(0.05)
    assert not entry.exists()
