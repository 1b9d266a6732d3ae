"""A record and where it came from: the places of its values are looked for only when a problem needs one."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from docgen.errors import Position
from docgen.records import decoding, json_text, tree

Kind = Literal["json", "jsonl", "yaml", "parameters", "view"]


@dataclass(frozen=True, slots=True)
class Source:
    """Where records came from.

    Args:
        name: as it is shown to the user: the path as typed, or the view's name.
        path: the file, None for parameters and views.
    """

    name: str
    path: Path | None
    kind: Kind

    def locate(self, pointer: str, *, key: bool = False) -> Position:
        """The place of the value at a JSON Pointer, or of its name when *key* is asked for.

        Reads the file again, this time with places. A value that is not there has the place of what would hold it. Never
        raises: where nothing can be found, the file's name and the pointer say the place.
        """
        if self.kind == "parameters":
            name = pointer.lstrip("/").replace("/", ".").replace("~1", "/").replace("~0", "~")
            return Position(file=f"-p {name}".rstrip(), pointer=pointer)
        if self.path is None:
            return Position(file=self.name, pointer=pointer)
        try:
            state = self.path.stat()
            age_and_size = (state.st_mtime_ns, state.st_size)
            if self.kind == "jsonl" and pointer:
                places = _places_of_line(self.path, int(pointer.split("/")[1]), age_and_size)
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
            for pointer, place in json_text.places(line, line=number).items()
        }
    if kind == "json":
        return json_text.places(text)
    from docgen.records import yaml_text

    return yaml_text.places(text)


@lru_cache(maxsize=64)
def _places_of_line(path: Path, index: int, age_and_size: tuple[int, int]) -> dict[str, tree.Places]:
    """Where everything stands in one record of a JSONL file, which may be too large to be read whole."""
    offsets, numbers = _offsets(path, age_and_size)
    with path.open("rb") as stream:
        stream.seek(offsets[index])
        text, _ = decoding.decode(stream.readline(decoding.MAX_SIZE_BYTES))
    places = json_text.places(text.rstrip("\n"), line=numbers[index])
    return {f"/{index}{pointer}": place for pointer, place in places.items()}


@lru_cache(maxsize=4)
def _offsets(path: Path, _age_and_size: tuple[int, int]) -> tuple[array[int], array[int]]:
    """Of every line that holds something: where it begins, in bytes, and its number."""
    offsets, numbers = array("Q"), array("L")
    offset = number = 0
    with path.open("rb") as stream:
        while line := stream.readline(decoding.MAX_SIZE_BYTES):
            number += 1
            if line.strip():
                offsets.append(offset)
                numbers.append(number)
            offset += len(line)
    return offsets, numbers


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
    """

    key: str
    data: dict[str, Any]
    source: Source
    pointer: str = ""

    def locate(self, pointer: str, *, key: bool = False) -> Position:
        """The place of a value by its pointer inside the record."""
        return self.source.locate(self.pointer + pointer, key=key)
