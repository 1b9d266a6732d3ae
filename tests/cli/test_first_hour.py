"""A clerk's first hour, command by command: each answer ends with what comes next."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from new_books import forget_numbers

from docgen.records import read_records
from docgen.workspace import Workspace, builtins_root

from .conftest import ORDER, Docgen


def test_outside_a_workspace_she_is_told_to_make_one(docgen: Docgen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    run = docgen("generate", ORDER, "-p", "order=ord-08")
    assert run.status == 1
    assert run.last == "Кийинки кадам: docgen init мектебим --demo"


def test_the_demo_school_makes_documents_at_once(docgen: Docgen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    run = docgen("init", "менин мектебим", "--demo")
    assert run.status == 0
    assert run.out.strip() == str(tmp_path / "менин мектебим")
    assert run.last == 'Кийинки кадам: cd "менин мектебим" && docgen types'
    monkeypatch.chdir(tmp_path / "менин мектебим")
    assert docgen("doctor").status == 0
    assert docgen("generate", ORDER, "-p", "order=ord-08").status == 0


def test_a_workspace_is_not_made_twice(docgen: Docgen, school: Path) -> None:
    before = (school / "school.yaml").read_bytes()
    run = docgen("init", ".")
    assert run.status == 1
    assert "school.yaml" in run.err
    assert (school / "school.yaml").read_bytes() == before


def test_an_empty_workspace_has_forms_and_is_told_what_is_missing(
    docgen: Docgen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert docgen("init", "жаңы").status == 0
    assert "# Мектептин толук аталышы" in (tmp_path / "жаңы/school.yaml").read_text("utf-8")
    monkeypatch.chdir(tmp_path / "жаңы")
    run = docgen("doctor")
    assert run.status == 1
    assert "Мектептин толук аталышы" in run.out
    assert "docgen doctor" in run.out.splitlines()[-1]


@pytest.mark.usefixtures("school")
def test_types_are_listed_with_their_names(docgen: Docgen) -> None:
    run = docgen("types")
    assert run.status == 0
    assert [line.split()[0] for line in run.out.splitlines()] == sorted(line.split()[0] for line in run.out.splitlines())
    assert "Мектептен чыгаруу жөнүндө буйрук" in run.out
    assert "application.date" in docgen("types", ORDER).out


@pytest.mark.usefixtures("school")
def test_generate_without_a_type_or_with_a_slip_shows_the_nearest(docgen: Docgen) -> None:
    assert docgen("generate").status == 2
    run = docgen("generate", "order/expulsion-residense")
    assert (run.status, run.last) == (1, "Кийинки кадам: docgen types")
    assert f"Балким: {ORDER}?" in run.err


def test_generate_without_data_says_which_file_to_make(docgen: Docgen, school: Path) -> None:
    (school / "data/movement.yaml").write_text("orders: []\n", "utf-8")
    run = docgen("generate", ORDER)
    assert run.status == 1
    assert run.last == f"Кийинки кадам: docgen new {ORDER} -o expulsion-residence.yaml"


@pytest.mark.usefixtures("school")
def test_a_file_that_is_not_there_is_offered_as_a_form(docgen: Docgen) -> None:
    run = docgen("--lang", "en", "generate", ORDER, "жок.yaml")
    assert (run.status, run.last) == (1, f"Next: docgen new {ORDER} -o жок.yaml")


def test_one_broken_type_does_not_hide_the_others(docgen: Docgen, school: Path) -> None:
    own = school / "data_schemas/order/өз.schema.json"
    own.parent.mkdir(parents=True)
    own.write_text('{"title": "x"', "utf-8")
    (school / "templates_docx/order").mkdir(parents=True)
    (school / "templates_docx/order/өз.docx").write_bytes(b"")
    run = docgen("types")
    assert run.status == 1
    assert ORDER in run.out
    assert "өз.schema.json:1:" in run.err


def test_a_form_filled_in_gives_a_document(docgen: Docgen, school: Path) -> None:
    forget_numbers(school)
    run = docgen("new", ORDER, "-o", "leave.yaml")
    assert run.last == f"Кийинки кадам: docgen generate {ORDER} leave.yaml"
    empty = docgen("generate", ORDER, "leave.yaml")
    assert empty.status == 1
    assert "leave.yaml:" in empty.err
    assert empty.last == f"Кийинки кадам: docgen generate {ORDER} leave.yaml"
    form = (school / "leave.yaml").read_text("utf-8")
    filled = {"date": "2025-11-05", "student": "s07a-06", "new_address": "Бишкек шаары", "leave_date": "2025-11-06"}
    lines = [f"{line} {filled[line.strip()[:-1]]}" if line.strip()[:-1] in filled else line for line in form.splitlines()]
    (school / "leave.yaml").write_text("\n".join(lines), "utf-8")
    run = docgen("generate", ORDER, "leave.yaml")
    assert (run.status, run.err) == (0, "")
    made = Path(run.out.splitlines()[-1])
    assert made.is_absolute()
    assert made.is_file()


def test_an_optional_field_of_a_form_is_there_once_its_sign_is_taken_away(docgen: Docgen, school: Path) -> None:
    docgen("new", ORDER, "-o", "leave.yaml")
    form = (school / "leave.yaml").read_text("utf-8")
    full = "\n".join(line.replace("# ", "", 1) if line.rstrip().endswith((":", "-")) else line for line in form.splitlines())
    assert set(yaml.safe_load(full)) == {
        "id", "doc", "student", "application", "new_address", "leave_date", "confirmation_due",
    }
    assert set(yaml.safe_load(full)["doc"]) >= {"date", "number", "basis", "control_by", "acquaint"}


TYPES = Workspace(builtins_root()).types()


@pytest.mark.parametrize("name", TYPES)
def test_of_an_untouched_form_only_what_is_to_be_filled_in_is_told(docgen: Docgen, school: Path, name: str) -> None:
    docgen("new", name, "-o", "form.yaml")
    run = docgen("validate", name, "form.yaml", "--format", "json")
    told = json.loads(run.out)["problems"]
    assert {problem["id"] for problem in told} <= {"record.empty", "record.empty-fields"}
    lines = (school / "form.yaml").read_text("utf-8").splitlines()
    assert {lines[problem["line"] - 1].strip()[-1] for problem in told} <= {":", "-"}
    assert not [problem for problem in told if "алып салыңыз" in problem["advice"]]


@pytest.mark.parametrize("name", TYPES)
def test_a_form_has_no_field_that_the_type_does_not_know_nor_two_ways_to_write_one(
    docgen: Docgen, school: Path, name: str
) -> None:
    docgen("new", name, "-o", "form.yaml")
    form = (school / "form.yaml").read_text("utf-8")
    full = "\n".join(line.replace("# ", "", 1) if line.rstrip().endswith((":", "-")) else line for line in form.splitlines())
    (school / "form.yaml").write_text(full, "utf-8")
    told = json.loads(docgen("validate", name, "form.yaml", "--format", "json").out)["problems"]
    assert {problem["id"] for problem in told} <= {"record.empty", "record.empty-fields"}


@pytest.mark.usefixtures("school")
def test_a_form_has_the_first_way_to_write_a_value_and_tells_the_others(docgen: Docgen) -> None:
    form = docgen("new", "act/family-visit").out
    members = form[form.index("\nmembers:\n"):form.index("\nvisit:\n")]
    assert "\n  # мисалы: t01\n  -\n  -\n  -\n" in members
    assert "- {person: s07a-13-g1, position: …}\n" in members
    assert "- {surname: Асанов, given_name: Бакыт}" in members
    assert json.loads(docgen("new", "act/family-visit", "--as", "json").out)["members"] == ["", "", ""]


@pytest.mark.usefixtures("school")
def test_a_form_asks_for_nothing_that_the_paper_does_not_show(docgen: Docgen) -> None:
    assert "acquaint" not in docgen("new", "report/report-card").out
    assert "acquaint" in docgen("new", ORDER).out


@pytest.mark.usefixtures("school")
def test_a_form_tells_how_the_facts_save_it(docgen: Docgen) -> None:
    line = next(line for line in docgen("new", "act/family-visit").out.splitlines() if "data/" in line)
    command = line.partition("docgen ")[2].split()
    assert docgen(*command, "--dry-run").status == 0


@pytest.mark.parametrize("kind", ["yaml", "json"])
def test_the_sample_of_every_type_can_be_had_in_either_form(docgen: Docgen, school: Path, kind: str) -> None:
    for name in (line.split()[0] for line in docgen("types").out.splitlines()):
        path = school / f"sample.{kind}"
        assert docgen("new", name, "--sample", "-o", path.name, "--replace").status == 0
        assert len(read_records([path])) == 1
        assert docgen("new", name, "--as", kind).status == 0


def test_new_does_not_overwrite_what_she_has_filled_in(docgen: Docgen, sample: Path) -> None:
    before = sample.read_bytes()
    run = docgen("new", ORDER, "-o", sample.name)
    assert run.status == 1
    assert sample.read_bytes() == before
    assert run.last.endswith("--replace")


def test_a_wrong_date_is_shown_with_its_line_and_the_same_command(docgen: Docgen, sample: Path) -> None:
    sample.write_text(sample.read_text("utf-8").replace("leave_date: '2025-11-06'", "leave_date: 2025-11-31"), "utf-8")
    line = next(n for n, text in enumerate(sample.read_text("utf-8").splitlines(), 1) if "2025-11-31" in text)
    run = docgen("validate", ORDER, "leave.yaml")
    assert run.status == 1
    assert f"leave.yaml:{line}:13  Чыгарылган күнү: «2025-11-31» деген күн жок." in run.out
    assert run.last == f"Кийинки кадам: docgen validate {ORDER} leave.yaml"


@pytest.mark.usefixtures("sample")
def test_what_is_valid_leads_to_generate(docgen: Docgen) -> None:
    run = docgen("validate", ORDER, "leave.yaml")
    assert (run.status, run.last) == (0, f"Кийинки кадам: docgen generate {ORDER} leave.yaml")


def test_a_corrected_paper_takes_the_place_of_its_earlier_form(docgen: Docgen, sample: Path) -> None:
    docgen("generate", ORDER, "leave.yaml")
    sample.write_text(sample.read_text("utf-8").replace("Бишкек", "Ош"), "utf-8")
    run = docgen("generate", ORDER, "leave.yaml")
    assert run.status == 0
    assert "Алмаштырылды: 1" in run.out


@pytest.mark.usefixtures("sample")
def test_a_paper_changed_by_hand_is_replaced_only_when_asked(docgen: Docgen) -> None:
    paper = Path(docgen("generate", ORDER, "leave.yaml").out.splitlines()[-1])
    paper.write_bytes(paper.read_bytes() + b"her own words")
    run = docgen("generate", ORDER, "leave.yaml")
    assert run.status == 1
    assert run.last == f"Кийинки кадам: docgen generate {ORDER} leave.yaml --replace"
    run = docgen("generate", ORDER, "leave.yaml", "--replace")
    assert run.status == 0
    assert "Алмаштырылды: 1" in run.out


@pytest.mark.usefixtures("sample")
def test_a_dry_run_says_that_nothing_was_written(docgen: Docgen, school: Path) -> None:
    run = docgen("generate", ORDER, "leave.yaml", "--dry-run")
    assert run.status == 0
    assert "файл жазылган жок" in run.out
    assert not (school / "output").exists()


@pytest.mark.usefixtures("sample")
def test_a_document_may_go_elsewhere_under_its_own_name(docgen: Docgen, school: Path) -> None:
    assert docgen("generate", ORDER, "leave.yaml", "-o", "даяр/буйрук.docx").status == 0
    assert (school / "даяр/буйрук.docx").is_file()
    assert docgen("generate", ORDER, "leave.yaml", "-o", "даяр").status == 0
    assert len(list((school / "даяр").iterdir())) == 2


def test_a_batch_names_the_folder_and_the_records_with_problems(docgen: Docgen, sample: Path, school: Path) -> None:
    good = yaml.safe_load(sample.read_text("utf-8"))
    entries = [good | {"id": "a"}, good | {"id": "b", "student": "s07a-99"}, good | {"id": "c", "student": "s07a-07"}]
    (school / "batch.json").write_text(json.dumps(entries, ensure_ascii=False, indent=1), "utf-8")
    run = docgen("generate", ORDER, "batch.json", "--format", "json")
    report = json.loads(run.out)
    assert run.status == 1
    assert report["failed"] == ["b", "c"] or report["failed"] == ["b"]
    assert report["total"] == 3
    assert {made["state"] for made in report["made"]} == {"written"}
    assert {problem["record"] for problem in report["problems"]} == set(report["failed"])
    assert all(problem["line"] and problem["message"] and problem["id"] for problem in report["problems"])


def test_a_template_can_be_shown_checked_and_tidied(docgen: Docgen, school: Path) -> None:
    shown = docgen("template", "show", ORDER)
    assert "{{" in shown.out
    checked = docgen("template", "check", ORDER)
    assert checked.status == 0, checked.out
    broken = school / "менин.docx"
    broken.write_bytes(b"not a Word file")
    run = docgen("template", "check", "менин.docx")
    assert (run.status, run.last) == (1, "Кийинки кадам: docgen template check менин.docx")
