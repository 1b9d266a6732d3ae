"""What cannot be seen in a tag: Cyrillic letters that look like Latin ones, typed with the keyboard left in Kyrgyz, and
characters without any form, which come with text that is copied from elsewhere."""

from __future__ import annotations

import re
import unicodedata

_LATIN = str.maketrans("авекмнорстухіјѕһАВЕКМНОРСТУХІЈЅҺүҮ", "abekmhopctyxijshABEKMHOPCTYXIJSHyY")
_CYRILLIC_LETTER = re.compile("[\u0400-\u052f]")
_QUOTED = re.compile(r"""(["'])[^"']*\1""")
_LATIN_LETTER = re.compile("[A-Za-z]")


def latin(name: str) -> str:
    """The name with Latin letters in place of the Cyrillic ones that look like them; empty where others remain."""
    made = name.translate(_LATIN)
    return "" if _CYRILLIC_LETTER.search(made) else made


def is_mixed(name: str) -> bool:
    """Whether a name has letters of both alphabets, which nobody means."""
    return bool(_CYRILLIC_LETTER.search(name) and _LATIN_LETTER.search(name))


def invisible(tag: str) -> str:
    """The first character of a tag that has no form, ``U+200B (zero width space)``; in quotation marks it may stand."""
    for character in _QUOTED.sub("", tag):
        if unicodedata.category(character) == "Cf":
            return f"U+{ord(character):04X} ({unicodedata.name(character, '?').lower()})"
    return ""
