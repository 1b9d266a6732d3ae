"""A whole phrase in any form: the head found by `phrases`, its suffixes by `morphology`."""

from __future__ import annotations

from docgen.kyrgyz import data, morphology
from docgen.kyrgyz.morphology import CASES, NUMBERS, POSSESSIVES
from docgen.kyrgyz.phrases import Head, analyse, initials_first


def inflect_phrase(phrase: str, case: str, number: str, possessive: str | None, possessed: bool | None) -> str:
    """Give *phrase* in one form; the arguments are those of `docgen.kyrgyz.inflect`."""
    _check(case, number, possessive)
    if case == "nominative" and number == "singular" and possessive is None:
        return phrase
    phrase = initials_first(phrase) or phrase
    return inflect_head(analyse(phrase), case=case, number=number, possessive=possessive, possessed=possessed)


def inflect_head(
    head: Head,
    *,
    case: str = "nominative",
    number: str = "singular",
    possessive: str | None = None,
    possessed: bool | None = None,
) -> str:
    """Give the phrase of *head* in one form."""
    if not head.sound:
        return head.before + head.word + head.after
    own = data.irregular().get(head.word.lower())
    if own and case in own and number == "singular" and possessive is None:
        word = own[case].capitalize() if head.word[:1].isupper() else own[case]
        return head.before + word + head.after
    word = morphology.inflect_word(
        head.word.lower() if head.capitals else head.word,
        head.sound,
        case=case,
        number=number,
        possessive=possessive,
        possessed=is_possessed(head, possessed),
        spelt=head.spelt,
    )
    return head.before + (word.upper() if head.capitals else word) + head.after


def is_possessed(head: Head, flag: bool | None) -> bool:
    """Decide between the caller's *flag* and the head-word rules; a word that cannot bear the suffix never is."""
    if flag is None:
        return head.possessed
    return flag and head.sound[-1] in "ыиуүю"


def locative_attributive_phrase(phrase: str, possessed: bool | None) -> str:
    """Give the locative + -гы (§8): «13-октябрындагы»; the arguments are those of `locative_attributive`."""
    phrase = initials_first(phrase) or phrase
    head = analyse(phrase)
    if not head.sound:
        return phrase
    locative = inflect_head(head._replace(after=""), case="locative", possessed=possessed)
    tail = morphology.attach(locative, locative.lower(), morphology.ATTRIBUTIVE)[0]
    return (tail.upper() if head.capitals else tail) + head.after


def _check(case: str, number: str, possessive: str | None) -> None:
    if case not in CASES:
        raise ValueError(f"case {case!r}: one of {', '.join(CASES)}")
    if number not in NUMBERS:
        raise ValueError(f"number {number!r}: one of {', '.join(NUMBERS)}")
    if possessive is not None and possessive not in POSSESSIVES:
        raise ValueError(f"possessive {possessive!r}: one of {', '.join(POSSESSIVES)}")
