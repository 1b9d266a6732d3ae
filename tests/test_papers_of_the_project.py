"""The README is a real session: its commands are run and must say what it says (``--update-expected`` writes it anew).

Each part of it (a first-level heading) begins in an empty home folder.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from docgen.cli.shape import COMMANDS

HOME = "/home/aida"
_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)#]+)\)")


class Session:
    """A shell that knows `cd` and `docgen`."""

    def __init__(self, home: Path) -> None:
        self.home = self.folder = home

    def type(self, command: str) -> str:
        """What stands on the screen after a command."""
        if command.startswith("cd "):
            self.folder = self.folder / command.removeprefix("cd ")
            return ""
        line = command.replace("docgen", f"{shlex.quote(sys.executable)} -m docgen", 1)
        environment = {name: value for name, value in os.environ.items() if name != "DOCGEN_LANG"}
        screen = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        done = subprocess.run(["bash", "-c", line], cwd=self.folder, env=environment, check=False, **screen)  # type: ignore[call-overload]
        return done.stdout.decode("utf-8").replace(str(self.home), HOME)


def replayed(text: str, home: Path) -> str:
    """The README with the output that its commands give now."""
    parts = re.split(r"(?m)^(?=# )", text)
    for number, part in enumerate(parts):
        folder = home / str(number)
        folder.mkdir()
        session = Session(folder)

        def block(match: re.Match[str], session: Session = session) -> str:
            commands = [line[2:] for line in match[1].splitlines() if line.startswith("$ ")]
            return "```console\n" + "".join(f"$ {command}\n{session.type(command)}" for command in commands) + "```"

        parts[number] = _BLOCK.sub(block, part)
    return "".join(parts)


@pytest.mark.slow
def test_the_session_in_the_readme_is_real(root: Path, tmp_path: Path, update_expected: bool) -> None:
    readme = root / "README.md"
    text = readme.read_text("utf-8")
    now = replayed(text, tmp_path)
    if update_expected:
        readme.write_text(now, "utf-8")
    else:
        assert now == text


def test_every_command_and_exit_status_stands_in_the_readme(root: Path) -> None:
    text = (root / "README.md").read_text("utf-8")
    for command in COMMANDS:
        assert f"| `{command}` |" in text
    for status in (0, 1, 2, 3, 4, 130):
        assert f"| {status} |" in text
        assert re.search(rf"\b{status}\s+\w", text.rpartition("Exit status")[2])


@pytest.mark.parametrize("paper", ["README.md", "CONTRIBUTING.md", "docs/architecture.md"])
def test_what_the_papers_link_to_is_there(root: Path, paper: str) -> None:
    for target in _LINK.findall((root / paper).read_text("utf-8")):
        if "://" not in target:
            assert (root / paper).parent.joinpath(target).exists(), target
