"""Kyrgyz inflection, names, numbers, dates, sorting: a library of its own that knows nothing of documents.

    >>> from docgen.kyrgyz import inflect, locative_attributive
    >>> inflect("№5 орто мектеби", case="dative")
    '№5 орто мектебине'
    >>> inflect("Бердалиев", case="dative"), inflect("40", case="dative"), inflect("БУУ", case="genitive")
    ('Бердалиевге', '40ка', 'БУУнун')
    >>> locative_attributive("2025-жылдын 13-октябры")
    '2025-жылдын 13-октябрындагы'

The modules, from letters to texts: `alphabet` (letters, harmony, sorting), `morphology` (suffixes of one word),
`readings` (how numbers and acronyms are heard), `phrases` (which word inflects, is it possessed), `inflection`
(phrases in every form), `names`, `numerals`, `dates`, `explain` (a form and the rule behind it), `lint`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from docgen.kyrgyz.inflection import inflect_phrase, locative_attributive_phrase

if TYPE_CHECKING:
    from docgen.kyrgyz.explain import Explanation

__all__ = ["clear_cache", "explain", "inflect", "locative_attributive"]

# Bounded: a school has some thousands of names; a batch over a country must not grow without end.
_inflect = lru_cache(maxsize=32768)(inflect_phrase)
_attributive = lru_cache(maxsize=8192)(locative_attributive_phrase)


def inflect(
    phrase: str,
    *,
    case: str = "nominative",
    number: str = "singular",
    possessive: str | None = None,
    possessed: bool | None = None,
) -> str:
    """Give *phrase* in a grammatical form; only its last component changes.

    Args:
        phrase: a word, a name, a number, an acronym or a whole phrase, in the nominative.
        case: nominative, genitive, dative, accusative, locative or ablative.
        number: singular or plural.
        possessive: the owner to add: 1sg, 2sg, 2sg_polite, 3, 1pl, 2pl, 2pl_polite; None adds none.
        possessed: the phrase already ends in a 3rd-person possessive («мектеби», «орун басары»): True or False;
            None decides by the head-word rules (`phrases`).

    Every phrase is answered. Raises ValueError for a case, number or possessive that does not exist.
    """
    return _inflect(phrase, case, number, possessive, possessed)


def locative_attributive(phrase: str, *, possessed: bool | None = None) -> str:
    """Give the form in -дагы, «that is in …»: мектебиндеги, 13-октябрындагы."""
    return _attributive(phrase, possessed)


def explain(phrase: str) -> Explanation:
    """Give all forms of *phrase* with the rule that decided each (`explain.Explanation`)."""
    from docgen.kyrgyz.explain import explain as explain_phrase

    return explain_phrase(phrase)


def clear_cache() -> None:
    """Forget the remembered forms: after `readings.register`, and in measurements."""
    _inflect.cache_clear()
    _attributive.cache_clear()
