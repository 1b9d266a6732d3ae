"""Suffixes of one word: plural, possessive, case.

A suffix is written as a pattern of archiphonemes and letters. The capitals N D G L B (consonants) and A I U (vowels)
take their shape from the sound before them, Cyrillic letters stand for themselves: «-LAр» is the plural, «-NIн» the
genitive. The order is stem + plural + possessive + case (мектеп-тер-ибиз-ге «to our schools»).

Sources: Кыргыз тилинин жазуу эрежелери (2008); Карасаев Х. К. Орфографиялык сөздүк (2009). Sections in comments
(§2, §4.1 …) are those of the rules in `data/rules.tsv`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from docgen.kyrgyz import data
from docgen.kyrgyz.alphabet import GLIDES, HIGH, LOW, ROUND, SIGNS, VOICELESS, VOWELS, last_vowel

CASES: Final = ("nominative", "genitive", "dative", "accusative", "locative", "ablative")
NUMBERS: Final = ("singular", "plural")
POSSESSIVES: Final = ("1sg", "2sg", "2sg_polite", "3", "1pl", "2pl", "2pl_polite")

PLURAL = "LAр"  # §3
PLAIN = {"nominative": "", "genitive": "NIн", "dative": "GA", "accusative": "NI", "locative": "DA", "ablative": "DAн"}
# §4: the pronominal н after a 3rd-person possessive (мектебинде, not мектебиде).
PRONOMINAL = {
    "nominative": "",
    "genitive": "нIн",
    "dative": "нA",
    "accusative": "н",
    "locative": "ндA",
    "ablative": "нAн",
}
# §4: after «my» and «your» the dative is bare (мектебиме).
BARE_DATIVE = PLAIN | {"dative": "A"}
# §4: (pattern after a consonant, pattern after a vowel).
POSSESSIVE = {
    "1sg": ("Iм", "м"),
    "2sg": ("Iң", "ң"),
    "2sg_polite": ("IңIз", "ңIз"),
    "3": ("I", "сI"),
    "1pl": ("IбIз", "бIз"),
    "2pl": ("IңAр", "ңAр"),
    "2pl_polite": ("IңIздAр", "ңIздAр"),
}
ATTRIBUTIVE = "гI"  # after a locative: мектебинде-ги «which is in the school»

# §3: the consonants of a suffix by the sound before it.
VOWEL, GLIDE, VOICED, UNVOICED = "vowel", "glide", "voiced", "voiceless"
_CONSONANT = {
    "B": {VOWEL: "б", GLIDE: "б", VOICED: "б", UNVOICED: "п"},
    "N": {VOWEL: "н", GLIDE: "д", VOICED: "д", UNVOICED: "т"},
    "D": {VOWEL: "д", GLIDE: "д", VOICED: "д", UNVOICED: "т"},
    "G": {VOWEL: "г", GLIDE: "г", VOICED: "г", UNVOICED: "к"},
    "L": {VOWEL: "л", GLIDE: "л", VOICED: "д", UNVOICED: "т"},
}
VOWEL_SIGNS = {"A": LOW, "I": HIGH, "U": ROUND}
# §4.1: к and п after a vowel become voiced before a vowel.
VOICED_PAIR = {"к": "г", "п": "б"}


def harmony(sound: str) -> str:
    """Give the vowel that decides the vowels of a suffix (§2); С+ль counts as front: рубль → рублге (§5)."""
    if sound.endswith("ль") and len(sound) > 2 and sound[-3] not in VOWELS:
        return "е"
    return last_vowel(sound) or "а"


def sound_class(sound: str) -> str:
    """Say what a suffix meets at the end of *sound*: VOWEL, GLIDE (р, й), VOICED or UNVOICED (§3)."""
    letter = sound[-1:]
    if letter in SIGNS:
        letter = sound[-2:-1]
    if letter in VOWELS:
        return VOWEL
    if letter in GLIDES:
        return GLIDE
    return UNVOICED if letter in VOICELESS else VOICED


@lru_cache(maxsize=1024)
def realise(pattern: str, vowel: str, before: str) -> str:
    """Spell a suffix *pattern* after a sound of the class *before* whose harmony vowel is *vowel*."""
    letters = []
    for symbol in pattern:
        if symbol in _CONSONANT:
            symbol = _CONSONANT[symbol][before]
        elif symbol in VOWEL_SIGNS:
            vowel = symbol = VOWEL_SIGNS[symbol][vowel]
        letters.append(symbol)
    return "".join(letters)


def attach(word: str, sound: str, pattern: str) -> tuple[str, str]:
    """Add a suffix: give the word as written and as heard. *sound* is lower-case; the two differ in «40», «БУУ»."""
    suffix = realise(pattern, harmony(sound), sound_class(sound))
    if sound[-1:] in SIGNS:  # §1: ь goes before any suffix: июнь → июндан
        word, sound = word.rstrip("ьъЬЪ"), sound[:-1]
    if sound[-2:] == suffix[:1] * 2 and word[-1:].lower() == suffix[:1]:  # §3: no three equal consonants: киловаттын
        return word + suffix[1:], sound + suffix[1:]
    return word + suffix, sound + suffix


def attach_possessive(word: str, sound: str, person: str, *, spelt: bool = True) -> tuple[str, str]:
    """Add a possessive with the changes it makes in the stem (§4.1); *spelt* is False for «40», «БУУ»: no changes."""
    after_consonant, after_vowel = POSSESSIVE[person]
    if sound_class(sound) == VOWEL:
        return attach(word, sound, after_vowel)
    if not spelt:
        return attach(word, sound, after_consonant)
    short = data.dropped_vowels().get(sound)
    if short is not None:  # орун → орд-у; a listed word, never a rule
        word = word[:1] + short[1:]
        return attach(word, short, after_consonant)
    last, before = sound[-1], sound[-2:-1]
    if last in VOICED_PAIR and before in VOWELS:
        word, sound = word[:-1] + VOICED_PAIR[last], sound[:-1] + VOICED_PAIR[last]
    written, heard = attach(word, sound, after_consonant)
    if last == "й" and heard[len(sound)] == "у":  # бой → бою; май → майы, үй → үйү stay
        return written[: len(word) - 1] + "ю" + written[len(word) + 1 :], heard
    return written, heard


def strip_possessive(word: str) -> str:
    """Give the bare stem of a word in the 3rd-person possessive: мектеби → мектеп, комиссиясы → комиссия.

    Spelling does not tell г of к (педагогу, бөлүгү), so loans in -лог, -гог, -ург keep г and other words get к back.
    """
    low = word.lower()
    if low.endswith(("сы", "си", "су", "сү")) and low[-3:-2] in VOWELS:
        return word[:-2]
    full = data.restored_vowels().get(low)
    if full is not None:
        return word[:1] + full[1:]
    if low.endswith("ю"):
        return word[:-1] + "й"
    stem = word[:-1]
    if stem.endswith("б") and low[-3:-2] in VOWELS:
        return stem[:-1] + "п"
    if stem.endswith("г") and low[-3:-2] in VOWELS and not stem.endswith(("лог", "гог", "ург")):
        return stem[:-1] + "к"
    return stem


def inflect_word(
    word: str,
    sound: str,
    *,
    case: str = "nominative",
    number: str = "singular",
    possessive: str | None = None,
    possessed: bool = False,
    spelt: bool = True,
) -> str:
    """Inflect one *word* that is heard as *sound* (lower-case; the word itself unless it is a number, an acronym …).

    *possessed*: the word already ends in a 3rd-person possessive. *spelt*: the letters of the word are its sounds, so
    the stem may change (мектеп → мектеби).
    """
    if possessed and (number == "plural" or possessive not in (None, "3")):
        # «орун басары» in the plural, «биздин мектеби» in another person: from the bare stem.
        word = strip_possessive(word)
        sound, possessed, possessive = word.lower(), False, possessive or "3"
    if number == "plural":
        own = data.own_plurals().get(sound) if spelt else None
        word, sound = (word[:1] + own[1:], own) if own else attach(word, sound, PLURAL)
        spelt = True
    if possessive is not None and not possessed:
        word, sound = attach_possessive(word, sound, possessive, spelt=spelt)
    if possessed or possessive == "3":
        endings = PRONOMINAL
    elif possessive in ("1sg", "2sg"):
        endings = BARE_DATIVE
    else:
        endings = PLAIN
    if case == "nominative":
        return word
    return attach(word, sound, endings[case])[0]
