"""``docgen word PHRASE``, ``--number 315``, ``--date 2022-03-09``: every form in which it stands on paper, and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from docgen.cli import shape
from docgen.cli.voice import Voice
from docgen.errors import Problem, ProblemsFound

if TYPE_CHECKING:
    from docgen.kyrgyz.explain import Explanation, Rule, Writing

_WIDTH = 100


def command(voice: Voice) -> click.Command:
    params = [
        click.Argument(["phrase"], nargs=-1, metavar=f"[{voice.say('cli.metavar.phrase')}]"),
        click.Option(["--number"], metavar="315", help=voice.say("cli.option.number")),
        click.Option(["--date", "day"], metavar="2022-03-09", help=voice.say("cli.option.date")),
        shape.format_option(voice),
    ]

    def word(phrase: tuple[str, ...], number: str | None, day: str | None) -> int:
        from docgen.kyrgyz.explain import explain

        context = click.get_current_context()
        words = " ".join(phrase).strip()
        if sum(map(bool, (words, number, day))) != 1:
            raise shape.Fault("cli.word-what", context)
        _know_the_school()
        asked = words
        writings: list[Writing] = []
        if number is not None:
            asked, writings = _number(number, context)
        elif day is not None:
            asked, writings = _day(day, context)
        table = explain(asked)
        if day is not None:  # one day has no plural
            table = table._replace(forms=tuple(form for form in table.forms if form.number == "singular"))
        doubts = [] if writings else _doubts(words)
        if voice.form == "json":
            _give_json(table, writings, doubts, voice)
        else:
            _give(table, writings, doubts, voice)
        return 0

    return shape.Command("word", voice, word, params)


def _know_the_school() -> None:
    """Let the school's own readings count; whether its files are sound is `docgen doctor`'s business."""
    from docgen.workspace import Workspace

    with suppress(ProblemsFound):
        Workspace.find(Path.cwd()).speak()


def _number(text: str, context: click.Context) -> tuple[str, list[Writing]]:
    from docgen.kyrgyz import numerals
    from docgen.kyrgyz.explain import explain_number

    try:
        return numerals.decimal(text), explain_number(text)
    except ValueError:
        raise shape.Fault("cli.word-number", context, found=text) from None


def _day(text: str, context: click.Context) -> tuple[str, list[Writing]]:
    from docgen.kyrgyz import dates
    from docgen.kyrgyz.explain import explain_date

    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise shape.Fault("cli.word-date", context, found=text) from None
    return dates.full(day), explain_date(day)


def _doubts(phrase: str) -> list[Problem]:
    """What makes the forms doubtful: an acronym without a reading, a broken letter; not whether a dictionary has the word."""
    from docgen.kyrgyz.lint import SPELLING, check_phrase

    found = (finding for finding in check_phrase(phrase) if finding.id not in SPELLING)
    return [Problem(each.id, facts={"found": each.found, "nearest": each.suggestion}, level="warning") for each in found]


def _give(table: Explanation, writings: Sequence[Writing], doubts: Iterable[Problem], voice: Voice) -> None:
    from docgen import messages

    numbers: dict[str, int] = {}  # the sentences of rules, numbered as they are first met

    def marks(rules: Iterable[Rule]) -> str:
        said = dict.fromkeys(f"{rule.section} {_said(rule, voice)}" for rule in rules)
        found = [str(numbers.setdefault(sentence, len(numbers) + 1)) for sentence in said]
        return f"[{', '.join(found)}]" if found else ""

    sound = table.sound if table.sound != table.head.lower() else ""
    voice.give(" ".join(filter(None, (table.phrase, marks(table.rules)))))
    if table.sound:
        voice.give(voice.say("cli.word-heard", found=table.head, sound=sound))
    _give_rows("", [(voice.say(f"cli.word.{it.kind}"), it.text, marks([it.rule])) for it in writings], voice)
    for count in ("singular", "plural"):
        rows = [(_case(form.case, voice), form.text, marks(form.rules)) for form in table.forms if form.number == count]
        _give_rows(voice.say(f"cli.word.{count}"), rows, voice)
    if numbers:
        voice.give(f"\n{voice.say('cli.word-rules')}")
    for sentence, number in numbers.items():
        voice.give(f"  [{number}] {sentence}")
    for doubt in doubts:
        voice.talk(f"! {messages.line(doubt, voice.language)}")


def _give_rows(title: str, rows: Sequence[tuple[str, str, str]], voice: Voice) -> None:
    if not rows:
        return
    voice.give(f"\n{title}".rstrip("\n") if title else "")
    names, texts = (max(len(row[column]) for row in rows) for column in (0, 1))
    for name, text, marks in rows:
        voice.give(f"  {name:{names}}  {text:{min(texts, _WIDTH)}}  {marks}".rstrip())


def _case(case: str, voice: Voice) -> str:
    return voice.say(f"cli.word.{case.removeprefix('locative_')}")


def _said(rule: Rule, voice: Voice) -> str:
    return {"ky": rule.kyrgyz, "ru": rule.russian, "en": rule.english}[voice.language]


def _give_json(table: Explanation, writings: Iterable[Writing], doubts: Iterable[Problem], voice: Voice) -> None:
    from docgen.cli.report import as_data, give_json

    def told(rules: Iterable[Rule]) -> list[dict[str, str]]:
        return [{"id": rule.id, "section": rule.section, "text": _said(rule, voice)} for rule in rules]

    value: dict[str, Any] = {
        "phrase": table.phrase,
        "head": table.head,
        "sound": table.sound,
        "possessed": table.possessed,
        "rules": told(table.rules),
        "writings": [{"kind": it.kind, "text": it.text, "rules": told([it.rule])} for it in writings],
        "forms": [{"case": form.case, "number": form.number, "text": form.text, "rules": told(form.rules)}
                  for form in table.forms],
        "problems": [as_data(doubt, voice) for doubt in doubts],
    }
    give_json(voice, value)
