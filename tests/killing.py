"""Jobs that are killed: a forked process makes documents and dies by SIGKILL, at a given step or after a given time.

A step is what a power cut could fall between: every SQL statement, every file that is written, flushed or put in its place,
every chunk that is rendered. The process is forked from one that has compiled the type already, so a kill costs milliseconds.
"""

from __future__ import annotations

import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from functools import partial
from typing import Any

from docgen import chunks, database
from docgen.output import files

Work = Callable[[], object]


def killed_at(step: int, work: Work) -> int:
    """Run *work* in a process that dies at a step; 0, and *work* is done, where there are fewer steps."""
    return _forked(work, step)[0]


def steps_of(work: Work) -> int:
    """How many steps *work* has, done in a process of its own."""
    status, steps = _forked(work, 0)
    assert status == 0
    return steps


def killed_after(seconds: float, work: Work) -> int:
    """Run *work* in a process that is killed after some time; 0 where it was done before."""
    return _forked(work, 0, seconds)[0]


def _forked(work: Work, step: int, seconds: float | None = None) -> tuple[int, int]:
    """The exit status (negative for a signal) and the steps that were counted."""
    reader, writer = os.pipe()
    process = os.fork()
    if process == 0:
        _run(work, step, writer)
    os.close(writer)
    if seconds is not None:
        time.sleep(seconds)
        os.kill(process, signal.SIGKILL)  # a process that has ended is still there until it is waited for
    status = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    with os.fdopen(reader) as told:
        return status, int(told.read() or 0)


def _run(work: Work, step: int, writer: int) -> None:
    count = 0

    def pass_step() -> None:
        nonlocal count
        count += 1
        if count == step:
            os.kill(os.getpid(), signal.SIGKILL)

    try:
        _watch(pass_step)
        work()
        os.write(writer, str(count).encode())
        os._exit(0)
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(1)


class _Counted:
    """A function with a step before and after it; in a worker of a pool, to which it may be sent, the function alone."""

    def __init__(self, inner: Callable[..., Any], pass_step: Callable[[], None]) -> None:
        self.inner = inner
        self.pass_step = pass_step

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        self.pass_step()
        result = self.inner(*args, **kwargs)
        self.pass_step()
        return result

    def __reduce__(self) -> tuple[Any, ...]:
        return partial, (self.inner,)


def _watch(pass_step: Callable[[], None]) -> None:
    def around(holder: Any, name: str) -> None:
        setattr(holder, name, _Counted(getattr(holder, name), pass_step))

    for name in ("_write_new", "_publish"):
        around(files, name)
    around(chunks, "render_chunk")
    connected = database._connected

    def watched(name: str) -> database.Connection:
        connection = connected(name)
        connection.set_trace_callback(lambda _statement: pass_step())
        return connection

    database._connected = watched
