"""The page for template authors says what the code does."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from docgen import messages
from docgen.errors import Problem
from docgen.template.environment import MOST_CHARACTERS
from docgen.template.filters import FILTERS, TESTS, Filter
from docgen.template.richtext import FIELDS
from docgen.template.running import MOST_STEPS
from docgen.template.statements import KEYWORDS

PAGE = (Path(__file__).parents[2] / "templates_docx" / "README.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `(\w+(?:`, `\w+)?)` \| (.+?) \| `(.*?)` \| (.*?) ?\|$", re.MULTILINE)


def rows(heading: str) -> dict[str, tuple[str, str, str]]:
    start = PAGE.index(heading)
    table = PAGE[start:].partition("\n\n")[0]
    return {name: (doc, example.replace("\\|", "|"), prints) for name, doc, example, prints in ROW.findall(table)}


@pytest.mark.parametrize(("heading", "table"), [("| filter |", FILTERS), ("| test |", TESTS)])
def test_the_table_is_the_code_s(heading: str, table: Mapping[str, Filter]) -> None:
    named = {f"{name}`, `{row.alias}" if row.alias else name: row for name, row in table.items()}
    wanted = {name: (row.doc, row.example[0], row.example[1].replace("\u00a0", " ")) for name, row in named.items()}
    assert rows(heading) == wanted


def test_the_limits_are_the_code_s() -> None:
    assert f"{MOST_STEPS:,} repetitions".replace(",", " ") in PAGE
    assert f"{MOST_CHARACTERS // 10**6} MB" in PAGE


@pytest.mark.parametrize("keyword", KEYWORDS)
def test_every_statement_is_explained(keyword: str) -> None:
    assert re.search(rf"\{{%(p|tr|tc)? ?{keyword}\b", PAGE)


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_the_sentences_that_list_words_list_all_of_them(language: str) -> None:
    commands = messages.line(Problem("template.unknown-tag", facts={"tag": "{% x %}", "found": "x"}), language)
    assert [keyword for keyword in KEYWORDS if not re.search(rf"\b{keyword}\b", commands)] == []
    fields = messages.line(Problem("template.rich-key", facts={"tag": "{{r x }}", "found": "x"}), language)
    assert [key for key in FIELDS if not re.search(rf"\b{key}\b", fields)] == []
    assert [key for key in FIELDS if f"`{key}`" not in PAGE] == []
