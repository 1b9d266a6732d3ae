"""How every command looks: the lazy group, help pages in the user's language, the options that commands share.

A module of this package named after a command has ``command(voice) -> click.Command``; it is imported when the command is
called. Help texts stand in the catalogues: ``cli.generate`` holds a first line that starts with a verb, then an example.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from importlib import import_module
from typing import Any

import click

from docgen.cli.voice import Voice

COMMANDS = ("init", "types", "new", "validate", "generate", "jobs", "resume", "register", "template", "word", "doctor")

# More digits than any job or year has; Python refuses thousands of them, SQLite nineteen.
MOST_DIGITS = 9

# One hyphen for two, or what becomes of hyphens where text is made beautiful.
_MISTYPED = re.compile(r"(-|[–—][–—-]*)([A-Za-z][A-Za-z-]*)(?:=.*)?$")


class Fault(click.UsageError):
    """A fault of the command line: a text of the catalogues and its facts."""

    def __init__(self, id: str, ctx: click.Context | None = None, **facts: object) -> None:
        super().__init__(id, ctx)
        self.id = id
        self.facts = facts


class OneOf(click.Choice[str]):
    """A choice whose refusal is a `Fault`."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if value in self.choices:
            return str(value)
        name = param.opts[0] if param else ""
        raise Fault("cli.bad-value", ctx, found=value, name=name, expected=", ".join(self.choices))


class Page:
    """A help page with headings in the user's language."""

    voice: Voice

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        assert isinstance(self, click.Command)
        pieces = self.collect_usage_pieces(ctx)
        formatter.write_usage(ctx.command_path, " ".join(pieces), prefix=self.voice.say("cli.usage") + " ")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        assert isinstance(self, click.Command)
        options = [param for param in self.get_params(ctx) if isinstance(param, click.Option)]
        rows = [row for option in options if (row := option.get_help_record(ctx))]
        with formatter.section(self.voice.say("cli.options")):
            formatter.write_dl(rows)
        if isinstance(self, click.Group):
            self.format_commands(ctx, formatter)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        assert isinstance(self, click.Command)
        option = super().get_help_option(ctx)  # type: ignore[misc]
        if option is not None:
            option.help = self.voice.say("cli.option.help")
        return option  # type: ignore[no-any-return]


class Command(Page, click.Command):
    """A command whose help is the text ``cli.NAME`` of the catalogues."""

    def __init__(self, name: str, voice: Voice, callback: Callable[..., Any], params: Sequence[click.Parameter]) -> None:
        self.voice = voice
        super().__init__(name.rpartition(".")[2], callback=callback, params=[*params, lang(voice)], help=help_of(voice, name),
                         options_metavar=f"[{voice.say('cli.options-word')}]", context_settings={"allow_extra_args": True})

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Refuses an option whose hyphens a messenger or Word has made a dash of, or that has one of two: ``–dry-run``."""
        known = [name for param in self.get_params(ctx) for name in param.opts]
        for given in args:
            if typed := _MISTYPED.match(given):
                meant = f"--{typed[2]}" if len(typed[2]) > 1 else f"-{typed[2]}"
                if typed[1] != "-" or (meant in known and meant.startswith("--")):
                    raise Fault("cli.unknown-option", ctx, found=given, nearest=meant if meant in known else near(meant, known))
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        if ctx.args:
            raise Fault("cli.extra-argument", ctx, found=" ".join(map(str, ctx.args)))
        return super().invoke(ctx)


class Group(Page, click.Group):
    """Commands that are imported when they are called; their short help is the first line of their text."""

    def __init__(
        self,
        name: str,
        voice: Voice,
        names: Sequence[str],
        load: Callable[[str], click.Command],
        params: Sequence[click.Parameter] = (),
    ) -> None:
        self.voice = voice
        self._names = names
        self._load = load
        self._prefix = f"{name}." if name else ""
        word = voice.say("cli.command-word")
        super().__init__(name or "docgen", help=help_of(voice, name or "docgen"), params=[*params, lang(voice)],
                         subcommand_metavar=f"{word} …", options_metavar="")

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args:
            self.voice.give(ctx.get_help())
            ctx.exit(2)
        return super().parse_args(ctx, args)

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in self._names and not args[0].startswith("-"):
            raise Fault("cli.unknown-command", ctx, found=args[0], nearest=near(args[0], self._names))
        return super().resolve_command(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(self._names)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        return self._load(cmd_name) if cmd_name in self._names else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The commands with the first line of their help; click's own would load every command for it."""
        rows = [(name, help_of(self.voice, f"{self._prefix}{name}").partition("\n")[0]) for name in self._names]
        with formatter.section(self.voice.say("cli.commands")):
            formatter.write_dl(rows)


def near(name: str, names: Sequence[str]) -> str:
    """The name most like *name*, empty where none is."""
    return next(iter(get_close_matches(name, names, n=1)), "")


def help_of(voice: Voice, name: str) -> str:
    """A command's help; the example keeps its line breaks."""
    first, _, rest = voice.say(f"cli.{name}").partition("\n")
    return f"{first}\n\n\b\n{rest}" if rest else first


def group(voice: Voice) -> click.Group:
    """The whole command line."""

    def load(name: str) -> click.Command:
        command: click.Command = import_module(f"docgen.cli.{name}").command(voice)
        return command

    def show_version(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
        if value:
            from docgen import __version__

            voice.give(f"docgen {__version__}")
            ctx.exit()

    version = click.Option(["--version"], is_flag=True, expose_value=False, is_eager=True, callback=show_version,
                           help=voice.say("cli.option.version"))
    return Group("", voice, COMMANDS, load, [version])


def lang(voice: Voice) -> click.Option:
    """``--lang``: read by `Voice.chosen` before the command line is understood; here only accepted. So is ``--format``."""
    from docgen.messages import LANGUAGES

    return click.Option(["--lang"], type=OneOf(LANGUAGES), expose_value=False, help=voice.say("cli.option.lang"))


def format_option(voice: Voice) -> click.Option:
    return click.Option(["--format"], type=OneOf(("text", "json")), expose_value=False, help=voice.say("cli.option.format"))


def executor_option(voice: Voice) -> click.Option:
    return click.Option(["--executor"], default="", metavar="serial|processes:N|tcp://…", help=voice.say("cli.option.executor"))


def job_number(ctx: click.Context, _param: click.Parameter, given: str | None) -> int | None:
    """The number of a job, as ``docgen jobs`` lists it."""
    return _whole(given, Fault("cli.bad-job", ctx, found=given))


def number(_ctx: click.Context, _param: click.Parameter, given: str) -> str:
    """A number as its book has it, without the sign that is printed before it."""
    return given.strip().removeprefix("№").strip()


def year(ctx: click.Context, param: click.Parameter, given: str | None) -> int | None:
    return _whole(given, Fault("cli.bad-value", ctx, found=given, name=param.opts[0], expected="2025, 2026 …"))


def _whole(given: str | None, fault: Fault) -> int | None:
    if given is None:
        return None
    if given.isdecimal() and len(given) <= MOST_DIGITS:
        return int(given)
    raise fault


def parameters_option(voice: Voice) -> click.Option:
    return click.Option(["-p", "--parameter", "parameters"], multiple=True, metavar=voice.say("cli.metavar.parameter"),
                        callback=_pairs, help=voice.say("cli.option.parameter"))


def _pairs(ctx: click.Context, _param: click.Parameter, given: Sequence[str]) -> dict[str, str | list[str]]:
    """``name=value`` texts by name; a name given again has a list of values."""
    values: dict[str, list[str]] = {}
    for text in given:
        name, sign, value = text.partition("=")
        if not sign or not name.strip():
            raise Fault("cli.bad-parameter", ctx, found=text)
        values.setdefault(name.strip(), []).append(value.strip())
    return {name: found if len(found) > 1 else found[0] for name, found in values.items()}
