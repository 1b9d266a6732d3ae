"""Two invented schools, read as a workspace reads them, on a fixed day; and small schools that a test makes wrong."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from docgen import records
from docgen.school.facts import Facts
from docgen.workspace import Workspace

ROOT = Path(__file__).parents[2]
SECOND = ROOT / "tests" / "second_school"
EXPECTED = Path(__file__).parent / "expected"
TODAY = date(2026, 6, 15)


def facts_of(root: Path, today: date = TODAY) -> Facts:
    """A school's facts as a workspace gives them, with places in its files, as of *today*."""
    return Facts(Workspace(root).read_facts, root, locate=lambda path, at: records.read(path)[1].locate(at), today=today)


@pytest.fixture(scope="session")
def demo() -> Facts:
    return facts_of(ROOT)


@pytest.fixture(scope="session")
def second() -> Facts:
    return facts_of(SECOND)


@pytest.fixture(scope="session")
def schemas() -> Any:
    return Workspace(ROOT).schemas


@pytest.fixture(scope="session")
def expected() -> Callable[[str], Any]:
    """The expected figures and rows of a name, as plain data."""
    return lambda name: yaml.safe_load((EXPECTED / f"{name}.yaml").read_text(encoding="utf-8"))


@pytest.fixture
def changed(tmp_path: Path) -> Callable[..., Facts]:
    """A copy of the second school with files changed: ``changed({"data/staff.yaml": ("old", "new")})``.

    A pair replaces text, a text is the whole file, None removes it.
    """

    def change(changes: dict[str, tuple[str, str] | str | None], **today: date) -> Facts:
        shutil.copytree(SECOND, tmp_path / "school")
        for name, what in changes.items():
            path = tmp_path / "school" / name
            if what is None:
                path.unlink()
            elif isinstance(what, str):
                path.parent.mkdir(exist_ok=True)
                path.write_text(what, encoding="utf-8")
            else:
                text = path.read_text(encoding="utf-8")
                assert what[0] in text, f"{name} has no {what[0]!r}"
                path.write_text(text.replace(*what, 1), encoding="utf-8")
        return facts_of(tmp_path / "school", **today)

    return change
