"""A data file as a tree: one builder for what the JSON and the YAML readers find, by the rules of JSON.

A reader gives events in the order of the text; the builder makes dicts, lists and values of them and, when asked, remembers
where each stood. What JSON would not allow (a name twice, a key that is no text, nesting without end) becomes a `Fault`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

# Deeper than any paper of a school, far above what recursion in a later step bears.
MAX_DEPTH = 64
# Numbers of a school are short; longer ones (a passport, an account) are texts and must keep every digit.
MAX_DIGITS = 18
# After these nothing more is read.
LAST_FAULTS = ("record.too-deep", "record.key-no-text")

MAP, LIST, SCALAR, END = range(4)
# Kind, text (of a scalar), is it written plainly, that is without quotes?, line, column and index in the text from 0.
Event = tuple[int, str, bool, int, int, int]

# RFC 8259, 6: a number. Everything else that is written plainly in YAML stays the text it is.
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_WORDS: dict[str, bool | None] = {"": None, "null": None, "true": True, "false": False}


class Spot(NamedTuple):
    """Line and column, from 1, in characters."""

    line: int
    column: int


START = Spot(1, 1)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a text, before its file's name is known: the id of the problem, where, and its facts."""

    id: str
    spot: Spot
    facts: Mapping[str, str | int] = field(default_factory=dict)


class Places(NamedTuple):
    """Where a value stands, and its key when it is a field."""

    key: Spot | None
    value: Spot


def step(pointer: str, name: str | int) -> str:
    """The JSON Pointer (RFC 6901) of a child.

    >>> step("/doc", "a/b")
    '/doc/a~1b'
    """
    return f"{pointer}/{str(name).replace('~', '~0').replace('/', '~1')}"


def plain_value(text: str) -> object:
    """What a word written without quotes means by the rules of JSON.

    >>> [plain_value(text) for text in ("7", "007", "62.5", "10:30", "no", "true", "+996700", "2012-09-01", "")]
    [7, '007', 62.5, '10:30', 'no', True, '+996700', '2012-09-01', None]

    Raises:
        OverflowError: a number with more than `MAX_DIGITS` digits, or out of the range of a float.
    """
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in "-0123456789" or not (match := _NUMBER.fullmatch(text)):
        return text
    return integer(text) if match[1] is None and match[2] is None else decimal(text)


def integer(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise OverflowError
    return int(digits)


def decimal(digits: str) -> float:
    value = float(digits)
    if len(digits) > 2 * MAX_DIGITS or value in (float("inf"), float("-inf")):
        raise OverflowError
    return value


def is_too_deep(value: object, *, depth: int = 0) -> bool:
    """Whether lists and dicts are nested deeper than `MAX_DEPTH`, *depth* of them around the value."""
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(MAX_DEPTH - depth):
        if not level:
            return False
        level = [
            child
            for container in level
            for child in (container.values() if isinstance(container, dict) else container)
            if isinstance(child, dict | list)
        ]
    return bool(level)


def build(events: Iterable[Event], faults: list[Fault], places: dict[str, Places] | None = None, *, depth: int = 0) -> object:
    """The value that the events tell; those after it are left alone.

    Args:
        faults: gets what is wrong, in the order of the text. After one of `LAST_FAULTS` the value is not read to its end.
        places: when given, gets the places of every value by its JSON Pointer; finding them costs as much as reading.
        depth: in how many lists and maps the value stands.
    """
    root: list[object] = []
    current: dict[str, object] | list[object] = root
    is_map = False
    key: str | None = None
    key_spot: Spot | None = None
    pointer = ""
    most = MAX_DEPTH - depth
    stack: list[tuple[dict[str, object] | list[object], bool, str]] = []
    for kind, text, plain, line, column, _ in events:
        if kind == END:
            if not stack:
                break  # a bracket too many: the text is no JSON
            current, is_map, pointer = stack.pop()
            key = key_spot = None
            if not stack:
                break
            continue
        if is_map and key is None:
            if kind != SCALAR or (plain and not text):
                faults.append(Fault("record.key-no-text", Spot(line + 1, column + 1)))
                return None
            if text in current:
                faults.append(Fault("record.duplicate-field", Spot(line + 1, column + 1), {"found": text}))
            key = text
            if places is not None:
                key_spot = Spot(line + 1, column + 1)
            continue
        value: object
        if kind == SCALAR:
            try:
                value = plain_value(text) if plain else text
            except OverflowError:
                faults.append(Fault("record.number-too-long", Spot(line + 1, column + 1), {"found": text}))
                value = 0
        else:
            value = {} if kind == MAP else []
        here = pointer
        if places is not None:
            if key is not None:
                here = step(pointer, key)
            elif current is not root:
                here = step(pointer, len(current))
            places.setdefault(here, Places(key_spot, Spot(line + 1, column + 1)))
            key_spot = None
        if key is not None:
            current[key] = value  # type: ignore[call-overload]
            key = None
        else:
            current.append(value)  # type: ignore[union-attr]
        if isinstance(value, dict | list):
            stack.append((current, is_map, pointer))
            if len(stack) > most:
                faults.append(Fault("record.too-deep", Spot(line + 1, column + 1), {"expected": MAX_DEPTH}))
                return None
            current, is_map, pointer = value, kind == MAP, here
        elif not stack:
            break
    return root[0] if root else None
