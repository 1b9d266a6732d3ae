"""``docgen template show|check|tidy TYPE|FILE``: a template as text, its faults, its tidy form."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import click

from docgen.cli import shape
from docgen.cli.voice import Voice
from docgen.errors import Position, Problem, ProblemsFound

COMMANDS = ("show", "check", "tidy")


def command(voice: Voice) -> click.Command:
    return shape.Group("template", voice, COMMANDS, lambda name: {"show": _show, "check": _check, "tidy": _tidy}[name](voice))


def _show(voice: Voice) -> click.Command:
    def show(target: str) -> int:
        from docgen.template.listing import listing

        voice.give(listing(_file(target)).rstrip("\n"))
        return 0

    return shape.Command("template.show", voice, show, [_target(voice)])


def _check(voice: Voice) -> click.Command:
    def check(target: str) -> int:
        from docgen.check import check_template, check_type
        from docgen.cli.report import tell_check
        from docgen.workspace import Workspace

        workspace = Workspace.find(Path.cwd())
        path = _given_file(target)
        problems = check_template(workspace, path) if path else check_type(workspace, workspace.doctype(target))
        return tell_check(problems, target, voice)

    return shape.Command("template.check", voice, check, [_target(voice), shape.format_option(voice)])


def _tidy(voice: Voice) -> click.Command:
    def tidy(target: str) -> int:
        from docgen.output import write
        from docgen.template.tidy import tidy as tidied

        path = _file(target)
        state = write(path.parent, PurePosixPath(path.name), tidied(path.read_bytes()), replace=True)
        voice.talk(voice.say("cli.tidy-unchanged" if state == "unchanged" else "cli.tidy-done"))
        voice.give(str(path.absolute()))
        return 0

    return shape.Command("template.tidy", voice, tidy, [_target(voice)])


def _target(voice: Voice) -> click.Argument:
    return click.Argument(["target"], metavar=voice.say("cli.metavar.target"))


def _given_file(target: str) -> Path | None:
    """The Word file that *target* is, None where it is a type's id."""
    path = Path(target)
    if path.is_file():
        return path
    if path.suffix.lower() in (".docx", ".docm", ".dotx"):
        raise ProblemsFound([Problem("record.no-file", Position(target), {"found": target})])
    return None


def _file(target: str) -> Path:
    from docgen.workspace import Workspace

    return _given_file(target) or Workspace.find(Path.cwd()).doctype(target).template_path
