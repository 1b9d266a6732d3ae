"""The XML of a package, read safely: no document type, no entities, no network, no endless depth.

The small parts that say how a package hangs together (content types, relationships) are read by expat from the standard
library, so that a cold start does not pay for lxml; trees for changing come from `parse`, lxml with the same caution.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from posixpath import normpath
from typing import TYPE_CHECKING
from xml.parsers import expat

from docgen.errors import Problem, ProblemsFound

if TYPE_CHECKING:
    from lxml import etree

# XML 1.0, 2.4 and 3.3.3: what an attribute cannot hold as it is, and white space that a reader would make a blank.
_ESCAPED = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
OFF = ("0", "false", "off", "none")
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"


@dataclass(frozen=True, slots=True)
class Relationship:
    """An entry of a ``.rels`` part. *type* is its last step (``image``, ``header``, ``hyperlink``), *target* the name of
    a part, or what was written where *is_external*."""

    id: str
    type: str
    target: str
    is_external: bool
    type_uri: str


def elements(data: bytes) -> list[tuple[str, dict[str, str]]]:
    """The elements of a small part in order: local name, attributes by local name.

    Raises:
        expat.ExpatError: not well-formed, or it has a document type.
    """
    found: list[tuple[str, dict[str, str]]] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        # an attribute without a namespace is the package's own; one of the same name with a namespace must not hide it
        found.append((local(name), {local(key): attributes[key] for key in sorted(attributes, key=lambda key: " " not in key)}))

    parser = expat.ParserCreate("UTF-8", " ")
    parser.StartDoctypeDeclHandler = refuse_doctype
    parser.StartElementHandler = start
    parser.Parse(data, True)
    return found


def relationships_part(items: Iterable[Mapping[str, str]]) -> bytes:
    """A ``.rels`` part of the attributes of its relationships."""
    inner = "".join(_element("Relationship", attributes) for attributes in items)
    return f'{HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{inner}</Relationships>'.encode()


def content_types_part(items: Iterable[tuple[str, Mapping[str, str]]]) -> bytes:
    """``[Content_Types].xml`` of its elements; all Default before all Override, as Word writes them."""
    kept = sorted((item for item in items if item[0] in ("Default", "Override")), key=lambda item: item[0])
    inner = "".join(_element(name, attributes) for name, attributes in kept)
    return f'{HEAD}<Types xmlns="{_PACKAGE}/content-types">{inner}</Types>'.encode()


def quoted(value: str) -> str:
    """A text as the value of an attribute, quotes included (``xml.sax.saxutils`` would load ``urllib.request`` for it)."""
    return f'"{value.translate(_ESCAPED)}"'


def _element(name: str, attributes: Mapping[str, str]) -> str:
    return f"<{name}{''.join(f' {key}={quoted(value)}' for key, value in attributes.items())}/>"


def local(name: str) -> str:
    """``p`` of ``urn:x p`` (as expat gives names)."""
    return name.rpartition(" ")[2]


def refuse_doctype(*_: object) -> None:
    raise expat.ExpatError("doctype")


def content_types(data: bytes) -> dict[str, str]:
    """``[Content_Types].xml``: content types by ``.ending`` and by ``/part``, all in lower case (ECMA-376 part 2, 10.1.2)."""
    types: dict[str, str] = {}
    for name, attributes in elements(data):
        if name == "Default":
            types["." + attributes.get("Extension", "").lower()] = attributes.get("ContentType", "").lower()
        elif name == "Override":
            types[attributes.get("PartName", "").lower()] = attributes.get("ContentType", "").lower()
    return types


def content_type(part: str, types: dict[str, str]) -> str:
    """The content type of a part, empty where none is declared."""
    name = f"/{part}".lower()
    return types.get(name) or types.get("." + name.rpartition(".")[2], "")


def relationships(data: bytes, *, source: str = "") -> list[Relationship]:
    """The relationships of the part *source* (empty for the package's own) from the data of its ``.rels`` part."""
    return [_relationship(attributes, source) for name, attributes in elements(data) if name == "Relationship"]


def _relationship(attributes: dict[str, str], source: str) -> Relationship:
    target, uri = attributes.get("Target", ""), attributes.get("Type", "")
    # A target that names a server or a drive is outside whatever TargetMode says.
    outside = attributes.get("TargetMode") == "External" or ":" in target.partition("/")[0] or target.startswith(("//", "\\"))
    if not outside:
        folder = source.rpartition("/")[0]
        path = target.partition("#")[0]
        target = normpath(path if path.startswith("/") else f"/{folder}/{path}").lstrip("/")
    return Relationship(attributes.get("Id", ""), uri.rpartition("/")[2], target, outside, uri)


def rels_name(part: str) -> str:
    """Where the relationships of *part* stand: ``word/_rels/document.xml.rels``; ``_rels/.rels`` for the package."""
    folder, slash, file = part.rpartition("/")
    return f"{folder}{slash}_rels/{file}.rels"


def source_of(rels: str) -> str:
    """The part whose relationships *rels* holds, the inverse of `rels_name`."""
    folder, _, file = rels.rpartition("_rels/")
    return folder + file[:-len(".rels")]


def name_of(element: etree._Element) -> str:
    """``p`` of ``{urn:x}p`` (as lxml gives names); empty for comments."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def value_of(element: etree._Element | None) -> str:
    """Its ``w:val``, empty where there is none."""
    return element.get(f"{W}val", "") if element is not None else ""


def is_on(element: etree._Element | None) -> bool:
    """Whether an on/off property is there and on (ECMA-376 part 1, 17.17.4)."""
    return element is not None and value_of(element) not in OFF


def parse(data: bytes, *, part: str = "") -> etree._Element:
    """The tree of a part. Takes bytes that `opc.Package.read` has let in, or that docgen made.

    Raises:
        ProblemsFound: ``package.xml``; lxml refuses a few things that expat lets in, as texts of more than 10 MB.
    """
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False)
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise ProblemsFound([Problem("package.xml", facts={"part": part, "found": error.lineno or ""})]) from error


def serialise(root: etree._Element) -> bytes:
    """The bytes of a part, as Word heads them: UTF-8, standalone."""
    from lxml import etree

    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
