"""What a proofreader would mark in a Kyrgyz text: wrong letters, broken words, impossible suffixes, unknown words.

`check` gives findings with their place. Errors are never right in a Kyrgyz paper (a Kazakh letter, a Latin letter in
a Cyrillic word, «5-ке»); warnings ask a person to look (a word the lexicon does not know). Rules: §11 of this
package's README. Words in Latin letters and lines in Russian (`is_russian`) are left alone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from docgen.kyrgyz import data, lexicon, readings
from docgen.kyrgyz.alphabet import LETTERS, VOWELS
from docgen.kyrgyz.dates import MONTHS
from docgen.kyrgyz.inflection import inflect_phrase
from docgen.kyrgyz.morphology import CASES, PLAIN, realise

ERROR, WARNING = "error", "warning"
# What says that the dictionary does not know a word: nothing to tell of a name.
SPELLING = frozenset({"kyrgyz.respelling", "kyrgyz.suffix", "kyrgyz.unknown"})


@dataclass(frozen=True)
class Finding:
    """One thing found in a text.

    Attributes:
        id: kyrgyz.letter, kyrgyz.mixed-alphabet, kyrgyz.decomposed, kyrgyz.invisible, kyrgyz.stray-mark,
            kyrgyz.legacy-font, kyrgyz.digit-in-word, kyrgyz.initial-sign, kyrgyz.three-consonants,
            kyrgyz.digit-hyphen, kyrgyz.digit-suffix, kyrgyz.date, kyrgyz.quotes (errors);
            kyrgyz.respelling, kyrgyz.suffix, kyrgyz.acronym, kyrgyz.possession, kyrgyz.unknown (warnings).
        start, end: the place in the text, in characters.
        found: the text there.
        suggestion: what to write instead, or "".
        level: "error" or "warning".
    """

    id: str
    start: int
    end: int
    found: str
    suggestion: str
    level: str


# §11: letters of other alphabets, and the Kyrgyz letter each was typed or read for.
_FOREIGN = dict(zip("қғәіұһӣўїєґѳɵӊӈќҡҕӱ", "кгаыухиуиегөөңңккгү", strict=True))
_LOOKALIKES = dict(zip("aceopxykmtbhigs", "асеорхукмтвнигз", strict=True))
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
# Fonts of the 1990s put ө ү ң on the keys of other characters (ъткър\лгън).
_LEGACY = str.maketrans({"ъ": "ө", "\\": "ү", "ё": "ң"})
_RESPELLED = {"о": "ө", "у": "ү", "н": "ң"}
_MAX_DOUBTFUL = 7  # letters tried both ways: 2^7 spellings at most

_CYRILLIC = f"{LETTERS}{LETTERS.upper()}{''.join(_FOREIGN)}{''.join(_FOREIGN).upper()}"
_WORD = re.compile(f"[{_CYRILLIC}A-Za-z0-9\\\\|{_INVISIBLE}\u0300-\u036f]+")
_HAS_CYRILLIC = re.compile(f"[{_CYRILLIC}]")
_DIGIT_HYPHEN = re.compile(
    r"(?<![\w-])([0-9][0-9  .,:]*%?)[-‐‑]"
    r"((?:[нндт][ыиуү]н|[нндт][ыиуү]|[гк][аеоө]|[дт][аеоө]н?|(?:[ыиуү]?н)?ч[ыиуү]))(?![\w-])"
)
_DATE = re.compile(rf"жылдын\s+(?:«?\d{{1,2}}»?[-\s]\s*)(({'|'.join(m.rstrip('ь') for m in MONTHS)})\w*)")
_DIGIT_SUFFIX = re.compile(r"(?<![\w.,:/])(\d[\d.,:/]*%?)([а-яёңөү]+)(?![\w-])")
_ACRONYM = re.compile(r"(?<!\w)([А-ЯЁҢӨҮ]{2,})([а-яёңөү]+)(?!\w)")
_RUSSIAN_ENDINGS = ("ый", "ий", "ой", "ая", "яя", "ое", "ее", "ые", "ие", "ого", "его", "ому", "ых", "их", "ами", "ться", "тся")
_SURNAME = re.compile(
    "[а-яёңөү]{2,}(?:[оеё]ва?|ина?|ский|ская|ович|евич|овна|евна|бек|бай|бекова?|гүл|жан|кул|хан|али|алы)"
    "(?:[ндт][ыиуү]н|[нндт][ыиуү]|[гк][аеоө]|[дт][аеоө]н?)?"
)


def check(text: str) -> list[Finding]:
    """Give what is wrong or doubtful in *text*, in order of place."""
    found = [*_marks(text), *_patterns(text)]
    taken = [(finding.start, finding.end) for finding in found]
    place = 0
    for line in text.splitlines(keepends=True):
        if not is_russian(line):
            for match in _WORD.finditer(text, place, place + len(line)):
                if not any(start < match.end() and match.start() < end for start, end in taken):
                    found += _word(text, match)
        place += len(line)
    return sorted(found, key=lambda finding: (finding.start, finding.end))


def check_phrase(phrase: str) -> list[Finding]:
    """Give what makes the declension of a data value doubtful (a name of a body, a post), besides `check`.

    A last word in -сы that no head rule knows may be possessed or plain; an acronym without a listed reading may be
    read otherwise.
    """
    from docgen.kyrgyz.phrases import analyse

    found = check(phrase)
    head = analyse(phrase)
    start = len(head.before)
    end = start + len(head.word)
    if any(finding.level == ERROR and finding.start < end and start < finding.end for finding in found):
        return found  # it is no sound word yet
    if not head.possessed and head.spelt and head.word.lower().endswith(("сы", "си", "су", "сү")) and _unlisted(head.word):
        found.append(Finding("kyrgyz.possession", start, end, head.word, "", WARNING))
    if {"acronym", "latin"} & set(head.rules):
        found.append(Finding("kyrgyz.acronym", start, end, head.word, "", WARNING))
    return found


def _unlisted(word: str) -> bool:
    return word.lower() not in data.plain_words() and word.lower() not in lexicon.stems()


def _marks(text: str) -> Iterator[Finding]:
    """Find characters that do not belong in a text, and quotes without their pair."""
    depth: list[int] = []
    for place, char in enumerate(text):
        if char in "|\\" and not _inside_word(text, place):
            yield Finding("kyrgyz.stray-mark", place, place + 1, char, "", ERROR)
        elif char == "«":
            depth.append(place)
        elif char == "»":
            if not depth:
                yield Finding("kyrgyz.quotes", place, place + 1, char, "", ERROR)
            else:
                depth.pop()
    for place in depth:
        yield Finding("kyrgyz.quotes", place, place + 1, "«", "", ERROR)


def _inside_word(text: str, place: int) -> bool:
    return text[place - 1 : place].isalpha() and text[place + 1 : place + 2].isalpha()


def _patterns(text: str) -> Iterator[Finding]:
    """Find what stands between words: «5-ке», «жылдын 9-март», «40га», an acronym with a suffix."""
    for match in _DIGIT_HYPHEN.finditer(text):
        digits, suffix = match.groups()
        ordinal = "ч" in suffix
        case = None if ordinal else _case_of(digits, suffix)
        right = f"{digits}-" if ordinal else inflect_phrase(digits, case, "singular", None, False) if case else digits + suffix
        yield Finding("kyrgyz.digit-hyphen", match.start(), match.end(), match[0], right, ERROR)
    for match in _DATE.finditer(text):
        month, word = next(m for m in MONTHS if m.startswith(match[2])), match[1]
        forms = {case: inflect_phrase(month, case, "singular", None, False) for case in CASES}
        for case, form in forms.items():
            if word == form:
                right = inflect_phrase(month, case, "singular", "3", False)
                yield Finding("kyrgyz.date", match.start(1), match.end(1), word, right, ERROR)
    for match in _DIGIT_SUFFIX.finditer(text):
        digits, suffix = match.groups()
        case = _case_of(digits, suffix)
        right = inflect_phrase(digits, case, "singular", None, False) if case else ""
        if right and right != match[0]:
            yield Finding("kyrgyz.digit-suffix", match.start(), match.end(), match[0], right, ERROR)
    for match in _ACRONYM.finditer(text):
        acronym, suffix = match.groups()
        case = _case_of("а", suffix)
        if case is None or acronym[-1].lower() in VOWELS:
            continue
        right = inflect_phrase(acronym, case, "singular", None, False)
        if readings.listed(acronym) is None or right != match[0]:
            yield Finding("kyrgyz.acronym", match.start(), match.end(), match[0], right, WARNING)


def _case_of(base: str, suffix: str) -> str | None:
    """Say which case *suffix* marks in any of its shapes: «ге», «ка» are datives."""
    del base
    folded = suffix.translate(lexicon.FOLDED)
    for case in CASES[1:]:
        if realise(PLAIN[case], "а", "voiced").translate(lexicon.FOLDED) == folded:
            return case
    return None


def _word(text: str, match: re.Match[str]) -> Iterator[Finding]:
    """Check one word: its letters first; only a word of sound letters is looked up."""
    word, start, end = match[0], match.start(), match.end()
    if not _HAS_CYRILLIC.search(word):
        return
    for finding in _letters(word):
        yield Finding(finding[0], start, end, word, finding[1], ERROR)
        return
    if _ACRONYM.fullmatch(word) or (word.isupper() and len(word) < 6):
        return  # `_patterns` has looked at acronyms
    low = word.lower()
    if len(low) < 2 or low[0].isdigit() or lexicon.is_known(low) or _is_name(text, word, start):
        return
    if text[start - 1 : start] in ("_", "'", "’") and lexicon.is_suffix(low):
        return  # the word before it will be written by hand: «___» __________нан
    yield _unknown(word, low, start, end)


def _letters(word: str) -> Iterator[tuple[str, str]]:
    """Find letters that cannot stand in a Kyrgyz word: (id, suggestion)."""
    low = word.lower()
    if any(char in _INVISIBLE for char in word):
        yield "kyrgyz.invisible", "".join(char for char in word if char not in _INVISIBLE)
    if unicodedata.normalize("NFC", word) != word:
        yield "kyrgyz.decomposed", unicodedata.normalize("NFC", word)
    if any(char in _FOREIGN for char in low):
        yield "kyrgyz.letter", _replace(word, _FOREIGN)
    if "\\" in word or (low.count("ъ") and _is_legacy(low)):
        yield "kyrgyz.legacy-font", low.translate(_LEGACY)
    if any("a" <= char <= "z" for char in low):
        mixed = _replace(word, _LOOKALIKES)
        yield "kyrgyz.mixed-alphabet", "" if re.search("[a-zA-Z]", mixed) else mixed
    if "|" in word or re.search(r"[^\W\d]\d", word):
        yield "kyrgyz.digit-in-word", ""
    if low[0] in "ьъ":
        yield "kyrgyz.initial-sign", low.lstrip("ьъ")
    for one, two, three in zip(low, low[1:], low[2:], strict=False):
        if one == two == three and not one.isdigit():
            yield "kyrgyz.three-consonants", low.replace(one * 3, one * 2)


def _is_legacy(low: str) -> bool:
    """ъ is right only before е ё ю я; elsewhere it is the ө of an old font."""
    return any(a == "ъ" and b not in "еёюя" for a, b in zip(low, low[1:] + " ", strict=True))


def _replace(word: str, table: dict[str, str]) -> str:
    return "".join(
        (table[char.lower()].upper() if char.isupper() else table[char]) if char.lower() in table else char for char in word
    )


def _is_name(text: str, word: str, start: int) -> bool:
    """Say whether a capitalised word looks like a surname, a patronymic or a name of the common endings.

    At the head of a text every word has a capital: there the word behind it must have one too («Жумабекова Бактыгүл»).
    """
    if not word[0].isupper() or _SURNAME.fullmatch(word.lower()) is None:
        return False
    end = start + len(word)
    return start > 1 or end == len(text) or text[end + 1 : end + 2].isupper()


def _unknown(word: str, low: str, start: int, end: int) -> Finding:
    """Say what an unknown word may have been: ө ү ң typed as о у н, a suffix of the wrong shape, or nothing known."""
    respelled = _respelling(low)
    if respelled:
        return Finding("kyrgyz.respelling", start, end, word, _like(word, respelled), WARNING)
    right = lexicon.right_allomorph(low)
    if right:
        return Finding("kyrgyz.suffix", start, end, word, _like(word, right), WARNING)
    return Finding("kyrgyz.unknown", start, end, word, "", WARNING)


def _like(word: str, suggestion: str) -> str:
    if word.isupper():
        return suggestion.upper()
    return suggestion[0].upper() + suggestion[1:] if word[0].isupper() else suggestion


def _respelling(low: str) -> str | None:
    """Give the known word that *low* is when some о у н are ө ү ң: «учун» → «үчүн»."""
    places = [place for place, char in enumerate(low) if char in _RESPELLED][:_MAX_DOUBTFUL]
    for mask in range(1, 1 << len(places)):
        letters = list(low)
        for bit, place in enumerate(places):
            if mask >> bit & 1:
                letters[place] = _RESPELLED[low[place]]
        candidate = "".join(letters)
        if lexicon.is_known(candidate):
            return candidate
    return None


def is_russian(line: str) -> bool:
    """Say whether a line reads as Russian: several words, no Kyrgyz letter, many Russian endings (one word may be «жолго»)."""
    words = [match[0].lower() for match in _WORD.finditer(line) if len(match[0]) > 3]
    if len(words) < 2 or any(char in line.lower() for char in "ңөү"):
        return False
    return sum(word.endswith(_RUSSIAN_ENDINGS) for word in words) * 3 >= len(words)
