"""Formatted text from data: ``{{r x }}`` prints runs, ``{{p x }}`` whole paragraphs, of plain data and nothing else.

A run is an object with a text and its formatting, in the words of docxtpl's `RichText.add`::

    [{"text": "Көңүл буруңуз: ", "bold": true}, {"text": "бүгүн", "color": "C00000", "underline": "double"}, "."]

A paragraph is ``{"text": runs, "parastyle": "Heading1"}``. A text alone stands for a run or a paragraph without formatting.
Sizes are half-points, colours ``C00000``; a style of the template is called by its id or by its name; ``link`` makes the text
lead to an address. Formatting of the tag itself is not taken over, as in docxtpl.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches

import markupsafe

from docgen.template import additions, links
from docgen.template.blanks import Blank
from docgen.template.cell_values import as_colour
from docgen.template.markup import elements
from docgen.template.values import Refused, as_text, as_xml, shown

_UNDERLINES = ("single", "double", "thick", "dotted", "dash", "dotDash", "dotDotDash", "wave")
_REGIONS = ("ascii", "hAnsi", "cs", "eastAsia")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,3}")
#: half-points, Word's own limits for a font's size
_LARGEST_SIZE = 3276
_LONGEST_NAME = 100
_NO_STYLE = {"character": "template.character-style", "paragraph": "template.paragraph-style"}
_LINK = (b'<w:hyperlink xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:id="%b" '
         b'w:tgtFrame="_blank">%b</w:hyperlink>')


def named_styles(parts: Iterable[bytes]) -> additions.Styles:
    """The styles of a template's styles parts by kind, under their ids and their names."""
    kind = style = ""
    ids: dict[str, dict[str, str]] = {"character": {}, "paragraph": {}}
    names: dict[str, dict[str, str]] = {kind: {} for kind in ids}
    for name, attributes in (element for part in parts for element in elements(part)):
        if name == "style":
            kind, style = attributes.get("type", ""), attributes.get("styleId", "")
            ids.get(kind, {})[style] = style
        elif name == "name" and style:
            names.get(kind, {})[attributes.get("val", "")] = style
            style = ""   # names further inside are of something else
    return {kind: names[kind] | ids[kind] for kind in ids}


def as_runs(value: object) -> bytes:
    """The runs of a formatted text.

    Raises:
        Refused: ``template.rich-key``, ``template.rich-value``, and as `docgen.template.values.as_xml`.
        Unclean: a text has characters that must be cleaned away.
    """
    return b"".join(_run(item) for item in (value if isinstance(value, (list, tuple)) else [value]))


def as_paragraphs(value: object) -> bytes:
    """The paragraphs of a formatted text; raises as `as_runs`."""
    return b"".join(_paragraph(item) for item in (value if isinstance(value, (list, tuple)) else [value]))


def _paragraph(value: object) -> bytes:
    if not isinstance(value, Mapping):
        return b"<w:p>%b</w:p>" % as_runs(value)
    _know(value, ("text", "parastyle"))
    style = value.get("parastyle")
    properties = b"" if style is None else b'<w:pPr><w:pStyle w:val="%b"/></w:pPr>' % _style_id("paragraph", "parastyle", style)
    return b"<w:p>%b%b</w:p>" % (properties, as_runs(value["text"]))


def _run(value: object) -> bytes:
    if not isinstance(value, Mapping):
        return _of(b"", value)
    _know(value, FIELDS)
    given = {key: value[key] for key in _PRINT if value.get(key) is not None}
    run = _of(b"".join(_PRINT[key](key, given[key], value) for key in given), value["text"])
    link = value.get("link")
    return run if link is None else _LINK % (links.relation(link).encode(), run)


def _of(properties: bytes, text: object) -> bytes:
    if isinstance(text, (list, tuple, Mapping)):
        raise Refused("template.rich-value", found="text", value=shown(text))
    return b'<w:r>%b<w:t xml:space="preserve">%b</w:t></w:r>' % (
        b"<w:rPr>%b</w:rPr>" % properties if properties else b"", as_xml(text))


def _know(value: Mapping[str, object], keys: tuple[str, ...]) -> None:
    for key in value:
        if key not in keys:
            near = get_close_matches(str(key), keys, 1)
            raise Refused("template.rich-key", found=str(key)[:40], nearest=near[0] if near else "")
    if "text" not in value:
        raise Refused("template.rich-key", found=shown(dict(value)), nearest="text")


# ------------------------------------------------------------------------------------------------------------ the properties

Run = Mapping[str, object]


def _refused(key: str, value: object) -> Refused:
    return Refused("template.rich-value", found=key, value=shown(value))


def _attribute(text: str) -> bytes:
    return str(markupsafe.escape(text)).encode()


def _name(key: str, value: object) -> bytes:
    if type(value) is str and value and len(value) <= _LONGEST_NAME and value.isprintable():
        return _attribute(value)
    raise _refused(key, value)


def _switch(xml: str, more: str = "") -> Callable[[str, object, Run], bytes]:
    """An on/off property; *more* comes with it in text from right to left."""

    def say(key: str, value: object, run: Run) -> bytes:
        if type(value) is not bool:
            raise _refused(key, value)
        return (xml + (more if run.get("rtl") else "")).encode() if value else b""

    return say


def _style(key: str, value: object, _: Run) -> bytes:
    return b'<w:rStyle w:val="%b"/>' % _style_id("character", key, value)


def _style_id(kind: str, key: str, value: object) -> bytes:
    """The id of a style that the template has; Word would take another for none at all, in silence."""
    _name(key, value)
    document, name = additions.current(), str(value)
    known = document.styles[kind] if document else {}
    if name not in known:
        near = get_close_matches(name, known, 1, 0.5)
        raise Refused(_NO_STYLE[kind], found=name, nearest=near[0] if near else "")
    return _attribute(known[name])


def _font(key: str, value: object, _: Run) -> bytes:
    if type(value) is not str:
        raise _refused(key, value)
    region, colon, font = value.rpartition(":")
    name = _name(key, font)
    if colon and region not in _REGIONS:
        raise _refused(key, value)
    regional = b' w:eastAsia="%b"' % name if region == "eastAsia" else b""
    return b'<w:rFonts w:ascii="%b" w:hAnsi="%b" w:cs="%b"%b/>' % (name, name, name, regional)


def _colour(xml: str) -> Callable[[str, object, Run], bytes]:
    def say(key: str, value: object, _: Run) -> bytes:
        if isinstance(value, Blank):
            raise _refused(key, value)
        try:
            return xml.encode() % as_colour(value)
        except Refused as refused:
            raise _refused(key, value) from refused

    return say


def _size(key: str, value: object, _: Run) -> bytes:
    if type(value) is not int or not 1 <= value <= _LARGEST_SIZE:
        raise _refused(key, value)
    return b'<w:sz w:val="%d"/><w:szCs w:val="%d"/>' % (value, value)


def _underline(key: str, value: object, _: Run) -> bytes:
    if type(value) is not bool and value not in _UNDERLINES:
        raise _refused(key, value)
    kind = "single" if value is True else as_text(value) if value else ""
    return f'<w:u w:val="{kind}"/>'.encode() if kind else b""


def _language(key: str, value: object, _: Run) -> bytes:
    if type(value) is not str or not _LANGUAGE.fullmatch(value):
        raise _refused(key, value)
    return f'<w:lang w:val="{value}"/>'.encode()


# in the order in which Word wants them (ECMA-376 part 1, 17.3.2.28 rPr)
_PRINT: Mapping[str, Callable[[str, object, Run], bytes]] = {
    "style": _style, "font": _font, "bold": _switch("<w:b/>", "<w:bCs/>"), "italic": _switch("<w:i/>", "<w:iCs/>"),
    "strike": _switch("<w:strike/>"), "color": _colour('<w:color w:val="%b"/>'), "size": _size, "underline": _underline,
    "highlight": _colour('<w:shd w:val="clear" w:color="auto" w:fill="%b"/>'),
    "subscript": _switch('<w:vertAlign w:val="subscript"/>'), "superscript": _switch('<w:vertAlign w:val="superscript"/>'),
    "rtl": _switch('<w:rtl w:val="true"/>'), "lang": _language,
}
#: what a run can say
FIELDS = ("text", *_PRINT, "link")
