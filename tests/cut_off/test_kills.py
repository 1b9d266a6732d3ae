"""Killed wherever it may be, each kind of job is resumed and ends as if nothing had happened."""

from __future__ import annotations

import random
import signal
from pathlib import Path

import pytest
from killing import killed_after, killed_at, steps_of
from pypdf import PdfReader

from docgen.job import Job
from docgen.workspace import Workspace

from .kinds import Result, needs_fork, prepared, result, start, unfinished


def _tried(kind: str, steps: int) -> list[int]:
    """Every step of orders, with which the other kinds have most of theirs in common; of those some drawn by lot, and the
    last, where bundle and journal end. ``make.py soak`` draws a thousand."""
    last = steps - 10
    some = range(1, last) if kind == "orders" else sorted(random.Random(kind).sample(range(1, last), 8))
    return [*some, *range(last, steps + 1)]


@pytest.mark.slow
@needs_fork
def test_killed_at_any_step_the_job_ends_the_same(school: Path, workspace: Workspace, kind: str) -> None:
    asked = prepared(workspace, kind)
    Job(workspace, asked).run()
    undisturbed = result(school)
    assert undisturbed[0]
    asked = prepared(workspace, kind)
    steps = steps_of(start(workspace, asked))
    assert steps > (60 if kind == "orders" else 30)
    for step in _tried(kind, steps):
        asked = prepared(workspace, kind)
        assert killed_at(step, start(workspace, asked)) == -signal.SIGKILL, step
        start(workspace, asked)()
        assert result(school) == undisturbed, step
        assert unfinished(workspace.output) == [], step


@needs_fork
def test_killed_at_random_moments_again_and_again(school: Path, workspace: Workspace, kind: str) -> None:
    """Five kills, also of the resumed job, in the middle of whatever it is doing."""
    asked = prepared(workspace, kind)
    Job(workspace, asked).run()
    undisturbed = result(school)
    chance = random.Random(20)
    kills = 0
    asked = prepared(workspace, kind)
    while kills < 5:
        status = killed_after(chance.random() * 0.1, start(workspace, asked))
        if _is_done(school, workspace, undisturbed):   # killed on the way out, perhaps
            asked = prepared(workspace, kind)
        else:
            assert status == -signal.SIGKILL
            kills += 1
    start(workspace, asked)()
    assert result(school) == undisturbed
    assert unfinished(workspace.output) == []


def _is_done(school: Path, workspace: Workspace, undisturbed: Result) -> bool:
    return unfinished(workspace.output) == [] and result(school) == undisturbed


def printed(school: Path) -> dict[str, list[str]]:
    """The text of every page of every PDF."""
    return {path.name: [page.extract_text() for page in PdfReader(path).pages] for path in school.rglob("*.pdf")}


@pytest.mark.slow
@pytest.mark.libreoffice
@needs_fork
@pytest.mark.parametrize("name", ["PDFs", "print PDF"])
def test_killed_around_libreoffice_the_job_ends_the_same(
    school: Path, workspace: Workspace, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At steps that follow the last chunk, and while LibreOffice is at work."""
    monkeypatch.setattr("docgen.executors.CHUNK", 10)
    Job(workspace, prepared(workspace, name)).run()
    undisturbed = result(school), printed(school)
    assert all(all(pages) for pages in undisturbed[1].values())
    steps = steps_of(start(workspace, prepared(workspace, name)))
    for step in (steps - 20, steps - 8):
        asked = prepared(workspace, name)
        assert killed_at(step, start(workspace, asked)) == -signal.SIGKILL, step
        start(workspace, asked)()
        assert (result(school), printed(school)) == undisturbed, step
    asked = prepared(workspace, name)
    killed_after(1.0, start(workspace, asked))   # LibreOffice at work
    if not _is_done(school, workspace, undisturbed[0]):
        start(workspace, asked)()
    assert (result(school), printed(school)) == undisturbed
