"""A template or a document as readable text: one paragraph a line with its style, tables as rows.

It is what ``docgen template show`` prints, what git compares, and the form in which expected documents stand in the tests.
Formatting by style is shown by the style's name; direct formatting only as far as it changes what is read (bold, italic …).

The notation::

    listing    = { section }
    section    = "# " name NL { line NL }          name: properties, document, header default, footer first, footnotes …
    line       = paragraph | table | page
    paragraph  = [ "[" style "] " ] [ bullets " " ] text      the style is left out where it is the default one;
                                                   an empty paragraph is "¶"; bullets: one • a level of an automatic list
    table      = "## table" [ " " style ] ", columns " n [ ", cells " style ] NL { row NL }
    row        = ( "|" | "|=" ) { " " cell " |" }  "|=" is a header row, repeated on every page
    cell       = paragraph { " ¶ " paragraph }     the style is left out where it is the table's `cells` style;
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

import re
from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from docgen.template.markup import R, Relationship, W, parse
from docgen.template.opc import Package

if TYPE_CHECKING:
    from lxml.etree import _Element

_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}")
_SPECIAL, _SPECIAL_FIRST = frozenset("\\|<→↵~␣¶⟦⟧"), frozenset("#[^•")
_MARKER = "\ue000"   # stands for a marker while tags are looked for

# Transparent containers of runs (ECMA-376 part 1, 17.5, 17.13.5, 17.3.2.8): what they hold is read as if it stood alone
_THROUGH = {"ins", "moveTo", "smartTag", "customXml", "sdt", "sdtContent", "dir", "bdo", "AlternateContent", "Choice"}
_DIRECT = {"b": "b", "i": "i", "strike": "s", "dstrike": "s", "caps": "caps", "smallCaps": "caps", "vanish": "hidden"}
_OFF = ("0", "false", "off", "none")
_A4 = (11906, 16838)
_TWIPS_PER_MM = 1440 / 25.4

_Format = tuple[str, ...]
_Token = tuple[str, _Format, bool]   # text, formatting, whether it is a marker of the notation


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
    values = {_name(child): (child.text or "").strip() for child in found}
    return [f"{name}: {values[name]}" for name in shown if values.get(name)]


class _Lister:
    """Reads one package; what it carries from paragraph to paragraph is the fields that are open."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._styles: dict[str, str] = {}
        self._usual = ""
        for part in package.related("styles"):
            for style in parse(package.data(part)).iter(f"{W}style"):
                name = _value(style.find(f"{W}name"))
                self._styles[style.get(f"{W}styleId", "")] = name
                if style.get(f"{W}type") == "paragraph" and style.get(f"{W}default") in ("1", "true", "on"):
                    self._usual = name
        self._fields: list[list[str] | None] = []   # instructions; None once the result has begun
        self._links: dict[str, Relationship] = {}

    def sections(self) -> Iterator[tuple[str, list[str]]]:
        main = self._package.main
        body = parse(self._package.data(main)).find(f"{W}body")
        if body is None:
            return
        yield "document", self._part(main, body)
        seen: set[tuple[str, str]] = set()
        rels = self._package.relationships(main)
        for reference in body.iter(f"{W}headerReference", f"{W}footerReference"):
            kind = f"{_name(reference).removesuffix('Reference')} {reference.get(f'{W}type', 'default')}"
            rel = rels.get(reference.get(f"{R}id", ""))
            if rel and (kind, rel.target) not in seen and rel.target in self._package.entries:
                seen.add((kind, rel.target))
                yield kind, self._part(rel.target, parse(self._package.data(rel.target)))
        for kind in ("footnotes", "endnotes"):
            for part in self._package.related(kind):
                notes = [note for note in parse(self._package.data(part)) if note.get(f"{W}type") is None]
                yield kind, [f"<{kind[:-1]} {note.get(f'{W}id')}> {' ¶ '.join(self._part(part, note))}" for note in notes]

    def _part(self, part: str, container: _Element) -> list[str]:
        self._links = self._package.relationships(part)
        self._fields = []
        return list(self._blocks(container, self._usual))

    # ------------------------------------------------------------------------------------------------------------ blocks

    def _blocks(self, container: _Element, usual: str) -> Iterator[str]:
        for child in container:
            name = _name(child)
            if name == "p":
                yield self._paragraph(child, usual)
                section = child.find(f"{W}pPr/{W}sectPr")
                if section is not None:
                    yield _page(section)
            elif name == "tbl":
                yield from self._table(child)
            elif name == "sectPr":
                yield _page(child)
            elif name in _THROUGH:
                yield from self._blocks(child, usual)

    def _table(self, table: _Element) -> Iterator[str]:
        rows = [(row, [cell for cell in _through(row) if _name(cell) == "tc"]) for row in _through(table) if _name(row) == "tr"]
        styles = Counter(self._style(p) for _, cells in rows for cell in cells for p in _through(cell) if _name(p) == "p")
        usual = styles.most_common(1)[0][0] if styles else ""
        style = self._styles.get(_value(table.find(f"{W}tblPr/{W}tblStyle")), "")
        columns = len(table.findall(f"{W}tblGrid/{W}gridCol"))
        cells_style = f", cells {usual}" if usual != self._usual else ""
        yield f"## table{f' {style}' if style else ''}, columns {columns}{cells_style}"
        for row, cells in rows:
            head = row.find(f"{W}trPr/{W}tblHeader")
            texts = [text for cell in cells for text in self._cell(cell, usual)]
            yield " ".join(("|=" if head is not None and _value(head) not in _OFF else "|", *(f"{text} |" for text in texts)))

    def _cell(self, cell: _Element, usual: str) -> Iterator[str]:
        merge = cell.find(f"{W}tcPr/{W}vMerge")
        if merge is not None and _value(merge) in ("", "continue"):
            yield "^"
        else:
            yield " ¶ ".join(self._blocks_in_cell(cell, usual)).replace("¶  ¶", "¶ ¶").rstrip()
        span = _value(cell.find(f"{W}tcPr/{W}gridSpan"))
        for _ in range(int(span) - 1 if span.isdigit() else 0):
            yield "<"

    def _blocks_in_cell(self, cell: _Element, usual: str) -> Iterator[str]:
        for child in _through(cell):
            if _name(child) == "p":
                text = self._paragraph(child, usual)
                yield "" if text == "¶" else text
            elif _name(child) == "tbl":
                yield f"⟦{' ¶ '.join(line.removeprefix('## ') for line in self._table(child))}⟧"

    def _style(self, paragraph: _Element) -> str:
        style = _value(paragraph.find(f"{W}pPr/{W}pStyle"))
        return self._styles.get(style, style) if style else self._usual

    def _paragraph(self, paragraph: _Element, usual: str) -> str:
        style = self._style(paragraph)
        head = f"[{style}] " if style != usual else ""
        level = paragraph.find(f"{W}pPr/{W}numPr/{W}ilvl")
        number = _value(paragraph.find(f"{W}pPr/{W}numPr/{W}numId"))
        if number not in ("", "0"):
            head += "•" * (int(_value(level) or 0) + 1) + " "
        if _is_on(paragraph.find(f"{W}pPr/{W}pageBreakBefore")):
            head += "<page-before>"
        return f"{head}{_text(list(self._tokens(paragraph)))}".rstrip() or "¶"

    # -------------------------------------------------------------------------------------------------------------- runs

    def _tokens(self, container: _Element) -> Iterator[_Token]:
        for child in container:
            name = _name(child)
            if name == "r":
                yield from self._run(child)
            elif name == "hyperlink":
                rel = self._links.get(child.get(f"{R}id", ""))
                yield from _wrapped(self._tokens(child), f"link {rel.target}" if rel else "")
            elif name == "fldSimple":
                yield from _wrapped(self._tokens(child), f"field {' '.join(child.get(f'{W}instr', '').split())}")
            elif name in ("oMath", "oMathPara"):
                text = "".join(node.text or "" for node in child.iter() if _name(node) == "t")
                yield from _wrapped(iter([(text, (), True)]), "math")
            elif name in _THROUGH:
                yield from self._tokens(child)

    def _run(self, run: _Element) -> Iterator[_Token]:
        form = self._format(run.find(f"{W}rPr"))
        for piece in _through(run):
            name = _name(piece)
            if name == "fldChar":
                yield from self._field_character(piece.get(f"{W}fldCharType", ""))
            elif name == "instrText" and self._fields and (instruction := self._fields[-1]) is not None:
                instruction.append(piece.text or "")
            elif not self._in_instruction():
                yield from self._piece(name, piece, form)

    def _piece(self, name: str, piece: _Element, form: _Format) -> Iterator[_Token]:
        if name == "t":
            # a line end or a tab inside w:t is a space to Word
            yield from ((" " if character in "\t\r\n" else character, form, False) for character in piece.text or "")
        elif name in ("tab", "ptab"):
            yield "→", form, True
        elif name in ("br", "cr"):
            kind = piece.get(f"{W}type", "")
            yield (f"<{kind}>" if kind in ("page", "column") else "↵"), form, True
        elif name == "noBreakHyphen":
            yield "‑", form, False
        elif name == "softHyphen":
            yield "<shy>", form, True
        elif name == "sym":
            yield f"<sym {piece.get(f'{W}font')} {piece.get(f'{W}char')}>", form, True
        elif name in ("footnoteReference", "endnoteReference"):
            yield f"<{name.removesuffix('Reference')} {piece.get(f'{W}id')}>", form, True
        elif name in ("drawing", "pict"):
            yield self._drawing(piece), form, True

    def _drawing(self, drawing: _Element) -> str:
        box = next(drawing.iter(f"{W}txbxContent"), None)
        if box is not None:
            return f"<textbox>{' ¶ '.join(self._blocks(box, self._usual))}</textbox>"
        names = [node.get("descr") or node.get("name") or "" for node in drawing.iter() if _name(node) == "docPr"]
        return f"<image {names[0]}>" if names else "<image>"

    def _field_character(self, type: str) -> Iterator[_Token]:
        if type == "begin":
            self._fields.append([])
        elif self._fields:
            instruction = self._fields[-1]
            if instruction is not None:
                self._fields[-1] = None
                if not self._in_instruction():
                    yield f"<field {' '.join(''.join(instruction).split())}>", (), True
            if type == "end":
                self._fields.pop()
                if not self._in_instruction():
                    yield "</field>", (), True

    def _in_instruction(self) -> bool:
        return any(instruction is not None for instruction in self._fields)

    def _format(self, properties: _Element | None) -> _Format:
        found: dict[str, None] = {}
        for prop in properties if properties is not None else ():
            name, value = _name(prop), _value(prop)
            if name == "rStyle":
                found[f"style {self._styles.get(value, value)}"] = None
            elif name in _DIRECT:
                found[_DIRECT[name] if value not in _OFF else f"not-{_DIRECT[name]}"] = None
            elif name == "u":
                found["u" if value not in _OFF else "not-u"] = None
            elif name == "vertAlign" and value in ("superscript", "subscript"):
                found[value[:3]] = None
        return tuple(sorted(found))


# ------------------------------------------------------------------------------------------------------------------- text

def _wrapped(tokens: Iterator[_Token], tag: str) -> Iterator[_Token]:
    if not tag:
        yield from tokens
        return
    yield f"<{tag}>", (), True
    yield from tokens
    yield f"</{tag.split()[0]}>", (), True


def _text(tokens: list[_Token]) -> str:
    plain = "".join(_MARKER if is_marker else text[:1] for text, _, is_marker in tokens)
    whole = [form for _, form, _ in tokens]
    tags: set[int] = set()
    for tag in _TAG.finditer(plain):   # a tag spread over runs has the formatting of its first, as once it is healed
        whole[tag.start():tag.end()] = [whole[tag.start()]] * len(tag[0])
        tags.update(range(*tag.span()))
    shown = [text if is_marker or at in tags else _escaped(text, at == 0) for at, (text, _, is_marker) in enumerate(tokens)]
    for at in {0, len(tokens) - 1} if tokens else ():
        shown[at] = "␣" if tokens[at][0] == " " else shown[at]
    pieces = []
    for form, group in groupby(zip(whole, shown, strict=True), key=lambda pair: pair[0]):
        opened = "".join(f"<{name}>" for name in form)
        closed = "".join(f"</{name.split()[0]}>" for name in reversed(form))
        pieces.append(opened + "".join(text for _, text in group) + closed)
    return "".join(pieces)


def _escaped(character: str, is_first: bool) -> str:
    if character == "\xa0":
        return "~"
    is_special = character in _SPECIAL or (is_first and character in _SPECIAL_FIRST)
    return f"\\{character}" if is_special else character


def _page(section: _Element) -> str:
    size = section.find(f"{W}pgSz")
    width, height = (int(size.get(f"{W}{side}", "0")) if size is not None else 0 for side in ("w", "h"))
    is_a4 = all(abs(a - b) < 30 for a, b in zip(sorted((width, height)), _A4, strict=True))
    named = "A4" if is_a4 else f"{width / _TWIPS_PER_MM:.0f}×{height / _TWIPS_PER_MM:.0f}"
    return f"# page {named} {'landscape' if width > height else 'portrait'}"


def _through(container: _Element) -> Iterator[_Element]:
    """The children, transparent containers opened."""
    for child in container:
        if _name(child) in _THROUGH:
            yield from _through(child)
        else:
            yield child


def _name(element: _Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _value(element: _Element | None) -> str:
    return element.get(f"{W}val", "") if element is not None else ""


def _is_on(element: _Element | None) -> bool:
    return element is not None and _value(element) not in _OFF
