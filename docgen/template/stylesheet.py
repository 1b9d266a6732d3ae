"""The styles of many documents in one part (ECMA-376 part 1, 17.7).

The first document's styles stand as they are. Of a later one, a style that looks the same is shared, one that is absent is
added, and one that looks different under the same id or name is added under another; what a document takes from its defaults
(``w:docDefaults``, the default paragraph and table styles) is written out where the file's defaults are others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from docgen.template.markup import W, name_of, parse, quoted, serialise, value_of

if TYPE_CHECKING:
    from lxml.etree import _Element

# What a property of the defaults is where nobody says it (17.7.5; measures in half-points and twentieths of a point).
_UNSAID = {"rPr": {"rFonts": {"ascii": "Times New Roman", "hAnsi": "Times New Roman", "cs": "Times New Roman",
                              "eastAsia": "Times New Roman"}, "sz": {"val": "20"}, "szCs": {"val": "20"}},
           "pPr": {"spacing": {"before": "0", "after": "0", "line": "240", "lineRule": "auto"}}}
# children of rPr and pPr in the order of the schema (17.3.2.28, 17.3.1.26), as far as defaults hold them
_ORDER = ["rStyle", "pStyle", "keepNext", "keepLines", "pageBreakBefore", "framePr", "widowControl", "numPr",
          "suppressLineNumbers", "pBdr", "rFonts", "b", "bCs", "i", "iCs", "caps", "smallCaps", "strike", "dstrike",
          "outline", "shadow", "emboss", "imprint", "noProof", "snapToGrid", "vanish", "webHidden", "color", "w",
          "kern", "position", "sz", "szCs", "highlight", "u", "effect", "bdr", "shd", "fitText", "vertAlign", "rtl",
          "cs", "em", "lang", "eastAsianLayout", "specVanish", "oMath", "tabs", "suppressAutoHyphens", "kinsoku",
          "wordWrap", "overflowPunct", "topLinePunct", "autoSpaceDE", "autoSpaceDN", "bidi", "adjustRightInd",
          "spacing", "ind", "contextualSpacing", "mirrorIndents", "suppressOverlap", "jc", "textDirection",
          "textAlignment", "textboxTightWrap", "outlineLvl"]
# what of a style does not show in a text
_BESIDE = ("name", "aliases", "next", "link", "rsid", "uiPriority", "qFormat", "semiHidden", "unhideWhenUsed")
_USED = re.compile(r'(<w:(?:pStyle|rStyle|tblStyle) w:val=")([^"]*)')
_PLAIN_PARAGRAPH = re.compile(
    r"(<w:p(?: [^>]*[^>/])?>)\s*(<w:pPr>(?!\s*<w:pStyle)|<w:pPr/>|(?!\s*<w:pPr))|<w:p((?: [^>]*[^>/])?)/>")
_PLAIN_TABLE = re.compile(r"<w:tblPr>(?!\s*<w:tblStyle)|<w:tblPr/>")


@dataclass(frozen=True)
class Styles:
    """How the styles of one template are called in the merged file.

    Args:
        names: new ids of those that got another.
        paragraph: the style of paragraphs that name none, where it must be said; *table* alike.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    paragraph: str = ""
    table: str = ""

    def apply(self, text: str) -> str:
        """The text of a document with its styles as they are called here."""
        if self.names:
            text = _USED.sub(lambda found: found[1] + self.names.get(found[2], found[2]), text)
        if self.paragraph:
            text = _PLAIN_PARAGRAPH.sub(self._said, text)
        if self.table:
            text = _PLAIN_TABLE.sub(
                lambda found: f'<w:tblPr><w:tblStyle w:val="{self.table}"/>{"</w:tblPr>" if "/" in found[0] else ""}', text)
        return text

    def _said(self, found: re.Match[str]) -> str:
        style = f'<w:pStyle w:val="{self.paragraph}"/>'
        if found[1] is None:
            return f"<w:p{found[3]}><w:pPr>{style}</w:pPr></w:p>"
        is_open = found[2] == "<w:pPr>"
        return f"{found[1]}<w:pPr>{style}{'' if is_open else '</w:pPr>'}"


class StyleSheet:
    """The styles part under construction."""

    def __init__(self) -> None:
        self._data = b""
        self._root: _Element | None = None
        self._new: list[_Element] = []
        self._looks: Mapping[str, str] = {}
        self._keys: dict[str, str] = {}   # id -> what the style looks like
        self._ids: dict[str, str] = {}    # name -> id

    def take(self, data: bytes, looks: Mapping[str, str]) -> Styles:
        """The styles of one template; `relist` must follow.

        Args:
            looks: what each list of the template looks like, by its id.
        """
        if not self._data:
            self._data, self._looks = data, looks
            return Styles()
        other = parse(data)
        if self._root is None:
            self._root = parse(self._data)
            self._remember(self._root)
        mine, theirs = _defaults(self._root), _defaults(other)
        bakes = _canonical(mine) != _canonical(theirs)
        names: dict[str, str] = {}
        for style in _parents_first(other):
            if bakes and style.get(f"{W}type") == "paragraph" and style.find(f"{W}basedOn") is None:
                _bake(style, theirs, mine)
            names[_id(style)] = self._place(style, _key(style, names, looks))
        for style in self._new:
            _refer(style, names)
        return Styles({old: new for old, new in names.items() if old != new},
                      self._default(other, "paragraph", names), self._default(other, "table", names))

    def relist(self, listed: Callable[[str], str]) -> None:
        """Give the styles that were taken last the lists of the merged file: *listed* gives a list's id there."""
        if self._root is None:
            if b"<w:numPr>" in self._data:
                self._root = parse(self._data)
                self._remember(self._root)
                _relist(self._root, listed)
            return
        for style in self._new:
            _relist(style, listed)
            self._root.append(style)
        self._new = []

    def _remember(self, root: _Element) -> None:
        for style in _parents_first(root):
            self._keys[_id(style)] = _key(style, {}, self._looks)
            self._ids[_name(style)] = _id(style)

    def _place(self, style: _Element, key: str) -> str:
        """The id of a style here: of one that looks the same, or its own as a new one."""
        own, name = _id(style), _name(style)
        for same in (own, self._ids.get(name, "")):
            if self._keys.get(same) == key:
                return same
        new_id, suffix, number = own, "", 1
        while new_id in self._keys or f"{name}{suffix}" in self._ids:
            number += 1
            new_id, suffix = f"{own}_{number}", f" {number}"
        self._keys[new_id], self._ids[f"{name}{suffix}"] = key, new_id
        copy = deepcopy(style)
        copy.set(f"{W}styleId", new_id)
        node = copy.find(f"{W}name")
        if node is not None:
            node.set(f"{W}val", value_of(node) + suffix)
        copy.attrib.pop(f"{W}default", "")
        self._new.append(copy)
        return new_id

    def _default(self, other: _Element, type: str, names: Mapping[str, str]) -> str:
        """The template's default style of a type where it is not the file's; empty where it is."""
        assert self._root is not None
        mine, theirs = _default_id(self._root, type), _default_id(other, type)
        return "" if not theirs or names[theirs] == mine else names[theirs]

    def data(self) -> bytes:
        """The part; empty where no document has styles."""
        return self._data if self._root is None else serialise(self._root)


def linked_lists(data: bytes) -> dict[str, tuple[str, str, str]]:
    """Paragraph styles that number: id -> list, level, and the indent that the style itself says (XML, or empty)."""
    if b"<w:numPr>" not in data:
        return {}
    styles = {_id(style): style for style in parse(data).findall(f"{W}style")}
    found = {}
    for key, style in styles.items():
        chain = list(_chain(style, styles))
        number = next((n for s in chain if (n := s.find(f"{W}pPr/{W}numPr/{W}numId")) is not None), None)
        if style.get(f"{W}type") == "paragraph" and number is not None and value_of(number) != "0":
            level = next((n for s in chain if (n := s.find(f"{W}pPr/{W}numPr/{W}ilvl")) is not None), None)
            indent = next((n for s in chain if (n := s.find(f"{W}pPr/{W}ind")) is not None), None)
            found[key] = (value_of(number), value_of(level) or "0", _alone(indent) if indent is not None else "")
    return found


def _chain(style: _Element, styles: Mapping[str, _Element]) -> Iterator[_Element]:
    seen: set[str] = set()
    at = _id(style)
    while at in styles and at not in seen:
        seen.add(at)
        yield styles[at]
        at = value_of(styles[at].find(f"{W}basedOn"))


def _parents_first(root: _Element) -> list[_Element]:
    """The styles in an order in which each follows the one it is based on."""
    styles = {_id(style): style for style in root.findall(f"{W}style")}
    ordered: dict[str, _Element] = {}
    for style in styles.values():
        for each in reversed(list(_chain(style, styles))):
            ordered.setdefault(_id(each), each)
    return list(ordered.values())


def _id(style: _Element) -> str:
    return style.get(f"{W}styleId", "")


def _name(style: _Element) -> str:
    """A style's name as Word compares it: capitals do not count."""
    return value_of(style.find(f"{W}name")).lower()


def _key(style: _Element, names: Mapping[str, str], looks: Mapping[str, str]) -> str:
    """What the style looks like: everything but its id, the styles beside it, and its place in menus."""
    copy = deepcopy(style)
    for name in [f"{W}styleId", f"{W}customStyle"]:
        copy.attrib.pop(name, "")
    for child in list(copy):
        if name_of(child) in _BESIDE:
            copy.remove(child)
        elif name_of(child) == "basedOn":
            child.set(f"{W}val", names.get(value_of(child), value_of(child)))
    for number in copy.iter(f"{W}numId"):
        number.set(f"{W}val", looks.get(value_of(number), ""))
    return _canonical(copy)


def _refer(style: _Element, names: Mapping[str, str]) -> None:
    """Say the styles beside this one by their ids in the merged file."""
    for reference in ("basedOn", "next", "link"):
        node = style.find(f"{W}{reference}")
        if node is not None:
            node.set(f"{W}val", names.get(value_of(node), value_of(node)))


def _relist(node: _Element, listed: Callable[[str], str]) -> None:
    for number in node.iter(f"{W}numId"):
        number.set(f"{W}val", listed(value_of(number)))


def _default_id(root: _Element, type: str) -> str:
    return next((_id(style) for style in root.findall(f"{W}style")
                 if style.get(f"{W}type") == type and style.get(f"{W}default") in ("1", "true", "on")), "")


def _defaults(root: _Element) -> _Element | None:
    return root.find(f"{W}docDefaults")


def _bake(style: _Element, theirs: _Element | None, mine: _Element | None) -> None:
    """Write into a style what it took from the defaults of its document, and undo what the file's defaults would add."""
    for kind in ("pPr", "rPr"):
        wanted = _said(theirs, kind)
        undone = {name: values for name, values in _UNSAID[kind].items() if name in _said(mine, kind) or name in wanted}
        own = style.find(f"{W}{kind}")
        if own is None:
            own = style.makeelement(f"{W}{kind}")
            at = style.find(f"{W}rPr") if kind == "pPr" else None
            style.insert(len(style) if at is None else style.index(at), own)
        for name in dict.fromkeys([*undone, *wanted]):
            node = own.find(f"{W}{name}")
            if node is None:
                node = own.makeelement(f"{W}{name}")
                own.append(node)
            elif name not in _UNSAID[kind]:
                continue   # the style says it itself
            source = wanted.get(name)
            values = {f"{W}{key}": value for key, value in undone.get(name, {}).items()}
            values |= {str(key): str(value) for key, value in (source.attrib if source is not None else {}).items()}
            for key, value in values.items():
                if key not in node.attrib:
                    node.set(key, value)
        own[:] = sorted(own, key=lambda child: _ORDER.index(name_of(child)) if name_of(child) in _ORDER else len(_ORDER))


def _said(defaults: _Element | None, kind: str) -> dict[str, _Element]:
    node = defaults.find(f"{W}{kind}Default/{W}{kind}") if defaults is not None else None
    return {name_of(child): child for child in node} if node is not None else {}


def _canonical(node: _Element | None) -> str:
    from lxml import etree

    if node is None:
        return ""
    copy = deepcopy(node)
    copy.tail = None
    for element in copy.iter():
        element.text = element.text.strip() if element.text else None
        element.tail = None
    return etree.tostring(copy, method="c14n", exclusive=True).decode()


def _alone(node: _Element) -> str:
    """An element without content as Word would write it in the midst of a text."""
    attributes = "".join(f" w:{str(name).removeprefix(W)}={quoted(str(value))}" for name, value in node.attrib.items())
    return f"<w:{name_of(node)}{attributes}/>"
