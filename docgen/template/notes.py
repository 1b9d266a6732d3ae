"""Footnotes, endnotes and comments of many documents in one part each (ECMA-376 part 1, 17.11 and 17.13.4)."""

from __future__ import annotations

import re
from collections.abc import Callable

from docgen.template.namespaces import Namespaces
from docgen.template.pool import HEAD, Links, relinked

#: the parts, and what an item of each is called
NOTES = {"footnotes": "footnote", "endnotes": "endnote", "comments": "comment"}

Change = Callable[[str], str]


class Notes:
    """One of the parts under construction, with its relationships."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.links = Links()
        self._name = NOTES[kind]
        self._items: list[str] = []
        self._namespaces = Namespaces(f"w:{kind}")
        self._count = 0
        self._separates = False
        self._sign = f"<w:{self._name}Reference "
        self._reference = re.compile(rf'(<w:{self._name}(?:Reference|RangeStart|RangeEnd)(?: [^>]*?)? w:id=")([^"]*)')
        self._item = re.compile(rf'<w:{self._name} [^>]*?(?<!/)>.*?</w:{self._name}>', re.DOTALL)

    def are_in(self, text: str) -> bool:
        """Whether *text* refers to notes of this kind."""
        return self._sign in text

    def take(self, text: str, part: str, rewrite: Change, relate: Change) -> str:
        """The body *text* of a document with its notes, which stand in *part*, under their numbers here.

        Args:
            rewrite: what every text of the document needs.
            relate: gives the new id of a relationship of the part.
        """
        start = part.index(f"<w:{self.kind}")
        inner = part.index(">", start) + 1
        items = {_id(item): item for item in self._item.findall(self._namespaces.join(part[start:inner], part[inner:]))}
        self._separate(items)
        numbers: dict[str, str] = {}

        def number(found: re.Match[str]) -> str:
            if found[2] in items and found[2] not in numbers:
                self._count += 1
                numbers[found[2]] = str(self._count)
            return found[1] + numbers.get(found[2], found[2])

        text = self._reference.sub(number, text)
        for old, new in numbers.items():
            self._items.append(_numbered(relinked(rewrite(items[old]), relate), new))
        return text

    def _separate(self, items: dict[str, str]) -> None:
        """Take the lines between text and notes, which the first document with notes gives; they keep their numbers."""
        if not self._separates:
            separators = {number: item for number, item in items.items() if " w:type=" in item[:item.index(">")]}
            self._items += separators.values()
            self._count = max(map(int, separators), default=0)
            self._separates = True

    def xml(self) -> str:
        """The part; empty where no document has such notes."""
        return f"{HEAD}{self._namespaces.head()}{''.join(self._items)}</w:{self.kind}>" if self._items else ""


def _id(item: str) -> str:
    found = re.search(r' w:id="([^"]*)"', item)
    return found[1] if found else ""


def _numbered(item: str, number: str) -> str:
    return re.sub(r' w:id="[^"]*"', f' w:id="{number}"', item, count=1)
