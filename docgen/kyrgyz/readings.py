"""How the last component of a phrase is heard when its letters are not its sounds: «40», «БУУ», «50%», «Zoom».

A suffix follows the spoken word (§6): 40 is «кырк», so 40ка; АКШ ends in the letter «ша», so АКШнын. Each function
gives a *sound*: a lower-case Cyrillic string whose end is what is heard last. Readings that no rule can know are
data (`data/readings.tsv`); a school adds its own with `register`.
"""

from __future__ import annotations

from collections.abc import Mapping

from docgen.kyrgyz import data
from docgen.kyrgyz.alphabet import HYPHENS, SPACES, VOWELS
from docgen.kyrgyz.morphology import attach, sound_class

UNITS = ("нөл", "бир", "эки", "үч", "төрт", "беш", "алты", "жети", "сегиз", "тогуз")
TENS = ("", "он", "жыйырма", "отуз", "кырк", "элүү", "алтымыш", "жетимиш", "сексен", "токсон")
HUNDRED = "жүз"
SCALES = ("", "миң", "миллион", "миллиард", "триллион", "квадриллион")

# §6: the sonorants and с are named with a vowel before them (эм, эр …); К Ш Х Щ, and by attested usage every other
# consonant, take the suffix of a back vowel (ИДПнын, РФда, КТБда).
_NAMED_BEFORE = {"м": "эм", "р": "эр", "л": "эл", "н": "эн", "с": "эс", "ң": "ың", "й": "ий"}

# Names of the Latin letters, as heard at the end of an acronym (PDF, USB).
_LATIN_NAMES = (
    "эй", "би", "си", "ди", "и", "эф", "жи", "эйч", "ай", "жей", "кей", "эл", "эм", "эн", "оу", "пи", "кью", "ар",
    "эс", "ти", "ю", "ви", "дабл-ю", "икс", "уай", "зет",
)
_LATIN_LETTERS = dict(zip("abcdefghijklmnopqrstuvwxyz", _LATIN_NAMES, strict=True))
# One Latin letter at the end of a word, roughly as a Kyrgyz reader says it.
_LATIN_SOUNDS = dict(zip("abcdefghijklmnopqrstuvwyz", "абкдефгхижклмнопкрстувуиз", strict=True)) | {"x": "кс"}

_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}


def register(extra: Mapping[str, str]) -> None:
    """Add readings of the school's own: `register({"ЖЧК": "жэчэка", "Kundoo": "кундоо"})`.

    A reading is spelt in Kyrgyz letters as it is said; only its end matters. Later calls win over earlier ones.
    """
    from docgen.kyrgyz import clear_cache

    data.readings().update(extra)
    clear_cache()


def use(own: Mapping[str, str]) -> None:
    """Let *own* be the readings of the one school that speaks now, in place of those of the one before.

    Costs nothing while they stay the same. Readings added with `register` stay.
    """
    from docgen.kyrgyz import clear_cache

    if own == _used:
        return
    table = data.readings()
    for word in _used:
        table.pop(word, None)
    table.update(_hidden)
    _used.clear()
    _used.update(own)
    _hidden.clear()
    _hidden.update((word, table[word]) for word in own if word in table)
    table.update(own)
    clear_cache()


# the readings of `use`, and those of the list that they stand in for
_used: dict[str, str] = {}
_hidden: dict[str, str] = {}


def number_sound(digits: str) -> str:
    """Give the last spoken word of a whole number written in digits: "760" → «алтымыш», "00" → «нөл»."""
    significant = digits.rstrip("0")
    if not significant:
        return UNITS[0]
    zeros = len(digits) - len(significant)
    if zeros == 0:
        return UNITS[int(digits[-1])]
    if zeros == 1:
        return TENS[int(digits[-2])]
    if zeros == 2:
        return HUNDRED
    return SCALES[min(zeros // 3, len(SCALES) - 1)]


def trailing_number_sound(text: str) -> str:
    """Give the last spoken word of the number at the end of *text*: digits, decimals, times, fractions, groups.

    The last run of digits decides: 3,5 → «беш», 8:45 → «беш», 15:00 → «нөл», 13.10.2025 → «беш». Only a vulgar
    fraction is read backwards (1/2 «экиден бир»), and groups of zeros belong to the number before them (2 000 «миң»).
    """
    start = _digits_start(text, len(text))
    digits = text[start:]
    while digits.startswith("000") and start >= 2 and text[start - 1] in SPACES and text[start - 2].isdigit():
        end = start - 1
        start = _digits_start(text, end)
        if end - start > 3:
            break
        digits = text[start:end] + digits
    if start >= 2 and text[start - 1] == "/" and text[start - 2].isdigit():
        top = text[_digits_start(text, start - 1) : start - 1]
        if len(top) <= len(digits) <= 3 and int(top) < int(digits) and "№" not in text:
            return number_sound(top)
    return number_sound(digits)


def _digits_start(text: str, end: int) -> int:
    start = end
    while start and text[start - 1].isdecimal():
        start -= 1
    return start


def ordinal_sound(word: str) -> str:
    """Give the ordinal of a spoken number word: «беш» → «бешинчи», «эки» → «экинчи»."""
    return attach(word, word, "нчI" if sound_class(word) == "vowel" else "IнчI")[0]


def roman_value(word: str) -> int:
    """Give the value of a Roman numeral written in Latin capitals, or 0 if *word* is none."""
    if not word or any(letter not in _ROMAN for letter in word):
        return 0
    values = [_ROMAN[letter] for letter in word]
    total = sum(-v if v < following else v for v, following in zip(values, [*values[1:], 0], strict=True))
    return total if to_roman(total) == word else 0


def to_roman(number: int) -> str:
    """Give the Roman numeral of 1…3999: 4 → «IV»."""
    parts = []
    steps = "M:1000 CM:900 D:500 CD:400 C:100 XC:90 L:50 XL:40 X:10 IX:9 V:5 IV:4 I:1"
    for step in steps.split():
        letters, _, value = step.partition(":")
        count, number = divmod(number, int(value))
        parts.append(letters * count)
    return "".join(parts)


def letter_sound(letter: str) -> str:
    """Give the sound of the name of one Cyrillic letter for a suffix: «А» → а, «М» → эм, «Б» → back (7-Бга)."""
    low = letter.lower()
    if low in VOWELS:
        return low
    return _NAMED_BEFORE.get(low, low + "а")


def acronym_sound(acronym: str) -> str:
    """Give the sound of an acronym that has no listed reading (§6).

    In a vowel letter: that vowel (БУУ). Vowel + consonant: read as a word (МИК, ЖОЖ, ЕАЭБ). Else the name of the
    last letter (УКМК → ка, ИИМ → эм).
    """
    low = acronym.lower()
    if low[-1] in VOWELS or low[-2:-1] in VOWELS:
        return low
    return letter_sound(low[-1])


def latin_sound(word: str) -> str:
    """Guess how a Latin word without a listed reading is said, from its last letters: «Google» → …л."""
    low = "".join(char for char in word.lower() if char in _LATIN_SOUNDS)
    if not low:
        return "а"
    vowels = set("aeiouy")
    if word.isupper() and len(low) > 1 and not (low[-1] in vowels or low[-2] in vowels):
        return _LATIN_LETTERS[low[-1]]
    if len(low) == 1:
        return _LATIN_LETTERS[low]
    if low[-1] == "e" and len(low) > 3 and low[-2] not in vowels and vowels & set(low[:-2]):
        low = low[:-1]
    return "".join(_LATIN_SOUNDS[char] for char in low)


def is_latin(char: str) -> bool:
    """Say whether *char* is a letter of the Latin script."""
    return char.isalpha() and (char < "\u0250")


def listed(word: str) -> str | None:
    """Give the listed reading of a word, a symbol, a unit or an acronym, or None."""
    table = data.readings()
    found = table.get(word)
    if found is None and is_latin(word[-1:]):
        found = table.get(word.lower())
    return found


def last_component(token: str) -> int:
    """Give where the last component of a *token* begins, behind hyphens and opening quotes: «Ысык-Көл» → 5."""
    for index in range(len(token) - 2, -1, -1):
        if token[index] in HYPHENS or token[index] in "–—/«“„(":
            return index + 1
    return 0
