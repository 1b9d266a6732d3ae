"""The tree of a part as its author sees it: paragraphs with their places, without what Word keeps for itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from docgen.errors import Place
from docgen.template.markup import W

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

# ECMA-376 part 1, 17.13.5 (revisions) and 17.13.8 (spelling): history of formatting, marks of proofing and of moves
_CHANGES = ("rPrChange", "pPrChange", "tblPrChange", "trPrChange", "tcPrChange", "sectPrChange", "tblGridChange",
            "tblPrExChange", "numberingChange", "moveFromRangeStart", "moveFromRangeEnd", "moveToRangeStart", "moveToRangeEnd",
            "cellIns", "cellMerge")
_DROPPED = ("proofErr", "lastRenderedPageBreak", *_CHANGES)
_NONCHARACTER = re.compile("[\ufdd0-\ufdef]")
_DELETED = ("del", "moveFrom", "cellDel")
_INSERTED = ("ins", "moveTo")


def paragraphs(root: Element, part: str) -> Iterator[tuple[Element, Place]]:
    """Every paragraph of a part with its place, in reading order; one in a text box has the place of its anchor."""
    tables = [0]

    def walk(element: Element, counter: list[int], cell: tuple[int, int, int] | None) -> Iterator[tuple[Element, Place]]:
        for child in element:
            if child.tag == f"{W}p":
                counter[0] += 1
                table, row, column = cell or (None, None, None)
                place = Place(part, counter[0], table, row, column)
                yield child, place
                yield from ((inner, place) for inner in child.iter(f"{W}p") if inner is not child)
            elif child.tag == f"{W}tbl":
                tables[0] += 1
                yield from rows(child, tables[0])
            elif isinstance(child.tag, str):
                yield from walk(child, counter, cell)

    def rows(table: Element, number: int) -> Iterator[tuple[Element, Place]]:
        for r, row in enumerate(_own(table, "tr"), 1):
            for c, cell in enumerate(_own(row, "tc"), 1):
                yield from walk(cell, [0], (number, r, c))

    yield from walk(root, [0], None)


def first(root: Element, part: str, sign: re.Pattern[str]) -> tuple[Place, str]:
    """The place of the first paragraph, else of the first table, in whose XML *sign* is found, and the paragraph's words."""
    from lxml import etree

    clear(root)
    for paragraph, place in paragraphs(root, part):
        if sign.search(etree.tostring(paragraph, encoding="unicode")):
            return place, "".join(t.text or "" for t in paragraph.iter(f"{W}t"))[:80]
    tables = enumerate(root.iter(f"{W}tbl"), 1)
    return next((Place(part, None, n, 1, 1) for n, table in tables
                 if sign.search(etree.tostring(table, encoding="unicode"))), Place(part)), ""


def cells(root: Element, part: str) -> Iterator[tuple[Element, Place]]:
    """Every table cell with its place, but those of a row or cell that stands for a tag and goes away with it."""
    for number, table in enumerate(root.iter(f"{W}tbl"), 1):
        for r, row in enumerate(_own(table, "tr"), 1):
            if not _stands_for_tag(row, "tr"):
                for c, cell in enumerate(_own(row, "tc"), 1):
                    if not _stands_for_tag(cell, "tc"):
                        yield cell, Place(part, None, number, r, c)


def _stands_for_tag(element: Element, mark: str) -> bool:
    # a table inside it has rows and cells of its own
    own = (t for t in element.iter(f"{W}t") if next(t.iterancestors(element.tag), None) is element)
    words = "".join(t.text or "" for t in own)
    return f"{{%{mark} " in words or f"{{#{mark} " in words


def _own(element: Element, name: str) -> Iterator[Element]:
    """Rows of a table, cells of a row, those inside content controls too, not those of nested tables."""
    for child in element:
        if child.tag == W + name:
            yield child
        elif child.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}customXml", f"{W}ins"):
            yield from _own(child, name)


def owner(element: Element) -> Element | None:
    """The paragraph an element belongs to, itself if it is one."""
    return element if element.tag == f"{W}p" else next(element.iterancestors(f"{W}p"), None)


def has_changes(root: Element) -> bool:
    """Whether the part has tracked changes, which `clear` accepts."""
    return next(root.iter(*(W + name for name in (*_DELETED, *_INSERTED, *_CHANGES))), None) is not None


def clear(root: Element) -> None:
    """Drop what Word writes for itself and a document must not repeat: revision ids, proofing marks, the author's cursor;
    and accept the tracked changes, as a document that is signed must not show them."""
    for element in list(root.iter()):
        if not isinstance(element.tag, str):
            remove(element)
            continue
        for name in [name for name in attributes(element) if _is_revision(name)]:
            del element.attrib[name]
        if element.text and element.text.isspace() and len(element):
            element.text = None
        _clean(element)
        if element.tail and element.tail.isspace():
            element.tail = None
        _accept(element)
    _forget_cursor(root)


def _clean(element: Element) -> None:
    """Noncharacters are no part of any text; docgen marks with them (`docgen.template.marks`)."""
    if element.text and _NONCHARACTER.search(element.text):
        element.text = _NONCHARACTER.sub("", element.text)
    for name, value in attributes(element).items():
        if _NONCHARACTER.search(value):
            element.set(name, _NONCHARACTER.sub("", value))


def _accept(element: Element) -> None:
    name = element.tag.removeprefix(W)
    if name in _DROPPED:
        remove(element)
    elif name in _DELETED:
        row = element.getparent()
        # in the properties of a row it says that the row is deleted
        remove(row.getparent() if row is not None and row.tag == f"{W}trPr" else element)
    elif name in _INSERTED:
        _unwrap(element)


def _unwrap(element: Element) -> None:
    parent = element.getparent()
    if parent is not None:
        at = parent.index(element)
        parent[at:at + 1] = list(element)


def _forget_cursor(root: Element) -> None:
    for start in list(root.iter(f"{W}bookmarkStart")):
        if start.get(f"{W}name") == "_GoBack":
            for end in [e for e in root.iter(f"{W}bookmarkEnd") if e.get(f"{W}id") == start.get(f"{W}id")]:
                remove(end)
            remove(start)


def attributes(element: Element) -> dict[str, str]:
    """The attributes of an element as text."""
    return {str(name): str(value) for name, value in element.attrib.items()}


def _is_revision(name: str) -> bool:
    return name.startswith(f"{W}rsid") or name.endswith(("}paraId", "}textId"))


def remove(element: Element | None) -> None:
    """Take an element out of its tree."""
    parent = element.getparent() if element is not None else None
    if element is not None and parent is not None:
        parent.remove(element)
