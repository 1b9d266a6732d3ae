"""Bytes of a data file to text: UTF-8 without byte order mark and control characters, or a fault that says what is wrong."""

from __future__ import annotations

import codecs
import re
from itertools import islice

from docgen.records.tree import START, Fault, Spot

# Far more than a school ever writes by hand; a larger file, or a larger record in a list, is a mistake or an attack.
MAX_SIZE_BYTES = 64 * 1024 * 1024
# Whoever has more of them has opened a picture.
MOST_CONTROLS = 20

# What JSON, YAML (1.2, 5.1) or XML (1.0, 2.2) does not bear: C0 without tab and line ends, DEL, C1 without NEL, non-characters.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def decode(data: bytes) -> tuple[str, list[Fault]]:
    """The text of a file, its line ends as ``\\n``, and what is wrong with its bytes."""
    if fault := wrong_encoding(data):
        return "", [fault]
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        return "", [no_utf8(error)]
    text = line_ends(text)
    return text, controls(text)


def wrong_encoding(data: bytes) -> Fault | None:
    """What the first bytes of a file say against it."""
    if data.startswith(_UTF16) or data[:2].count(0) == 1:
        return Fault("record.utf-16", START)
    return Fault("record.bom", START) if data.startswith(codecs.BOM_UTF8) else None


def no_utf8(error: UnicodeDecodeError, origin: Spot = START) -> Fault:
    """The byte at which the reader stopped; *origin* is the place of the first one that it had."""
    before = line_ends(error.object[: error.start].decode("utf-8"))
    return Fault("record.utf-8", after(before, origin), {"found": f"0x{error.object[error.start]:02X}"})


def controls(text: str, origin: Spot = START) -> list[Fault]:
    """The first control characters of a text that begins at *origin*."""
    return [
        Fault("record.control-character", after(text[: match.start()], origin), {"found": f"U+{ord(match[0]):04X}"})
        for match in islice(_CONTROL.finditer(text), MOST_CONTROLS)
    ]


def line_ends(text: str) -> str:
    """The text with the line ends of every system as ``\\n``."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def after(text: str, origin: Spot) -> Spot:
    """The place right after a text that begins at *origin*.

    >>> after("ab\\nc", Spot(7, 3))
    Spot(line=8, column=2)
    """
    lines = text.count("\n")
    return Spot(origin.line + lines, len(text) - text.rfind("\n") if lines else origin.column + len(text))
