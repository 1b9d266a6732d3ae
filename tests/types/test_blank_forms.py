"""Every type found on disk, printed for filling by hand: sound, without anybody's facts, with as many rows as asked for."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import docx
import papers
import pytest
from judges import judge, office

from docgen.records import Record, Source
from docgen.render import press_of
from docgen.workspace import Workspace

ROOT = Path(__file__).resolve().parents[2]
TYPES = Workspace(ROOT).types()
EVERY_TYPE = pytest.mark.parametrize("type", TYPES)
NOTHING = Record("", {}, Source("", None, "parameters"))
#: the types whose blank forms the absence regulation prints itself, by the number of the appendix
APPENDICES = {
    1: "appendix/absence-daily-class", 2: "appendix/attendance-diary", 3: "appendix/absence-3day-report",
    4: "appendix/absence-daily-school", 5: "appendix/absence-weekly-school",
}


def blank(workspace: Workspace, type: str, rows: int = 0) -> bytes:
    outcome = press_of(workspace, type).blank(NOTHING, rows=rows)
    assert (outcome.problems, outcome.failed) == ((), False)
    assert outcome.data is not None
    return outcome.data


def template(workspace: Workspace, type: str) -> bytes:
    return workspace.doctype(type).template_path.read_bytes()


@EVERY_TYPE
def test_blank_is_a_sound_word_file(demo: Workspace, type: str) -> None:
    assert judge(blank(demo, type), template(demo, type), audited=False) == []


@EVERY_TYPE
def test_blank_names_the_school_and_none_of_its_pupils(demo: Workspace, type: str) -> None:
    text = "\n".join(papers.lines(blank(demo, type))).replace("~", " ")
    for (entry,) in demo.facts.index.every("student").values():
        assert f"{entry.data['surname']} {entry.data['given_name']}" not in text
        assert entry.data["address"] not in text
    assert not re.search(r"None|\{\{|\{%|\bs0[79]a-", text)
    assert _has_place_to_write(blank(demo, type)), "a blank has something to fill in"


def _has_place_to_write(data: bytes) -> bool:
    document = docx.Document(BytesIO(data))
    empty = any(not cell.text for table in document.tables for row in table.rows for cell in row.cells)
    return empty or any("___" in line or "20__" in line for line in papers.lines(data))


@EVERY_TYPE
def test_blank_needs_no_workspace(type: str) -> None:
    data = blank(Workspace(None), type)
    assert judge(data, audited=False) == []
    assert "Алтынбек" not in "\n".join(papers.lines(data))


@EVERY_TYPE
def test_tables_of_a_blank_have_the_rows_asked_for(demo: Workspace, type: str) -> None:
    three, eight = (_rows(blank(demo, type, rows=rows)) for rows in (3, 8))
    tables = press_of(demo, type).template.tables
    printed = {path for path in tables if not path.startswith("survey.")}  # a question's rows belong to its questionnaire
    assert (eight > three) == bool(printed)
    assert (eight - three) % 5 == 0


def _rows(data: bytes) -> int:
    return sum(len(table.rows) for table in docx.Document(BytesIO(data)).tables)


@pytest.mark.parametrize(("number", "type"), APPENDICES.items())
def test_blank_looks_like_the_regulations_own_form(demo: Workspace, number: int, type: str) -> None:
    """The head of the table is the form's; above it the same words, below it the same signers."""
    regulation = papers.lines(blank(demo, "regulation/absence-monitoring"))
    start = regulation.index(f"{number}-тиркеме")
    form = regulation[start + 1 : next((n for n in range(start + 1, len(regulation)) if "-тиркеме" in regulation[n]), None)]
    own = papers.lines(blank(demo, type))
    head = next(line for line in form if line.startswith("| "))
    assert head in own
    before = " ".join(form[: form.index(head)])
    assert _words(before) <= _words(" ".join(own[: own.index(head)])) | {"классы"}
    assert [line for line in form if "____ |" in line][-1].strip("| ").split(" | ")[0] in " ".join(own)


def _words(text: str) -> set[str]:
    return {word for word in re.findall(r"[а-яёңөү-]{3,}", text.lower()) if word != "-жыл"}


@pytest.mark.parametrize("type", [each for each in TYPES if each.startswith("regulation/")])
def test_a_regulation_keeps_its_words(demo: Workspace, type: str) -> None:
    """Only the marks above its title are for the pen."""
    printed = papers.lines(papers.make(demo, type, papers.sample(demo, type), "sample", warned=True).data)
    clauses = [line for line in printed if re.match(r"\d\.\d", line)]
    assert clauses
    assert set(clauses) <= set(papers.lines(blank(demo, type)))


def test_days_of_the_diary_stand_in_it(demo: Workspace) -> None:
    lines = "\n".join(papers.lines(blank(demo, "appendix/attendance-diary")))
    assert re.findall("(?<=\\| )[А-Я][а-яөү]+мби|Дүйшөмбү|Жума(?= \\|)", lines) == [
        "Дүйшөмбү", "Шейшемби", "Шаршемби", "Бейшемби", "Жума"]


def test_a_field_that_is_given_is_printed_and_checked(demo: Workspace) -> None:
    press = press_of(demo, "appendix/absence-daily-class")
    given = Record("k", {"class": "7-А"}, Source("-p", None, "parameters"))
    made = press.blank(given, rows=2)
    assert made.data is not None
    assert str(made.name) == "absence-daily-class_бланк_7-А.docx"
    assert any(line.startswith("«7-А»-класс") for line in papers.lines(made.data))
    wrong = press.blank(Record("k", {"class": "7-Я", "x": 1}, Source("-p", None, "parameters")))
    assert [problem.id for problem in wrong.problems] == ["record.additional"]


@pytest.mark.slow
@EVERY_TYPE
def test_blanks_stand_before_all_judges(demo: Workspace, type: str) -> None:
    for rows in (1, 25):
        assert judge(blank(demo, type, rows=rows), template(demo, type)) == []


@pytest.mark.slow
@pytest.mark.libreoffice
def test_blank_appendices_take_one_page(demo: Workspace) -> None:
    printed = office.convert({each: blank(demo, each) for each in APPENDICES.values()})
    assert {name: len(each.pages) for name, each in printed.items()} == dict.fromkeys(APPENDICES.values(), 1)
