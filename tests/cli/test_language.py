"""docgen speaks Kyrgyz unless told otherwise, in faults of the command line too."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from docgen.cli.shape import COMMANDS, group
from docgen.cli.voice import Voice
from docgen.messages import LANGUAGES

from .conftest import ORDER, Docgen

ENGLISH = re.compile(r"\b(Usage|Options|Commands|Error|Try|Missing|Invalid|Show|Perhaps)\b")


def commands(language: str) -> list[click.Command]:
    """All commands, those of `template` included."""
    top = group(Voice(language))
    context = click.Context(top, info_name="docgen")
    found: list[click.Command] = [top]
    for name in COMMANDS:
        command = top.get_command(context, name)
        assert command is not None
        found.append(command)
        if isinstance(command, click.Group):
            found += [c for sub in command.list_commands(context) if (c := command.get_command(context, sub))]
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_help_page_is_whole_in_every_language(language: str) -> None:
    for command in commands(language):
        page = command.get_help(click.Context(command, info_name=command.name))
        assert "cli." not in page.replace("docgen.cli.", "")
        if language != "en":
            assert not ENGLISH.search(page), page


def test_every_command_shows_an_example() -> None:
    for command in commands("ky"):
        assert command.help
        assert re.search(r"^ *docgen \w+", command.help, re.MULTILINE), command.name


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["genrate"], "Балким: generate?"),
        (["generate", ORDER, "--replase"], "Балким: --replace?"),
        (["generate"], "ТҮР"),
        (["validate", ORDER, "-p"], "-p"),
        (["generate", ORDER, "-p", "student"], "student"),
        (["generate", ORDER, "x.yaml", "-p", "a=1"], "-p"),
        (["types", "a", "b"], "b"),
        (["new", ORDER, "--as", "xml"], "yaml, json"),
        (["generate", ORDER, "--format", "xml"], "text, json"),
        (["--lang", "de", "types"], "ky, ru, en"),
        (["template"], "check"),
        (["template", "shwo"], "show"),
    ],
)
@pytest.mark.usefixtures("school")
def test_a_fault_of_the_command_line_is_status_2_and_kyrgyz(docgen: Docgen, arguments: list[str], words: str) -> None:
    run = docgen(*arguments)
    assert run.status == 2
    assert words in run.err + run.out
    assert not ENGLISH.search(run.err + run.out)


def test_the_language_is_chosen_by_option_then_environment_then_school(
    docgen: Docgen, school: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    profile = school / "school.yaml"
    text = profile.read_text("utf-8")
    assert "Колдонуу" in docgen("types", "--help").out
    profile.write_text(text.replace("options:\n", "options:\n  language: en\n"), "utf-8")
    assert "Usage" in docgen("types", "--help").out
    assert docgen("generate", ORDER, "-p", "order=ord-08").status == 0
    monkeypatch.setenv("DOCGEN_LANG", "ru")
    assert "Использование" in docgen("types", "--help").out
    assert "Usage" in docgen("--lang", "en", "types", "--help").out
    assert "Usage" in docgen("types", "--lang=en", "--help").out


@pytest.mark.usefixtures("school")
def test_an_unknown_language_in_the_environment_is_passed_over(docgen: Docgen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCGEN_LANG", "tlh")
    assert "Колдонуу" in docgen("--help").out


@pytest.mark.usefixtures("school")
def test_docgen_alone_shows_its_help(docgen: Docgen) -> None:
    run = docgen()
    assert run.status == 2
    assert "generate" in run.out
