"""What must hold in every Word file that docgen makes, checked on the bytes with nothing of docgen's own.

Numbers of clauses are those of ECMA-376 part 1 (WordprocessingML) and part 2 (packages).
"""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from posixpath import normpath

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"

Tree = etree._Element
Trees = dict[str, Tree]

BLOCK_PARENTS = {"body", "tc", "hdr", "ftr", "footnote", "endnote", "comment", "txbxContent", "sdtContent", "customXml",
                 "docPartBody"}
RUN_PARENTS = {"p", "hyperlink", "ins", "del", "moveTo", "moveFrom", "smartTag", "sdtContent", "fldSimple", "customXml", "dir",
               "bdo", "rt", "rubyBase"}
PARENTS = {"p": BLOCK_PARENTS, "tbl": BLOCK_PARENTS, "r": RUN_PARENTS, "t": {"r"}, "br": {"r"}, "instrText": {"r"},
           "fldChar": {"r"}, "drawing": {"r"}, "tr": {"tbl", "sdtContent", "customXml"},
           "tc": {"tr", "sdtContent", "customXml"}, "sectPr": {"body", "pPr"}}
FIRST = {"p": "pPr", "r": "rPr", "tbl": "tblPr", "tc": "tcPr"}   # properties stand before all content (17.3.1.22 …)
TEXTS = {"t", "delText", "instrText", "delInstrText", "fldData"}
STYLES = {"pStyle": "paragraph", "rStyle": "character", "tblStyle": "table"}
NOTES = {"footnoteReference": ("footnotes", "footnote"), "endnoteReference": ("endnotes", "endnote"),
         "commentReference": ("comments", "comment")}

LEFTOVER = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|#\}|\bNone\b|\bNONE\b|\bnan\b|\bUndefined\b|«\s*»|<built-in|Decimal\(|datetime\."
                      r"|object at 0x|\{'|\['")
UNSEEN = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\ufffd\ufffe\uffff\ue000-\uf8ff]")


def findings(docx: bytes) -> list[str]:
    """What is wrong with the file, one sentence each."""
    try:
        archive = zipfile.ZipFile(BytesIO(docx))
        broken = archive.testzip()
    except zipfile.BadZipFile as error:
        return [f"not a zip: {error}"]
    if broken:
        return [f"{broken} is damaged"]
    names = archive.namelist()
    found = [f"{name} stands {count} times in the zip" for name, count in Counter(map(str.lower, names)).items() if count > 1]
    parts = {name: archive.read(name) for name in names}
    trees: Trees = {}
    for name, data in parts.items():
        if name.endswith((".xml", ".rels")):
            if b"<!DOCTYPE" in data:
                found.append(f"{name} has a document type")
            try:
                trees[name] = _tree(data)
            except etree.XMLSyntaxError as error:
                found.append(f"{name} is not well-formed: {error}")
    if "[Content_Types].xml" not in trees:
        return [*found, "no [Content_Types].xml"]
    found += _content_types(trees["[Content_Types].xml"], names)
    found += _relationships(trees, names)
    main = next((name for name, tree in trees.items() if tree.tag == f"{W}document"), None)
    if main is None:
        return [*found, "no document part"]
    found += _body(trees[main])
    for name, tree in trees.items():
        if str(tree.tag).startswith(W):
            checks = (_nesting, _tables, _fields, _unique_ids, _spaces)
            found += [f"{name}: {finding}" for check in checks for finding in check(tree)]
        if str(tree.tag).startswith(W) or name == "docProps/core.xml":
            found += [f"{name}: {finding}" for finding in _leftovers(tree)]
    return found + [f"{name}: {finding}" for name, tree in trees.items() for finding in _references(tree, trees)]


def _tree(data: bytes) -> Tree:
    """The part without its ``mc:Fallback``, which repeats text and ids of the choice beside it."""
    tree = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
    for fallback in list(tree.iter("{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback")):
        parent = fallback.getparent()
        if parent is not None:
            parent.remove(fallback)
    return tree


# ---------------------------------------------------------------------------------------------------------------- package

def _content_types(types: Tree, names: list[str]) -> Iterator[str]:
    """Part 2, 10.1.2.2: every part has a content type, and what is declared is there."""
    endings = {node.get("Extension", "").lower() for node in types if node.tag.endswith("}Default")}
    declared = [node.get("PartName", "").lstrip("/") for node in types if node.tag.endswith("}Override")]
    for name in names:
        if name != "[Content_Types].xml" and name not in declared and name.rpartition(".")[2].lower() not in endings:
            yield f"{name} has no content type"
    yield from (f"{name} has a content type but is not there" for name in declared if name not in names)
    yield from (f"{name} has {count} content types" for name, count in Counter(declared).items() if count > 1)


def _relationships(trees: Trees, names: list[str]) -> Iterator[str]:
    """Part 2, 9.3: ids are unique, targets exist, ids used in a part are declared for it; nothing is fetched from outside."""
    declared: dict[str, dict[str, str]] = {}
    for rels, tree in trees.items():
        if not rels.endswith(".rels"):
            continue
        folder, _, file = rels.rpartition("_rels/")
        source = folder + file.removesuffix(".rels")
        if source and source not in names:
            yield f"{rels} belongs to no part"
        ids = [node.get("Id", "") for node in tree]
        declared[source] = {node.get("Id", ""): node.get("Type", "").rpartition("/")[2] for node in tree}
        yield from (f"{rels}: {key} stands {count} times" for key, count in Counter(ids).items() if count > 1)
        for node in tree:
            target, kind = node.get("Target", ""), node.get("Type", "").rpartition("/")[2]
            if node.get("TargetMode") == "External":
                if kind != "hyperlink" or not target.startswith(("http://", "https://", "mailto:")):
                    yield f"{rels}: {kind} leads outside to {target}"
            elif (path := normpath(target if target.startswith("/") else f"/{folder}{target}").lstrip("/")) not in names:
                yield f"{rels}: {path} is not there"
    for name, tree in trees.items():
        for node in tree.iter(etree.Element):
            for key, value in node.attrib.items():
                rel = str(value)
                if str(key).startswith(R) and rel and rel not in declared.get(name, {}):
                    yield f"{name}: {_name(node)} points to {rel}, which is no relationship"
                elif key == f"{R}id" and _name(node) in ("headerReference", "footerReference"):
                    kind = _name(node).removesuffix("Reference")
                    if declared.get(name, {}).get(rel) != kind:
                        yield f"{name}: {kind} reference {rel} leads to something else"


# --------------------------------------------------------------------------------------------------------------- document

def _body(document: Tree) -> Iterator[str]:
    """17.2.2: one body; its section properties stand last."""
    bodies = document.findall(f"{W}body")
    if len(bodies) != 1:
        yield f"{len(bodies)} bodies"
        return
    kinds = [_name(child) for child in bodies[0] if isinstance(child.tag, str)]
    if kinds.count("sectPr") != 1 or kinds[-1] != "sectPr":
        yield "section properties are not the last thing of the body"


def _nesting(tree: Tree) -> Iterator[str]:
    for node in tree.iter(etree.Element):
        name, parent = _name(node), node.getparent()
        if not node.tag.startswith(W):
            continue
        if parent is not None and name in PARENTS and parent.tag.startswith(W) and _name(parent) not in PARENTS[name]:
            yield f"{name} stands in {_name(parent)}"
        if name not in TEXTS and (node.text or "").strip():
            yield f"text directly in {name}: «{(node.text or '').strip()[:40]}»"
        if (node.tail or "").strip():
            yield f"text directly in {_name(parent) if parent is not None else ''}: «{(node.tail or '').strip()[:40]}»"
        properties = FIRST.get(name)
        places = [at for at, child in enumerate(node) if _name(child) == properties] if properties else []
        if places not in ([], [0]) and not (name == "tbl" and len(places) == 1):
            yield f"{properties} is not the first and only one of {name}"


def _tables(tree: Tree) -> Iterator[str]:
    """17.4.37, 17.4.78, 17.4.65: tables have rows, rows cells; a cell ends with a paragraph; merged cells have a start."""
    for table in tree.iter(f"{W}tbl"):
        columns = len(table.findall(f"{W}tblGrid/{W}gridCol"))
        if not columns:
            yield "table without columns in its grid"
        rows = list(_inside(table, "tr"))
        if not rows:
            yield "table without rows"
        merging: set[int] = set()
        for row in rows:
            cells = list(_inside(row, "tc"))
            if not cells:
                yield "row without cells"
            at = _number(row.find(f"{W}trPr/{W}gridBefore"))
            now: set[int] = set()
            for cell in cells:
                blocks = [child for child in cell if _name(child) not in ("bookmarkStart", "bookmarkEnd", "proofErr")]
                last = blocks[-1] if blocks else cell
                if _name(last) != "p" and not (_name(last) == "sdt" and last.find(f".//{W}p") is not None):
                    yield f"cell ends with {_name(last) if blocks else 'nothing'}, not with a paragraph"
                merge = cell.find(f"{W}tcPr/{W}vMerge")
                if merge is not None:
                    if merge.get(f"{W}val") != "restart" and at not in merging:
                        yield "a cell is merged with one above that is not there"
                    now.add(at)
                at += _number(cell.find(f"{W}tcPr/{W}gridSpan")) or 1
            merging = now
            if columns and at > columns:
                yield f"row of {at} columns in a table of {columns}"


def _fields(tree: Tree) -> Iterator[str]:
    """17.16.18: begin, separate and end match, within one part."""
    open_fields: list[bool] = []   # whether the separator has come
    for mark in tree.iter(f"{W}fldChar"):
        kind = mark.get(f"{W}fldCharType")
        if kind == "begin":
            open_fields.append(False)
        elif not open_fields:
            yield f"field {kind} without a beginning"
        elif kind == "end":
            open_fields.pop()
        elif open_fields[-1]:
            yield "a field has two separators"
        else:
            open_fields[-1] = True
    if open_fields:
        yield f"{len(open_fields)} fields without an end"


def _unique_ids(tree: Tree) -> Iterator[str]:
    """20.4.2.5 docPr, 17.13.6.2 bookmarks, 17.5.2.18 controls, [MS-DOCX] 2.2.4 paraId; notes and comments by id."""
    kinds: dict[str, list[str | None]] = {
        "drawing id": [node.get("id") for node in tree.iter(f"{WP}docPr")],
        "bookmark id": [node.get(f"{W}id") for node in tree.iter(f"{W}bookmarkStart")],
        "bookmark name": [node.get(f"{W}name") for node in tree.iter(f"{W}bookmarkStart")],
        "paragraph id": [node.get(f"{W14}paraId") for node in tree.iter(f"{W}p", f"{W}tr")],
        "control id": [node.get(f"{W}val") for node in tree.iterfind(f".//{W}sdtPr/{W}id")],
        "note id": [node.get(f"{W}id") for node in tree.iter(f"{W}footnote", f"{W}endnote", f"{W}comment")],
        "style id": [node.get(f"{W}styleId") for node in tree.iter(f"{W}style")],
        "list id": [node.get(f"{W}numId") for node in tree.iter(f"{W}num")],
    }
    for kind, ids in kinds.items():
        yield from (f"{kind} {key} stands {count} times" for key, count in Counter(filter(None, ids)).items() if count > 1)
    for what in ("bookmark", "commentRange", "permission"):
        suffixes = ("Start", "End")
        starts, ends = ({node.get(f"{W}id") for node in tree.iter(f"{W}{what}{suffix}")} for suffix in suffixes)
        yield from (f"{what} {key} has only one of its two ends" for key in sorted(starts ^ ends, key=str))


def _spaces(tree: Tree) -> Iterator[str]:
    """17.3.3.31: spaces at the ends of a text are lost without xml:space."""
    for text in tree.iter(f"{W}t"):
        value = text.text or ""
        if value != value.strip(" ") and text.get(XML_SPACE) != "preserve":
            yield f"«{value[:40]}» loses its outer spaces"


def _leftovers(tree: Tree) -> Iterator[str]:
    """What a template or a programming language leaves in a text, and characters that nobody sees on paper."""
    if tree.tag.startswith(W):
        tags = [f"{W}{name}" for name in TEXTS]
        texts = ["".join(node.text or "" for node in p.iter(*tags)) for p in tree.iter(f"{W}p")]
        texts += [str(value) for node in tree.iter(f"{WP}docPr") for value in node.attrib.values()]
    else:
        texts = [node.text or "" for node in tree.iter(etree.Element)]
    for text in texts:
        for pattern, what in ((LEFTOVER, "left over"), (UNSEEN, "unseen character")):
            for match in pattern.finditer(text):
                yield f"{what}: {match[0]!r} in «{text[max(0, match.start() - 20):match.end() + 20]}»"


def _references(tree: Tree, trees: Trees) -> Iterator[str]:
    """Styles, lists, notes and comments that are named are there."""
    if not str(tree.tag).startswith(W):
        return
    styles = {(s.get(f"{W}type"), s.get(f"{W}styleId")) for t in _of(trees, "styles") for s in t.iter(f"{W}style")}
    lists = {num.get(f"{W}numId") for t in _of(trees, "numbering") for num in t.findall(f"{W}num")} | {"0"}
    for node in tree.iter(*(f"{W}{name}" for name in (*STYLES, "numId", *NOTES))):
        name, value = _name(node), node.get(f"{W}val")
        if name in STYLES and (STYLES[name], value) not in styles:
            yield f"{STYLES[name]} style {value} is not there"
        elif name == "numId" and value not in lists:
            yield f"list {value} is not there"
        elif name in NOTES:
            root, item = NOTES[name]
            ids = {note.get(f"{W}id") for t in _of(trees, root) for note in t.iter(f"{W}{item}")}
            if node.get(f"{W}id") not in ids:
                yield f"{item} {node.get(f'{W}id')} is not there"


def _of(trees: Trees, root: str) -> list[Tree]:
    return [tree for tree in trees.values() if tree.tag == f"{W}{root}"]


def _inside(node: Tree, name: str) -> Iterator[Tree]:
    """Children of this name, also those in content controls."""
    for child in node:
        if _name(child) == name:
            yield child
        elif _name(child) in ("sdt", "sdtContent", "customXml", "ins"):
            yield from _inside(child, name)


def _name(node: Tree) -> str:
    return node.tag.rpartition("}")[2] if isinstance(node.tag, str) else ""


def _number(node: Tree | None) -> int:
    value = node.get(f"{W}val", "") if node is not None else ""
    return int(value) if value.isdigit() else 0
