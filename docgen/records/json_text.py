"""JSON as RFC 8259 has it, and nothing more: no NaN, no name twice, no half of a surrogate pair.

`parse` is the standard library's fast reader; only when it grows suspicious does `scan` go through the text again, slowly, to
say where.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from docgen.records import tree
from docgen.records.decoding import after
from docgen.records.tree import END, LIST, MAP, SCALAR, START, Event, Fault, Places, Spot

_TOKEN = re.compile(r'[ \t\r]*(?:(\n)|([{\[])|([}\]])|[:,]|("(?:[^"\\]|\\.)*")|([^\s{}\[\]:,"]+))', re.DOTALL)
_WORD = re.compile(r"[^\s\"{}\[\],]+")
_SURROGATE = re.compile("[\ud800-\udfff]")
# Only such digits can be a number too long or too large; calling back for every number would double the time of reading.
_LARGE_NUMBER = re.compile(rf"[0-9](?:[0-9]{{{tree.MAX_DIGITS}}}|[eE])")
_ESCAPED_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")

# The beginnings of the standard reader's messages (json/decoder.py, json/scanner.py) and what they mean to a clerk.
_SYNTAX = {
    "Expecting property name": "record.json-name",
    "Expecting ':'": "record.json-colon",
    "Expecting ','": "record.json-comma",
    "Expecting value": "record.json-value",
    "Illegal trailing comma": "record.json-trailing-comma",
    "Unterminated string": "record.json-quote",
    "Invalid control character": "record.json-tab",
    "Invalid \\": "record.json-escape",
    "Extra data": "record.json-extra",
}


class Reader(json.JSONDecoder):
    """The standard reader, which lets pass what JSON forbids, and whether it has.

    Args:
        text: all that will be read with it.
    """

    def __init__(self, text: str) -> None:
        self._is_suspicious = False
        self._has_surrogates = _ESCAPED_SURROGATE.search(text) is not None
        has_large = _LARGE_NUMBER.search(text) is not None
        super().__init__(
            object_pairs_hook=self._object,
            parse_int=partial(self._number, tree.integer) if has_large else None,
            parse_float=partial(self._number, tree.decimal) if has_large else None,
            parse_constant=self._constant,
        )

    def is_to_scan(self, value: object, text: str, start: int, end: int, *, depth: int = 0) -> bool:
        """Whether `scan` must go through what has been read between two places, a value in so many others."""
        was_suspicious, self._is_suspicious = self._is_suspicious, False
        brackets = text.count("{", start, end) + text.count("[", start, end)
        if was_suspicious or (depth + brackets > tree.MAX_DEPTH and tree.is_too_deep(value, depth=depth)):
            return True
        return self._has_surrogates and _ESCAPED_SURROGATE.search(text, start, end) is not None

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        value = dict(pairs)
        if len(value) != len(pairs):
            self._is_suspicious = True
        return value

    def _number(self, read: Callable[[str], object], digits: str) -> object:
        try:
            return read(digits)
        except OverflowError:
            self._is_suspicious = True
            return 0

    def _constant(self, _name: str) -> None:
        self._is_suspicious = True


def parse(text: str, *, start: Spot = START, reader: Reader | None = None) -> tuple[object, list[Fault]]:
    """The value of a JSON text, and what is wrong with it.

    Args:
        start: the place of the text in its file.
        reader: has seen the text; a new one by default.
    """
    reader = reader or Reader(text)
    try:
        value = reader.decode(text)
        if not reader.is_to_scan(value, text, 0, len(text)):
            return value, []
    except json.JSONDecodeError as error:
        return None, [_syntax_fault(error, text, start)]
    except RecursionError:
        value = None
    return value, faults_of(text, start=start)


def faults_of(text: str, *, start: Spot = START, depth: int = 0) -> list[Fault]:
    """What is wrong in a JSON text that the standard reader takes, or that is too deep for it."""
    faults: list[Fault] = []
    tree.build(scan(text, faults, start=start), faults, depth=depth)
    return faults


def places(text: str, *, start: Spot = START) -> dict[str, Places]:
    """Where every value of a JSON text stands, by JSON Pointer."""
    found: dict[str, Places] = {}
    tree.build(scan(text, [], start=start), [], found)
    return found


def scan(text: str, faults: list[Fault], *, start: Spot = START) -> Iterator[Event]:
    """The events of a JSON text; ends early where the text is no JSON."""
    at, line_start, row = 0, 1 - start.column, start.line - 1
    while match := _TOKEN.match(text, at):
        at = match.end()
        newline, opening, closing, quoted, word = match.groups()
        if newline:
            row, line_start = row + 1, at
            continue
        index = at - len(opening or quoted or word or "")
        column = index - line_start
        if opening:
            yield MAP if opening == "{" else LIST, "", False, row, column, index
        elif closing:
            yield END, "", False, row, column, index
        elif quoted:
            try:
                content = json.loads(quoted)
            except ValueError:
                return
            if _SURROGATE.search(content):
                faults.append(Fault("record.surrogate", Spot(row + 1, column + 1)))
            yield SCALAR, content, False, row, column, index
        elif word:
            if word.lstrip("-") in ("NaN", "Infinity"):
                faults.append(Fault("record.no-number", Spot(row + 1, column + 1), {"found": word}))
            yield SCALAR, word, True, row, column, index


def _syntax_fault(error: json.JSONDecodeError, text: str, start: Spot) -> Fault:
    what = next((name for start, name in _SYNTAX.items() if error.msg.startswith(start)), "record.json-value")
    at = error.pos
    last = len(text[:at].rstrip()) - 1
    found = text[at : at + 20].partition("\n")[0].strip()
    if what == "record.json-tab" and text[at] == "\n":
        # A text that runs into the next line was mostly meant to end in its own.
        what, at = "record.json-quote", _opening_quote(text, at)
    elif at >= len(text.rstrip()) and what != "record.json-quote":
        what = "record.json-unfinished"
    elif what == "record.json-trailing-comma" or (text[last : last + 1] == "," and text[at : at + 1] in ("]", "}")):
        # Pythons call this mistake by three names; the comma is what must go.
        what, at = "record.json-trailing-comma", text.rfind(",", 0, at + 1)
    elif word := _bare_word(text, at, what):
        what, at, found = "record.json-no-quotes", word.start(), word[0]
    elif what == "record.json-comma":
        # The reader complains where the next word begins; a person looks for the comma where the last one ended.
        at = last + 1
    return Fault(what, after(text[:at], start), {"found": found})


def _opening_quote(text: str, at: int) -> int:
    quote = text.rfind('"', 0, at)
    while quote > 0 and text[quote - 1] == "\\":
        quote = text.rfind('"', 0, quote)
    return quote


def _bare_word(text: str, at: int, what: str) -> re.Match[str] | None:
    """The word at which the reader stopped: ``Асан``, or ``2025-10-13`` and ``007``, of which it took the first digits."""
    if what not in ("record.json-value", "record.json-comma"):
        return None
    start = at
    while what == "record.json-comma" and text[start - 1] not in ' \t\n":,[{]}':
        start -= 1
    word = _WORD.match(text, start)
    return word if word and (start < at or what == "record.json-value") else None
