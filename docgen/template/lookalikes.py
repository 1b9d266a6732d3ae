"""Cyrillic letters that look like Latin ones: typed into a tag with the keyboard left in Kyrgyz, they cannot be seen."""

from __future__ import annotations

import re

_LATIN = str.maketrans("авекмнорстухіјѕһАВЕКМНОРСТУХІЈЅҺүҮ", "abekmhopctyxijshABEKMHOPCTYXIJSHyY")
_CYRILLIC_LETTER = re.compile("[\u0400-\u052f]")
_LATIN_LETTER = re.compile("[A-Za-z]")


def latin(name: str) -> str:
    """The name with Latin letters in place of the Cyrillic ones that look like them; empty where others remain."""
    made = name.translate(_LATIN)
    return "" if _CYRILLIC_LETTER.search(made) else made


def is_mixed(name: str) -> bool:
    """Whether a name has letters of both alphabets, which nobody means."""
    return bool(_CYRILLIC_LETTER.search(name) and _LATIN_LETTER.search(name))
