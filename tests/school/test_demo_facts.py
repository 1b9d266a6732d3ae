"""The facts that docgen brings along are as good as it asks of others."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from docgen.kyrgyz import lint
from docgen.school.files import schema_of
from school.conftest import ROOT, SECOND, facts_of

SCHOOLS = {"demo": ROOT, "second": SECOND}


def files_of(root: Path) -> list[Path]:
    return facts_of(root).files.all()


def texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for member in value.values() for text in texts(member)]
    if isinstance(value, list):
        return [text for item in value for text in texts(item)]
    return [value] if isinstance(value, str) else []


@pytest.mark.parametrize("school", SCHOOLS)
def test_every_file_has_a_schema_and_passes_it(school: str) -> None:
    facts = facts_of(SCHOOLS[school])
    for path in files_of(SCHOOLS[school]):
        assert schema_of(facts.files.name(path)), path
        assert facts.content(path)


def test_every_schema_of_facts_has_a_file_in_the_demo_school(schemas: Any) -> None:
    facts = facts_of(ROOT)
    used = {schema_of(facts.files.name(path)) for path in files_of(ROOT)}
    assert used == {name for name in schemas if name.startswith("_facts/")}


@pytest.mark.parametrize("school", SCHOOLS)
def test_every_word_is_spelt_in_kyrgyz_letters(school: str) -> None:
    facts = facts_of(SCHOOLS[school])
    for path in files_of(SCHOOLS[school]):
        for text in texts(facts.content(path)):
            if re.search("[А-Яа-я]", text) and not text.startswith("Общеобразовательная"):  # the school's name in Russian
                errors = [finding for finding in lint.check(text) if finding.level == lint.ERROR]
                assert errors == [], (path.name, text)


def test_every_field_that_a_clerk_fills_in_has_a_kyrgyz_title(schemas: Any) -> None:
    """A problem names the field by its title; a title in Latin letters or none at all would be a riddle."""

    def untitled(schema: Any, at: str) -> list[str]:
        if not isinstance(schema, dict):
            return []
        found = []
        for name, member in schema.get("properties", {}).items():
            target = schemas["_defs/" + member["$ref"].rpartition("/")[2]] if "$ref" in member else {}
            title = member.get("title") or target.get("title", "")
            found += [] if re.match("[А-ЯӨҮҢа-я0-9«]", title) else [f"{at}/{name}"]
            found += untitled(member, f"{at}/{name}")
        for word in ("items", "additionalProperties"):
            found += untitled(schema.get(word), f"{at}/*")
        return found

    for name in schemas:
        if name.startswith("_facts/"):
            assert untitled(schemas[name], name) == []
