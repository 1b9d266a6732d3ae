"""Every document type on disk holds together, and each way of falling apart is found."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import pytest

from docgen.check import check_template, check_type
from docgen.errors import Problem
from docgen.records import read_records
from docgen.render import Press
from docgen.workspace import Workspace, builtins_root

ORDER = "order/expulsion-residence"
BUILTIN = Workspace(builtins_root())


@pytest.mark.parametrize("name", BUILTIN.types())
def test_a_type_on_disk_holds_together(name: str) -> None:
    remarks = check_type(BUILTIN, BUILTIN.doctype(name))
    assert remarks == []


@pytest.mark.parametrize("path", BUILTIN.blocks(), ids=lambda path: path.stem)
def test_a_block_holds_together(path: Path) -> None:
    assert check_template(BUILTIN, path) == []


@pytest.mark.parametrize("name", BUILTIN.types())
def test_a_sample_reads_well(name: str) -> None:
    press = Press(BUILTIN, BUILTIN.doctype(name))
    assert [press.inspect(record).problems for record in read_records([press.doctype.sample_path])] == [()]


@pytest.fixture
def school(tmp_path: Path) -> Path:
    """A workspace with the order as its own type, to be spoilt."""
    shutil.copy(builtins_root() / "school.yaml", tmp_path)
    shutil.copytree(builtins_root() / "data", tmp_path / "data")
    for name in (f"templates_docx/{ORDER}.docx", f"data_schemas/{ORDER}.schema.json", f"data_schemas/{ORDER}.sample.yaml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(builtins_root() / name, tmp_path / name)
    return tmp_path


def problems(school: Path) -> list[Problem]:
    workspace = Workspace(school)
    return check_type(workspace, workspace.doctype(ORDER))


def spoil_template(school: Path, change: Callable[[Any], None]) -> None:
    path = school / f"templates_docx/{ORDER}.docx"
    document = docx.Document(str(path))
    change(document)
    document.save(str(path))


def spoil_schema(school: Path, change: Callable[[dict[str, Any]], None]) -> None:
    path = school / f"data_schemas/{ORDER}.schema.json"
    schema = json.loads(path.read_text("utf-8"))
    change(schema)
    path.write_text(json.dumps(schema, ensure_ascii=False), "utf-8")


def test_an_own_copy_holds_together_too(school: Path) -> None:
    assert problems(school) == []


def test_a_name_that_no_record_has_is_found_even_where_the_sample_does_not_print_it(school: Path) -> None:
    spoil_template(school, lambda d: d.add_paragraph("{% if not student %}{{ student.surnam }}{% endif %}"))
    (problem,) = problems(school)
    assert problem.id == "template.unknown-name"
    assert problem.facts["found"] == "student.surnam"
    assert problem.facts["nearest"] == "surname"
    assert problem.position.place
    assert problem.position.place.paragraph


def test_a_misspelt_name_is_told_once(school: Path) -> None:
    spoil_template(school, lambda d: d.add_paragraph("Окуучу {{ student.surnam }} чыгарылсын"))
    (problem,) = problems(school)
    assert (problem.id, problem.facts["quote"]) == ("template.unknown-name", "Окуучу {{ student.surnam }} чыгарылсын")


def test_a_field_that_no_paper_shows_is_a_warning(school: Path) -> None:
    spoil_schema(school, lambda schema: schema["properties"].update(hobby={"type": "string", "title": "Кызыгуусу"}))
    (problem,) = problems(school)
    assert (problem.id, problem.level) == ("template.unused-field", "warning")
    assert problem.facts["label"] == "Кызыгуусу"


def test_formatting_by_hand_is_a_warning(school: Path) -> None:
    def change(document: Any) -> None:
        document.add_paragraph().add_run("Маанилүү").bold = True

    spoil_template(school, change)
    assert {problem.id for problem in problems(school)} == {"template.direct-formatting"}


def test_a_suffix_typed_behind_a_tag_is_a_warning(school: Path) -> None:
    spoil_template(school, lambda d: d.add_paragraph("{{ student.full_name }}га берилсин, {{ student.full_name }}ча эмес"))
    found = [problem for problem in problems(school) if problem.id == "template.typed-suffix"]
    assert [(problem.facts["label"], problem.level) for problem in found] == [("га", "warning"), ("ча", "warning")]
    assert {problem.position.place.paragraph for problem in found if problem.position.place} != {None}


def test_the_templates_own_kyrgyz_is_proofread_with_its_place(school: Path) -> None:
    spoil_template(school, lambda d: d.add_paragraph("Мектепга 5-ке чейин қабыл алынсын. Ушул учун ЖЧКнин мөөнөтү"))
    found = {problem.id: problem for problem in problems(school)}
    assert found.keys() == {"kyrgyz.suffix", "kyrgyz.digit-hyphen", "kyrgyz.letter", "kyrgyz.respelling", "kyrgyz.acronym"}
    assert found["kyrgyz.suffix"].facts["nearest"] == "Мектепке"
    assert found["kyrgyz.digit-hyphen"].is_error
    assert not found["kyrgyz.respelling"].is_error
    assert all(problem.position.place and problem.position.place.paragraph for problem in found.values())


def test_the_school_s_own_reading_of_an_acronym_counts(school: Path) -> None:
    spoil_template(school, lambda d: d.add_paragraph("ТККнын мөөнөтү"))
    assert {problem.id for problem in problems(school)} == {"kyrgyz.acronym"}
    with (school / "school.yaml").open("a", encoding="utf-8") as file:
        file.write("acronyms: {ТКК: {reading: тэкака}}\n")
    assert problems(school) == []


def test_other_styles_than_the_houses_are_a_warning(school: Path) -> None:
    spoil_template(school, lambda d: d.styles.add_style("Өз стилим", 1))
    assert {problem.id for problem in problems(school)} == {"template.styles"}


def test_a_sample_that_gives_no_document_is_found(school: Path) -> None:
    path = school / f"data_schemas/{ORDER}.sample.yaml"
    path.write_text(path.read_text("utf-8").replace("s07a-06", "s07a-99"), "utf-8")
    assert "facts.unknown-id" in {problem.id for problem in problems(school)}
    path.write_text(path.read_text("utf-8").replace("s07a-99", "[s07a-06"), "utf-8")
    assert {problem.position.line for problem in problems(school)} != {None}


def test_a_tag_that_is_broken_is_told_with_its_place(school: Path) -> None:
    spoil_template(school, lambda d: d.add_paragraph("{% if student %}"))
    found = problems(school)
    assert found
    assert all(problem.id.startswith("template.") for problem in found)
    assert all(problem.position.place for problem in found)


def test_any_word_file_can_be_checked_by_itself(tmp_path: Path) -> None:
    path = tmp_path / "бош.docx"
    document = docx.Document()
    document.add_paragraph("Саламатсызбы, {{ student.full_name }}!")
    document.save(str(path))
    assert not [problem for problem in check_template(BUILTIN, path) if problem.is_error]


def test_faults_of_tags_and_misspelt_names_are_told_in_one_round(school: Path) -> None:
    def change(document: Any) -> None:
        for line in (
            "{{ student.full_name|datve }}", "Окуучу {{ student.surnam }}", "{% if docc.date %}{{ nobody() }}{% endif %}",
            "{%p for x in studnets|uniqe %}", "{{ x.anything }}", "{%p endfor %}", "{% set y = student.foo() %}{{ y.bar }}",
        ):
            document.add_paragraph(line)

    spoil_template(school, change)
    told = problems(school)
    assert [problem.id.removeprefix("template.") for problem in told] == [
        "unknown-filter", "unknown-name", "not-allowed", "unknown-name", "unknown-filter", "unknown-name", "not-allowed"]
    misspelt = [problem.facts["found"] for problem in told if problem.id == "template.unknown-name"]
    assert misspelt == ["student.surnam", "docc.date", "studnets"]


def test_where_a_tag_is_lost_no_name_is_guessed(school: Path) -> None:
    def change(document: Any) -> None:
        for line in ("Тизме {%p for x in doc %}", "{{ x.anything }}", "{%p endfor %}"):
            document.add_paragraph(line)

    spoil_template(school, change)
    assert {problem.id for problem in problems(school)} == {"template.lost-text"}
