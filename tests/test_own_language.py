"""What a school says of its own language wins on its papers: forms of a person's name, readings of acronyms."""

from __future__ import annotations

import json
import shutil
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from docgen.errors import ProblemsFound
from docgen.records import Record, read_records
from docgen.render import Task, render_chunk
from docgen.template.listing import listing
from docgen.workspace import Workspace, builtins_root

ORDER = "order/expulsion-residence"


@pytest.fixture
def school(tmp_path: Path) -> Path:
    shutil.copy(builtins_root() / "school.yaml", tmp_path)
    shutil.copytree(builtins_root() / "data", tmp_path / "data")
    return tmp_path


def add(path: Path, behind: str, text: str) -> None:
    before, mark, after = path.read_text("utf-8").partition(behind)
    assert mark
    path.write_text(before + mark + text + after, "utf-8")


def order(**changes: Any) -> Record:
    (record,) = read_records([builtins_root() / "data_schemas" / f"{ORDER}.sample.yaml"])
    record.data.update(changes, doc={**record.data["doc"], **changes.get("doc", {})})
    return record


def paper(school: Path, record: Record) -> str:
    (outcome,) = render_chunk(Task(Workspace(school), ORDER, (record,)))
    assert outcome.data, outcome.problems
    return listing(outcome.data)


def test_a_pupil_s_and_a_deputy_s_own_forms_stand_on_the_order(school: Path) -> None:
    plain = paper(school, order(student="s07a-06", doc={"control_by": "t02"}))
    assert "Жумабекова Бактыгүл Бакыт кызын" in plain
    assert "А.~Б.~Сыдыковага" in plain
    add(school / "data/classes/7-А.yaml", "- id: s07a-06\n", "  forms: {accusative: Жумабекова Бактыгүлдү}\n")
    add(school / "data/staff.yaml", "- id: t02\n", "  forms: {short: {dative: А. Сыдыковага}}\n")
    own = paper(school, order(student="s07a-06", doc={"control_by": "t02"}))
    assert "Жумабекова Бактыгүлдү" in own
    assert "Бакыт кызын" not in own
    assert "орун басары А.~Сыдыковага" in own  # a no-break space behind the initial
    assert "А.~Б.~Сыдыкова |" in own  # in the nominative as ever


@pytest.mark.parametrize("wrong", ["{dativ: Асановага}", "{dative: ''}", "{}", "{short: {}}", "Асановага"])
def test_forms_that_are_none_are_a_problem_of_their_file(school: Path, wrong: str) -> None:
    add(school / "data/staff.yaml", "- id: t02\n", f"  forms: {wrong}\n")
    (outcome,) = render_chunk(Task(Workspace(school), ORDER, (order(doc={"control_by": "t02"}),)))
    assert outcome.failed
    assert {Path(problem.position.file).name for problem in outcome.problems} == {"staff.yaml"}


def acronym(school: Path, reading: str) -> str:
    """The paper's line with the acronym, declined; made in a process of its own, as a job's workers are."""
    record = order()
    text = (school / "school.yaml").read_text("utf-8").partition("acronyms:")[0]
    (school / "school.yaml").write_text(f"{text}acronyms:\n  ТКК:\n    reading: {reading}\n", "utf-8")
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        (outcome,) = pool.submit(render_chunk, Task(Workspace(school), ORDER, (record,))).result()
    assert outcome.data, outcome.problems
    return listing(outcome.data)


def test_the_school_s_reading_of_an_acronym_decides_in_a_worker_too(school: Path) -> None:
    schema = json.loads((builtins_root() / f"data_schemas/{ORDER}.schema.json").read_text("utf-8"))
    schema["x-docgen"]["subject"] = "{{ 'ТКК'|dative }} берүү жөнүндө"
    (school / "data_schemas/order").mkdir(parents=True)
    (school / f"data_schemas/{ORDER}.schema.json").write_text(json.dumps(schema, ensure_ascii=False), "utf-8")
    shutil.copy(builtins_root() / f"data_schemas/{ORDER}.sample.yaml", school / "data_schemas/order")
    (school / "templates_docx/order").mkdir(parents=True)
    shutil.copy(builtins_root() / f"templates_docx/{ORDER}.docx", school / "templates_docx/order")
    assert "ТККге берүү" in acronym(school, "текеке")
    assert "ТККга берүү" in acronym(school, "тэкака")


def test_two_schools_in_one_process_keep_their_own_readings(school: Path, tmp_path: Path) -> None:
    from docgen.kyrgyz import inflect, readings

    other = tmp_path / "other"
    other.mkdir()
    shutil.copy(school / "school.yaml", other)
    with (school / "school.yaml").open("a", encoding="utf-8") as file:
        file.write("acronyms: {КР: {reading: кире}}\n")
    first, second = Workspace(school), Workspace(other)
    listed = inflect("КР", case="dative")
    first.speak()
    assert inflect("КР", case="dative") == "КРге"
    second.speak()
    assert inflect("КР", case="dative") == listed != "КРге"
    first.speak()
    assert inflect("КР", case="dative") == "КРге"
    readings.use({})
    assert inflect("КР", case="dative") == listed


def test_a_reading_is_spelt_in_kyrgyz_letters(school: Path) -> None:
    path = school / "school.yaml"
    path.write_text(path.read_text("utf-8") + "acronyms: {КР: {reading: ka-er}}\n", "utf-8")
    with pytest.raises(ProblemsFound) as caught:
        Workspace(school).speak()
    assert [problem.position.line for problem in caught.value.problems] == [len(path.read_text("utf-8").splitlines())]
