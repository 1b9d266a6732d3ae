"""Every document type found on disk: its words, its optional parts, its page, on the demo school's and another school's facts.

A type joins these tests by being there; its expected text (`papers`) stands under ``tests/types`` by the type's own name.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import other_school
import papers
import pytest
from judges import audit, judge, office
from papers import Paper

from docgen.errors import ProblemsFound
from docgen.records import read_records
from docgen.render import press_of
from docgen.workspace import Workspace

ROOT = Path(__file__).resolve().parents[2]
TYPES = Workspace(ROOT).types()
EVERY_TYPE = pytest.mark.parametrize("type", TYPES)
#: parameters of the views, for papers of a school whose facts nobody tuned to
PARAMETERS: dict[str, dict[str, Any]] = {
    "absence_daily_class": {"date": other_school.DAY, "class": other_school.CLASS},
    "absence_daily_school": {"date": other_school.DAY},
    "absence_weekly_school": {"week": "2025-W42"},
    "attendance_diary": {"week": "2025-W42", "student": "p01"},
    "regulation": {},
    "questionnaires": {},
}


def of_sample(demo: Workspace, type: str) -> Paper:
    return papers.make(demo, type, papers.sample(demo, type), "sample")


def of_cases(demo: Workspace, type: str) -> list[Paper]:
    return [papers.make(demo, type, read_records([path])[0], path.name.split(".")[-2]) for path in papers.cases(type)]


def of_variants(demo: Workspace, type: str) -> list[Paper]:
    """The sample without all its optional fields, and with each of them alone."""
    record = papers.sample(demo, type)
    optional = papers.optional_fields(demo, type, record.data)
    variants = {"none": papers.without(record.data, optional)}
    variants |= {f"only {field}": papers.alone(record.data, optional, field) for field in optional}
    return [papers.make(demo, type, papers.with_data(record, data), case, warned=True) for case, data in variants.items()]


def of_other_school(other: Workspace, type: str) -> list[Paper]:
    """Papers of another school: from its facts where the type has a view, else from its longest pupil."""
    view, record = other.doctype(type).view, papers.sample(other, type)
    found = papers.derived(other, type, PARAMETERS[view]) if view in PARAMETERS else [_moved(record.data, "p01")]
    records = [papers.with_data(record, data) for data in found]
    return [papers.make(other, type, each, f"other school {n}", warned=True) for n, each in enumerate(records)]


def _moved(data: Any, pupil: str) -> Any:
    """The same facts about another pupil and its guardian."""
    if isinstance(data, dict):
        return {name: _moved(value, pupil) for name, value in data.items()}
    if isinstance(data, list):
        return [_moved(value, pupil) for value in data]
    if isinstance(data, str) and data.startswith(("s07a-", "s09a-")):
        return f"{pupil}-g1" if "-g" in data else pupil
    return data


# ---------------------------------------------------------------------------------------------------------------- words


@EVERY_TYPE
def test_sample_prints_the_words_of_the_source_text(demo: Workspace, type: str) -> None:
    _, lines = papers.expected(type)
    assert papers.lines(of_sample(demo, type).data) == lines


@EVERY_TYPE
def test_further_cases_print_the_words_of_the_source_text(demo: Workspace, type: str) -> None:
    for paper in of_cases(demo, type):
        assert papers.lines(paper.data) == papers.expected(type, paper.case)[1], paper.name


@EVERY_TYPE
def test_sample_has_every_optional_field_or_another_case_has(demo: Workspace, type: str) -> None:
    records = [papers.sample(demo, type), *(read_records([path])[0] for path in papers.cases(type))]
    shown = {path for record in records for path in _paths(record.data)}
    optional = {path for path in _properties(demo, type) if path not in ("/id", "/doc") and not path.startswith("/doc/")}
    assert optional <= shown


def _paths(data: Any, at: str = "") -> Iterator[str]:
    if isinstance(data, dict):
        for name, value in data.items():
            yield f"{at}/{name}"
            yield from _paths(value, f"{at}/{name}")
    elif isinstance(data, list):
        for item in data:
            yield from _paths(item, f"{at}/*")


def _properties(demo: Workspace, type: str) -> Iterator[str]:
    """Pointers of all fields that the type's own schema names."""
    stack: list[tuple[str, Any]] = [("", demo.schemas[f"{type}.schema.json"])]
    while stack:
        at, schema = stack.pop()
        for name, inside in schema.get("properties", {}).items():
            yield f"{at}/{name}"
            stack.append((f"{at}/{name}", inside))
        if "items" in schema:
            stack.append((f"{at}/*", schema["items"]))


# ---------------------------------------------------------------------------------------------------------------- judges


@EVERY_TYPE
def test_optional_parts_leave_no_trace(demo: Workspace, type: str) -> None:
    """With none of the optional fields, or any one alone, the paper is sound and has no hole where a part would stand."""
    for paper in of_variants(demo, type):
        assert judge(paper.data, paper.template, audited=False) == [], paper.name
        assert papers.holes(papers.lines(paper.data)) == [], paper.name


@EVERY_TYPE
def test_another_schools_facts_print_whole(other: Workspace, type: str) -> None:
    for paper in of_other_school(other, type):
        assert judge(paper.data, paper.template, audited=False) == [], paper.name
        assert "Алтынбек" not in "\n".join(papers.lines(paper.data)), paper.name


#: what a person may paste into a text: markup, quotes of all kinds, braces, a word longer than a line, letters of other planes
AWKWARD = " & <b>“Ак” \"бел\" 'жол'</b> {1} 100 % · 5×5 – " + "ө" * 90 + " 𝄞"


@EVERY_TYPE
def test_awkward_texts_are_printed_as_they_were_typed(demo: Workspace, type: str) -> None:
    records = [papers.sample(demo, type), *(read_records([path])[0] for path in papers.cases(type))]
    for record in records:
        data, typed = copy.deepcopy(record.data), []
        for owner, name in _texts(data):
            plain, owner[name] = owner[name], owner[name] + AWKWARD
            if papers.outcome_of(demo, type, papers.with_data(record, data)).data is None:
                owner[name] = plain   # not any text will do there
            else:
                typed.append(owner[name])
        paper = papers.make(demo, type, papers.with_data(record, data), "awkward", warned=True)
        assert judge(paper.data, paper.template, values=typed, audited=False) == [], paper.name


def _texts(data: Any) -> Iterator[tuple[Any, Any]]:
    """Where each text of a record stands that no code stands for: its owner, and its name or number there."""
    for name, value in list(data.items()) if isinstance(data, dict) else list(enumerate(data)):
        if isinstance(value, str) and " " in value:
            yield data, name
        elif isinstance(value, dict | list):
            yield from _texts(value)


@pytest.mark.slow
@EVERY_TYPE
def test_papers_stand_before_all_judges(demo: Workspace, other: Workspace, type: str) -> None:
    record = papers.sample(demo, type)
    for paper in (of_sample(demo, type), *of_cases(demo, type), *of_variants(demo, type), *of_other_school(other, type)):
        values = _printed_values(record.data) if paper.case == "sample" else []
        assert judge(paper.data, paper.template, values=values) == [], paper.name


def _printed_values(data: Any) -> list[str]:
    """Texts of a record that no code stands for: they have spaces, as codes never do."""
    if isinstance(data, dict):
        return [text for value in data.values() for text in _printed_values(value)]
    if isinstance(data, list):
        return [text for value in data for text in _printed_values(value)]
    return [data] if isinstance(data, str) and " " in data else []


@pytest.mark.slow
def test_house_and_templates_are_clean_for_the_audit(root: Path) -> None:
    """Nothing in the house base or in any template needs to be forgiven."""
    house = root / "templates_docx/_house/styles.docx"
    assert judge(house.read_bytes()) == []
    for path in sorted((root / "templates_docx").rglob("*.docx")):
        assert audit.findings(path.read_bytes()) == [], path.name


# ----------------------------------------------------------------------------------------------------------------- pages


@pytest.fixture(scope="module")
def printed(demo: Workspace, other: Workspace) -> Callable[[Paper], office.Printed]:
    """Papers on LibreOffice's pages, all converted in one go; a type that makes none fails in its own tests, not here."""
    every: list[Paper] = []
    for each in TYPES:
        with suppress(ProblemsFound, AssertionError):
            every += (of_sample(demo, each), *of_cases(demo, each), *of_other_school(other, each))
    pages = office.convert({paper.name: paper.data for paper in every})
    return lambda paper: pages[paper.name]


@pytest.mark.slow
@pytest.mark.libreoffice
@EVERY_TYPE
def test_papers_take_the_expected_pages(demo: Workspace, type: str, printed: Callable[[Paper], office.Printed]) -> None:
    for paper in (of_sample(demo, type), *of_cases(demo, type)):
        case = "" if paper.case == "sample" else paper.case
        assert len(printed(paper).pages) == papers.expected(type, case)[0], paper.name


@pytest.mark.slow
@pytest.mark.libreoffice
@EVERY_TYPE
def test_signatures_never_stand_alone_on_a_page(
    demo: Workspace, other: Workspace, type: str, printed: Callable[[Paper], office.Printed]
) -> None:
    for paper in (of_sample(demo, type), *of_cases(demo, type), *of_other_school(other, type)):
        for before, signer in papers.signatures(paper.data):
            holding = [page for page in map(_solid, printed(paper).pages) if _solid(signer) in page]
            assert any(_solid(before) in page for page in holding), f"{paper.name}: {signer} stands apart from «{before}»"


def _solid(text: str) -> str:
    return "".join(text.split())


@pytest.mark.slow
@pytest.mark.libreoffice
def test_forty_pupils_repeat_the_header_row(other: Workspace, printed: Callable[[Paper], office.Printed]) -> None:
    for each, header in (("appendix/absence-daily-class", "Үй дареги"), ("appendix/absence-daily-school", "Аткарылган иштер")):
        pages = printed(of_other_school(other, each)[0]).pages
        assert len(pages) > 1, each
        assert all(header in page for page in pages if "Тынчтыкбек" in page), each


@pytest.mark.slow
@pytest.mark.libreoffice
def test_signature_of_a_list_keeps_to_it_wherever_the_page_ends(other: Workspace) -> None:
    """From three absent pupils to forty, so that the page ends after every row once."""
    every: dict[str, Paper] = {}
    for each in ("appendix/absence-daily-class", "appendix/absence-daily-school"):
        (data,) = papers.derived(other, each, PARAMETERS[other.doctype(each).view])
        for absent in range(3, other_school.PUPILS + 1):
            fewer = copy.deepcopy(data)
            own = fewer["classes"][0] if "classes" in fewer else fewer
            own["absences"] = own["absences"][:absent]
            if "totals" in fewer:
                fewer["totals"]["absent"] = absent
            paper = papers.make(other, each, papers.with_data(papers.sample(other, each), fewer), str(absent))
            every[paper.name] = paper
    printed = office.convert({name: paper.data for name, paper in every.items()})
    for name, paper in every.items():
        ((before, signer),) = papers.signatures(paper.data)
        (page,) = [page for page in map(_solid, printed[name].pages) if _solid(signer) in page]
        assert _solid(before) in page, name


@pytest.mark.slow
@pytest.mark.libreoffice
def test_questionnaires_take_at_most_two_sheets(demo: Workspace, other: Workspace) -> None:
    every = {}
    for workspace in (demo, other):
        for number, data in enumerate(papers.derived(workspace, "survey/questionnaire", {})):
            record = papers.with_data(papers.sample(demo, "survey/questionnaire"), data)
            every[f"{workspace.root} {number}"] = papers.make(workspace, "survey/questionnaire", record, "").data
    assert all(len(printed.pages) <= 4 for printed in office.convert(every).values())


@pytest.mark.slow
@pytest.mark.libreoffice
def test_question_stands_on_one_page_with_its_answers(demo: Workspace) -> None:
    """The first question of each questionnaire grows by an answer at a time, so that the page ends at many places."""
    press, record = press_of(demo, "survey/questionnaire"), papers.sample(demo, "survey/questionnaire")
    definitions, every = {}, {}
    for data in papers.derived(demo, "survey/questionnaire", {}):
        for more in range(0, 16, 2):
            context = copy.deepcopy(press.context(papers.with_data(record, data))[0])
            questions = context["survey"]["questions"]
            questions[0]["options"] += [f"дагы {number}-жооп" for number in range(more)]
            name = f"{data['survey']} {more}"
            definitions[name], every[name] = questions, press.template.render(context)
    for name, printed in office.convert(every).items():
        for number, question in enumerate(definitions[name], start=1):
            (page,) = [page for page in map(_solid, printed.pages) if _solid(f"{number}.{question['text']}") in page]
            after = page.partition(_solid(f"{number}.{question['text']}"))[2]
            for answer in (question.get("options") or []) + (question.get("rows") or []):
                assert _solid(answer) in after, f"{name}: {number}, «{answer}»"
