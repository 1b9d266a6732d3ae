"""Repairs of a rendered part, by plain text search: what the data can leave incomplete is made valid Word XML again.

Each repair looks first for the sign of its fault, so that a sound document costs next to nothing. `REPAIRS` lists them in the
order in which they run; `docgen.template.structure` says which of them a template can need.

- ``rows``: a row whose cells all went away goes too; ``tables``: so does a table whose rows all went.
- ``cells``: a cell ends with a paragraph, an empty one if need be; so does a text box, a header, a footer, a note.
- ``columns``: the grid has as many columns as the longest row, within the table's width (docxtpl's arithmetic).
- ``ids``: drawings, bookmarks, content controls and revisions that a loop repeated get numbers and names of their own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

_EMPTY_ROW = re.compile(
    r"<w:tr(?: [^>]*)?>(?:<w:tblPrEx>(?:(?!</w:tblPrEx>).)*</w:tblPrEx>)?"
    r"(?:<w:trPr>(?:(?!</w:trPr>).)*</w:trPr>|<w:trPr/>)?</w:tr>"
)
_EMPTY_TABLE_END = re.compile(r"(?:</w:tblGrid>|<w:tblGrid/>)(?:<w:bookmark(?:Start|End)[^>]*>)*</w:tbl>")
_CONTAINER_END = re.compile(r"(</w:p>|<w:p/>|</w:sdt>)?(</w:(?:tc|txbxContent|hdr|ftr|footnote|endnote)>)")
_TABLE_TOKEN = re.compile(
    r"<w:(tbl|tr|tc)(?: [^>]*)?>|</w:(tbl|tr)>|<w:tblGrid>(.*?)</w:tblGrid>"
    r"|<w:(?:gridSpan|gridBefore|gridAfter) w:val=\"(\d+)\""
)
_WIDTH = re.compile(r'w:w="([^"]*)"')
_ID = re.compile(
    r'(<wp:docPr [^>]*?\bid=")([^"]*)'
    r'|(<w:bookmarkStart [^>]*?)(?=/?>)|(<w:bookmarkEnd [^>]*?w:id=")([^"]*)'
    r'|(<w:id w:val=")([^"]*)'
    r'|(<w:(?:ins|del|moveFrom|moveTo) [^>]*?w:id=")([^"]*)'
)
_BREAK = re.compile("[\a\f]")
_ELEMENT = re.compile(r"<(/?)([\w:.-]+)((?:[^<>\"]|\"[^\"]*\")*?)(/?)>")
_SECTION = re.compile(r"<w:sectPr(?: [^>]*)?/>|<w:sectPr[ >].*?</w:sectPr>")
_PAGE = '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'
#: Word's own limit for the name of a bookmark
_LONGEST_NAME = 40


def breaks(xml: str) -> str:
    """``\\a`` begins a new paragraph like the one it stands in, ``\\f`` one on a new page."""
    while found := _BREAK.search(xml):
        at = found.start()
        xml = _broken(xml[:at], new_page=found[0] == "\f") + xml[at + 1:]
    return xml


def _broken(before: str, *, new_page: bool) -> str:
    """*before* with its last paragraph ended, and all that is open in it, and the next begun alike."""
    start = max(before.rfind("<w:p>"), before.rfind("<w:p "))
    open_: list[tuple[str, str]] = []
    kept = {"w:p": "", "w:r": ""}
    for element in _ELEMENT.finditer(before, start):
        slash, name, attributes, empty = element.groups()
        if slash:
            begin = open_.pop()[1]
            if name in ("w:pPr", "w:rPr") and open_ and open_[-1][0] == name[:3]:
                kept[name[:3]] = before[int(begin):element.end()]
        elif not empty:
            open_.append((name, str(element.start()) if name in ("w:pPr", "w:rPr") else attributes))
    closing = "".join(f"</{name}>" for name, _ in reversed(open_))
    opening = "".join(_again(name, attributes) + kept.get(name, "") for name, attributes in open_)
    # a section ends with the last of the paragraphs
    before = before[:start] + _SECTION.sub("", before[start:])
    return f"{before}{closing}{_PAGE if new_page else ''}{opening}"


def _again(name: str, attributes: str) -> str:
    return '<w:t xml:space="preserve">' if name == "w:t" else f"<{name}{attributes}>"


def rows(xml: str) -> str:
    return _EMPTY_ROW.sub("", xml)


def tables(xml: str) -> str:
    while found := _EMPTY_TABLE_END.search(xml):
        # a table without rows holds no other table, so the nearest beginning is its own
        xml = xml[: xml.rfind("<w:tbl>", 0, found.start())] + xml[found.end():]
    return xml


def cells(xml: str) -> str:
    return _CONTAINER_END.sub(lambda end: end[0] if end[1] else f"<w:p/>{end[2]}", xml)


def _ends_open(data: bytes) -> bool:
    # counting is a plain memory search; the regular expression would look at every element
    for end in (b"</w:tc>", b"</w:txbxContent>", b"</w:hdr>", b"</w:ftr>", b"</w:footnote>", b"</w:endnote>"):
        ends = data.count(end)
        if ends and ends != sum(data.count(last + end) for last in (b"</w:p>", b"<w:p/>", b"</w:sdt>")):
            return True
    return False


def columns(xml: str) -> str:
    """A ``{%tc %}`` makes rows longer or shorter than the table's grid."""
    edits: list[tuple[int, int, str]] = []
    open_: list[dict[str, int | str]] = []
    for token in _TABLE_TOKEN.finditer(xml):
        opened, closed, grid, span = token.groups()
        if opened == "tbl":
            open_.append({"start": 0, "end": 0, "grid": "", "cells": 0, "longest": 0})
        elif not open_:
            continue
        elif opened == "tr":
            open_[-1]["cells"] = 0
        elif opened == "tc":
            open_[-1]["cells"] = int(open_[-1]["cells"]) + 1
        elif span:
            # a span counts the cell itself too; gridBefore and gridAfter stand for columns without a cell
            whole = "gridSpan" in token[0]
            open_[-1]["cells"] = int(open_[-1]["cells"]) + int(span) - whole
        elif closed == "tr":
            open_[-1]["longest"] = max(int(open_[-1]["longest"]), int(open_[-1]["cells"]))
        elif closed == "tbl":
            table = open_.pop()
            if table["grid"]:
                edits.append((int(table["start"]), int(table["end"]), _grid(str(table["grid"]), int(table["longest"]))))
        elif grid is not None:
            open_[-1] |= {"start": token.start(3), "end": token.end(3), "grid": grid}
    for start, end, grid in sorted(edits, reverse=True):
        xml = xml[:start] + grid + xml[end:]
    return xml


def _grid(grid: str, wanted: int) -> str:
    """The columns of a grid made *wanted* many, the width of the whole kept: docxtpl's `fix_tables`."""
    widths = [float(width) for width in _WIDTH.findall(grid)]
    missing = wanted - len(widths)
    if not missing or not widths or not wanted:
        return grid
    if missing > 0:
        average = sum(widths) / wanted
        scale = average / (sum(widths) / len(widths)) if sum(widths) else 1
        made = [int(width * scale) for width in widths] + [int(average)] * missing
    else:
        extra = int(sum(widths[missing:]) / wanted)
        made = [int(width + extra) for width in widths[:missing]]
    return "".join(f'<w:gridCol w:w="{width}"/>' for width in made)


def ids(xml: str) -> str:
    """Number anew what must be unique; the first of several keeps its name."""
    # apart from those of a header or footer; docxtpl numbers from 1001 too
    drawings = count = 1000 if "<w:body>" in xml else 50_000
    revisions: set[str] = set()
    controls: set[str] = set()
    names: set[str] = set()
    bookmarks: dict[str, str] = {}

    def unique(value: str, seen: set[str], first: int) -> str:
        while value in seen:
            first += 1
            value = str(first + len(seen))
        seen.add(value)
        return value

    def anew(match: re.Match[str]) -> str:
        nonlocal drawings, count
        if match[1]:
            drawings += 1
            return f"{match[1]}{drawings}"
        if match[3]:
            count += 1
            start = match[3]
            old = re.search(r'w:id="([^"]*)"', start)
            bookmarks[old[1] if old else ""] = str(count)
            start = re.sub(r'w:id="[^"]*"', f'w:id="{count}"', start)
            return re.sub(r'w:name="([^"]*)"', lambda name: f'w:name="{_name(name[1], names)}"', start)
        if match[4]:
            return f"{match[4]}{bookmarks.get(match[5], match[5])}"
        if match[6]:
            return f"{match[6]}{unique(match[7], controls, 100_000_000)}"
        return f"{match[8]}{unique(match[9], revisions, 10_000)}"

    return _ID.sub(anew, xml)


def _name(name: str, seen: set[str]) -> str:
    made, n = name, 1
    while made in seen:
        n += 1
        made = f"{name[: _LONGEST_NAME - len(str(n)) - 1]}_{n}"
    seen.add(made)
    return made


@dataclass(frozen=True, slots=True)
class Repair:
    """*is_needed* looks for the sign of the fault in a rendered part, *mend* gives the sound part."""

    is_needed: Callable[[bytes], object]
    mend: Callable[[str], str]


def _has(*signs: bytes) -> Callable[[bytes], object]:
    return lambda data: any(sign in data for sign in signs)


def _always(_: bytes) -> object:
    return True


REPAIRS: Mapping[str, Repair] = {
    "breaks": Repair(_has(b"\a", b"\f"), breaks),
    "rows": Repair(_has(b"</w:trPr></w:tr>", b"<w:trPr/></w:tr>", b"</w:tblPrEx></w:tr>", b"<w:tr></w:tr>"), rows),
    "tables": Repair(re.compile(_EMPTY_TABLE_END.pattern.encode()).search, tables),
    "cells": Repair(_ends_open, cells),
    "columns": Repair(_always, columns),
    "ids": Repair(_always, ids),
}
