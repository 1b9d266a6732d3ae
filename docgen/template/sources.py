"""The sources of a template: its parts, and the blocks they include, read and checked together.

A block is a Word file of its own; ``{%p include "_house/signature-director.docx" %}`` puts its paragraphs and tables in the
place of that paragraph. A block brings text and tables only: what needs other parts of its file (pictures, numbering, notes)
or can stand only once in a document (bookmarks, sections) is refused, and its styles must exist in the template.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from posixpath import basename

from docgen.errors import Place, Position, Problem, ProblemsFound
from docgen.template import cache, markup, statements, tree
from docgen.template.environment import Environment
from docgen.template.footnotes import KINDS, Notes
from docgen.template.opc import Package
from docgen.template.remarks import without_remarks
from docgen.template.repair import REPAIRS, Repair
from docgen.template.running import Tag
from docgen.template.source import Source
from docgen.template.structure import examine, included, shows_picture
from docgen.template.tags import Reader

Blocks = Callable[[str], "bytes | Path"]

_STYLE = re.compile(r'<w:(?:pStyle|rStyle|tblStyle) w:val="([^"]*)"')
_STYLE_SIGN = '<w:(?:pStyle|rStyle|tblStyle) w:val="{}"'
#: what a block may not hold: the problem, and what betrays it in its XML
_FOREIGN = {
    "template.block-relationship": re.compile(r' r:(?:id|embed|link|pict)="'),
    "template.block-numbering": re.compile(r"<w:numPr>"),
    "template.block-note": re.compile(r"<w:(?:footnote|endnote)Reference"),
    "template.block-bookmark": re.compile(r"<w:bookmarkStart"),
    "template.block-section": re.compile(r"<w:sectPr"),
}


class Sources:
    """Reads a template with its blocks.

    Args:
        file: name of the template in problems.
        blocks: gives a block's file by its name.
    """

    def __init__(self, file: str, blocks: Blocks | None) -> None:
        self.parts: dict[str, Source] = {}
        self.blocks: dict[str, Source] = {}
        #: the notes that change from document to document, by entry
        self.notes: dict[str, Notes] = {}
        #: names of sources of which no ``{% %}`` was lost on the way
        self.whole: set[str] = set()
        self._file = file
        self._give = blocks
        self._problems: list[Problem] = []
        self._environment = Environment()
        self._styles: set[str] = set()
        self._needs: dict[str, set[str]] = {}

    @property
    def all(self) -> dict[str, Source]:
        """Every templated source by the name under which it is compiled: parts by entry, blocks by block name."""
        return {name: source for name, source in self.parts.items() if not source.is_constant} | self.blocks

    def read(self, package: Package) -> None:
        """Read all templated parts of a package.

        Raises:
            ProblemsFound: everything that is wrong with the template and its blocks.
        """
        self._styles = _styles(package)
        for entry in dict.fromkeys([package.main, *package.related("header"), *package.related("footer")]):
            reader = Reader(self._file, basename(entry).removesuffix(".xml"))
            self._take(entry, reader, cache.read(reader, "part", package.data(entry)))
        for entry in package.related("core-properties", ""):
            reader = Reader(self._file, "core")
            self._take(entry, reader, cache.read(reader, "properties", package.data(entry)))
        for kind in KINDS:
            for entry in package.related(kind):
                self._take_notes(kind, entry, package)
        for name, source in self.all.items():
            structure = examine(source, is_block=name in self.blocks)
            # what tore the part is told already, if another fault of it is known
            self._problems += [p for p in structure.problems if p.id != "template.torn" or not self._problems]
            self._needs[name] = structure.repairs
        if self._problems:
            raise ProblemsFound(self._problems)

    def repairs(self, entry: str) -> list[Repair]:
        """The repairs which the documents of this part can need, in their order."""
        if entry in self.notes:
            names = list(map(self.notes[entry].name, self.notes[entry].sources))
        elif self.parts[entry].has_paragraphs:
            names = [entry, *self._reached(entry)]
        else:
            return []
        needed = {"breaks"}.union(*(self._needs[name] for name in names))
        return [repair for name, repair in REPAIRS.items() if name in needed]

    @property
    def has_additions(self) -> bool:
        """Whether the data can put pictures or links into the documents."""
        return any(shows_picture(statement) or statement.tag.is_rich
                   for source in self.all.values() for statement in source.statements)

    @property
    def restarts_lists(self) -> bool:
        """Whether a tag lets automatic lists begin anew."""
        return any(statement.keyword == "restart" for source in self.all.values() for statement in source.statements)

    def _reached(self, name: str) -> list[str]:
        """The blocks that come into a source, through other blocks too."""
        reached: dict[str, None] = {}
        todo = [name]
        while todo:
            for block in included(self.all[todo.pop()]):
                if block not in reached:
                    reached[block] = None
                    todo.append(block)
        return list(reached)

    def _take_notes(self, kind: str, entry: str, package: Package) -> None:
        reader = Reader(self._file, kind)
        notes = Notes.of(cache.read(reader, "part", package.data(entry)), kind)
        self._problems += reader.problems
        text = self.parts[package.main]
        if not notes.are_needed(text):
            return
        notes.include(text, Tag(kind, self._file, Place(kind)))
        self.notes[entry] = notes
        for number, source in notes.sources.items():
            self.blocks[notes.name(number)] = source
            self._check(notes.name(number), source, reader)

    def _take(self, entry: str, reader: Reader, source: Source) -> None:
        self.parts[entry] = source
        self._problems += reader.problems
        self._check(entry, source, reader)

    def _check(self, name: str, source: Source, reader: Reader, within: tuple[str, ...] = ()) -> None:
        is_whole = not reader.lost_statements
        if is_whole:
            self.whole.add(name)
        self._problems += statements.problems(source.statements, self._environment, is_whole=is_whole)
        for statement in source.statements:
            if statement.block:
                self._include(statement, (*within, statement.block))

    def _include(self, statement: statements.Statement, path: tuple[str, ...]) -> None:
        name = path[-1]
        if name in path[:-1]:
            self._problems.append(statement.tag.problem("template.block-cycle", found=" → ".join(path)))
            return
        if name in self.blocks:
            return
        try:
            given = self._give(name) if self._give else None
        except LookupError:
            given = None
        if given is None:
            self._problems.append(statement.tag.problem("template.unknown-block", found=name))
            return
        self.blocks[name] = Source()
        try:
            package = without_remarks(Package.read(given, name=name))
        except ProblemsFound as refused:
            self._problems += refused.problems
            return
        reader = Reader(name, "document")
        source = cache.read(reader, "block", package.data(package.main))
        self.blocks[name] = source
        self._problems += reader.problems
        data = package.data(package.main)
        self._problems += _foreign(source, name, data)
        used = dict.fromkeys(_STYLE.findall("".join(source.statics)))
        self._problems += [_in_block("template.unknown-style", name, data, re.compile(_STYLE_SIGN.format(re.escape(style))),
                                     found=style, host=self._file)
                           for style in used if style not in self._styles]
        self._check(name, source, reader, path)


def _foreign(source: Source, name: str, data: bytes) -> Iterator[Problem]:
    for problem, sign in _FOREIGN.items():
        if any(sign.search(static) for static in source.statics):
            yield _in_block(problem, name, data, sign)


def _in_block(problem: str, name: str, data: bytes, sign: re.Pattern[str], **facts: str) -> Problem:
    """A problem at the first paragraph or table of a block whose XML has a sign."""
    place, quote = tree.first(markup.parse(data), "document", sign)
    return Problem(problem, Position(file=name, place=place), {"quote": quote, **facts} if quote else facts)


def _styles(package: Package) -> set[str]:
    for entry in package.related("styles"):
        return {attributes["styleId"] for name, attributes in markup.elements(package.data(entry))
                if name == "style" and "styleId" in attributes}
    return set()
