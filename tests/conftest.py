"""What every test stands on: compiled catalogues, and the rule about LibreOffice.

``DOCGEN_REQUIRE_OFFICE=1`` turns the skip of a test that needs LibreOffice into a failure (the continuous build sets it).
``pytest --update-expected`` writes the expected texts anew; read their diff like code.
"""

from __future__ import annotations

import os
import runpy
import shutil
from pathlib import Path

import pytest

from docgen.workspace import Workspace

ROOT = Path(__file__).resolve().parent.parent


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-expected", action="store_true", help="write the expected texts anew instead of comparing")


def pytest_configure() -> None:
    runpy.run_path(str(ROOT / "hatch_build.py"))["compile_catalogues"]()


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("libreoffice") is None or shutil.which("soffice"):
        return
    if os.environ.get("DOCGEN_REQUIRE_OFFICE"):
        pytest.fail("LibreOffice (soffice) is not installed, and DOCGEN_REQUIRE_OFFICE is set", pytrace=False)
    pytest.skip("LibreOffice (soffice) is not installed")


@pytest.fixture(scope="session")
def update_expected(request: pytest.FixtureRequest) -> bool:
    """Whether expected texts are to be written anew."""
    return bool(request.config.getoption("--update-expected"))


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Tests neither read nor fill the cache of the person who runs them."""
    os.environ["DOCGEN_CACHE"] = str(tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout, which is also the demo school's workspace."""
    return ROOT


@pytest.fixture(autouse=True)
def _a_register_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What a test makes in the checkout's workspace takes no number from the demo school's own register."""
    whole = Workspace.output.fget

    def output(workspace: Workspace) -> Path:
        of_checkout = workspace.root is not None and workspace.root.resolve() == ROOT
        return tmp_path / "output" if of_checkout else whole(workspace)  # type: ignore[misc]

    monkeypatch.setattr(Workspace, "output", property(output))
