"""Where chunks are rendered: in this process, in a pool of processes, on a Dask cluster, or in any executor that is given.

`concurrent.futures.Executor` is the interface. How tasks go there and come back in order is told in `docgen.executors.window`,
what is particular to the processes of this computer and to a cluster in `pool` and `cluster`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeAlias

from docgen.errors import Problem, ProblemsFound
from docgen.executors.window import Crew, through

if TYPE_CHECKING:   # 20 ms that one document in this process does not need
    from concurrent.futures import Executor

    from distributed import Client

    Choice: TypeAlias = Executor | Client | str | None

__all__ = ["Crew", "chunk_size", "is_far", "opened", "through", "workers"]

# Records of a task: few, so that the first documents are there soon and little is made twice after a power cut.
CHUNK = 50
# On a cluster a task costs the scheduler 10 ms whatever is in it, so it has more records (docs/cluster.md).
FAR_CHUNK = 200
FAR_WINDOW = 64
FAR = ("tcp://", "tls://")
# The first task compiles the type, the second tells what a task costs; with fewer a pool is not thought of.
TELLING = 2


def is_far(executor: Choice) -> bool:
    """Whether the workers may be on other computers: those of a cluster, or of an executor that somebody else has made."""
    return executor is not None and (not isinstance(executor, str) or executor.startswith(FAR))


def chunk_size(executor: Choice) -> int:
    """How many records a task has."""
    return FAR_CHUNK if _is_dask(executor) else CHUNK


def _is_dask(executor: Choice) -> bool:
    return executor.startswith(FAR) if isinstance(executor, str) else type(executor).__module__.startswith("distributed.")


@contextmanager
def opened(choice: Choice, records: int) -> Iterator[Crew]:
    """Those who do the tasks of so many records; gone at the end, unless somebody else has made them.

    Args:
        choice: an executor, a Dask client, ``serial``, ``processes:4``, ``tcp://host:8786``, or empty for what is faster;
            None is ``serial``.

    Raises:
        ProblemsFound: ``cli.executor``.
        ProgramFailed: there is no cluster to work on (``executor.*``).
    """
    if choice is not None and not isinstance(choice, str):
        if hasattr(choice, "get_executor"):
            from docgen.executors.cluster import crew_of

            yield crew_of(choice, most=FAR_WINDOW)
        else:
            yield Crew(choice, most=FAR_WINDOW) if _is_dask(choice) else Crew(choice)
    elif choice and _is_dask(choice):
        from docgen.executors.cluster import cluster

        with cluster(choice, most=FAR_WINDOW) as crew:
            yield crew
    elif choice == "" and records > TELLING * CHUNK:
        from docgen.executors.pool import Undecided

        with Undecided(processes=os.cpu_count() or 1, tasks=-(-records // CHUNK), telling=TELLING) as crew:
            yield crew
    elif processes := workers(choice or "serial"):
        from docgen.executors.pool import pool

        with pool(processes) as executor:
            yield Crew(executor)
    else:
        yield Crew()


def workers(choice: str) -> int:
    """How many processes *choice* means; 0 for this process alone.

    Args:
        choice: ``serial``, ``processes:4``, ``processes`` (one a processor).

    Raises:
        ProblemsFound: ``cli.executor``.
    """
    kind, _, count = choice.partition(":")
    if kind == "serial" and not count:
        return 0
    if kind == "processes" and (not count or (count.isdecimal() and len(count) < 4 and 0 < int(count) <= 256)):
        return int(count) if count else os.cpu_count() or 1
    raise ProblemsFound([Problem("cli.executor", facts={"found": choice})])
