"""A template or a document as readable text: one paragraph a line with its style, tables as rows.

It is what ``docgen template show`` prints, what git compares, and the form in which expected documents stand in the tests.
Formatting by style is shown by the style's name; direct formatting only as far as it changes what is read (bold, italic …).

The notation::

    listing    = { section }
    section    = "# " name NL { line NL }          name: properties, document, header default, footer first, footnotes …
    line       = paragraph | table | page
    paragraph  = [ "[" style "] " ] [ bullets " " ] text      the style is left out where it is the default one;
                                                   an empty paragraph is "¶"; bullets: one • a level of an automatic list
    table      = "## table" [ " [" style "]" ] ", columns " n [ ", cells " { "[" style "]" [ "×" columns ] } ] NL { row NL }
                                                   cells: the usual style of the cells, from column to column
    row        = ( "|" | "|=" ) [ "[" style "]" ] { " " cell " |" }      "|=" is a header row, repeated on every page;
                                                   the style is that of all its cells, where it is not the usual one
    cell       = paragraph { " ¶ " paragraph }     the style is left out where it is the row's, else the column's usual one;
                                                   "<" belongs to the cell on the left, "^" to the cell above,
                                                   "⟦…⟧" is a table inside a cell
    page       = "# page " ( "A4" | mm "×" mm ) ( " portrait" | " landscape" )       ends each section of a document
    text       = as it is read, with
                 →  tab      ↵  line break      ~  no-break space      ␣  space at either end of the paragraph
                 <page> <column>  breaks        <page-before>  the paragraph starts a page
                 <b> <i> <u> <s> <caps> <sup> <sub> <hidden> <style NAME> … </…>      direct formatting of runs
                 <not-b> …                      formatting of the style switched off
                 <field PAGE>2</field>  <link https://…>text</link>  <image NAME>  <textbox>…</textbox>  <footnote 2>
                 \\  before a character of the notation that is meant literally; tags {{ }} {% %} {# #} stand as they are

Adjacent runs of the same formatting are one, so a listing does not change when Word splits them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from docgen.template.markup import R, W, is_on, name_of, parse, value_of
from docgen.template.opc import Package
from docgen.template.runs import THROUGH, Runs, through

if TYPE_CHECKING:
    from lxml.etree import _Element

_A4 = (11906, 16838)
_MOST_COLUMNS = 63   # Word's own limit
_TWIPS_PER_MM = 1440 / 25.4


def listing(source: bytes | str | Path | Package) -> str:
    """The listing of a Word file, given as path, bytes or package; ends with a newline.

    Raises:
        ProblemsFound: ``package.*``, the file is refused.
    """
    package = source if isinstance(source, Package) else Package.read(source)
    sections = [("properties", _properties(package)), *_Lister(package).sections()]
    return "".join(f"{line}\n" for name, lines in sections if lines for line in (f"# {name}", *lines))


def _properties(package: Package) -> list[str]:
    parts = package.related("core-properties", "")
    found = parse(package.data(parts[0])) if parts else ()
    shown = ("title", "subject", "creator", "keywords", "description", "category")
    values = {name_of(child): (child.text or "").strip() for child in found}
    return [f"{name}: {values[name]}" for name in shown if values.get(name)]


class _Lister:
    """Reads one package, part by part."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._styles: dict[str, str] = {}
        self._usual = ""
        for part in package.related("styles"):
            for style in parse(package.data(part)).iter(f"{W}style"):
                name = value_of(style.find(f"{W}name"))
                self._styles[style.get(f"{W}styleId", "")] = name
                if style.get(f"{W}type") == "paragraph" and style.get(f"{W}default") in ("1", "true", "on"):
                    self._usual = name
        self._runs = Runs(self._styles, {}, self._box)

    def sections(self) -> Iterator[tuple[str, list[str]]]:
        main = self._package.main
        body = parse(self._package.data(main)).find(f"{W}body")
        if body is None:
            return
        yield "document", self._part(main, body)
        seen: set[tuple[str, str]] = set()
        rels = self._package.relationships(main)
        for reference in body.iter(f"{W}headerReference", f"{W}footerReference"):
            kind = f"{name_of(reference).removesuffix('Reference')} {reference.get(f'{W}type', 'default')}"
            rel = rels.get(reference.get(f"{R}id", ""))
            if rel and (kind, rel.target) not in seen and rel.target in self._package.entries:
                seen.add((kind, rel.target))
                yield kind, self._part(rel.target, parse(self._package.data(rel.target)))
        for kind in ("footnotes", "endnotes"):
            for part in self._package.related(kind):
                notes = [note for note in parse(self._package.data(part)) if note.get(f"{W}type") is None]
                yield kind, [f"<{kind[:-1]} {note.get(f'{W}id')}> {' ¶ '.join(self._part(part, note))}" for note in notes]

    def _part(self, part: str, container: _Element) -> list[str]:
        self._runs = Runs(self._styles, self._package.relationships(part), self._box)
        return list(self._blocks(container, self._usual))

    def _box(self, content: _Element) -> str:
        return " ¶ ".join(self._blocks(content, self._usual))

    def _blocks(self, container: _Element, usual: str) -> Iterator[str]:
        for child in container:
            name = name_of(child)
            if name == "p":
                yield self._paragraph(child, usual)
                section = child.find(f"{W}pPr/{W}sectPr")
                if section is not None:
                    yield _page(section)
            elif name == "tbl":
                yield from self._table(child)
            elif name == "sectPr":
                yield _page(child)
            elif name in THROUGH:
                yield from self._blocks(child, usual)

    def _table(self, table: _Element) -> Iterator[str]:
        rows = [(row, _children(row, "tc")) for row in _children(table, "tr")]
        columns = len(table.findall(f"{W}tblGrid/{W}gridCol"))
        usual = self._usual_of_columns(rows, columns)
        style = self._styles.get(value_of(table.find(f"{W}tblPr/{W}tblStyle")), "")
        kinds = [(kind, len(list(group))) for kind, group in groupby(usual)]
        shown = " ".join(f"[{kind}]" + (f"×{count}" if len(kinds) > 1 else "") for kind, count in kinds)
        cells_styles = f", cells {shown}" if set(usual) - {self._usual} else ""
        yield f"## table{f' [{style}]' if style else ''}, columns {columns}{cells_styles}"
        for row, cells in rows:
            bar = "|=" if is_on(row.find(f"{W}trPr/{W}tblHeader")) else "|"
            styles = {self._style(p) for cell in cells if not _continues(cell) for p in _children(cell, "p")}
            own = usual
            if len(styles) == 1 and any(styles != {usual[at]} for at, cell in _placed(cells, columns) if not _continues(cell)):
                own = [*styles] * columns
                bar += f"[{own[0]}]"
            texts = [text for at, cell in _placed(cells, columns) for text in self._cell(cell, own[at])]
            yield " ".join((bar, *(f"{text} |" for text in texts)))

    def _usual_of_columns(self, rows: list[tuple[_Element, list[_Element]]], columns: int) -> list[str]:
        """The style that most cells of each column have; header rows and rows of one wide cell do not count."""
        counted = [Counter[str]() for _ in range(max(columns, 1))]
        some = [cells for row, cells in rows if len(cells) > 1 and not is_on(row.find(f"{W}trPr/{W}tblHeader"))]
        for cells in some or [cells for _, cells in rows]:
            for at, cell in _placed(cells, columns):
                if not _continues(cell):
                    counted[at].update(self._style(p) for p in _children(cell, "p"))
        return [count.most_common(1)[0][0] if count else self._usual for count in counted]

    def _cell(self, cell: _Element, usual: str) -> Iterator[str]:
        yield "^" if _continues(cell) else " ¶ ".join(self._blocks_in_cell(cell, usual)).replace("¶  ¶", "¶ ¶").rstrip()
        for _ in range(_span(cell) - 1):
            yield "<"

    def _blocks_in_cell(self, cell: _Element, usual: str) -> Iterator[str]:
        for child in through(cell):
            if name_of(child) == "p":
                text = self._paragraph(child, usual)
                yield "" if text == "¶" else text
            elif name_of(child) == "tbl":
                yield f"⟦{' ¶ '.join(line.removeprefix('## ') for line in self._table(child))}⟧"

    def _style(self, paragraph: _Element) -> str:
        style = value_of(paragraph.find(f"{W}pPr/{W}pStyle"))
        return self._styles.get(style, style) if style else self._usual

    def _paragraph(self, paragraph: _Element, usual: str) -> str:
        style = self._style(paragraph)
        head = f"[{style}] " if style != usual else ""
        level = paragraph.find(f"{W}pPr/{W}numPr/{W}ilvl")
        number = value_of(paragraph.find(f"{W}pPr/{W}numPr/{W}numId"))
        if number not in ("", "0"):
            head += "•" * (min(_number(value_of(level)), 8) + 1) + " "   # 17.9.3: nine levels
        if is_on(paragraph.find(f"{W}pPr/{W}pageBreakBefore")):
            head += "<page-before>"
        return f"{head}{self._runs.text(paragraph)}".rstrip() or "¶"


def _page(section: _Element) -> str:
    size = section.find(f"{W}pgSz")
    width, height = (_number(size.get(f"{W}{side}", "")) if size is not None else 0 for side in ("w", "h"))
    is_a4 = all(abs(a - b) < 30 for a, b in zip(sorted((width, height)), _A4, strict=True))
    named = "A4" if is_a4 else f"{width / _TWIPS_PER_MM:.0f}×{height / _TWIPS_PER_MM:.0f}"
    return f"# page {named} {'landscape' if width > height else 'portrait'}"





def _placed(cells: list[_Element], columns: int) -> Iterator[tuple[int, _Element]]:
    """Each cell with the column where it begins, from 0; cells beyond the grid stand in its last column."""
    at = 0
    for cell in cells:
        yield min(at, max(columns, 1) - 1), cell
        at += _span(cell)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0


def _children(container: _Element, name: str) -> list[_Element]:
    return [child for child in through(container) if name_of(child) == name]


def _span(cell: _Element) -> int:
    return min(max(_number(value_of(cell.find(f"{W}tcPr/{W}gridSpan"))), 1), _MOST_COLUMNS)


def _continues(cell: _Element) -> bool:
    """Whether the cell belongs to the one above (17.4.84)."""
    merge = cell.find(f"{W}tcPr/{W}vMerge")
    return merge is not None and value_of(merge) in ("", "continue")
