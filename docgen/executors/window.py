"""Tasks on their way: a bounded window of them under way, their results in order, whatever becomes of a worker.

A task travels as bytes together with the edition of this docgen: a worker looks at the edition before it unpacks the rest, and
a Dask scheduler looks at neither. The result comes back as bytes, too, so that their size is known here.
"""

from __future__ import annotations

import pickle
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from docgen.digests import edition, same_edition
from docgen.errors import Problem, ProgramFailed

if TYPE_CHECKING:   # 20 ms that one document in this process does not need
    from concurrent.futures import Executor, Future

Held = TypeVar("Held")
Work = TypeVar("Work")
Made = TypeVar("Made")

# Tasks under way at once: enough to keep every worker busy, few enough to keep memory flat.
WINDOW = 16
# The first results tell how large they are; until then, and where they are very large, no more than this.
FEWEST = 4
# What results under way may hold of memory, by the largest that has come.
MOST_BYTES = 256 * 2**20
# How often to look whether there is still somebody to wait for, while a task takes long.
LOOK_S = 1
# So many times a task is given away; one that takes its worker with it each time has a fault of its own.
TRIES = 3


@dataclass
class Crew:
    """Those who do the tasks.

    Args:
        executor: None for this process.
        most: tasks under way at once.
        watch: called while a task takes long; raises where there is nobody left to wait for.
    """

    executor: Executor | None = None
    most: int = WINDOW
    watch: Callable[[], None] | None = None

    def do(self, work: Callable[[Any], list[Made]], task: Any) -> list[Made]:
        """A task, in this process."""
        return work(task)


@dataclass(slots=True)
class _Errand:
    """A task that is under way, to be given to another worker if need be."""

    packed: bytes
    future: Future[bytes]


def through(
    work: Callable[[Work], list[Made]], tasks: Iterable[tuple[Held, Work | None]], crew: Crew
) -> Iterator[tuple[Held, list[Made]]]:
    """What comes of each task, in order, with no more than a window of them under way.

    What is held stays here and comes back with the result; a task of None has an empty one.

    Raises:
        ProgramFailed: ``job.worker-lost``, ``executor.*``.
    """
    window: deque[tuple[Held, _Errand | None]] = deque()
    most = min(FEWEST, crew.most)
    largest = 1

    def first() -> tuple[Held, list[Made]]:
        nonlocal most, largest
        held, errand = window[0]
        packed = _result(errand, [errand for _, errand in window if errand], crew) if errand else b""
        window.popleft()
        largest = max(largest, len(packed))
        most = min(crew.most, most + 1, max(FEWEST, MOST_BYTES // largest))
        return held, pickle.loads(packed) if errand else []

    for held, task in tasks:
        if crew.executor is None:
            yield held, [] if task is None else crew.do(work, task)
            continue
        window.append((held, _sent(pickle.dumps((work, task)), crew.executor) if task is not None else None))
        while len(window) >= most:
            yield first()
    while window:
        yield first()


_one_at_a_time = threading.Lock()


def packed_result(expected: str, packed: bytes) -> bytes:
    """In a worker: do a task, one at a time (Dask gives a worker several threads if it is not told otherwise).

    Raises:
        ProgramFailed: ``executor.version``: another docgen than the coordinator's, which might not even know what is inside.
    """
    same_edition(expected)
    work, task = pickle.loads(packed)
    with _one_at_a_time:
        return pickle.dumps(work(task))


def _sent(packed: bytes, executor: Executor) -> _Errand:
    return _Errand(packed, executor.submit(packed_result, edition(), packed))


def _result(errand: _Errand, under_way: list[_Errand], crew: Crew) -> bytes:
    """The result of the first errand; those whose worker was killed are given to others, if there are any."""
    from concurrent.futures import BrokenExecutor, CancelledError

    for _ in range(TRIES):
        try:
            return _awaited(errand.future, crew)
        except BrokenExecutor as lost:   # a worker was killed, or had no memory left
            broken = lost
        except CancelledError as gone:   # with its scheduler
            raise ProgramFailed(Problem("executor.lost")) from gone
        except Exception as error:
            raise _told(error) from error
        try:
            _send_again(under_way, crew)
        except BrokenExecutor:   # somebody else's pool stays broken
            break
    raise ProgramFailed(Problem("job.worker-lost", facts={"cause": str(broken)})) from broken


def _send_again(under_way: list[_Errand], crew: Crew) -> None:
    from concurrent.futures import BrokenExecutor

    assert crew.executor
    for errand in under_way:
        if errand.future.done() and isinstance(errand.future.exception(), BrokenExecutor):
            errand.future = _sent(errand.packed, crew.executor).future


def _awaited(future: Future[bytes], crew: Crew) -> bytes:
    if crew.watch is None:
        return future.result()
    while True:
        try:
            return future.result(timeout=LOOK_S)
        except TimeoutError:
            if future.done():   # the task's own
                raise
            crew.watch()


def _told(error: Exception) -> Exception:
    """What went wrong on the way to a worker, in our words; what the work itself has raised stays as it is."""
    dask = sys.modules.get("distributed")
    if dask is not None and isinstance(error, dask.KilledWorker):   # the same task took several workers with it
        return ProgramFailed(Problem("job.worker-lost", facts={"cause": str(error)}))
    if _lacks_docgen(error):
        return ProgramFailed(Problem("executor.no-docgen", facts={"expected": edition()}))
    return error


def _lacks_docgen(error: BaseException | None) -> bool:
    """Whether something could not be unpacked because there is no docgen where it should have been."""
    while error is not None:
        if isinstance(error, ImportError) and (error.name or "").partition(".")[0] == "docgen":
            return True
        error = error.__cause__
    return False
