"""docxtpl's dialect to Jinja source, by docxtpl's own patch, guarded and traced.

`DocxTemplate.patch_xml` turns the XML of a part into Jinja source; it is the definition of the dialect. But it knows no places
and loses in silence whatever stands beside a ``{%p %}``. So every tag, every text and every drawing is marked before the patch
and looked for after it: what is gone is a problem with its place, and what remains becomes a source with **one line a tag**,
so that a line number names the tag.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from docgen.errors import Place, Position, Problem
from docgen.template import markup
from docgen.template.running import Tag
from docgen.template.statements import Statement
from docgen.template.tree import attributes, clear, owner, paragraphs, remove

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

W = markup.W
# Noncharacters (Unicode 16, section 23.7) are allowed by XML and occur in no text, so they can hold marks through the patch.
_TAG_MARK, _TAG_END, _TEXT_MARK, _TEXT_END = "\ufdd0", "\ufdd1", "\ufdd2", "\ufdd3"
_LINE, _TAB = "\ufdd5", "\ufdd6"   # line breaks and tabs typed into the text of a template
_DEFUSED = "\ufdd4"   # between the braces of a tag that is a problem already: the patch then leaves it alone
_MARKS = re.compile(f"{_TEXT_MARK}(\\d+){_TEXT_END}")
_THING = "docgen-thing"
_THINGS = re.compile(f' {_THING}="(\\d+)"')
_PATCHED_TAG = re.compile(f"({{[{{%#])((?:(?!{_TAG_MARK}).)*?){_TAG_MARK}(\\d+){_TAG_END}(-?[}}%#]}})", re.DOTALL)

_OPEN = re.compile(r"\{[{%#]")
_STRAY_END = re.compile(r"\}\}|%\}|#\}")
_CLOSE = {"{{": "}}", "{%": "%}", "{#": "#}"}
_LONGEST_TAG = 2000
_BOOKMARK_START = re.compile(r'<w:bookmarkStart [^>]*w:id="([^"]*)"')
_BOOKMARK_END = re.compile(r'<w:bookmarkEnd [^>]*w:id="([^"]*)"')
_BARE_RUN = '<w:r><w:t xml:space="preserve">'

#: docxtpl's tags that are not rendered yet: refused by name
_LATER = re.compile(r"\{%-?\s*(colspan|cellbg|vm|hm)\b|\{\{(r|p|tr|tc)\s")

_THINGS_KEPT = ("drawing", "pict", "object", "fldChar", "fldSimple", "sectPr", "footnoteReference", "endnoteReference", "sym",
                "tbl")


@dataclass(slots=True)
class Source:
    """A part as Jinja source: constant pieces of XML with a tag between each two.

    Args:
        head, tail: what stands before and after it in the part.
        statics: one more than there are *statements*.
    """

    head: str = ""
    tail: str = ""
    statics: list[str] = field(default_factory=lambda: [""])
    statements: list[Statement] = field(default_factory=list)
    #: no tag at all, not even a comment: the part stays as it is in the file
    is_constant: bool = True

    @property
    def has_paragraphs(self) -> bool:
        """A part of the text, not the properties."""
        return "<w:" in self.head

    @property
    def tags(self) -> list[Tag]:
        """The tag on line n is ``tags[n - 1]``."""
        return [statement.tag for statement in self.statements]

    @property
    def text(self) -> str:
        """Jinja source, one line a tag: a line feed before each tag's end."""
        pieces = [self.statics[0]]
        for statement, static in zip(self.statements, self.statics[1:], strict=True):
            cut = -3 if statement.text[-3] in "-+" else -2
            pieces += (statement.text[:cut], "\n", statement.text[cut:], static)
        return "".join(pieces)


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
    _tags: list[Tag] = field(default_factory=list)
    _texts: list[Tag] = field(default_factory=list)
    _things: list[Tag] = field(default_factory=list)
    _unclosed: list[int] = field(default_factory=list)

    # ------------------------------------------------------------------------------------------------- Word parts

    def read(self, data: bytes) -> Source:
        """The source of a body, a header or a footer; problems are collected, the source is then of no use."""
        return self._read(markup.parse(data))

    def _read(self, root: Element) -> Source:
        if root.prefix != "w" or not root.tag.startswith(W):
            # docxtpl's dialect is defined on Word's usual prefixes; the strict form of the standard has other namespaces too
            self.problems.append(Problem("template.other-markup", Position(file=self.file, place=Place(self.part))))
            return Source()
        clear(root)
        for paragraph, place in paragraphs(root, self.part):
            self._mark_paragraph(paragraph, place)
        for element in root.iter():
            if owner(element) is None:
                self._mark_outside_text(element, Place(self.part), "")
        xml = _serialised(root)
        head, inner, tail = _split(xml, "w:body" if root.tag == f"{W}document" else None)
        source = Source(head, tail)
        if self._tags:
            self._patch(inner, source)
        else:
            source.statics = [_unmarked(inner)]   # a part that stays, or a block of mere text
        return source

    def read_block(self, data: bytes) -> Source:
        """The source of a block: its body without the section it ends with."""
        root = markup.parse(data)
        for section in root.findall(f"{W}body/{W}sectPr"):
            remove(section)
        return self._read(root)

    def _mark_paragraph(self, paragraph: Element, place: Place) -> None:
        texts = [t for t in paragraph.iter(f"{W}t") if owner(t) is paragraph]
        words = "".join(t.text or "" for t in texts)
        quote = _short(words)
        spans = list(self._spans(words, place, quote))
        inserts: list[tuple[int, str]] = []
        for start, end in spans:
            tag = words[start:end]
            number = self._tag(tag, place, quote)
            if number is None:
                inserts += [(start + 1, _DEFUSED), (end - 1, _DEFUSED)]
            else:
                inserts.append((end - (3 if tag[-3] == "-" else 2), f"{_TAG_MARK}{number}{_TAG_END}"))
        inserts += [(opened + 1, _DEFUSED) for opened in self._unclosed]
        self._find_stray_ends(words, spans, place, quote)
        offset = 0
        for t in texts:
            text = t.text or ""
            first = _first_static(text, offset, spans)
            if first is not None:
                inserts.append((offset + first, f"{_TEXT_MARK}{len(self._texts)}{_TEXT_END}"))
                self._texts.append(Tag(_words(text, offset, spans), self.file, place, quote))
            offset += len(text)
        _insert(texts, inserts)
        for element in paragraph.iter():
            name = element.tag.removeprefix(W) if isinstance(element.tag, str) else ""
            if name in _THINGS_KEPT and not element.get(_THING):
                element.set(_THING, str(len(self._things)))
                self._things.append(Tag(name, self.file, place, quote))
        for element in paragraph.iter():
            if element.tag != f"{W}t" and isinstance(element.tag, str) and owner(element) is paragraph:
                self._mark_outside_text(element, place, quote)

    def _find_stray_ends(self, words: str, spans: Sequence[tuple[int, int]], place: Place, quote: str) -> None:
        """An end without a beginning (``{ name }}``) would be printed as it stands."""
        for end in _STRAY_END.finditer(words):
            inside = any(start <= end.start() < stop for start, stop in spans)
            if not inside and not self._unclosed:
                found = words[max(0, end.start() - 30):end.end()].strip()
                self.problems.append(Tag(found, self.file, place, quote).problem("template.unopened-tag", found=found))

    def _mark_outside_text(self, element: Element, place: Place, quote: str) -> None:
        """Tags in attributes (a picture's description) and in other texts (a field's instruction)."""
        for name, value in attributes(element).items():
            if _OPEN.search(value):
                element.set(name, self._marked(value, place, quote))
        if element.text and _OPEN.search(element.text):
            element.text = self._marked(element.text, place, quote)

    def _marked(self, text: str, place: Place, quote: str) -> str:
        pieces = []
        last = 0
        for start, end in self._spans(text, place, quote):
            cut = end - (3 if text[end - 3] == "-" else 2)
            number = self._tag(text[start:end], place, quote, in_text=False)
            if number is not None:
                pieces.append(f"{text[last:cut]}{_TAG_MARK}{number}{_TAG_END}")
                last = cut
        return "".join(pieces) + text[last:]

    def _tag(self, text: str, place: Place, quote: str, *, in_text: bool = True) -> int | None:
        """The number under which a tag is traced; none for one that is refused and shall not reach the patch."""
        tag = Tag(" ".join(text.split()), self.file, place, quote, in_text)
        later = _LATER.match(text)
        if later:
            self.problems.append(tag.problem("template.not-yet-supported", found=(later[1] or later[2])))
            return None
        if len(text) > _LONGEST_TAG:
            self.problems.append(tag.problem("template.broken-tag", found=text[:60], detail=""))
        self._tags.append(tag)
        return len(self._tags) - 1

    def _spans(self, words: str, place: Place, quote: str) -> Iterator[tuple[int, int]]:
        """Start and end of each tag in a paragraph's words; a tag that is not closed in its paragraph is a problem."""
        position = 0
        self._unclosed = []
        while opened := _OPEN.search(words, position):
            close = words.find(_CLOSE[opened[0]], opened.end())
            nested = _OPEN.search(words, opened.end())
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
        left = {int(n) for n in _MARKS.findall(patched)}
        for n, text in enumerate(self._texts):
            if n not in left:
                self.problems.append(text.problem("template.lost-text", found=_short(text.text)))
        left = {int(n) for n in _THINGS.findall(patched)}
        for n, thing in enumerate(self._things):
            if n not in left:
                self.problems.append(thing.problem("template.lost-text", found=thing.text))
        left = {int(n) for n in re.findall(f"{_TAG_MARK}(\\d+){_TAG_END}", patched)}
        for n, tag in enumerate(self._tags):
            if n not in left:
                self.problems.append(tag.problem("template.lost-text", found=tag.text))
                self.lost_statements |= tag.text.startswith("{%")

    def _take_apart(self, patched: str, source: Source) -> None:
        source.statics = [""]
        source.is_constant = not self._tags
        last = 0
        for match in _PATCHED_TAG.finditer(patched):
            opening, body, number, closing = match.groups()
            source.statics[-1] += self._after_run_tag(_static(patched[last:match.start()]), source)
            last = match.end()
            if opening != "{#":
                text = f"{opening}{_in_tag(body)}{closing}"
                source.statements.append(Statement.of(self._tags[int(number)], text))
                source.statics.append("")
        source.statics[-1] += self._after_run_tag(_static(patched[last:]), source)
        for lost in _unpaired_bookmarks(source.statics):
            sign = re.compile(f'<w:bookmark(?:Start|End) [^>]*w:id="{re.escape(lost)}"[^>]*/>')
            source.statics = [sign.sub("", static) for static in source.statics]
        self._find_untraced(source)

    def _find_untraced(self, source: Source) -> None:
        """Nothing that looks like a tag may reach Jinja without having been looked at."""
        for static in source.statics:
            if (found := _OPEN.search(static)) and not self.problems:
                text = re.sub("<[^>]*>", "", static[found.start():])[:40]
                self.problems.append(Tag(text, self.file, Place(self.part)).problem("template.unclosed-tag", found=text))

    @staticmethod
    def _after_run_tag(static: str, source: Source) -> str:
        """The patch sets a ``{%r %}`` apart from its run, and what follows in that run loses its formatting: give it back."""
        after = source.statements and not source.statics[-1] and source.statements[-1].tag.text.startswith("{%r ")
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
            if element.text and _OPEN.search(element.text):
                element.text = self._marked(element.text, Place(self.part, paragraph=n), _short(element.text))
        head, inner, tail = _split(_serialised(root), None)
        source = Source(head, tail)
        self._take_apart(inner, source)
        return source


# ----------------------------------------------------------------------------------------------------------------- marks


def _last_run(xml: str) -> int:
    return max(xml.rfind("<w:r>"), xml.rfind("<w:r "), 0)


def _first_static(text: str, offset: int, spans: Sequence[tuple[int, int]]) -> int | None:
    """Index of the first character of *text* that is neither blank nor part of a tag."""
    for i, character in enumerate(text):
        if not character.isspace() and not any(start <= offset + i < end for start, end in spans):
            return i
    return None


def _words(text: str, offset: int, spans: Sequence[tuple[int, int]]) -> str:
    """What *text* says beside its tags."""
    inside = [any(start <= offset + i < end for start, end in spans) for i in range(len(text))]
    return _short("".join(" " if hidden else character for character, hidden in zip(text, inside, strict=True)))


def _insert(texts: Sequence[Element], inserts: list[tuple[int, str]]) -> None:
    """Insert marks at offsets counted over all *texts* together."""
    offset = 0
    for t in texts:
        text = t.text or ""
        inside = sorted((at - offset, mark) for at, mark in inserts if offset <= at < offset + len(text))
        for at, mark in reversed(inside):
            text = text[:at] + mark + text[at:]
        offset += len(t.text or "")
        t.text = text.replace("\n", _LINE).replace("\t", _TAB) or None   # an empty text stays <w:t/>, as the patch expects


def _serialised(root: Element) -> str:
    from lxml import etree

    return etree.tostring(root, encoding="unicode")


def _split(xml: str, inner: str | None) -> tuple[str, str, str]:
    """Head up to the end of the start tag of *inner* (of the root when not given), content, tail."""
    if inner:
        start = xml.index(">", xml.index(f"<{inner}")) + 1
        end = xml.rindex(f"</{inner}>")
    else:
        start = re.match(r"<[^>]*>", xml).end()   # type: ignore[union-attr]
        end = xml.rindex("</")
    return xml[:start], xml[start:end], xml[end:]


# ------------------------------------------------------------------------------------------------------------ the text


def _short(words: str) -> str:
    words = " ".join(words.split())
    return words if len(words) <= 80 else words[:79] + "…"


def _unmarked(xml: str) -> str:
    return _THINGS.sub("", _MARKS.sub("", xml)).replace(_DEFUSED, "")


def _static(xml: str) -> str:
    """Text between tags, without marks; a line break or a tab typed into it acts as in docxtpl."""
    xml = _unmarked(xml).replace("\n", " ").replace("\t", " ")
    return (xml.replace(_LINE, '</w:t><w:br/><w:t xml:space="preserve">')
            .replace(_TAB, '</w:t><w:tab/><w:t xml:space="preserve">'))


def _in_tag(body: str) -> str:
    """What stands in a tag, on one line, with what docxtpl's patch leaves as an entity."""
    body = _unmarked(body).replace("&quot;", '"').replace("&apos;", "'").replace("&amp;", "&")
    return re.sub(f"[\n{_LINE}{_TAB}]", " ", body)


def _unpaired_bookmarks(statics: Sequence[str]) -> set[str]:
    """Ids of bookmarks that lost their beginning or end to a tag's paragraph."""
    xml = "".join(statics)
    return set(_BOOKMARK_START.findall(xml)) ^ set(_BOOKMARK_END.findall(xml))
