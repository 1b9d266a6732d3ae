"""LibreOffice at work: what it makes, and what is held against it when it hangs, fails or is not there."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from io import BytesIO
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen, run
from threading import Thread

import pytest
from pypdf import PdfReader
from wordfile import field, p, word_file

from docgen.errors import ProblemsFound, ProgramFailed
from docgen.messages import LANGUAGES, sentence
from docgen.pdf import Office, find_program, office, program
from docgen.template.merge import merge, stands_alone

posix = pytest.mark.skipif(sys.platform == "win32", reason="a shell script stands for LibreOffice")


def paper(text: str, *, pages: int = 1) -> bytes:
    more = "".join(p('<w:r><w:br w:type="page"/></w:r>', f"{text} {page}") for page in range(2, pages + 1))
    return word_file(p(text) + more)


def pages(pdf: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(pdf)).pages]


def script(folder: Path, text: str) -> Path:
    """A program that stands for LibreOffice; the files come after ``--outdir .``"""
    path = folder / "soffice"
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


PRINTS = 'while [ "$1" != . ]; do shift; done; shift\nfor f; do {}; done'
GOOD = 'printf "%%PDF-1.7\\n%s\\n%%%%EOF" "$f" > "${f%.docx}.pdf"'


@posix
def test_each_document_gives_its_pdf_in_order(tmp_path: Path) -> None:
    with Office(libreoffice=script(tmp_path, PRINTS.format(GOOD)), processes=2) as works:
        made = list(works.convert(paper(str(number)) for number in range(2 * office.BATCH + 1)))
    assert len(made) == 2 * office.BATCH + 1
    assert b"0000.docx" in made[0]
    assert f"{office.BATCH - 1:04}.docx".encode() in made[2 * office.BATCH - 1]


@posix
def test_a_path_is_a_document_too(tmp_path: Path) -> None:
    (tmp_path / "буйрук.docx").write_bytes(paper("а"))
    with Office(libreoffice=script(tmp_path, PRINTS.format(GOOD))) as works:
        assert len(list(works.convert([tmp_path / "буйрук.docx"]))) == 1


@posix
def test_what_a_start_leaves_out_gets_another_start(tmp_path: Path) -> None:
    body = f'[ $f = 0001.docx ] || {GOOD}'
    with Office(libreoffice=script(tmp_path, PRINTS.format(body)), processes=1) as works:
        assert len(list(works.convert([paper("а"), paper("б"), paper("в")]))) == 3


@posix
@pytest.mark.parametrize("body", ["true", 'printf "%%PDF-1.7" > "${f%.docx}.pdf"', 'echo Salam > "${f%.docx}.pdf"'],
                         ids=["nothing", "half a PDF", "no PDF"])
def test_what_is_no_whole_pdf_is_a_failure_that_names_the_file(body: str, tmp_path: Path) -> None:
    (tmp_path / "буйрук.docx").write_bytes(paper("а"))
    with (Office(libreoffice=script(tmp_path, f"echo ката болду; {PRINTS.format(body)}"), processes=1) as works,
          pytest.raises(ProgramFailed) as told):
        list(works.convert([tmp_path / "буйрук.docx"]))
    problem = told.value.problem
    assert (problem.id, problem.position.file, problem.facts["found"]) == ("pdf.failed", "буйрук.docx", "ката болду")
    assert told.value.exit_status == 4


@posix
def test_what_hangs_is_ended_with_its_children(tmp_path: Path) -> None:
    hanging = script(tmp_path, f"sleep 60 & echo $! > {tmp_path}/child; wait")
    began = time.monotonic()
    with Office(libreoffice=hanging, processes=1, timeout_s=0.5) as works, pytest.raises(ProgramFailed) as told:
        list(works.convert([paper("а")]))
    assert time.monotonic() - began < 10
    assert (told.value.problem.id, told.value.problem.facts["found"]) == ("pdf.timeout", "0.5")
    assert _is_gone(int((tmp_path / "child").read_text()))


@posix
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_leaving_ends_what_runs_and_removes_what_was_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    hanging = script(tmp_path, f"echo $$ > {tmp_path}/self; sleep 60")
    with Office(libreoffice=hanging, processes=1) as works:
        waiting = Thread(target=lambda: list(works.convert([paper("а")])), daemon=True)
        waiting.start()
        for _ in range(500):
            if (tmp_path / "self").exists() and (tmp_path / "self").read_text():
                break
            time.sleep(0.01)
    waiting.join(10)
    assert not waiting.is_alive()
    assert _is_gone(int((tmp_path / "self").read_text()))
    assert not list(tmp_path.glob("docgen-pdf-*"))


HANGS = "echo $$ > {folder}/self; sleep 60 & wait"
WORKS = """
import sys
from pathlib import Path
from docgen.pdf import Office
with Office(libreoffice=Path(sys.argv[1]), processes=1) as works:
    list(works.convert([Path(sys.argv[2])]))
"""


@contextmanager
def at_work(folder: Path, command: Sequence[str]) -> Iterator[Popen[bytes]]:
    """A process of docgen whose temporary files are in *folder*, from when LibreOffice is running in one of them."""
    (folder / "temporary").mkdir(exist_ok=True)
    environment = {**os.environ, "TMPDIR": str(folder / "temporary"), "PYTHONUTF8": "1"}
    process = Popen([sys.executable, *command], env=environment, cwd=folder, stdout=DEVNULL, stderr=PIPE)
    try:
        for _ in range(3000):
            if list(folder.glob("self")) or list(folder.glob("temporary/docgen-pdf-*/profile0/.lock")) or process.poll():
                break
            time.sleep(0.01)
        yield process
    finally:
        process.kill()
        process.communicate()


@posix
def test_the_folder_of_a_killed_run_is_swept_by_the_next_one_and_that_of_a_running_one_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "буйрук.docx").write_bytes(paper("а"))
    hanging = script(tmp_path, HANGS.format(folder=tmp_path))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    with at_work(tmp_path, ["-c", WORKS, str(hanging), "буйрук.docx"]) as process:
        (left,) = (tmp_path / "temporary").iterdir()
        with Office(libreoffice=hanging):
            assert left.exists()
        process.kill()
        process.wait()
        assert left.exists()
        with Office(libreoffice=hanging) as works:
            assert [each.name for each in (tmp_path / "temporary").iterdir()] == [works._folder.name]
        os.killpg(int((tmp_path / "self").read_text()), signal.SIGKILL)   # it outlives who started it, until it is done
    assert not list((tmp_path / "temporary").iterdir())


@posix
def test_a_folder_without_its_file_is_swept_when_it_is_old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    for name in ("docgen-pdf-new", "docgen-pdf-old", "башка"):
        (tmp_path / name).mkdir()
    os.utime(tmp_path / "docgen-pdf-old", (0, 0))
    with Office(libreoffice=tmp_path / "none"):
        pass
    assert {each.name for each in tmp_path.iterdir()} == {"docgen-pdf-new", "башка"}


def _is_gone(number: int) -> bool:
    for _ in range(100):
        try:
            os.kill(number, 0)
        except ProcessLookupError:
            return True
        if Path(f"/proc/{number}/stat").exists() and " Z " in Path(f"/proc/{number}/stat").read_text():
            return True
        time.sleep(0.01)
    return False


@posix
def test_each_process_has_a_profile_of_its_own_without_macros(tmp_path: Path) -> None:
    says = script(tmp_path, f'echo "$1" >> {tmp_path}/profiles; sleep 0.2; {PRINTS.format(GOOD)}')
    with Office(libreoffice=says, processes=2) as works:
        list(works.convert(paper(str(number)) for number in range(2 * office.BATCH)))
        profiles = set((tmp_path / "profiles").read_text().split())
        settings = [file.read_text() for file in works._folder.glob("profile*/user/registrymodifications.xcu")]
    assert len(profiles) == len(settings) == 2
    assert all('"MacroSecurityLevel" oor:op="fuse"><value>3</value>' in said for said in settings)


def test_what_is_no_word_file_is_not_given_to_it(tmp_path: Path) -> None:
    with (Office(libreoffice=tmp_path / "none") as works, pytest.raises(ProblemsFound, match=r"package\.not-zip")):
        list(works.convert([b"Salam"]))


def test_a_program_that_does_not_start_is_told(tmp_path: Path) -> None:
    with Office(libreoffice=tmp_path / "none") as works, pytest.raises(ProgramFailed) as told:
        list(works.convert([paper("а")]))
    assert told.value.problem.id == "pdf.no-libreoffice"


def test_where_libreoffice_is_absent_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program, "_usual_places", lambda: iter(()))
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ProgramFailed) as told:
        find_program()
    assert told.value.problem.id == "pdf.no-libreoffice"


@posix
def test_a_program_in_the_current_folder_is_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program, "_usual_places", lambda: iter(()))
    monkeypatch.setenv("PATH", str(tmp_path))
    script(tmp_path, "true")
    assert find_program() == tmp_path / "soffice"
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ProgramFailed):
        find_program()


@pytest.mark.parametrize("fault", ["no-libreoffice", "failed", "timeout", "no-pypdf"])
def test_every_failure_has_its_sentence_and_advice_in_every_language(fault: str) -> None:
    from docgen.errors import Problem

    said = [sentence(Problem(f"pdf.{fault}", facts={"found": "7"}), language) for language in LANGUAGES]
    assert all(wrong != f"pdf.{fault}" and advice for wrong, advice in said)
    assert len(set(said)) == len(LANGUAGES)


# --------------------------------------------------------------------------------------------------------- LibreOffice

@pytest.mark.slow
@pytest.mark.libreoffice
def test_separate_documents_merged_ones_and_the_print_file_show_the_same_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "SMALLEST_RUN", 2)
    papers = [paper("Асанова"), paper("Өмүров", pages=2), paper("Үсөнова"), paper("Бердалиев")]
    expected = [["Асанова"], ["Өмүров", "Өмүров 2"], ["Үсөнова"], ["Бердалиев"]]
    with Office(processes=2) as works:
        assert [pages(pdf) for pdf in works.convert(papers)] == expected
        assert [pages(pdf) for pdf in works.singles(papers, merge=merge)] == expected
        assert pages(works.print_file(papers, merge=merge)) == [page for each in expected for page in each]
        both_sides = pages(works.print_file(papers, merge=merge, duplex=True))
    assert both_sides == ["Асанова", "", "Өмүров", "Өмүров 2", "Үсөнова", "", "Бердалиев"]


@pytest.mark.slow
@pytest.mark.libreoffice
def test_documents_that_cannot_be_told_apart_when_merged_are_made_one_by_one() -> None:
    def unmarked(documents: list[bytes]) -> bytes:
        return word_file(p(f"{len(documents)} документ"))

    with Office(processes=1) as works:
        made = list(works.singles([paper("а"), paper("б")], merge=unmarked))   # type: ignore[arg-type]
    assert [pages(pdf) for pdf in made] == [["а"], ["б"]]


@pytest.mark.slow
@pytest.mark.libreoffice
def test_a_document_that_says_how_many_pages_it_has_says_its_own() -> None:
    second = p('<w:r><w:br w:type="page"/></w:r>', "экинчи")
    papers = [word_file(p("биринчи") + second * more, footer=p("баары ", field("NUMPAGES"))) for more in (0, 1)]
    with Office(processes=1) as works:
        made = [pages(pdf) for pdf in works.singles(papers, merge=merge, alone=stands_alone)]
    assert made == [["биринчи баары 1"], ["биринчи баары 2", "экинчи баары 2"]]


@posix
@pytest.mark.slow
@pytest.mark.libreoffice
@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP], ids=lambda told: told.name)
def test_a_command_that_is_told_to_end_leaves_no_libreoffice_and_no_file(told: signal.Signals, tmp_path: Path) -> None:
    docgen = ["-m", "docgen.cli", "--lang", "en"]
    run([sys.executable, *docgen, "init", ".", "--demo"], cwd=tmp_path, check=True, capture_output=True)
    command = [*docgen, "generate", "report/report-card", "-p", "term=1", "-p", "class=7-А", "--merge", "cards.pdf"]
    with at_work(tmp_path, command) as process:
        assert process.poll() is None
        children = _with_word("soffice", str(tmp_path))
        process.send_signal(told)
        said = process.communicate(timeout=30)[1].decode()
    assert children
    assert (process.returncode, said.strip().splitlines()[-1]) == (
        130, "Stopped by you. The same command starts again; what is ready stays.")
    assert not list((tmp_path / "temporary").iterdir())
    assert not (tmp_path / "cards.pdf").exists()
    assert all(map(_is_gone, children))


def _with_word(*words: str) -> list[int]:
    """The processes whose command line holds all these words."""
    found = []
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            if all(word in place.read_bytes().decode(errors="replace") for word in words):
                found.append(int(place.parent.name))
    return found


@pytest.mark.slow
@pytest.mark.libreoffice
def test_a_zip_that_is_no_word_file_gives_no_pdf() -> None:
    with Office(processes=1) as works, pytest.raises(ProgramFailed) as told:
        list(works.convert([b"PK\x03\x04" + b"Salam" * 10]))
    assert told.value.problem.id == "pdf.failed"
