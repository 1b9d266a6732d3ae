"""A clerk at her desk: a workspace of her own, and commands typed in it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from docgen import cli
from docgen.workspace import builtins_root

ORDER = "order/expulsion-residence"


@dataclass(frozen=True)
class Run:
    """What a command left behind."""

    status: int
    out: str
    err: str

    @property
    def last(self) -> str:
        """The last line on the screen: stderr's, since it is written last where there is any."""
        return (self.err or self.out).splitlines()[-1]


Docgen = Callable[..., Run]


@pytest.fixture
def school(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The demo school's facts in an own folder, which is the current one."""
    folder = tmp_path / "мектеп"
    folder.mkdir()
    shutil.copy(builtins_root() / "school.yaml", folder)
    shutil.copytree(builtins_root() / "data", folder / "data")
    monkeypatch.chdir(folder)
    monkeypatch.delenv("DOCGEN_LANG", raising=False)
    return folder


@pytest.fixture
def sample(school: Path) -> Path:
    """A correct record in the clerk's folder."""
    return Path(shutil.copy(builtins_root() / "data_schemas" / f"{ORDER}.sample.yaml", school / "leave.yaml"))


@pytest.fixture
def docgen(capsys: pytest.CaptureFixture[str]) -> Docgen:
    """Run a command in this process."""

    def run(*arguments: str) -> Run:
        status = cli.run(arguments)
        return Run(status, *capsys.readouterr())

    return run
