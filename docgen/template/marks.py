"""Marks that travel through docxtpl's patch inside the XML: which tag this is, which text, which drawing.

They are made of noncharacters (Unicode 16, section 23.7), which XML allows and which occur in no text: `docgen.template.tree`
takes any that do out of a template first.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_TAG, _TAG_END, _TEXT, _TEXT_END = "\ufdd0", "\ufdd1", "\ufdd2", "\ufdd3"
_LINE, _TAB = "\ufdd5", "\ufdd6"   # line breaks and tabs typed into the text of a template
#: between the braces of a tag that is a problem already: the patch then leaves it alone
DEFUSED = "\ufdd4"
#: a per cent sign inside a tag, where the patch takes one for the end of a ``{%p`` (as docxtpl does)
_PERCENT = "\ufdd9"
_THING = "docgen-thing"
_TEXTS = re.compile(f"{_TEXT}(\\d+){_TEXT_END}")
_THINGS = re.compile(f' {_THING}="(\\d+)"')
#: what stands in a tag before its mark
INSIDE = f"[^{_TAG}]"
#: the number of a tag, as it stands before the tag's end
NUMBERED = f"{_TAG}(\\d+){_TAG_END}"
_TAGS = re.compile(f"{_TAG}(\\d+){_TAG_END}")
#: a tag after the patch: its opening, what stands in it, its number, its end
TRACED_TAG = re.compile(f"({{[{{%#])((?:(?!{_TAG}).)*?){_TAG}(\\d+){_TAG_END}(-?[}}%#]}})", re.DOTALL)


def of_tag(number: int) -> str:
    """Goes before the end of a tag."""
    return f"{_TAG}{number}{_TAG_END}"


def of_text(number: int) -> str:
    """Goes before the first letter of a text."""
    return f"{_TEXT}{number}{_TEXT_END}"


def mark_thing(element: Element, number: int) -> bool:
    """Mark an element that is no text; false where it has a mark already."""
    if element.get(_THING):
        return False
    element.set(_THING, str(number))
    return True


def left(xml: str) -> tuple[set[int], set[int], set[int]]:
    """The numbers of the tags, texts and things that are there."""
    return _numbers(_TAGS, xml), _numbers(_TEXTS, xml), _numbers(_THINGS, xml)


def words(text: str) -> str:
    """The text without any marks, as its author typed it."""
    return _TAGS.sub("", without(text))


def _numbers(pattern: re.Pattern[str], xml: str) -> set[int]:
    return {int(number) for number in pattern.findall(xml)}


def insert(texts: Sequence[Element], inserts: list[tuple[int, str]]) -> None:
    """Insert marks at offsets counted over all *texts* together."""
    offset = 0
    for t in texts:
        text = t.text or ""
        inside = sorted((at - offset, mark) for at, mark in inserts if offset <= at < offset + len(text))
        for at, mark in reversed(inside):
            text = text[:at] + mark + text[at:]
        offset += len(t.text or "")
        t.text = text.replace("\n", _LINE).replace("\t", _TAB) or None   # an empty text stays <w:t/>, as the patch expects


def hide_percents(texts: Sequence[Element], spans: Sequence[tuple[int, int]]) -> None:
    """Mark the per cent signs inside tags, whose *spans* are counted over all *texts* together."""
    offset = 0
    for t in texts:
        text = t.text or ""
        at = text.find("%")
        while at >= 0:
            if any(start + 2 <= offset + at < end - 2 for start, end in spans):
                t.text = text = f"{text[:at]}{_PERCENT}{text[at + 1:]}"
            at = text.find("%", at + 1)
        offset += len(text)


def without(xml: str) -> str:
    """The XML without the marks of texts and things."""
    return _THINGS.sub("", _TEXTS.sub("", xml)).replace(DEFUSED, "").replace(_PERCENT, "%")


def static(xml: str) -> str:
    """Text between tags, without marks; a line break or a tab typed into it acts as in docxtpl."""
    xml = without(xml).replace("\n", " ").replace("\t", " ")
    return (xml.replace(_LINE, '</w:t><w:br/><w:t xml:space="preserve">')
            .replace(_TAB, '</w:t><w:tab/><w:t xml:space="preserve">'))


def in_tag(body: str) -> str:
    """What stands in a tag, on one line, with what docxtpl's patch leaves as an entity."""
    body = without(body).replace("&quot;", '"').replace("&apos;", "'").replace("&amp;", "&")
    return re.sub(f"[\n{_LINE}{_TAB}]", " ", body)
