"""docxtpl's dialect to Jinja source, by docxtpl's own patch, guarded and traced.

`DocxTemplate.patch_xml` turns the XML of a part into Jinja source; it is the definition of the dialect. But it knows no places
and loses in silence whatever stands beside a ``{%p %}``. So every tag, every text and every drawing is marked before the patch
and looked for after it: what is gone is a problem with its place, and what remains becomes a source with **one line a tag**,
so that a line number names the tag.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from docgen.errors import Place, Position, Problem
from docgen.template import across, cell_tags, controls, marks, markup
from docgen.template.running import Tag
from docgen.template.source import CLOSE, OPEN, Source
from docgen.template.statements import Statement
from docgen.template.tree import attributes, cells, clear, has_changes, owner, paragraphs, remove

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

W = markup.W
_STRAY_END = re.compile(r"\}\}|%\}|#\}")
#: braces that shall be printed (docxtpl's escapes)
_ESCAPED = re.compile(r"\{_\{|\}_\}|\{_%|%_\}")
_LONGEST_TAG = 2000
_BOOKMARK_START = re.compile(r'<w:bookmarkStart [^>]*w:id="([^"]*)"')
_BOOKMARK_END = re.compile(r'<w:bookmarkEnd [^>]*w:id="([^"]*)"')
_START_TAG = re.compile(r"<([^ />]+)[^>]*>")
_BARE_RUN = '<w:r><w:t xml:space="preserve">'

#: docxtpl's tags that print whole rows and cells, which it takes as XML; data are no XML
_ROWS = re.compile(r"\{\{t[rc]\s")
#: tags that print whole runs or paragraphs
_RICH = re.compile(r"\{\{([rp])\s")

#: what is no text and must not be lost either: the problem that says it
_THINGS_KEPT = {
    "drawing": "template.lost-picture", "pict": "template.lost-picture", "object": "template.lost-picture",
    "fldChar": "template.lost-field", "fldSimple": "template.lost-field", "sectPr": "template.lost-section",
    "footnoteReference": "template.lost-note", "endnoteReference": "template.lost-note", "sym": "template.lost-symbol",
    "tbl": "template.lost-table", "br": "template.lost-break",
}


@dataclass(slots=True)
class Reader:
    """Reads one part: collects its tags and its problems.

    Args:
        file: name of the template or block, as problems show it.
        part: `Place.part`.
    """

    file: str
    part: str
    problems: list[Problem] = field(default_factory=list)
    lost_statements: bool = False   # a ``{% %}`` is broken or lost, so its partner will look alone
    _tags: dict[int, Tag] = field(default_factory=dict)
    _texts: dict[int, Tag] = field(default_factory=dict)
    _things: dict[int, Tag] = field(default_factory=dict)
    _cells: dict[int, Tag] = field(default_factory=dict)
    _unclosed: list[int] = field(default_factory=list)
    _filled: set[str] = field(default_factory=set)

    # ------------------------------------------------------------------------------------------------- Word parts

    def read(self, data: bytes) -> Source:
        """The source of a body, a header or a footer; problems are collected, the source is then of no use."""
        return self._read(markup.parse(data))

    def _read(self, root: Element) -> Source:
        if root.prefix != "w" or not root.tag.startswith(W):
            # docxtpl's dialect is defined on Word's usual prefixes; the strict form of the standard has other namespaces too
            self.problems.append(Problem("template.other-markup", Position(file=self.file, place=Place(self.part))))
            return Source()
        is_settled = not has_changes(root)
        clear(root)
        self._filled = controls.fill(root, longest=_LONGEST_TAG)
        for paragraph, place in paragraphs(root, self.part):
            self._mark_paragraph(paragraph, place)
        for element in root.iter():
            if owner(element) is None:
                self._mark_outside_text(element, Place(self.part), "")
        self._mark_cells(root)
        self.problems += cell_tags.settle(root, self._tags)
        xml = _serialised(root)
        head, inner, tail = _split(xml, "w:body" if root.tag == f"{W}document" else None)
        source = Source(head, tail)
        if self._tags:
            self._patch(inner, source)
        else:
            source.statics = [marks.static(inner)]   # a part that stays, or a block of mere text
            source.is_constant = is_settled and not _ESCAPED.search(inner)
        return source

    def read_block(self, data: bytes) -> Source:
        """The source of a block: its body without the section it ends with."""
        root = markup.parse(data)
        for section in root.findall(f"{W}body/{W}sectPr"):
            remove(section)
        return self._read(root)

    def _mark_paragraph(self, paragraph: Element, place: Place) -> None:
        across.spell_out(paragraph)
        texts = [t for t in paragraph.iter(f"{W}t") if owner(t) is paragraph]
        words = "".join(t.text or "" for t in texts)
        quote = _short(words)
        spans = list(self._spans(words, place, quote))
        inserts: list[tuple[int, str]] = []
        for start, end in spans:
            tag = words[start:end]
            number = self._tag(tag, place, quote, across.fault(tag, texts, start, end))
            if number is None:
                inserts += [(start + 1, marks.DEFUSED), (end - 1, marks.DEFUSED)]
            else:
                inserts.append((end - (3 if tag[-3] == "-" else 2), marks.of_tag(number)))
        inserts += [(opened + 1, marks.DEFUSED) for opened in self._unclosed]
        in_tag = bytearray(len(words))
        for start, end in spans:
            in_tag[start:end] = b"\1" * (end - start)
        self._find_stray_ends(words, in_tag, place, quote)
        offset = 0
        for t in texts:
            text = t.text or ""
            first = _first_static(text, offset, in_tag)
            if first is not None:
                inserts.append((offset + first, marks.of_text(len(self._texts))))
                self._texts[len(self._texts)] = Tag(_words(text, offset, in_tag), self.file, place, quote)
            offset += len(text)
        marks.hide_percents(texts, [span for span in spans if "%" in words[span[0] + 2:span[1] - 2]])
        marks.insert(texts, inserts)
        for element in paragraph.iter():
            name = element.tag.removeprefix(W) if isinstance(element.tag, str) else ""
            if name == "br" and element.get(f"{W}type") not in ("page", "column"):
                continue   # the end of a line goes with the line
            if name in _THINGS_KEPT and marks.mark_thing(element, len(self._things)):
                self._things[len(self._things)] = Tag(name, self.file, place, quote)
        for element in paragraph.iter():
            if element.tag != f"{W}t" and isinstance(element.tag, str) and owner(element) is paragraph:
                self._mark_outside_text(element, place, quote)

    def _find_stray_ends(self, words: str, in_tag: bytearray, place: Place, quote: str) -> None:
        """An end without a beginning (``{ name }}``) would be printed as it stands."""
        for end in _STRAY_END.finditer(words):
            if not in_tag[end.start()] and not self._unclosed:
                found = words[max(0, end.start() - 30):end.end()].strip()
                self.problems.append(Tag(found, self.file, place, quote).problem("template.unopened-tag", found=found))

    def _mark_cells(self, root: Element) -> None:
        """A ``{%-`` at the beginning of a cell would join it to the cell before; only rows and cells of tags may go."""
        for cell, place in cells(root, self.part):
            number = len(self._things) + len(self._cells)
            if marks.mark_thing(cell, number):
                words = _short(marks.words("".join(t.text or "" for t in cell.iter(f"{W}t"))))
                self._cells[number] = Tag(words, self.file, place, words)

    def _mark_outside_text(self, element: Element, place: Place, quote: str) -> None:
        """Tags in attributes (a picture's description) and in other texts (a field's instruction)."""
        for name, value in attributes(element).items():
            if OPEN.search(value):
                element.set(name, self._marked(value, place, quote))
        if element.text and OPEN.search(element.text):
            element.text = self._marked(element.text, place, quote)

    def _marked(self, text: str, place: Place, quote: str) -> str:
        pieces = []
        last = 0
        for start, end in self._spans(text, place, quote):
            cut = end - (3 if text[end - 3] == "-" else 2)
            number = self._tag(text[start:end], place, quote, in_text=False)
            if number is not None:
                pieces.append(text[last:cut] + marks.of_tag(number))
                last = cut
        return "".join(pieces) + text[last:]

    def _tag(self, text: str, place: Place, quote: str, fault: str = "", *, in_text: bool = True) -> int | None:
        """The number under which a tag is traced; none for one that is refused and shall not reach the patch."""
        tag = Tag(" ".join(text.split()), self.file, place, quote, in_text)
        if fault:
            self.problems.append(tag.problem(fault, found=tag.text))
            self.lost_statements |= text.startswith("{%")
            return None
        if _ROWS.match(text):
            self.problems.append(tag.problem("template.rows-from-data"))
            return None
        if not in_text and (rich := _RICH.match(text)):
            self.problems.append(tag.problem("template.misplaced", found=rich[1]))
            return None
        if len(text) > _LONGEST_TAG and text not in self._filled:
            self.problems.append(tag.problem("template.broken-tag", found=text[:60], detail=""))
        number = len(self._tags)
        self._tags[number] = tag
        return number

    def _spans(self, words: str, place: Place, quote: str) -> Iterator[tuple[int, int]]:
        """Start and end of each tag in a paragraph's words; a tag that is not closed in its paragraph is a problem."""
        position = 0
        self._unclosed = []
        while opened := OPEN.search(words, position):
            close = words.find(CLOSE[opened[0]], opened.end())
            nested = OPEN.search(words, opened.end())
            if close < 0 or (nested and nested.start() < close and opened[0] != "{#"):
                found = words[opened.start():opened.start() + 40]
                tag = Tag(found, self.file, place, quote)
                self.problems.append(tag.problem("template.unclosed-tag", found=found))
                self.lost_statements |= found.startswith("{%")
                self._unclosed.append(opened.start())
                position = opened.end()
                continue
            yield opened.start(), close + 2
            position = close + 2

    # ---------------------------------------------------------------------------------------------------- the patch

    def _patch(self, inner: str, source: Source) -> None:
        from docxtpl import DocxTemplate  # type: ignore[import-untyped]  # 120 ms, so only when a template is compiled

        patched: str = DocxTemplate.patch_xml(None, inner)
        self._find_lost(patched)
        self._take_apart(patched, source)

    def _find_lost(self, patched: str) -> None:
        tags, texts, things = marks.left(patched)
        self._lose(self._texts, texts, "template.lost-text")
        for problem in dict.fromkeys(_THINGS_KEPT.values()):
            self._lose({n: tag for n, tag in self._things.items() if _THINGS_KEPT[tag.text] == problem}, things, problem)
        self._lose(self._cells, things, "template.joined-cells")
        said = {n: tag for n, tag in self._tags.items() if not tag.text.startswith("{#")}   # a comment says nothing anyway
        self.lost_statements |= any(tag.text.startswith("{%") for tag in self._lose(said, tags, "template.lost-text"))

    def _lose(self, marked: Mapping[int, Tag], left: set[int], problem: str) -> list[Tag]:
        lost = [tag for number, tag in marked.items() if number not in left]
        self.problems += [tag.problem(problem, found=tag.text) for tag in lost]
        return lost

    def _take_apart(self, patched: str, source: Source) -> None:
        source.statics = [""]
        source.is_constant = not self._tags
        last = 0
        for match in marks.TRACED_TAG.finditer(patched):
            opening, body, number, closing = match.groups()
            source.statics[-1] += self._after_run_tag(marks.static(patched[last:match.start()]), source)
            last = match.end()
            if opening != "{#":
                text = f"{opening}{marks.in_tag(body)}{closing}"
                source.statements.append(Statement.of(self._tags[int(number)], text))
                source.statics.append("")
        source.statics[-1] += self._after_run_tag(marks.static(patched[last:]), source)
        for lost in _unpaired_bookmarks(source.statics):
            sign = re.compile(f'<w:bookmark(?:Start|End) [^>]*w:id="{re.escape(lost)}"[^>]*/>')
            source.statics = [sign.sub("", static) for static in source.statics]
        self._find_untraced(source)

    def _find_untraced(self, source: Source) -> None:
        """Nothing that looks like a tag may reach Jinja without having been looked at."""
        for static in source.statics:
            if (found := OPEN.search(static)) and not self.problems:
                text = re.sub("<[^>]*>", "", static[found.start():])[:40]
                self.problems.append(Tag(text, self.file, Place(self.part)).problem("template.unclosed-tag", found=text))

    @staticmethod
    def _after_run_tag(static: str, source: Source) -> str:
        """The patch sets a ``{%r %}`` or ``{{r }}`` apart from its run; what follows in that run gets its formatting back."""
        after = source.statements and not source.statics[-1] and source.statements[-1].tag.text.startswith(("{%r ", "{{r "))
        if not (after and static.startswith(_BARE_RUN)):
            return static
        before = "".join(source.statics)
        properties = re.match(r"<w:r(?: [^>]*)?>(<w:rPr>.*?</w:rPr>)", before[_last_run(before):])
        return f"<w:r>{properties[1]}{static[len('<w:r>'):]}" if properties else static

    # -------------------------------------------------------------------------------------------------- properties

    def read_properties(self, data: bytes) -> Source:
        """The source of the core properties: tags in the text of its elements."""
        root = markup.parse(data)
        for n, element in enumerate(root, 1):
            if element.text and OPEN.search(element.text):
                element.text = self._marked(element.text, Place(self.part, paragraph=n), _short(element.text))
        head, inner, tail = _split(_serialised(root), None)
        source = Source(head, tail)
        self._take_apart(inner, source)
        return source


def _last_run(xml: str) -> int:
    return max(xml.rfind("<w:r>"), xml.rfind("<w:r "), 0)


def _first_static(text: str, offset: int, in_tag: bytearray) -> int | None:
    """Index of the first character of *text* that is neither blank nor part of a tag."""
    for i, character in enumerate(text):
        if not character.isspace() and not in_tag[offset + i]:
            return i
    return None


def _words(text: str, offset: int, in_tag: bytearray) -> str:
    """What *text* says beside its tags."""
    return _short("".join(" " if in_tag[offset + i] else character for i, character in enumerate(text)))


def _serialised(root: Element) -> str:
    from lxml import etree

    return etree.tostring(root, encoding="unicode")


def _split(xml: str, inner: str | None) -> tuple[str, str, str]:
    """Head up to the end of the start tag of *inner* (of the root when not given), content, tail."""
    start = xml.find(f"<{inner}") if inner else 0
    opened = _START_TAG.match(xml, start) if start >= 0 else None
    if not opened:
        return xml, "", ""   # a document without a body
    if opened[0].endswith("/>"):
        return f"{xml[:opened.end() - 2]}>", "", f"</{opened[1]}>{xml[opened.end():]}"
    end = xml.rindex(f"</{opened[1]}>")
    return xml[:opened.end()], xml[opened.end():end], xml[end:]


def _short(words: str) -> str:
    words = " ".join(words.split())
    return words if len(words) <= 80 else words[:79] + "…"


def _unpaired_bookmarks(statics: Sequence[str]) -> set[str]:
    """Ids of bookmarks that lost their beginning or end to a tag's paragraph."""
    xml = "".join(statics)
    return set(_BOOKMARK_START.findall(xml)) ^ set(_BOOKMARK_END.findall(xml))
