"""A pool of processes on this computer: it ends with its coordinator, and outlives a process that is killed."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Any, TypeVar

from docgen.executors.window import Crew

# From so much rendering on (processor time) a pool of two wins: each of its processes spends 0.4 s on imports and compiling
# and a third of a light document's time on the way there and back. Break-even was met at 1 s; a busy machine needs more.
POOL_PAYS_S = 2.0

Made = TypeVar("Made")


class Pool(Executor):
    """So many processes. Where one is killed its fellows go with it (`ProcessPoolExecutor`); others take their place."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._inner = self._started()

    def _started(self) -> ProcessPoolExecutor:
        from multiprocessing import get_context

        # Fresh processes: a forked one would inherit the register's open file, and threads do not survive a fork.
        fresh = get_context("spawn")
        told, self._lifeline = fresh.Pipe(duplex=False)
        return ProcessPoolExecutor(self._count, fresh, _prepare, (told,))

    def submit(self, work: Callable[..., Made], /, *args: Any, **kwargs: Any) -> Future[Made]:
        try:
            return self._inner.submit(work, *args, **kwargs)
        except BrokenExecutor:
            self._inner = self._started()
            return self._inner.submit(work, *args, **kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        self._inner.shutdown(wait, cancel_futures=cancel_futures)

    def abandon(self) -> None:
        """Let the processes go at once: a second Ctrl-C while the first waits for them would leave all hanging."""
        self._lifeline.close()
        self.shutdown(wait=False, cancel_futures=True)


@contextmanager
def pool(count: int) -> Iterator[Executor]:
    """A pool of so many processes. They end with this process, however it ends."""
    executor = Pool(count)
    try:
        yield executor
    except BaseException:
        executor.abandon()
        raise
    executor.shutdown()


class Undecided(Crew):
    """This process, until it is known what a task costs; then a pool, if what is left is worth starting one.

    Args:
        processes: of the pool.
        tasks: that there are, a task of each chunk.
        telling: the task that tells what one costs.
    """

    def __init__(self, processes: int, tasks: int, telling: int) -> None:
        super().__init__()
        self._processes = processes
        self._tasks = tasks
        self._telling = telling
        self._done = 0
        self._open = ExitStack()

    def do(self, work: Callable[[Any], list[Made]], task: Any) -> list[Made]:
        began = time.process_time()   # others on this computer make no document dearer
        made = work(task)
        self._done += 1
        if self._done == self._telling and self._processes > 1:
            left_s = (time.process_time() - began) * (self._tasks - self._done)
            if left_s > POOL_PAYS_S:
                self.executor = self._open.enter_context(pool(self._processes))
        return made

    def __enter__(self) -> Undecided:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._open.__exit__(kind, error, trace)


def _prepare(lifeline: Connection) -> None:
    """In a worker: leave Ctrl-C to the coordinator, and go when it says so, or has gone itself, even by kill."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_follow, args=(lifeline,), daemon=True).start()


def _follow(lifeline: Connection) -> None:
    with suppress(OSError, EOFError):   # nothing is ever said: it ends where the coordinator's end of it is closed
        lifeline.recv_bytes()
    os._exit(1)
