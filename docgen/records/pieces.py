"""The text of a large file, a piece at a time: what `decoding.decode` gives of the whole, faults and all."""

from __future__ import annotations

import codecs
import hashlib
from bisect import bisect_right
from operator import attrgetter
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

from docgen.records import decoding
from docgen.records.tree import START, Fault, Spot

# Small enough to find one entry again in a blink, large enough that the seams cost nothing.
BLOCK_BYTES = 256 * 1024


class Extent(NamedTuple):
    """Where an entry of a large file stands, so that it can be read again without what is before it.

    Args:
        offset: of some character at or before the entry, in bytes.
        skipped: characters from there to the entry.
        length: of the entry, in characters.
        start: the entry's place.
    """

    offset: int
    skipped: int
    length: int
    start: Spot


class _Mark(NamedTuple):
    """Where a piece begins: how many characters are before it, its place, and how many bytes are before it."""

    characters: int
    spot: Spot
    offset: int


class Pieces:
    """The text of a file from an offset in bytes on.

    Args:
        faults: of the bytes read so far. After the first one no text comes any more.
    """

    def __init__(self, path: Path, offset: int = 0) -> None:
        self.path = path
        self.faults: list[Fault] = []
        self._stream = path.open("rb")
        self._stream.seek(offset)
        self._next = _Mark(0, START, offset)
        self._marks: list[_Mark] = []
        self._is_over = False
        self._rest = b""
        self._digest = hashlib.blake2b(digest_size=16)

    def __enter__(self) -> Pieces:
        return self

    def __exit__(self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None) -> None:
        self._stream.close()

    def read(self, _size: int = -1) -> str:
        """The next piece; an empty text at the end, or when the bytes are wrong (then `faults` has all of the file).

        Raises:
            OSError: the disk refuses.
        """
        text = self._decoded()
        return text if text and not self.faults else ""

    def finish(self) -> bytes:
        """Look through what is left for faults of the bytes. Gives the digest of all that was read."""
        while self._decoded():
            pass
        return self._digest.digest()

    def extent(self, start: int, end: int, spot: Spot) -> Extent:
        """How the text between two indexes that have been read is found again; *spot* is the place of the first."""
        mark = self._marks[bisect_right(self._marks, start, key=_characters) - 1]
        return Extent(mark.offset, start - mark.characters, end - start, spot)

    def line(self, number: int) -> str:
        """A line that has been read, by its number from 1, read once more."""
        mark = self._marks[bisect_right(self._marks, Spot(number, 1), key=_spot) - 1]
        with Pieces(self.path, mark.offset) as pieces:
            text, missing = pieces.read(), number - mark.spot.line
            while text.count("\n") <= missing and len(text) <= decoding.MAX_SIZE_BYTES and (piece := pieces.read()):
                text += piece
        return "".join(text.split("\n", missing + 1)[missing : missing + 1])

    def _decoded(self) -> str:
        """The next piece, with its control characters; an empty text at the end or where there is no text any more."""
        while not self._is_over:
            block = self._stream.read(BLOCK_BYTES)
            self._digest.update(block)
            data, self._is_over = self._rest + block, not block
            if self._next.offset == 0 and (fault := decoding.wrong_encoding(data)):
                self.faults, self._is_over = [fault], True
                return ""
            try:
                text, used = codecs.utf_8_decode(data, "strict", self._is_over)
            except UnicodeDecodeError as error:
                self.faults, self._is_over = [decoding.no_utf8(error, self._next.spot)], True
                return ""
            if text.endswith("\r") and not self._is_over:  # its \n may be in the next block
                text, used = text[:-1], used - 1
            self._rest = data[used:]
            if text:
                return self._marked(decoding.line_ends(text), used)
        return ""

    def _marked(self, text: str, used: int) -> str:
        characters, spot, offset = self._next
        self._marks.append(self._next)
        self.faults += decoding.controls(text, spot)[: decoding.MOST_CONTROLS - len(self.faults)]
        self._next = _Mark(characters + len(text), decoding.after(text, spot), offset + used)
        return text


_characters, _spot = attrgetter("characters"), attrgetter("spot")


def text_of(path: Path, extent: Extent) -> str:
    """The text of an extent, or as much of it as the file still has.

    Raises:
        OSError: the file cannot be read.
    """
    end = extent.skipped + extent.length
    with Pieces(path, extent.offset) as pieces:
        text = pieces.read()
        while len(text) < end and (piece := pieces.read()):
            text += piece
    return text[extent.skipped : end]
