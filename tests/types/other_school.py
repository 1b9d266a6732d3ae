"""A second school, made from the demo school's facts: everything about it is longer or there is more of it.

Its name has 120 letters and an unusual last word, its director a long surname; 7-А has 40 pupils of one invented family of
names, all of them away on one day and taught 13 subjects.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import yaml

NAME = ("Ысык-Көл облусунун Жети-Өгүз районундагы Токтосун Сыдыкалиев атындагы «Билим булагы» эксперименталдык окуу-тарбия "
        "комплекси")
DIRECTOR = {"surname": "Абдырахманова", "given_name": "Жаңылмырза", "patronymic": "Өмүрзаковна"}
CLASS, PUPILS, DAY = "7-А", 40, "2025-10-14"
SURNAMES = ("Ааматов", "Өмүрзаков", "Үсөнбаев", "Ысмайылов", "Чотонбаев")
GIVEN_NAMES = ("Нурсултан", "Темирлан", "Жоомарт", "Эламан", "Бекмырза", "Айбек", "Улан", "Өскөн")

assert 118 <= len(NAME) <= 130


def build(root: Path, folder: Path) -> Path:
    """The second school's workspace in *folder*."""
    shutil.copytree(root / "data", folder / "data")
    profile = _read(root / "school.yaml")
    profile["school"]["name"] = NAME
    profile["school"]["name_possessed"] = True
    profile["options"]["diary"]["teacher_column"] = False
    _write(folder / "school.yaml", profile)
    _change(folder / "data/staff.yaml", _director)
    _change(folder / "data/classes/7-А.yaml", _pupils)
    _change(folder / "data/subjects.yaml", lambda facts: facts["teaching"][CLASS].update(chemistry="t13"))
    _write(folder / "data/absences/2025-10.yaml", {
        "month": "2025-10",
        "absences": [{"student": f"p{n:02}", "date": DAY, "full_day": True, "reason": "family"} for n in range(1, PUPILS + 1)],
    })
    for name in ("cases.yaml", "movement.yaml", "control-results.yaml"):
        (folder / "data" / name).unlink()
    shutil.rmtree(folder / "data/marks")
    (folder / "data/surveys/responses-2025-autumn.yaml").unlink()
    return folder


def _director(facts: dict[str, Any]) -> None:
    next(person for person in facts["staff"] if person["position"] == "директор").update(DIRECTOR)


def _pupils(facts: dict[str, Any]) -> None:
    first = facts["students"][0]
    guardian = first["guardians"][0]
    facts["students"] = [
        {
            **first,
            "id": f"p{n:02}",
            "personal_file_no": f"П-{n:03}",
            "surname": SURNAMES[n % len(SURNAMES)],
            "given_name": GIVEN_NAMES[n % len(GIVEN_NAMES)],
            "patronymic": "Тынчтыкбек уулу",
            "sex": "m",
            "address": f"Ак-Суу-Чоң-Таш айылы, Ыманалы Карабаев көчөсү, {n}",
            "family_category": "orphan",
            "guardians": [{**guardian, "id": f"p{n:02}-g1"}],
        }
        for n in range(1, PUPILS + 1)
    ]


def _change(path: Path, change: Any) -> None:
    facts = _read(path)
    change(facts)
    _write(path, facts)


def _read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def _write(path: Path, facts: Any) -> None:
    path.write_text(yaml.safe_dump(facts, allow_unicode=True, sort_keys=False), encoding="utf-8")
