"""Bytes of a data file to text: UTF-8 without byte order mark and control characters, or a fault that says what is wrong."""

from __future__ import annotations

import codecs
import re

from docgen.records.tree import Fault, Spot

# Far more than a school ever writes by hand; a larger file is a mistake or an attack.
MAX_SIZE_BYTES = 64 * 1024 * 1024

# What JSON, YAML (1.2, 5.1) or XML (1.0, 2.2) does not bear: C0 without tab and line ends, DEL, C1 without NEL, non-characters.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def decode(data: bytes) -> tuple[str, list[Fault]]:
    """The text of a file, its line ends as ``\\n``, and what is wrong with its bytes."""
    if data.startswith(_UTF16) or data[:2].count(0) == 1:
        return "", [Fault("record.utf-16", Spot(1, 1))]
    if data.startswith(codecs.BOM_UTF8):
        return "", [Fault("record.bom", Spot(1, 1))]
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        return "", [Fault("record.utf-8", _spot(data[: error.start].decode("utf-8")), {"found": f"0x{data[error.start]:02X}"})]
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    faults = [
        Fault("record.control-character", _spot(text[: match.start()]), {"found": f"U+{ord(match[0]):04X}"})
        for match in _CONTROL.finditer(text)
    ]
    return text, faults[:20]


def _spot(before: str) -> Spot:
    before = before.replace("\r\n", "\n")
    return Spot(before.count("\n") + 1, len(before) - before.rfind("\n"))
