"""A clerk prints: one file for the printer, PDFs, an archive; and is told what does not go together."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from docgen.pdf import program

from .conftest import ORDER, Docgen

CARDS = ("generate", "report/report-card", "-p", "class=7-А", "-p", "term=1")


@pytest.fixture
def no_office(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program, "_usual_places", lambda: iter(()))
    monkeypatch.setenv("PATH", "")


def test_cards_become_one_file_that_is_left_alone_the_second_time(docgen: Docgen, school: Path) -> None:
    for said in ("Жаңы: 25.", "Өзгөргөн жок: 25."):
        run = docgen(*CARDS, "--merge", "табелдер.docx", "--duplex", "--separator", "--sort")
        assert (run.status, run.out.splitlines()) == (0, [f"Документ даяр: 25. {said}", str(school / "табелдер.docx")])
    assert not list((school / "output").rglob("*.docx"))


@pytest.mark.usefixtures("school")
def test_another_print_file_is_replaced_only_when_asked(docgen: Docgen) -> None:
    docgen(*CARDS, "--merge", "a.docx")
    run = docgen(*CARDS, "--merge", "a.docx", "--duplex")
    assert (run.status, run.out) == (1, "")
    assert run.last.endswith("--merge a.docx --duplex --replace")
    assert docgen("jobs").out.startswith("Бүтпөй калган иш жок")
    assert "Алмаштырылды: 25." in docgen(*CARDS, "--merge", "a.docx", "--duplex", "--replace").out


def test_o_keeps_the_documents_own_files_beside_the_print_file(docgen: Docgen, school: Path) -> None:
    assert docgen(*CARDS, "--merge", "a.docx", "-o", "табелдер").status == 0
    assert len(list((school / "табелдер").rglob("*.docx"))) == 25


def test_an_archive_has_its_place_in_the_report(docgen: Docgen, school: Path) -> None:
    report = json.loads(docgen(*CARDS, "-o", "cards.zip", "--format", "json").out)
    assert (report["file"], report["documents"], report["pdf"]) == (str(school / "cards.zip"), 25, None)
    assert {made["file"] for made in report["made"]} == {report["file"]}


def test_a_set_goes_into_an_archive_and_into_one_file(docgen: Docgen, school: Path) -> None:
    week = ("generate", "--set", "absence-week", "-p", "week=2025-W42")
    assert docgen(*week, "-o", "жума.zip").out.splitlines()[-1] == str(school / "жума.zip")
    assert docgen(*week, "--merge", "жума.docx").out.splitlines()[-1] == str(school / "жума.docx")


@pytest.mark.skipif(os.name == "nt", reason="no SIGKILL")
def test_a_set_in_a_print_file_that_was_cut_off_is_listed_as_one_job_and_goes_on(docgen: Docgen, school: Path) -> None:
    week = ("generate", "--set", "absence-week", "-p", "week=2025-W42", "--merge", "жума.docx", "--executor", "serial")
    code = (
        "import os, signal, sys\nfrom docgen import cli, job\n"
        "def tell(self, n):\n    os.kill(os.getpid(), signal.SIGKILL)\njob.Job._tell = tell\ncli.run(sys.argv[1:])"
    )
    for _ in range(2):
        killed = subprocess.run([sys.executable, "-c", code, *week], cwd=school, check=False)
        assert killed.returncode == -signal.SIGKILL
    jobs = json.loads(docgen("jobs", "--format", "json").out)["jobs"]
    assert [(job["job"], job["type"], job["done"]) for job in jobs] == [(1, "absence-week", 0), (2, "absence-week", 0)]
    assert not (school / "жума.docx").exists()
    run = docgen("resume", "2")
    assert (run.status, run.out.splitlines()[-1]) == (0, str(school / "жума.docx"))
    assert docgen("jobs").out.startswith("Бүтпөй калган иш жок")
    before = (school / "жума.docx").read_bytes()
    assert docgen(*week).status == 0
    assert (school / "жума.docx").read_bytes() == before
    assert docgen("resume", "1").status == 1


def test_blank_forms_are_printed_together_too(docgen: Docgen, school: Path) -> None:
    assert docgen("generate", "--set", "absence-week", "--blank", "--merge", "бланктар.docx").status == 0
    assert (school / "бланктар.docx").is_file()


@pytest.mark.usefixtures("school")
@pytest.mark.parametrize("wrong", [
    ("--merge", "табелдер.txt"),
    ("--merge", "a.docx", "-o", "b.docx"),
    ("--merge", "a.docx", "-o", "b.zip"),
    ("-o", "a.pdf"),
    ("-o", "a.zip", "--pdf"),
    ("--duplex",),
    ("--separator",),
    ("--sort", "-o", "a.zip"),
])
def test_what_does_not_go_together_is_said(docgen: Docgen, wrong: tuple[str, ...]) -> None:
    run = docgen(*CARDS, *wrong)
    assert (run.status, run.out, run.last) == (2, "", "Жардам: docgen generate --help")
    assert any(word in run.err for word in wrong)


@pytest.mark.usefixtures("no_office")
@pytest.mark.parametrize("asked", [("--pdf",), ("--merge", "a.pdf"), ("--merge", "a.docx", "--pdf")])
def test_without_libreoffice_no_number_is_taken_and_the_advice_is_plain(
    docgen: Docgen, school: Path, asked: tuple[str, ...]
) -> None:
    run = docgen("generate", ORDER, "-p", "order=ord-08", *asked)
    assert (run.status, run.out) == (4, "")
    assert "LibreOffice орнотуп" in run.err
    assert not (school / "output").exists()
    assert not list(school.glob("a.*"))


def test_what_is_wrong_with_a_record_is_told_when_the_print_file_is_refused_too(docgen: Docgen, school: Path) -> None:
    docgen(*CARDS, "--merge", "a.docx")
    (school / "wrong.yaml").write_text("[{id: бир, doc: {date: 2025-11-05}}]", "utf-8")
    before = (school / "a.docx").read_bytes()
    run = docgen("generate", "report/report-card", "wrong.yaml", "--merge", "a.docx")
    assert run.status == 1
    assert "[record.required]" in run.err
    assert (school / "a.docx").read_bytes() == before


@pytest.mark.slow
@pytest.mark.libreoffice
@pytest.mark.usefixtures("school")
def test_a_pdf_stands_beside_the_order(docgen: Docgen) -> None:
    for said in ("Жаңы: 1.", "Өзгөргөн жок: 1."):
        lines = docgen("generate", ORDER, "-p", "order=ord-08", "--pdf").out.splitlines()
        assert lines[2] == f"PDF даяр: 1. {said}"
        assert Path(lines[3]) == Path(lines[1]).with_suffix(".pdf")
        assert Path(lines[3]).read_bytes().startswith(b"%PDF-")


@pytest.mark.slow
@pytest.mark.libreoffice
def test_a_corrected_order_has_a_corrected_pdf(docgen: Docgen, sample: Path) -> None:
    lines = docgen("generate", ORDER, "leave.yaml", "--pdf").out.splitlines()
    before = Path(lines[3]).read_bytes()
    sample.write_text(sample.read_text("utf-8").replace("2025-11-06", "2025-11-07"), "utf-8")
    again = docgen("generate", ORDER, "leave.yaml", "--pdf").out.splitlines()
    assert again[1:] == [lines[1], "PDF даяр: 1. Алмаштырылды: 1.", lines[3]]
    assert Path(lines[3]).read_bytes() != before
