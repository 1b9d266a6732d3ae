"""File names that every file system bears.

A name is a pattern filled with values from the facts, so each value is cleaned before it enters the name and the finished
name once more, part by part.
"""

from __future__ import annotations

import datetime
import hashlib
import re
import sys
import unicodedata
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from docgen.errors import CannotWrite, Problem, ProblemsFound
from docgen.output.refusals import cannot

ENDING = ".docx"

# One part of a path, ending included. NTFS and APFS bear 255 UTF-16 units, ext4 255 bytes: 120 Kyrgyz letters fit everywhere,
# and a path of a few folders stays under the 260 characters at which older Windows programs give up.
LONGEST = 120
LONGEST_BYTES = 240

# Characters that Windows forbids in a name ("Naming Files, Paths, and Namespaces"), the separators among them.
_FORBIDDEN = re.compile(r'[\\/:*?"<>|]+')
_BLANK = re.compile(r"\s+")
# What an empty optional value leaves behind: «2025-10-13__Бердалиев».
_SEAM = re.compile(r"([_\-])[_\-]*\1")

# Device names of Windows, reserved with any ending (the same page); superscript digits count as digits there.
_RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])(?=\.|$)", re.IGNORECASE)


def printable(value: object) -> str:
    """A value as it may stand in a file name: no separator, no drive, no control or invisible character; a date is ISO."""
    if value is None:
        return ""
    text = value.isoformat() if isinstance(value, datetime.date) else str(value)
    text = _BLANK.sub(" ", unicodedata.normalize("NFC", text))
    visible = "".join(c for c in text if unicodedata.category(c)[0] != "C")
    return _FORBIDDEN.sub("-", visible).strip(" .-")


def look_at_name(path: Path) -> None:
    """Refuse a folder or file whose name the register and the journal could not keep, before anything is made.

    Raises:
        CannotWrite: ``output.not-text`` (bytes that are no text); ``output.file-names`` (the system cannot write this name).
    """
    encoding = sys.getfilesystemencoding()
    try:
        str(path).encode(encoding)
        str(path).encode()
    except UnicodeError:
        if encoding.lower().replace("-", "") != "utf8":
            raise cannot("file-names", path) from None
        shown = str(path).encode("utf-8", "backslashreplace").decode()
        raise CannotWrite(Problem("output.not-text", facts={"found": shown})) from None


def file_name(text: str, *, fallback: str, ending: str = ENDING) -> PurePosixPath:
    """The relative path that a filled pattern names; ``/`` in it makes folders, *fallback* names what came out empty."""
    *folders, last = text.split("/")
    parts = [part for part in map(_component, folders) if part]
    stem = _component(last.removesuffix(ending)) or _component(fallback) or "document"
    return PurePosixPath(*(_short(part, LONGEST) for part in parts), _short(stem, LONGEST - len(ending)) + ending)


def _component(text: str) -> str:
    clean = _SEAM.sub(r"\1", printable(text)).strip(" ._-")
    return f"_{clean}" if _RESERVED.match(clean) else clean


def _short(text: str, longest: int) -> str:
    cut = text[:longest]
    while len(cut.encode()) > LONGEST_BYTES - (LONGEST - longest):
        cut = cut[:-1]
    return cut.rstrip(" ._-")


class Names:
    """The names given in one run: a second record that wants a name already given gets its key added to it.

    Names are compared as a file system that ignores case would; the first record keeps the plain name, so the same input
    gives the same names. Only digests are kept: some dozen bytes a name in a run of a million.

    Args:
        taken: digests (`name_digest`) of the names that an earlier part of the run gave.
    """

    def __init__(self, taken: Iterable[bytes] = ()) -> None:
        self._taken = set(taken)

    def take(self, name: PurePosixPath, key: str) -> PurePosixPath:
        """*name* if it is free, else *name* with *key*.

        Raises:
            ProblemsFound: ``output.clash``: even with its key the name is taken.
        """
        addition = f" ({_component(key)})"
        stem = _short(name.stem, LONGEST - len(name.suffix) - len(addition))
        for candidate in (name, name.with_name(f"{stem}{addition}{name.suffix}")):
            digest = name_digest(candidate)
            if digest not in self._taken:
                self._taken.add(digest)
                return candidate
        raise ProblemsFound([Problem("output.clash", facts={"found": str(name)}, record=key)])


def name_digest(name: PurePosixPath) -> bytes:
    """16 bytes for a relative name, the same for names that a file system ignoring case takes for one."""
    folded = unicodedata.normalize("NFC", str(name).casefold())
    return hashlib.blake2b(folded.encode("utf-8", "surrogatepass"), digest_size=16).digest()
