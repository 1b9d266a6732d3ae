"""Sections of a document body, as text: where they end, how they begin, which headers they show (ECMA-376 part 1, 17.6).

A section's properties (``w:sectPr``) stand in its last paragraph, those of the last section at the end of the body.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

#: children of w:sectPr in the order of the schema (17.6.17)
_ORDER = ["footnotePr", "endnotePr", "type", "pgSz", "pgMar", "paperSrc", "pgBorders", "lnNumType", "pgNumType", "cols",
          "formProt", "vAlign", "noEndnote", "titlePg", "textDirection", "bidi", "rtlGutter", "docGrid", "printerSettings",
          "sectPrChange"]
#: one page cannot be lost to it: a paragraph next to nothing high
_SMALL = '<w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>'
EMPTY_PARAGRAPH = f"<w:p><w:pPr>{_SMALL}</w:pPr></w:p>"

_CHANGE = re.compile(r"<w:sectPrChange .*?</w:sectPrChange>", re.DOTALL)
_SECTION = re.compile(r"<w:sectPr(?: [^>]*)?/>|<w:sectPr(?: [^>]*)?>.*?</w:sectPr>", re.DOTALL)
_REFERENCE = re.compile(r"<w:(header|footer)Reference [^>]*/>")
_START = re.compile(r'w:start="(\d+)"')
_TYPE = re.compile(r'w:type="(\w+)"')
_ID = re.compile(r'r:id="([^"]*)"')
_PARAGRAPH = re.compile(r"<w:p(?: [^>]*?)?(/?)>|</w:p>")
_OPENING = re.compile(r"<w:p(?: [^>]*?)?(/?)>")
_POINT = re.compile(r"<w:(?:bookmarkStart|bookmarkEnd|proofErr|permStart|permEnd|comment\w+|move\w+)\b[^>]*/>")

Kind = tuple[str, str]   # header or footer; default, first or even
KINDS: tuple[Kind, ...] = tuple((what, kind) for what in ("header", "footer") for kind in ("default", "first", "even"))


def divide(body: str) -> tuple[str, str]:
    """The body's content, and the properties of its last section; revisions of properties are forgotten."""
    if "<w:sectPrChange" in body:
        body = _CHANGE.sub("", body)
    body = body.rstrip()
    at = body.rfind("<w:sectPr")
    found = _SECTION.match(body, at) if at >= 0 else None
    if found and found.end() == len(body):
        return body[:at].rstrip(), found[0]
    return body, "<w:sectPr/>"


def ended(content: str, section: str) -> str:
    """The content of a body with the properties of its last section moved into its last paragraph."""
    at = len(content)
    while content.endswith("/>", 0, at) and _POINT.match(content, content.rindex("<", 0, at)):
        at = content.rindex("<", 0, at)   # the end of a bookmark may stand behind the last paragraph
    body, tail = content[:at], content[at:]
    start = _last_paragraph(body)
    if start < 0 or "<w:sectPr" in body[start:]:
        return f"{content}<w:p><w:pPr>{_SMALL}{section}</w:pPr></w:p>"
    opening = _PARAGRAPH.match(body, start)
    assert opening
    if opening[1]:   # <w:p/>
        return f"{body[:opening.end() - 2]}><w:pPr>{section}</w:pPr></w:p>{tail}"
    inner = _inside(body, opening.end())
    if body.startswith("<w:pPr/>", inner):
        return f"{body[:inner]}<w:pPr>{section}</w:pPr>{body[inner + 8:]}{tail}"
    if not body.startswith("<w:pPr>", inner):
        return f"{body[:inner]}<w:pPr>{section}</w:pPr>{body[inner:]}{tail}"
    change = body.find("<w:pPrChange", inner)
    end = body.index("</w:pPr>", inner)
    place = change if 0 <= change < end else end
    return f"{body[:place]}{section}{body[place:]}{tail}"


def _inside(text: str, at: int) -> int:
    """Where the next element begins: some programs indent their XML."""
    while text[at].isspace():
        at += 1
    return at


def _last_paragraph(body: str) -> int:
    """Where the paragraph begins with which the body ends; -1 where it ends otherwise."""
    if body.endswith("/>"):
        at = body.rindex("<")
        return at if _OPENING.match(body, at) else -1
    if not body.endswith("</w:p>"):
        return -1
    depth, at = 1, len(body) - 6
    while depth:   # text boxes hold paragraphs of their own
        close = body.rfind("</w:p>", 0, at)
        at = max(body.rfind("<w:p>", 0, at), body.rfind("<w:p ", 0, at), close)
        if at < 0:
            return -1
        depth += 1 if at == close else -1 if body[body.index(">", at) - 1] != "/" else 0
    return at


def marked(content: str, name: str, number: str) -> str:
    """The content with a bookmark at its beginning: within the first paragraph, wherever that is, as LibreOffice takes what
    stands between paragraphs for the end of the one before."""
    mark = f'<w:bookmarkStart w:id="{number}" w:name="{name}"/><w:bookmarkEnd w:id="{number}"/>'
    found = _OPENING.search(content)
    if not found:
        return f"<w:p>{mark}</w:p>{content}"
    if found[1]:   # <w:p/>
        return f"{content[:found.end() - 2]}>{mark}</w:p>{content[found.end():]}"
    at = _inside(content, found.end())
    if content.startswith("<w:pPr/>", at):
        at += len("<w:pPr/>")
    elif content.startswith("<w:pPr>", at):
        change = content.find("<w:pPrChange ", at, content.index("</w:pPr>", at))
        if change >= 0:   # it holds the former properties
            at = content.index("</w:pPrChange>", change)
        at = content.index("</w:pPr>", at) + len("</w:pPr>")
    return f"{content[:at]}{mark}{content[at:]}"


def marked_end(content: str, name: str, number: str) -> str:
    """The content with a bookmark at the end of its last paragraph, wherever that is."""
    mark = f'<w:bookmarkStart w:id="{number}" w:name="{name}"/><w:bookmarkEnd w:id="{number}"/>'
    start = max(map(content.rfind, ("<w:p>", "<w:p ", "<w:p/>")))
    if start < 0:
        return f"{content}<w:p>{mark}</w:p>"
    *_, last = (found for found in _PARAGRAPH.finditer(content, start) if found[0] == "</w:p>" or found[1])
    if last[1]:   # <w:p/>
        return f"{content[:last.end() - 2]}>{mark}</w:p>{content[last.end():]}"
    return f"{content[:last.start()]}{mark}{content[last.start():]}"


def numbered_through(text: str) -> bool:
    """Whether the number of a document's last page is the number of its pages: they are counted in figures from 1 through all
    its sections."""
    told = [_child(section[0], "pgNumType") for section in _SECTION.finditer(text)]
    starts = [start[1] if (start := _START.search(pages)) else "" for pages in told]
    is_decimal = all("w:fmt=" not in pages or 'w:fmt="decimal"' in pages for pages in told)
    return is_decimal and not any(starts[1:]) and starts[:1] in ([], [""], ["1"])

def first_of(content: str, last: str) -> tuple[str, str, str]:
    """The properties of the first section of a document: what stands before them, they, and what stands after; both empty
    where the document has but one section, whose properties are *last*."""
    found = _SECTION.search(content) if "<w:sectPr" in content else None
    return (content[:found.start()], found[0], content[found.end():]) if found else ("", last, "")


def references(section: str) -> dict[Kind, str]:
    """The relationships of the headers and footers that a section names itself."""
    found = {}
    for reference in _REFERENCE.finditer(section):
        kind, rel = _TYPE.search(reference[0]), _ID.search(reference[0])
        if rel:
            found[reference[1], kind[1] if kind else "default"] = rel[1]
    return found


def with_references(section: str, added: Mapping[Kind, str]) -> str:
    """The section with more headers and footers, by relationship."""
    if not added:
        return section
    opening, inner = _opened(section)
    new = "".join(f'<w:{what}Reference w:type="{kind}" r:id="{rel}"/>' for (what, kind), rel in added.items())
    return f"{opening}{new}{inner}"


def each(content: str, change: Callable[[str], str]) -> str:
    """The content of a body with each of its sections changed."""
    return _SECTION.sub(lambda found: change(found[0]), content)


def even_as_others(section: str) -> str:
    """The section with the same headers and footers on even pages as on others."""
    section = _REFERENCE.sub(lambda found: "" if 'w:type="even"' in found[0] else found[0], section)
    named = references(section)
    return with_references(section, {(what, "even"): rel for (what, kind), rel in named.items() if kind == "default"})


# what stands before w:endnotePr in the settings is too much to list; what follows it is not (17.15.1.78)
_AFTER_ENDNOTES = re.compile(
    r"<w:(?:compat|docVars|rsids|attachedSchema|themeFontLang|clrSchemeMapping|doNotIncludeSubdocsInStats"
    r"|doNotAutoCompressPictures|forceUpgrade|captions|readModeInkLockDown|smartTagType|shapeDefaults|doNotEmbedSmartTags"
    r"|decimalSymbol|listSeparator)\b|<m:|<sl:|<w1[45]:|</w:settings>")


def with_endnotes(settings: str) -> str:
    """Settings by which endnotes stand at the end of their section, which is their document's, not of the whole file."""
    position = '<w:pos w:val="sectEnd"/>'
    if "<w:endnotePr>" in settings:
        settings = re.sub(r'(<w:endnotePr>)<w:pos [^>]*/>', r"\1", settings)
        return settings.replace("<w:endnotePr>", f"<w:endnotePr>{position}", 1)
    found = _AFTER_ENDNOTES.search(settings)
    if not found:
        return settings
    return f"{settings[:found.start()]}<w:endnotePr>{position}</w:endnotePr>{settings[found.start():]}"


def begun(section: str, *, duplex: bool, restarts_notes: bool) -> str:
    """The first section of a document as one among others: on a new page (an odd one for *duplex*), which has number 1
    unless the template says another.

    LibreOffice 7.4 shows the header of the first page on the second one too where a section begins on an odd page; a print
    file made as PDF by docgen gets its empty pages otherwise (`docgen.pdf.join`).
    """
    start = _child(section, "type")
    if duplex or not any(f'"{kind}"' in start for kind in ("oddPage", "evenPage", "nextPage")):
        section = with_child(section, "type", f'<w:type w:val="{"oddPage" if duplex else "nextPage"}"/>')
    pages = _child(section, "pgNumType")
    if "w:start=" not in pages:
        section = with_child(section, "pgNumType", f'{pages[:-2].rstrip() if pages else "<w:pgNumType"} w:start="1"/>')
    if restarts_notes:
        for kind in ("footnotePr", "endnotePr"):
            if not _child(section, kind):
                section = with_child(section, kind, f'<w:{kind}><w:numRestart w:val="eachSect"/></w:{kind}>')
    return section


def _child(section: str, name: str) -> str:
    found = re.search(rf"<w:{name}(?: [^>]*)?/>|<w:{name}>.*?</w:{name}>", section)
    return found[0] if found else ""


def with_child(section: str, name: str, xml: str) -> str:
    """The section with one child added or replaced, in its place."""
    if old := _child(section, name):
        return section.replace(old, xml, 1)
    opening, inner = _opened(section)
    after = "|".join(_ORDER[_ORDER.index(name) + 1:])
    found = re.search(rf"<w:(?:{after})[ />]", inner)
    at = found.start() if found else inner.rindex("</w:sectPr>")
    return f"{opening}{inner[:at]}{xml}{inner[at:]}"


def _opened(section: str) -> tuple[str, str]:
    """The opening tag, and the rest with the closing one."""
    end = section.index(">") + 1
    if section[end - 2] == "/":
        return f"{section[:end - 2]}>", "</w:sectPr>"
    return section[:end], section[end:]
