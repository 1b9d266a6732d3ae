"""Fonts and colours that a document takes from its theme, said outright: a merged file has but one theme, its first document's.

ECMA-376 part 1: 17.3.2.26 (fonts; the theme's win), 17.3.2.6 and 17.3.5 (colours, with what they are said beside them),
20.1.4.1.24 and 20.1.4.1.25 (the theme's fonts for headings and for text).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from html import unescape

from docgen.template.markup import quoted

_SCHEME = re.compile(r"<a:(major|minor)Font>(.*?)</a:\1Font>", re.DOTALL)
_TYPEFACE = re.compile(r'<a:(latin|ea|cs) typeface="([^"]*)"')
_SCRIPTS = {"HAnsi": "latin", "Ascii": "latin", "EastAsia": "ea", "Bidi": "cs"}
_FONTS = re.compile(r"<w:rFonts [^>]*>")
_THEMED = re.compile(r' w:(ascii|hAnsi|eastAsia|cs)(?:Theme|theme)="(major|minor)(HAnsi|Ascii|EastAsia|Bidi)"')
_COLOUR = re.compile(r' w:theme(?:Color|Tint|Shade|Fill|FillTint|FillShade)="[^"]*"')

Change = Callable[[str], str]


def said_outright(theme: str) -> Change:
    """Rewrites texts of a document so that they need not its theme, whose XML is *theme* (empty where it has none)."""
    fonts = {(kind, script): unescape(name)
             for kind, inner in _SCHEME.findall(theme) for script, name in _TYPEFACE.findall(inner)}

    def rewrite(text: str) -> str:
        if "heme=" in text:
            text = _FONTS.sub(lambda found: _named(found[0], fonts), text)
        return _COLOUR.sub("", text) if " w:theme" in text else text

    return rewrite


def _named(element: str, fonts: Mapping[tuple[str, str], str]) -> str:
    """A ``w:rFonts`` with the names of the theme's fonts in place of their parts in it."""
    for whose, kind, script in _THEMED.findall(element):
        if name := fonts.get((kind, _SCRIPTS[script])):
            element = re.sub(rf' w:{whose}="[^"]*"', "", element)
            element = element.replace("<w:rFonts", f"<w:rFonts w:{whose}={quoted(name)}", 1)
    return _THEMED.sub("", element)
