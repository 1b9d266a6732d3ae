"""Where chunks are rendered: in this process, in a pool of processes, or in any executor that is given.

`concurrent.futures.Executor` is the interface; there is none of our own over it.
"""

from __future__ import annotations

import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from docgen.errors import Problem, ProblemsFound, ProgramFailed

if TYPE_CHECKING:   # 20 ms that one document in this process does not need
    from concurrent.futures import Executor, Future

Held = TypeVar("Held")
Work = TypeVar("Work")
Made = TypeVar("Made")

# Tasks under way at once: enough to keep every worker busy, few enough to keep memory flat.
WINDOW = 16
# Below so many records a pool loses: its processes take a second to start and compile; half the work is writing files.
POOL_PAYS = 4000


def workers(choice: str, records: int) -> int:
    """How many processes *choice* means for so many records; 0 for this process alone.

    Args:
        choice: ``serial``, ``processes:4``, ``processes`` (one a processor), or empty: whatever is faster.

    Raises:
        ProblemsFound: ``cli.executor``.
    """
    kind, _, count = choice.partition(":")
    processors = os.cpu_count() or 1
    if not choice:
        return processors if processors > 1 and records >= POOL_PAYS else 0
    if kind == "serial" and not count:
        return 0
    if kind == "processes" and (not count or (count.isdecimal() and 0 < int(count) <= 256)):
        return int(count) if count else processors
    raise ProblemsFound([Problem("cli.executor", facts={"found": choice})])


@contextmanager
def pool(count: int) -> Iterator[Executor | None]:
    """A pool of so many processes, None for 0. They end with this process, however it ends."""
    if count == 0:
        yield None
        return
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    # Fresh processes: a forked one would inherit the register's open file, and threads do not survive a fork.
    executor = ProcessPoolExecutor(count, get_context("spawn"), _prepare)
    try:
        yield executor
    except BaseException:
        executor.shutdown(wait=False, cancel_futures=True)
        raise
    executor.shutdown()


def _prepare() -> None:
    """In a worker: leave Ctrl-C to the coordinator, and go when it has gone, even by kill."""
    from multiprocessing import parent_process

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=_follow, args=(parent.sentinel,), daemon=True).start()


def _follow(parent: int) -> None:
    from multiprocessing.connection import wait

    wait([parent])
    os._exit(1)


def through(
    work: Callable[[Work], list[Made]], tasks: Iterable[tuple[Held, Work | None]], executor: Executor | None
) -> Iterator[tuple[Held, list[Made]]]:
    """What comes of each task, in order, with no more than `WINDOW` of them under way.

    What is held stays here and comes back with the result; a task of None has an empty one.
    """
    if executor is None:
        for held, task in tasks:
            yield held, [] if task is None else work(task)
        return
    window: deque[tuple[Held, Future[list[Made]] | None]] = deque()
    for held, task in tasks:
        window.append((held, None if task is None else executor.submit(work, task)))
        if len(window) >= WINDOW:
            yield _result(*window.popleft())
    while window:
        yield _result(*window.popleft())


def _result(held: Held, future: Future[list[Made]] | None) -> tuple[Held, list[Made]]:
    from concurrent.futures import BrokenExecutor

    try:
        return held, [] if future is None else future.result()
    except BrokenExecutor as broken:  # a worker was killed, or had no memory left
        raise ProgramFailed(Problem("job.worker-lost", facts={"cause": str(broken)})) from broken
