"""Where chunks are rendered: in this process, in a pool of processes, on a Dask cluster, or in any executor that is given.

`concurrent.futures.Executor` is the interface; there is none of our own over it. A task travels as bytes together with the
edition of this docgen: a worker looks at the edition before it unpacks the rest, and a Dask scheduler looks at neither.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from docgen.digests import edition, same_edition
from docgen.errors import Problem, ProblemsFound, ProgramFailed

if TYPE_CHECKING:   # 20 ms that one document in this process does not need
    from concurrent.futures import Executor, Future

Held = TypeVar("Held")
Work = TypeVar("Work")
Made = TypeVar("Made")

# Records of a task: few, so that the first documents are there soon and little is made twice after a power cut.
CHUNK = 50
# Tasks under way at once: enough to keep every worker busy, few enough to keep memory flat.
WINDOW = 16
# On a cluster a task costs the scheduler 3 to 6 ms, so it has more records. The coordinator takes in some 15 such tasks a
# second; with 64 under way a worker may need 4 s for one before the coordinator waits for workers (docs/cluster.md).
FAR_CHUNK = 200
FAR_WINDOW = 64
FAR = ("tcp://", "tls://")
# How long a scheduler may take to answer, and the first worker to come.
CONNECT_S = 10
FIRST_WORKER_S = 60
# How often to look whether the scheduler is still there, while a task takes long.
LOOK_S = 1
# Below so many records a pool loses: its processes take a second to start and compile; half the work is writing files.
POOL_PAYS = 4000


def is_far(executor: Executor | str | None) -> bool:
    """Whether the workers may be on other computers: those of a cluster, or of an executor that somebody else has made."""
    return executor is not None and (not isinstance(executor, str) or executor.startswith(FAR))


def chunk_size(executor: Executor | str | None) -> int:
    """How many records a task has."""
    return FAR_CHUNK if _is_dask(executor) else CHUNK


def _is_dask(executor: Executor | str | None) -> bool:
    return executor.startswith(FAR) if isinstance(executor, str) else type(executor).__module__.startswith("distributed.")


@contextmanager
def opened(choice: Executor | str | None, records: int) -> Iterator[Executor | None]:
    """The executor that is meant, None for this process alone; closed at the end, unless somebody else has made it.

    Args:
        choice: an executor, ``serial``, ``processes:4``, ``tcp://host:8786``, or empty for what is faster; None is ``serial``.

    Raises:
        ProblemsFound: ``cli.executor``.
        ProgramFailed: there is no cluster to work on (``executor.unreachable``, ``executor.no-workers``, ``executor.no-dask``).
    """
    if choice is not None and not isinstance(choice, str):
        yield choice
        return
    choice = "serial" if choice is None else choice
    with cluster(choice) if _is_dask(choice) else pool(workers(choice, records)) as executor:
        yield executor


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


@contextmanager
def cluster(address: str) -> Iterator[Executor]:
    """The workers of a Dask scheduler. What is still under way there when the coordinator ends is dropped.

    Raises:
        ProgramFailed: ``executor.unreachable``, ``executor.no-workers``, ``executor.no-dask``.
    """
    try:
        import distributed
    except ImportError:
        raise ProgramFailed(Problem("executor.no-dask", facts={"found": address})) from None
    import logging

    for name in ("distributed", "distributed.client", "tornado.application", "asyncio"):
        logging.getLogger(name).setLevel(logging.CRITICAL)   # what goes wrong is told in our own words
    try:
        # Documents come straight from the workers: through the scheduler every byte would travel twice.
        connect: Any = distributed.Client
        client = connect(address, timeout=CONNECT_S, direct_to_workers=True, set_as_default=False)
    except (OSError, ValueError):
        raise ProgramFailed(Problem("executor.unreachable", facts={"found": address})) from None
    with client:
        try:
            client.wait_for_workers(1, timeout=FIRST_WORKER_S)
        except TimeoutError:
            raise ProgramFailed(Problem("executor.no-workers", facts={"found": address})) from None
        yield client.get_executor(pure=False)   # no digest of each task


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
    """What comes of each task, in order, with no more than a window of them under way.

    What is held stays here and comes back with the result; a task of None has an empty one.

    Raises:
        ProgramFailed: ``job.worker-lost``, ``executor.lost``, ``executor.version``.
    """
    if executor is None:
        for held, task in tasks:
            yield held, [] if task is None else work(task)
        return
    most = FAR_WINDOW if _is_dask(executor) else WINDOW
    window: deque[tuple[Held, Future[list[Made]] | None]] = deque()
    for held, task in tasks:
        window.append((held, None if task is None else executor.submit(unpacked, edition(), pickle.dumps((work, task)))))
        if len(window) >= most:
            yield _result(*window.popleft(), executor)
    while window:
        yield _result(*window.popleft(), executor)


_one_at_a_time = threading.Lock()


def unpacked(expected: str, packed: bytes) -> Any:
    """In a worker: do a task, one at a time (Dask gives a worker several threads if it is not told otherwise).

    Raises:
        ProgramFailed: ``executor.version``: another docgen than the coordinator's, which might not even know what is inside.
    """
    same_edition(expected)
    work, task = pickle.loads(packed)
    with _one_at_a_time:
        return work(task)


def _result(held: Held, future: Future[list[Made]] | None, executor: Executor) -> tuple[Held, list[Made]]:
    from concurrent.futures import BrokenExecutor, CancelledError

    try:
        return held, [] if future is None else _awaited(future, executor)
    except BrokenExecutor as broken:  # a worker was killed, or had no memory left
        raise ProgramFailed(Problem("job.worker-lost", facts={"cause": str(broken)})) from broken
    except CancelledError as gone:   # with its scheduler
        raise ProgramFailed(Problem("executor.lost")) from gone
    except Exception as error:
        if _is_killed(error):   # the same task took several workers with it
            raise ProgramFailed(Problem("job.worker-lost", facts={"cause": str(error)})) from error
        if _lacks_docgen(error):
            raise ProgramFailed(Problem("executor.no-docgen", facts={"expected": edition()})) from error
        raise


def _awaited(future: Future[list[Made]], executor: Executor) -> list[Made]:
    """The result. Dask (2026.8) never ends the future of a task whose result it was fetching when the scheduler went."""
    client = getattr(executor, "_client", None) if _is_dask(executor) else None
    while client is not None:
        try:
            return future.result(timeout=LOOK_S)
        except TimeoutError:
            if future.done():   # the task's own
                raise
            if client.status == "closed":
                raise ProgramFailed(Problem("executor.lost")) from None
    return future.result()


def _is_killed(error: Exception) -> bool:
    dask = sys.modules.get("distributed")
    return dask is not None and isinstance(error, dask.KilledWorker)


def _lacks_docgen(error: BaseException | None) -> bool:
    """Whether something could not be unpacked because there is no docgen where it should have been."""
    while error is not None:
        if isinstance(error, ImportError) and (error.name or "").partition(".")[0] == "docgen":
            return True
        error = error.__cause__
    return False
