"""The parts of a Word file under construction: equal parts stand once, each has a name, a content type and relationships.

`Document` reads a finished file without doubting it; `Pool` takes parts of many such files and lays out one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import sha256
from posixpath import relpath

from docgen.template.archive import Entry, Packed, read_packed
from docgen.template.markup import Relationship, elements, quoted, relationships, rels_name, source_of

CONTENT_TYPES = "[Content_Types].xml"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"

# parts that are put last, under these names
_RESERVED = ("document", "styles", "numbering", "settings", "footnotes", "endnotes", "comments")

Change = Callable[[str], str]


@dataclass(frozen=True)
class Skeleton:
    """How a file hangs together: content types, and the relationships of each part by id; one for all of a template."""

    defaults: Mapping[str, str]
    overrides: Mapping[str, str]
    rels: Mapping[str, Mapping[str, Relationship]]

    @classmethod
    def read(cls, types: bytes, rels: Mapping[str, bytes]) -> Skeleton:
        """From the data of ``[Content_Types].xml`` and of each part's relationships."""
        said = elements(types)
        return cls({of["Extension"].lower(): of["ContentType"] for name, of in said if name == "Default"},
                   {of["PartName"].lower(): of["ContentType"] for name, of in said if name == "Override"},
                   {part: {rel.id: rel for rel in relationships(data, source=part)} for part, data in rels.items()})

    def type(self, part: str) -> str:
        """The content type of a part as it is spelt, empty where none is declared."""
        name = f"/{part}".lower()
        return self.overrides.get(name) or self.defaults.get(name.rpartition(".")[2], "")

    @cached_property
    def main(self) -> str:
        """Name of the main document part."""
        return next(rel.target for rel in self.rels[""].values() if rel.type == "officeDocument")

    @cached_property
    def single(self) -> Mapping[str, str]:
        """What the main document needs without naming it: styles, settings … by type of relationship."""
        return {rel.type: rel.target for rel in self.rels.get(self.main, {}).values() if not rel.is_external}


class Document:
    """A Word file that docgen made, or that `opc.Package.read` has let in; its parts are expanded when asked for.

    Args:
        known: the skeletons met so far, by what they were read from; gets this one's.
    """

    def __init__(self, blob: bytes, known: dict[tuple[bytes, ...], Skeleton]) -> None:
        self.parts = {packed.name: packed for packed in read_packed(blob)}
        bones = [packed for name, packed in self.parts.items() if name.endswith(".rels") or name == CONTENT_TYPES]
        key = tuple(packed.raw for packed in bones)
        if key not in known:
            rels = {source_of(packed.name): packed.expand() for packed in bones if packed.name != CONTENT_TYPES}
            known[key] = Skeleton.read(self.parts[CONTENT_TYPES].expand(), rels)
        self.skeleton = known[key]

    def rels(self, part: str) -> Mapping[str, Relationship]:
        """The relationships of a part by id, but those that lead to a part which is not there."""
        rels = self.skeleton.rels.get(part, {})
        if all(rel.is_external or rel.target in self.parts for rel in rels.values()):
            return rels
        return {key: rel for key, rel in rels.items() if rel.is_external or rel.target in self.parts}

    def single(self, type: str) -> Packed | None:
        """The part of which a document has one: ``styles``, ``numbering``, ``footnotes`` …"""
        return self.parts.get(self.skeleton.single.get(type, ""))

    def core(self) -> bytes:
        """The core properties; empty where it has none."""
        return next((self.parts[rel.target].expand() for rel in self.rels("").values()
                     if rel.type == "core-properties" and rel.target in self.parts), b"")

    def type(self, part: str) -> str:
        return self.skeleton.type(part)


@dataclass(frozen=True, slots=True)
class Link:
    """A relationship to be written: the type as URI, and the name of a part here or what lies outside."""

    type: str
    target: str
    is_external: bool = False


class Links:
    """The relationships of one part under construction; the same target gets the same id."""

    def __init__(self) -> None:
        self._ids: dict[Link, str] = {}

    def id(self, link: Link) -> str:
        return self._ids.setdefault(link, f"rId{len(self._ids) + 1}")

    def by_id(self) -> dict[str, Link]:
        return {key: link for link, key in self._ids.items()}


class Pool:
    """Takes parts in and gives each a name of its own; a part that is there already is not taken twice."""

    def __init__(self) -> None:
        self._entries: dict[str, Packed | Entry] = {}
        self._types: dict[str, str] = {}
        self._same: dict[tuple[str, str, bytes, tuple[tuple[str, Link], ...]], str] = {}
        self._taken = {f"word/{name}.xml" for name in _RESERVED}
        self._next: dict[str, int] = {}

    def bring(self, document: Document, part: str, change: Change | None = None) -> str:
        """Take a part with all that it refers to; its name here.

        Args:
            change: rewrites the text of the part and of headers and footers it leads to.
        """
        return self._bring(document, part, change, frozenset())

    def _bring(self, document: Document, part: str, change: Change | None, above: frozenset[str]) -> str:
        above |= {part}
        links = {rel.id: Link(rel.type_uri, rel.target if rel.is_external else self._bring(document, rel.target, change, above),
                              rel.is_external)
                 for rel in document.rels(part).values()
                 if rel.is_external or (rel.target in document.parts and rel.target not in above)}
        packed = document.parts[part]
        if change and is_story(document.type(part)):
            return self.add(part, document.type(part), change(packed.expand().decode()).encode(), links)
        return self._share(packed, document.type(part), links)

    def _share(self, packed: Packed, type: str, links: Mapping[str, Link]) -> str:
        """As `add`, but packed bytes that were met before need not be expanded."""
        key = ("packed", type, packed.raw, tuple(links.items()))
        if key not in self._same:
            self._same[key] = self._added(packed, type, packed.expand(), links)
        return self._same[key]

    def add(self, like: str, type: str, data: bytes, links: Mapping[str, Link] | None = None) -> str:
        """Take a new part; its name here is made after *like*."""
        return self._added(None, type, data, links or {}, like)

    def _added(self, packed: Packed | None, type: str, data: bytes, links: Mapping[str, Link], like: str = "") -> str:
        key = ("data", type, sha256(data).digest(), tuple(links.items()))
        if key not in self._same:
            name = self._name(packed.name if packed else like)
            self._same[key] = name
            if packed:
                self.put_packed(replace(packed, name=name), type, links)
            else:
                self.put(name, type, data, links)
        return self._same[key]

    def put(self, name: str, type: str, data: bytes, links: Mapping[str, Link]) -> None:
        """Take a part under its very name."""
        entry = Entry.of(name, data)
        self.put_packed(Packed(name, entry.raw, entry.crc, entry.size), type, links)

    def put_packed(self, entry: Packed, type: str, links: Mapping[str, Link]) -> None:
        """As `put`, for data that is packed already."""
        self._taken.add(entry.name.lower())
        self._entries[entry.name] = entry
        self._types[entry.name] = type
        if links:
            rels = rels_name(entry.name)
            self._entries[rels] = Entry.of(rels, rels_part(entry.name, links).encode())

    def _name(self, like: str) -> str:
        if like.lower() not in self._taken:
            return like
        stem, _, ending = like.rpartition(".")
        stem = stem.rstrip("0123456789")
        while True:
            number = self._next[stem] = self._next.get(stem, 1) + 1
            if (name := f"{stem}{number}.{ending}").lower() not in self._taken:
                return name

    def entries(self, root: Mapping[str, Link]) -> list[Packed | Entry]:
        """All entries as the archive shall hold them, in order. *root*: relationships of the package."""
        types = Entry.of(CONTENT_TYPES, _content_types(self._types).encode())
        rels = Entry.of("_rels/.rels", rels_part("", root).encode())
        return [types, rels, *(self._entries[name] for name in sorted(self._entries))]


def is_story(type: str) -> bool:
    """Whether a part of this content type holds text of its own: a header or a footer."""
    return type.endswith((".header+xml", ".footer+xml"))


def link_type(name: str) -> str:
    """The URI of a relationship type of the standard by its last step: ``header``."""
    return f"{_OFFICE}/{name}"


def rels_part(part: str, links: Mapping[str, Link]) -> str:
    """The XML of the relationships of *part*."""
    folder = part.rpartition("/")[0] or "."
    lines: Iterable[str] = (
        f'<Relationship Id={quoted(key)} Type={quoted(link.type)} Target={quoted(_target(link, folder))}'
        f'{" TargetMode=" + quoted("External") if link.is_external else ""}/>'
        for key, link in links.items())
    return f'{HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{"".join(lines)}</Relationships>'


def _target(link: Link, folder: str) -> str:
    return link.target if link.is_external else relpath(link.target, folder)


def _content_types(types: Mapping[str, str]) -> str:
    defaults = {"rels": "application/vnd.openxmlformats-package.relationships+xml", "xml": "application/xml"}
    overrides = {}
    for name in sorted(types):
        ending = name.rpartition(".")[2].lower()
        if types[name].startswith("image/"):
            defaults.setdefault(ending, types[name])
        if defaults.get(ending) != types[name]:
            overrides[name] = types[name]
    return (f'{HEAD}<Types xmlns="{_PACKAGE}/content-types">'
            + "".join(f'<Default Extension={quoted(ending)} ContentType={quoted(kind)}/>'
                      for ending, kind in defaults.items())
            + "".join(f'<Override PartName={quoted("/" + name)} ContentType={quoted(kind)}/>'
                      for name, kind in overrides.items())
            + "</Types>")


_REFERENCE = re.compile(r'( r:\w+=")([^"]+)(")')
#: a header or footer that is not there
_ABSENT = re.compile(r"<w:(?:header|footer)Reference(?![^>]* r:id=)[^>]*/>")


def relinked(text: str, rename: Callable[[str], str]) -> str:
    """*text* with the ids of relationships it names (``r:id``, ``r:embed`` …) given by *rename*; where that gives none, the
    picture or link leads nowhere."""
    def renamed(found: re.Match[str]) -> str:
        name = rename(found[2])
        return f"{found[1]}{name}{found[3]}" if name else ""

    return _ABSENT.sub("", _REFERENCE.sub(renamed, text))
