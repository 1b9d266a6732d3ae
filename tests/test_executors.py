"""Where chunks are rendered: chosen by the amount of work, in order, gone when the coordinator is."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from docgen import executors
from docgen.errors import ProblemsFound, ProgramFailed


def test_a_pool_is_chosen_where_it_pays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 4)
    assert [executors.workers("", records) for records in (1, executors.POOL_PAYS - 1, executors.POOL_PAYS)] == [0, 0, 4]
    assert executors.workers("serial", 10**6) == 0
    assert executors.workers("processes:3", 1) == 3
    assert executors.workers("processes", 1) == 4
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    assert executors.workers("", 10**6) == 0


@pytest.mark.parametrize("choice", ["threads", "processes:0", "processes:x", "serial:2", "processes:1000"])
def test_an_unknown_choice_is_told(choice: str) -> None:
    with pytest.raises(ProblemsFound) as caught:
        executors.workers(choice, 1)
    assert caught.value.problems[0].id == "cli.executor"


def doubled(numbers: list[int]) -> list[int]:
    return [2 * number for number in numbers]


def slow_first(numbers: list[int]) -> list[int]:
    time.sleep(0.05 if numbers == [0] else 0)
    return numbers


@pytest.mark.parametrize("threads", [0, 3])
def test_results_come_in_the_order_of_the_tasks(threads: int) -> None:
    executor = ThreadPoolExecutor(threads) if threads else None
    tasks = [(n, [n] if n % 3 else None) for n in range(40)]
    assert list(executors.through(doubled, tasks, executor)) == [(n, [2 * n] if n % 3 else []) for n in range(40)]
    uneven = executors.through(slow_first, [(n, [n]) for n in range(9)], executor)
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

    results = executors.through(doubled, endless(), executor)
    for done in range(100):
        next(results)
        assert executor.taken <= done + executors.WINDOW


def die(_numbers: list[int]) -> list[int]:
    os._exit(1)


@pytest.mark.slow
def test_a_worker_that_dies_is_told() -> None:
    with ProcessPoolExecutor(1) as pool, pytest.raises(ProgramFailed) as caught:
        list(executors.through(die, [(0, [1])], pool))
    assert caught.value.problem.id == "job.worker-lost"


PARENT = """
import os, time
from docgen import executors
if __name__ == "__main__":
    with executors.pool(2) as pool:
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
