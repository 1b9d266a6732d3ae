"""``docgen register list|show|sign|void|gaps|export|book``: the numbers that were given, and what became of them."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from docgen.cli import shape, target
from docgen.cli.voice import Voice
from docgen.errors import Position, Problem, ProblemsFound

if TYPE_CHECKING:
    from docgen.register import Entry, Register
    from docgen.workspace import Workspace

COMMANDS = ("list", "show", "sign", "void", "gaps", "export", "book")
STATES = ("reserved", "issued", "signed", "void")
COLUMNS = ("series", "year", "number", "date", "state", "subject", "type", "key", "file", "sha256", "record", "template",
           "reserved_at", "issued_at", "signed_at", "void_at", "reason")
# What a spreadsheet would take for a formula (CWE-1236).
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def command(voice: Voice) -> click.Command:
    makers: dict[str, Callable[[Voice], click.Command]] = {
        "list": _list, "show": _show, "sign": _sign, "void": _void, "gaps": _gaps, "export": _export, "book": _book}
    return shape.Group("register", voice, COMMANDS, lambda name: makers[name](voice))


def _list(voice: Voice) -> click.Command:
    state = click.Option(["--state"], type=shape.OneOf(STATES), metavar="|".join(STATES),
                         help=voice.say("cli.option.state"))

    def list_(series: str, year: int | None, state: str | None) -> int:
        from docgen.cli.report import give_json

        with _register(series) as (register, _):
            found = register.entries(series=series, year=year or 0, state=state or "")
        if voice.form == "json":
            give_json(voice, {"entries": [asdict(entry) for entry in found]})
            return 0
        for (book, of_year), entries in groupby(found, key=lambda entry: (entry.series, entry.year)):
            voice.give(voice.say("cli.register.head", label=book, year=of_year))
            for entry in entries:
                voice.give(f"  {entry.number:>6}  {entry.date}  {_state(entry, voice)}  {entry.subject}".rstrip())
        if not found:
            voice.give(voice.say("cli.register.empty"))
        return 0

    return shape.Command("register.list", voice, list_, [*_book_options(voice), state, shape.format_option(voice)])


def _show(voice: Voice) -> click.Command:
    def show(number: str, series: str, year: int | None) -> int:
        from docgen.cli.report import give_json

        with _register(series) as (register, _):
            entry = register.find(number, series=series, year=year or 0)
            history = register.history(entry)
            amends = register.entry(entry.amends).number if entry.amends else ""
            amended_by = ", ".join(register.entry(other).number for other in entry.amended_by)
        if voice.form == "json":
            give_json(voice, {"entry": asdict(entry), "history": [asdict(event) for event in history]})
            return 0
        facts = {"number": entry.number, "label": entry.series, "year": entry.year, "date": entry.date,
                 "state": _state(entry, voice), "subject": entry.subject, "type": entry.type, "key": entry.key,
                 "file": entry.file, "reason": entry.reason, "amends": amends, "amended": amended_by}
        voice.give(voice.say("cli.register.entry", **facts))
        for event in history:
            what = voice.say(f"cli.register.event-{event.what}")
            voice.give(f"  {event.at[:16].replace('T', ' ')}  {what}  {event.sha256[:12]}".rstrip())
        return 0

    return shape.Command("register.show", voice, show, [_number(voice), *_book_options(voice), shape.format_option(voice)])


def _sign(voice: Voice) -> click.Command:
    def sign(number: str, series: str, year: int | None) -> int:
        from docgen.cli.report import tell_problems

        with _register(series) as (register, workspace):
            entry = register.sign(register.find(number, series=series, year=year or 0))
        tell_problems(_of_file(entry, workspace), voice)
        voice.give(voice.say("cli.register.done-sign", number=entry.number, label=entry.series, year=entry.year))
        return 0

    return shape.Command("register.sign", voice, sign, [_number(voice), *_book_options(voice)])


def _void(voice: Voice) -> click.Command:
    why = click.Option(["--reason"], default="", metavar=voice.say("cli.metavar.reason"), help=voice.say("cli.option.reason"))

    def void(number: str, series: str, year: int | None, reason: str) -> int:
        with _register(series) as (register, _):
            entry = register.void(register.find(number, series=series, year=year or 0), reason)
        voice.give(voice.say("cli.register.done-void", number=entry.number, label=entry.series, year=entry.year))
        return 0

    return shape.Command("register.void", voice, void, [_number(voice), *_book_options(voice), why])


def _gaps(voice: Voice) -> click.Command:
    def gaps(series: str, year: int | None) -> int:
        from docgen.cli.report import give_json

        with _register(series) as (register, _):
            found = register.gaps(series=series, year=year or 0)
            reserved = register.entries(series=series, year=year or 0, state="reserved")
        if voice.form == "json":
            give_json(voice, {"gaps": [asdict(gap) for gap in found], "reserved": [asdict(entry) for entry in reserved]})
            return 0
        for gap in found:
            numbers = str(gap.first) if gap.first == gap.last else f"{gap.first}–{gap.last}"
            voice.give(voice.say("cli.register.gap", found=numbers, label=gap.series, year=gap.year))
        for entry in reserved:
            voice.give(voice.say("cli.register.unmade", number=entry.number, label=entry.series, year=entry.year))
        if not found and not reserved:
            voice.give(voice.say("cli.register.no-gaps"))
        return 0

    return shape.Command("register.gaps", voice, gaps, [*_book_options(voice), shape.format_option(voice)])


def _export(voice: Voice) -> click.Command:
    file = target.file_option(voice, ".csv")

    def export(series: str, year: int | None, output: str | None) -> int:
        from docgen.output import write_atomically

        with _register(series) as (register, _):
            text = _table(register.entries(series=series, year=year or 0))
        if output is None:
            voice.give(text.rstrip("\n"))
            return 0
        path = Path(output).absolute()
        write_atomically(path, b"\xef\xbb\xbf" + text.encode())  # the mark by which Excel knows UTF-8
        voice.give(str(path))
        return 0

    return shape.Command("register.export", voice, export, [*_book_options(voice), file])


def _book(voice: Voice) -> click.Command:
    def book(series: str, year: int | None, output: str | None, replace: bool) -> int:
        from docgen.cli.progress import Progress
        from docgen.cli.report import run_and_tell
        from docgen.job import Job
        from docgen.records import Record, Source
        from docgen.request import Request
        from docgen.school.register_book import TYPE, books

        with _register(series) as (register, workspace):
            facts = workspace.facts
            titles = facts.school.get("registers", {})
            found = books(register, facts.today, titles=titles, series=series, year=year or 0)
        records = [Record(data["id"], data, Source(TYPE, None, "view")) for data in found]
        folder, file = target.folder_and_file(output)
        progress = Progress(voice)
        request = Request(TYPE, folder=folder, file=file, replace=replace)
        job = Job(workspace, request, records=records, progress=progress)
        return run_and_tell(job, progress, voice)

    options = [
        *_book_options(voice),
        target.option(voice),
        click.Option(["--replace"], is_flag=True, help=voice.say("cli.option.replace")),
        shape.format_option(voice),
    ]
    return shape.Command("register.book", voice, book, options)


@contextmanager
def _register(series: str) -> Iterator[tuple[Register, Workspace]]:
    """The register of the workspace; an empty one where nothing was numbered yet.

    Raises:
        ProblemsFound: ``register.no-book``: *series* was given, and only other books have numbers.
    """
    from docgen.database import FILE, Database
    from docgen.register import Register
    from docgen.workspace import Workspace

    workspace = Workspace.find(Path.cwd())
    path = workspace.output / FILE
    with closing(Database(path, trial=not path.is_file())) as database:
        register = Register(database)
        books = list(dict.fromkeys(name for name, _ in register.books()))
        if series and books and series not in books:
            expected = ", ".join(f"«{name}»" for name in books)
            facts = {"found": series, "nearest": shape.near(series, books), "expected": expected}
            raise ProblemsFound([Problem("register.no-book", facts=facts)])
        yield register, workspace


def _of_file(entry: Entry, workspace: Workspace) -> Iterator[Any]:
    """Whether the document on the disk is still the one that the register has."""
    from docgen.output import sha256

    path = workspace.output / entry.file
    standing = sha256(path)
    if standing != entry.sha256:
        told = "register.changed-file" if standing else "register.no-file"
        yield Problem(told, Position(str(path)), {"number": entry.number}, "warning")


def _table(entries: Sequence[Entry]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\n")   # what Excel takes for columns where 62,5 has a comma
    writer.writerow(COLUMNS)
    for entry in entries:
        writer.writerow(_harmless(getattr(entry, column)) for column in COLUMNS)
    return text.getvalue()


def _harmless(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _state(entry: Entry, voice: Voice) -> str:
    return voice.say(f"cli.register.state-{entry.state}")


def _number(voice: Voice) -> click.Argument:
    return click.Argument(["number"], metavar=voice.say("cli.metavar.number"), callback=shape.number)


def _book_options(voice: Voice) -> list[click.Option]:
    return [
        click.Option(["--series"], default="", metavar=voice.say("cli.metavar.series"), help=voice.say("cli.option.series")),
        click.Option(["--year"], metavar="2025", callback=shape.year, help=voice.say("cli.option.year")),
    ]
