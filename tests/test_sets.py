"""Sets: papers of several types in one run, in one folder, with one report."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from docgen.errors import ProblemsFound
from docgen.job import Job
from docgen.request import Request
from docgen.sets import set_of, sets_of
from docgen.workspace import Workspace, builtins_root

WEEK = {"week": "2025-W42"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("school")
    shutil.copy(builtins_root() / "school.yaml", folder)
    shutil.copytree(builtins_root() / "data", folder / "data")
    return folder


@pytest.fixture
def school(folder: Path) -> Workspace:
    shutil.rmtree(folder / "output", ignore_errors=True)
    return Workspace(folder)


@pytest.fixture
def own(tmp_path: Path) -> Workspace:
    """A school with sets of its own."""
    profile = yaml.safe_load((builtins_root() / "school.yaml").read_text("utf-8"))
    profile["sets"] = {
        "день": {"title": "Бир күн", "types": ["appendix/absence-daily-class", "regulation/student-movement"]},
        "absence-week": {"title": "Жума, кыскача", "types": ["appendix/absence-daily-school"]},
        "бузук": {"title": "Жок түр", "types": ["appendix/absence-daily-clas"]},
    }
    (tmp_path / "school.yaml").write_text(yaml.safe_dump(profile, allow_unicode=True), "utf-8")
    shutil.copytree(builtins_root() / "data", tmp_path / "data")
    return Workspace(tmp_path)


def ids(workspace: Workspace, request: Request) -> list[str]:
    with pytest.raises(ProblemsFound) as caught:
        Job(workspace, request).run()
    return [problem.id for problem in caught.value.problems]


def test_every_built_in_set_names_types_that_are_there(school: Workspace) -> None:
    assert {name for each in sets_of(Workspace(None)).values() for name in each.types} <= set(school.types())


def test_the_weeks_five_tables_come_in_one_run_in_one_folder(school: Workspace) -> None:
    report = Job(school, Request(set="absence-week", parameters=WEEK)).run()
    assert (report.failed, report.total) == ([], len(report.made))
    assert report.folder == school.output / "absence-week_2025-W42"
    names = "\n".join(made.path.relative_to(report.folder).as_posix() for made in report.made)
    for each in set_of(school, "absence-week").types:
        assert each.partition("/")[2] in names
    assert names.count("absence-daily-class") == 10
    assert all(made.path.is_file() for made in report.made)


def test_a_parameter_goes_to_the_types_that_know_it(school: Workspace) -> None:
    report = Job(school, Request(set="absence-week", parameters=WEEK | {"class": "7-А"}), dry_run=True).run()
    names = [made.path.name for made in report.made]
    assert sum("absence-daily-class" in name for name in names) == 5
    assert sum("absence-daily-school" in name for name in names) == 5
    assert not any("9-А" in name for name in names)


def test_the_same_run_again_changes_nothing(school: Workspace) -> None:
    Job(school, Request(set="absence-week", parameters=WEEK)).run()
    again = Job(school, Request(set="absence-week", parameters=WEEK)).run()
    assert {made.state for made in again.made} == {"unchanged"}


def test_a_parameter_that_no_type_knows_is_a_problem_with_the_nearest_name(school: Workspace) -> None:
    with pytest.raises(ProblemsFound) as caught:
        Job(school, Request(set="absence-week", parameters={"weeek": "2025-W42"})).run()
    (problem,) = caught.value.problems
    assert (problem.id, problem.facts["nearest"]) == ("cli.set-parameter", "week")


def test_what_is_wrong_for_every_type_is_said_once(school: Workspace) -> None:
    assert ids(school, Request(set="absence-week", parameters={"week": "2025-W99"})) == ["facts.not-a-week"]
    assert not school.output.exists()


def test_what_is_wrong_with_one_type_stops_no_other(school: Workspace) -> None:
    report = Job(school, Request(set="absence-week", parameters={"date": "2025-10-13"}), dry_run=True).run()
    assert len(report.made) == 3
    assert "appendix/absence-weekly-school" in report.failed
    assert any(problem.id == "record.required-parameter" for problem in report.problems)


def test_that_one_type_has_nothing_is_no_fault(school: Workspace) -> None:
    report = Job(school, Request(set="absence-week", parameters={"week": "2025-W37"}), dry_run=True).run()
    assert report.made
    assert report.failed == []
    assert [(problem.id, problem.level) for problem in report.problems] == [("cli.no-records", "warning")]


def test_an_unknown_set_is_a_problem_with_the_nearest_name(school: Workspace) -> None:
    with pytest.raises(ProblemsFound) as caught:
        set_of(school, "absence-wek")
    (problem,) = caught.value.problems
    assert (problem.id, problem.facts["nearest"]) == ("cli.unknown-set", "absence-week")


def test_a_schools_own_sets_come_first(own: Workspace) -> None:
    assert set_of(own, "absence-week").title == "Жума, кыскача"
    report = Job(own, Request(set="день", parameters={"date": "2025-10-13", "class": "7-А"})).run()
    assert sorted(made.path.name for made in report.made) == [
        "2025-09-01_regulation-student-movement.docx", "2025-10-13_absence-daily-class_7-А.docx"]


def test_a_set_with_a_type_that_is_not_there_says_so(own: Workspace) -> None:
    assert ids(own, Request(set="бузук")) == ["cli.unknown-type"]


def test_a_set_can_be_printed_for_filling_by_hand(school: Workspace) -> None:
    report = Job(school, Request(set="absence-week", blank=4)).run()
    assert len(report.made) == 5
    assert all("бланк" in made.path.name for made in report.made)
