"""Which fonts of this computer have which letters: read from the font files, since a font's name promises nothing.

Debian's older ``fonts-liberation`` bears the same family name as ``fonts-liberation2`` and lacks ң ө ү; LibreOffice then
borrows the letters from another font without a word.
"""

from __future__ import annotations

import os
import struct
import sys
from collections.abc import Iterator
from mmap import ACCESS_READ, mmap
from pathlib import Path

_ENDINGS = {".ttf", ".otf", ".ttc"}
# OpenType 1.9: a collection opens with this tag, then version (4 bytes), count (4), offsets of its fonts.
_COLLECTION = b"ttcf"
_MAX_FONTS = 64


def folders() -> list[Path]:
    """Where this system keeps fonts, the user's own included."""
    home = Path.home()
    if os.name == "nt":
        own = os.environ.get("LOCALAPPDATA", str(home / "AppData/Local"))
        return [Path(os.environ.get("WINDIR", "C:/Windows"), "Fonts"), Path(own, "Microsoft/Windows/Fonts")]
    if sys.platform == "darwin":
        return [Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library/Fonts"]
    return [Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), home / ".local/share/fonts", home / ".fonts"]


def families(wanted: set[str], letters: str) -> dict[str, list[set[str]]]:
    """For each family of *wanted* that is installed: for each of its fonts (regular, bold …), those of *letters* it lacks."""
    lacking: dict[str, list[set[str]]] = {}
    for folder in folders():
        for path in sorted(folder.rglob("*")):
            if path.suffix.lower() in _ENDINGS:
                for family, missing in _fonts(path, wanted, letters):
                    lacking.setdefault(family, []).append(missing)
    return lacking


def _fonts(path: Path, wanted: set[str], letters: str) -> Iterator[tuple[str, set[str]]]:
    try:
        with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as data:  # a folder may hold 500 MB of fonts
            for start in _starts(data):
                tables = _tables(data, start)
                family = _family(data, tables["name"])
                if family in wanted:
                    yield family, {letter for letter in letters if not _has(data, tables["cmap"], ord(letter))}
    except (OSError, ValueError, struct.error, KeyError, IndexError):
        return  # a damaged font, or none: it is of no use to a document either


def _starts(data: mmap) -> list[int]:
    if data[:4] != _COLLECTION:
        return [0]
    (count,) = struct.unpack_from(">I", data, 8)
    return list(struct.unpack_from(f">{min(count, _MAX_FONTS)}I", data, 12))


def _tables(data: mmap, start: int) -> dict[str, int]:
    """Offsets of a font's tables by tag (OpenType, "Table Directory")."""
    (count,) = struct.unpack_from(">H", data, start + 4)
    records = (struct.unpack_from(">4sIII", data, start + 12 + 16 * i) for i in range(count))
    return {tag.decode("latin-1"): offset for tag, _, offset, _ in records}


def _family(data: mmap, table: int) -> str:
    """The family's name: id 16 (typographic) where there is one, else id 1 (OpenType, "name"), in UTF-16 of Windows."""
    _, count, strings = struct.unpack_from(">HHH", data, table)
    found: dict[int, str] = {}
    for i in range(count):
        platform, _, _, name_id, length, offset = struct.unpack_from(">6H", data, table + 6 + 12 * i)
        if platform == 3 and name_id in (1, 16):
            start = table + strings + offset
            found.setdefault(name_id, data[start : start + length].decode("utf-16-be"))
    return found.get(16) or found.get(1, "")


def _has(data: mmap, table: int, code: int) -> bool:
    """Whether the font draws a character: any Unicode subtable of format 4 or 12 (OpenType, "cmap")."""
    (count,) = struct.unpack_from(">H", data, table + 2)
    offsets = {struct.unpack_from(">HHI", data, table + 4 + 8 * i)[2] for i in range(count)}
    return any(_in_subtable(data, table + offset, code) for offset in offsets)


def _in_subtable(data: mmap, start: int, code: int) -> bool:
    (kind,) = struct.unpack_from(">H", data, start)
    if kind == 12:
        (groups,) = struct.unpack_from(">I", data, start + 12)
        spans = (struct.unpack_from(">III", data, start + 16 + 12 * i) for i in range(groups))
        return any(first <= code <= last for first, last, _ in spans)
    if kind != 4 or code > 0xFFFF:
        return False
    (twice,) = struct.unpack_from(">H", data, start + 6)
    segments = twice // 2
    ends = struct.unpack_from(f">{segments}H", data, start + 14)
    starts_at = start + 16 + twice
    for i, end in enumerate(ends):
        if code <= end:
            first, delta, shift = (struct.unpack_from(">H", data, starts_at + twice * k + 2 * i)[0] for k in range(3))
            if code < first:
                return False
            if shift == 0:
                return bool((code + delta) % 0x10000)
            place = starts_at + 2 * twice + 2 * i + shift + 2 * (code - first)
            return bool(struct.unpack_from(">H", data, place)[0])
    return False
