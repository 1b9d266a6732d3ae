"""The .docx package (ECMA-376 part 2): parts by name with their content types and relationships, let in with care.

`Package.read` is the one gate for every Word file from outside, templates included. What could run, fetch or hide
something is refused there (`docgen.template.hazards`), with all problems of a file at once; behind it the bytes of the
parts are trusted to be well-formed XML without a document type.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from docgen.errors import Position, ProblemsFound
from docgen.template import hazards
from docgen.template.archive import Entry, Layout, Limits, assemble, read_entries
from docgen.template.markup import Relationship, content_type, content_types, relationships, rels_name

__all__ = ["CONTENT_TYPES", "Entry", "Layout", "Limits", "Package", "Relationship", "assemble"]

CONTENT_TYPES = "[Content_Types].xml"


class Package:
    """A Word file in memory: its entries in order, the content type and the relationships of each part.

    Args:
        entries: all entries of the archive.
        name: what problems call the file.
    """

    def __init__(self, entries: Iterable[Entry], *, name: str = "") -> None:
        self.name = name
        self.entries: dict[str, Entry] = {entry.name: entry for entry in entries}
        self._types = content_types(self.entries[CONTENT_TYPES].data)

    @classmethod
    def read(cls, source: bytes | str | Path, *, name: str = "", limits: Limits | None = None,
             mended: frozenset[str] = frozenset()) -> Package:
        """The package in a file or in bytes.

        Args:
            source: a path, or the bytes of the file.
            name: what problems call the file.
            limits: of size and depth.
            mended: ids of the problems that the caller mends before anybody reads the package; a file that has others too
                is refused for all of them.

        Raises:
            ProblemsFound: ``package.*``, every reason to refuse the file at once.
            OSError: the file cannot be read.
        """
        limits = limits or Limits()
        if isinstance(source, bytes):
            blob = source
        else:
            path = Path(source)
            name = name or path.name
            blob = _bounded(path, limits.file_bytes)
        entries = read_entries(blob, name=name, limits=limits)
        problems = hazards.problems({entry.name: entry.data for entry in entries}, depth=limits.depth)
        if any(problem.id not in mended for problem in problems):
            raise ProblemsFound(problem.at(Position(file=name)) for problem in problems)
        return cls(entries, name=name)

    def data(self, part: str) -> bytes:
        """The expanded bytes of a part; KeyError where there is none."""
        return self.entries[part].data

    def content_type(self, part: str) -> str:
        """The content type of a part, empty where none is declared."""
        return content_type(part, self._types)

    def relationships(self, part: str = "") -> dict[str, Relationship]:
        """The relationships of a part by id; of the package itself without *part*."""
        rels = self.entries.get(rels_name(part))
        return {rel.id: rel for rel in relationships(rels.data, source=part)} if rels else {}

    @property
    def main(self) -> str:
        """Name of the main document part, usually ``word/document.xml``."""
        return next(rel.target for rel in self.relationships().values() if rel.type == "officeDocument")

    def related(self, type: str, part: str | None = None) -> list[str]:
        """Names of the parts, as far as they exist, that *part* (the main document when not given) points to by this type:
        ``header`` …"""
        rels = self.relationships(self.main if part is None else part)
        return [rel.target for rel in rels.values() if rel.type == type and rel.target in self.entries]

    def with_data(self, changed: Mapping[str, bytes]) -> Package:
        """The same package with the data of some parts replaced or added (content types are the caller's affair)."""
        entries = dict(self.entries)
        entries.update((part, Entry.of(part, data)) for part, data in changed.items())
        return Package(entries.values(), name=self.name)

    def layout(self, rendered: Iterable[str]) -> Layout:
        """The archive of a template: every entry constant, ``[Content_Types].xml`` first, but the *rendered* ones last."""
        names = list(rendered)
        constant = [entry for entry in self._in_order() if entry.name not in names]
        return Layout(constant, names)

    def to_bytes(self) -> bytes:
        """The archive: ``[Content_Types].xml`` first, then the parts in their order; packed bytes are copied."""
        return assemble(self._in_order())

    def _in_order(self) -> list[Entry]:
        return sorted(self.entries.values(), key=lambda entry: entry.name != CONTENT_TYPES)


def _bounded(path: Path, limit: int) -> bytes:
    """The file, or just enough of it to see that it is too large."""
    with path.open("rb") as file:
        return file.read(limit + 1)
