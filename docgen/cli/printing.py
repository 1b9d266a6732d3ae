"""The options that bring documents together: ``--merge``, ``--pdf``, ``-o cards.zip``; what does not go with what."""

from __future__ import annotations

from pathlib import Path

import click

from docgen.cli import shape
from docgen.cli.voice import Voice


def options(voice: Voice) -> list[click.Parameter]:
    flags = ("pdf", "duplex", "separator", "sort")
    return [
        click.Option(["--merge"], metavar=voice.say("cli.metavar.file"), callback=_print_file,
                     help=voice.say("cli.option.merge")),
        *(click.Option([f"--{flag}"], is_flag=True, help=voice.say(f"cli.option.{flag}")) for flag in flags),
    ]


def _print_file(ctx: click.Context, _param: click.Parameter, given: str | None) -> str:
    if given is None:
        return ""
    if not given.strip():
        raise shape.Fault("cli.option-value", ctx, found="--merge")
    if Path(given).suffix.lower() not in (".docx", ".pdf"):
        raise shape.Fault("cli.merge-name", ctx, found=given)
    return given


def fault(output: str, merge: str, *, pdf: bool, **alone: bool) -> tuple[str, str]:
    """The fault that is in what was asked for and the option at fault; empty where it goes together.

    Args:
        output: the value of ``-o``, empty without.
        alone: options that say how a print file is to be.
    """
    ending = Path(output).suffix.lower()
    if merge and ending in (".docx", ".pdf", ".zip"):
        return "cli.merge-and-file", output
    if not merge and ending == ".pdf":
        return "cli.output-pdf", output
    if is_archive(output) and pdf:
        return "cli.zip-and-pdf", output
    asked = [f"--{name}" for name, is_asked in alone.items() if is_asked]
    return ("cli.print-alone", asked[0]) if asked and not merge else ("", "")


def is_archive(output: str) -> bool:
    """Whether ``-o`` names an archive."""
    return output.lower().endswith(".zip")
