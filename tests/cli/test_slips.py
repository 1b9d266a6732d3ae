"""What a clerk mistypes or misunderstands, and what she is told."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from docgen import report
from docgen.workspace import builtins_root

from .conftest import ORDER, Docgen

CARDS = ("generate", "report/report-card", "-p", "term=1", "--dry-run")


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder outside any workspace."""
    folder = tmp_path / "башка"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.delenv("DOCGEN_LANG", raising=False)
    return folder


@pytest.mark.usefixtures("school")
@pytest.mark.parametrize("name", ["x.doc", "табель.odt", "cards.rar", "папка/x.txt"])
def test_o_with_another_ending_made_a_folder_of_that_name(docgen: Docgen, name: str) -> None:
    run = docgen(*CARDS, "-o", name)
    assert run.status == 2
    assert f"{Path(name).stem}.docx" in run.err
    assert f"{Path(name).name}/" in run.err


def test_a_folder_whose_name_has_a_dot_is_a_folder(docgen: Docgen, school: Path) -> None:
    (school / "old.v1").mkdir()
    for name in ("2025.11", "7.А", "x.doc/", "old.v1"):
        assert docgen(*CARDS, "-p", "student=s07a-24", "-o", name).status == 0


@pytest.mark.usefixtures("school")
@pytest.mark.parametrize("command", [CARDS, ("register", "book"), ("register", "export"), ("new", ORDER)])
def test_an_empty_o_wrote_into_the_current_folder(docgen: Docgen, command: tuple[str, ...]) -> None:
    run = docgen(*command, "-o", "")
    assert (run.status, run.out) == (2, "")
    assert "-o" in run.err


@pytest.mark.usefixtures("school")
@pytest.mark.parametrize(
    ("command", "name", "right"),
    [
        (("new", ORDER), "leave", "leave.yaml"),
        (("new", ORDER), "leave.docx", "leave.yaml"),
        (("register", "export"), "каттоо.xlsx", "каттоо.csv"),
        (("register", "export"), "2025.11", "2025.11.csv"),
    ],
)
def test_a_file_that_no_program_would_open_by_its_ending(
    docgen: Docgen, command: tuple[str, ...], name: str, right: str
) -> None:
    run = docgen(*command, "-o", name)
    assert (run.status, run.out) == (2, "")
    assert right in run.err
    assert not Path(name).exists()


@pytest.mark.usefixtures("school")
@pytest.mark.parametrize("command", [
    ("types", "order/" + "ө" * 5000), ("generate", ORDER, "-p", "order=" + "ө" * 5000),
    ("generate", ORDER, "-p", "ө" * 5000 + "=1"), ("generate", ORDER, "ө" * 5000 + ".yaml"), ("register", "show", "1" * 5000),
])
def test_a_page_pasted_by_mistake_is_quoted_by_its_beginning(docgen: Docgen, command: tuple[str, ...]) -> None:
    run = docgen(*command)
    assert run.status in (1, 2, 3)
    assert all(len(line) < 800 for line in run.err.splitlines() if not line.startswith("Кийинки кадам"))


@pytest.mark.skipif(sys.platform == "win32", reason="a shell's pipe")
@pytest.mark.parametrize("command", ["types", "--help", "types --format json", "template show report/report-card"])
def test_head_made_a_failure_of_a_good_command(school: Path, command: str) -> None:
    line = f"{sys.executable} -m docgen {command} | head -1; exit ${{PIPESTATUS[0]}}"
    run = subprocess.run(["bash", "-c", line], cwd=school, capture_output=True, check=False)
    assert run.returncode == 0
    assert b"Traceback" not in run.stderr
    assert b"BrokenPipe" not in run.stderr


@pytest.mark.usefixtures("school")
@pytest.mark.parametrize("command", [("resume", "x"), ("resume", "9" * 5000), ("jobs", "--forget", "-1")])
def test_a_wrong_job_is_told_where_the_numbers_are(docgen: Docgen, command: tuple[str, ...]) -> None:
    run = docgen(*command)
    assert run.status == 2
    assert "docgen jobs" in run.err
    assert "1, 2, 3" not in run.err


@pytest.mark.usefixtures("school")
@pytest.mark.parametrize("command", [
    ("resume", "9" * 5000), ("register", "list", "--year", "9" * 5000), ("generate", ORDER, "-p", "э" * 5000),
    ("doctor", "э" * 5000), ("э" * 5000,), ("doctor", "--" + "e" * 5000), ("doctor", "--lang", "э\nэ" * 5000),
    ("generate", ORDER, "--rows", "9" * 5000, "--blank"), ("generate", ORDER, "-o", "э" * 5000 + ".doc"),
], ids=lambda command: " ".join(command)[:40])
def test_a_slip_of_5000_letters_filled_the_screen(docgen: Docgen, command: tuple[str, ...]) -> None:
    run = docgen(*command)
    assert run.status == 2
    assert len(run.err) < 600
    assert "…" in run.err


@pytest.mark.usefixtures("school")
def test_a_set_without_its_week_told_three_faults(docgen: Docgen) -> None:
    for given in ((), ("-p", "class=7-А")):
        run = docgen("generate", "--set", "absence-week", *given)
        told = [line for line in run.err.splitlines() if line.endswith("]")]
        assert run.status == 1
        assert len(told) == 1, told
        assert "week=" in told[0]


@pytest.mark.usefixtures("school")
@pytest.mark.parametrize("what", [(ORDER, "-p", "order=ord-08"), ("report/report-card", "-p", "class=7-А"),
                                  ("--set", "absence-week", "-p", "date=2025-10-13")])
def test_a_blank_said_that_a_parameter_is_no_field(docgen: Docgen, what: tuple[str, ...]) -> None:
    run = docgen("generate", *what, "--blank")
    assert (run.status, run.out) == (1, "")
    assert "[cli.blank-parameter]" in run.err
    assert "[record.additional]" not in run.err


def test_an_empty_school_yaml_hid_the_types(docgen: Docgen, school: Path) -> None:
    (school / "school.yaml").write_bytes(b"")
    run = docgen("types")
    assert run.status == 0
    assert ORDER in run.out
    assert "absence-week" in run.err
    assert "school.yaml:1:1" in run.err
    (problem,) = json.loads(docgen("types", "--format", "json").out)["problems"]
    assert problem["level"] == "warning"


@pytest.mark.usefixtures("school")
@pytest.mark.parametrize("given", [("class=7-А", "grade=9"), ("class=7-А", "student=s07a-24"), ("grade=7", "student=s07a-24")])
def test_of_a_class_and_a_grade_one_was_passed_over(docgen: Docgen, given: tuple[str, str]) -> None:
    run = docgen(*CARDS, "-p", given[0], "-p", given[1])
    assert (run.status, run.out) == (1, "")
    assert "[record.one-of-many]" in run.err
    assert ", ".join(each.partition("=")[0] for each in given) in run.err


@pytest.mark.parametrize("command", ["validate", "generate"])
def test_no_workspace_was_told_of_each_record(docgen: Docgen, nowhere: Path, command: str) -> None:
    sample = (builtins_root() / "data_schemas" / f"{ORDER}.sample.yaml").read_text("utf-8")
    paths = [nowhere / f"{i}.yaml" for i in range(3)]
    for path in paths:
        path.write_text(sample, "utf-8")
    run = docgen(command, ORDER, *map(str, paths))
    assert run.status == 1
    assert (run.out + run.err).count("[cli.no-workspace]") == 1


@pytest.mark.parametrize("command", ["validate", "generate"])
def test_a_list_of_problems_that_is_cut_says_how_many_more(
    docgen: Docgen, school: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    (school / "a.jsonl").write_text('{"id": "а"}\n{"id": "б"}\n', "utf-8")
    every = json.loads(docgen(command, ORDER, "a.jsonl", "--format", "json").out)
    monkeypatch.setattr(report, "KEPT", 3)
    run = docgen(command, ORDER, "a.jsonl")
    assert f"Дагы көрсөтүлбөгөн ката: {len(every['problems']) - 3}." in run.out + run.err
    assert (every["untold"], json.loads(docgen(command, ORDER, "a.jsonl", "--format", "json").out)["untold"]) == (
        0, len(every["problems"]) - 3)


# ------------------------------------------------------------------------------------------------------------------- doctor


@pytest.mark.usefixtures("nowhere")
def test_outside_a_workspace_the_doctor_said_that_all_is_well(docgen: Docgen) -> None:
    run = docgen("doctor")
    assert run.status == 0
    assert "doctor.no-workspace" in run.out
    assert "Баары жайында" not in run.out


def own_type(school: Path, name: str = "letter") -> tuple[Path, Path]:
    """A type of the school's own; its schema and template."""
    made = []
    for folder, ending in (("data_schemas", ".schema.json"), ("data_schemas", ".sample.yaml"), ("templates_docx", ".docx")):
        path = school / folder / "order" / f"{name}{ending}"
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(builtins_root() / folder / f"{ORDER}{ending}", path)
        made.append(path)
    return made[0], made[2]


def test_the_doctor_finds_nothing_wrong_with_a_good_own_type(docgen: Docgen, school: Path) -> None:
    own_type(school)
    run = docgen("doctor")
    assert run.status == 0
    assert "letter" not in run.out


def test_the_doctor_saw_no_broken_template_of_the_school(docgen: Docgen, school: Path) -> None:
    _, template = own_type(school)
    template.write_bytes(b"PK no more")
    run = docgen("doctor")
    assert run.status == 1
    assert "templates_docx/order/letter.docx" in run.out


@pytest.mark.parametrize("broken", ["{", "[]", "{}", '{"x-docgen": {"title": "Кат", "file_name": "a", "vew": "orders"}}'])
def test_the_doctor_saw_no_broken_schema_of_the_school(docgen: Docgen, school: Path, broken: str) -> None:
    schema, _ = own_type(school)
    schema.write_text(broken, "utf-8")
    run = docgen("doctor")
    assert run.status == 1
    assert "data_schemas/order/letter.schema.json" in run.out


def test_a_template_without_a_schema_is_a_warning_of_the_doctor(docgen: Docgen, school: Path) -> None:
    schema, template = own_type(school)
    schema.unlink()
    (template.parent / "~$letter.docx").write_bytes(b"Word's own")
    run = docgen("doctor")
    assert run.status == 0
    assert run.out.count("cli.incomplete-type") == 1


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize(
    ("typed", "meant"),
    [("–dry-run", "--dry-run"), ("—replace", "--replace"), ("-dry-run", "--dry-run"), ("–p", "-p"), ("–dry-rnu", "--dry-run"),
     ("-lang=ru", "--lang")],
)
def test_hyphens_that_became_a_dash_or_are_one_too_few_are_told_with_the_option(docgen: Docgen, typed: str, meant: str) -> None:
    run = docgen("generate", ORDER, "leave.yaml", typed)
    assert (run.status, run.out) == (2, "")
    assert f"Балким: {meant}?" in run.err


@pytest.mark.usefixtures("school")
@pytest.mark.parametrize("reason", ["ката – башка класс", "– башка класс", "–"])
def test_a_dash_in_a_value_is_no_option(docgen: Docgen, reason: str) -> None:
    run = docgen("register", "void", "1", "--reason", reason)
    assert "register.unknown" in run.err


@pytest.mark.usefixtures("sample")
def test_the_file_in_the_place_of_the_type_is_told(docgen: Docgen) -> None:
    run = docgen("generate", "leave.yaml", ORDER)
    assert (run.status, "docgen generate ТҮР leave.yaml" in run.err) == (1, True)


@pytest.mark.usefixtures("school")
def test_blanks_around_a_parameter_s_value_do_not_count(docgen: Docgen) -> None:
    assert docgen("generate", ORDER, "-p", "order = ord-08 ", "--dry-run").status == 0


def test_a_field_called_by_its_label_is_told_with_its_name(docgen: Docgen, sample: Path) -> None:
    sample.write_text(sample.read_text("utf-8").replace("student:", "окуучу:"), "utf-8")
    run = docgen("validate", ORDER, "leave.yaml")
    assert "«окуучу» деген талаа жок. Балким: «student»?" in run.out + run.err
    assert "record.required" not in run.out + run.err


def test_a_copied_class_file_is_told_once(docgen: Docgen, school: Path) -> None:
    shutil.copy(school / "data/classes/7-А.yaml", school / "data/classes/7-А — копия.yaml")
    run = docgen("doctor")
    assert run.out.count("facts.duplicate-id") == 1
    assert "7-А — копия.yaml:3" in run.out


@pytest.mark.usefixtures("school")
def test_the_sign_before_a_number_does_not_count(docgen: Docgen) -> None:
    docgen("generate", ORDER, "-p", "order=ord-08")
    for typed in ("№92", "№ 92", " 92"):
        assert docgen("register", "show", typed).out.startswith("№ 92 ")
    assert "register.amends-unsigned" in docgen("generate", ORDER, "-p", "order=ord-08", "--amends", "№92").err


@pytest.mark.parametrize("typed", ["2025-11-06,", "2025-жылдын 6-ноябры", "6-ноябрь 2025", "06.11.2025-ж."])
def test_a_day_in_words_or_with_a_comma_is_told_as_it_is_to_be_written(docgen: Docgen, sample: Path, typed: str) -> None:
    text = sample.read_text("utf-8")
    assert "leave_date: '2025-11-06'" in text
    sample.write_text(text.replace("leave_date: '2025-11-06'", f"leave_date: '{typed}'"), "utf-8")
    run = docgen("validate", ORDER, "leave.yaml")
    assert "Балким: 2025-11-06?" in run.out + run.err


@pytest.mark.usefixtures("school")
def test_merge_without_a_name_made_a_file_for_each(docgen: Docgen) -> None:
    run = docgen(*CARDS, "--merge", "")
    assert (run.status, run.out, "--merge" in run.err) == (2, "", True)
