"""What a Word file from outside must not hold: anything that runs, fetches, hides or could not be read safely.

Every XML part is walked once by expat. Names of parts, content types, relationship types and elements are matched
separately and by local name, so that a file which lies in one of them is caught by another. Fields are read as Word reads
them: their instruction may be spread over any number of runs and hold other fields.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from xml.parsers import expat

from docgen.errors import Problem
from docgen.template.markup import Relationship, content_type, content_types, local, relationships, source_of

CONTENT_TYPES = "[Content_Types].xml"
MAIN_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"

# Each table: a piece of the name -> id of the problem. Relationship types are named in ECMA-376 part 1, 11.3 and 15.2,
# and [MS-OFFMACRO2], [MS-OWEXML], [MS-CUSTOMUI].
_PARTS = {"vbaproject": "macros", "vbadata": "macros", "/activex/": "activex", "/embeddings/": "embedded",
          "customui": "custom-ui", "/webextensions/": "custom-ui", "attachedtoolbars": "custom-ui"}
_TYPES = {"macroenabled": "macros", "vbaproject": "macros", "vbadata": "macros", "activex": "activex", "oleobject": "embedded",
          "webextension": "custom-ui", "keymapcustomizations": "custom-ui", "attachedtoolbars": "custom-ui"}
_RELATIONSHIPS = {"vbaproject": "macros", "wordvbadata": "macros", "control": "activex", "activexcontrolbinary": "activex",
                  "oleobject": "embedded", "package": "embedded", "afchunk": "alt-chunk", "extensibility": "custom-ui",
                  "attachedtoolbars": "custom-ui", "keymapcustomizations": "custom-ui", "attachedtemplate": "remote-template",
                  "webextensiontaskpanes": "custom-ui", "webextension": "custom-ui", "mailmergesource": "mail-merge",
                  "mailmergeheadersource": "mail-merge", "recipientdata": "mail-merge"}
_ELEMENTS = {"altChunk": "alt-chunk", "OLEObject": "embedded", "objectEmbed": "embedded", "objectLink": "embedded",
             "control": "activex", "mailMerge": "mail-merge"}

#: ids of the problems that `docgen template tidy` may mend: where it cannot, the gate stops what it has made
MENDABLE = frozenset({"package.remote-template", "package.mail-merge", "package.embedded"})

# ECMA-376 part 1, 17.16.5; those that fetch, start or print something, and what [MS-OE376] adds
_FIELDS = {"DDE", "DDEAUTO", "INCLUDETEXT", "INCLUDEPICTURE", "INCLUDE", "IMPORT", "LINK", "EMBED", "DATABASE", "MACROBUTTON",
           "RD", "PRINT", "ADDIN", "CONTROL", "HTMLCONTROL", "HTMLACTIVEX", "ASK", "FILLIN"}
# RFC 3986, so much of it as lxml reads for certain: with a scheme, or a relative one such as SharePoint's
# bare GUIDs in customXml
_CHARACTER = r"[\w.~/?@!$&'()*+,;=-]|%[0-9A-Fa-f]{2}"
_URI = re.compile(rf"(?:[A-Za-z][A-Za-z0-9+.-]*:(?://[\w.~-]*(?::\d{{1,5}})?(?![^/?#])|(?!//))(?::|{_CHARACTER})*"
                  rf"|(?!//)(?:{_CHARACTER})*)(?:#(?::|{_CHARACTER})*)?", re.ASCII)
_VML = "urn:schemas-microsoft-com:vml "
_TEXTS = ("instrText", "delInstrText", "t")   # before the separator Word takes ordinary text as instruction too
_NESTED = "￼"   # stands for a field inside the instruction of another


def problems(parts: Mapping[str, bytes], *, depth: int) -> list[Problem]:
    """Every reason to refuse these parts, by name -> data; positions are the caller's. *depth*: most levels of XML."""
    if CONTENT_TYPES not in parts or "_rels/.rels" not in parts:
        return [Problem("package.not-word")]
    found = dict.fromkeys(_found(parts, depth))
    return [Problem(f"package.{fault}", facts={"part": part, "found": what}) for fault, part, what in found]


def in_part(data: bytes, *, depth: int) -> list[tuple[str, str]]:
    """Every reason to refuse the XML of one part: id without area, what was found.

    Raises:
        expat.ExpatError: it cannot be read safely.
    """
    key = hashlib.sha256(data).digest(), depth
    if key in _SOUND:
        return []
    findings = _Walk(data, depth).findings
    if not findings:
        if len(_SOUND) >= _MOST_SOUND:
            _SOUND.clear()
        _SOUND.add(key)
    return findings


#: digests of parts without a fault: a template and its blocks share their styles, which are the most of them
_SOUND: set[tuple[bytes, int]] = set()
_MOST_SOUND = 1000


def is_xml(kind: str) -> bool:
    """Whether a content type is one of XML (RFC 7303): ``…+xml``, and not just ``…openxmlformats…``."""
    return kind.partition(";")[0].strip().endswith(("/xml", "+xml"))


_Finding = tuple[str, str, str]   # id, part, what was found


def _found(parts: Mapping[str, bytes], depth: int) -> Iterator[_Finding]:
    try:
        types = content_types(parts[CONTENT_TYPES])
    except expat.ExpatError as error:
        yield _unreadable(error, CONTENT_TYPES)
        return
    whole = set()
    for part, data in parts.items():
        yield from ((fault, part, "") for piece, fault in _PARTS.items() if piece in f"/{part}".lower())
        kind = content_type(part, types)
        yield from ((fault, part, "") for piece, fault in _TYPES.items() if piece in kind)
        if is_xml(kind) or part.lower().endswith((".xml", ".rels", ".vml")):
            try:
                yield from ((fault, part, what) for fault, what in in_part(data, depth=depth))
                whole.add(part)
            except expat.ExpatError as error:
                yield _unreadable(error, part)
    for part in whole:
        if part.lower().endswith(".rels"):
            for rel in relationships(parts[part], source=source_of(part)):
                yield from ((fault, part, rel.target) for fault in _of_relationship(rel))
    if "_rels/.rels" in whole:
        yield from _of_main(relationships(parts["_rels/.rels"]), types)


def _unreadable(error: expat.ExpatError, part: str) -> _Finding:
    if str(error) in ("doctype", "too-deep"):
        return str(error), part, ""
    return "xml", part, str(getattr(error, "lineno", ""))


def _of_main(rels: list[Relationship], types: dict[str, str]) -> Iterator[_Finding]:
    main = next((rel for rel in rels if rel.type == "officeDocument"), None)
    if not main:
        yield "not-word", "", ""
    elif "purl.oclc.org" in main.type_uri:
        yield "strict", "", ""
    elif (kind := content_type(main.target, types)) != MAIN_TYPE and "macroenabled" not in kind:
        yield "word-template" if "wordprocessingml.template" in kind else "not-word", "", ""


def _of_relationship(rel: Relationship) -> Iterator[str]:
    fault = _RELATIONSHIPS.get(rel.type.lower())
    if fault:
        yield fault
    elif rel.is_external and rel.type.lower() == "hyperlink":
        if not _is_harmless(rel.target):
            yield "link"
    elif rel.is_external:
        yield "external-image" if rel.type.lower() == "image" else "external"


def _is_harmless(link: str) -> bool:
    return link.partition(":")[0].strip().lower() in ("http", "https", "mailto")


class _Walk:
    """One pass over a part: *findings* are (id, what was found).

    Raises:
        expat.ExpatError: not well-formed; with the message ``doctype`` or ``too-deep``; or not UTF-8, which Word always
            writes and on which the searches for bytes rely.
    """

    def __init__(self, data: bytes, depth: int) -> None:
        self.findings: list[tuple[str, str]] = []
        self._depth = 0
        self._limit = depth
        self._fields: list[list[str] | None] = []   # instructions of the open fields; None from the separator on
        self._stray: list[str] = []                 # instruction text outside any field
        self._text_of = ""                          # `instrText` … while inside one
        parser = expat.ParserCreate("UTF-8", " ")   # whatever the part says of its encoding
        parser.buffer_text = True
        parser.XmlDeclHandler = self._declaration
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartNamespaceDeclHandler = self._namespace
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        if b"fldChar" in data or b"nstrText" in data:
            parser.CharacterDataHandler = self._text
        parser.Parse(data, True)
        self._instruction("".join(self._stray))
        for field in self._fields:
            self._instruction("".join(field or ()))

    def _declaration(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if encoding and encoding.lower() not in ("utf-8", "us-ascii"):
            raise expat.ExpatError("encoding")

    def _doctype(self, *_: object) -> None:
        raise expat.ExpatError("doctype")

    def _namespace(self, _prefix: str | None, uri: str | None) -> None:
        if uri and not _URI.fullmatch(uri):   # lxml would refuse it later
            raise expat.ExpatError("namespace")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > self._limit:
            raise expat.ExpatError("too-deep")
        tag = local(name)
        if tag in _ELEMENTS:
            self.findings.append((_ELEMENTS[tag], ""))
        elif tag in _TEXTS:
            self._text_of = tag
        elif tag == "fldChar":
            self._field_character(_of_word(attributes, "fldCharType"))
        elif tag == "fldSimple":
            self._instruction(_of_word(attributes, "instr"))
        elif name.startswith(_VML):
            if attributes.get("src"):
                self.findings.append(("external-image", attributes["src"]))
            if attributes.get("href") and not _is_harmless(attributes["href"]):
                self.findings.append(("link", attributes["href"]))

    def _end(self, name: str) -> None:
        self._depth -= 1
        tag = local(name)
        if tag in _TEXTS:
            self._text_of = ""
        elif tag == "p" and self._stray:
            self._instruction("".join(self._stray))
            self._stray.clear()

    def _text(self, text: str) -> None:
        if not self._text_of:
            return
        if not self._fields:
            if self._text_of != "t":
                self._stray.append(text)
        elif (instruction := self._fields[-1]) is not None:
            instruction.append(text)

    def _field_character(self, type: str) -> None:
        if type == "begin":
            self._fields.append([])
        elif self._fields:
            instruction = self._fields[-1]
            if instruction is not None:
                self._instruction("".join(instruction))
                self._fields[-1] = None
            if type == "end":
                self._fields.pop()
                if self._fields and (outer := self._fields[-1]) is not None:
                    outer.append(_NESTED)

    def _instruction(self, text: str) -> None:
        words = re.findall(r'"([^"]*)"|(\S+)', text)
        if not words:
            return
        first = "".join(words[0]).upper()
        # a name that is computed, by another field or by a tag, could become any of the forbidden ones
        if first.lstrip("\\") in _FIELDS or any(mark in first for mark in (_NESTED, "{{", "{%")):
            self.findings.append(("field", " ".join(text.split())[:60]))
        elif first == "HYPERLINK" and (link := _link(["".join(word) for word in words[1:]])) and not _is_harmless(link):
            self.findings.append(("link", link))


def _link(words: list[str]) -> str:
    """The target among the arguments of a HYPERLINK field (ECMA-376 part 1, 17.16.5.25), empty for a bookmark's."""
    rest = iter(words)
    for word in rest:
        if not re.fullmatch(r"\\[a-zA-Z]", word):
            return word
        if word[1].lower() in "lost":
            next(rest, None)
    return ""


def _of_word(attributes: dict[str, str], name: str) -> str:
    """Word's own attribute of this name (transitional or strict); one of another namespace must not hide it."""
    return next((value for key, value in attributes.items() if local(key) == name and "wordprocessingml" in key), "")
