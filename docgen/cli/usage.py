"""Faults of the command line itself, in the user's language: what is wrong, the nearest name, the next command."""

from __future__ import annotations

import click

from docgen.cli.shape import Fault, near
from docgen.cli.voice import Voice
from docgen.errors import Problem

# What the user typed, as far as a fault quotes it, and how much of it.
_QUOTED = ("found", "name", "nearest", "folder")
_LETTERS = 60


def explain(wrong: click.UsageError, voice: Voice) -> int:
    """Tell a fault of the command line; its exit status."""
    msgid, facts = _named(wrong)
    facts |= {name: _short(str(facts[name])) for name in _QUOTED if name in facts}
    if voice.form == "json":  # a program reads stdout, whatever went wrong
        from docgen.cli.report import tell_problems

        tell_problems([Problem(msgid, facts={name: str(fact) for name, fact in facts.items()})], voice)
        return wrong.exit_code
    voice.talk(voice.say(msgid, **facts))
    voice.talk(voice.say("cli.see-help", command=f"{wrong.ctx.command_path if wrong.ctx else 'docgen'} --help"))
    return wrong.exit_code


def _named(wrong: click.UsageError) -> tuple[str, dict[str, object]]:
    """The id and the facts of a fault, ours or one that click found."""
    if isinstance(wrong, Fault):
        return wrong.id, dict(wrong.facts)
    if isinstance(wrong, click.NoSuchOption):
        known = [name for param in wrong.ctx.command.get_params(wrong.ctx) for name in param.opts] if wrong.ctx else []
        return "cli.unknown-option", {"found": wrong.option_name, "nearest": near(wrong.option_name, known)}
    if isinstance(wrong, click.MissingParameter) and wrong.param:
        return "cli.missing", {"found": wrong.param.metavar or wrong.param.name}
    if isinstance(wrong, click.BadOptionUsage):
        return "cli.option-value", {"found": wrong.option_name}
    return "cli.usage-fault", {"found": wrong.format_message()}


def _short(text: str) -> str:
    """A text in one line, a long one by its beginning."""
    line = " ".join(text.split())
    return line if len(line) <= _LETTERS else f"{line[:_LETTERS].rstrip()}…"
