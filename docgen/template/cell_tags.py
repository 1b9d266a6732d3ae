"""Tags that stand in a table's cell and change the cell itself: ``{% colspan n %}``, ``{% cellbg "F2F2F2" %}``, ``{% vm %}``,
``{% hm %}``.

docxtpl's patch knows them, but puts what they make where the schema of Word does not want it, and says nothing where there is
nothing to change. So they are taken out of the text here, before the patch, and become ordinary tags in the properties of their
cell and around its content; from there on they are tags like all others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from typing import TYPE_CHECKING

from docgen.errors import Problem
from docgen.template import marks
from docgen.template.markup import W, name_of
from docgen.template.running import Tag

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_CELL_TAG = re.compile(rf"\{{%\s*(?:(colspan|cellbg)\s({marks.INSIDE}+)|(vm|hm)\s*){marks.NUMBERED}%\}}")
_BLOCK = re.compile(r"\{%[-+]?[pr]?\s*(?:(if|for)|(endif|endfor))\b")
# ECMA-376 part 1, 17.4.69 tcPr: its elements in their order
_ORDER = ("cnfStyle", "tcW", "gridSpan", "hMerge", "vMerge", "tcBorders", "shd", "noWrap", "tcMar", "textDirection",
          "tcFitText", "vAlign", "hideMark")


def settle(root: Element, tags: dict[int, Tag]) -> Iterator[Problem]:
    """Put the cell tags of a part, already marked with their numbers, into effect.

    Args:
        tags: by number; those that cannot have an effect are taken out.
    """
    wanted: list[tuple[str, Element, str, str]] = []
    for paragraph in list(root.iter(f"{W}p")):
        # the last one first, so that offsets stay what they were
        for found in reversed(list(_CELL_TAG.finditer("".join(t.text or "" for t in _texts(paragraph))))):
            cell = next(paragraph.iterancestors(f"{W}tc"), None)
            name = found[1] or found[3]
            is_inside = cell is not None and _depth(paragraph, cell, found.start())
            _cut(_texts(paragraph), found.start(), found.end())
            if cell is None or is_inside:
                problem = "template.cell-tag-inside" if is_inside else "template.outside-cell"
                yield tags.pop(int(found[4])).problem(problem, found=name)
            else:
                wanted.append((name, cell, found[2] or "", found[4]))
    for name, cell, value, number in sorted(wanted, key=lambda change: change[0] == "hm"):   # it multiplies a colspan
        _CHANGES[name](cell, value, number)


def _texts(paragraph: Element) -> list[Element]:
    return [t for t in paragraph.iter(f"{W}t") if next(t.iterancestors(f"{W}p"), None) is paragraph]


def _depth(paragraph: Element, cell: Element, at: int) -> int:
    """How many ``if`` and ``for`` of the same cell are open at an offset of a paragraph."""
    words = ""
    for each in cell.iter(f"{W}p"):
        text = "".join(t.text or "" for t in _texts(each))
        if each is paragraph:
            words += text[:at]
            break
        words += text
    return sum(1 if block[1] else -1 for block in _BLOCK.finditer(words))


def _cut(texts: list[Element], start: int, end: int) -> None:
    offset = 0
    for t in texts:
        text = t.text or ""
        first, last = max(start - offset, 0), min(end - offset, len(text))
        offset += len(text)
        if first < last:
            t.text = text[:first] + text[last:] or None


# ------------------------------------------------------------------------------------------------------- what each of them does


def _colspan(cell: Element, count: str, number: str) -> None:
    _set(cell, "gridSpan", val=f"{{{{ {count.strip()} {marks.of_tag(int(number))}}}}}")


def _cellbg(cell: Element, colour: str, number: str) -> None:
    _set(cell, "shd", val="clear", color="auto", fill=f"{{{{ {colour.strip()} {marks.of_tag(int(number))}}}}}")


def _vm(cell: Element, _: str, number: str) -> None:
    """The cells of a loop's rows are one: the first begins it, the others go on and stay empty."""
    mark = marks.of_tag(int(number))
    merge = _set(cell, "vMerge", val=f'{{{{ "restart" if loop.first else "continue" {mark}}}}}')
    properties = merge.getparent()
    assert properties is not None
    paragraph = cell.find(f"{W}p")
    properties.tail = f"{{% if loop.first {mark}%}}"
    cell[-1].tail = (cell[-1].tail or "") + f"{{% else {mark}%}}"
    empty = cell.makeelement(f"{W}p")
    cell.append(empty)
    style = paragraph.find(f"{W}pPr") if paragraph is not None else None
    if style is not None:
        empty.append(deepcopy(style))
    empty.tail = f"{{% endif {mark}%}}"


def _hm(cell: Element, _: str, number: str) -> None:
    """The cells that a loop makes are one: the first is as wide as all, the others do not come."""
    mark = marks.of_tag(int(number))
    span = cell.find(f"{W}tcPr/{W}gridSpan")
    one = span.get(f"{W}val", "1") if span is not None else "1"
    spanned = re.fullmatch(r"\{\{(.*?)" + marks.NUMBERED + r"\}\}", one)
    if spanned:
        value = f"({spanned[1].strip()}) * loop.length {marks.of_tag(int(spanned[2]))}"
    else:
        value = f"{one} * loop.length {mark}"
    _set(cell, "gridSpan", val=f"{{{{ {value}}}}}")
    row, before = cell.getparent(), cell.getprevious()
    opening = f"{{% if loop.first {mark}%}}"
    if before is not None:
        before.tail = (before.tail or "") + opening
    elif row is not None:
        row.text = (row.text or "") + opening
    cell.tail = f"{{% endif {mark}%}}" + (cell.tail or "")


_CHANGES = {"colspan": _colspan, "cellbg": _cellbg, "vm": _vm, "hm": _hm}


def _set(cell: Element, name: str, **values: str) -> Element:
    """A property of the cell, in the place of one that is there."""
    properties = cell.find(f"{W}tcPr")
    if properties is None:
        properties = cell.makeelement(f"{W}tcPr")
        cell.insert(0, properties)
    old = properties.find(W + name)
    if old is not None:
        properties.remove(old)
    at = next((n for n, child in enumerate(properties) if _rank(name_of(child)) > _rank(name)), len(properties))
    made = properties.makeelement(W + name, {W + key: value for key, value in values.items()})
    properties.insert(at, made)
    return made


def _rank(name: str) -> int:
    return _ORDER.index(name) if name in _ORDER else len(_ORDER)
