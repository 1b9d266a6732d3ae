"""What a clerk may have meant: the ids nearest to one that is not there, with the names behind them."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import SequenceMatcher
from typing import Any

from docgen.template.lookalikes import latin

SHOWN = 3
_ALIKE = 0.6  # the share of equal letters from which on difflib calls two words alike; its own default
_SWAPPED = 0.05


def nearest(id: str, known: Mapping[str, Mapping[str, Any]]) -> str:
    """Up to three of the *known* facts whose id or name is like *id*: «s07a-24 (Садырова Бегимай), …», nearest first."""
    typed = id.casefold()
    alike = {i: max(_likeness(typed, i.casefold()), _likeness_of_name(typed, name_of(fact))) for i, fact in known.items()}
    near = sorted((i for i, likeness in alike.items() if likeness >= _ALIKE), key=lambda i: -alike[i])[:SHOWN]
    return ", ".join(f"{i} ({name_of(known[i])})" if name_of(known[i]) else i for i in near)


def name_of(fact: Mapping[str, Any]) -> str:
    """What people call a fact: a person's full name, a subject's name, a code's printed form."""
    person = " ".join(str(fact[part]) for part in ("surname", "given_name", "patronymic") if fact.get(part))
    return person or str(fact.get("printed") or fact.get("title") or (fact.get("name", "") if "code" in fact else ""))


def _likeness(typed: str, word: str) -> float:
    """How alike two words are, 0 to 1; the same letters in another order (42 for 24) are nearer than other letters."""
    if typed == word:
        return 1
    if _spelled(typed) == _spelled(word):  # 7A for 7-А: another keyboard, no dash
        return 1
    matcher = SequenceMatcher(None, typed, word)
    if matcher.quick_ratio() < _ALIKE:
        return 0
    return matcher.ratio() + (_SWAPPED if sorted(typed) == sorted(word) else 0)


def _spelled(word: str) -> str:
    """A word without dashes and blanks, its letters of one alphabet as far as they look alike."""
    bare = "".join(character for character in word if character.isalnum())
    return latin(bare) or bare


def _likeness_of_name(typed: str, name: str) -> float:
    """Likeness to a name; of a name typed only in part, to that part."""
    words = name.casefold().split()
    return max(_likeness(typed, " ".join(words)), _likeness(typed, " ".join(words[: len(typed.split())]))) if words else 0
