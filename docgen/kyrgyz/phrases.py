"""Which part of a phrase inflects, how it is heard, and whether it is already possessed.

Only the last spoken component of a phrase takes a suffix (§1): «Жалал-Абад», «Ч. Б. Бердалиев», «№5 орто мектеби».
Closing quotes stay outside the suffix («Манастын»), a remark in brackets stays behind the word it explains
(мектебинин (лицейинин дарегинен эмес)), initials behind a surname come before it (§9).
"""

from __future__ import annotations

from typing import NamedTuple

from docgen.kyrgyz import data, readings
from docgen.kyrgyz.alphabet import HIGH, HYPHENS, NBSP, SPACES, VOWELS, last_vowel, normalise
from docgen.kyrgyz.morphology import attach_possessive, strip_possessive

CLOSING = "»”“\"’'‘›.,;:!?…-–—"
_BRACKETS = {")": "(", "]": "["}

# §4.2: endings that only a 3rd-person possessive has: министр-лиг-и, жетек-чи-си, бер-үү-сү, окуучу-лар-ы.
_POSSESSED_ENDINGS = (
    "лыгы", "лиги", "лугу", "лүгү", "дыгы", "диги", "дугу", "дүгү", "тыгы", "тиги", "тугу", "түгү", "чысы", "чиси",
    "чусу", "чүсү", "уусу", "үүсү", "оосу", "өөсү", "иясы", "лары", "лери", "лору", "лөрү", "дары", "дери", "дору",
    "дөрү", "тары", "тери", "тору", "төрү",
)
_AFTER_VOWEL = ("сы", "си", "су", "сү")
_GENITIVE_ENDINGS = tuple(f"{first}{vowel}н" for first in "ндт" for vowel in "ыиуү")
_SURNAME_ENDINGS = ("ов", "ова", "ев", "ева", "ёв", "ёва", "ин", "ина", "ский", "ская", "уулу", "кызы", ".")


KIN = ("уулу", "кызы")  # «son of», «daughter of»: two words of one name


class Head(NamedTuple):
    """The last component of a phrase: what is inflected, and what stands around it."""

    before: str  # everything before the component, hyphen included
    word: str  # the component as written
    after: str  # closing marks and remarks behind the suffix
    sound: str  # the component as heard, lower-case
    spelt: bool  # its letters are its sounds
    capitals: bool  # a heading: the suffix is written in capitals
    possessed: bool  # it already ends in a 3rd-person possessive
    rules: tuple[str, ...]  # what decided: ids of data/rules.tsv


def analyse(phrase: str) -> Head:
    """Find the head of *phrase* (initials already in front of the surname: `initials_first`)."""
    core, after = _split_after(normalise(phrase))
    if not core:
        return Head(phrase, "", "", "", False, False, False, ("empty",))
    full = _written_out(core)
    if full is not None:
        core = full
    if not core[-1].isalnum():
        return _symbol_head(core, after)
    start = max(core.rfind(space) for space in SPACES + "\t\n") + 1
    token = core[start:]
    cut = start + (0 if token[-1].isdecimal() and "/" in token else readings.last_component(token))
    while core[cut] != "°" and (
        not core[cut].isalnum() or (core[cut].isdecimal() and core[-1].isalpha() and core[cut:].isalnum())
    ):
        cut += 1  # opening marks, and the digits of «5км», «7А»; «20 °C» is read «градус»
    before, word = core[:cut], core[cut:]
    if len(word) == 1 and word.isalpha() and after.startswith(("»", "”", '"')):
        # A class letter in quotes keeps them closed: 7-«А»га.
        before, word, after = before + word + after[0], "", after[1:]
        return Head(before, word, after, readings.letter_sound(before[-2]), False, False, False, ("letter-name",))
    sound, spelt, capitals, rule = _hear(core, before, word)
    possessed_by = _possessed_by(before, word) if spelt else ""
    return Head(before, word, after, sound, spelt, capitals, bool(possessed_by), (rule, possessed_by or "plain-head"))


def _symbol_head(core: str, after: str) -> Head:
    """Give the head of a phrase that ends in a sign: «62,5%», «20°»; a sign without a reading takes nothing."""
    sound = data.readings().get(core[-1])
    if sound is None:
        return Head(core + after, "", "", "", False, False, False, ("nothing-to-inflect",))
    return Head(core[:-1], core[-1], after, sound, False, False, False, ("reading", "plain-head"))


def _split_after(text: str) -> tuple[str, str]:
    """Split off closing marks, spaces and a bracketed remark at the end."""
    end = len(text)
    while end:
        char = text[end - 1]
        if char in _BRACKETS:
            opening = text.rfind(_BRACKETS[char], 0, end)
            before = text[:opening].rstrip(SPACES) if opening > 0 else ""
            end = len(before) if before else end - 1
        elif char.isspace() or (char in CLOSING and _written_out(text[:end]) is None):
            end -= 1
        else:
            break
    return text[:end], text[end:]


def _written_out(core: str) -> str | None:
    """Write out an abbreviation that cannot take a suffix: «2022-ж.» → «2022-жыл»."""
    if not core.endswith("."):
        return None
    cut = max(core.rfind(char) for char in SPACES + HYPHENS) + 1
    full = data.abbreviations().get(core[cut:])
    return None if full is None else core[:cut] + full


def _hear(core: str, before: str, word: str) -> tuple[str, bool, bool, str]:
    """Say how *word* sounds: (sound, spelt, capitals, rule)."""
    last = word[-1]
    if last.isdecimal():
        return readings.trailing_number_sound(core), False, False, "number"
    if len(word) == 1 and before.endswith(tuple(HYPHENS)):
        return readings.letter_sound(last), False, False, "letter-name"  # № 12-б, 7-А
    if "°" in word:
        return data.readings()["°"], False, False, "reading"
    if "а" <= last <= "я" or last in "ёңөү":
        low = word.lower()
        listed = data.readings().get(word) if len(word) < 5 or word != low else None
        if listed is not None:
            return listed, False, False, "reading"
        return data.spoken_words().get(low, low), True, False, "spelt"
    listed = readings.listed(word)
    if listed is not None:
        return listed, False, False, "reading"
    if readings.is_latin(last):
        value = readings.roman_value(word)
        if value:
            return readings.ordinal_sound(readings.number_sound(str(value))), False, False, "roman"
        return readings.latin_sound(word), False, False, "latin"
    if len(word) == 1 or not word[-2].isalpha():
        return readings.letter_sound(last), False, False, "letter-name"
    if word.isupper() and _is_heading(before, word):
        low = word.lower()
        return data.spoken_words().get(low, low), True, True, "heading"
    return readings.acronym_sound(word), False, False, "acronym"


def _is_heading(before: str, word: str) -> bool:
    """Tell a word of a heading in capitals (БУЙРУК) from an acronym (БУУ)."""
    if _reads_as_heading(word):
        return True
    others = [w for w in before.split() if w.isalpha() or "-" in w]
    return bool(others) and all(w.isupper() for w in others) and any(_reads_as_heading(w) for w in others)


def _reads_as_heading(word: str) -> bool:
    low = word.lower()
    if word in data.readings():
        return False
    if low in data.heading_words() or (len(low) > 3 and low in data.stem_kinds()):
        return True
    vowels = sum(char in VOWELS for char in low)
    return len(low) >= 6 and vowels >= 2 and 3 * vowels >= len(low) - 1


def _possessed_by(before: str, word: str) -> str:
    """Name the rule by which *word* is in the 3rd-person possessive, or "" (§4.2, "None: decide")."""
    low = word.lower()
    if low[-1] not in "ыиуүю":
        return ""
    plain = data.plain_words()
    if low in plain or (before.endswith(tuple(HYPHENS)) and before.split()[-1].lower() + low in plain):
        return ""  # казы; Ат-Башы
    if low in data.possessed_heads():
        return "listed-head"
    if word[:2].isupper() and word[-1].islower() and word.rstrip("сыиуү").isupper():
        return "possessed-ending"  # ЖЧКсы, ИИБи
    if not _can_be_possessed(low):
        return ""
    if len(low) >= 6 and low.endswith(_POSSESSED_ENDINGS):
        return "possessed-ending"
    behind = before.rstrip(SPACES)
    if word[0].isupper() and not word.isupper() and behind.endswith(_SURNAME_ENDINGS):
        return ""  # a given name behind a surname: «…нын мугалими Асанова Айпери»
    if word[0].islower() and len(low) > 4 and low.endswith(_AFTER_VOWEL) and low[-3] in VOWELS:
        return "possessed-ending"  # башкармасы, тажрыйбасы: no noun has such an end of its own
    owned = _is_owned_noun(low)
    if any(is_genitive(token) for token in before.lower().split()):
        # Behind a genitive a capital is a name («класстын окуучусу Кудайберди»), unless the noun is known («… Баатыры»).
        return "after-genitive" if owned or word[0].islower() or word.isupper() else ""
    if owned and (behind or (word[0].islower() and (len(low) > 6 or strip_possessive(low)[-1] != low[-2]))):
        return "known-noun"  # alone only if nothing else can be meant: кесиби, турмушу, but «каты»
    return ""


def _is_owned_noun(low: str) -> bool:
    """Say whether *low* is a noun of the lexicon + (с)I and no stem itself: «билим сапаты», but «жалпы» (all)."""
    kinds = data.stem_kinds()
    if low in kinds:
        return False
    stem = strip_possessive(low)
    candidates = (stem, low[:-1], f"{stem}ь")
    return any("n" in kinds.get(c, "") and attach_possessive(c, c, "3")[0] == low for c in candidates)


def _can_be_possessed(low: str) -> bool:
    """Say whether *low* has the shape of stem + (с)I: not a long vowel, in harmony, no agent noun in -чы."""
    if len(low) < 3:
        return False
    last, previous = low[-1], low[-2]
    if last == "ю":
        return previous in "оу"
    if previous in VOWELS:
        return False
    if HIGH.get(last_vowel(low[:-1])) != last:
        return False
    if previous == "ч" and len(low) > 4:
        # башчы, кеңешчи, окуучу are agents; күчү, ачкычы are possessed.
        return low[-3] in VOWELS and low[-4] != low[-3]
    return True


def is_genitive(token: str) -> bool:
    """Say whether a lower-case *token* is a noun in the genitive: мектептин, облусунун, жылдын."""
    token = token.rstrip(CLOSING)
    return len(token) > 4 and token.endswith(_GENITIVE_ENDINGS) and token not in data.plain_words()


def initials_first(phrase: str) -> str | None:
    """Put initials behind a surname before it: «Бердалиев Ч.Б.» → «Ч. Б. Бердалиев»; None when there are none (§9).

    Words before the surname (a post) stay where they are; «Марат уулу Б.» → «Б. Марат уулу».
    """
    if not phrase.endswith("."):
        return None
    words = phrase.replace(NBSP, " ").split()
    initials: list[str] = []
    while len(words) > 1:
        found = split_initials(words[-1])
        if not found:
            break
        initials[:0] = found
        words.pop()
    if not initials or len(words[-1]) < 2 or (not words[-1][0].isupper() and words[-1] not in KIN):
        return None
    size = 2 if words[-1] in KIN and len(words) > 1 else 1
    name = NBSP.join([*initials, " ".join(words[-size:])])
    return " ".join([*words[:-size], name])


def split_initials(token: str) -> list[str]:
    """Give the initials that *token* consists of: «Ч.Б.» → ["Ч.", "Б."]; [] if it is anything else."""
    if len(token) % 2 or any(char != "." for char in token[1::2]) or not token[::2].isupper():
        return []
    return [f"{letter}." for letter in token[::2]]
