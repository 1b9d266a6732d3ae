"""Tags that lie across something in the XML: what docxtpl's patch would take out of them in silence, or where it would tear the
part, is looked at before."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import accumulate
from typing import TYPE_CHECKING

from docgen.template.markup import W
from docgen.template.tree import owner

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
#: tags that take the place of their paragraph, row or cell, whatever else is in it
_WHOLE = re.compile(r"\{[{%#](p|tr|tc)\s")


_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}")
#: what a key of its own puts into a run, and how a tag spells it
_KEYS = {f"{W}br": " ", f"{W}cr": " ", f"{W}tab": " ", f"{W}ptab": " ", f"{W}noBreakHyphen": "-"}


def spell_out(paragraph: Element) -> None:
    """Make text of the line breaks, tabs and hyphens inside a paragraph's tags, which would join the words beside them."""
    if next((key for key in paragraph.iter(*_KEYS) if _is_typed(key)), None) is None:
        return
    pieces = [each for each in paragraph.iter(f"{W}t", *_KEYS) if owner(each) is paragraph and _is_typed(each)]
    ends = list(accumulate(len(each.text or "") for each in pieces))   # a key has no length yet
    tags = [tag.span() for tag in _TAG.finditer("".join(each.text or "" for each in pieces))]
    for each, end in zip(pieces, ends, strict=True):
        if each.tag in _KEYS and any(start < end < close for start, close in tags):
            text = each.makeelement(f"{W}t", {_SPACE: "preserve"})
            text.text = _KEYS[str(each.tag)]
            run = each.getparent()
            assert run is not None
            run.replace(each, text)


def _is_typed(element: Element) -> bool:
    """In a run (a ``w:tab`` may be a stop of the paragraph), and no end of a page or a column."""
    run = element.getparent()
    return run is not None and run.tag == f"{W}r" and element.get(f"{W}type") not in ("page", "column")


def fault(tag: str, texts: Sequence[Element], start: int, end: int) -> str:
    """The id of what is wrong with where a tag stands, empty where nothing is.

    Args:
        texts: the texts of its paragraph; *start* and *end* are the tag's offsets over all of them.
    """
    whole = _WHOLE.match(tag)
    if not whole:
        is_half = _frames(_at(texts, start)) != _frames(_at(texts, end - 1))
        return "template.half-inside" if is_half else ""
    holder = next(_at(texts, start).iterancestors(f"{W}{whole[1]}"), None) if whole[1] != "p" else None
    is_nesting = holder is not None and next(holder.iter(f"{W}tbl"), None) is not None
    return "template.around-table" if is_nesting else ""


def _at(texts: Sequence[Element], offset: int) -> Element:
    """The text in which an offset falls."""
    for t in texts:
        offset -= len(t.text or "")
        if offset < 0:
            break
    return t


def _frames(text: Element) -> list[str]:
    """What a text stands in between its run and its paragraph: hyperlinks, content controls, fields.

    Two of the same kind are no matter: the patch makes one of them.
    """
    names = []
    for element in text.iterancestors():
        if element.tag == f"{W}p":
            break
        names.append(str(element.tag))
    return names
