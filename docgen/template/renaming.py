"""What must be unique in a Word file, named anew when the text of one document comes to stand among others.

Drawings, bookmarks, content controls, revisions, permissions and comment ranges get fresh ids, the two ends of a pair the same
one; a bookmark or a sequence of captions whose name is taken gets another, and so do the fields and links that name it. What
says the number of pages says that of its document. All by text search: a document that has none of these costs a few looks.
"""

from __future__ import annotations

import re

_PARAGRAPH_IDS = re.compile(r' w14:(?:paraId|textId)="[^"]*"')
_DRAWING = re.compile(r'(<wp:docPr (?:[^>]*? )?id=")[^"]*')
# ECMA-376 part 1, 17.13: annotations, all with w:id; notes and comments themselves are numbered by their own parts
_ANNOTATION = re.compile(r'(<w:(?:bookmark|perm|move|customXml|cellIns|cellDel|cellMerge|ins |del |\w+Change )[^>]*?w:id=")'
                         r'([^"]*)')
_CONTROL = re.compile(r'(<w:id w:val=")([^"]*)')
_BOOKMARK = re.compile(r'(<w:bookmarkStart [^>]*?w:name=")([^"]*)')
_ANCHOR = re.compile(r'( w:anchor=")([^"]*)')
_INSTRUCTION = re.compile(r'(<w:(?:instrText|delInstrText)(?: [^>]*)?>)([^<]*)|( w:instr=")([^"]*)')
_PAGES = re.compile(r"\bNUMPAGES\b")
_SEQUENCE = re.compile(r"(\bSEQ\s+|\bTOC\b.*\\[ac]\s+)(\"?)(\w+)")
_LONGEST_NAME = 40   # of a bookmark, Word's own limit


class Ids:
    """What is taken in the file under construction."""

    def __init__(self) -> None:
        self._drawing = self._annotation = 0
        self._control = 100_000_000
        self._controls: set[str] = set()
        self._names: set[str] = set()

    def drawing(self) -> str:
        self._drawing += 1
        return str(self._drawing)

    def annotation(self) -> str:
        self._annotation += 1
        return str(self._annotation)

    def control(self, wanted: str) -> str:
        """The wanted id of a content control, or another one where it is taken."""
        while wanted in self._controls:
            self._control += 1
            wanted = str(self._control)
        self._controls.add(wanted)
        return wanted

    def name(self, wanted: str) -> str:
        """The wanted name of a bookmark, or one like it."""
        made, number = wanted, 1
        while made.lower() in self._names:
            number += 1
            made = f"{wanted[:_LONGEST_NAME - len(str(number)) - 1]}_{number}"
        self._names.add(made.lower())
        return made


class Renaming:
    """The new names of one document.

    Args:
        pages: the field that tells the document's number of pages, in place of NUMPAGES, which counts those of the whole file.
    """

    def __init__(self, ids: Ids, pages: str) -> None:
        self._ids = ids
        self._pages = pages
        self.counts_pages = False   # whether that field was needed
        self._annotations: dict[str, str] = {}
        self._names: dict[str, str] = {}
        self._sequences: dict[str, str] = {}

    def apply(self, text: str) -> str:
        """*text* of any part of the document; the main part comes first."""
        if " w14:paraId=" in text or " w14:textId=" in text:
            text = _PARAGRAPH_IDS.sub("", text)
        if "<wp:docPr " in text:
            text = _DRAWING.sub(lambda found: found[1] + self._ids.drawing(), text)
        if ' w:id="' in text:
            text = _ANNOTATION.sub(self._annotation, text)
        if "<w:id " in text:
            text = _CONTROL.sub(lambda found: found[1] + self._ids.control(found[2]), text)
        if "<w:bookmarkStart " in text:
            text = _BOOKMARK.sub(self._bookmark, text)
        return self._fields(text)

    def _annotation(self, found: re.Match[str]) -> str:
        if found[2] not in self._annotations:
            self._annotations[found[2]] = self._ids.annotation()
        return found[1] + self._annotations[found[2]]

    def _bookmark(self, found: re.Match[str]) -> str:
        name = self._ids.name(found[2])
        if name != found[2]:
            self._names[found[2]] = name
        return found[1] + name

    def _sequence(self, found: re.Match[str]) -> str:
        if found[3] not in self._sequences:
            self._sequences[found[3]] = self._ids.name(found[3])
        return found[1] + found[2] + self._sequences[found[3]]

    def _fields(self, text: str) -> str:
        """Fields and links that name a bookmark or a sequence which got another name, or the pages of the whole file."""
        if not self._names and "NUMPAGES" not in text and "SEQ " not in text:
            return text
        names = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, self._names))})(?!\w)") if self._names else None

        def instruction(found: re.Match[str]) -> str:
            said = found[2] if found[1] else found[4]
            if names:
                said = names.sub(lambda name: self._names[name[0]], said)
            said, count = _PAGES.subn(self._pages, said)
            self.counts_pages |= count > 0
            return (found[1] or found[3]) + _SEQUENCE.sub(self._sequence, said)

        text = _ANCHOR.sub(lambda found: found[1] + self._names.get(found[2], found[2]), text)
        return _INSTRUCTION.sub(instruction, text)
