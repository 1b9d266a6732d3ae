"""Persons, pupils and classes as papers speak of them: what is derived from their facts, as of a day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from docgen.kyrgyz import names
from docgen.kyrgyz.alphabet import NBSP, sort_key

PERSON = ("id", "surname", "given_name", "patronymic", "position", "phone")


def person(data: Mapping[str, Any]) -> dict[str, Any]:
    """A person with ``full_name`` (surname first) and ``short_name`` (initials first), every part that is not given None."""
    whole = {**dict.fromkeys(PERSON), **data}
    return {**whole, "full_name": names.full_name(whole), "short_name": names.short_name(whole)}


def own_forms(value: Any) -> dict[str, dict[str, str]]:
    """The cases that the persons anywhere in *value* have of their own (``forms``), by name as it is printed.

    >>> own_forms([person({"surname": "Асан", "given_name": "Уул", "forms": {"dative": "Асан Уулга", "short": None}})])
    {'Асан Уул': {'dative': 'Асан Уулга'}}
    """
    found: dict[str, dict[str, str]] = {}
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        found |= own_forms(each)
    forms = value.get("forms") if isinstance(value, dict) and "full_name" in value else None
    if isinstance(forms, dict):
        for name, cases in (("full_name", forms), ("short_name", forms.get("short") or {})):
            # initials and surname stay on one line, as in `docgen.kyrgyz.names`
            space = " " if name == "full_name" else NBSP
            own = {case: form.replace(". ", f".{space}") for case, form in cases.items() if type(form) is str}
            found |= {value[name]: own} if own else {}
    return found


def pupil(data: Mapping[str, Any], school_class: Mapping[str, Any], day: date) -> dict[str, Any]:
    """A pupil with its class, ``class_name``, ``class_phrase``, ``birth_year`` and ``age`` on *day* (F.8)."""
    born = data["birth_date"]
    return {
        **person(data),
        "class": school_class,
        "class_name": school_class["name"],
        "class_phrase": school_class["phrase"],
        "birth_year": born.year,
        "age": day.year - born.year - ((day.month, day.day) < (born.month, born.day)),
    }


def school_class(data: Mapping[str, Any], enrolled: int) -> dict[str, Any]:
    """A class with ``enrolled`` and ``phrase``, the words that take a case: «7-А классы», «5-класс»."""
    phrase = f"{data['name']} классы" if data.get("letter") else f"{data['name']}-класс"
    return {**data, "phrase": phrase, "enrolled": enrolled}


def name_order(person: Mapping[str, Any]) -> tuple[Any, ...]:
    """The key that sorts persons as a Kyrgyz list does: surname, given name, patronymic."""
    return tuple(sort_key(person.get(part) or "") for part in ("surname", "given_name", "patronymic"))


def list_order(pupil: Mapping[str, Any]) -> tuple[Any, ...]:
    """The key that sorts pupils (as `pupil` gives them) of a school: grade and letter of the class, then the name."""
    return (pupil["class"]["grade"], sort_key(pupil["class"]["name"]), *name_order(pupil))
