"""The command line: ``docgen generate order/expulsion-residence leave.yaml``.

A command's module is loaded when the command is called, so that ``docgen --help`` imports nothing but click. Results go to
stdout, talk to stderr, both in UTF-8 whatever the terminal says. Exit statuses: 0 done, 1 problems, 2 usage, 3 cannot
write, 4 an outside program is missing or failed, 130 interrupted.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import click

from docgen.cli.voice import Voice
from docgen.errors import DocgenError

# Python's own streams know the terminal's encoding; cp1251 and cp866 have no ң, ө, ү.
_ENCODING = {"encoding": "utf-8", "errors": "backslashreplace"}


def main() -> None:
    """Run the command line and leave with its exit status."""
    status = run(sys.argv[1:])
    try:
        sys.stdout.flush()
    except OSError:  # `docgen types | head -1`: the reader has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(status)


def run(arguments: Sequence[str]) -> int:
    """Run a command and give its exit status."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(**_ENCODING)
    from docgen.cli.shape import group

    voice = Voice.chosen(arguments)
    try:
        return int(group(voice).main(list(arguments), "docgen", standalone_mode=False) or 0)
    except click.exceptions.Exit as leave:
        return int(leave.exit_code)
    except click.UsageError as wrong:
        from docgen.cli.usage import explain

        return explain(wrong, voice)
    except (click.Abort, KeyboardInterrupt):
        voice.talk(voice.say("cli.interrupted"))
        return 130
    except BrokenPipeError:
        return 0
    except DocgenError as failure:
        from docgen.cli.report import tell_failure

        return tell_failure(failure, voice)
