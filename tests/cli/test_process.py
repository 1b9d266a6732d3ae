"""docgen as a process: encodings of the terminal, exit statuses, refusals of the disk, interruption, start-up."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from .conftest import ORDER

BY_ORDER = ("generate", ORDER, "-p", "order=ord-08")
CARDS = ("generate", "report/report-card", "-p", "class=7-А", "-p", "term=1")


def docgen(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    clean = {name: value for name, value in os.environ.items() if name not in ("DOCGEN_LANG", "PYTHONUTF8", "PYTHONIOENCODING")}
    command = [sys.executable, "-m", "docgen", *arguments]
    return subprocess.run(command, cwd=cwd, env={**clean, **environment}, capture_output=True, check=False)


@pytest.mark.parametrize(
    "environment",
    [
        {"PYTHONIOENCODING": "cp1251"},
        {"PYTHONIOENCODING": "cp866"},
        {"LC_ALL": "C"},
        {"LC_ALL": "POSIX"},
    ],
    ids=lambda environment: next(iter(environment.values())),
)
def test_what_it_says_is_utf_8_on_any_terminal(school: Path, environment: dict[str, str]) -> None:
    run = docgen(*BY_ORDER, cwd=school, **environment)
    assert run.returncode == 0, run.stderr.decode()
    assert "Документ даяр: 1." in run.stdout.decode("utf-8")
    assert Path(run.stdout.decode("utf-8").splitlines()[-1]).is_file()
    assert "Бактыгүл" in run.stdout.decode("utf-8")


def test_results_and_talk_do_not_mix(school: Path) -> None:
    run = docgen("types", "--format", "json", cwd=school)
    assert json.loads(run.stdout)
    assert run.stderr == b""
    run = docgen("generate", "no/such", "--format", "json", cwd=school)
    assert json.loads(run.stdout)["problems"][0]["id"] == "cli.unknown-type"
    assert run.returncode == 1


@pytest.mark.parametrize("command", [("generate",), ("generate", ORDER, "-p", "student"), ("generate", ORDER, "--nope"),
                                     ("doctor", "x"), ("generat", ORDER)])
def test_a_program_that_asks_for_json_gets_it_of_its_own_slips_too(school: Path, command: tuple[str, ...]) -> None:
    run = docgen(*command, "--format", "json", cwd=school)
    assert run.returncode == 2
    assert json.loads(run.stdout)["problems"][0]["message"]
    assert run.stderr == b""


def test_nothing_of_progress_is_shown_where_there_is_no_terminal(school: Path) -> None:
    run = docgen(*CARDS, cwd=school)
    assert run.returncode == 0
    assert run.stderr == b""
    assert len(run.stdout.decode().splitlines()) == 2


def test_a_folder_that_refuses_is_status_3(school: Path) -> None:
    (school / "output").write_bytes(b"a file in the folder's place")
    run = docgen(*BY_ORDER, cwd=school)
    assert run.returncode == 3
    assert "output.not-a-folder" in run.stderr.decode()
    assert "Traceback" not in run.stderr.decode()


spoilt_names = pytest.mark.skipif(sys.platform != "linux", reason="only there can the encoding of file names be spoilt")
ASCII = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}


@spoilt_names
def test_a_system_without_kyrgyz_file_names_is_status_3_with_advice(school: Path) -> None:
    for command in (BY_ORDER, (*BY_ORDER, "-o", "буйрук.docx"), ("new", ORDER, "-o", "форма.yaml")):
        run = docgen(*command, cwd=school, **ASCII)
        assert run.returncode == 3, command
        assert "C.UTF-8" in run.stderr.decode()
        assert "Traceback" not in run.stderr.decode()


@spoilt_names
def test_a_plain_file_name_can_be_written_on_a_system_without_kyrgyz_ones(school: Path) -> None:
    plain = school.rename(school.with_name("school"))
    refused = docgen(*BY_ORDER, cwd=plain, **ASCII)
    assert refused.returncode == 3
    run = docgen(*BY_ORDER, "-o", "order.docx", cwd=plain, **ASCII)
    assert (run.returncode, run.stderr.decode()) == (0, "")
    assert (plain / "order.docx").is_file()
    assert "Номери: 92." in run.stdout.decode()
    for command in (("register", "list"), ("jobs",), ("types",), ("doctor",), ("word", "Ош")):
        assert b"Traceback" not in docgen(*command, cwd=plain, **ASCII).stderr


def test_a_reader_that_has_gone_is_no_traceback(school: Path) -> None:
    command = f"{sys.executable} -m docgen types | head -1"
    run = subprocess.run(["bash", "-c", command], cwd=school, capture_output=True, check=False)
    assert b"Traceback" not in run.stderr


def documents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.rglob("*.docx")}


def started(school: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "docgen", *CARDS]
    return subprocess.Popen(command, cwd=school, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def wait_for_documents(process: subprocess.Popen[bytes], folder: Path, count: int) -> None:
    while process.poll() is None and sum(1 for _ in folder.rglob("*.docx")) < count:
        time.sleep(0.001)


def test_an_interrupted_job_is_status_130_and_leaves_no_half_file(school: Path) -> None:
    process = started(school)
    wait_for_documents(process, school / "output", 1)
    process.send_signal(signal.SIGINT)
    err = process.communicate(timeout=30)[1]
    if process.returncode == 0:
        pytest.skip("the job was over before the signal")
    assert process.returncode == 130
    assert b"Traceback" not in err
    assert "Сиз токтоттуңуз" in err.decode()
    others = [path.name for path in (school / "output").rglob("*") if path.is_file() and path.suffix != ".docx"]
    assert set(others) <= {"register.sqlite"}
    assert docgen(*CARDS, cwd=school).returncode == 0
    assert len(documents(school / "output")) == 25


def test_a_killed_job_leaves_whole_documents_only(school: Path) -> None:
    assert docgen(*CARDS, "-o", "whole", cwd=school).returncode == 0
    whole = documents(school / "whole")
    for count in (1, 8, 16):
        process = started(school)
        wait_for_documents(process, school / "output", count)
        process.kill()
        process.communicate()
        left = documents(school / "output")
        assert left == {name: whole[name] for name in left}
    assert docgen(*CARDS, cwd=school).returncode == 0
    assert documents(school / "output") == whole


TOO_LONG = "ы" * 200


@pytest.mark.skipif(os.name == "nt", reason="Windows has other limits")
@pytest.mark.parametrize("command", [
    ("generate", ORDER, "-p", "order=ord-08", "-o", f"{TOO_LONG}.docx"), ("generate", ORDER, f"{TOO_LONG}.yaml"),
    ("new", ORDER, "-o", f"{TOO_LONG}.yaml"), ("init", TOO_LONG), ("template", "show", f"{TOO_LONG}.docx"),
    ("template", "check", TOO_LONG), ("generate", f"order/{TOO_LONG}"),
], ids=lambda command: " ".join(command).replace(TOO_LONG, "ы…"))
def test_a_name_too_long_for_the_disk_is_told_in_words(school: Path, command: tuple[str, ...]) -> None:
    run = docgen(*command, cwd=school)
    assert run.returncode in (1, 3)
    assert b"Traceback" not in run.stderr
    assert run.stderr.decode().rstrip().splitlines()[-2].endswith("]")  # the problem's id; the last line is the next command


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
@pytest.mark.parametrize("command", [("types",), ("types", "--format", "json"), ("generate", ORDER, "--format", "json")])
def test_a_full_disk_behind_stdout_is_status_3(school: Path, command: tuple[str, ...]) -> None:
    with Path("/dev/full").open("wb") as full:
        run = subprocess.run([sys.executable, "-m", "docgen", *command], cwd=school, stdout=full, stderr=subprocess.PIPE,
                             check=False)
    assert run.returncode == 3
    assert b"Traceback" not in run.stderr


@pytest.mark.skipif(os.name == "nt", reason="a shell's way to close a stream")
def test_a_closed_stdout_does_not_stop_the_work(school: Path) -> None:
    run = subprocess.run(["sh", "-c", f'"{sys.executable}" -m docgen generate {ORDER} -p order=ord-08 >&- 2>&-'], cwd=school,
                         check=False)
    assert run.returncode == 0
    assert documents(school / "output")


@pytest.mark.parametrize("verb", ["show", "check", "tidy"])
def test_a_template_that_is_not_there_is_a_problem(school: Path, verb: str) -> None:
    run = docgen("template", verb, "жок.docx", cwd=school)
    assert run.returncode == 1
    assert "[record.no-file]" in run.stdout.decode() + run.stderr.decode()


def test_help_loads_nothing_but_click() -> None:
    code = (
        "import sys\nfrom docgen import cli\ncli.run(['--help'])\n"
        "heavy = {'jinja2', 'docxtpl', 'docx', 'lxml', 'jsonschema_rs', 'yaml', 'babel', 'docgen.workspace', 'docgen.job'}\n"
        "sys.exit(len(heavy & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode == 0
