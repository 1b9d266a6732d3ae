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

from .kinds import needs_fork, prepared, result, start, unfinished


@pytest.mark.slow
@pytest.mark.timeout(600)
@needs_fork
def test_killed_at_any_step_the_job_ends_the_same(school: Path, workspace: Workspace, kind: str) -> None:
    asked = prepared(workspace, kind)
    Job(workspace, asked).run()
    undisturbed = result(school)
    assert undisturbed[0]
    asked = prepared(workspace, kind)
    steps = steps_of(start(workspace, asked))
    assert steps > 30
    for step in range(1, steps + 1):
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
        if killed_after(chance.random() * 0.1, start(workspace, asked)):
            kills += 1
        else:
            assert result(school) == undisturbed
            asked = prepared(workspace, kind)
    start(workspace, asked)()
    assert result(school) == undisturbed
    assert unfinished(workspace.output) == []


def printed(school: Path) -> dict[str, list[str]]:
    """The text of every page of every PDF."""
    return {path.name: [page.extract_text() for page in PdfReader(path).pages] for path in school.rglob("*.pdf")}


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.libreoffice
@needs_fork
@pytest.mark.parametrize("name", ["PDFs", "print PDF", "print file with PDF"])
def test_killed_around_libreoffice_the_job_ends_the_same(
    school: Path, workspace: Workspace, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At steps that follow the last chunk, and at moments while LibreOffice is at work."""
    monkeypatch.setattr("docgen.executors.CHUNK", 10)
    Job(workspace, prepared(workspace, name)).run()
    undisturbed = result(school), printed(school)
    assert all(all(pages) for pages in undisturbed[1].values())
    steps = steps_of(start(workspace, prepared(workspace, name)))
    for step in range(steps - 30, steps, 6):
        asked = prepared(workspace, name)
        assert killed_at(step, start(workspace, asked)) == -signal.SIGKILL, step
        start(workspace, asked)()
        assert (result(school), printed(school)) == undisturbed, step
    for seconds in (0.5, 2.0):
        asked = prepared(workspace, name)
        killed_after(seconds, start(workspace, asked))
        start(workspace, asked)()
        assert (result(school), printed(school)) == undisturbed, seconds
