"""Kinds of jobs that are cut off, as clerks ask for them, and what they leave."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import yaml

from docgen.database import FILE, Database
from docgen.errors import Problem, ProblemsFound
from docgen.job import Job
from docgen.journal import Journal, Standing
from docgen.register import Register
from docgen.request import Request
from docgen.workspace import Workspace, builtins_root

ORDER, CARD = "order/expulsion-residence", "report/report-card"
PUPILS = 8

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="killed processes are forked")


def orders(folder: Path, **changes: Any) -> Path:
    """Orders for some pupils, none with a number, one with a mistake."""
    sample = yaml.safe_load((builtins_root() / "data_schemas" / f"{ORDER}.sample.yaml").read_text("utf-8"))
    del sample["doc"]["number"], sample["application"]["by"]
    entries = [sample | {"id": f"o{n}", "student": f"s07a-{n:02}"} | changes for n in range(1, PUPILS + 2) if n != 6]
    entries[3]["leave_date"] = "2020-01-01"
    path = folder / "orders.json"
    path.write_text(json.dumps(entries, ensure_ascii=False, indent=1), "utf-8")
    return path


def clear(school: Path) -> None:
    """As the school was before any job."""
    for name in ("output", "print"):
        shutil.rmtree(school / name, ignore_errors=True)


def numbers(folder: Path) -> dict[str, str]:
    with closing(Database(folder / FILE)) as database:
        entries = Register(database).entries()
    return {entry.key: f"{entry.number} {entry.state} {entry.file} {entry.sha256}" for entry in entries}


def unfinished(folder: Path) -> list[Standing]:
    if not (folder / FILE).exists():
        return []
    with closing(Database(folder / FILE)) as database:
        return Journal(database).unfinished()


def documents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.docx")}


Result = tuple[dict[str, bytes], dict[str, str]]


def result(school: Path) -> Result:
    """Everything that a job leaves: files by their bytes, PDFs by their first line, no older than their Word file; numbers."""
    left: dict[str, bytes] = {}
    for path in (path for name in ("output", "print") for path in (school / name).rglob("*")):
        if path.is_file() and not path.name.startswith((FILE, ".docgen-")):
            left[path.relative_to(school).as_posix()] = path.read_bytes()
        if path.suffix == ".pdf":
            left[path.relative_to(school).as_posix()] = path.read_bytes().splitlines()[0]
            word = path.with_suffix(".docx")
            assert not word.exists() or path.stat().st_mtime_ns >= word.stat().st_mtime_ns
    return left, numbers(school / "output")


def start(workspace: Workspace, asked: Request) -> Callable[[], object]:
    """The job as a clerk would give it now: resumed where it is listed; what had not begun, from the start."""
    left = unfinished(workspace.output)
    if left:
        return lambda: Job.resume(workspace, left[0].id).run()
    return lambda: Job(workspace, asked).run()


class PaperPress:
    """In LibreOffice's place, where it would be started a thousand times: PDFs that are never twice the same bytes."""

    def __enter__(self) -> PaperPress:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def convert(self, documents: Iterable[object]) -> Iterator[bytes]:
        yield from (self.print_file([document]) for document in documents)

    def singles(self, documents: Iterable[bytes], **_: object) -> Iterator[bytes]:
        return self.convert(documents)

    def print_file(self, documents: Iterable[object], **_: object) -> bytes:
        return f"%PDF-1.7 {len(list(documents))}\n{uuid4()}".encode()


def corrected(workspace: Workspace, asked: Request) -> Request:
    """What is asked for was made before with other facts, and with a file of the same name for print."""
    orders(workspace.output.parent, new_address="Бишкек, 7-кичирайон")
    Job(workspace, asked).run()
    orders(workspace.output.parent)
    return replace(asked, replace=True)


WEEK = {"week": "2025-W42"}
TERM = {"class": "7-А", "term": "1"}
KINDS: dict[str, Callable[[Workspace, Path], Request]] = {
    "orders": lambda _, at: Request(ORDER, paths=[orders(at)]),
    "print file": lambda _, at: Request(CARD, parameters=TERM, merge=at / "print/a.docx", duplex=True, separator=True),
    "print file and own files": lambda _, at: Request(
        CARD, parameters=TERM, merge=at / "print/a.docx", folder=at / "print/own", sort=True),
    "print file of orders": lambda _, at: Request(ORDER, paths=[orders(at)], merge=at / "print/a.docx"),
    "archive": lambda _, at: Request(CARD, parameters=TERM, archive=at / "print/a.zip"),
    "archive of orders": lambda _, at: Request(ORDER, paths=[orders(at)], archive=at / "print/a.zip"),
    "set": lambda *_: Request(set="absence-week", parameters=WEEK),
    "set in a print file": lambda _, at: Request(set="absence-week", parameters=WEEK, merge=at / "print/a.docx", sort=True),
    "blank set in an archive": lambda _, at: Request(set="absence-week", blank=3, archive=at / "print/a.zip"),
    "PDFs": lambda _, at: Request(ORDER, paths=[orders(at)], pdf=True),
    "print PDF": lambda _, at: Request(ORDER, paths=[orders(at)], merge=at / "print/a.pdf"),
    "print file with PDF": lambda _, at: Request(CARD, parameters=TERM, merge=at / "print/a.docx", pdf=True),
    "corrected PDFs": lambda workspace, at: replace(
        corrected(workspace, Request(ORDER, paths=[at / "orders.json"], pdf=True)), replace=False),
    "corrected print file": lambda workspace, at: corrected(
        workspace, Request(ORDER, paths=[at / "orders.json"], merge=at / "print/a.docx", pdf=True)),
    "corrected print PDF": lambda workspace, at: corrected(
        workspace, Request(ORDER, paths=[at / "orders.json"], merge=at / "print/a.pdf")),
}


def prepared(workspace: Workspace, kind: str) -> Request:
    """The school before the job, with what stands there already."""
    clear(workspace.output.parent)
    (workspace.output.parent / "print").mkdir()
    return KINDS[kind](workspace, workspace.output.parent)


class Cut(Exception):
    """The moment at which the job is cut off."""


def refusals(workspace: Workspace, job: int, id: str) -> list[Problem]:
    """The problems of that id, of which there are some, with which a job is refused."""
    with pytest.raises(ProblemsFound) as caught:
        Job.resume(workspace, job).run()
    found = [problem for problem in caught.value.problems if problem.id == id]
    assert found
    return found


def cut_in_the_middle(workspace: Workspace, asked: Request) -> int:
    """A job that stops when half of its records are done; its id."""
    def progress(done: int, total: int, _problems: int) -> None:
        if done > total // 2:
            raise Cut

    with pytest.raises(Cut):
        Job(workspace, asked, progress=progress).run()
    (standing,) = unfinished(workspace.output)
    return standing.id
