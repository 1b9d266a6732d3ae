"""``docgen doctor``: whether this computer and this workspace are fit to make documents, and what to do if not."""

from __future__ import annotations

import locale
import shutil
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from docgen.cli import shape
from docgen.cli.voice import Voice
from docgen.errors import Level, Problem, ProblemsFound, in_order

if TYPE_CHECKING:
    from docgen.workspace import Workspace

LETTERS = "ңөүҢӨҮ"
BOXES = "☐☑☒○"
# Times New Roman, or a family with its widths: the line and page breaks stay the same.
TEXT_FAMILIES = ("Times New Roman", "Liberation Serif", "Tinos")
BOX_FAMILIES = ("DejaVu Sans", "Segoe UI Symbol")
SCARCE_BYTES, LAST_BYTES = 500_000_000, 20_000_000


def command(voice: Voice) -> click.Command:
    def doctor() -> int:
        from docgen import __version__
        from docgen.cli.report import as_data, give_json
        from docgen.messages import line
        from docgen.workspace import Workspace

        workspace = Workspace.find(Path.cwd())
        of_computer = [*_fonts(), *_office(), *_disk(workspace), *_encoding()]
        problems = [*of_computer, *_of_school(workspace)]
        is_ill = any(problem.is_error for problem in problems)
        if voice.form == "json":
            give_json(voice, {"version": __version__, "workspace": str(workspace.root) if workspace.root else None,
                              "problems": [as_data(problem, voice) for problem in problems]})
            return 1 if is_ill else 0
        python = ".".join(map(str, sys.version_info[:3]))
        voice.give(voice.say("doctor.about", version=__version__, python=python, folder=str(workspace.root or "")))
        for problem in problems:
            voice.give(f"! {line(problem, voice.language)}")
        well = "doctor.well" if workspace.root else "doctor.well-no-school"
        voice.give(voice.say("doctor.ill" if is_ill else well))
        return 1 if is_ill else 0

    return shape.Command("doctor", voice, doctor, [shape.format_option(voice)])


def _fonts() -> Iterator[Problem]:
    from docgen.cli.fonts import families

    lacking = families({*TEXT_FAMILIES, *BOX_FAMILIES}, LETTERS + BOXES)
    text = {family: set().union(*lacking[family]) & set(LETTERS) for family in TEXT_FAMILIES if family in lacking}
    if not text:
        yield Problem("doctor.no-font", facts={"expected": TEXT_FAMILIES[0]}, level="warning")
    elif all(text.values()):
        family, missing = next(iter(text.items()))
        yield Problem("doctor.font-letters", facts={"label": family, "found": " ".join(sorted(missing))}, level="warning")
    if all(missing & set(BOXES) for family in BOX_FAMILIES for missing in lacking.get(family, ())):
        yield Problem("doctor.no-boxes", facts={"expected": BOX_FAMILIES[0]}, level="warning")


def _office() -> Iterator[Problem]:
    from docgen.errors import ProgramFailed
    from docgen.pdf import find_program, need_pypdf

    for look, told in ((find_program, "doctor.no-office"), (need_pypdf, "doctor.no-pypdf")):
        try:
            look()
        except ProgramFailed:
            yield Problem(told, level="warning")


def _disk(workspace: Workspace) -> Iterator[Problem]:
    folder = next(path for path in (workspace.output, *workspace.output.parents) if path.exists())
    free = shutil.disk_usage(folder).free
    if free < SCARCE_BYTES:
        level: Level = "error" if free < LAST_BYTES else "warning"
        yield Problem("doctor.disk", facts={"label": str(folder), "found": free // 1_000_000}, level=level)


def _encoding() -> Iterator[Problem]:
    names = sys.getfilesystemencoding()
    if names.lower().replace("-", "") != "utf8":
        yield Problem("doctor.file-names", facts={"found": names})
    terminal = locale.getencoding()
    if terminal.lower().replace("-", "") not in ("utf8", "cp65001"):
        yield Problem("doctor.terminal", facts={"found": terminal}, level="warning")


def _of_school(workspace: Workspace) -> list[Problem]:
    """What is wrong in the school's folder, each thing once; a broken definition is told alone."""
    shared = [*_own_shared(workspace)]
    others = [*_workspace(workspace), *_own_types(workspace)]
    if any(problem.is_error for problem in shared):
        others = [problem for problem in others if problem.id != "schema.broken"]
    return _once([*others, *shared])


def _workspace(workspace: Workspace) -> Iterable[Problem]:
    """Every file of facts, read, checked and held against the others; a document reads only those it needs."""
    if workspace.root is None:
        return [Problem("doctor.no-workspace", level="warning")]
    from docgen.school.consistency import check_all
    from docgen.school.wording import facts_wording

    problems = check_all(workspace.facts, workspace.schemas)
    if any(problem.is_error for problem in problems):
        return problems
    workspace.speak()
    return in_order([*problems, *facts_wording(workspace.facts, workspace.schemas)])


def _own_types(workspace: Workspace) -> Iterator[Problem]:
    """What `docgen template check` finds in the types that the school has made or changed, and what hinders it to look."""
    from docgen.check import check_type

    for name in workspace.own_types():
        try:
            problems = check_type(workspace, workspace.doctype(name))
        except ProblemsFound as found:
            problems = found.problems
        for problem in problems:
            if problem.id == "cli.incomplete-type":  # what is not ready yet hinders no other type
                yield replace(problem, level="warning")
            elif not problem.id.startswith("facts."):  # a sample may speak of another school's pupils
                yield problem


def _own_shared(workspace: Workspace) -> Iterator[Problem]:
    """What is wrong in the school's own blocks and definitions by themselves, whether a type uses them or not."""
    from docgen.check import check_definition, check_template

    for path in filter(workspace.is_own, workspace.blocks()):
        yield from check_template(workspace, path)
    for path in filter(workspace.is_own, workspace.definitions()):
        yield from check_definition(workspace, path)


def _once(problems: Iterable[Problem]) -> list[Problem]:
    """Without what was met again: each type reads the same facts and blocks."""
    return list({(problem.id, problem.position): problem for problem in reversed([*problems])}.values())[::-1]
