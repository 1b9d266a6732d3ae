"""Tags that lie across the edge of something in the XML, where docxtpl's patch would tear the part: found before it does."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from docgen.template.markup import W

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

#: tags that take the place of their paragraph, row or cell, whatever else is in it
_WHOLE = re.compile(r"\{[{%#](p|tr|tc)\s")


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
