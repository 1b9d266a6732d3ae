"""What one document adds to the package of its template: pictures and links, as relationships of the parts that show them.

The name and the relationship of an addition come from its content, so that equal ones are one part and the same data give the
same bytes. A template that shows neither pictures nor links knows nothing of all this.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache
from posixpath import relpath
from typing import Any

from docgen.template.archive import Entry
from docgen.template.markup import content_types_part, elements, relationships_part, rels_name
from docgen.template.opc import CONTENT_TYPES, Package

#: names and ids of a template's styles by their kind (``character``, ``paragraph``), each with its id
Styles = Mapping[str, Mapping[str, str]]

_KEPT = 64
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = {"png": "image/png", "jpeg": "image/jpeg"}


@dataclass(frozen=True, slots=True)
class Relation:
    """A relationship that a document adds.

    Args:
        id: the same in every part.
        type: ``image`` or ``hyperlink``.
        target: the name of a part that comes with it, or an address.
        data: of that part; None where there is none.
    """

    id: str
    type: str
    target: str
    data: bytes | None = None

    def attributes(self, part: str) -> dict[str, str]:
        """As the relationships of *part* hold it."""
        target = {"Target": relpath(self.target, part.rpartition("/")[0])} if self.data is not None else {
            "Target": self.target, "TargetMode": "External"}
        return {"Id": self.id, "Type": f"{_OFFICE}/{self.type}", **target}


@dataclass(slots=True)
class Additions:
    """The additions of one document, and what they are made with.

    Args:
        load: gives the picture of a path in the workspace (`docgen.template.pictures.loader`).
        styles: those of the template.
    """

    load: Callable[[str], Any]
    styles: Styles
    relations: dict[str, Relation] = field(default_factory=dict)

    def add(self, relation: Relation) -> str:
        """Take it in; its id."""
        self.relations[relation.id] = relation
        return relation.id


_open: ContextVar[Additions | None] = ContextVar("additions", default=None)


def current() -> Additions | None:
    """The additions of the document that is rendered here; None in a short text."""
    return _open.get()


class Annex:
    """Where the documents of a template with pictures or links put their additions.

    Args:
        package: the template.
        parts: those that can show additions.
        load, styles: as for `Additions`.
    """

    def __init__(self, package: Package, parts: Iterable[str], load: Callable[[str], Any], styles: Styles) -> None:
        self._rels = {part: package.entries[name].data if (name := rels_name(part)) in package.entries else b""
                      for part in parts}
        self._load, self._styles = load, styles
        self._packed = lru_cache(maxsize=_KEPT)(Entry.of)

    @contextmanager
    def additions(self) -> Iterator[Additions]:
        """What a document adds from here on."""
        made = Additions(self._load, self._styles)
        before = _open.set(made)
        try:
            yield made
        finally:
            _open.reset(before)

    def without_rels(self, package: Package) -> Package:
        """The package with the content types of pictures, and without what is now written for each document."""
        entries = dict(package.entries)
        entries[CONTENT_TYPES] = Entry.of(CONTENT_TYPES, _with_types(package.data(CONTENT_TYPES)))
        written = {rels_name(part) for part in self._rels}
        return Package([entry for name, entry in entries.items() if name not in written], name=package.name)

    def entries(self, rendered: Mapping[str, bytes], additions: Additions) -> list[Entry]:
        """The parts that a document adds, and the relationships of those it has."""
        found: list[Entry] = []
        added: dict[str, bytes] = {}
        for part, rels in self._rels.items():
            here = [each for each in additions.relations.values() if f'"{each.id}"'.encode() in rendered[part]]
            added |= {each.target: each.data for each in here if each.data is not None}
            if here or rels:
                found.append(self._packed(rels_name(part), _with_rels(rels, part, here)))
        return found + [self._packed(name, data) for name, data in sorted(added.items())]


def _with_rels(rels: bytes, part: str, added: Iterable[Relation]) -> bytes:
    items = [attributes for name, attributes in elements(rels) if name == "Relationship"] if rels else []
    return relationships_part([*items, *(each.attributes(part) for each in added)])


def _with_types(types: bytes) -> bytes:
    items = elements(types)
    known = {attributes.get("Extension", "").lower() for name, attributes in items if name == "Default"}
    return content_types_part([*items, *(("Default", {"Extension": ending, "ContentType": kind})
                                         for ending, kind in _TYPES.items() if ending not in known)])
