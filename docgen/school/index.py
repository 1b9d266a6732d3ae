"""Where each fact stands: by kind and id, reading no more files than the id needs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docgen.school import files

Data = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """One fact and its place: the file and the JSON Pointer inside."""

    id: str
    data: Data
    path: Path
    pointer: str


Entries = dict[str, list[Entry]]

# kind: file, keys down to the list, the member that is the id
_LISTS: dict[str, tuple[str, tuple[str, ...], str]] = {
    "staff": (files.STAFF, ("staff",), "id"),
    "subject": (files.SUBJECTS, ("subjects",), "code"),
    "protocol": (files.SCHOOL, ("council", "protocols"), "id"),
    "regulation": (files.SCHOOL, ("regulations",), "id"),
    "term": (files.CALENDAR, ("terms",), "term"),
    "order": (files.MOVEMENT, ("orders",), "id"),
    "next-class": (files.MOVEMENT, ("next_year", "classes"), "name"),
    "case": (files.CASES, ("cases",), "id"),
    "indicator": (files.INDICATORS, ("indicators",), "code"),
}
_IN_CLASSES = ("student", "guardian", "class")
#: every kind but the lists of codes, ``terms.…``
KINDS = ("person", "survey", "survey-round", *_IN_CLASSES, *_LISTS)
_PERSONS = ("staff", "student", "guardian")


class Index:
    """The entries of a school's facts.

    Args:
        content: gives a file's content, checked against its schema.
    """

    def __init__(self, files: files.Files, content: Callable[[Path], Data]) -> None:
        self._files = files
        self._content = content
        self._by_kind: dict[str, Entries] = {}
        self._in_classes: dict[str, Entries] = {kind: {} for kind in _IN_CLASSES}
        self._parsed: set[Path] = set()
        self._searched: set[str] = set()

    def entries(self, kind: str, id: str) -> list[Entry]:
        """Every fact of a kind with this id: one, if all is well.

        Raises:
            KeyError: there is no such kind.
        """
        if kind == "person":
            return [entry for each in _PERSONS for entry in self.entries(each, id)]
        if kind in _IN_CLASSES:
            if id not in self._searched:
                self._parse(self._files.mentioning(files.CLASSES, id))
                self._searched.add(id)
            found = self._in_classes[kind].get(id)
            if found:
                return found
        return self.every(kind).get(id, [])

    def every(self, kind: str) -> Entries:
        """All facts of a kind by id; reads every file that may hold one."""
        if kind == "person":
            return {name: entries for each in _PERSONS for name, entries in self.every(each).items()}
        if kind in _IN_CLASSES:
            self._parse(self._files.of(files.CLASSES))
            return self._in_classes[kind] | (self.every("next-class") if kind == "class" else {})
        if kind not in self._by_kind:
            self._by_kind[kind] = _grouped(self._read(kind))
        return self._by_kind[kind]

    def knows(self, kind: str) -> bool:
        """Whether there are facts of such a kind at all."""
        return kind.startswith("terms.") or kind in KINDS

    def missing_file(self, kind: str) -> str:
        """The file that facts of a kind stand in, where it is not there; else empty."""
        file = files.TERMS if kind.startswith("terms.") else _LISTS[kind][0] if kind in _LISTS else ""
        return file if file and not (self._files.root / file).is_file() else ""

    def _read(self, kind: str) -> Iterator[Entry]:
        group, _, name = kind.partition(".")
        if group == "terms":
            yield from self._codes(name)
        elif kind == "survey":
            yield from (Entry(data["id"], data, path, "/id") for path, data in self._surveys("_facts/survey-definition"))
        elif kind == "survey-round":
            rounds = ((path, data["survey"]) for path, data in self._surveys("_facts/survey."))
            yield from (Entry(data["id"], data, path, "/survey/id") for path, data in rounds)
        else:
            yield from self._list(*_LISTS[kind])

    def _list(self, file: str, keys: tuple[str, ...], member: str) -> Iterator[Entry]:
        path = self._files.root / file
        found: Any = self._content(path) if path.is_file() else {}
        for key in keys:
            found = found.get(key) or {}
        for index, data in enumerate(found):
            yield Entry(str(data[member]), data, path, f"/{'/'.join(keys)}/{index}/{member}")

    def _codes(self, name: str) -> Iterator[Entry]:
        path = self._files.root / files.TERMS
        codes = self._content(path).get(name, {}) if path.is_file() else {}
        for code, printed in codes.items():
            data = printed if isinstance(printed, dict) else {"printed": printed}
            yield Entry(code, {"code": code, **data}, path, f"/{name}/{code}")

    def _surveys(self, schema: str) -> Iterator[tuple[Path, Data]]:
        for path in self._files.of(files.SURVEYS):
            if (files.schema_of(self._files.name(path)) or "").startswith(schema):
                yield path, self._content(path)

    def _parse(self, paths: Iterable[Path]) -> None:
        for path in paths:
            if path not in self._parsed:
                self._parsed.add(path)
                for kind, entry in _of_class_file(path, self._content(path)):
                    self._in_classes[kind].setdefault(entry.id, []).append(entry)


def _of_class_file(path: Path, content: Data) -> Iterator[tuple[str, Entry]]:
    name = content["class"]["name"]
    yield "class", Entry(name, content["class"], path, "/class/name")
    for index, pupil in enumerate(content["students"]):
        place = f"/students/{index}"
        yield "student", Entry(pupil["id"], {**pupil, "class": name}, path, f"{place}/id")
        for number, guardian in enumerate(pupil["guardians"]):
            at = f"{place}/guardians/{number}/id"
            yield "guardian", Entry(guardian["id"], {**guardian, "student": pupil["id"]}, path, at)


def _grouped(entries: Iterable[Entry]) -> Entries:
    found: Entries = {}
    for entry in entries:
        found.setdefault(entry.id, []).append(entry)
    return found
