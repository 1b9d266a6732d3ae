"""The sentences a person reads, from the gettext catalogues under ``locale/`` (ky by default, ru, en).

A msgid is the stable id of a problem (``record.format``) or of another text (``cli.done``); what it says stands only in
the catalogues, so that a teacher of Kyrgyz can proof every sentence on one page. In a msgstr:

- ``{name}`` prints a fact;
- ``[ … {name} … ]`` is left out whole when one of its facts is absent or empty: ``[ Балким: {nearest}?]``;
- for a problem the first line says what is wrong, the second what to do.
"""

from __future__ import annotations

import gettext
import re
from functools import cache
from pathlib import Path

from docgen.errors import Place, Position, Problem

LANGUAGES = ("ky", "ru", "en")
LOCALE = Path(__file__).parent / "locale"

# What a person typed is quoted as far as it is recognized; a paste of a thousand letters would bury the sentence.
_QUOTED = ("found", "name", "key", "quote")
_LETTERS = 200

_OPTIONAL = re.compile(r"\[([^\[\]]*)\]")
_FACT = re.compile(r"\{(\w+)\}")


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    return gettext.translation("docgen", LOCALE, [language])


def text(msgid: str, language: str, /, **facts: object) -> str:
    """The text of *msgid* with its facts filled in; an id without a text gives the id itself."""
    return _fill(_catalogue(language).gettext(msgid), facts)


def _fill(pattern: str, facts: dict[str, object]) -> str:
    def value(match: re.Match[str]) -> str:
        return str(facts.get(match[1], ""))

    def optional(match: re.Match[str]) -> str:
        names = _FACT.findall(match[1])
        if not names:
            return match[0]  # square brackets of the sentence itself
        return match[1] if all(facts.get(name) not in (None, "") for name in names) else ""

    return _FACT.sub(value, _OPTIONAL.sub(optional, pattern))


def sentence(problem: Problem, language: str) -> tuple[str, str]:
    """What is wrong, and what to do (empty where nothing can be advised).

    The sentences of a type's own rules stand in its schema, by language, and come with the problem.
    """
    if problem.id.startswith("rule."):
        said = problem.facts.get(f"message_{language}") or problem.facts.get("message_ky", "")
        wrong, _, advice = str(said).partition("\n")
        return wrong, advice
    facts = {name: _quoted(fact) if name in _QUOTED else fact for name, fact in problem.facts.items()}
    wrong, _, advice = text(problem.id, language, **facts).partition("\n")
    return wrong, advice


def _quoted(fact: object) -> object:
    """A text in one line, a long one by its beginning."""
    if not isinstance(fact, str):
        return fact
    line = fact if fact.isprintable() else " ".join(fact.split())
    return line if len(line) <= _LETTERS else f"{line[:_LETTERS].rstrip()}…"


def place(where: Place, language: str) -> str:
    """A place inside a Word file in words: «3-таблица, 2-сап, 1-уяча»."""
    return text("place", language, part=text(f"place.{where.part.rstrip('0123456789')}", language), table=where.table,
                row=where.row, cell=where.cell, paragraph=where.paragraph)


def where(position: Position, language: str) -> str:
    """A position as it is printed before a sentence: ``data/classes/7-А.yaml:41:18``."""
    file = position.file if position.line else _quoted(position.file)  # a parameter's name may be anything
    spot = ":".join(str(part) for part in (file, position.line, position.column) if part not in (None, ""))
    inside = place(position.place, language) if position.place else ""
    return ", ".join(part for part in (spot, inside) if part)


def line(problem: Problem, language: str) -> str:
    """A problem in one line: place and the words there, sentence, advice, id."""
    wrong, advice = sentence(problem, language)
    said = f"{wrong} {advice}".strip()
    spot, quote = where(problem.position, language), str(problem.facts.get("quote", ""))
    if spot and quote and quote != problem.facts.get("tag") and quote not in said:  # nobody counts to paragraph 39
        spot = text("quoted", language, where=spot, quote=quote)
    parts = (spot, said, f"[{problem.id}]")
    return "  ".join(part for part in parts if part)
