"""What a clerk may have meant: the ids nearest to one that is not there, with the names behind them."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import SequenceMatcher, get_close_matches
from typing import Any

SHOWN = 3
_ALIKE = 0.6  # the share of equal letters from which on difflib calls two words alike; its own default


def nearest(id: str, known: Mapping[str, Mapping[str, Any]]) -> str:
    """Up to three of the *known* facts whose id or name is like *id*: «s07a-24 (Садырова Бегимай), …», nearest first."""
    near = get_close_matches(id, list(known), SHOWN, _ALIKE)
    names = {i: name_of(fact).casefold() for i, fact in known.items()}
    by_name = sorted(((_likeness(id.casefold(), name), i) for i, name in names.items() if name), reverse=True)
    near += [i for likeness, i in by_name if likeness >= _ALIKE and i not in near]
    return ", ".join(f"{i} ({name_of(known[i])})" if name_of(known[i]) else i for i in near[:SHOWN])


def name_of(fact: Mapping[str, Any]) -> str:
    """What people call a fact: a person's full name, a subject's name, a code's printed form."""
    person = " ".join(str(fact[part]) for part in ("surname", "given_name", "patronymic") if fact.get(part))
    return person or str(fact.get("printed") or fact.get("title") or (fact.get("name", "") if "code" in fact else ""))


def _likeness(found: str, name: str) -> float:
    """How alike two names are, 0 to 1; a name typed only in part counts by that part."""
    part = " ".join(name.split()[: max(1, len(found.split()))])
    return max(SequenceMatcher(None, found, name).ratio(), SequenceMatcher(None, found, part).ratio())
