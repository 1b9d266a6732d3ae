"""All forms of a phrase in one table, each with the rule that decided it: what `docgen word` prints."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from docgen.kyrgyz import data
from docgen.kyrgyz.alphabet import VOWELS
from docgen.kyrgyz.inflection import inflect_head, locative_attributive_phrase
from docgen.kyrgyz.morphology import CASES, attach, harmony, sound_class
from docgen.kyrgyz.phrases import Head, analyse, initials_first

# The cases as Kyrgyz grammar names them.
CASE_NAMES = {
    "nominative": "атооч",
    "genitive": "илик",
    "dative": "барыш",
    "accusative": "табыш",
    "locative": "жатыш",
    "ablative": "чыгыш",
}


class Rule(NamedTuple):
    """One rule of `data/rules.tsv`."""

    id: str
    section: str  # of the language rules, «§4.1»
    kyrgyz: str
    english: str


class Form(NamedTuple):
    """One form of the phrase and the rules behind it, the deciding one first."""

    case: str  # a case, or "locative_attributive"
    number: str
    text: str
    rules: tuple[Rule, ...]


class Explanation(NamedTuple):
    """What was asked, what is heard at its end, whether it is possessed, and its forms."""

    phrase: str
    head: str  # the component that inflects
    sound: str  # as heard
    possessed: bool
    rules: tuple[Rule, ...]  # about the head: how it is heard, why it is (not) possessed
    forms: tuple[Form, ...]


@cache
def rules() -> dict[str, Rule]:
    """Give the rules by id."""
    return {row[0]: Rule(*row[:4]) for row in data.rows("rules")}


def explain(phrase: str) -> Explanation:
    """Give the table of forms of *phrase*: six cases in both numbers and the form in -дагы."""
    table = rules()
    reordered = initials_first(phrase)
    head = analyse(reordered or phrase)
    about = (("initials-first",) if reordered else ()) + head.rules
    forms = [
        Form(case, number, _form(phrase, head, case, number), _rules_of(head, case, number))
        for number in ("singular", "plural")
        for case in CASES
    ]
    attributive = locative_attributive_phrase(phrase, None)
    forms.insert(len(CASES), Form("locative_attributive", "singular", attributive, (table["attributive"],)))
    known = tuple(table[rule] for rule in about if rule in table)
    return Explanation(phrase, head.word or head.before[-2:-1], head.sound, head.possessed, known, tuple(forms))


def _form(phrase: str, head: Head, case: str, number: str) -> str:
    return phrase if (case, number) == ("nominative", "singular") else inflect_head(head, case=case, number=number)


def _rules_of(head: Head, case: str, number: str) -> tuple[Rule, ...]:
    """Name the rules that a form of *head* comes from."""
    if not head.sound or (case == "nominative" and number == "singular"):
        return ()
    if number == "singular" and case in data.irregular().get(head.word.lower(), {}):
        return (rules()["irregular"],)
    found = ["pronominal"] if head.possessed and case != "nominative" else []
    found += ["plural"] if number == "plural" else []
    sound = attach("", head.sound, "LAр")[1] if number == "plural" and not head.possessed else head.sound
    if not found or found == ["plural"]:
        found.append(f"consonant-{sound_class(sound)}")
    if head.sound.endswith("ь"):
        found.append("soft-sign")
    front_l = head.sound.endswith("ль") and head.sound[-3:-2] not in VOWELS
    found.append("front-l" if front_l else f"harmony-{harmony(sound)}")
    return tuple(rules()[rule] for rule in found)
