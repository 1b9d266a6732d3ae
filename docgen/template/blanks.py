"""What is left for the pen: a ruled line or a date «___» __________ 20__-ж. in a text, an empty cell in a table.

A paper for filling by hand (``--blank``) is rendered as any other; only its values are a `Blank` each. Filters give a blank of
their own form for one (see `docgen.template.by_hand`), and after rendering `settle` takes the lines out of the cells of ruled
tables, for such a cell is a place to write by itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

#: stands before a printed blank until the cells have been looked at; a noncharacter (Unicode 16, section 23.7), in no text
MARK = "\ufdd7"
#: characters of a line: a text whose length nobody knows, one line of a page
LINE, LONG_LINE = 30, 60
_PIECE = 20
#: height of a row that is written by hand, 8 mm in twentieths of a point
ROW_HEIGHT = 454
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# ECMA-376 part 1, 17.3.1.26: what stands after the alignment in the properties of a paragraph
_AFTER_ALIGNMENT = {f"{_W}{name}" for name in (
    "textDirection", "textAlignment", "textboxTightWrap", "outlineLvl", "divId", "cnfStyle", "rPr", "sectPr", "pPrChange")}


class Blank(str):
    """A value that will be written by hand; its text is what is printed in its place.

    Args:
        weekday: of a date, where the form names it.
    """

    __slots__ = ("weekday",)
    weekday: str

    def __new__(cls, text: str, weekday: str = "") -> Blank:
        blank = super().__new__(cls, text)
        blank.weekday = weekday
        return blank

    @classmethod
    def line(cls, width: int = LINE) -> Blank:
        """A ruled line of so many characters; a long one may be broken, so that it begins behind the words before it."""
        pieces = -(-width // _PIECE) if width > LINE else 1
        return cls(" ".join(["_" * (width // pieces)] * pieces))

    # no value is before or after what nobody has written yet
    def __lt__(self, other: object) -> bool:
        return False

    __le__ = __gt__ = __ge__ = __lt__


def holds_blank(value: object) -> bool:
    """Whether a value, or anything inside it, is to be written by hand."""
    if isinstance(value, dict):
        return any(map(holds_blank, value.values()))
    if isinstance(value, (list, tuple)):
        return any(map(holds_blank, value))
    return isinstance(value, Blank)


@dataclass(frozen=True, slots=True)
class Styles:
    """What a template's styles mean for a pen: ids of the table styles that draw lines, of the justified paragraph styles."""

    ruled: Collection[str] = ()
    justified: Collection[str] = ()

    @classmethod
    def of(cls, parts: Iterable[bytes]) -> Styles:
        """The styles of a package's styles parts."""
        from lxml import etree

        styles = {style.get(f"{_W}styleId", ""): style for part in parts for style in etree.fromstring(part).iter(f"{_W}style")}
        ruled = {key for key, style in styles.items() if _has_lines(style.iterfind(f"{_W}tblPr"))}
        return cls(ruled, {key for key, style in styles.items() if _alignment(style, styles) == "both"})


def _alignment(style: Element | None, styles: Mapping[str, Element]) -> str | None:
    while style is not None:
        if (own := style.find(f"{_W}pPr/{_W}jc")) is not None:
            return own.get(f"{_W}val")
        base = style.find(f"{_W}basedOn")
        style = styles.get(base.get(f"{_W}val", "")) if base is not None else None
    return None


def settle(part: bytes, styles: Styles) -> bytes:
    """A rendered part with its blanks as they are printed.

    In a ruled table a cell with a blank is left empty, words around the blank too («____ (____ окуу күнү)» is a hint of the
    template's order, not of the form's), and its row gets the height of a hand; elsewhere, and in a row of one cell, which is a
    sentence below a list, a cell with nothing but a line is left empty, as beside a signature. All other blanks stay the lines
    they are, in paragraphs that are not justified, for a line is one long word, which would tear the words before it apart.
    """
    if MARK.encode() not in part:
        return part
    from lxml import etree

    root = etree.fromstring(part)
    for cell in root.iter(f"{_W}tc"):
        texts = list(_own_texts(cell))
        words = "".join(text.text or "" for text in texts)
        if MARK not in words:
            continue
        row = next(cell.iterancestors(f"{_W}tr"))
        if is_ruled := _is_ruled(cell, styles.ruled) and len(row.findall(f"{_W}tc")) > 1:
            _heighten(row)
        if is_ruled or not words.replace(MARK, "").strip("_ "):
            for text in texts:
                text.text = ""
    for text in root.iter(f"{_W}t"):
        if MARK in (text.text or ""):
            text.text = str(text.text).replace(MARK, "")
            _align(next(text.iterancestors(f"{_W}p")), styles.justified)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _align(paragraph: Element, justified: Collection[str]) -> None:
    from lxml import etree

    properties = paragraph.find(f"{_W}pPr")
    if properties is None:
        return
    style, own = properties.find(f"{_W}pStyle"), properties.find(f"{_W}jc")
    if own is not None:
        own.set(f"{_W}val", "left" if own.get(f"{_W}val") == "both" else own.get(f"{_W}val", ""))
    elif style is not None and style.get(f"{_W}val") in justified:
        after = next((at for at, child in enumerate(properties) if child.tag in _AFTER_ALIGNMENT), len(properties))
        properties.insert(after, etree.Element(f"{_W}jc", {f"{_W}val": "left"}))


def _own_texts(cell: Element) -> Iterable[Element]:
    """The texts of a cell, without those of tables inside it."""
    return (text for text in cell.iter(f"{_W}t") if next(text.iterancestors(f"{_W}tc")) is cell)


def _is_ruled(cell: Element, ruled: Collection[str]) -> bool:
    table = next(cell.iterancestors(f"{_W}tbl"))
    style = table.find(f"{_W}tblPr/{_W}tblStyle")
    return (style is not None and style.get(f"{_W}val") in ruled) or _has_lines(table.iterfind(f"{_W}tblPr"))


def _has_lines(properties: Iterable[Element]) -> bool:
    """Whether the borders in these table properties are drawn at all."""
    borders = (border for each in properties for border in each.iterfind(f"{_W}tblBorders/*"))
    return any(border.get(f"{_W}val") not in ("nil", "none") for border in borders)


def _heighten(row: Element) -> None:
    from lxml import etree

    properties = row.find(f"{_W}trPr")
    if properties is None:
        properties = etree.Element(f"{_W}trPr")
        row.insert(1 if row.find(f"{_W}tblPrEx") is not None else 0, properties)
    if properties.find(f"{_W}trHeight") is None:
        etree.SubElement(properties, f"{_W}trHeight", {f"{_W}val": str(ROW_HEIGHT), f"{_W}hRule": "atLeast"})
