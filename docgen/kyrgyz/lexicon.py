"""The words the spelling check knows: proofread stems, and the suffixes that may follow them.

`data/lexicon.tsv` and `data/names.tsv` hold stems, `data/suffixes.tsv` the suffixes and their order. A word is known
if some stem grows into it letter by letter; nothing of this is loaded before the first check.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache

from docgen.kyrgyz import data
from docgen.kyrgyz.alphabet import VOWELS
from docgen.kyrgyz.morphology import (
    VOICED_PAIR,
    VOWEL,
    VOWEL_SIGNS,
    attach,
    attach_possessive,
    sound_class,
)

# The verbal noun of a verb in a vowel: башта → баштоо, иште → иштөө, тааны → таануу.
_VERBAL_NOUN = {"а": "оо", "о": "оо", "е": "өө", "ө": "өө", "э": "өө", "ы": "уу", "у": "уу", "и": "үү", "ү": "үү"}
# й + vowel in one letter (§4.1): кой → коюу, коёт; жай → жая.
_IOTATED = {"а": "я", "о": "ё", "у": "ю"}
_MAX_SUFFIXES = 8
# A verb with a passive, reflexive … suffix: it grows as a verb, but alone it would pass too many slips (учун: уч-ун).
VOICE = "voice"

# Letters that are one suffix letter in different surroundings, for finding a wrong allomorph: мектепга.
FOLDED = str.maketrans({c: group[0] for group in ("аеоө", "ыиуү", "кг", "днтл", "бп") for c in group})


@cache
def suffixes() -> dict[str, tuple[tuple[str, str, str], ...]]:
    """Give what may follow: {"n": ((after consonant, after vowel, kind then), …)}; "-" never follows."""
    table: dict[str, list[tuple[str, str, str]]] = {}
    for kind, consonant, vowel, following, *_ in data.rows("suffixes"):
        table.setdefault(kind, []).append((consonant, vowel, following))
    table[VOICE] = table["v"]
    return {kind: tuple(rows) for kind, rows in table.items()}


@cache
def stems() -> dict[str, str]:
    """Give every stem with its kinds: {"ат": "nv"}; n noun, v verb, x a word that takes no suffix."""
    table = dict(data.stem_kinds())
    for name, *_ in data.rows("names"):
        table[name.lower()] = "".join(sorted(set(table.get(name.lower(), "") + "n")))
    for word in data.readings():
        if word.islower():
            table.setdefault(word, "n")
    return table


def grow(word: str, kind: str, consonant: str, vowel: str) -> str | None:
    """Add a suffix to a lower-case *word* of a *kind* with every change at the seam; None where it cannot stand."""
    pattern = vowel if sound_class(word) == VOWEL else consonant
    if pattern == "-":
        return None
    sound = data.spoken_words().get(word, word)
    last = word[-1]
    if pattern[0] not in VOWEL_SIGNS:
        return attach(word, sound, pattern)[0]
    if last in VOWELS:  # only -UU: the stem vowel melts into it
        return word[:-1] + _VERBAL_NOUN.get(last, "уу")
    short = data.dropped_vowels().get(word) if kind == "n" else None
    if short is not None and pattern[0] == "I":
        return attach(short, short, pattern)[0]
    if last in VOICED_PAIR and word[-2:-1] in VOWELS:
        voiced = word[:-1] + VOICED_PAIR[last]
        return attach(voiced, voiced, pattern)[0]
    grown = attach(word, sound, pattern)[0]
    if last == "й" and (one := _iotated(word[-2:-1], grown[len(word)])):
        return grown[: len(word) - 1] + one + grown[len(word) + 1 :]
    return grown


def _iotated(before: str, vowel: str) -> str:
    if vowel == "у" and before not in "оуы":
        return ""
    return _IOTATED.get(vowel, "")


@lru_cache(maxsize=32768)
def is_known(word: str) -> bool:
    """Say whether a lower-case *word* is a stem of the lexicon with suffixes that may follow it."""
    table = stems()
    if word in table:
        return True
    return any(_grows_into(stem, kind, word) for stem in _stems_within(word) for kind in table[stem])


def _stems_within(word: str) -> Iterator[str]:
    """Give the stems that *word* may begin with, the longest first; the last letter of a stem may have changed."""
    table = stems()
    for end in range(len(word), 1, -1):
        start = word[:end]
        for candidate in _before_suffix(start):
            if candidate in table:
                yield candidate


def _before_suffix(start: str) -> list[str]:
    head, last = start[:-1], start[-1]
    found = [start, start + "ь"]
    if last in "гб":
        found.append(head + ("к" if last == "г" else "п"))
    elif last in "юяё":
        found.append(head + "й")
    elif start[-2:] in ("оо", "өө", "уу", "үү"):
        found += [start[:-2] + vowel for vowel in "аеоөыиуү"]
    elif start in _dropped():
        found.append(_dropped()[start])
    return found


@cache
def _dropped() -> dict[str, str]:
    return {short: word for word, short in data.dropped_vowels().items()}


def _grows_into(stem: str, kind: str, target: str) -> bool:
    """Say whether *stem*, a word of *kind*, grows into *target* by some chain of suffixes."""
    seen = set()
    todo = [(stem, kind, 0)]
    while todo:
        word, state, depth = todo.pop()
        if word == target and state != VOICE:
            return True
        if depth == _MAX_SUFFIXES or (word, state) in seen or (depth and not target.startswith(word[:-1])):
            continue
        seen.add((word, state))
        for consonant, vowel, following in suffixes().get(state, ()):
            grown = grow(word, state, consonant, vowel)
            if grown is not None:
                todo.append((grown, following, depth + 1))
    return False


# One stem for each vowel and each kind of last letter: what no hand-written word could bear, none of these can.
_ANY_STEM = tuple(f"т{vowel}{last}" for vowel in "аыуоеиөү" for last in ("", "м", "т", "р"))


@lru_cache(maxsize=1024)
def is_suffix(letters: str) -> bool:
    """Say whether lower-case *letters* are suffixes of some noun: «нан» behind «октябры», «лардын»; not «мектеп»."""
    return any(_bears(stem, letters) for stem in _ANY_STEM)


def _bears(stem: str, letters: str) -> bool:
    owned = attach_possessive(stem, stem, "3")[0]
    return _grows_into(stem, "n", stem + letters) or _grows_into(stem, "n", owned + letters)


@lru_cache(maxsize=4096)
def right_allomorph(word: str) -> str | None:
    """Give the right form of a known stem with an impossible suffix: «мектепга» → «мектепке»; None if there is none."""
    table = stems()
    for end in range(len(word) - 1, 2, -1):
        stem = word[:end]
        for kind in table.get(stem, ""):
            found = _grows_like(stem, kind, word)
            if found is not None:
                return found
    return None


def _grows_like(stem: str, kind: str, target: str) -> str | None:
    folded = target.translate(FOLDED)
    todo = [(stem, kind, 0)]
    while todo:
        word, state, depth = todo.pop()
        if depth == 4 or not folded.startswith(word[:-1].translate(FOLDED)):
            continue
        if depth and len(word) == len(target) and word.translate(FOLDED) == folded:
            return word
        for consonant, vowel, following in suffixes().get(state, ()):
            grown = grow(word, state, consonant, vowel)
            if grown is not None and len(grown) <= len(target):
                todo.append((grown, following, depth + 1))
    return None
