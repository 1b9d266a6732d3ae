"""Personal names: whole, with initials, in every case.

Official order: surname, given name, patronymic («Асанов Бекзат Марат уулу», «Марат уулу Бекзат»). Only the last
component of a name inflects; уулу and кызы («son of», «daughter of») are possessed (§9). A person is a mapping with
surname, given_name and patronymic; `forms` in it may give cases that win over the rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from docgen.kyrgyz.alphabet import NBSP
from docgen.kyrgyz.inflection import inflect_phrase
from docgen.kyrgyz.phrases import KIN, initials_first, split_initials

_FEMALE, _MALE = ("овна", "евна", "ёвна", "ична", "кызы"), ("ович", "евич", "ёвич", "уулу")


def full_name(person: Mapping[str, Any]) -> str:
    """Give surname, given name and patronymic: «Садырова Бегимай Өмүр кызы»."""
    parts = (person.get("surname"), person.get("given_name"), person.get("patronymic"))
    return " ".join(str(part).strip() for part in parts if part)


def short_name(person: Mapping[str, Any]) -> str:
    """Give initials and surname with no-break spaces: «Ч. Б. Бердалиев»; «Марат уулу Бекзат» → «Б. Марат уулу».

    Without a given name: the surname alone; without a surname: the given name.
    """
    surname, given = (str(person.get(key) or "").strip() for key in ("surname", "given_name"))
    if not surname or not given:
        return full_name(person)
    initials = [_initial(given)]
    if patronymic := str(person.get("patronymic") or "").strip():
        initials.append(_initial(patronymic))
    return NBSP.join([*initials, surname])


def _initial(name: str) -> str:
    return next((char.upper() for char in name if char.isalpha()), name[:1]) + "."


def inflect_name(person: Mapping[str, Any], case: str, *, short: bool = False) -> str:
    """Give the name of *person* in a case; `forms` of the person win.

    `forms: {dative: …}` holds cases of the whole name, `forms: {short: {dative: …}}` those of the name with initials.
    """
    forms = person.get("forms") or {}
    if short:
        forms = forms.get("short") or {}
    own = forms.get(case)
    if own:
        return str(own)
    name = short_name(person) if short else full_name(person)
    return inflect_phrase(name, case, "singular", None, None)


def parse(name: str) -> dict[str, str]:
    """Split a name as written on paper into surname, given_name and patronymic; parts not found are absent.

    Understands «Асанова Айпери Маратовна», «Асанов Бекзат Марат уулу», «Марат уулу Бекзат», «Бекзат Марат уулу»
    (уулу then stands for a surname), «Ч. Б. Бердалиев», «Бердалиев Ч.Б.».
    """
    words = (initials_first(name) or name).replace(NBSP, " ").split()
    initials: list[str] = []
    while words and split_initials(words[0]):
        initials += split_initials(words.pop(0))
    parts: list[str] = []
    for word in words:
        if word in KIN and parts:
            parts[-1] += f" {word}"
        else:
            parts.append(word)
    if initials:
        keys = ("given_name", "patronymic")
        return {"surname": " ".join(parts)} | dict(zip(keys, initials, strict=False))
    if len(parts) == 2 and parts[1].endswith(KIN):  # Бекзат Марат уулу
        parts.reverse()
    return dict(zip(("surname", "given_name", "patronymic"), parts, strict=False))


def sex(person: Mapping[str, Any]) -> str | None:
    """Tell "male" or "female" from the patronymic or the surname, or None when they do not tell."""
    for key in ("patronymic", "surname"):
        part = str(person.get(key) or "").lower()
        if part.endswith(_FEMALE) or (key == "surname" and part.endswith(("ова", "ева", "ёва", "ина", "ская"))):
            return "female"
        if part.endswith(_MALE) or (key == "surname" and part.endswith(("ов", "ев", "ёв", "ин", "ский"))):
            return "male"
    return None
