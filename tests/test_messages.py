"""The three catalogues say the same things, and exactly what the code asks for."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from docgen import messages
from docgen.errors import Place, Position, Problem

PACKAGE = Path(messages.__file__).parent
FACTS = re.compile(r"\{(\w+)\}")
# What looks like a msgid: an area and a name.
ID = re.compile(r"[a-z]+(\.[a-z][a-z0-9]*(-[a-z0-9]+)*)+")
CYRILLIC = re.compile("[А-Яа-яӨөҮүҢңЁё]")


def catalogue(language: str) -> Catalog:
    with (messages.LOCALE / language / "LC_MESSAGES" / "docgen.po").open("rb") as source:
        return read_po(source, locale=language, abort_invalid=True)


CATALOGUES = {language: catalogue(language) for language in messages.LANGUAGES}
IDS = {language: [entry.id for entry in CATALOGUES[language] if entry.id] for language in messages.LANGUAGES}
AREAS = {"record", "schema", "facts", "template", "package", "value", "output", "cli", "doctor", "kyrgyz", "place",
         "register", "journal", "job"}


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_a_sentence_stands_once_in_its_file(language: str) -> None:
    source = (messages.LOCALE / language / "LC_MESSAGES" / "docgen.po").read_text(encoding="utf-8")
    written = re.findall(r'^msgid "(.+)"$', source, re.MULTILINE)
    assert sorted(written) == sorted(set(written))
    assert "#~" not in source


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_the_catalogues_have_the_same_sentences(language: str) -> None:
    assert set(IDS[language]) == set(IDS["ky"])


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_no_sentence_is_empty_or_doubtful(language: str) -> None:
    for entry in CATALOGUES[language]:
        if entry.id:
            assert entry.string.strip(), entry.id
            assert not entry.fuzzy, entry.id


@pytest.mark.parametrize("language", ["ru", "en"])
def test_a_sentence_prints_the_same_facts_in_every_language(language: str) -> None:
    for entry in CATALOGUES[language]:
        if entry.id:
            assert set(FACTS.findall(entry.string)) == set(FACTS.findall(CATALOGUES["ky"][entry.id].string)), entry.id


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_optional_parts_are_closed(language: str) -> None:
    for entry in CATALOGUES[language]:
        if entry.id:
            assert entry.string.count("[") == entry.string.count("]"), entry.id


def test_kyrgyz_glues_no_ending_to_a_fact() -> None:
    """The ending would depend on the last vowel of what is printed: write «{found}» деген …"""
    for entry in CATALOGUES["ky"]:
        assert not re.search(r"\}[а-яөүң]", str(entry.string or "")), entry.id


def test_kyrgyz_and_russian_are_not_mixed_up_with_english() -> None:
    for language in ("ky", "ru"):
        for entry in CATALOGUES[language]:
            if entry.id and re.search("[A-Za-z]{3} [a-z]{3}", FACTS.sub("", entry.string)):
                assert CYRILLIC.search(entry.string), entry.id


def literals() -> Iterator[tuple[str, str]]:
    """The texts in the code, with their files; of an f-string (``f"place.{part}"``) its beginning and a star."""
    for path in sorted(PACKAGE.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        scopes = [node for node in ast.walk(tree) if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)]
        docstrings = {ast.get_docstring(node, clean=False) for node in scopes}
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                yield f"{node.values[0].value}*", path.relative_to(PACKAGE).as_posix()
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value not in docstrings:
                yield node.value, path.relative_to(PACKAGE).as_posix()


LITERALS = dict(literals())
# Beginnings of msgids that the code completes with another of its texts (`f"cli.{command}"`), or with a name from outside.
STARTS = tuple(text[:-1] for text in LITERALS if text.endswith("*") and text.partition(".")[0] in AREAS and "." in text)
FROM_OUTSIDE = ("place.",)  # the parts of a Word file


def test_every_sentence_that_the_code_asks_for_is_there() -> None:
    known = set(IDS["ky"])
    asked = {text: path for text, path in LITERALS.items() if ID.fullmatch(text) and text.partition(".")[0] in AREAS}
    asked = {text: path for text, path in asked.items() if not text.endswith((".sqlite", ".py"))}  # names of files
    assert not {text: path for text, path in asked.items() if not known & {text, *(start + text for start in STARTS)}}


def test_no_sentence_is_dead() -> None:
    def is_asked_for(msgid: str) -> bool:
        rests = [msgid.removeprefix(start) for start in STARTS if msgid.startswith(start)]
        return msgid in LITERALS or msgid.startswith(FROM_OUTSIDE) or any(rest in LITERALS for rest in rests)

    assert not [msgid for msgid in IDS["ky"] if not is_asked_for(msgid)]


# how sentences are put together


def test_an_optional_part_vanishes_with_its_fact(monkeypatch: pytest.MonkeyPatch) -> None:
    class Known:
        def gettext(self, msgid: str) -> str:
            return f"{msgid} {{found}}.[ Perhaps {{nearest}}?]"

    monkeypatch.setattr(messages, "_catalogue", lambda _language: Known())
    assert messages.text("a", "en", found="x", nearest="y") == "a x. Perhaps y?"
    assert messages.text("a", "en", found="x", nearest="") == "a x."
    assert messages.text("a", "en", found="[{nearest}]") == "a [{nearest}]."


def test_square_brackets_without_a_fact_are_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    class Known:
        def gettext(self, _msgid: str) -> str:
            return "[DATA…]"

    monkeypatch.setattr(messages, "_catalogue", lambda _language: Known())
    assert messages.text("a", "en") == "[DATA…]"


def test_a_problem_is_one_line_of_place_sentence_advice_and_id() -> None:
    facts = {"label": "Туулган күнү", "found": "2031-02-30", "example": "2025-10-13"}
    problem = Problem("record.format", Position("7-А.yaml", 41, 18), facts)
    assert messages.line(problem, "ky") == (
        "7-А.yaml:41:18  Туулган күнү: «2031-02-30» деген күн жок. "
        "Күндү жыл-ай-күн түрүндө жазыңыз, мисалы 2025-10-13.  [record.format]"
    )


def test_a_place_in_a_word_file_comes_with_the_words_that_stand_there() -> None:
    facts = {"tag": "{{ student.ful_name }}", "found": "student.ful_name", "nearest": "full_name"}
    position = Position("буйрук.docx", place=Place("document", 39))
    around = Problem("template.unknown-name", position, {**facts, "quote": "Окуучу {{ student.ful_name }} чыгарылсын"})
    assert messages.line(around, "ky").startswith("буйрук.docx, текст, 39-абзац, «Окуучу {{ student.ful_name }} чыгарылсын»  ")
    alone = Problem("template.unknown-name", position, {**facts, "quote": facts["tag"]})
    assert messages.line(alone, "ky").startswith("буйрук.docx, текст, 39-абзац  {{ student.ful_name }}")


def test_a_rule_speaks_for_itself_and_in_kyrgyz_where_a_language_is_missing() -> None:
    problem = Problem("rule.leave", facts={"message_ky": "Күнү мурда.\nКүндү текшериңиз.", "message_ru": "Рано."})
    assert messages.sentence(problem, "ky") == ("Күнү мурда.", "Күндү текшериңиз.")
    assert messages.sentence(problem, "ru") == ("Рано.", "")
    assert messages.sentence(problem, "en") == ("Күнү мурда.", "Күндү текшериңиз.")


def test_a_place_in_a_word_file_is_said_in_words() -> None:
    assert messages.where(Position("a.docx", place=Place("header1", table=3, row=2, cell=1)), "en").startswith("a.docx, ")
