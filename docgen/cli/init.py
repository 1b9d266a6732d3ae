"""``docgen init DIR``: a workspace of one's own, empty or filled with the invented demo school."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import click

from docgen.cli import shape
from docgen.cli.voice import Voice
from docgen.errors import Position, Problem, ProblemsFound

# Facts that are the same in every school of the country, or nearly: a new workspace begins with the demo school's.
_COMMON = ("data/terms.yaml", "data/subjects.yaml", "data/calendar.yaml")
# Facts that a school must enter itself: a form is made of their schema.
_OWN = {
    "school.yaml": "school",
    "data/staff.yaml": "staff",
    "data/timetable.yaml": "timetable",
    "data/classes/1-А.yaml": "class",
}
_FOLDERS = ("data/marks", "data/absences", "data/surveys", "output")


def command(voice: Voice) -> click.Command:
    params = [
        click.Argument(["folder"], metavar=voice.say("cli.metavar.folder")),
        click.Option(["--demo"], is_flag=True, help=voice.say("cli.option.demo")),
    ]

    def init(folder: str, demo: bool) -> int:
        from docgen.output import write
        from docgen.workspace import MARK

        target = Path(folder)
        if (target / MARK).exists():
            raise ProblemsFound([Problem("cli.workspace-exists", Position(str(target / MARK)), {"found": folder})])
        made = dict(_demo() if demo else _empty(voice))
        for name in sorted(made, key=lambda name: name == MARK):  # school.yaml last: it makes the folder a workspace
            write(target, PurePosixPath(name), made[name])
        for name in () if demo else _FOLDERS:
            (target / name).mkdir(parents=True, exist_ok=True)
        voice.talk(voice.say("cli.init-demo") if demo else voice.say("cli.init-empty", found=", ".join(_OWN)))
        voice.give(str(target.absolute()))
        there = voice.command("cd", folder)
        voice.talk(voice.say("cli.next", command=f"{there} && docgen {'types' if demo else 'doctor'}"))
        return 0

    return shape.Command("init", voice, init, params)


def _demo() -> Iterator[tuple[str, bytes]]:
    from docgen.workspace import builtins_root

    root = builtins_root()
    for path in (root / "school.yaml", *sorted((root / "data").rglob("*"))):
        if path.is_file() and not path.name.startswith("."):
            yield path.relative_to(root).as_posix(), path.read_bytes()


def _empty(voice: Voice) -> Iterator[tuple[str, bytes]]:
    from docgen.cli.form import yaml_form
    from docgen.records.fields import Fields
    from docgen.workspace import Workspace, builtins_root

    schemas = Workspace(None).schemas
    for name, kind in _OWN.items():
        path = f"_facts/{kind}.schema.json"
        fields = Fields(schemas[path], schemas=schemas, path=path)
        yield name, yaml_form(fields, voice, title=str(schemas[path]["title"])).encode()
    for name in _COMMON:
        yield name, (builtins_root() / name).read_bytes()
