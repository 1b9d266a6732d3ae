"""The command line: ``docgen generate order/expulsion-residence leave.yaml``.

A command's module is loaded when the command is called, so that ``docgen --help`` imports nothing but click. Results go to
stdout, talk to stderr, both in UTF-8 whatever the terminal says. Exit statuses: 0 done, 1 problems, 2 usage, 3 cannot
write, 4 an outside program is missing or failed, 130 interrupted.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from docgen.cli.voice import Voice
from docgen.errors import CannotWrite, DocgenError, Position, Problem

# Python's own streams know the terminal's encoding; cp1251 and cp866 have no ң, ө, ү.
_ENCODING = {"encoding": "utf-8", "errors": "backslashreplace"}


def main() -> None:
    """Run the command line and leave with its exit status."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by whoever called: `docgen types >&-`
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - stays open to the end
    for ending in ("SIGTERM", "SIGHUP"):  # told to end, the window closed: as Ctrl-C, so that nothing is left behind
        if hasattr(signal, ending) and signal.getsignal(getattr(signal, ending)) == signal.SIG_DFL:
            signal.signal(getattr(signal, ending), signal.default_int_handler)
    status = 0
    try:
        status = run(sys.argv[1:])
        sys.stdout.flush()
    except OSError as gone:  # only now: the last of it was held back, or the fault itself could not be told
        _silence()
        status = status if isinstance(gone, BrokenPipeError) else CannotWrite.exit_status
    sys.exit(status)


def run(arguments: Sequence[str]) -> int:
    """Run a command and give its exit status."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(**_ENCODING)
    from docgen.cli.shape import group

    voice = Voice.chosen(arguments)
    try:
        # not click's `main`: it leaves with 1 when the reader of a pipe has gone
        whole = group(voice)
        with whole.make_context("docgen", list(arguments)) as context:
            return int(whole.invoke(context) or 0)
    except click.exceptions.Exit as leave:
        return int(leave.exit_code)
    except click.UsageError as wrong:
        from docgen.cli.usage import explain

        return explain(wrong, voice)
    except (click.Abort, KeyboardInterrupt):
        voice.talk(voice.say("cli.interrupted"))
        return 130
    except BrokenPipeError:  # `docgen types | head -1`: whoever asked for a line has it
        _silence()
        return 0
    except DocgenError as failure:
        from docgen.cli.report import tell_failure

        return tell_failure(failure, voice)
    except OSError as refusal:  # foreseen nowhere: a name of 300 letters, a broken disk, a folder that may not be read
        from docgen.cli.report import tell_failure

        if refusal.filename is None:  # the stream itself: `docgen types --format json >/dev/full`
            _silence()
        facts = {"cause": refusal.strerror or type(refusal).__name__}
        return tell_failure(CannotWrite(Problem("cli.refused", Position(str(refusal.filename or "")), facts)), voice)


def _silence() -> None:
    """Let go of a stdout that takes nothing more; what is still held for it goes nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
