"""The language in which docgen speaks to this user, and the two streams it speaks on."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from docgen import messages

# `options: {language: ru}` of school.yaml. The file is searched, not parsed: reading YAML would double the time of --help.
_LANGUAGE = re.compile(r"^options:(?:\n[ \t]+.*|\n)*?\n[ \t]+language:[ \t]*[\"']?(\w+)", re.MULTILINE)

# What a shell would take for something else. Kyrgyz letters need no quotes, double quotes do on Windows too.
_ODD = re.compile(r"[\s'*?$&|<>;()\[\]{}`!~#]")


@dataclass(frozen=True)
class Voice:
    """Says texts of the catalogues in one language.

    Args:
        form: how results are given, ``text`` or ``json``.
        arguments: what the user typed after ``docgen``, to be quoted as the next command.
    """

    language: str
    form: str = "text"
    arguments: tuple[str, ...] = ()

    @classmethod
    def chosen(cls, arguments: Sequence[str]) -> Voice:
        """``--lang``, else ``DOCGEN_LANG``, else ``school.yaml``, else Kyrgyz; what is no language of ours is passed over."""
        wishes = (_asked(arguments, "--lang"), os.environ.get("DOCGEN_LANG", ""), _of_school(Path.cwd()))
        language = next((wish for wish in wishes if wish in messages.LANGUAGES), messages.LANGUAGES[0])
        return cls(language, _asked(arguments, "--format") or "text", tuple(arguments))

    def say(self, msgid: str, /, **facts: object) -> str:
        return messages.text(msgid, self.language, **facts)

    def command(self, *words: str) -> str:
        """A command as the user may type it again."""
        return " ".join(f'"{word}"' if not word or _ODD.search(word) else word for word in words)

    def talk(self, text: str) -> None:
        """What the user should know; on stderr, after what stands on stdout already."""
        sys.stdout.flush()
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()

    def give(self, text: str) -> None:
        """What the user asked for; on stdout."""
        sys.stdout.write(f"{text}\n")


def _asked(arguments: Sequence[str], option: str) -> str:
    """An option's value, found before the command line is understood: its faults, too, are told in that language and form."""
    for argument, following in zip(arguments, [*arguments, ""][1:], strict=True):
        if argument == option:
            return following
        if argument.startswith(f"{option}="):
            return argument.removeprefix(f"{option}=")
    return ""


def _of_school(start: Path) -> str:
    for folder in (start, *start.parents):
        try:
            text = (folder / "school.yaml").read_text("utf-8", errors="replace")
        except OSError:
            continue
        found = _LANGUAGE.search(text)
        return found[1] if found else ""
    return ""
