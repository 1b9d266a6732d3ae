"""The Kyrgyz alphabet: letters, vowel harmony, consonant classes, sorting.

Everything the other modules ask about one letter is a table here. Harmony and consonant classes follow the
grammar of the literary language (Кыргыз тилинин жазуу эрежелери, 2008, §1–3); the order of letters is that of the
alphabet and equals ICU's `ky` collation for names, titles and labels.
"""

from __future__ import annotations

import unicodedata

LETTERS = "абвгдеёжзийклмнңоөпрстуүфхцчшщъыьэюя"

VOWELS = frozenset("аеёиоөуүыэюя")
VOICELESS = frozenset("кпстфхцчшщ")
# After р and й the plural keeps л (-лар); after every other voiced consonant it is д (-дар).
GLIDES = frozenset("рй")
SIGNS = frozenset("ьъ")

# The vowel that a letter counts as for harmony: the Russian letters are a vowel with or without й before it.
PLAIN_VOWEL = {"я": "а", "ё": "о", "ю": "у", "е": "е", "э": "е"} | {v: v for v in "аиоөуүы"}

# Low suffix vowel (-га -ге -го -гө). The one asymmetry: after у it is а (окууга), after ү it is ө (күнгө).
LOW = {"а": "а", "ы": "а", "у": "а", "о": "о", "е": "е", "и": "е", "ө": "ө", "ү": "ө"}
# High suffix vowel (-нын -нин -нун -нүн).
HIGH = {"а": "ы", "ы": "ы", "у": "у", "о": "у", "е": "и", "и": "и", "ө": "ү", "ү": "ү"}
# Always rounded suffix vowel (-луу -лүү, -уу -үү).
ROUND = {"а": "у", "ы": "у", "у": "у", "о": "у", "е": "ү", "и": "ү", "ө": "ү", "ү": "ү"}

HYPHENS = "-‐‑"  # hyphen-minus, hyphen, no-break hyphen
SPACES = " \u00a0\u202f"  # space, no-break space, narrow no-break space
NBSP = "\u00a0"


def normalise(text: str) -> str:
    """Give *text* composed (NFC), so that й and ё are one letter each. Doing it twice changes nothing."""
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


def last_vowel(word: str) -> str:
    """Give the harmony vowel of the last vowel letter of a lower-case *word*, or "" if it has none."""
    for letter in reversed(word):
        vowel = PLAIN_VOWEL.get(letter)
        if vowel is not None:
            return vowel
    return ""


def capfirst(text: str) -> str:
    """Raise the first letter and leave the rest: «мектептин директору» → «Мектептин директору».

    Opening marks and № before the first letter stay; a digit first means there is nothing to raise («5-класс»).
    """
    for index, char in enumerate(text):
        if char.isdigit():
            return text
        if char.isalpha():
            return text[:index] + char.upper() + text[index + 1 :]
    return text


def lowerfirst(text: str) -> str:
    """Lower the first letter and leave the rest: «Англис тили» → «англис тили»; acronyms stay («БУУ»)."""
    if len(text) > 1 and text[0].isalpha() and not text[1].isupper():
        return text[0].lower() + text[1:]
    return text


# The order of ICU's `ky` collation: space, marks, digits, the 36 letters, then Latin.
_MARKS = " _-–—,;:!?.'‘’\"“”«»()[]{}§@*/&#%+<=>"
_LATIN = "abcdefghijklmnopqrstuvwxyz"
_ORDER = {char: index for index, char in enumerate(f"{_MARKS}0123456789{LETTERS}{_LATIN}")}
_ORDER[NBSP] = _ORDER[" "]


def sort_key(text: str) -> tuple[list[int], str]:
    """Give the key that puts *text* in Kyrgyz alphabetical order: `sorted(names, key=sort_key)`.

    For a class list sort by `(sort_key(surname), sort_key(given_name))`. Small letters come before capitals only
    where nothing else differs. NFC and NFD spellings of й and ё give the same key.
    """
    text = normalise(text)
    order = _ORDER
    return [order.get(char, 1000 + ord(char)) for char in text.casefold()], text.swapcase()
