"""The entries of a large list, one after the other, as the readers of whole texts would read them.

Each kind is read by the parser that reads it whole: JSONL by lines; a JSON list by the standard reader, which is put on one
entry after the other; a YAML list by libyaml's events, which come as the text does.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import chain
from json.decoder import WHITESPACE  # type: ignore[attr-defined]
from typing import Generic, NamedTuple, TypeVar

from docgen.records import json_text, tree
from docgen.records.decoding import MAX_SIZE_BYTES, after
from docgen.records.pieces import BLOCK_BYTES, Extent, Pieces
from docgen.records.tree import END, LIST, START, Fault, Spot

# Whoever has made so many mistakes has made one mistake.
MOST_PROBLEMS = 1000
# A fault of JSON is told with the words around it; behind it are no more characters of them than so many.
_SIGHT = 1000

Thing = TypeVar("Thing")


class Entry(NamedTuple):
    """One entry of a list and where it stands."""

    extent: Extent
    value: object


class NoList(Exception):
    """The text is something else than a list."""


class First(Generic[Thing]):
    """The first things of a kind, and how many there are besides."""

    def __init__(self) -> None:
        self.things: list[Thing] = []
        self.besides = 0

    def __bool__(self) -> bool:
        return bool(self.things)

    def add(self, things: Iterable[Thing]) -> None:
        for thing in things:
            if len(self.things) < MOST_PROBLEMS:
                self.things.append(thing)
            else:
                self.besides += 1

    def only(self, things: Iterable[Thing]) -> None:
        """Forget what was there."""
        self.things, self.besides = [], 0
        self.add(things)


def entries(kind: str, pieces: Pieces, faults: First[Fault]) -> Iterator[Entry]:
    """The entries of JSONL or of a JSON or YAML list. After the first fault, entries may be missing.

    Args:
        faults: gets what is wrong; faults of the bytes stand in *pieces*.

    Raises:
        NoList: the text is no list.
        OSError: it cannot be read.
    """
    return {"jsonl": _of_lines, "json": _of_json, "yaml": _of_yaml}[kind](pieces, faults)


def _too_large(spot: Spot) -> Fault:
    return Fault("record.entry-too-large", spot, {"expected": MAX_SIZE_BYTES // 1024 // 1024})


# ---------------------------------------------------------------------------------------------------------------- JSONL


def _of_lines(pieces: Pieces, faults: First[Fault]) -> Iterator[Entry]:
    number, index = 1, 0
    for lines in _lines(pieces):
        reader = json_text.Reader("\n".join(lines))
        for line in lines:
            spot = Spot(number, 1)
            if len(line) > MAX_SIZE_BYTES:
                faults.add([_too_large(spot)])
                return
            if line.strip():
                value, found = json_text.parse(line, start=spot, reader=reader)
                faults.add(found)
                indent = len(line) - len(line.lstrip())
                yield Entry(pieces.extent(index + indent, index + len(line), Spot(number, indent + 1)), value)
            number += 1
            index += len(line) + 1


def _lines(pieces: Pieces) -> Iterator[list[str]]:
    """The lines as they come; one that is too large comes cut off, as the last."""
    last: list[str] = []
    while sum(map(len, last)) <= MAX_SIZE_BYTES and (piece := pieces.read()):
        lines = piece.split("\n")
        last.append(lines[0])
        if len(lines) > 1:
            lines[0], last = "".join(last), [lines.pop()]
            yield lines
    yield ["".join(last)]


# ----------------------------------------------------------------------------------------------------------------- JSON


class _Broken(Exception):
    """A list that cannot be read to its end: these faults are all that is told of it."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults


def _of_json(pieces: Pieces, faults: First[Fault]) -> Iterator[Entry]:
    window = _Window(pieces)
    if window.sign() != "[":
        raise NoList
    try:
        yield from _in_brackets(window, faults)
        while window.sign():  # what is behind the list
            window.look_further(window.at)
    except _Broken as broken:
        faults.only(broken.faults)
    except RecursionError:
        faults.add(json_text.faults_of(window.text[window.at :], start=window.spot(window.at), depth=1))


def _in_brackets(window: _Window, faults: First[Fault]) -> Iterator[Entry]:
    window.go_on(window.at + 1, window.at + 1)
    if window.sign() == "]":
        window.at += 1
        return
    is_open = is_told = True
    while is_open:
        window.sign()
        start, text = window.at, window.text
        try:
            value, end = window.reader.raw_decode(text, start)
        except json.JSONDecodeError as error:
            window.look_further(error.pos, is_unfinished=error.msg.startswith("Unterminated"))
            continue
        comma = _end_of_space(text, end)
        if text[comma : comma + 1] not in {",", "]"}:
            window.look_further(comma)
            continue
        spot = window.spot(start)
        if end - start > MAX_SIZE_BYTES:
            raise _Broken([_too_large(spot)])
        if is_told and window.reader.is_to_scan(value, text, start, end, depth=1):
            found = json_text.faults_of(text[start:end], start=spot, depth=1)
            faults.add(found)
            is_told = not found or found[-1].id not in tree.LAST_FAULTS
        yield Entry(window.extent(start, end), value)
        window.go_on(start, comma + 1)
        is_open = text[comma] == ","


class _Window:
    """The part of a JSON list that is being read; `at` is where.

    The entry before is kept: a fault is told as the standard reader tells it of a list that begins with that entry.
    """

    def __init__(self, pieces: Pieces) -> None:
        self.text, self.at = "", 0
        self.reader = json_text.Reader("")
        self._pieces = pieces
        self._index = 0  # in the whole text, of the window's first character
        self._seen, self._spot = 0, START
        self._since, self._since_spot = 0, START

    def sign(self) -> str:
        """The next character that is not white, at which reading stands then; an empty text at the end."""
        self.at = _end_of_space(self.text, self.at)
        while self.at == len(self.text) and self._read_on():
            self.at = _end_of_space(self.text, self.at)
        return self.text[self.at : self.at + 1]

    def go_on(self, entry: int, at: int) -> None:
        """Stand at another index, behind the entry that begins at *entry*."""
        self._since, self._since_spot, self.at = entry, self.spot(entry), at

    def spot(self, at: int) -> Spot:
        """The place of an index, which is none before those that were asked for."""
        self._seen, self._spot = at, after(self.text[self._seen : at], self._spot)
        return self._spot

    def extent(self, start: int, end: int) -> Extent:
        return self._pieces.extent(self._index + start, self._index + end, self.spot(start))

    def look_further(self, at: int, *, is_unfinished: bool = False) -> None:
        """Read on, where the reader may have stopped only because the window ends.

        Raises:
            _Broken: that was not why.
        """
        is_clear = not is_unfinished and len(self.text.rstrip()) > at + _SIGHT
        if is_clear or not self._read_on():
            line, column = self._since_spot
            raise _Broken(json_text.parse(f"[{self.text[self._since :]}", start=Spot(line, column - 1))[1])

    def _read_on(self) -> bool:
        """Let go of the entries before and read as much as is left again, so that a large entry is tried few times."""
        cut, size = self._since, len(self.text) - self._since
        if size > 2 * MAX_SIZE_BYTES:  # the entry before, and this one or what is white before it
            raise _Broken([_too_large(self.spot(self.at))])
        parts, wanted = [self.text[cut:]], max(1, min(size, MAX_SIZE_BYTES // 4))
        while wanted > 0 and (piece := self._pieces.read()):
            parts.append(piece)
            wanted -= len(piece)
        self.text = "".join(parts)
        self.reader = json_text.Reader(self.text)
        self._index, self.at, self._seen, self._since = self._index + cut, self.at - cut, self._seen - cut, 0
        return len(parts) > 1


def _end_of_space(text: str, at: int) -> int:
    match = WHITESPACE.match(text, at)
    return match.end() if match else at


# ----------------------------------------------------------------------------------------------------------------- YAML


class _Limited:
    """The pieces as libyaml reads them; of one entry little more than is allowed."""

    def __init__(self, pieces: Pieces) -> None:
        self._pieces = pieces
        self.begin()

    def begin(self) -> None:
        """An entry begins somewhere in the piece that was read last."""
        self._left = MAX_SIZE_BYTES + 2 * BLOCK_BYTES

    @property
    def is_cut_off(self) -> bool:
        return self._left < 0

    def read(self, _size: int = -1, /) -> str:
        piece = "" if self.is_cut_off else self._pieces.read()
        self._left -= len(piece)
        return piece


def _of_yaml(pieces: Pieces, faults: First[Fault]) -> Iterator[Entry]:
    from docgen.records import yaml_text

    text = _Limited(pieces)
    found: list[Fault] = []
    events = yaml_text.events(text, found, pieces.line)
    first = next(events, None)
    if first is None and found:
        faults.add(found)
        return
    if first is None or first[0] != LIST:
        raise NoList
    start, spot, value = -1, START, None
    for event in events:
        kind, _, _, line, column, index = event
        if start >= 0:
            if index - start > MAX_SIZE_BYTES:
                faults.add([_too_large(spot)])
                return
            yield Entry(pieces.extent(start, index, spot), value)
        if kind == END:
            break
        start, spot = index, Spot(line + 1, column + 1)
        if not text.is_cut_off:
            text.begin()
            value = tree.build(chain([event], events), found, depth=1)
        if text.is_cut_off:
            faults.add([_too_large(spot)])
            return
        faults.add(found)
        if found and found[-1].id in tree.LAST_FAULTS:
            return
        found.clear()
    for _ in events:  # what is wrong after the list
        pass
    faults.add([_too_large(found[-1].spot if found else spot)] if text.is_cut_off else found)
