"""A print run: many documents become one Word file, a section (or more) a document, each as it was alone.

Each document keeps its headers and footers, begins on a new page with number 1, counts its lists and notes from the start and
looks as its own styles say. What documents share (pictures, equal headers, styles) stands in the file once. The first document
gives the settings and the theme of the file; its properties are those that all documents have.

Documents of one template differ in a few parts only: what is constant is recognised by its packed bytes and worked out once,
the rest is rewritten as text. Only packed text is kept, so memory grows with the file that is made, not with what went in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from docgen.errors import Problem, ProblemsFound
from docgen.pdf import MARK
from docgen.template import properties, sections
from docgen.template.archive import Stream, assemble
from docgen.template.lists import Lists, Numbering, looks, spelt_out
from docgen.template.namespaces import WORD, Namespaces
from docgen.template.notes import NOTES, Notes
from docgen.template.pool import HEAD, Document, Link, Links, Pool, Skeleton, is_story, link_type, relinked
from docgen.template.properties import Properties
from docgen.template.renaming import Ids, Renaming
from docgen.template.stylesheet import Styles, StyleSheet, linked_lists
from docgen.template.themes import said_outright

_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
# Parts of which the merged file has one, the first document's. Styles, lists, notes and settings are made here; companions
# of comments (threads, who is who) name paragraphs by ids that are not kept.
_FIRST = ("fontTable", "theme", "webSettings", "customXml", "glossaryDocument")
_EVEN = re.compile(rb"<w:evenAndOddHeaders(?!\s+w:val=\"(?:0|false|off)\")")

_NOTED = (b"<w:footnoteReference ", b"<w:endnoteReference ")
#: bookmark at which document n of a merged file ends: its page's number is the number of pages
_END = "_docgenend{}"

Change = Callable[[str], str]


@dataclass(frozen=True)
class _Template:
    """What the documents of one template have in common, as it is called in the merged file."""

    styles: Styles
    lists: Lists | None
    linked: Mapping[str, tuple[str, str, str]]
    has_even_pages: bool
    said_outright: Change | None   # what it takes from its theme, where that is not the file's


def merge(documents: Iterable[bytes], *, duplex: bool = False, title: str = "") -> bytes:
    """One Word file of many; the same documents give the same bytes.

    Args:
        documents: files that docgen made, or that `docgen.template.opc.Package.read` has let in; at least one.
        duplex: each document begins on an odd page, so that a sheet printed on both sides belongs to one alone.
        title: of the file in its properties, where the documents have different ones.
    """
    merger = Merger(duplex=duplex, title=title)
    for document in documents:
        merger.add(document)
    return merger.to_bytes()


def stands_alone(document: bytes) -> bool:
    """Whether LibreOffice shows a document right only in a file of its own: it counts notes through the whole file, and knows
    no number of pages where a page's number does not say it. Word shows it right in a merged one too."""
    own = Document(document, {})
    body = own.parts[own.skeleton.main].expand()
    if any(sign in body for sign in _NOTED):
        return True
    stories = (own.parts[part].expand() for part in own.parts if is_story(own.type(part)))
    is_told = b"NUMPAGES" in body or any(b"NUMPAGES" in story for story in stories)
    return is_told and not sections.numbered_through(body.decode())


class Merger:
    """Takes documents one by one; `to_bytes` ends the file.

    The beginning of document *n*, from 0, is a bookmark called by `docgen.pdf.MARK`.
    """

    def __init__(self, *, duplex: bool = False, title: str = "") -> None:
        self.count = 0
        self._duplex = duplex
        self._known: dict[tuple[bytes, ...], Skeleton] = {}
        self._templates: dict[tuple[bytes, ...], _Template] = {}
        self._pool = Pool()
        self._ids = Ids()
        self._links = Links()
        self._sheet, self._numbering, self._numbering_links = StyleSheet(), Numbering(), Links()
        self._properties = Properties(title)
        self._notes = [Notes(kind) for kind in NOTES]
        self._namespaces = Namespaces("w:document")
        self._body = Stream()
        self._defined: set[sections.Kind] = set()
        self._last = ("", "")
        self._first: Document | None = None
        self._theme = b""
        self._has_even_pages = False
        self._background = ""
        self._root: dict[str, Link] = {}

    def add(self, blob: bytes) -> None:
        """Put a document behind those that are there.

        Raises:
            ProblemsFound: ``package.not-zip``, ``package.not-word``.
        """
        document = Document(blob, self._known)
        main = document.skeleton.main
        template = self._template(document)
        self._properties.take(document.core())
        root, background, body = _taken_apart(document.parts[main].expand().decode())
        content, section = sections.divide(self._namespaces.join(root, body))
        names = Renaming(self._ids, self._pages(content, section))
        rewrite = self._rewrite(template, names)
        relate = self._relate(document, main, self._links, rewrite)
        content, section = relinked(rewrite(content), relate), relinked(section, relate)
        for notes in self._notes:
            if notes.are_in(content):
                content = self._noted(document, notes, content, rewrite)
        if self._first is None:
            self._open(document, background, has_even_pages=template.has_even_pages)
        else:
            self._body.write(sections.ended(*self._last).encode())
        content, section = self._begun(content, section, template)
        if names.counts_pages:
            content = sections.marked_end(content, _END.format(self.count), self._ids.annotation())
        name = self._ids.name(MARK.format(self.count))
        self._last = (sections.marked(content, name, self._ids.annotation()), section)
        self.count += 1

    def to_bytes(self) -> bytes:
        """The file.

        Raises:
            ValueError: no document was added.
        """
        first = self._first
        if first is None:
            raise ValueError("nothing to merge")
        self._body.write("".join((*self._last, "</w:body></w:document>")).encode())
        for kind, data, links in self._made():
            if data:
                self._pool.put(f"word/{kind}.xml", f"{_TYPE}.{kind}+xml", data, links.by_id())
                self._links.id(Link(link_type(kind), f"word/{kind}.xml"))
        main = first.skeleton.main
        entry = self._body.entry(main, head=f"{HEAD}{self._namespaces.head()}{self._background}<w:body>".encode())
        self._pool.put_packed(entry, first.type(main), self._links.by_id())
        root = dict(self._root)
        if said := self._properties.xml():
            self._pool.put(properties.NAME, properties.TYPE, said.encode(), {})
            root["rIdProperties"] = Link(properties.RELATION, properties.NAME)
        return assemble(self._pool.entries(root))

    # -------------------------------------------------------------------------------------------------- what is shared

    def _open(self, first: Document, background: str, *, has_even_pages: bool) -> None:
        """Take from the first document what the file has once."""
        self._first, self._background, self._has_even_pages = first, background, has_even_pages
        main = first.skeleton.main
        for rel in first.rels(main).values():
            if rel.type in _FIRST and not rel.is_external and rel.target in first.parts:
                self._links.id(Link(rel.type_uri, self._pool.bring(first, rel.target)))
        self._root = {rel.id: Link(rel.type_uri, main if rel.target == main else self._pool.bring(first, rel.target))
                      for rel in first.rels("").values()
                      if not rel.is_external and rel.target in first.parts and rel.type not in ("thumbnail", "core-properties")}

    def _made(self) -> Iterator[tuple[str, bytes, Links]]:
        """The parts that are made of those of all documents."""
        yield "styles", self._sheet.data(), Links()
        yield "numbering", self._numbering.xml().encode(), self._numbering_links
        for notes in self._notes:
            yield notes.kind, notes.xml().encode(), notes.links
        yield "settings", self._settings(), Links()

    def _settings(self) -> bytes:
        """The first document's; endnotes come where their document ends."""
        settings = self._first.single("settings") if self._first else None
        text = settings.expand().decode() if settings else ""
        if any(notes.kind == "endnotes" and notes.xml() for notes in self._notes):
            text = sections.with_endnotes(text)
        return text.encode()

    def _template(self, document: Document) -> _Template:
        numbering = document.skeleton.single.get("numbering", "")
        single = [document.single(kind) for kind in ("styles", "numbering", "settings", "theme")]
        key = (*(part.raw if part else b"" for part in single), repr(document.rels(numbering)).encode())
        if key not in self._templates:
            self._templates[key] = self._new_template(document, numbering, *(part.expand() if part else b"" for part in single))
        return self._templates[key]

    def _new_template(
        self, document: Document, part: str, styles: bytes, numbering: bytes, settings: bytes, theme: bytes,
    ) -> _Template:
        if self._first is None:
            self._theme = theme
        outright = said_outright(theme.decode()) if theme != self._theme else None
        if outright:
            styles, numbering = outright(styles.decode()).encode(), outright(numbering.decode()).encode()
        named = self._sheet.take(styles, looks(numbering)) if styles else Styles()
        relate = self._relate(document, part, self._numbering_links, str)
        lists = self._numbering.take(numbering, named.names, relate) if numbering else None
        linked = {}
        if lists:
            self._sheet.relist(lists.shared)
            linked = {style: list_ for style, list_ in linked_lists(styles).items() if lists.counts(list_[0])}
        else:
            self._sheet.relist(lambda _: "0")
        return _Template(named, lists, linked, _EVEN.search(settings) is not None, outright)

    # ----------------------------------------------------------------------------------------------- one document's own

    def _pages(self, content: str, section: str) -> str:
        """The field that tells a document's number of pages: the number of its last page, where they are numbered from 1."""
        if sections.numbered_through(content + section):
            return f"PAGEREF {_END.format(self.count)}"
        return "NUMPAGES" if "<w:sectPr" in content else "SECTIONPAGES"

    def _rewrite(self, template: _Template, names: Renaming) -> Change:
        """What every text of a document needs."""
        listed = template.lists.of_document() if template.lists else None

        def rewrite(text: str) -> str:
            if template.said_outright:
                text = template.said_outright(text)
            if template.linked:
                text = spelt_out(text, template.linked)
            if listed and "<w:numId " in text:
                text = listed(text)
            return names.apply(template.styles.apply(text))

        return rewrite

    def _relate(self, document: Document, part: str, links: Links, rewrite: Change) -> Change:
        """Gives the ids of a document's relationships in the merged file, taking in what they lead to."""
        rels = document.rels(part)
        known: dict[str, str] = {}

        def relate(id: str) -> str:
            if id not in known and id in rels:
                rel = rels[id]
                target = rel.target if rel.is_external else self._pool.bring(document, rel.target, rewrite)
                known[id] = links.id(Link(rel.type_uri, target, rel.is_external))
            return known.get(id, "")

        return relate

    def _noted(self, document: Document, notes: Notes, content: str, rewrite: Change) -> str:
        part = document.single(notes.kind)
        if part is None:
            return content
        return notes.take(content, part.expand().decode(), rewrite, self._relate(document, part.name, notes.links, rewrite))

    def _begun(self, content: str, section: str, template: _Template) -> tuple[str, str]:
        """A document whose first section begins it: on its page, with its number, with no header of the one before."""
        if self._has_even_pages and not template.has_even_pages:
            content, section = sections.each(content, sections.even_as_others), sections.even_as_others(section)
        before, first, after = sections.first_of(content, section)
        own = sections.references(first)
        absent = {kind: self._blank(kind[0]) for kind in sections.KINDS if kind in self._defined and kind not in own}
        one_section = first is section
        self._defined |= sections.references(first if one_section else content + section).keys()
        has_notes = any(f"<w:{note}Reference " in content for note in ("footnote", "endnote"))
        first = sections.begun(sections.with_references(first, absent), duplex=self._duplex, restarts_notes=has_notes)
        return (content, first) if one_section else (before + first + after, section)

    def _blank(self, what: str) -> str:
        """An empty header or footer, lest the one of the document before be shown."""
        tag = {"header": "hdr", "footer": "ftr"}[what]
        xml = f'{HEAD}<w:{tag} xmlns:w="{WORD}">{sections.EMPTY_PARAGRAPH}</w:{tag}>'
        return self._links.id(Link(link_type(what), self._pool.add(f"word/{what}1.xml", f"{_TYPE}.{what}+xml", xml.encode())))


def _taken_apart(text: str) -> tuple[str, str, str]:
    """The root's opening tag, what stands before the body (a background), and what the body holds."""
    start, body, end = text.find("<w:document"), text.find("<w:body>"), text.rfind("</w:body>")
    if min(start, body, end) < 0:
        raise ProblemsFound([Problem("package.not-word")])
    opened = text.index(">", start) + 1
    return text[start:opened], text[opened:body].strip(), text[body + len("<w:body>"):end]
