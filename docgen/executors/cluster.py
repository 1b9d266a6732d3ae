"""The workers of a Dask scheduler: reached within seconds or told why not, and watched while they work."""

from __future__ import annotations

import asyncio
import logging
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib import metadata
from typing import Any
from urllib.parse import urlsplit

from docgen.errors import Problem, ProblemsFound, ProgramFailed
from docgen.executors.window import Crew

# How long the computer, then its scheduler may take to answer, and the first worker to come.
CONNECT_S = 3
ANSWER_S = 5
FIRST_WORKER_S = 5
# How long the last worker may be gone: time to start another.
ALONE_S = 60


@contextmanager
def cluster(address: str, *, most: int) -> Iterator[Crew]:
    """The workers of a Dask scheduler. What is still under way there when the coordinator ends is dropped.

    Raises:
        ProblemsFound: ``cli.executor``: *address* is none.
        ProgramFailed: ``executor.no-dask``, ``executor.no-host``, ``executor.unreachable``, ``executor.no-certificates``,
            ``executor.no-scheduler``, ``executor.dask-version``, ``executor.no-workers``.
    """
    try:
        import distributed
    except ImportError:
        raise _failed("executor.no-dask", address) from None
    for name in ("distributed", "distributed.client", "distributed.core", "tornado.application", "asyncio"):
        logging.getLogger(name).setLevel(logging.CRITICAL)   # what goes wrong is told in our own words
    _look_for_computer(address)
    _look_for_scheduler(address)
    try:
        # Documents come straight from the workers: through the scheduler every byte would travel twice.
        connect: Any = distributed.Client
        client = connect(address, timeout=ANSWER_S, direct_to_workers=True, set_as_default=False)
    except (OSError, ValueError):
        raise _failed("executor.unreachable", address) from None
    with client:
        try:
            client.wait_for_workers(1, timeout=FIRST_WORKER_S)
        except TimeoutError:
            raise _failed("executor.no-workers", address) from None
        yield crew_of(client, most=most)


def crew_of(client: Any, *, most: int) -> Crew:
    """The workers that a `distributed.Client` reaches. The executor that it gives does not tell when the scheduler has gone."""
    return Crew(client.get_executor(pure=False), most, _watch(client))   # pure=False: no digest of each task


def _look_for_computer(address: str) -> None:
    """Dask tries again and again until its time is over; a name that nobody knows or a closed port is known at once."""
    try:
        place = urlsplit(address)
        host, port = place.hostname, place.port
    except ValueError:
        host = port = None
    if not host or not port:
        raise ProblemsFound([Problem("cli.executor", facts={"found": address})])
    try:
        socket.create_connection((host, port), timeout=CONNECT_S).close()
    except (socket.gaierror, UnicodeError):
        raise _failed("executor.no-host", address, expected=host) from None
    except OSError:
        raise _failed("executor.unreachable", address) from None


def _look_for_scheduler(address: str) -> None:
    """Ask who answers there: a client would wait forever for one who says nothing."""
    import distributed

    security: Any = distributed.Security
    connection_args = security().get_connection_args("client")
    if address.startswith("tls://") and connection_args.get("ssl_context") is None:
        raise _failed("executor.no-certificates", address)

    async def asked() -> tuple[str, str]:
        connect: Any = distributed.rpc
        async with connect(address, timeout=ANSWER_S, connection_args=connection_args) as other:
            identity, versions = await other.identity(), await other.versions()
            return identity["type"], versions["packages"]["distributed"]

    def answer() -> tuple[str, str]:
        return asyncio.run(asyncio.wait_for(asked(), ANSWER_S))

    try:
        with ThreadPoolExecutor(1) as apart:   # the caller may have a loop of its own, as a notebook has
            kind, version = apart.submit(answer).result()
    except Exception:   # whatever a stranger says
        raise _failed("executor.no-scheduler", address) from None
    if kind != "Scheduler":
        raise _failed("executor.no-scheduler", address)
    if version != (own := metadata.version("distributed")):
        raise _failed("executor.dask-version", address, version=version, expected=own)


def _watch(client: Any) -> Callable[[], None]:
    """Dask (2026.8) never ends the future of a task whose result it was fetching when the scheduler went, nor of one for
    which there is no worker any more."""
    alone_since: float | None = None

    def watch() -> None:
        nonlocal alone_since
        if client.status == "closed":
            raise ProgramFailed(Problem("executor.lost"))
        try:
            alone_since = None if client.nthreads() else alone_since or time.monotonic()
        except OSError:   # going just now
            return
        if alone_since and time.monotonic() - alone_since > ALONE_S:
            raise _failed("executor.no-workers", client.scheduler.address)

    return watch


def _failed(id: str, address: str, **facts: str) -> ProgramFailed:
    return ProgramFailed(Problem(id, facts={"found": address, **facts}))
