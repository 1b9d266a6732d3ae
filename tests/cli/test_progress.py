"""A long job shows how far it is on a terminal, in one line that goes away; elsewhere it is quiet."""

from __future__ import annotations

import io

import pytest

from docgen.cli import progress
from docgen.cli.voice import Voice


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time, to be moved by hand."""
    now = [100.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    return now


def test_it_tells_count_problems_and_time_left(monkeypatch: pytest.MonkeyPatch, clock: list[float]) -> None:
    screen = Terminal()
    monkeypatch.setattr("sys.stderr", screen)
    line = progress.Progress(Voice("ky"))
    clock[0] += 30
    line(200, 640, 3)
    assert screen.getvalue() == "\r200/640, ката: 3, калган убакыт 1:06"
    line.clear()
    assert screen.getvalue().endswith("\r")


def test_a_short_job_shows_nothing(monkeypatch: pytest.MonkeyPatch, clock: list[float]) -> None:
    screen = Terminal()
    monkeypatch.setattr("sys.stderr", screen)
    line = progress.Progress(Voice("ky"))
    clock[0] += 0.5
    line(50, 100, 0)
    line.clear()
    assert screen.getvalue() == ""


def test_where_nobody_looks_it_is_quiet(monkeypatch: pytest.MonkeyPatch, clock: list[float]) -> None:
    screen = io.StringIO()
    monkeypatch.setattr("sys.stderr", screen)
    line = progress.Progress(Voice("ky"))
    clock[0] += 60
    line(50, 100, 0)
    assert screen.getvalue() == ""


def test_pdfs_are_told_with_a_time_of_their_own(monkeypatch: pytest.MonkeyPatch, clock: list[float]) -> None:
    screen = Terminal()
    monkeypatch.setattr("sys.stderr", screen)
    line = progress.Progress(Voice("ky"))
    clock[0] += 30
    line(640, 640, 0)
    line.pdf(1, 640)
    clock[0] += 10
    line.pdf(320, 640)
    assert screen.getvalue().endswith("\rPDF: 320/640, калган убакыт 0:10")
