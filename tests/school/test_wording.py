"""The Kyrgyz of records and facts is proofread, personal names are left to their owners."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from docgen.errors import Problem
from docgen.school.wording import facts_wording
from docgen.workspace import Workspace

from .conftest import ROOT, SECOND

Change = Callable[[Any], None]


def marked(root: Path) -> list[Problem]:
    workspace = Workspace(root)
    return facts_wording(workspace.facts, workspace.schemas)


@pytest.fixture
def school(tmp_path: Path) -> Path:
    shutil.copy(ROOT / "school.yaml", tmp_path)
    shutil.copytree(ROOT / "data", tmp_path / "data")
    return tmp_path


def change(school: Path, name: str, how: Change) -> None:
    path = school / name
    data = yaml.safe_load(path.read_text("utf-8"))
    how(data)
    path.write_text(yaml.safe_dump(data, allow_unicode=True), "utf-8")


@pytest.mark.parametrize("root", [ROOT, SECOND])
def test_the_facts_of_the_demo_schools_pass(root: Path) -> None:
    assert marked(root) == []


def test_a_name_that_nobody_has_heard_of_is_no_finding(school: Path) -> None:
    def rename(data: Any) -> None:
        data["staff"][0] |= {"surname": "Хуррамқұл".translate(str.maketrans("құ", "ку")), "given_name": "Ыкшмаа",
                             "forms": {"dative": "Ыкшмаанике"}}
        data["staff"][1]["position"] = "Ыкшмаа атындагы мектептин мугалими"

    change(school, "data/staff.yaml", rename)
    assert marked(school) == []


def test_a_letter_that_is_no_kyrgyz_one_is_a_warning_with_its_place(school: Path) -> None:
    def spoil(data: Any) -> None:
        data["staff"][0]["position"] = "директор\u00adдун орун басары"  # a soft hyphen, as it comes from Word
        data["staff"][1]["position"] = "мектеп директopy"  # Latin o, p, y

    change(school, "data/staff.yaml", spoil)
    found = marked(school)
    assert [(problem.id, problem.level) for problem in found] == [
        ("kyrgyz.invisible", "warning"), ("kyrgyz.mixed-alphabet", "warning")]
    assert found[1].facts["nearest"] == "директору"
    assert all(problem.position.file.endswith("staff.yaml") and problem.position.line for problem in found)


def test_an_unknown_small_word_of_a_text_is_a_warning(school: Path) -> None:
    change(school, "school.yaml", lambda data: data["registers"].update(act="Актыларды каттоо учун китепче"))
    (problem,) = marked(school)
    assert (problem.id, problem.facts["nearest"]) == ("kyrgyz.respelling", "үчүн")


def test_a_body_whose_forms_are_doubtful_is_a_warning(school: Path) -> None:
    change(school, "school.yaml", lambda data: data["council"].update(body="ТКК"))
    (problem,) = marked(school)
    assert (problem.id, problem.facts["found"]) == ("kyrgyz.acronym", "ТКК")
