"""Data files: one JSON or YAML document, or the records of several files. Every fault of every file is told at once."""

from __future__ import annotations

import difflib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from docgen.errors import Position, Problem, ProblemsFound
from docgen.records import json_text
from docgen.records.decoding import MAX_SIZE_BYTES, decode
from docgen.records.source import Kind, Record, Source, json_lines
from docgen.records.tree import START, Fault, Spot

KINDS: dict[str, Kind] = {".json": "json", ".jsonl": "jsonl", ".ndjson": "jsonl", ".yaml": "yaml", ".yml": "yaml"}


def read(path: Path, *, name: str | None = None) -> tuple[object, Source]:
    """What a JSON or YAML file holds: dict, list, str, int, float, bool, None; of JSONL the list of its lines.

    Args:
        name: how problems call the file; the path as given by default.

    Raises:
        ProblemsFound: the file cannot be read, or is not the text its ending promises.
    """
    shown = str(path) if name is None else name
    kind = KINDS.get(path.suffix.lower())
    if kind is None and os.path.isfile(path):  # noqa: PTH113 - never raises, whatever the name
        raise ProblemsFound([Problem("record.file-kind", Position(shown), {"found": path.suffix or path.name})])
    source = Source(shown, path, kind or "yaml")
    text, faults = decode(_bytes(path, shown))
    value: object = None
    if not faults:
        try:
            value, faults = _parse(text, source.kind)
        except MemoryError:
            raise unreadable("record.file-too-large", shown, expected=len(text) // 1024 // 1024) from None
    if faults:
        raise ProblemsFound(problem_of(fault, shown) for fault in faults)
    return value, source


def read_records(paths: Sequence[Path]) -> list[Record]:
    """The records of the files, in order: an object is one record, a list or JSONL one record an entry.

    Raises:
        ProblemsFound: what is wrong in any of the files, and records that bear the same key.
    """
    records: list[Record] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            of_file, found = records_of(path)
        except ProblemsFound as unread:
            of_file, found = [], unread.problems
        records += of_file
        problems += found
    problems += equal_keys(records)
    if problems:
        raise ProblemsFound(problems)
    return records


def records_of(path: Path) -> tuple[list[Record], list[Problem]]:
    """The records of one file, and which of its entries are none.

    Raises:
        ProblemsFound: as `read`.
    """
    value, source = read(path)
    stem = path.stem
    if isinstance(value, dict):
        return [Record(key_of(value, stem), value, source)], []
    if not isinstance(value, list):
        return [], [Problem("record.no-record", source.locate(""))]
    if not value:
        return [], [Problem("record.no-records", source.locate(""))]
    records, problems = [], []
    for index, entry in enumerate(value):
        if isinstance(entry, dict):
            records.append(Record(key_of(entry, f"{stem}-{index + 1}"), entry, source, f"/{index}"))
        else:
            problems.append(Problem("record.no-record", source.locate(f"/{index}")))
    return records, problems


def _bytes(path: Path, shown: str) -> bytes:
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_SIZE_BYTES + 1)  # not by its size: /dev/zero has none and no end
    except OSError as error:
        raise refused(error, path, shown) from None
    if len(data) > MAX_SIZE_BYTES:
        raise unreadable("record.file-too-large", shown, expected=MAX_SIZE_BYTES // 1024 // 1024)
    return data


def refused(error: OSError, path: Path, shown: str) -> ProblemsFound:
    """What the disk says of a file, in our words."""
    if isinstance(error, FileNotFoundError):
        return unreadable("record.no-file", shown, nearest=_near_file(path))
    if os.path.isdir(path):  # noqa: PTH112 - never raises; Windows calls a folder a refused permission
        return unreadable("record.folder", shown)
    return unreadable("record.unreadable", shown, found=error.strerror or "")


def unreadable(id: str, shown: str, **facts: str | int) -> ProblemsFound:
    """That a file cannot be read, and why."""
    return ProblemsFound([Problem(id, Position(shown), {"found": shown, **facts})])


def _near_file(path: Path) -> str:
    if not path.parent.is_dir():
        return ""
    names = [other.name for other in path.parent.iterdir() if other.suffix.lower() in KINDS]
    near = difflib.get_close_matches(path.name, names, n=1)
    return str(path.with_name(near[0])) if near else ""


def _parse(text: str, kind: Kind) -> tuple[object, list[Fault]]:
    if kind == "jsonl":
        parsed = [json_text.parse(line, start=Spot(number, 1)) for number, line in json_lines(text)]
        value: object = [value for value, _ in parsed]
        faults = [fault for _, found in parsed for fault in found]
    elif kind == "json":
        value, faults = json_text.parse(text) if text.strip() else (None, [])
    else:
        from docgen.records import yaml_text

        value, faults = yaml_text.parse(text)
    if not faults and (value is None or (kind == "jsonl" and not value)):
        faults = [Fault("record.empty-file", START)]
    return value, faults


def problem_of(fault: Fault, file: str) -> Problem:
    """A fault of a text as a problem of its file."""
    return Problem(fault.id, Position(file, fault.spot.line, fault.spot.column), dict(fault.facts))


def key_of(data: dict[str, Any], otherwise: str) -> str:
    """A record's key: its id where it has one."""
    given = data.get("id")
    if isinstance(given, str | int) and not isinstance(given, bool) and str(given).strip():
        return str(given)
    return otherwise


def equal_keys(records: Sequence[Record]) -> list[Problem]:
    """Records that bear a key which another has already."""
    first: dict[str, Record] = {}
    problems = []
    for record in records:
        other = first.setdefault(record.key, record)
        if other is not record:
            at = other.locate("/id")
            place = ":".join(str(part) for part in (at.file, at.line) if part)
            facts = {"found": record.key, "expected": place}
            problems.append(Problem("record.duplicate-key", record.locate("/id"), facts, record=record.key))
    return problems
