"""Where the facts stand: the files of a workspace, which schema each has, and which of them mention an id.

Reading YAML is slow (about 1 ms for 2 kB), a school has up to fifty class files, and an order needs one of them. So a file
is first searched as bytes, and parsed only if the id stands in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path, PurePosixPath

SCHOOL = "school.yaml"
STAFF = "data/staff.yaml"
TERMS = "data/terms.yaml"
CALENDAR = "data/calendar.yaml"
SUBJECTS = "data/subjects.yaml"
TIMETABLE = "data/timetable.yaml"
MOVEMENT = "data/movement.yaml"
CASES = "data/cases.yaml"
CONTROL_RESULTS = "data/control-results.yaml"
INDICATORS = "data/surveys/indicators.yaml"

CLASSES = "data/classes"
MARKS = "data/marks"
ABSENCES = "data/absences"
SURVEYS = "data/surveys"

_SINGLE = (SCHOOL, STAFF, TERMS, CALENDAR, SUBJECTS, TIMETABLE, MOVEMENT, CASES, CONTROL_RESULTS)
_FOLDERS = {CLASSES: "class", MARKS: "marks", ABSENCES: "absences"}
_ENDINGS = (".yaml", ".yml", ".json")


def schema_of(file: str) -> str | None:
    """The schema of a facts file, by its path below the workspace: ``_facts/class.schema.json``; None if nobody reads it."""
    path = PurePosixPath(file)
    if file in _SINGLE:
        name = path.stem
    elif path.suffix not in _ENDINGS:
        return None
    elif str(path.parent) in _FOLDERS:
        name = _FOLDERS[str(path.parent)]
    elif str(path.parent) != SURVEYS:
        return None
    elif file == INDICATORS:
        name = "indicators"
    else:
        name = "survey" if path.stem.startswith("responses-") else "survey-definition"
    return f"_facts/{name}.schema.json"


class Files:
    """The facts files of one workspace, looked at but not parsed."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._bytes = cache(Path.read_bytes)
        self._folders: dict[str, list[Path]] = {}

    def name(self, path: Path) -> str:
        """A file as people know it: ``data/classes/7-А.yaml``."""
        return path.relative_to(self.root).as_posix()

    def all(self) -> list[Path]:
        """Every file under ``data/`` and the school's own, known or not, hidden ones left out, in order of name."""
        data = (p for p in (self.root / "data").rglob("*") if p.is_file() and not _is_hidden(p.relative_to(self.root)))
        return [p for p in (self.root / SCHOOL,) if p.is_file()] + sorted(data)

    def of(self, folder: str) -> list[Path]:
        """The facts files of a folder, in order of name."""
        if folder not in self._folders:
            place = self.root / folder
            found = place.iterdir() if place.is_dir() else ()
            # a folder has no text, a pipe or /dev/zero no end: neither is facts
            facts = (p for p in found if p.suffix in _ENDINGS and not _is_hidden(Path(p.name)) and p.is_file())
            self._folders[folder] = sorted(facts)
        return self._folders[folder]

    def mentioning(self, folder: str, id: str) -> list[Path]:
        """The files of a folder in whose text *id* stands as a whole word."""
        text = id.encode()
        word = re.compile(rb"(?<![0-9A-Za-z_-])" + re.escape(text) + rb"(?![0-9A-Za-z_-])")
        # The plain search passes over most files; the pattern alone costs forty times as much.
        return [p for p in self.of(folder) if text in self._bytes(p) and word.search(self._bytes(p))]

    def dated(self, folder: str, months: Iterable[str]) -> list[Path]:
        """The files of a folder in which a day of one of the *months* («2025-10») stands, whatever their names."""
        begins = [f"{month}-".encode() for month in months]
        return [path for path in self.of(folder) if any(begin in self._bytes(path) for begin in begins)]

    def of_term(self, folder: str, term: int | str) -> list[Path]:
        """The files of a folder that say they are of a term (``term: 1``), whatever their names."""
        says = re.compile(rb"""\bterm["']?\s*:\s*["']?""" + str(term).encode() + rb"\b")
        return [path for path in self.of(folder) if says.search(self._bytes(path))]


def _is_hidden(path: Path) -> bool:
    """What systems and editors leave beside a clerk's files: ``.DS_Store``, ``~$staff.yaml``."""
    return any(part.startswith((".", "~")) for part in path.parts)
