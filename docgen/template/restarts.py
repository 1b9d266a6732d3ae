"""``{%p restart numbering %}``: from there on the automatic lists of a document begin with 1 again.

Word counts a list through the whole document (ECMA-376 part 1, 17.9), so one in a loop goes on from turn to turn. Behind each
such tag every list that numbers gets a ``w:num`` of its own, of the same definition, whose levels begin anew.
"""

from __future__ import annotations

import re
from functools import cached_property

from docgen.template.environment import RESTART
from docgen.template.lists import List, lists_of, num, spelt_out
from docgen.template.markup import parse
from docgen.template.opc import Package
from docgen.template.stylesheet import linked_lists

_NUMBER = re.compile(r'(<w:numId w:val=")([^"]*)')
_LAST = "</w:num>"


class Restarts:
    """The lists of a template whose documents restart them.

    Args:
        package: the template.
    """

    def __init__(self, package: Package) -> None:
        #: name of the numbering part, empty where there are no lists
        self.part = next(iter(package.related("numbering")), "")
        self._numbering = package.data(self.part).decode() if self.part else ""
        self._styles = [package.data(part) for part in package.related("styles")]

    @cached_property
    def _lists(self) -> dict[str, List]:
        """The lists that can begin anew."""
        return lists_of(parse(self._numbering.encode())) if _LAST in self._numbering else {}

    @cached_property
    def _linked(self) -> dict[str, tuple[str, str, str]]:
        return {style: list_ for part in self._styles for style, list_ in linked_lists(part).items() if self._counts(list_[0])}

    def _counts(self, list_: str) -> bool:
        return list_.isdecimal() and list_ in self._lists and self._lists[list_].counts

    def applied(self, parts: dict[str, bytes]) -> dict[str, bytes]:
        """The rendered parts with their lists restarted, and the numbering that belongs to them."""
        made: list[str] = []
        restarted = {name: self._restarted(data, made) for name, data in parts.items()}
        if self.part:
            at = self._numbering.rfind(_LAST) + len(_LAST)
            restarted[self.part] = f"{self._numbering[:at]}{''.join(made)}{self._numbering[at:]}".encode()
        return restarted

    def _restarted(self, data: bytes, made: list[str]) -> bytes:
        if RESTART.encode() not in data:
            return data
        before, *sections = data.decode().split(RESTART)
        return "".join((before, *(self._anew(text, made) for text in sections))).encode()

    def _anew(self, text: str, made: list[str]) -> str:
        """The text up to the next restart, with lists of its own."""
        own: dict[str, str] = {}

        def number(found: re.Match[str]) -> str:
            old = found[2]
            if old not in own and self._counts(old):
                own[old] = str(max(int(known) for known in self._lists if known.isdecimal()) + len(made) + 1)
                made.append(num(own[old], self._lists[old], restarts=True))
            return found[1] + own.get(old, old)

        return _NUMBER.sub(number, spelt_out(text, self._linked) if self._linked else text)
