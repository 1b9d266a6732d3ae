"""Regulations keep every clause word for word, whatever the school.

``NAME.clauses.txt`` is the regulation's clean text, a paragraph a line, with the tags of the facts in their places;
``NAME.counts.tsv`` says how many words each clause and bullet of it has, tags not counted.
"""

from __future__ import annotations

import re
from pathlib import Path

import papers
import pytest

from docgen.workspace import Workspace

FOLDER = papers.HERE / "regulation"
NAMES = sorted(path.name.removesuffix(".clauses.txt") for path in FOLDER.glob("*.clauses.txt"))
ABSENCES = "regulation/absence-monitoring"
EVERY_REGULATION = pytest.mark.parametrize("name", NAMES)

_TAG = re.compile(r"\{\{.*?\}\}")
_NUMBER = re.compile(r"(\d+\.\d+|\d+)\. ")
LAW = ("Кыргыз Республикасынын «Билим берүү жөнүндө» Мыйзамынын негизги жалпы билим алуунун милдеттүүлүгү жөнүндөгү "
       "беренелеринин")
#: what each tag of the clauses prints for the demo school and for the other one, typed by a person
FACTS = {
    school: {
        "school.name": f"{stem}{head}",
        "school.name|genitive": f"{stem}{head}нин",
        "school.name|genitive|capfirst": f"{stem}{head}нин",
        "school.name|dative": f"{stem}{head}не",
        "school.name|locative": f"{stem}{head}нде",
        "school.name|locative|capfirst": f"{stem}{head}нде",
        "control.grade_from": "5",
        "control.grade_to": "11",
        "school.basic_graduation_grade": "9",
        "school.max_grade": "11",
        "law.compulsory_clause_text": LAW,
    }
    for school, stem, head in (
        ("demo", "Алтынбек Сарыбулаков атындагы №14 жалпы орто билим берүү ", "мектеби"),
        ("other", "Ысык-Көл облусунун Жети-Өгүз районундагы Токтосун Сыдыкалиев атындагы «Билим булагы» эксперименталдык "
                  "окуу-тарбия ", "комплекси"),
    )
}


def clauses(name: str) -> list[str]:
    return (FOLDER / f"{name}.clauses.txt").read_text(encoding="utf-8").splitlines()


def counted(lines: list[str]) -> list[tuple[str, int]]:
    """Each clause by its number and each bullet by its clause's number and its own, with its words; the sum last."""
    rows: list[tuple[str, int]] = []
    clause, bullet = "", 0
    for line in lines:
        words = _TAG.sub(" ", line).split()
        number = _NUMBER.match(line)
        clause, bullet = (number[1], 0) if number else (clause, bullet + 1)
        rows.append((clause if number else f"{clause} –{bullet}", len(words) - words.count("–")))
    return [*rows, ("all", sum(count for _, count in rows))]


@EVERY_REGULATION
def test_clean_text_has_all_clauses_and_words(name: str) -> None:
    listed = [row.split("\t") for row in (FOLDER / f"{name}.counts.tsv").read_text(encoding="utf-8").splitlines()]
    assert counted(clauses(name)) == [(clause, int(count)) for clause, count in listed]


def lines_of(workspace: Workspace, name: str) -> list[str]:
    """The regulation of a school, as it is printed from the sample record."""
    return papers.lines(papers.make(workspace, f"regulation/{name}", papers.sample(workspace, f"regulation/{name}"), "").data)


@pytest.mark.parametrize("school", FACTS)
@EVERY_REGULATION
def test_every_clause_is_printed_word_for_word(name: str, school: str, request: pytest.FixtureRequest) -> None:
    printed = [papers.words(line) for line in lines_of(request.getfixturevalue(school), name)]
    wanted = [papers.words(_TAG.sub(lambda tag: FACTS[school][tag[0].strip("{} ")], line)) for line in clauses(name)]
    start = printed.index(wanted[0])
    assert printed[start : start + len(wanted)] == wanted


@EVERY_REGULATION
def test_every_appendix_that_the_clauses_name_follows_in_order(demo: Workspace, name: str) -> None:
    printed = lines_of(demo, name)
    named = sorted({int(number) for line in clauses(name) for number in re.findall(r"\((\d+)-тиркеме\)", line)})
    assert [line for line in printed if re.fullmatch(r"\d+-тиркеме", line)] == [f"{number}-тиркеме" for number in named]


def test_no_regulation_without_its_clean_text(root: Path) -> None:
    assert sorted(path.stem for path in (root / "templates_docx/regulation").glob("*.docx")) == NAMES


def test_third_column_of_the_diary_is_the_schools_choice(demo: Workspace) -> None:
    """diary.teacher_column: the teacher's name; without it the word of the source."""
    record = papers.sample(demo, ABSENCES)
    silent = papers.with_data(record, papers.without(record.data, ["/diary"]))
    with_teacher, without = (papers.lines(papers.make(demo, ABSENCES, each, "").data) for each in (record, silent))
    assert "| Жуманын күндөрү | Предметтер | Окутуучунун аты-жөнү | Колу | Датасы | Эскертүү |" in with_teacher
    assert "| Жуманын күндөрү | Предметтер | Окуучунун аты-жөнү | Колу | Датасы | Эскертүү |" in without


def test_old_articles_of_the_law_are_warned_of(demo: Workspace) -> None:
    record = papers.sample(demo, ABSENCES)
    law = {"compulsory_clause_text": "Мыйзамдын 2-главасынын 16-беренесинин жана 3-главасынын 27-беренесинин"}
    outcome = papers.outcome_of(demo, ABSENCES, papers.with_data(record, {**record.data, "law": law}))
    assert [(problem.id, problem.level) for problem in outcome.problems] == [("rule.law-in-force", "warning")]
    assert outcome.data is not None
