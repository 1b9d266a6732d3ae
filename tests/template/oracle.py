"""docxtpl's own render as the oracle, and the comparison of two documents part by part.

Documents are compared as trees after this normalisation, and no other:

1. what Word writes for itself is left out: revision ids, proofing marks, the history of formatting, the author's cursor;
2. neighbouring runs of the same properties are one run, neighbouring texts of a run one text, empty ones none;
3. blanks at the ends of a text count only where ``xml:space="preserve"`` says so (as Word reads it);
4. ids of drawings are counted in order of appearance (two drawings of one id keep one number);
5. properties of the document that are empty are left out (docxtpl writes all of them);
6. the list of content types is what it says of the parts that are there (python-docx drops what is not used);
7. docxtpl puts new properties of a cell and of a run first; its document is compared in the order of the schema. What is
   compared with it must be in that order by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any

from docxtpl import DocxTemplate
from lxml import etree
from wordfile import read_parts

from docgen.template.markup import content_type, content_types

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_LEFT_OUT = {W + name for name in ("proofErr", "lastRenderedPageBreak", "rPrChange", "pPrChange", "tcPrChange", "trPrChange")}
# ECMA-376 part 1, annex A.1: the sequences CT_TcPr and EG_RPrBase; extensions (w14) come behind them
_ORDER = {
    f"{W}tcPr": "cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection tcFitText vAlign hideMark "
                "headers cellIns cellDel cellMerge tcPrChange",
    f"{W}rPr": "ins del moveFrom moveTo rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint "
                "noProof snapToGrid vanish webHidden color spacing w kern position sz szCs highlight u effect bdr shd fitText "
                "vertAlign rtl cs em lang eastAsianLayout specVanish oMath rPrChange",
}

Tree = tuple[str, tuple[tuple[str, str], ...], tuple[Any, ...]]


def docxtpl_render(template: bytes, context: Mapping[str, Any]) -> bytes:
    """The document that docxtpl makes, values escaped."""
    document = DocxTemplate(BytesIO(template))
    document.render(dict(context), autoescape=True)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def differences(expected: bytes, found: bytes) -> list[str]:
    """Where two documents differ, a line a part; nothing where they say the same."""
    ours, theirs = read_parts(found), read_parts(expected)
    lines = [f"{name}: only in one" for name in sorted(set(ours) ^ set(theirs))]
    for name in sorted(set(ours) & set(theirs)):
        if name == "[Content_Types].xml":
            lines += [f"{name}: {part}" for part in ours if _type(part, theirs[name]) != _type(part, ours[name])]
        elif name.endswith((".xml", ".rels")):
            wanted, found_tree = etree.fromstring(theirs[name]), etree.fromstring(ours[name])
            lines += [f"{name}: {line}" for line in _disorder(found_tree)]
            _put_in_order(wanted)
            difference = _difference(_canonical(wanted), _canonical(found_tree), name)
            lines += [difference] if difference else []
        elif ours[name] != theirs[name]:
            lines.append(f"{name}: other bytes")
    return lines


def _type(part: str, types: bytes) -> str:
    if part == "[Content_Types].xml":
        return ""
    found = content_types(types)
    return content_type(part, found)


def _disorder(root: etree._Element) -> list[str]:
    """The properties that do not stand in the order of the schema."""
    return [f"{' '.join(etree.QName(child).localname for child in properties)} is not the order of the schema"
            for properties in root.iter(*_ORDER) if (ranks := _ranks(properties)) != sorted(ranks)]


def _put_in_order(root: etree._Element) -> None:
    for properties in root.iter(*_ORDER):
        ranked = zip(_ranks(properties), properties, strict=True)
        properties[:] = [child for _, child in sorted(ranked, key=lambda pair: pair[0])]


def _ranks(properties: etree._Element) -> list[int]:
    order = _ORDER[str(properties.tag)].split()
    names = [str(child.tag).removeprefix(W) for child in properties]
    return [order.index(name) if name in order else len(order) for name in names]


def _canonical(root: etree._Element) -> Tree:
    _number_drawings(root)
    tree = _tree(root)
    if "coreProperties" in tree[0]:
        return (tree[0], tree[1], tuple(child for child in tree[2] if child[2]))
    if tree[0].endswith("}Relationships"):
        return (tree[0], tree[1], tuple(sorted(tree[2])))
    return tree


def _number_drawings(root: etree._Element) -> None:
    seen: dict[str, str] = {}
    for drawing in root.iter(f"{WP}docPr"):
        drawing.set("id", seen.setdefault(drawing.get("id", ""), str(len(seen) + 1)))


def _tree(element: etree._Element) -> Tree:
    attributes = tuple(sorted((name, value) for name, value in element.attrib.items() if not _is_own(name)))
    if element.tag == f"{W}t":
        text = element.text or ""
        return (element.tag, (), (text if element.get(SPACE) == "preserve" else text.strip(" "),))
    children = list(_merged(_tree(child) for child in _kept(element)))
    text = (element.text or "").strip()
    return (element.tag, attributes, (*([text] if text else []), *children))


def _is_own(name: str) -> bool:
    return name.startswith(f"{W}rsid") or name.endswith(("}paraId", "}textId"))


def _kept(element: etree._Element) -> Iterator[etree._Element]:
    go_back = {child.get(f"{W}id") for child in element.iter(f"{W}bookmarkStart") if child.get(f"{W}name") == "_GoBack"}
    for child in element:
        if not isinstance(child.tag, str) or child.tag in _LEFT_OUT:
            continue
        if child.tag in (f"{W}bookmarkStart", f"{W}bookmarkEnd") and child.get(f"{W}id") in go_back:
            continue
        yield child


def _merged(children: Iterator[Tree]) -> Iterator[Tree]:
    """Neighbouring texts and runs joined, empty ones left out."""
    held: Tree | None = None
    for child in children:
        if child == (f"{W}t", (), ("",)) or (child[0] == f"{W}r" and not _content(child)):
            continue
        if held and held[0] == child[0] == f"{W}t":
            held = (held[0], (), (held[2][0] + child[2][0],))
        elif held and held[0] == child[0] == f"{W}r" and _properties(held) == _properties(child):
            held = (held[0], held[1], (*_properties(held), *_merged(iter((*_content(held), *_content(child))))))
        else:
            if held:
                yield held
            held = child
    if held:
        yield held


def _properties(run: Tree) -> tuple[Any, ...]:
    return run[2][:1] if run[2] and run[2][0][0] == f"{W}rPr" else ()


def _content(run: Tree) -> tuple[Any, ...]:
    return run[2][len(_properties(run)):]


def _difference(expected: Any, found: Any, path: str) -> str:
    if expected == found:
        return ""
    if isinstance(expected, str) or isinstance(found, str) or expected[:2] != found[:2]:
        return f"{path}: expected {_brief(expected)}, found {_brief(found)}"
    for n, (one, other) in enumerate(zip(expected[2], found[2], strict=False)):
        if one != other:
            return _difference(one, other, f"{path}/{expected[0].rpartition('}')[2]}[{n}]")
    longer = max(expected[2], found[2], key=len)
    side = "found" if longer is found[2] else "expected"
    return f"{path}/{expected[0].rpartition('}')[2]}: only {side}: {_brief(longer[min(len(expected[2]), len(found[2]))])}"


def _brief(tree: Any) -> str:
    text = str(tree).replace(W, "w:")
    return text if len(text) <= 200 else text[:199] + "…"
