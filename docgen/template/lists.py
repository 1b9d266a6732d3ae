"""Lists (ECMA-376 part 1, 17.9), and those of many documents in one numbering part: each counts its own from the start.

Definitions (``w:abstractNum``) are taken once a template, equal ones of different templates once in all. Each document gets,
for each list it numbers by, a ``w:num`` of its own whose levels begin anew; bullets need none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from docgen.template.markup import R, W, name_of, parse, quoted, value_of
from docgen.template.pool import HEAD

if TYPE_CHECKING:
    from lxml.etree import _Element

_WORD, _RELATIONS = W[1:-1], R[1:-1]
_NUMBER = re.compile(r'(<w:numId w:val=")([^"]*)')
_LEVELS = range(9)

Relate = Callable[[str], str]


@dataclass(frozen=True)
class List:
    """A ``w:num`` of a template: its definition in the merged part, its own changes of levels, where its levels begin."""

    abstract: str
    overrides: Mapping[int, str]
    starts: Mapping[int, str]
    counts: bool


class Lists:
    """The lists of one template; `of_document` gives each document its own."""

    def __init__(self, numbering: Numbering, lists: Mapping[str, List]) -> None:
        self._numbering = numbering
        self._lists = lists
        self._shared: dict[str, str] = {}

    def counts(self, id: str) -> bool:
        """Whether the list numbers, so that it must begin anew; bullets do not."""
        return id in self._lists and self._lists[id].counts

    def shared(self, id: str) -> str:
        """The list as its styles use it: not restarted."""
        if id not in self._lists:
            return "0"
        if id not in self._shared:
            self._shared[id] = self._numbering.num(self._lists[id], restarts=False)
        return self._shared[id]

    def of_document(self) -> Callable[[str], str]:
        """Rewrites the text of one document: its own number for each list."""
        own: dict[str, str] = {}

        def number(id: str) -> str:
            if id not in own:
                own[id] = self._numbering.num(self._lists[id], restarts=True) if self.counts(id) else self.shared(id)
            return own[id]

        return lambda text: _NUMBER.sub(lambda found: found[1] + number(found[2]), text)


class Numbering:
    """The numbering part under construction."""

    def __init__(self) -> None:
        self._pictures: list[str] = []
        self._abstracts: dict[str, str] = {}   # XML without its id -> id
        self._definitions: list[str] = []
        self._kinds: set[str] = set()
        self._nums: list[str] = []

    def take(self, data: bytes, styles: Mapping[str, str], relate: Relate) -> Lists:
        """The lists of a numbering part.

        Args:
            styles: new ids of styles that were renamed.
            relate: gives the new id of a relationship of the part.
        """
        root = parse(data)
        pictures = {node.get(f"{W}numPicBulletId", ""): self._picture(node, relate)
                    for node in root.findall(f"{W}numPicBullet")}
        abstracts = {node.get(f"{W}abstractNumId", ""): self._abstract(node, styles, pictures)
                     for node in root.findall(f"{W}abstractNum")}
        lists = {}
        for num in root.findall(f"{W}num"):
            found = abstracts.get(value_of(num.find(f"{W}abstractNumId")))
            if found:
                lists[num.get(f"{W}numId", "")] = _list(num, *found, styles, pictures)
        return Lists(self, lists)

    def _picture(self, node: _Element, relate: Relate) -> str:
        for element in node.iter():
            for name in [name for name in element.attrib if str(name).startswith(R)]:
                element.set(name, relate(str(element.attrib[name])))
        number = str(len(self._pictures))
        node.set(f"{W}numPicBulletId", number)
        self._pictures.append(_canonical(node))
        return number

    def _abstract(self, node: _Element, styles: Mapping[str, str], pictures: Mapping[str, str]) -> tuple[str, _Element]:
        del node.attrib[f"{W}abstractNumId"]
        _renamed(node, styles, pictures)
        nsid = node.find(f"{W}nsid")
        kind = value_of(nsid)
        if nsid is not None:
            node.remove(nsid)
        xml = _canonical(node)
        if xml not in self._abstracts:
            self._abstracts[xml] = str(len(self._abstracts))
            if nsid is not None and kind not in self._kinds:   # Word takes lists of one nsid for one list
                node.insert(0, nsid)
            self._kinds.add(kind)
            node.set(f"{W}abstractNumId", self._abstracts[xml])
            self._definitions.append(_canonical(node))
        return self._abstracts[xml], node

    def num(self, found: List, *, restarts: bool) -> str:
        """A new ``w:num``; its id."""
        number = str(len(self._nums) + 1)
        self._nums.append(num(number, found, restarts=restarts))
        return number

    def xml(self) -> str:
        """The part; empty where no document has lists."""
        if not self._definitions:
            return ""
        inner = "".join((*self._pictures, *self._definitions, *self._nums))
        return f'{HEAD}<w:numbering xmlns:w="{_WORD}" xmlns:r="{_RELATIONS}">{inner}</w:numbering>'


def num(number: str, found: List, *, restarts: bool) -> str:
    """The ``w:num`` of a list under the id *number*; its levels begin anew where it *restarts*."""
    overrides = []
    for level in _LEVELS:
        start = f'<w:startOverride w:val={quoted(found.starts[level])}/>' if restarts and level in found.starts else ""
        if start or level in found.overrides:
            overrides.append(f'<w:lvlOverride w:ilvl="{level}">{start}{found.overrides.get(level, "")}</w:lvlOverride>')
    return f'<w:num w:numId="{number}"><w:abstractNumId w:val="{found.abstract}"/>{"".join(overrides)}</w:num>'


def lists_of(root: _Element) -> dict[str, List]:
    """The lists of a numbering part by their ids, their definitions under the ids they have there."""
    abstracts = {node.get(f"{W}abstractNumId", ""): node for node in root.findall(f"{W}abstractNum")}
    return {node.get(f"{W}numId", ""): _list(node, abstract, abstracts[abstract], {}, {}) for node in root.findall(f"{W}num")
            if (abstract := value_of(node.find(f"{W}abstractNumId"))) in abstracts}


def looks(data: bytes) -> dict[str, str]:
    """What each list of a numbering part looks like, to compare styles of different templates that number."""
    if not data:
        return {}
    root = parse(data)
    abstracts = {node.get(f"{W}abstractNumId", ""): _look(node) for node in root.findall(f"{W}abstractNum")}
    return {num.get(f"{W}numId", ""): abstracts.get(value_of(num.find(f"{W}abstractNumId")), "")
            + "".join(_canonical(override) for override in num.findall(f"{W}lvlOverride")) for num in root.findall(f"{W}num")}


def _look(node: _Element) -> str:
    del node.attrib[f"{W}abstractNumId"]
    for nsid in node.findall(f"{W}nsid"):
        node.remove(nsid)
    return _canonical(node)


# paragraph properties that stand before w:numPr, and after w:ind (17.3.1.26)
_STYLED = re.compile(r'<w:pPr>\s*<w:pStyle w:val="([^"]*)"/>\s*'
                     r"((?:<w:(?:keepNext|keepLines|pageBreakBefore|framePr|widowControl)\b[^>]*/>\s*)*)"
                     r"(?!<w:numPr|<w:(?:keepNext|keepLines|pageBreakBefore|framePr|widowControl)\b)(.*?)</w:pPr>", re.DOTALL)
_AFTER_INDENT = re.compile(r"<w:(?:contextualSpacing|mirrorIndents|suppressOverlap|jc|textDirection|textAlignment"
                           r"|textboxTightWrap|outlineLvl|divId|cnfStyle|rPr|sectPr|pPrChange)\b")


def spelt_out(text: str, linked: Mapping[str, tuple[str, str, str]]) -> str:
    """*text* with the list said in each paragraph that has it from its style: only so it can begin anew.

    Args:
        linked: style -> list, level and the style's own indent, which a list said in the paragraph would otherwise replace.
    """
    def said(found: re.Match[str]) -> str:
        style, before, rest = found.groups()
        if style not in linked:
            return found[0]
        number, level, indent = linked[style]
        if indent and "<w:ind " not in rest:
            after = _AFTER_INDENT.search(rest)
            at = after.start() if after else len(rest)
            rest = f"{rest[:at]}{indent}{rest[at:]}"
        list_ = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
        return f'<w:pPr><w:pStyle w:val="{style}"/>{before}{list_}{rest}</w:pPr>'

    return _STYLED.sub(said, text)


def _list(num: _Element, abstract: str, node: _Element, styles: Mapping[str, str], pictures: Mapping[str, str]) -> List:
    levels = {_level(level): level for level in node.findall(f"{W}lvl")}
    overrides = {}
    starts = {n: _start(level) for n, level in levels.items()} if levels else dict.fromkeys(_LEVELS, "1")
    for override in num.findall(f"{W}lvlOverride"):
        number = _level(override)
        own = override.find(f"{W}lvl")
        if own is not None:
            _renamed(own, styles, pictures)
            levels[number] = own
            overrides[number] = _canonical(own)
            starts[number] = _start(own)
        first = override.find(f"{W}startOverride")
        if first is not None:
            starts[number] = value_of(first) or "0"
    counts = not levels or any(value_of(level.find(f"{W}numFmt")) not in ("bullet", "none") for level in levels.values())
    return List(abstract, overrides, starts, counts)


def _level(node: _Element) -> int:
    return int(node.get(f"{W}ilvl", "0"))


def _start(level: _Element) -> str:
    return value_of(level.find(f"{W}start")) or "0"


def _renamed(node: _Element, styles: Mapping[str, str], pictures: Mapping[str, str]) -> None:
    """New ids of styles and picture bullets; what later versions of Word remark on lists is dropped."""
    for element in node.iter():
        names = {f"{W}lvlPicBulletId": pictures}.get(str(element.tag), styles)
        if name_of(element) in ("pStyle", "rStyle", "styleLink", "numStyleLink", "lvlPicBulletId"):
            element.set(f"{W}val", names.get(value_of(element), value_of(element)))
        for name in [name for name in element.attrib if not str(name).startswith(W) and str(name).startswith("{")]:
            del element.attrib[name]


def _canonical(node: _Element) -> str:
    """The element as text, the same for the same content; only the namespaces it needs beside w and r."""
    from lxml import etree

    node.tail = None
    xml = etree.tostring(node, method="c14n", exclusive=True).decode()
    return xml.replace(f' xmlns:w="{_WORD}"', "").replace(f' xmlns:r="{_RELATIONS}"', "")
