"""What becomes of documents together: an archive, a file for print, PDFs beside them."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import Any
from zipfile import ZipFile

import docx
import pytest
from pypdf import PdfReader

from docgen import output
from docgen.bundles import Archive, Document
from docgen.errors import CannotWrite, ProblemsFound, ProgramFailed
from docgen.job import Job
from docgen.kyrgyz.alphabet import sort_key
from docgen.pdf import pages, program
from docgen.records import Record, Source
from docgen.render import Owner
from docgen.report import Report
from docgen.request import Request
from docgen.school.views import derive
from docgen.workspace import Workspace, builtins_root

CARDS, ORDER = "report/report-card", "order/expulsion-residence"
TERM = {"class": "7-А", "term": "1"}
TITLE = "ОКУУЧУНУН ЖЕТИШКЕНДИК ТАБЕЛИ"


@pytest.fixture
def school(tmp_path: Path) -> Workspace:
    folder = tmp_path / "мектеп"
    folder.mkdir()
    shutil.copy(builtins_root() / "school.yaml", folder)
    shutil.copytree(builtins_root() / "data", folder / "data")
    return Workspace(folder)


def run(school: Workspace, asked: Request, **how: Any) -> Report:
    return Job(school, asked, **how).run()


def cards(school: Workspace, *, dry_run: bool = False, progress: Any = None, **asked: Any) -> Report:
    """The cards of a class."""
    return run(school, Request(CARDS, **{"parameters": TERM, **asked}), dry_run=dry_run, progress=progress)


def one(school: Workspace, *, dry_run: bool = False, **asked: Any) -> Report:
    """One pupil's card."""
    return cards(school, dry_run=dry_run, parameters={"term": "1", "student": "s07a-24"}, **asked)


def order(school: Workspace, **asked: Any) -> Report:
    return run(school, Request(ORDER, parameters={"order": "ord-08"}, **asked))


def week(school: Workspace, **asked: Any) -> Report:
    """A set of several types."""
    return run(school, Request(set="absence-week", parameters={"week": "2025-W42"}, **asked))


def jumbled(school: Workspace) -> list[Record]:
    """The cards of two classes, as no clerk would give them out."""
    found = derive(school.doctype(CARDS), school.facts, {"term": 1})
    ordered = sorted(found, key=lambda data: str(data["student"])[::-1], reverse=True)
    return [Record(data["id"], data, Source("cards", None, "view")) for data in ordered]


def pupils(path: Path) -> list[str]:
    """The pupils of a file's cards, in their order."""
    texts = [paragraph.text for paragraph in docx.Document(str(path)).paragraphs]
    return [text.removeprefix("Окуучу: ") for text in texts if text.startswith("Окуучу: ")]


def classes(path: Path) -> list[str]:
    """Classes of cards, and of separator sheets with a star, in their order."""
    texts = [paragraph.text for paragraph in docx.Document(str(path)).paragraphs]
    return [f"*{text.split()[0]}" if text.endswith(" классы") else text.split()[1].split("\t")[0]
            for text in texts if text.endswith(" классы") or text.startswith("Классы: ")]


def documents(folder: Path) -> list[Path]:
    return list(folder.rglob("*.docx"))


def leftovers(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name.startswith(".docgen-")]


# ------------------------------------------------------------------------------------------------------------- archive


def test_an_archive_holds_what_a_folder_would(school: Workspace, tmp_path: Path) -> None:
    report = cards(school, archive=tmp_path / "cards.zip")
    assert (report.file, report.count("written"), len(report.made)) == (tmp_path / "cards.zip", 25, 25)
    assert documents(school.output) == []
    folder = cards(school, folder=tmp_path / "cards").folder
    with ZipFile(tmp_path / "cards.zip") as archive:
        assert archive.testzip() is None
        inside = {name: archive.read(name) for name in archive.namelist()}
    assert inside == {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.docx")}


def test_the_same_archive_is_left_alone_and_another_is_replaced_only_when_asked(school: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "cards.zip"
    cards(school, archive=path)
    before = (path.stat().st_mtime_ns, path.read_bytes())
    assert cards(school, archive=path).count("unchanged") == 25
    assert (path.stat().st_mtime_ns, path.read_bytes()) == before
    other = {"class": "9-А", "term": "1"}
    with pytest.raises(ProblemsFound, match=r"output\.exists"):
        cards(school, archive=path, parameters=other)
    assert path.read_bytes() == before[1]
    assert cards(school, archive=path, parameters=other, replace=True).count("replaced") > 0
    assert leftovers(tmp_path) == []


def test_an_archive_on_trial_says_what_it_would_be_and_writes_nothing(school: Workspace, tmp_path: Path) -> None:
    report = cards(school, archive=tmp_path / "a" / "cards.zip", dry_run=True)
    assert report.count("written") == 25
    assert [path.name for path in tmp_path.iterdir()] == ["мектеп"]


@pytest.mark.slow
def test_an_archive_holds_more_documents_than_an_old_zip_can_count(tmp_path: Path) -> None:
    with Archive(tmp_path / "cards.zip") as bundle:
        for number in range(66_000):
            name = PurePosixPath(f"{number // 1000}/{number}.docx")
            bundle.add(Document("", str(number), name, b"PK", Owner(), bundle.path, "written"))
        finished = bundle.finish()
    assert finished
    assert (finished.count, finished.state) == (66_000, "written")
    with ZipFile(tmp_path / "cards.zip") as archive:
        assert len(archive.namelist()) == 66_000
        assert archive.read("65/65999.docx") == b"PK"


def test_an_archive_that_is_cut_off_leaves_nothing(school: Workspace, tmp_path: Path) -> None:
    def stop(*_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cards(school, archive=tmp_path / "cards.zip", progress=stop)
    assert [path.name for path in tmp_path.iterdir()] == ["мектеп"]


def test_names_of_several_types_do_not_meet_in_an_archive(tmp_path: Path) -> None:
    with Archive(tmp_path / "two.zip") as bundle:
        for key in ("a", "b"):
            bundle.add(Document("", key, PurePosixPath("same.docx"), b"PK", Owner(), bundle.path, "written"))
        bundle.finish()
    with ZipFile(tmp_path / "two.zip") as archive:
        assert archive.namelist() == ["same.docx", "same (b).docx"]


@pytest.mark.skipif(sys.platform == "win32", reason="limits of a process are set otherwise there")
def test_an_archive_on_a_full_disk_is_refused_in_words_and_removed(school: Workspace, tmp_path: Path) -> None:
    import resource
    import signal

    before, handler = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, before[1]))
    try:
        with pytest.raises(CannotWrite) as told:
            cards(school, archive=tmp_path / "cards.zip")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    assert told.value.problem.id == "output.full"
    assert [path.name for path in tmp_path.iterdir()] == ["мектеп"]


def test_a_numbered_document_keeps_its_own_file(school: Workspace, tmp_path: Path) -> None:
    report = order(school, archive=tmp_path / "orders.zip")
    (made,) = report.made
    assert (made.number, made.path.parent, report.file) == ("92", school.output, tmp_path / "orders.zip")
    with ZipFile(tmp_path / "orders.zip") as archive:
        assert archive.read(made.path.name) == made.path.read_bytes()


# ----------------------------------------------------------------------------------------------------------- print runs


def test_a_print_run_is_one_file_and_leaves_no_others(school: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "cards.docx"
    report = cards(school, merge=path)
    assert (report.file, report.count("written")) == (path, 25)
    assert len(set(pupils(path))) == 25
    assert documents(school.output) == []
    assert cards(school, merge=path).count("unchanged") == 25


def test_documents_keep_their_own_files_when_asked(school: Workspace, tmp_path: Path) -> None:
    report = cards(school, merge=tmp_path / "cards.docx", folder=tmp_path / "cards")
    assert report.file == tmp_path / "cards.docx"
    assert sum(made.path.is_file() for made in report.made) == 25


def test_documents_stay_in_their_order_unless_it_is_asked_for(school: Workspace, tmp_path: Path) -> None:
    records = jumbled(school)
    run(school, Request(CARDS, merge=tmp_path / "as-given.docx"), records=records)
    run(school, Request(CARDS, merge=tmp_path / "sorted.docx", sort=True), records=records)
    as_given, ordered = pupils(tmp_path / "as-given.docx"), pupils(tmp_path / "sorted.docx")
    assert ordered != as_given
    assert sorted(ordered) == sorted(as_given)
    places = classes(tmp_path / "sorted.docx")
    assert places == sorted(places, key=lambda name: int(name.split("-")[0]))
    first = [name for name, place in zip(ordered, places, strict=True) if place == places[0]]
    assert first == sorted(first, key=lambda name: [sort_key(word) for word in name.split()])
    assert first[0].startswith("А")
    assert first[-1].startswith("Э")


def test_a_sheet_stands_before_each_class_with_its_count_and_its_names(school: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "cards.docx"
    run(school, Request(CARDS, merge=path, separator=True), records=jumbled(school))
    assert classes(path) == ["*7-А", *["7-А"] * 25, "*9-А", *["9-А"] * 24]
    document = docx.Document(str(path))
    assert [p.text for p in document.paragraphs if p.text.startswith("Окуучунун табели")] == [
        "Окуучунун табели (отчёт картасы): 25.", "Окуучунун табели (отчёт картасы): 24."]
    lists = [table for table in document.tables if "Алган күнү" in [cell.text for cell in table.rows[0].cells]]
    assert [len(table.rows) - 1 for table in lists] == [25, 24]
    assert sorted(row.cells[1].text for row in lists[0].rows[1:]) == sorted(pupils(path)[:25])


def test_types_of_a_set_merge_and_each_class_has_its_own_pile(school: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "week.docx"
    report = week(school, merge=path, separator=True, sort=True)
    assert (report.failed, report.file, report.count("written")) == ([], path, report.total)
    texts = [p.text for p in docx.Document(str(path)).paragraphs]
    sheets = [n for n, text in enumerate(texts) if text.endswith(" классы")]
    assert [texts[n] for n in sheets] == ["7-А классы", "9-А классы"]
    assert sum("жыйынтык ведомосту" in text for text in texts[:sheets[0]]) == 5


def test_a_print_file_of_papers_with_different_titles_has_the_title_of_their_type(school: Workspace, tmp_path: Path) -> None:
    cards(school, merge=tmp_path / "cards.docx", separator=True)
    week(school, merge=tmp_path / "week.docx")
    titles = [docx.Document(str(tmp_path / name)).core_properties.title for name in ("cards.docx", "week.docx")]
    assert titles == ["Окуучунун табели (отчёт картасы)", ""]


def test_papers_of_the_whole_school_have_no_sheet(school: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "days.docx"
    run(school, Request("appendix/absence-daily-school", parameters={"week": "2025-W42"}, merge=path, separator=True))
    assert not [p.text for p in docx.Document(str(path)).paragraphs if p.text.endswith(" классы")]


def test_a_numbered_document_in_a_print_run_bears_its_number_and_is_registered_as_its_own_file(
    school: Workspace, tmp_path: Path
) -> None:
    report = order(school, merge=tmp_path / "o.docx")
    (made,) = report.made
    assert made.number == "92"
    assert made.path.is_file()
    again = order(school, merge=tmp_path / "o.docx")
    assert (again.made[0].number, again.made[0].state) == ("92", "unchanged")


def test_a_record_with_a_problem_does_not_hold_up_the_print_run(school: Workspace, tmp_path: Path) -> None:
    records = jumbled(school)
    wrong = [*records[:3], Record("бузук", {**records[3].data, "term": 9}, records[3].source)]
    report = run(school, Request(CARDS, merge=tmp_path / "cards.docx"), records=wrong)
    assert report.failed == ["бузук"]
    assert len(pupils(tmp_path / "cards.docx")) == 3


def test_where_nothing_is_made_there_is_no_file(school: Workspace, tmp_path: Path) -> None:
    wrong = [Record("бузук", {"term": 9}, Source("cards", None, "view"))]
    for asked in (Request(CARDS, merge=tmp_path / "cards.docx"), Request(CARDS, archive=tmp_path / "cards.zip")):
        assert run(school, asked, records=wrong).file is None
    assert [path.name for path in tmp_path.iterdir()] == ["мектеп"]


def test_a_print_run_on_trial_writes_nothing(school: Workspace, tmp_path: Path) -> None:
    report = cards(school, merge=tmp_path / "cards.docx", dry_run=True)
    assert report.count("written") == 25
    assert [path.name for path in tmp_path.iterdir()] == ["мектеп"]


# ------------------------------------------------------------------------------------- PDF, with a program that stands in


PRINTS = """while [ "$1" != . ]; do shift; done; shift
echo start >> {log}
for f; do printf "%%PDF-1.7\\n%s\\n%%%%EOF" "$f" > "${{f%.docx}}.pdf"; done"""


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """A script in LibreOffice's place; gives how often it was started."""
    if sys.platform == "win32":
        pytest.skip("a shell script stands for LibreOffice")
    folder = tmp_path / "bin"
    folder.mkdir()
    script, log = folder / "soffice", folder / "log"
    script.write_text(f"#!/bin/sh\n{PRINTS.format(log=log)}\n", encoding="utf-8")
    script.chmod(0o755)
    monkeypatch.setattr(program, "_usual_places", lambda: iter([script]))
    return lambda: len(log.read_text().split()) if log.exists() else 0


@pytest.fixture
def no_office(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program, "_usual_places", lambda: iter(()))
    monkeypatch.setenv("PATH", "")


def test_a_pdf_stands_beside_its_document_and_stays_while_that_does(school: Workspace, stand_in: Callable[[], int]) -> None:
    for state in ("written", "unchanged"):
        report = one(school, pdf=True)
        assert report.pdf_counts == {state: 1}
        assert report.pdf == report.made[0].path.with_suffix(".pdf")
        assert report.pdf.read_bytes().startswith(b"%PDF-")
    assert stand_in() == 1


def test_a_pdf_older_than_its_document_is_made_anew(school: Workspace, stand_in: Callable[[], int]) -> None:
    made = one(school, pdf=True).made[0].path
    os.utime(made.with_suffix(".pdf"), (1, 1))
    assert one(school, pdf=True).pdf_counts == {"replaced": 1}
    assert stand_in() == 2


def test_beside_somebody_elses_pdf_no_document_is_put(school: Workspace, stand_in: Callable[[], int]) -> None:
    made = one(school).made[0].path
    made.unlink()
    scan = made.with_suffix(".pdf")
    scan.write_bytes(b"scan")
    for _ in range(2):
        report = one(school, pdf=True)
        assert [problem.id for problem in report.problems] == ["output.exists"]
        assert (report.failed, made.exists(), scan.read_bytes(), stand_in()) == (["s07a-24-2025-2026-1"], False, b"scan", 0)
    assert one(school, pdf=True, replace=True).pdf_counts == {"replaced": 1}


@pytest.mark.usefixtures("stand_in")
def test_pdfs_on_trial_are_counted_and_not_made(school: Workspace) -> None:
    report = cards(school, pdf=True, dry_run=True)
    assert report.pdf_counts == {"written": 25}
    assert not school.output.exists()


@pytest.mark.usefixtures("no_office")
@pytest.mark.parametrize("asked", [{"pdf": True}, {"merge": Path("cards.pdf")}, {"merge": Path("cards.docx"), "pdf": True}])
def test_without_libreoffice_nothing_is_begun(school: Workspace, asked: dict[str, Any]) -> None:
    with pytest.raises(ProgramFailed) as told:
        order(school, **asked)
    assert (told.value.problem.id, told.value.exit_status) == ("pdf.no-libreoffice", 4)
    assert not school.output.exists()


@pytest.mark.usefixtures("stand_in")
def test_without_pypdf_one_pdf_can_be_made_and_a_print_file_says_what_it_lacks(
    school: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "find_spec", lambda _: None)
    assert one(school, pdf=True).pdf_counts == {"written": 1}
    with pytest.raises(ProgramFailed) as told:
        cards(school, merge=Path("cards.pdf"))
    assert told.value.problem.id == "pdf.no-pypdf"


@pytest.mark.usefixtures("stand_in")
def test_a_print_pdf_that_stands_is_replaced_only_when_asked(school: Workspace, tmp_path: Path) -> None:
    (tmp_path / "cards.pdf").write_bytes(b"old")
    with pytest.raises(ProblemsFound, match=r"output\.exists"):
        cards(school, merge=tmp_path / "cards.pdf")


# ------------------------------------------------------------------------------------------------------- with LibreOffice


def printed(path: Path) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(path).pages]


@pytest.mark.slow
@pytest.mark.libreoffice
def test_every_page_of_a_print_run_is_its_own_pupils(school: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "cards.docx"
    report = cards(school, merge=path, pdf=True)
    assert report.pdf_counts == {"written": 1}
    found = printed(path.with_suffix(".pdf"))
    assert len(found) == 25
    for text, pupil in zip(found, pupils(path), strict=True):
        assert (TITLE in text, f"Окуучу: {pupil} Классы" in text, text.count("Окуучу:")) == (True, True, 1)
    before = path.with_suffix(".pdf").read_bytes()
    again = cards(school, merge=path, pdf=True)
    assert (again.pdf_counts, path.with_suffix(".pdf").read_bytes()) == ({"unchanged": 1}, before)


@pytest.mark.slow
@pytest.mark.libreoffice
def test_on_both_sides_each_pupil_has_a_sheet_of_paper_of_her_own(school: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "cards.pdf"
    cards(school, merge=path, duplex=True, separator=True)
    found = printed(path)
    assert len(found) == 2 * 26 - 1
    assert "Документтерди таратуу барагы" in found[0]
    assert all(TITLE in text for text in found[2::2])
    assert set(found[1::2]) == {""}


@pytest.mark.slow
@pytest.mark.libreoffice
def test_each_card_has_a_pdf_of_its_own_pupil(school: Workspace) -> None:
    report = cards(school, pdf=True)
    assert (report.pdf, report.pdf_counts) == (school.output, {"written": 25})
    for made in report.made:
        (text,) = printed(made.path.with_suffix(".pdf"))
        assert f"Окуучу: {pupils(made.path)[0]} Классы" in text


@pytest.mark.slow
@pytest.mark.libreoffice
def test_papers_of_a_set_are_printed_as_they_are_alone(school: Workspace, tmp_path: Path) -> None:
    week(school, merge=tmp_path / "week.pdf")
    alone = week(school, pdf=True)
    pages_alone = [text for made in alone.made for text in printed(made.path.with_suffix(".pdf"))]
    assert printed(tmp_path / "week.pdf") == pages_alone


# --------------------------------------------------------------------------------------------------------------- a draft


def test_a_draft_comes_whole_or_not_at_all(tmp_path: Path) -> None:
    with output.Draft(tmp_path, PurePosixPath("a.bin")) as draft:
        draft.stream.write(b"half")
    assert list(tmp_path.iterdir()) == []
    with output.Draft(tmp_path, PurePosixPath("a.bin")) as draft:
        draft.stream.write(b"whole")
        assert draft.publish() == "written"
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("a.bin", b"whole")]
