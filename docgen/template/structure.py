"""How the tags of a source lie across its XML: what cannot work is a problem, what may come out incomplete is noted.

A branch of an ``if`` or a turn of a ``for`` must leave as many elements open as it found, else the document falls apart when
the branch is left out. And some templates can leave a table without rows, a row without cells or a cell without its last
paragraph, or repeat what must be unique: each such template names the repairs its documents need (`docgen.template.repair`);
one that cannot go wrong pays for none.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from docgen.errors import Problem
from docgen.template.source import Source
from docgen.template.statements import Statement

_TOKEN = re.compile(r'\ufdd0(\d+)\ufdd1|<(/?)([\w:.-]+)((?:[^<>"]|"[^"]*")*?)(/?)>')
#: elements that hold paragraphs and tables (ECMA-376 part 1, EG_BlockLevelElts), and must end with a paragraph
_CONTAINERS = ("", "w:tc", "w:txbxContent", "w:footnote", "w:endnote")
_HOLDERS = (*_CONTAINERS, "w:sdtContent", "w:customXml", "w:ins", "w:del")
_UNIQUE = ("wp:docPr", "w:bookmarkStart", "w:sdtPr", "w:ins", "w:del", "w:moveFrom", "w:moveTo")
_PICTURE = re.compile(r"\|\s*image\b")
_DRAWING_ID = re.compile(r'<wp:docPr [^>]*?\bid="([^"]*)"')


@dataclass(slots=True)
class _Open:
    """An element that is open at some place of the source.

    Args:
        depth: how many ``if`` and ``for`` were open where it began.
        has_sure: a table has a row, a row a cell, whatever the data.
        ends_well: what stands last in a container is a paragraph, whatever the data.
    """

    name: str
    depth: int
    has_sure: bool = False
    ends_well: bool = False


@dataclass(slots=True)
class Structure:
    """What was found in a source: its problems, and the names of the repairs its documents need."""

    problems: list[Problem] = field(default_factory=list)
    repairs: set[str] = field(default_factory=set)


def examine(source: Source, *, is_block: bool) -> Structure:
    """The structure of a source whose tags are sound (see `docgen.template.statements`)."""
    walk = _Walk(source, is_block)
    for token in _TOKEN.finditer(_joined(source)):
        number, slash, name, attributes, empty = token.groups()
        if number:
            walk.tag(source.statements[int(number)])
        elif slash:
            walk.close(name)
        else:
            walk.open(name)
            if name == "w:gridSpan" and "\ufdd0" in attributes:
                walk.found.repairs.add("columns")   # the data say how wide the cell is
            if empty:
                walk.close(name)
    walk.end()
    return walk.found


def _joined(source: Source) -> str:
    pieces = [source.statics[0]]
    for n, static in enumerate(source.statics[1:]):
        pieces += (f"\ufdd0{n}\ufdd1", static)
    return "".join(pieces)


class _Walk:
    def __init__(self, source: Source, is_block: bool) -> None:
        self.found = Structure()
        self._is_block = is_block
        self._root = _Open("", 0)
        self._elements = [self._root]
        self._control: list[tuple[Statement, list[str]]] = []
        self._statements = source.statements
        self._is_torn = False
        ids = Counter(_DRAWING_ID.findall("".join(source.statics)))
        if ids and (is_block or max(ids.values()) > 1):
            self.found.repairs.add("ids")

    # ------------------------------------------------------------------------------------------------------ elements

    def open(self, name: str) -> None:
        depth = len(self._control)
        if name == "w:tr":
            self._sure("w:tbl", depth)
        elif name == "w:tc":
            self._sure("w:tr", depth)
        elif name in _UNIQUE and (self._is_block or any(outer.keyword == "for" for outer, _ in self._control)):
            self.found.repairs.add("ids")
        self._elements.append(_Open(name, depth))

    def _sure(self, parent: str, depth: int) -> None:
        outer = next((element for element in reversed(self._elements) if element.name == parent), None)
        if outer and outer.depth == depth:
            outer.has_sure = True
        elif outer and parent == "w:tr":
            self.found.repairs.add("columns")

    def close(self, name: str) -> None:
        if self._elements[-1].name != name:
            self._is_torn = True   # by branches that cross, or by a dash that joined what must stay apart
            return
        element = self._elements.pop()
        if name == "w:tbl" and not element.has_sure:
            self.found.repairs.add("tables")
        elif name == "w:tr" and not element.has_sure:
            self.found.repairs |= {"rows", "tables"}
        elif name in _CONTAINERS and not element.ends_well:
            self.found.repairs.add("cells")
        parent = self._elements[-1]
        if parent.name in _CONTAINERS and name not in ("w:tcPr", "w:sectPr"):
            parent.ends_well = name in ("w:p", "w:sdt") and parent.depth == len(self._control)

    # ---------------------------------------------------------------------------------------------------------- tags

    def tag(self, statement: Statement) -> None:
        names = [element.name for element in self._elements]
        if shows_picture(statement):
            self.found.repairs.add("ids")
        if statement.opens:
            self._control.append((statement, names))
        elif (statement.closes or statement.divides) and self._control:
            opener, before = self._control[-1]
            if names != before:
                self._crossed(opener, statement)
                self._elements = [*self._elements[:1], *(_Open(name, len(self._control)) for name in before[1:])]
            if statement.closes:
                self._control.pop()
        elif statement.keyword == "include" and names[-1] not in _HOLDERS and not statement.block.startswith("\ufdd0"):
            self.found.problems.append(statement.tag.problem("template.inline-block", found=statement.block))
        if statement.keyword not in ("", "set", "restart") and names[-1] in _CONTAINERS:
            self._elements[-1].ends_well = False

    def _crossed(self, opener: Statement, closer: Statement) -> None:
        self.found.problems.append(opener.tag.problem("template.crossed", found=opener.tag.text, closer=closer.tag.text))

    def end(self) -> None:
        if (self._is_torn or len(self._elements) > 1) and not self.found.problems:
            dashed = [s.tag for s in self._statements if "{%-" in s.tag.text or "-%}" in s.tag.text]
            for tag in dashed:
                self.found.problems.append(tag.problem("template.joined-cells", found=tag.quote))
            if not dashed:
                self.found.problems.append(self._statements[0].tag.problem("template.torn"))
        if not self._root.ends_well and not self._is_block:
            self.found.repairs.add("cells")


def shows_picture(statement: Statement) -> bool:
    """Whether a tag can put a picture into the text."""
    return _PICTURE.search(statement.rest) is not None


def included(source: Source) -> Iterator[str]:
    """The names of the blocks a source includes."""
    return (statement.block for statement in source.statements if statement.block)
