"""The workspaces in which papers are made: the demo school, and a school whose facts nobody tuned to."""

from __future__ import annotations

from pathlib import Path

import other_school
import pytest

from docgen.workspace import Workspace


@pytest.fixture(scope="session")
def demo(root: Path) -> Workspace:
    return Workspace(root)


@pytest.fixture(scope="session")
def other(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return Workspace(other_school.build(root, tmp_path_factory.mktemp("other-school")))
