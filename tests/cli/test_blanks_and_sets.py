"""Papers for filling by hand, and sets of papers, as a clerk asks for them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .conftest import ORDER, Docgen


def test_a_blank_order_takes_no_number_and_leaves_no_trace_in_the_books(docgen: Docgen, school: Path) -> None:
    run = docgen("generate", ORDER, "--blank")
    assert run.status == 0
    assert run.out.splitlines()[-1] == str(school / "output" / "expulsion-residence_бланк.docx")
    assert [path.name for path in (school / "output").iterdir()] == ["expulsion-residence_бланк.docx"]


def test_a_blank_is_the_same_each_time(docgen: Docgen, school: Path) -> None:
    docgen("generate", "appendix/attendance-diary", "--blank")
    (made,) = (school / "output").glob("*.docx")
    before = made.read_bytes()
    assert docgen("generate", "appendix/attendance-diary", "--blank").status == 0
    assert made.read_bytes() == before


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize("wrong", [
    ("generate", ORDER, "leave.yaml", "--blank"),
    ("generate", ORDER, "--rows", "3"),
    ("generate", ORDER, "--blank", "--rows", "0"),
    ("generate", ORDER, "--blank", "--rows", "көп"),
    ("generate", ORDER, "--set", "absence-week"),
    ("generate", "--set", "absence-week", "-o", "бир.docx"),
    ("generate",),
])
def test_what_does_not_go_together_is_said(docgen: Docgen, wrong: tuple[str, ...]) -> None:
    run = docgen(*wrong)
    assert (run.status, run.out, run.last) == (2, "", "Жардам: docgen generate --help")


def test_a_set_is_one_report(docgen: Docgen, school: Path) -> None:
    run = docgen("generate", "--set", "absence-week", "-p", "week=2025-W42", "--format", "json")
    assert run.status == 0
    report = json.loads(run.out)
    assert Path(report["folder"]) == school / "output" / "absence-week_2025-W42"
    assert len(report["made"]) == report["total"] > 15


@pytest.mark.usefixtures("school")
def test_sets_are_listed_with_the_types(docgen: Docgen) -> None:
    assert "absence-week " in docgen("types").err
    assert [each["name"] for each in json.loads(docgen("types", "--format", "json").out)["sets"]] == ["absence-week"]


@pytest.mark.usefixtures("school")
def test_a_set_asked_for_as_a_type_is_told_with_the_right_command(docgen: Docgen) -> None:
    run = docgen("generate", "absence-week", "-p", "week=2025-W42")
    assert run.status == 1
    assert "cli.set-for-type" in run.err
    assert run.last == "Кийинки кадам: docgen generate --set absence-week -p week=2025-W42"
    run = docgen("validate", "absence-week", "-p", "week=2025-W42")
    assert run.last == "Кийинки кадам: docgen generate --set absence-week -p week=2025-W42 --dry-run"


def test_an_unknown_set_leads_to_the_list(docgen: Docgen) -> None:
    run = docgen("generate", "--set", "absence-wek", "-p", "week=2025-W42")
    assert (run.status, run.last) == (1, "Кийинки кадам: docgen types")
    assert "absence-week" in run.err


def test_a_wrong_set_in_the_profile_hides_no_type(docgen: Docgen, school: Path) -> None:
    profile = school / "school.yaml"
    profile.write_text(profile.read_text("utf-8") + "sets: {күн: {types: []}}\n", "utf-8")
    run = docgen("types")
    assert run.status == 0
    assert ORDER in run.out
    assert "school.yaml" in run.err
