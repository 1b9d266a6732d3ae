"""The facts of a paper that is filled by hand: every value its schema knows, a `Blank` of fitting length.

A reference becomes what it would give (a pupil with class and class teacher, a code with its words), all of it blank. A table
has as many rows as asked for, as its schema says (``x-docgen-rows``) or `ROWS`; any other list as many items as its schema
says or it must have, `FEW` at least; a list inside the rows of a table one. True or false, and the members of a map, nobody can
write: they are None, so the part of the paper that asks for them is left out. Everything else has its place to fill and is
printed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any

from docgen.kyrgyz import dates
from docgen.school.shape import UNSAID, Shape
from docgen.template.blanks import LINE, LONG_LINE, Blank

Data = dict[str, Any]

#: rows of a table, items of another list
ROWS, FEW = 10, 2
# A hand needs more room than print; a number or a class name is still to be seen as a line.
_WIDER, _SHORTEST = 1.3, 4
# Characters above which an example is a sentence; it gets two lines.
_SENTENCE = 40
_NAME, _SHORT_NAME, _CLASS = 30, 20, 6
_PHRASE = f"{'_' * _CLASS} классы"
_DATE = Blank(dates.BLANK_NUMERIC)
_YEAR = Blank(dates.BLANK_YEAR)


class Blanks:
    """Makes the blanks of one paper.

    Args:
        shapes: gives the shape of a kind of facts.
        tables: the lists that are tables, by path.
        rows: of each table, 0 where nobody asked for any number.
    """

    school_year = Blank(f"{_YEAR}–{_YEAR}")

    def __init__(self, shapes: Callable[[str], Shape], *, tables: Collection[str], rows: int) -> None:
        self._shapes = shapes
        self._tables = tables
        self._rows = rows
        self._open: list[str] = []
        self._inside_rows = False

    def value(self, shape: Shape, path: str) -> Any:
        """What stands for a value that the record does not have; *path* as templates spell it."""
        if shape.by_hand is not UNSAID:
            return self._said(shape, shape.by_hand, path)
        if shape.kind:
            return self.fact(shape.kind, path)
        if shape.properties:
            return self._object(shape, path)
        if shape.items:
            return self._list(shape.items, shape, path)
        if shape.is_truth or shape.values:
            return None
        return _DATE if shape.is_date else _line(shape)

    def missing(self, shape: Shape, data: Data, pointer: str) -> Data:
        """The fields that *data*, an object at *pointer* of a record, does not have."""
        path = re.sub(r"/\d+(?=/|$)", "[*]", pointer)[1:].replace("/", ".")
        return {name: self.value(inside, f"{path}.{name}".lstrip("."))
                for name, inside in shape.properties.items() if name not in data}

    def fact(self, kind: str, path: str) -> Any:
        """What stands for a fact of a kind."""
        if kind in self._open:  # a class has a teacher, a pupil a class: no fact holds its own kind
            return Blank.line()
        if kind.startswith("terms."):
            return {"code": Blank.line(_SHORTEST), "printed": Blank.line(_SHORT_NAME)}
        self._open.append(kind)
        try:
            return self._fact("staff" if kind == "person" else kind, path)
        finally:
            self._open.pop()

    def _fact(self, kind: str, path: str) -> Any:
        whole: Data = self._object(self._shapes(kind), path)
        if kind == "student":
            own = {"class_name": Blank.line(_CLASS), "class_phrase": Blank(_PHRASE), "birth_year": _YEAR,
                   "age": Blank.line(_SHORTEST)}
            return {**whole, **own, "class": self.fact("class", f"{path}.class")}
        if kind == "class":
            return {**whole, "name": Blank.line(_CLASS), "phrase": Blank(_PHRASE), "enrolled": Blank.line(_SHORTEST)}
        if kind == "term":
            return {**whole, "code": Blank.line(_SHORTEST), "printed": Blank("____-чейрек")}
        if kind == "protocol":
            return {**self._object(self._shapes("council"), path), **whole}
        return whole

    def _object(self, shape: Shape, path: str, given: Mapping[str, Any] | None = None) -> Data:
        given = given or {}
        whole = {
            name: self._said(inside, given[name], f"{path}.{name}") if name in given else self.value(inside, f"{path}.{name}")
            for name, inside in shape.properties.items()
        }
        if {"surname", "given_name"} <= set(whole):
            whole |= {"full_name": Blank.line(_NAME), "short_name": Blank.line(_SHORT_NAME)}
        return whole

    def _list(self, item: Shape, shape: Shape, path: str) -> list[Any]:
        is_table = path in self._tables
        if self._inside_rows:
            count = 1
        elif is_table:
            count = self._rows or shape.rows or ROWS
        else:
            count = shape.rows or max(shape.least, FEW)
        outside, self._inside_rows = self._inside_rows, self._inside_rows or is_table
        items = [self.value(item, f"{path}[*]") for _ in range(count)]
        self._inside_rows = outside
        return items

    def _said(self, shape: Shape, said: Any, path: str) -> Any:
        """What the schema itself says of a blank: nothing, its text, the fields that are known of an object or of each item."""
        if isinstance(said, list):
            return [self._said(shape.items or Shape(), each, f"{path}[*]") for each in said]
        if isinstance(said, dict):
            return self._object(shape, path, said)
        if said is None:
            return None
        return Blank(_DATE, weekday=str(said)) if shape.is_date else Blank(str(said))


def known_of_school(shape: Shape, profile: Mapping[str, Any]) -> Data:
    """What ``school.yaml`` and its options say under the names of a record's fields, as far as these have the same parts."""
    known = {**profile.get("options", {}), **profile}
    found = {
        name: {part: said for part, said in known[name].items() if part in inside.properties}
        for name, inside in shape.properties.items()
        if isinstance(known.get(name), dict)
    }
    return {name: parts for name, parts in found.items() if parts}


def _line(shape: Shape) -> Blank:
    if not shape.length:
        return Blank.line(LINE)
    if shape.length > _SENTENCE:
        return Blank(" ".join(2 * [Blank.line(LONG_LINE)]))
    return Blank.line(min(max(round(shape.length * _WIDER), _SHORTEST), LONG_LINE))
