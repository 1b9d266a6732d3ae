"""A record and where it came from: the places of its values are looked for only when a problem needs one."""

from __future__ import annotations

import stat
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from docgen.errors import Position
from docgen.records import decoding, json_text, tree
from docgen.records.pieces import Extent, text_of

Kind = Literal["json", "jsonl", "yaml", "parameters", "view"]


@dataclass(frozen=True, slots=True)
class Source:
    """Where records came from.

    Args:
        name: as it is shown to the user: the path as typed, or the view's name.
        path: the file, None for parameters and views, and where it may be out of reach.
    """

    name: str
    path: Path | None
    kind: Kind

    def locate(self, pointer: str, *, key: bool = False, extent: Extent | None = None) -> Position:
        """The place of the value at a JSON Pointer, or of its name when *key* is asked for.

        Reads the file again, this time with places; of a large one only the *extent* of the entry to which the pointer leads.
        A value that is not there has the place of what would hold it. Never raises: where nothing can be found, the file's
        name and the pointer say the place.
        """
        if self.kind == "parameters":
            name = pointer.lstrip("/").replace("/", ".").replace("~1", "/").replace("~0", "~")
            return Position(file=f"-p {name}".rstrip(), pointer=pointer)
        if self.path is None:
            return Position(file=self.name, pointer=pointer, is_name=key)
        try:
            state = self.path.stat()
            if not stat.S_ISREG(state.st_mode):   # a pipe can be read once only
                return Position(file=self.name, pointer=pointer)
            age_and_size = (state.st_mtime_ns, state.st_size)
            if extent:
                entry = "/" + pointer.split("/")[1]
                inside = _places_in(self.path, self.kind, extent, age_and_size) if pointer != entry else {}
                places = {entry: tree.Places(None, extent.start), **{entry + below: place for below, place in inside.items()}}
            else:
                places = _places(self.path, self.kind, age_and_size)
        except (OSError, ValueError, IndexError, RecursionError, MemoryError):
            return Position(file=self.name, pointer=pointer)
        holder = pointer
        while holder and holder not in places:
            holder, key = holder.rpartition("/")[0], False
        if holder not in places:
            return Position(file=self.name, pointer=pointer)
        place = places[holder]
        spot = place.key if key and place.key else place.value
        return Position(self.name, spot.line, spot.column, pointer=pointer)


@lru_cache(maxsize=8)
def _places(path: Path, kind: Kind, _age_and_size: tuple[int, int]) -> dict[str, tree.Places]:
    """Where everything stands in a file of this age and size: a batch with many problems reads it once more, not each time."""
    text, _ = decoding.decode(path.read_bytes())
    if kind == "jsonl":
        return {
            f"/{index}{pointer}": place
            for index, (number, line) in enumerate(json_lines(text))
            for pointer, place in json_text.places(line, start=tree.Spot(number, 1)).items()
        }
    return _places_of(text, kind, tree.START)


@lru_cache(maxsize=64)
def _places_in(path: Path, kind: Kind, extent: Extent, _age_and_size: tuple[int, int]) -> dict[str, tree.Places]:
    return _places_of(text_of(path, extent), kind, extent.start)


def _places_of(text: str, kind: Kind, start: tree.Spot) -> dict[str, tree.Places]:
    if kind != "yaml":
        return json_text.places(text, start=start)
    from docgen.records import yaml_text

    return yaml_text.places(text, start=start)


def json_lines(text: str) -> list[tuple[int, str]]:
    """The lines of a JSONL text that hold something, with their numbers from 1."""
    return [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]


@dataclass(frozen=True, slots=True)
class Record:
    """The facts of one paper.

    Args:
        key: tells the record from the others of a job and is the same the next time: its ``id``, else the file's name with
            the record's number in it, else its parameters.
        pointer: JSON Pointer of the record inside its source, empty when it is the whole of it.
        extent: where it stands in a large file.
    """

    key: str
    data: dict[str, Any]
    source: Source
    pointer: str = ""
    extent: Extent | None = field(default=None, compare=False, repr=False)

    def locate(self, pointer: str, *, key: bool = False) -> Position:
        """The place of a value by its pointer inside the record."""
        return self.source.locate(self.pointer + pointer, key=key, extent=self.extent)
