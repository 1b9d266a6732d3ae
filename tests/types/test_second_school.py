"""Every document type found on disk, on the facts of a school that no template was written for (``tests/second_school``).

A type with a view takes its records from the facts; what the view must be asked stands in ``records/TYPE.parameters``, a line
a parameter, as a clerk types it. Any other type has its records in ``records/TYPE.yaml``. Further cases stand beside, as
``TYPE.CASE.yaml`` or ``TYPE.CASE.parameters``. A new type asks for its file by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import papers
import pytest
from judges import judge, office, reread
from papers import Paper

from docgen import inputs, messages
from docgen.errors import ProblemsFound
from docgen.kyrgyz.names import full_name
from docgen.request import Request
from docgen.workspace import Workspace

ROOT = Path(__file__).resolve().parents[2]
SCHOOL = ROOT / "tests/second_school"
DEMO, SECOND = Workspace(ROOT), Workspace(SCHOOL)
TYPES = SECOND.types()
EVERY_TYPE = pytest.mark.parametrize("type", TYPES)
#: a school by name, in any case and in capitals too: the person it is named after, its number
NAMED = re.compile(r"([а-яёңөү]+ [а-яёңөү]+) атындагы (№\d+)")


@cache
def printed(type: str) -> tuple[Paper, ...]:
    """The papers of a type, all of them without any problem."""
    return tuple(papers.make(SECOND, type, record, f"{case} {record.key}") for case, record in _records(type))


def _records(type: str) -> Iterator[tuple[str, Any]]:
    doctype = SECOND.doctype(type)
    files = sorted((SCHOOL / "records").glob(f"{type}.*"))
    try:
        if not files:
            yield from (("", record) for record in inputs.plan(SECOND, doctype, Request(doctype.id)))
        for path in files:
            is_record = path.suffix == ".yaml"
            given = {} if is_record else dict(line.split("=", 1) for line in path.read_text(encoding="utf-8").splitlines())
            found = inputs.plan(SECOND, doctype, Request(doctype.id, paths=[path] if is_record else [], parameters=given))
            yield from ((path.name, record) for record in found)
    except ProblemsFound as wrong:
        said = "\n".join(messages.line(problem, "en") for problem in wrong.problems)
        kind = f"the parameters of its view in records/{type}.parameters" if doctype.view else f"records/{type}.yaml"
        pytest.fail(f"{type} cannot be made for the second school; it needs {kind}:\n{said}", pytrace=False)


def some(type: str) -> list[Paper]:
    """One paper of each case, the longest: for judges that take their time."""
    longest: dict[str, Paper] = {}
    for paper in printed(type):
        case = paper.case.split(" ")[0]
        if case not in longest or len(paper.data) > len(longest[case].data):
            longest[case] = paper
    return list(longest.values())


# -------------------------------------------------------------------------------------------------------------- the school


def test_the_school_is_another_one_in_what_is_easily_taken_for_the_same() -> None:
    village, other = SECOND.facts.school["school"]["village"], DEMO.facts.school["school"]["village"]
    assert sum(one != another for one, another in zip(village, other, strict=True)) == 1
    director = SECOND.facts.find("staff", SECOND.facts.school["school"]["director"])
    assert director["surname"][-1] in "аеёиоөуүыэюя"
    assert director["given_name"][-1] in "аеёиоөуүыэюя"
    assert not set(_people(SECOND)) & set(_people(DEMO))


def test_the_records_are_those_of_types_that_there_are() -> None:
    files = [path.relative_to(SCHOOL / "records").as_posix() for path in (SCHOOL / "records").rglob("*.*") if path.is_file()]
    assert [name for name in files if name.split(".")[0] not in TYPES] == []


def _people(workspace: Workspace) -> list[str]:
    """Everybody of a school by surname, given name and patronymic."""
    every = workspace.facts.index.every
    return [full_name(entry.data) for kind in ("student", "guardian", "staff") for (entry,) in every(kind).values()]


# ---------------------------------------------------------------------------------------------------------------- papers


@EVERY_TYPE
def test_papers_are_sound_and_whole(type: str) -> None:
    for paper in printed(type):
        assert judge(paper.data, paper.template, audited=False) == [], paper.name
        assert papers.holes(papers.lines(paper.data)) == [], paper.name


@EVERY_TYPE
def test_papers_name_this_school_and_its_people_only(type: str) -> None:
    strangers = re.compile("|".join(map(re.escape, (*_people(DEMO), *_of_the_demo_school()))), re.IGNORECASE)
    own = SECOND.facts.school["school"]
    for paper in printed(type):
        text = " ".join(papers.words(reread.text(paper.data)))
        assert strangers.findall(text) == [], paper.name
        named = set(NAMED.findall(text.lower()))
        assert named <= {(own["honoree"].lower(), f"№{own['number']}")}, paper.name


def _of_the_demo_school() -> Iterable[str]:
    own = DEMO.facts.school["school"]
    return *own["honoree"].split(), f"№{own['number']} ", own["village"], own["phone"], own["email"]


def test_another_schools_name_would_be_found() -> None:
    assert NAMED.findall("Ө. ТӨРӨКУЛОВ АТЫНДАГЫ, Өмүрбек Төрөкулов атындагы №7 мектептин".lower()) == [
        ("өмүрбек төрөкулов", "№7")]
    assert "Алтынбек" in _of_the_demo_school()


@pytest.mark.slow
@EVERY_TYPE
def test_papers_stand_before_all_judges(type: str) -> None:
    for paper in some(type):
        assert judge(paper.data, paper.template) == [], paper.name


# ----------------------------------------------------------------------------------------------------------------- pages


@pytest.fixture(scope="module")
def pages() -> Mapping[str, office.Printed]:
    """The longest papers of every type on LibreOffice's pages, all converted in one go."""
    every: dict[str, bytes] = {}
    for each in TYPES:
        try:
            every |= {paper.name: paper.data for paper in some(each)}
        except (AssertionError, pytest.fail.Exception):   # told by the tests of that type
            continue
    return office.convert(every)


@pytest.mark.slow
@pytest.mark.libreoffice
@EVERY_TYPE
def test_pages_hold_every_word(type: str, pages: Mapping[str, office.Printed]) -> None:
    for paper in some(type):
        found = office.Printed(b"", [_unnumbered(page) for page in pages[paper.name].pages])
        told = [cell for line in papers.lines(paper.data) for cell in re.split(r"[|¶^→]| ×\d+$", line.replace("~", " "))]
        assert found.missing(cell for cell in told if cell.strip()) == [], paper.name


@pytest.mark.slow
@pytest.mark.libreoffice
@EVERY_TYPE
def test_papers_end_well(type: str, pages: Mapping[str, office.Printed]) -> None:
    """A further page has more than a line or two on it, and no signature stands without what is signed."""
    for paper in some(type):
        for page in map(_unnumbered, pages[paper.name].pages[1:]):
            assert len([line for line in page.splitlines() if line.strip()]) >= 4, f"{paper.name}: {page}"
        for before, signer in papers.signatures(paper.data):
            holding = [page for page in map(_solid, pages[paper.name].pages) if _solid(signer) in page]
            assert any(_solid(before) in page for page in holding), f"{paper.name}: {signer} stands apart from «{before}»"


def _unnumbered(page: str) -> str:
    """A page without its number, which stands above all else and may part a paragraph."""
    return re.sub(r"\A\d+\n", "", page)


def _solid(text: str) -> str:
    return "".join(text.split())
