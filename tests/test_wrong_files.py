"""Deliberately wrong files, each beside the problems it must give: `what-is-wrong.yaml` and `what-is-wrong.problems`.

The folder names the schema: ``order/expulsion-residence`` is a document type (schema, references, rules, over the demo
school's facts), ``_facts/class`` a facts file, ``reading`` holds what cannot even be read. A file added here is tested;
``pytest --update-expected`` writes the expected lines, which are then read as a clerk would read them.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from docgen import messages
from docgen.errors import Problem, ProblemsFound
from docgen.records import Record, read_records, record_of
from docgen.render import press_of
from docgen.validation import Validator
from docgen.workspace import Workspace

WRONG = Path(__file__).parent / "wrong"
FILES = sorted(path for path in WRONG.rglob("*.*") if path.is_file() and path.suffix != ".problems" and path.name[0] != ".")
DEMO = Workspace(WRONG.parent.parent)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(WRONG).as_posix())
def test_a_wrong_file_gives_its_problems(path: Path, monkeypatch: pytest.MonkeyPatch, update_expected: bool) -> None:
    monkeypatch.chdir(path.parent)
    expected = path.with_name(f"{path.name}.problems")
    found = "".join(f"{messages.line(problem, 'ky')}\n" for problem in problems(path))
    if update_expected:
        expected.write_text(found, encoding="utf-8")
    assert found, "nothing was found wrong"
    assert found == expected.read_text(encoding="utf-8")


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_every_problem_has_words_in_every_language(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in FILES:
        monkeypatch.chdir(path.parent)
        for problem in problems(path):
            wrong, advice = messages.sentence(problem, language)
            assert wrong, problem
            assert wrong != problem.id
            assert advice or problem.id.startswith("rule."), problem
            assert not set("{}") & set(wrong + advice) - set("".join(map(str, problem.facts.values()))), problem


def test_there_are_at_least_forty() -> None:
    assert len(FILES) >= 40


@pytest.mark.parametrize("type", DEMO.types())
def test_every_type_has_wrong_samples(type: str) -> None:
    assert [path for path in FILES if path.parent == WRONG / type], f"add a wrong record and its problems to {WRONG / type}"


def problems(path: Path) -> list[Problem]:
    try:
        schema_path = f"{path.parent.relative_to(WRONG).as_posix()}.schema.json"
        return [problem for record in records(path, schema_path) for problem in checked(record, schema_path)]
    except ProblemsFound as found:
        return found.problems


def records(path: Path, schema_path: str) -> list[Record]:
    if path.suffix != ".parameters":
        return read_records([Path(path.name)])
    given: dict[str, str | list[str]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        name, _, value = line.partition("=")
        given[name] = [*given.get(name, []), value]
    return [record_of(given, DEMO.schemas[schema_path], schemas=DEMO.schemas, path=schema_path)]


def checked(record: Record, schema_path: str) -> Sequence[Problem]:
    if schema_path == "reading.schema.json":
        return ()
    if schema_path.startswith("_"):
        return Validator(DEMO.schemas[schema_path], schemas=DEMO.schemas, path=schema_path).problems(record)
    return press_of(DEMO, schema_path.removesuffix(".schema.json")).inspect(record).problems
