"""Footnotes and endnotes of a template: printed where their reference stands, then put where Word wants them.

Word keeps the notes in a part of their own and refers to them by number. In docxtpl that part knows nothing of the text, so
a note in a loop cannot speak of the row it belongs to, and all rows refer to the same note. Here a note is a block that is
included behind its reference: it sees the names of that place, and each repetition gets a note of its own. Of the rendered text
the notes are then taken out again, into their part.

A template whose notes have no tags and whose references are not repeated pays nothing: its notes are constant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from docgen.template.running import Tag
from docgen.template.source import Source
from docgen.template.statements import Statement

#: the parts that hold notes, by the name of a note in them
KINDS = {"footnotes": "footnote", "endnotes": "endnote"}
#: begins the name under which a note is compiled; no template can spell it
MARK = "\ufdd0"


@dataclass(frozen=True, slots=True)
class Notes:
    """The notes of one part.

    Args:
        kind: ``footnotes`` or ``endnotes``.
        head, tail: of the part.
        fixed: the notes that Word itself needs, the lines between text and notes, as XML.
        sources: the others by their numbers.
    """

    kind: str
    head: str
    tail: str
    fixed: str
    sources: dict[str, Source]

    @classmethod
    def of(cls, source: Source, kind: str) -> Notes:
        """The notes of a part that was read as a whole."""
        fixed, sources = "", {}
        for note in _split(source, KINDS[kind]):
            head = note.statics[0].partition(">")[0]
            number = re.search(r' w:id="([^"]*)"', head)
            if " w:type=" in head or not number:
                fixed += "".join(note.statics)
            else:
                sources[number[1]] = note
        return cls(kind, source.head, source.tail, fixed, sources)

    def name(self, number: str) -> str:
        """The name under which a note is compiled."""
        return f"{MARK}{self.kind} {number}"

    def include(self, source: Source, tag: Tag) -> None:
        """Let the text include each note behind its reference."""
        reference = re.compile(rf'<w:{KINDS[self.kind]}Reference [^>]*?w:id="([^"]*)"[^>]*/>')
        statics: list[str] = []
        statements: list[Statement] = []
        for static, statement in zip(source.statics, [*source.statements, None], strict=True):
            last = 0
            for found in reference.finditer(static):
                if found[1] in self.sources:
                    statics.append(static[last:found.end()])
                    statements.append(Statement.of(tag, f'{{% include "{self.name(found[1])}" %}}'))
                    last = found.end()
            statics.append(static[last:])
            if statement:
                statements.append(statement)
        if len(statements) > len(source.statements):
            source.is_constant = False
        source.statics, source.statements = statics, statements

    def are_needed(self, source: Source) -> bool:
        """Whether the notes change from document to document: by their own tags, or because a loop repeats them."""
        if any(note.statements for note in self.sources.values()):
            return True
        sign, depth = f"<w:{KINDS[self.kind]}Reference ", 0
        for static, statement in zip(source.statics, [*source.statements, None], strict=True):
            if depth and sign in static:
                return True
            if statement and statement.keyword in ("for", "endfor"):
                depth += 1 if statement.opens else -1
        return False

    def apart(self, text: bytes) -> tuple[bytes, bytes]:
        """The rendered text without the notes in it, and the rendered part of the notes.

        The first copy of a note keeps its number, further ones are counted on.
        """
        name = KINDS[self.kind]
        printed = re.compile(
            rf'(<w:{name}Reference [^>]*?w:id=")([^"]*)("[^>]*/>)(<w:{name} [^>]*?w:id=")[^"]*("[^>]*>.*?</w:{name}>)'.encode(),
            re.DOTALL)
        seen: set[bytes] = set()
        notes: list[bytes] = []
        last = max((int(number) for number in self.sources if number.isdecimal()), default=0)

        def move(found: re.Match[bytes]) -> bytes:
            nonlocal last
            number = found[2]
            if number in seen:
                last += 1
                number = str(last).encode()
            seen.add(number)
            notes.append(b"".join((found[4], number, found[5])))
            return b"".join((found[1], number, found[3]))

        text = printed.sub(move, text)
        return text, b"".join((self.head.encode(), self.fixed.encode(), *notes, self.tail.encode()))


def _split(source: Source, name: str) -> Iterator[Source]:
    """Each note of a part as a source of its own."""
    edge = re.compile(rf"<w:{name} [^>]*/>|(<w:{name} )|(</w:{name}>)")
    note = Source()
    for static, statement in zip(source.statics, [*source.statements, None], strict=True):
        last = 0
        for found in edge.finditer(static):
            if found[1]:
                note, last = Source(), found.start()
            elif found[2]:
                note.statics[-1] += static[last:found.end()]
                note.is_constant = not note.statements
                yield note
                note, last = Source(), found.end()
        note.statics[-1] += static[last:]
        if statement:
            note.statements.append(statement)
            note.statics.append("")
