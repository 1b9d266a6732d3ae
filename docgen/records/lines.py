"""Large JSONL files, a line at a time: memory does not grow with the file.

The file is read once to find every fault, as a smaller one would be, and again for each pass over its records. In between only
a few bytes a record are kept.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from docgen.errors import Position, Problem, ProblemsFound, in_order
from docgen.records import json_text
from docgen.records.decoding import MAX_SIZE_BYTES, decode
from docgen.records.files import KINDS, equal_keys, key_of, problem_of, read_records, unreadable
from docgen.records.source import Record, Source

# A file smaller than this is read whole: faster, and no matter for memory.
LARGE_BYTES = 4 * 1024 * 1024
# Whoever has made so many mistakes has made one mistake.
MOST_PROBLEMS = 1000


def stream_records(paths: Sequence[Path]) -> Collection[Record]:
    """The records of the files, as `read_records` gives them; those of one large JSONL file come from the disk each time.

    Raises:
        ProblemsFound: as `read_records`.
    """
    if len(paths) == 1 and KINDS.get(paths[0].suffix.lower()) == "jsonl" and _size_bytes(paths[0]) > LARGE_BYTES:
        return Lines(paths[0])
    return read_records(paths)


def _size_bytes(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


class _Found:
    """What is wrong in a file: the first problems, and how many there are besides."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.untold = 0

    @property
    def are_many(self) -> bool:
        return len(self.problems) >= MOST_PROBLEMS

    def add(self, problems: Iterable[Problem]) -> None:
        for problem in problems:
            if self.are_many:
                self.untold += 1
            else:
                self.problems.append(problem)

    def told(self) -> list[Problem]:
        """The problems; the last of them says how many are not told."""
        if not self.untold:
            return self.problems
        last = in_order(self.problems)[-1].position
        return [*self.problems, Problem("record.untold", last, {"found": self.untold}, "warning")]


class Lines(Collection[Record]):
    """The records of a JSONL file.

    Raises:
        ProblemsFound: what is wrong with the file, its lines, or their keys.
    """

    def __init__(self, path: Path) -> None:
        self._source = Source(str(path), path, "jsonl")
        keys = array("Q")
        found = _Found()
        for index, value in self._values(found):
            if isinstance(value, dict):
                keys.append(_digest(self._key(index, value)))
            elif found.are_many:
                found.untold += 1  # to find its line is to read the file again
            else:
                found.add([Problem("record.no-record", self._source.locate(f"/{index}"))])
        if not found.problems:
            found.add(self._equal_keys(keys))
        if not found.problems and not keys:
            found.add([Problem("record.empty-file", Position(self._source.name, 1, 1))])
        if found.problems:
            raise ProblemsFound(found.told())
        self._count = len(keys)

    def __len__(self) -> int:
        return self._count

    def __contains__(self, record: object) -> bool:
        return any(record == each for each in self)

    def __iter__(self) -> Iterator[Record]:
        found = _Found()
        for index, value in self._values(found):
            if found.problems:  # somebody has saved the file in between
                raise ProblemsFound(found.told())
            if isinstance(value, dict):
                yield Record(self._key(index, value), value, self._source, f"/{index}")

    def _key(self, index: int, data: dict[str, Any]) -> str:
        return key_of(data, f"{Path(self._source.name).stem}-{index + 1}")

    def _values(self, found: _Found) -> Iterator[tuple[int, object]]:
        """The value of each line that holds something; of a faulty one only its faults, in *found*."""
        assert self._source.path
        index = 0
        try:
            with self._source.path.open("rb") as stream:
                number = 0
                while line := stream.readline(MAX_SIZE_BYTES):
                    number += 1
                    text, faults = decode(line)
                    if faults:
                        found.add(_moved(problem_of(fault, self._source.name), number - 1) for fault in faults)
                    if not faults and text.strip():
                        value, faults = json_text.parse(text.rstrip("\n"), line=number)
                        found.add(problem_of(fault, self._source.name) for fault in faults)
                        if not faults:
                            yield index, value
                        index += 1
        except OSError as error:
            raise unreadable("record.unreadable", self._source.name, found=error.strerror or "") from None

    def _equal_keys(self, digests: array[int]) -> list[Problem]:
        ordered = sorted(digests)
        twice = {one for one, other in pairwise(ordered) if one == other}
        return equal_keys([record for record in self if _digest(record.key) in twice]) if twice else []


def _moved(problem: Problem, lines: int) -> Problem:
    at = problem.position
    return problem.at(Position(at.file, (at.line or 1) + lines, at.column))


def _digest(key: str) -> int:
    return int.from_bytes(hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")
