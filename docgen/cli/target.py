"""``-o``: where documents go, a folder or one file; the name of a file that docgen cannot write is refused."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path

import click

from docgen.cli import shape
from docgen.cli.voice import Voice

# What looks like a file's ending: `.doc`, not `7.А` or `2025.11`.
_ENDING = re.compile(r"\.(?:[A-Za-z][A-Za-z0-9]{0,4}|7z)")


def option(voice: Voice, *, endings: Sequence[str] = (".docx",)) -> click.Option:
    """``-o``, for a command that writes files with these *endings*, or has a word of its own for them."""

    def checked(ctx: click.Context, _param: click.Parameter, given: str | None) -> str | None:
        if given is None:
            return None
        path = _path(ctx, given)
        is_file = _ENDING.fullmatch(path.suffix) and path.suffix.lower() not in endings
        is_folder = given.endswith(("/", os.sep)) or os.path.isdir(given)  # noqa: PTH112 - Path.is_dir() raises at 300 letters
        if is_file and not is_folder:
            raise shape.Fault("cli.output-ending", ctx, found=given, nearest=f"{path.stem}.docx", folder=f"{path.name}/")
        return given

    return click.Option(["-o", "--output"], metavar=voice.say("cli.metavar.output"), callback=checked,
                        help=voice.say("cli.option.output"))


def file_option(voice: Voice, *endings: str) -> click.Option:
    """``-o``, for a command that writes one file with one of these *endings*."""

    def checked(ctx: click.Context, _param: click.Parameter, given: str | None) -> str | None:
        if given is None:
            return None
        path = _path(ctx, given)
        if path.suffix.lower() not in endings:
            known = _ENDING.fullmatch(path.suffix)
            nearest = f"{path.stem if known else path.name}{endings[0]}"
            raise shape.Fault("cli.file-ending", ctx, found=given, expected=", ".join(endings), nearest=nearest)
        return given

    return click.Option(["-o", "--output"], metavar=voice.say("cli.metavar.file"), callback=checked,
                        help=voice.say("cli.option.new-output"))


def _path(ctx: click.Context, given: str) -> Path:
    """A path that says something, with a name that can be written."""
    from docgen.output import look_at_name

    if not given.strip():
        raise shape.Fault("cli.output-empty", ctx)
    path = Path(given)
    look_at_name(path)
    return path


def folder_and_file(output: str | None) -> tuple[Path | None, str]:
    """The folder and, if ``-o`` names a Word file, the document's own name."""
    if output is None:
        return None, ""
    path = Path(output)
    return (path.parent, path.name) if path.suffix.lower() == ".docx" else (path, "")
