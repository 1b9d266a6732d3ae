"""What holds for every word: answers, harmony, assimilation, pronominal declension."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from docgen.kyrgyz import inflect, locative_attributive
from docgen.kyrgyz.alphabet import VOICELESS, VOWELS, normalise, sort_key
from docgen.kyrgyz.morphology import CASES, NUMBERS, POSSESSIVES

BACK, FRONT = "аыоу", "еиөү"
ONSETS = st.sampled_from([*"бвгджзйклмнпрстчш", ""])
CODAS = st.sampled_from([*"бвгджзйклмнңпрстчш", "", "нт", "рт"])


@st.composite
def stems(draw: st.DrawFn) -> str:
    """A harmonic stem of one to three syllables: «калым», «төрөн»."""
    vowels = st.sampled_from(draw(st.sampled_from([BACK, FRONT])))
    syllables = draw(st.integers(1, 3))
    body = "".join((draw(ONSETS) or "к") + draw(vowels) for _ in range(syllables))
    return "т" + body + draw(CODAS)


CASE = st.sampled_from(CASES)
NUMBER = st.sampled_from(NUMBERS)
POSSESSIVE = st.sampled_from([None, *POSSESSIVES])


def is_back(word: str) -> bool:
    return next(letter for letter in reversed(word) if letter in VOWELS) in "аыоуяюё"


@given(stems(), CASE, NUMBER, POSSESSIVE)
def test_a_suffix_has_the_harmony_of_its_stem(stem: str, case: str, number: str, possessive: str | None) -> None:
    form = inflect(stem, case=case, number=number, possessive=possessive, possessed=False)
    assert {is_back(form[: end + 1]) for end in range(len(stem) - 2, len(form)) if set(form[: end + 1]) & VOWELS} == {
        is_back(stem)
    }


@given(stems(), CASE.filter(lambda case: case != "nominative"))
def test_the_first_consonant_of_a_case_assimilates(stem: str, case: str) -> None:
    suffix = inflect(stem, case=case, possessed=False)[len(stem) :]
    if stem[-1] in VOICELESS:
        assert suffix[0] in "тк"
    else:
        assert suffix[0] in ("нгд" if stem[-1] in VOWELS else "дг")


@given(stems(), CASE)
def test_three_equal_consonants_never_meet(stem: str, case: str) -> None:
    form = inflect(stem + stem[-1], case=case, possessed=False)
    assert not any(a == b == c and a not in VOWELS for a, b, c in zip(form, form[1:], form[2:], strict=False))


@given(stems(), st.sampled_from(["dative", "accusative", "locative", "ablative"]), NUMBER)
def test_a_possessed_form_is_never_the_plain_declension(stem: str, case: str, number: str) -> None:
    owned = inflect(stem, number=number, possessive="3")
    assert inflect(owned, case=case, possessed=True) == inflect(stem, case=case, number=number, possessive="3")
    assert inflect(owned, case=case, possessed=True) != inflect(owned, case=case, possessed=False)


@given(st.text(max_size=40), CASE, NUMBER, POSSESSIVE, st.sampled_from([None, True, False]))
@settings(max_examples=300)
def test_any_text_is_answered(text: str, case: str, number: str, possessive: str | None, possessed: bool | None) -> None:
    assert isinstance(inflect(text, case=case, number=number, possessive=possessive, possessed=possessed), str)
    assert isinstance(locative_attributive(text, possessed=possessed), str)


@given(st.text(alphabet="абөүңйёЙЁ\u0306\u0308 -", max_size=20))
def test_normalising_twice_is_normalising_once(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)
    assert sort_key(normalise(text)) == sort_key(text)


@given(st.integers(0, 10**12), CASE)
def test_digits_take_a_suffix_without_hyphen(number: int, case: str) -> None:
    form = inflect(str(number), case=case)
    assert form.startswith(str(number))
    assert "-" not in form
