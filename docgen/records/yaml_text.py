"""YAML by the rules of JSON: `no`, `007`, `10:30`, `2012-09-01` stay what was typed, and every key is a text.

libyaml's parser gives the events; its composer and PyYAML's constructors are left aside: they turn `NO` into False, `010`
into 8 and `12:30` into 750, take the last of two equal keys without a word, and recurse without a limit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Protocol

import yaml

from docgen.records import tree
from docgen.records.tree import END, LIST, MAP, SCALAR, START, Event, Fault, Places, Spot

try:
    from yaml._yaml import CParser as _Parser

except ImportError:  # pragma: no cover - PyYAML built without libyaml reads the same, ten times slower
    from yaml.parser import Parser
    from yaml.reader import Reader
    from yaml.scanner import Scanner

    class _Parser(Reader, Scanner, Parser):  # type: ignore[no-redef]
        def __init__(self, stream: str) -> None:
            Reader.__init__(self, stream)
            Scanner.__init__(self)
            Parser.__init__(self)


# Words of libyaml's messages (scanner.c, parser.c) and what they mean to a clerk; the first that fits.
_SYNTAX = {
    "'\\t'": "record.yaml-tab",
    "(TAB)": "record.yaml-tab",
    "tab character": "record.yaml-tab",
    "cannot start any token": "record.yaml-sign",
    "mapping values are not allowed": "record.yaml-colon-inside",
    "expected ':'": "record.yaml-colon-missing",
    "unexpected end of stream": "record.yaml-quote",
    "unexpected document indicator": "record.yaml-quote",
    "unknown escape": "record.yaml-escape",
    "invalid Unicode character escape": "record.surrogate",
    "did not find expected ',' or": "record.yaml-bracket",
    "did not find expected node content": "record.yaml-bracket",
    "undefined tag": "record.yaml-tag",
}
# An entry of a block list keeps its indent, so that its lines stay below each other; in a line of thousands of characters
# stands a list in brackets, whose entries need none.
_MAX_INDENT = 1000
# The parser notices these late; a person looks for them where the value began.
_AT_THE_BEGINNING = ("record.yaml-quote", "record.yaml-bracket", "record.yaml-colon-missing")


def parse(text: str) -> tuple[object, list[Fault]]:
    """The value of a YAML text of one document, and what is wrong with it."""
    faults: list[Fault] = []
    found = events(text, faults, partial(_line, text))
    value = tree.build(found, faults)
    if not faults or faults[-1].id not in tree.LAST_FAULTS:
        for _ in found:  # what is wrong after the value
            pass
    return value, faults


def places(text: str, *, start: Spot = START) -> dict[str, Places]:
    """Where every value of a YAML text stands, by JSON Pointer; *start* is the text's own place in its file."""
    found: dict[str, Places] = {}
    indent = min(start.column - 1, _MAX_INDENT)
    tree.build(events(" " * indent + text, [], partial(_line, text)), [], found)
    if start == START:
        return found

    def moved(spot: Spot) -> Spot:
        return Spot(spot.line + start.line - 1, spot.column + (start.column - 1 - indent if spot.line == 1 else 0))

    return {pointer: Places(key and moved(key), moved(value)) for pointer, (key, value) in found.items()}


class Readable(Protocol):
    """A text that comes in pieces, an empty one at its end."""

    def read(self, size: int = ..., /) -> str: ...


def events(text: str | Readable, faults: list[Fault], line_of: Callable[[int], str]) -> Iterator[Event]:
    """The events of a YAML text; ends early where it is no YAML.

    Args:
        line_of: a line of the text by its number from 1, for what is told of a fault in it.
    """
    parser: Any = _Parser(text)
    documents = 0
    try:
        while (event := parser.get_event()) is not None:
            kind = type(event)
            mark = event.start_mark
            if kind is yaml.ScalarEvent:
                if event.anchor or event.tag:
                    faults.append(_refused(event))
                yield SCALAR, event.value, event.implicit[0], mark.line, mark.column, mark.index
            elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
                if event.anchor or event.tag:
                    faults.append(_refused(event))
                yield MAP if kind is yaml.MappingStartEvent else LIST, "", False, mark.line, mark.column, mark.index
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                yield END, "", False, mark.line, mark.column, mark.index
            elif kind is yaml.AliasEvent:
                faults.append(_refused(event))
                yield SCALAR, "*", False, mark.line, mark.column, mark.index
            elif kind is yaml.DocumentStartEvent:
                documents += 1
                if documents > 1:
                    faults.append(Fault("record.yaml-documents", Spot(mark.line + 1, mark.column + 1)))
                    return
    except yaml.MarkedYAMLError as error:
        faults.append(_syntax_fault(error, line_of))
    except yaml.YAMLError:
        faults.append(Fault("record.yaml-syntax", Spot(1, 1)))
    finally:
        parser.dispose()


def _refused(event: Any) -> Fault:
    spot = Spot(event.start_mark.line + 1, event.start_mark.column + 1)
    if isinstance(event, yaml.AliasEvent):
        return Fault("record.yaml-anchor", spot, {"found": f"*{event.anchor}"})
    if event.anchor:
        return Fault("record.yaml-anchor", spot, {"found": f"&{event.anchor}"})
    return Fault("record.yaml-tag", spot, {"found": event.tag.replace("tag:yaml.org,2002:", "!!")})


def _line(text: str, number: int) -> str:
    return "".join(text.split("\n")[number - 1 : number])  # the end of the text may count as one line more


def _syntax_fault(error: yaml.MarkedYAMLError, line_of: Callable[[int], str]) -> Fault:
    message = f"{error.context or ''} {error.problem or ''}"
    what = next((name for words, name in _SYNTAX.items() if words in message), "record.yaml-syntax")
    mark = error.problem_mark or error.context_mark
    if what in _AT_THE_BEGINNING and error.context_mark:
        mark = error.context_mark
    line, column = (mark.line, mark.column) if mark else (0, 0)
    here = line_of(line + 1)
    if what == "record.yaml-sign" and here[column : column + 1] == "\t":
        what = "record.yaml-tab"
    if what == "record.yaml-syntax" and here[:column].rstrip().endswith(("'", '"')):
        what = "record.yaml-after-quote"
    found = here[column:] if what in ("record.yaml-sign", "record.yaml-tag", "record.yaml-after-quote") else here
    return Fault(what, Spot(line + 1, column + 1), {"found": found.strip()[:60]})
