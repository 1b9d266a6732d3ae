"""A workspace is a folder with school.yaml; types, schemas and blocks are looked up there first, then among the built-ins."""

from __future__ import annotations

import json
import pickle
import shutil
from datetime import date
from pathlib import Path

import pytest

from docgen.errors import ProblemsFound
from docgen.workspace import Workspace, builtins_root, nearest

ORDER = "order/expulsion-residence"


@pytest.fixture
def school(tmp_path: Path) -> Path:
    """An own workspace with nothing but facts."""
    shutil.copy(builtins_root() / "school.yaml", tmp_path)
    shutil.copytree(builtins_root() / "data", tmp_path / "data")
    return tmp_path


def copied(school: Path, name: str) -> Path:
    """A built-in file, copied into the school's own folder to be changed."""
    (school / name).parent.mkdir(parents=True, exist_ok=True)
    return Path(shutil.copy(builtins_root() / name, school / name))


def test_the_nearest_folder_upwards_with_school_yaml_is_the_workspace(school: Path) -> None:
    assert Workspace.find(school / "data" / "classes").root == school


def test_outside_a_workspace_types_are_there_but_facts_are_not(tmp_path: Path) -> None:
    workspace = Workspace.find(tmp_path)
    assert workspace.root is None
    assert ORDER in workspace.types()
    with pytest.raises(ProblemsFound) as caught:
        _ = workspace.facts
    assert caught.value.problems[0].id == "cli.no-workspace"


def test_a_changed_template_stands_with_the_built_in_schema(school: Path) -> None:
    template = copied(school, f"templates_docx/{ORDER}.docx")
    doctype = Workspace(school).doctype(ORDER)
    assert doctype.template_path == template
    assert doctype.schema_path.is_relative_to(builtins_root())


def test_a_changed_block_is_found_before_the_built_in_one(school: Path) -> None:
    block = copied(school, "templates_docx/_house/signature-director.docx")
    workspace = Workspace(school)
    assert workspace.block("_house/signature-director.docx") == block
    assert workspace.block("_house/order-command.docx").is_relative_to(builtins_root())


@pytest.mark.parametrize("name", ["_house/no-such-block.docx", "../school.yaml", "_house/../../school.yaml"])
def test_a_block_that_is_not_there_or_lies_outside_is_a_lookup_error(school: Path, name: str) -> None:
    with pytest.raises(LookupError):
        Workspace(school).block(name)


def test_two_files_in_the_own_folder_make_a_new_type(school: Path) -> None:
    copied(school, f"templates_docx/{ORDER}.docx").rename(school / "templates_docx/order/өз.docx")
    copied(school, f"data_schemas/{ORDER}.schema.json").rename(school / "data_schemas/order/өз.schema.json")
    workspace = Workspace(school)
    assert "order/өз" in workspace.types()
    assert workspace.doctype("order/өз").title


def test_a_wrong_setting_of_an_own_type_is_told_with_its_line(school: Path) -> None:
    path = copied(school, f"data_schemas/{ORDER}.schema.json")
    schema = json.loads(path.read_text("utf-8"))
    del schema["x-docgen"]["file_name"]
    path.write_text(json.dumps(schema, ensure_ascii=False, indent=2), "utf-8")
    with pytest.raises(ProblemsFound) as caught:
        Workspace(school).doctype(ORDER)
    problem = caught.value.problems[0]
    assert problem.id == "record.required"
    assert problem.position.line


def test_an_unknown_type_is_told_with_the_nearest_name() -> None:
    with pytest.raises(ProblemsFound) as caught:
        Workspace(None).doctype("order/expulsion")
    assert caught.value.problems[0].id == "cli.unknown-type"
    assert caught.value.problems[0].facts["nearest"] == ORDER


def test_a_type_without_a_template_is_told_with_the_missing_file(school: Path) -> None:
    copied(school, f"data_schemas/{ORDER}.schema.json").rename(school / "data_schemas/order/өз.schema.json")
    with pytest.raises(ProblemsFound) as caught:
        Workspace(school).doctype("order/өз")
    assert caught.value.problems[0].facts["expected"] == "templates_docx/order/өз.docx"


def test_a_name_without_its_group_finds_the_type() -> None:
    assert nearest("expulsion-residense", [ORDER, "report/report-card"]) == ORDER
    assert nearest("zzz", [ORDER]) == ""


def test_schemas_are_read_only_when_asked_for() -> None:
    schemas = Workspace(None).schemas
    assert "_defs/student.schema.json" in schemas
    assert "_defs/no-such.schema.json" not in schemas
    assert schemas._read == {}  # type: ignore[attr-defined]
    assert schemas["_defs/student.schema.json"]["x-docgen-ref"] == "student"
    assert len(schemas) == len(set(schemas)) > 20


def test_an_order_of_one_pupil_parses_one_class_file(school: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from docgen.job import Job
    from docgen.request import Request

    workspace = Workspace(school)
    parsed: list[str] = []
    read = workspace.read_facts
    monkeypatch.setattr(workspace, "read_facts", lambda path: parsed.append(path.name) or read(path))
    Job(workspace, Request(ORDER, parameters={"order": "ord-08"})).run()
    assert "9-А.yaml" not in parsed
    assert "7-А.yaml" in parsed


def test_a_pickled_workspace_is_one_and_the_same_in_the_worker(school: Path) -> None:
    blob = pickle.dumps(Workspace(school))
    assert pickle.loads(blob) is pickle.loads(blob)
    assert pickle.loads(blob) is not pickle.loads(pickle.dumps(Workspace(school)))


@pytest.mark.parametrize("id", [f"/{ORDER}", f"./{ORDER}", f"order/../{ORDER}", "order//expulsion-residence", "../x/y",
                                "_defs/person", "order/", "order", "", "order\\expulsion-residence", "order/.x"])
def test_a_path_is_no_type(school: Path, id: str) -> None:
    with pytest.raises(ProblemsFound) as raised:
        Workspace(school).doctype(id)
    assert [problem.id for problem in raised.value.problems] == ["cli.unknown-type"]


def test_a_reference_of_a_schema_does_not_lead_out_of_the_folder(school: Path) -> None:
    (school / "secret.json").write_text('{"type": "object"}')
    (school / "data_schemas").mkdir()
    schemas = Workspace(school).schemas
    assert "../secret.json" not in schemas
    with pytest.raises(KeyError):
        schemas["../secret.json"]


def test_a_day_goes_with_the_workspace_to_a_worker(school: Path) -> None:
    day = date(2025, 3, 1)
    assert Workspace(school).facts.today == date.today()
    assert pickle.loads(pickle.dumps(Workspace(school).on(day))).facts.today == day
