"""``make.py`` is the door to the project: its verbs, and the demo that the README promises."""

from __future__ import annotations

import runpy
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from docgen import cli


@pytest.fixture(scope="module")
def make(root: Path) -> dict[str, Any]:
    return runpy.run_path(str(root / "make.py"))


def test_alone_it_prints_its_verbs(root: Path, make: dict[str, Any]) -> None:
    done = subprocess.run([sys.executable, "make.py"], cwd=root, capture_output=True, text=True, check=True)
    assert [line.split()[0] for line in done.stdout.splitlines()[2:]] == list(make["VERBS"])
    wrong = subprocess.run([sys.executable, "make.py", "dmeo"], cwd=root, capture_output=True, text=True, check=False)
    assert wrong.returncode == 2


def test_it_imports_nothing_but_the_standard_library(root: Path) -> None:
    isolated = [sys.executable, "-I", "-S", "make.py"]  # no site-packages
    assert subprocess.run(isolated, cwd=root, capture_output=True, check=False).returncode == 0


def test_what_it_installs_is_pinned(root: Path) -> None:
    lines = [line for line in (root / "constraints.txt").read_text("utf-8").splitlines() if not line.startswith("#")]
    assert lines
    assert all("==" in line and " " not in line and "/" not in line for line in lines)


@pytest.mark.slow
def test_the_demo_makes_every_shape_of_paper_and_leaves_them_alone_the_second_time(
    make: dict[str, Any], root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copy(root / "school.yaml", tmp_path)
    shutil.copytree(root / "data", tmp_path / "data")
    monkeypatch.chdir(tmp_path)
    totals = []
    for word in ("Жаңы", "Өзгөргөн жок"):
        assert [cli.run(("generate", *paper)) for paper in make["DEMO"]] == [0] * len(make["DEMO"])
        lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("Документ даяр")]
        assert all(word in line for line in lines)
        totals.append(len(lines))
    assert totals == [len(make["DEMO"])] * 2
    made = {path.relative_to(tmp_path / "output").as_posix() for path in (tmp_path / "output").rglob("*.docx")}
    assert len([name for name in made if "report-card" in name]) == 49
    assert len([name for name in made if "absence-daily-class" in name]) == 10
    assert len([name for name in made if "absence-daily-school" in name]) == 5
    assert len([name for name in made if "questionnaire" in name]) == 4
