"""A school at work, in memory where there is such a disk: SIGKILL leaves files alone, and a thousand flushes take no time."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from new_books import forget_numbers

from docgen import pdf
from docgen.job import Job
from docgen.request import Request
from docgen.workspace import Workspace, builtins_root

from .kinds import KINDS, ORDER, PUPILS, Cut, PaperPress, clear, orders, unfinished

MEMORY = Path("/dev/shm")


@pytest.fixture(scope="module")
def root() -> Iterator[Path]:
    place = MEMORY if os.access(MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=place, prefix="docgen-") as name:
        folder = Path(name)
        shutil.copy(builtins_root() / "school.yaml", folder)
        shutil.copytree(builtins_root() / "data", folder / "data")
        forget_numbers(folder)
        yield folder


@pytest.fixture
def school(root: Path) -> Iterator[Path]:
    (root / "print").mkdir()
    yield root
    clear(root)
    for path in root.glob("*.json"):
        path.unlink()


@pytest.fixture(scope="module")
def _compiled(root: Path) -> Workspace:
    return Workspace(root)


@pytest.fixture
def workspace(_compiled: Workspace, school: Path) -> Workspace:  # noqa: ARG001 - the folder is cleaned after each test
    return _compiled


@pytest.fixture
def paper_press(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "Office", PaperPress)
    monkeypatch.setattr(pdf, "find_program", lambda: Path("soffice"))


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest, paper_press: None, monkeypatch: pytest.MonkeyPatch) -> str:  # noqa: ARG001
    monkeypatch.setattr("docgen.executors.CHUNK", 3)
    return str(request.param)


@pytest.fixture
def cut_off(school: Path, workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> int:
    """A job of which four documents are there; its id."""
    monkeypatch.setattr("docgen.executors.CHUNK", 2)
    path = orders(school)
    told = 0

    def progress(done: int, _total: int, _problems: int) -> None:
        nonlocal told
        told = done
        if done == 6:
            raise Cut

    with pytest.raises(Cut):
        Job(workspace, Request(ORDER, paths=[path]), progress=progress).run()
    (standing,) = unfinished(school / "output")
    assert (standing.total, standing.done) == (PUPILS, 5)
    return standing.id
