"""The records of large files, which come from the disk each time: memory does not grow with the files.

A file is read once to find every fault, as a smaller one would be, and again for each pass over its records. In between only a
few bytes a record are kept.
"""

from __future__ import annotations

import hashlib
import os
from array import array
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import chain, pairwise
from pathlib import Path

from docgen.errors import Position, Problem, ProblemsFound, in_order
from docgen.records.entries import MOST_PROBLEMS, Entry, First, NoList, entries
from docgen.records.files import KINDS, equal_keys, key_of, problem_of, read_records, records_of, refused
from docgen.records.pieces import Pieces
from docgen.records.source import Record, Source
from docgen.records.tree import Fault

# Files that are smaller together are read whole: once instead of twice, and no matter for memory.
LARGE_BYTES = 4 * 1024 * 1024
# So many keys are compared at a time.
_SHARE = 250_000


def stream_records(paths: Sequence[Path]) -> Collection[Record]:
    """The records of the files, as `read_records` gives them; those of large lists come from the disk each time.

    Raises:
        ProblemsFound: as `read_records`, but of very many problems only the first, and how many there are besides.
    """
    return Stream(paths) if sum(map(_size_bytes, paths)) > LARGE_BYTES else read_records(paths)


def _size_bytes(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


class Stream(Collection[Record]):
    """The records of files, of which each list comes from the disk.

    Raises:
        ProblemsFound: what is wrong with the files, their entries, or their keys; while iterating: a file has changed.
    """

    def __init__(self, paths: Sequence[Path]) -> None:
        found = First[Problem]()
        self._files = [_opened(path, found) for path in paths]
        self._compare_keys(found)
        if found:
            raise ProblemsFound(_told(found))

    def __len__(self) -> int:
        return sum(map(len, self._files))

    def __contains__(self, record: object) -> bool:
        return any(record == each for each in self)

    def __iter__(self) -> Iterator[Record]:
        return chain.from_iterable(self._files)

    def _compare_keys(self, found: First[Problem]) -> None:
        keys = [file.keys if isinstance(file, _List) else _keys(file) for file in self._files]
        repeated, count = _repeated(keys)
        seen: set[int] = set()
        bearers: list[Record] = []
        for record in self if repeated else ():
            digest = _digest(record.key)
            if digest in repeated:
                bearers.append(replace(record, data={}))
                seen.add(digest)
                if len(bearers) - len(seen) == MOST_PROBLEMS:
                    break
        found.add(equal_keys(bearers))
        found.besides += count - (len(bearers) - len(seen))


def _opened(path: Path, found: First[Problem]) -> Collection[Record]:
    kind = KINDS.get(path.suffix.lower())
    try:
        if kind and os.path.isfile(path):  # noqa: PTH113 - never raises; and a pipe can be read only once
            try:
                return _List(Source(str(path), path, kind), path, found)
            except NoList:
                pass
        records, problems = records_of(path)
    except ProblemsFound as unread:
        records, problems = [], unread.problems
    found.add(problems)
    return records


class _List(Collection[Record]):
    """The records of one file that is a list; none when anything is wrong with the file itself.

    Args:
        found: gets the problems.
        keys: of the records, as digests.

    Raises:
        NoList: the file is no list, or there is nothing in it.
        ProblemsFound: the file cannot be read; while iterating: it has changed.
    """

    def __init__(self, source: Source, path: Path, found: First[Problem]) -> None:
        self._source, self._path = source, path
        self.keys = array("Q")
        faults, strangers = First[Fault](), First[Record]()
        with self._text() as pieces:
            try:
                for index, entry in enumerate(entries(source.kind, pieces, faults)):
                    record = self._record(index, entry)
                    if isinstance(entry.value, dict):
                        self.keys.append(_digest(record.key))
                    else:
                        strangers.add([replace(record, data={})])
            except NoList:
                if not pieces.faults:
                    raise
            self._contents = pieces.finish()
            if pieces.faults:
                faults.only(pieces.faults)
        if faults:
            self.keys, strangers = array("Q"), First()
        elif not self.keys and not strangers:
            raise NoList
        found.add(problem_of(fault, source.name) for fault in faults.things)
        found.add(Problem("record.no-record", record.locate("")) for record in strangers.things)
        found.besides += faults.besides + strangers.besides

    def __len__(self) -> int:
        return len(self.keys)

    def __contains__(self, record: object) -> bool:
        return any(record == each for each in self)

    def __iter__(self) -> Iterator[Record]:
        if not self.keys:
            return
        left, faults = len(self.keys), First[Fault]()
        with self._text() as pieces:
            try:
                for index, entry in enumerate(entries(self._source.kind, pieces, faults)):
                    if isinstance(entry.value, dict) and not faults and left:
                        left -= 1
                        yield self._record(index, entry)
            except NoList:
                pass
            if pieces.finish() != self._contents:
                raise ProblemsFound([Problem("record.file-changed", Position(self._source.name))])

    def _record(self, index: int, entry: Entry) -> Record:
        data = entry.value if isinstance(entry.value, dict) else {}
        key = key_of(data, f"{self._path.stem}-{index + 1}")
        return Record(key, data, self._source, f"/{index}", entry.extent)

    @contextmanager
    def _text(self) -> Iterator[Pieces]:
        try:
            with Pieces(self._path) as pieces:
                yield pieces
        except OSError as error:
            raise refused(error, self._path, self._source.name) from None


def _told(found: First[Problem]) -> list[Problem]:
    """The problems; the last of them says how many are not told."""
    if not found.besides:
        return found.things
    last = in_order(found.things)[-1].position
    return [*found.things, Problem("record.untold", last, {"found": found.besides}, "warning")]


def _keys(records: Collection[Record]) -> array[int]:
    return array("Q", (_digest(record.key) for record in records))


def _digest(key: str) -> int:
    return int.from_bytes(hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")


def _repeated(keys: Sequence[array[int]]) -> tuple[set[int], int]:
    """Keys that come more than once, not too many of them, and how many records bear one that another has already."""
    shares = sum(map(len, keys)) // _SHARE + 1
    repeated: set[int] = set()
    count = 0
    for share in range(shares):
        ordered = sorted(key for of_file in keys for key in of_file if key % shares == share)
        again = [one for one, other in pairwise(ordered) if one == other]
        repeated |= set(again[: MOST_PROBLEMS - len(repeated)])
        count += len(again)
    return repeated, count
