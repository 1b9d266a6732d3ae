"""A template without what Word scatters in it: same content, same bytes.

What goes: revision ids, spelling marks, the cursor's bookmark, cached page breaks, names of people and times of saving,
view settings, statistics, thumbnails, parts that nothing points to. What is put in order: parts, content types,
relationships, namespaces, dates of the archive. Adjacent runs of the same formatting become one, and a tag that Word has
spread over several runs is healed into the first of them. What binds the file to others goes too, though the gate refuses
it: the attached template, the list of a mail merge, the workbook behind a chart, which keeps the values that it shows. What
is read on paper does not change; `tidy` of a tidy file is the file itself.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from docgen.template.archive import Entry, assemble
from docgen.template.hazards import MENDABLE, is_xml
from docgen.template.markup import W, name_of, parse, relationships, rels_name, serialise, source_of
from docgen.template.opc import CONTENT_TYPES, Package

if TYPE_CHECKING:
    from lxml.etree import _Element

W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"

# ECMA-376 part 1, 17.13.8 proofErr, 17.3.3.13 lastRenderedPageBreak, 17.15.1 settings; [MS-DOCX] 2.2 docId, 2.6 conflictMode
_DROPPED = {"proofErr", "lastRenderedPageBreak", "rsid", "rsids", "proofState", "docId", "zoom", "view", "revisionView",
            "printerSettings"}
_PEOPLE = {"author", "initials", "date", "dateUtc"}
_SIGNED = {"ins", "del", "comment", "moveFrom", "moveTo", "rPrChange", "pPrChange", "tblPrChange", "trPrChange", "tcPrChange",
           "sectPrChange", "tblGridChange", "tblPrExChange", "numberingChange", "cellIns", "cellDel", "cellMerge"}
# End of a part's content type -> the elements that bind it to another file, their relationships in lower case: ECMA-376
# part 1, 17.15.1.6 attachedTemplate, 17.15.1.55 linkStyles (without its template Word would take the styles of another),
# 17.14.20 mailMerge; 21.2.2.63 externalData
_BONDS = {"wordprocessingml.settings+xml": ({"attachedTemplate", "linkStyles", "mailMerge"},
                                            {"attachedtemplate", "mailmergesource", "mailmergeheadersource", "recipientdata"}),
          "drawingml.chart+xml": ({"externalData"}, {"package", "oleobject"})}
# a signature ("origin", ECMA-376 part 2, 13.2) signs the bytes as they were
_DROPPED_RELATIONSHIPS = {"thumbnail", "people", "styleswitheffects", "printersettings", "origin"}   # in lower case
_PROPERTIES_KEPT = {"title", "subject", "keywords", "description", "category", "language", "contentStatus", "identifier"}
_STATISTICS = {"TotalTime", "Pages", "Words", "Characters", "CharactersWithSpaces", "Lines", "Paragraphs", "Template",
               "Company", "Manager", "HyperlinkBase", "HeadingPairs", "TitlesOfParts", "LinksUpToDate", "HyperlinksChanged",
               "SharedDoc", "ScaleCrop", "DocSecurity"}

_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_RUN_TAG = re.compile(r"\{[{%]-?r\s")   # docxtpl replaces the whole run of such a tag, so it stays alone
_QUOTES = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'"})   # the same that docxtpl straightens
_PLAIN = {"t", "tab", "br", "cr", "noBreakHyphen", "softHyphen", "sym"}


def tidy(source: bytes | str | Path) -> bytes:
    """The Word file in order.

    Raises:
        ProblemsFound: ``package.*``, the file is refused, as it is or for what could not be mended.
    """
    package = Package.read(source, mended=MENDABLE)
    data = {name: entry.data for name, entry in package.entries.items()}
    dropped = _dropped_types(package)
    kept = _reachable(package, dropped)
    is_marked = any(b"paraId" in data[name] for name in kept if not _is_story(package, name) and name.endswith(".xml"))
    parts: dict[str, bytes] = {}
    for name in kept:
        if name.endswith(".rels"):
            parts[name] = _relationships(data[name], dropped | _bonds(package, source_of(name))[1])
        elif is_xml(package.content_type(name)):
            parts[name] = _part(data[name], has_marks=is_marked, bonds=_bonds(package, name)[0])
        else:
            parts[name] = data[name]
    parts[CONTENT_TYPES] = _content_types(data[CONTENT_TYPES], set(parts))
    first = (CONTENT_TYPES, rels_name(""), package.main, rels_name(package.main))
    order = sorted(parts, key=lambda name: (first.index(name) if name in first else len(first), name))
    made = assemble(Entry.of(name, parts[name]) for name in order)
    Package.read(made, name=package.name)   # the whole gate: what was not mended does not get through
    return made


# ---------------------------------------------------------------------------------------------------------------- package

def _dropped_types(package: Package) -> set[str]:
    """Relationship types to cut, in lower case; custom XML goes too where no control shows a value of it."""
    is_bound = any(b"dataBinding" in entry.data for entry in package.entries.values())
    return _DROPPED_RELATIONSHIPS | (set() if is_bound else {"customxml"})


def _bonds(package: Package, part: str) -> tuple[set[str], set[str]]:
    """What binds the part to another file: names of elements, and of relationships in lower case."""
    kind = package.content_type(part)
    return next((bonds for end, bonds in _BONDS.items() if kind.endswith(end)), (set(), set()))


def _reachable(package: Package, dropped: set[str]) -> list[str]:
    """The parts that relationships lead to from the package, and the parts of those relationships."""
    seen: dict[str, None] = {}
    waiting = [""]
    while waiting:
        part = waiting.pop()
        rels = package.entries.get(rels_name(part))
        gone = dropped | _bonds(package, part)[1]
        kept = [rel for rel in relationships(rels.data, source=part) if rel.type.lower() not in gone] if rels else []
        if kept:
            seen[rels_name(part)] = None
        for rel in kept:
            if rel.target in package.entries and rel.target not in seen:
                seen[rel.target] = None
                waiting.append(rel.target)
    return list(seen)


def _relationships(data: bytes, dropped: set[str]) -> bytes:
    root = parse(data)
    kept = [rel for rel in root if rel.get("Type", "").rpartition("/")[2].lower() not in dropped]
    root[:] = sorted(kept, key=lambda rel: [int(step) if step.isdecimal() else step for step in _steps(rel.get("Id", ""))])
    return _serialised(root)


def _steps(id: str) -> list[str]:
    """``rId10`` as ``rId``, ``10``, so that it comes after ``rId9``; texts and numbers alternate."""
    return re.split(r"(\d+)", id)


def _content_types(data: bytes, parts: set[str]) -> bytes:
    root = parse(data)
    endings = {part.rpartition(".")[2].lower() for part in parts}
    kept = (node for node in root
            if node.get("PartName", "").removeprefix("/") in parts or node.get("Extension", "").lower() in endings)
    root[:] = sorted(kept, key=lambda node: (name_of(node), node.get("Extension", ""), node.get("PartName", "")))
    return _serialised(root)


# ------------------------------------------------------------------------------------------------------------------ parts

def _is_story(package: Package, part: str) -> bool:
    """Whether the part holds paragraphs that are printed; comments point to these by their paraId."""
    return package.content_type(part).endswith(("document.main+xml", ".header+xml", ".footer+xml", ".footnotes+xml",
                                                ".endnotes+xml", ".comments+xml"))


def _part(data: bytes, *, has_marks: bool, bonds: set[str]) -> bytes:
    root = parse(data)
    kind = name_of(root)
    bound = [node for node in root.iter("*") if name_of(node) in bonds]
    for node in bound:
        _remove(node)
    if kind == "coreProperties":
        root[:] = [node for node in root if name_of(node) in _PROPERTIES_KEPT or _TAG.search(node.text or "")]
    elif kind == "Properties":
        root[:] = [node for node in root if name_of(node) not in _STATISTICS]
    elif not root.tag.startswith(W):
        return serialise(root) if bound else data   # themes, drawings, custom XML: left as they are
    else:
        _clean(root, has_marks=has_marks)
        for paragraph in root.iter(f"{W}p"):
            _heal(paragraph)
        _merge_runs(root)
    return _serialised(root)


def _clean(root: _Element, *, has_marks: bool) -> None:
    cursors = {mark.get(f"{W}id") for mark in root.iter(f"{W}bookmarkStart") if mark.get(f"{W}name") == "_GoBack"}
    for node in list(root.iter("*")):
        name = name_of(node)
        is_cursor = name in ("bookmarkStart", "bookmarkEnd") and node.get(f"{W}id") in cursors
        if is_cursor or (name in _DROPPED and node is not root):
            _remove(node)
            continue
        for key in list(node.attrib):
            short = str(key).rpartition("}")[2]
            if short.startswith("rsid") or (str(key).startswith(W14) and short in ("paraId", "textId") and not has_marks):
                del node.attrib[key]
            elif short in _PEOPLE and str(key).startswith("{") and name in _SIGNED:
                node.attrib[key] = ""
                if short.startswith("date"):
                    del node.attrib[key]
    for name in ("rPr", "pPr"):
        for node in list(root.iter(f"{W}{name}")):
            parent = node.getparent()
            if len(node) == 0 and parent is not None and name_of(parent) in ("p", "r", "pPr", "style", "lvl"):
                _remove(node)


# ------------------------------------------------------------------------------------------------------------------- runs

def _heal(paragraph: _Element) -> None:
    """Put each tag of the paragraph into the text where it begins, with straight quotes."""
    texts = [node for node in paragraph.iter(f"{W}t") if _paragraph_of(node) is paragraph]
    pieces = [node.text or "" for node in texts]
    for tag in list(_TAG.finditer("".join(pieces)))[::-1]:
        first, start = _locate(pieces, tag.start())
        last, end = _locate(pieces, tag.end() - 1)
        if first != last and not _is_plain_between(texts[first], texts[last]):
            continue
        rest = pieces[last][end + 1:]
        if first == last:
            pieces[first] = pieces[first][:start] + tag[0].translate(_QUOTES) + rest
            continue
        pieces[first] = pieces[first][:start] + tag[0].translate(_QUOTES)
        pieces[first + 1:last] = [""] * (last - first - 1)
        pieces[last] = rest
    for node, piece in zip(texts, pieces, strict=True):
        _set_text(node, piece)


def _locate(pieces: list[str], at: int) -> tuple[int, int]:
    """Which piece the character stands in, and where in it."""
    for index, piece in enumerate(pieces):
        if at < len(piece):
            return index, at
        at -= len(piece)
    raise IndexError(at)


def _paragraph_of(text: _Element) -> _Element | None:
    return next(text.iterancestors(f"{W}p"), None)


def _is_plain_between(first: _Element, last: _Element) -> bool:
    """Whether only texts stand between the two: a tab or a picture inside a tag is for the engine to complain of."""
    paragraph = _paragraph_of(first)
    runs = (run for run in paragraph.iter(f"{W}r")) if paragraph is not None else iter(())
    content = [node for run in runs for node in run if node.tag != f"{W}rPr"]
    return all(node.tag == f"{W}t" for node in content[content.index(first):content.index(last)])


def _merge_runs(root: _Element) -> None:
    from lxml import etree

    for run in list(root.iter(f"{W}r")):
        if not any(node.tag != f"{W}rPr" for node in run):
            _remove(run)
            continue
        before = run.getprevious()
        if before is None or before.tag != run.tag or not (_is_mergeable(before) and _is_mergeable(run)):
            continue
        if [etree.tostring(node, method="c14n") for node in before.iterfind(f"{W}rPr")] != [
                etree.tostring(node, method="c14n") for node in run.iterfind(f"{W}rPr")]:
            continue
        for node in [node for node in run if node.tag != f"{W}rPr"]:
            last = before[-1]
            if node.tag == last.tag == f"{W}t":
                _set_text(last, f"{last.text or ''}{node.text or ''}")
            else:
                before.append(node)
        _remove(run)
    for text in list(root.iter(f"{W}t")):
        _set_text(text, text.text or "")


def _is_mergeable(run: _Element) -> bool:
    is_plain = all(name_of(node) in _PLAIN for node in run if node.tag != f"{W}rPr")
    return is_plain and not run.attrib and not _RUN_TAG.search("".join(node.text or "" for node in run.iter(f"{W}t")))


def _set_text(node: _Element, text: str) -> None:
    """The text with `xml:space` just where outer spaces need it; an empty one goes, and its run with it."""
    if not text:
        run = node.getparent()
        _remove(node)
        if run is not None and not any(child.tag != f"{W}rPr" for child in run):
            _remove(run)
        return
    node.text = text
    if text != text.strip(" \t\r\n"):
        node.set(_SPACE, "preserve")
    elif _SPACE in node.attrib:
        del node.attrib[_SPACE]


# -------------------------------------------------------------------------------------------------------------------- XML

def _serialised(root: _Element) -> bytes:
    """The part without blanks between its elements and without namespaces that nothing uses."""
    from lxml import etree

    for node in root.iter("*"):
        if len(node) and not (node.text or "").strip():
            node.text = None
        if not (node.tail or "").strip():
            node.tail = None
    for comment in list(root.iter(etree.Comment, etree.ProcessingInstruction)):
        _remove(comment)
    named = {prefix for node in root.iter(f"{_MC}Choice") for prefix in node.get("Requires", "").split()}
    used = {str(key).partition("}")[0][1:] for node in root.iter("*") for key in (node.tag, *node.attrib)}
    ignorable = [prefix for prefix in root.get(f"{_MC}Ignorable", "").split() if root.nsmap.get(prefix) in used]
    if ignorable:
        root.set(f"{_MC}Ignorable", " ".join(sorted(ignorable)))
    elif f"{_MC}Ignorable" in root.attrib:
        del root.attrib[f"{_MC}Ignorable"]
    etree.cleanup_namespaces(root, keep_ns_prefixes=sorted(named | set(ignorable)))
    return serialise(root)


def _remove(node: _Element) -> None:
    """Take the element out, keeping the text behind it."""
    parent = node.getparent()
    if parent is None:
        return
    if (node.tail or "").strip():
        before = node.getprevious()
        if before is not None:
            before.tail = f"{before.tail or ''}{node.tail}"
        else:
            parent.text = f"{parent.text or ''}{node.tail}"
    parent.remove(node)
