"""Numbers at the command line: a clerk's orders, from the first to the printed journal; jobs that were cut off."""

from __future__ import annotations

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from new_books import forget_numbers

from docgen.database import FILE
from docgen.workspace import builtins_root

from .conftest import ORDER, Docgen, Run

BOOK = "окуучулардын кыймылы"

pytestmark = pytest.mark.usefixtures("new_books")


@pytest.fixture
def new_books(school: Path) -> Path:
    """Her school gives its first numbers."""
    forget_numbers(school)
    return school


@pytest.fixture
def leave(sample: Path) -> Path:
    """Her file, without a number."""
    record = yaml.safe_load(sample.read_text("utf-8"))
    del record["doc"]["number"]
    sample.write_text(yaml.safe_dump(record, allow_unicode=True), "utf-8")
    return sample


def order(docgen: Docgen, *more: str, pupil: str = "s07a-07", day: str = "2025-11-05", address: str = "Ош шаары") -> Run:
    return docgen("generate", ORDER, "-p", f"doc.date={day}", "-p", f"student={pupil}", "-p", "application.date=2025-11-03",
                  "-p", f"new_address={address}", "-p", "leave_date=2025-11-28", *more)


@pytest.mark.usefixtures("leave")
def test_an_order_gets_the_next_number_and_keeps_it_when_corrected(docgen: Docgen, leave: Path) -> None:
    first = docgen("generate", ORDER, "leave.yaml")
    assert "Номери: 1." in first.out
    assert "_1_7-А_" in first.out
    leave.write_text(leave.read_text("utf-8").replace("Бишкек", "Ош"), "utf-8")
    again = docgen("generate", ORDER, "leave.yaml")
    assert "Номери: 1." in again.out
    assert "Алмаштырылды: 1." in again.out
    shown = docgen("register", "show", "1")
    assert "оңдолуп, кайра даярдалды" in shown.out
    assert len(shown.out.splitlines()) == 7


def in_use(school: Path) -> None:
    """The school's facts show numbers, № 92 the highest of this book and year."""
    shutil.copy(builtins_root() / "data" / "movement.yaml", school / "data")


def test_a_register_that_was_lost_does_not_begin_with_1_again(docgen: Docgen, school: Path) -> None:
    in_use(school)
    first = order(docgen)
    assert (first.status, "Номери: 93." in first.out, "register.first-number" in first.err) == (0, True, True)
    second = order(docgen, pupil="s07a-08")
    assert ("Номери: 94." in second.out, "register.first-number" in second.err) == (True, False)
    assert "Номери: 92." in docgen("generate", ORDER, "-p", "order=ord-08").out


def test_a_book_that_has_gone_further_than_the_facts_goes_on(docgen: Docgen, school: Path) -> None:
    in_use(school)
    order(docgen, "-p", "doc.number=95")
    run = order(docgen, pupil="s07a-08")
    assert ("Номери: 96." in run.out, "register.first-number" in run.err) == (True, False)


def test_a_copy_of_the_register_is_a_witness_too(docgen: Docgen, school: Path) -> None:
    order(docgen, "-p", "doc.number=7")
    (school / "output" / FILE).rename(school / "output" / "register.version-1.sqlite")
    run = order(docgen, pupil="s07a-08")
    assert ("Номери: 8." in run.out, "[register.first-number-copy]" in run.err) == (True, True)


def test_documents_in_the_output_folder_are_a_witness_where_the_register_is_gone(docgen: Docgen, school: Path) -> None:
    order(docgen, "-p", "doc.number=7")
    order(docgen, "-p", "doc.number=9", "-o", "output/архив", pupil="s07a-09")
    order(docgen, "-p", "doc.number=50", pupil="s07a-10", day="2026-01-12")
    for path in (school / "output").glob("register.*"):
        path.unlink()
    run = order(docgen, pupil="s07a-08")
    assert ("Номери: 10." in run.out, "[register.first-number-document]" in run.err) == (True, True)
    assert "№ 9 документи" in run.err


@pytest.mark.usefixtures("leave")
def test_a_dry_run_shows_the_number_and_takes_none(docgen: Docgen, school: Path) -> None:
    assert "Номери болот: 1." in docgen("generate", ORDER, "leave.yaml", "--dry-run").out
    assert not (school / "output").exists()
    assert "Номери: 1." in order(docgen).out
    assert "Номери болот: 2." in docgen("generate", ORDER, "leave.yaml", "--dry-run").out
    assert "Номери болот: 2." in docgen("generate", ORDER, "leave.yaml", "--dry-run").out


@pytest.mark.usefixtures("leave")
def test_a_signed_order_is_not_changed_but_amended_or_made_void(docgen: Docgen, leave: Path) -> None:
    docgen("generate", ORDER, "leave.yaml")
    assert docgen("register", "sign", "1").status == 0
    assert "Өзгөргөн жок: 1." in docgen("generate", ORDER, "leave.yaml").out
    leave.write_text(leave.read_text("utf-8").replace("Бишкек", "Ош"), "utf-8")
    refused = docgen("generate", ORDER, "leave.yaml", "--replace")
    assert refused.status == 1
    assert "register.signed" in refused.err
    assert "--amends 1" in refused.err
    amending = order(docgen, "--amends", "1")
    assert "Номери: 2." in amending.out
    assert "№ 1" in docgen("register", "show", "2").out
    assert "документ: № 2\n" in docgen("register", "show", "1").out
    assert docgen("register", "void", "1").status == 1
    assert docgen("register", "void", "1", "--reason", "арыз кайтарып алынды").status == 0
    listed = docgen("register", "list")
    assert "жокко чыгарылган" in listed.out
    assert "Номери: 3." in docgen("generate", ORDER, "leave.yaml").out


def test_only_a_signed_order_is_amended(docgen: Docgen) -> None:
    order(docgen)
    run = order(docgen, "--amends", "1", pupil="s07a-08")
    assert (run.status, "register.amends-unsigned" in run.err) == (1, True)
    run = docgen("generate", "report/report-card", "-p", "class=7-А", "-p", "term=1", "--amends", "1")
    assert run.status == 1


def test_advice_for_a_record_from_a_file_is_to_write_in_the_file(docgen: Docgen, leave: Path) -> None:
    docgen("generate", ORDER, "leave.yaml")
    copy = leave.with_name("leave-2.yaml")
    copy.write_text(leave.read_text("utf-8").replace("Бишкек", "Ош"), "utf-8")
    run = docgen("generate", ORDER, "leave-2.yaml", "--replace")
    assert (run.status, "register.same-subject" in run.err) == (1, True)
    assert "-p doc.number" not in run.err
    assert "жазуунун doc.number талаасына: 1" in run.err
    assert run.last.endswith("docgen register show 1 --year 2025")
    assert "-p doc.number=1" in docgen("--lang", "ky", "generate", ORDER, *parameters_of(copy)).err


def parameters_of(path: Path) -> list[str]:
    """A flat record as parameters."""
    record = yaml.safe_load(path.read_text("utf-8"))
    flat = {f"doc.{name}": value for name, value in record.pop("doc").items()}
    for name, value in record.items():
        flat |= {f"{name}.{inner}": its for inner, its in value.items()} if isinstance(value, dict) else {name: value}
    return [word for name, value in flat.items() for one in (value if isinstance(value, list) else [value])
            for word in ("-p", f"{name}={one}")]


def test_a_folder_whose_name_is_no_text_is_told_before_anything_is_made(docgen: Docgen, school: Path, leave: Path) -> None:
    run = docgen("generate", ORDER, leave.name, "-o", "bad\udcff")
    assert (run.status, "output.not-text" in run.err) == (3, True)
    assert run.last.endswith(f"docgen generate {ORDER} leave.yaml")
    assert not (school / "output").exists()


@pytest.mark.usefixtures("leave")
def test_a_system_without_kyrgyz_letters_is_told_before_anything_is_made(school: Path) -> None:
    plain = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    plain.pop("PYTHONIOENCODING", None)
    run = subprocess.run([sys.executable, "-m", "docgen", "generate", ORDER, "leave.yaml"], cwd=school, env=plain,
                         capture_output=True, check=False)
    assert (run.returncode, b"output.file-names" in run.stderr, b"Traceback" in run.stderr) == (3, True, False)
    assert not (school / "output").exists()


def test_corrected_parameters_do_not_take_a_second_number_unseen(docgen: Docgen) -> None:
    order(docgen)
    corrected = order(docgen, address="Ош шаары, Ынтымак көчөсү")
    assert (corrected.status, "doc.number=1" in corrected.err) == (1, True)
    assert "Номери: 1." in order(docgen, "-p", "doc.number=1", address="Ош шаары, Ынтымак көчөсү").out
    assert "Номери: 2." in order(docgen, "--again", address="Талас шаары").out


@pytest.mark.usefixtures("sample")
def test_a_typed_number_is_entered_and_the_next_one_follows(docgen: Docgen) -> None:
    assert "Номери: 92." in docgen("generate", ORDER, "leave.yaml").out
    assert "Номери: 93." in order(docgen).out
    assert "берилбеген номер 1–91" in docgen("register", "gaps").out


def test_problems_take_no_number(docgen: Docgen, school: Path) -> None:
    assert order(docgen, day="2025-11-31").status == 1
    assert not (school / "output").exists()
    assert docgen("register", "list").out.startswith("Каттоодо мындай номер жок")
    assert not (school / "output").exists()


def test_the_register_is_exported_without_formulas(docgen: Docgen, school: Path) -> None:
    order(docgen)
    docgen("register", "void", "1", "--reason", "=HYPERLINK(1)")
    assert docgen("register", "export", "-o", "каттоо.csv").status == 0
    text = (school / "каттоо.csv").read_text("utf-8-sig")
    (row,) = csv.DictReader(text.splitlines(), delimiter=";")
    assert (row["number"], row["series"], row["reason"]) == ("1", BOOK, "'=HYPERLINK(1)")
    assert docgen("register", "export").out.splitlines()[0].startswith("series;year;number")


def test_programs_read_the_register_as_json(docgen: Docgen) -> None:
    order(docgen)
    (entry,) = json.loads(docgen("register", "list", "--format", "json").out)["entries"]
    assert (entry["number"], entry["state"]) == ("1", "issued")
    assert json.loads(docgen("register", "show", "1", "--format", "json").out)["history"][0]["what"] == "reserved"
    assert json.loads(docgen("register", "gaps", "--format", "json").out) == {"gaps": [], "reserved": []}
    assert json.loads(order(docgen, "--format", "json", pupil="s07a-09").out)["made"][0]["number"] == "2"


def test_a_file_changed_by_hand_is_told_when_it_is_signed(docgen: Docgen) -> None:
    paper = Path(order(docgen).out.splitlines()[-1])
    paper.write_bytes(paper.read_bytes() + b" ")
    run = docgen("register", "sign", "1")
    assert (run.status, "register.changed-file" in run.err) == (0, True)


# ----------------------------------------------------------------------------------------------------------------- jobs


def killed(school: Path) -> None:
    """A job of report cards that dies after its first chunk."""
    code = (
        "import os, signal\nfrom docgen import cli, executors, job\nexecutors.CHUNK = 5\ntold = job.Job._tell\n"
        "def tell(self, n):\n    told(self, n)\n    os.kill(os.getpid(), signal.SIGKILL)\njob.Job._tell = tell\n"
        "cli.run(['generate', 'report/report-card', '-p', 'class=7-А', '-p', 'term=1', '--executor', 'serial'])"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=school, check=False).returncode == -signal.SIGKILL


def test_a_job_that_the_disk_stops_names_one_next_step(docgen: Docgen, school: Path) -> None:
    output = school / "output"
    output.mkdir()
    (output / "табелдер").touch()   # no folder can be made there
    stopped = docgen("generate", "report/report-card", "-p", "class=7-А", "-p", "term=1", "-o", "output/табелдер")
    assert stopped.status == 3
    assert [line for line in (stopped.out + stopped.err).splitlines() if "docgen " in line] == [
        "Кийинки кадам: docgen resume 1"]


@pytest.mark.skipif(os.name == "nt", reason="no SIGKILL")
def test_a_job_cut_off_is_listed_and_goes_on(docgen: Docgen, school: Path) -> None:
    assert docgen("jobs").out.startswith("Бүтпөй калган иш жок")
    killed(school)
    listed = docgen("jobs")
    assert "report/report-card  25 документтин ичинен даяры: 5" in listed.out
    assert listed.last == "Кийинки кадам: docgen resume 1"
    run = docgen("resume", "1")
    assert run.status == 0
    assert "Документ даяр: 25. Жаңы: 20. Мурда даярдалган: 5." in run.out
    assert len(list((school / "output").rglob("*.docx"))) == 25
    again = docgen("resume", "1")
    assert (again.status, again.last) == (1, "Кийинки кадам: docgen jobs")
    assert docgen("resume", "x").status == 2
    assert docgen("jobs", "--format", "json").out.split() == ["{", '"jobs":', "[]", "}"]


@pytest.mark.skipif(os.name == "nt", reason="no SIGKILL")
def test_a_job_may_be_struck_off_the_list(docgen: Docgen, school: Path) -> None:
    killed(school)
    assert docgen("jobs", "--forget", "1").out.startswith("Бүтпөй калган иш жок")


def test_an_unknown_executor_is_told(docgen: Docgen) -> None:
    run = order(docgen, "--executor", "threads")
    assert (run.status, "cli.executor" in run.err) == (1, True)


def test_the_register_is_printed_as_a_journal(docgen: Docgen, school: Path) -> None:
    assert docgen("register", "book").status == 1
    order(docgen)
    order(docgen, pupil="s07a-08")
    docgen("register", "void", "2", "--reason", "арыз кайтарып алынды")
    run = docgen("register", "book", "-o", "журнал.docx")
    assert run.status == 0, run.err
    shown = docgen("template", "show", "журнал.docx").out
    assert "Буйруктарды каттоо китеби" in shown
    assert "арыз кайтарып алынды" in shown
    assert (school / "журнал.docx").is_file()


def test_the_printed_book_bears_the_schools_own_title(docgen: Docgen, school: Path) -> None:
    order(docgen)
    assert docgen("register", "book", "-o", "журнал.docx").status == 0
    assert "Буйруктарды каттоо китеби" in docgen("template", "show", "журнал.docx").out
    facts = school / "school.yaml"
    facts.write_text(facts.read_text("utf-8").replace("  order: Буйруктарды каттоо китеби\n", ""), "utf-8")
    assert docgen("register", "book", "-o", "журнал.docx", "--replace").status == 0
    assert "Буйруктарды каттоо журналы" in docgen("template", "show", "журнал.docx").out


@pytest.mark.usefixtures("leave")
@pytest.mark.parametrize("file", ["leave.yaml", "copy.yaml"])
def test_a_signed_order_is_amended_by_one_of_the_same_day_and_subject(docgen: Docgen, leave: Path, file: str) -> None:
    docgen("generate", ORDER, "leave.yaml")
    docgen("register", "sign", "1")
    text = leave.read_text("utf-8").replace("Бишкек", "Ош")
    leave.with_name(file).write_text(text, "utf-8")
    amending = ("generate", ORDER, file, "--amends", "1")
    assert "Номери: 2." in docgen(*amending).out
    assert "Өзгөргөн жок: 1." in docgen(*amending).out
    assert "документ: № 1\n" in docgen("register", "show", "2").out
    assert "документ: № 2\n" in docgen("register", "show", "1").out
    leave.with_name(file).write_text(text.replace("Ош", "Нарын"), "utf-8")
    again = docgen(*amending)
    assert ("Номери: 2." in again.out, "Алмаштырылды: 1." in again.out) == (True, True)
    assert ("[register.signed]" in docgen("generate", ORDER, file).err) == (file == "leave.yaml")


@pytest.mark.parametrize("command", [("list",), ("show", "1"), ("gaps",), ("export",), ("book",)])
def test_a_book_that_there_is_not_is_told_with_those_that_there_are(docgen: Docgen, command: tuple[str, ...]) -> None:
    order(docgen)
    run = docgen("register", *command, "--series", "окуучунун кыймылы")
    assert (run.status, "[register.no-book]" in run.err, f"Балким: «{BOOK}»?" in run.err) == (1, True, True)
