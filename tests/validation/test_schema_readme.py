"""data_schemas/README.md is true: its schema works, its problems are the ones that are said, its tables are complete."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from docgen import messages
from docgen.context import Plan
from docgen.doctype import DocumentType
from docgen.records import read_records
from docgen.validation import Validator, rule_problems
from docgen.workspace import Workspace

README = Path(__file__).parents[2] / "data_schemas" / "README.md"
TEXT = README.read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w*)\n(.*?)```", TEXT, re.DOTALL)
SCHEMA: dict[str, Any] = json.loads(next(text for language, text in BLOCKS if language == "json"))
RIGHT, WRONG, *_OTHERS = (text for language, text in BLOCKS if language == "yaml")
SAID = next(text for language, text in BLOCKS if not language)
PATH = "order/praise.schema.json"


@pytest.fixture
def demo(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.chdir(tmp_path)
    return Workspace(root)


def test_the_example_passes_with_its_rules(demo: Workspace) -> None:
    Path("praise.yaml").write_text(RIGHT, encoding="utf-8")
    (record,) = read_records([Path("praise.yaml")])
    assert Validator(SCHEMA, schemas=demo.schemas, path=PATH).problems(record) == []
    doctype = DocumentType.of("order/praise", SCHEMA, Path(), Path(), Path())
    context = Plan(SCHEMA, demo.schemas, PATH).context(record.data, demo.facts, doctype)
    assert rule_problems(doctype, context, record) == []
    del context["end"]
    assert rule_problems(doctype, {**context, "end": None}, record) == []


def test_the_wrong_example_gives_the_problems_shown(demo: Workspace) -> None:
    Path("praise.yaml").write_text(WRONG, encoding="utf-8")
    (record,) = read_records([Path("praise.yaml")])
    problems = Validator(SCHEMA, schemas=demo.schemas, path=PATH).problems(record)
    assert "".join(f"{messages.line(problem, 'ky')}\n" for problem in problems) == SAID


def rows(heading: str) -> set[str]:
    part = TEXT.partition(heading)[2]
    part = part.partition("\n## ")[0]
    cells = [line.split("|")[1] for line in part.splitlines() if line.startswith("| `")]
    return {name for cell in cells for name in re.findall("`([^`]+)`", cell)}


def test_every_setting_is_told(demo: Workspace) -> None:
    settings = demo.schemas["_defs/x-docgen.schema.json"]
    assert rows("\n## x-docgen") == set(settings["properties"])
    for name in settings["properties"]["rules"]["items"]["properties"]:
        assert f"- `{name}`:" in TEXT


def test_every_kind_of_reference_is_told() -> None:
    schemas = "".join(path.read_text(encoding="utf-8") for path in README.parent.rglob("*.json"))
    kinds = re.findall(r'"x-docgen-ref": *"([^"]+)"', schemas)
    assert rows("\n## References") == {re.sub(r"^terms\..*", "terms.LIST", kind) for kind in kinds}
