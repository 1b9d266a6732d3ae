"""The text of a paragraph as it is read: runs, fields, links and breaks in the notation of `docgen.template.listing`.

A run is first taken apart into tokens, a character or a marker each with its formatting; only then is text put together, so
that it does not matter where Word has split the runs, and a tag has one formatting wherever it was spread.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import groupby
from typing import TYPE_CHECKING

from docgen.template.markup import OFF, R, Relationship, W, name_of, value_of

if TYPE_CHECKING:
    from lxml.etree import _Element

_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}")
_SPECIAL, _SPECIAL_FIRST = frozenset("\\|<→↵~␣¶⟦⟧"), frozenset("#[^•")
_MARKER = "\ue000"   # stands for a marker while tags are looked for

# Transparent containers (ECMA-376 part 1, 17.5, 17.13.5, 17.3.2.8): what they hold is read as if it stood alone
THROUGH = {"ins", "moveTo", "smartTag", "customXml", "sdt", "sdtContent", "dir", "bdo", "AlternateContent", "Choice"}
_DIRECT = {"b": "b", "i": "i", "strike": "s", "dstrike": "s", "caps": "caps", "smallCaps": "caps", "vanish": "hidden"}

_Format = tuple[str, ...]
_Token = tuple[str, _Format, bool]   # text, formatting, whether it is a marker of the notation


class Runs:
    """Reads the paragraphs of one part in their order; the fields that are open go on from one to the next.

    Args:
        styles: names of the styles by id.
        links: the relationships of the part.
        box: the text of a text box, from its content.
    """

    def __init__(self, styles: Mapping[str, str], links: Mapping[str, Relationship], box: Callable[[_Element], str]) -> None:
        self._styles = styles
        self._links = links
        self._box = box
        self._fields: list[list[str] | None] = []   # instructions; None once the result has begun

    def text(self, paragraph: _Element) -> str:
        """What is read in the paragraph."""
        return _text(list(self._tokens(paragraph)))

    def _tokens(self, container: _Element) -> Iterator[_Token]:
        for child in container:
            name = name_of(child)
            if name == "r":
                yield from self._run(child)
            elif name == "hyperlink":
                rel = self._links.get(child.get(f"{R}id", ""))
                yield from _wrapped(self._tokens(child), f"link {rel.target}" if rel else "")
            elif name == "fldSimple":
                yield from _wrapped(self._tokens(child), f"field {' '.join(child.get(f'{W}instr', '').split())}")
            elif name in ("oMath", "oMathPara"):
                text = "".join(node.text or "" for node in child.iter() if name_of(node) == "t")
                yield from _wrapped(iter([(text, (), True)]), "math")
            elif name in THROUGH:
                yield from self._tokens(child)

    def _run(self, run: _Element) -> Iterator[_Token]:
        form = self._format(run.find(f"{W}rPr"))
        for piece in through(run):
            name = name_of(piece)
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
            return f"<textbox>{self._box(box)}</textbox>"
        names = [node.get("descr") or node.get("name") or "" for node in drawing.iter() if name_of(node) == "docPr"]
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
            name, value = name_of(prop), value_of(prop)
            if name == "rStyle":
                found[f"style {self._styles.get(value, value)}"] = None
            elif name in _DIRECT:
                found[_DIRECT[name] if value not in OFF else f"not-{_DIRECT[name]}"] = None
            elif name == "u":
                found["u" if value not in OFF else "not-u"] = None
            elif name == "vertAlign" and value in ("superscript", "subscript"):
                found[value[:3]] = None
        return tuple(sorted(found))


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


def through(container: _Element) -> Iterator[_Element]:
    """The children, transparent containers opened."""
    for child in container:
        if name_of(child) in THROUGH:
            yield from through(child)
        else:
            yield child
