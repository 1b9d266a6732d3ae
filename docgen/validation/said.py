"""What a schema says of a value in its own words (label, hint, example), and how a sentence quotes values."""

from __future__ import annotations

import datetime
import difflib
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from docgen.records.fields import Fields, Node

# A longer value is shown by its beginning.
_SHOWN_LETTERS = 60
_SHOWN_OPTIONS = 12
# Schemas that refer to themselves end somewhere.
_DEEPEST = 8

_OTHER_DATE = re.compile(r"([0-9]{1,2})[./-]([0-9]{1,2})[./-]([0-9]{4})|([0-9]{4})[./-]([0-9]{1,2})[./-]([0-9]{1,2})")

_NUMBER = re.compile(r"[0-9]+")


class Said:
    """What the schema says of one value, looked up when a problem wants it."""

    def __init__(self, fields: Fields, chains: list[list[Node]], instance_path: Sequence[str | int]) -> None:
        self.fields = fields
        self.chains = chains
        self.path = list(instance_path)

    def of(self, name: str) -> Said:
        """What it says of a field of this value."""
        nodes = [child for node in self.chains[-1] for child in self.fields.child(node, name)]
        return Said(self.fields, [*self.chains, nodes], [*self.path, name])

    def required_leaves(self) -> Iterator[Said]:
        """The values without which this one is not complete: itself, or what an object must hold."""
        if len(self.path) > _DEEPEST or "object" not in self.fields.types(self.chains[-1]):
            yield self
            return
        parts = [part for node in self.chains[-1] for part in self.fields.parts(node)]
        for name in dict.fromkeys(name for part in parts for name in part.schema.get("required", ())):
            yield from self.of(name).required_leaves()

    @property
    def dotted(self) -> str:
        """The value's name as a parameter has it: ``application.date``."""
        return ".".join(map(str, self.path))

    @property
    def name(self) -> str:
        """The field's name as it stands in the file; of a list's entry the list's name."""
        return next((token for token in reversed(self.path) if isinstance(token, str)), "")

    @property
    def label(self) -> str:
        chains = list(self.chains)
        path = list(self.path)
        while path and isinstance(path[-1], int) and not self._said("title", chains[-1]) and len(chains) > 1:
            chains.pop()
            path.pop()
        return str(self._said("title", chains[-1]) or self.name)

    @property
    def hint(self) -> str:
        return _clause(self._said("description", self.chains[-1]))

    @property
    def pattern_hint(self) -> str:
        return _clause(self._said("x-docgen-pattern-hint", self.chains[-1])) or self.hint

    @property
    def example(self) -> str:
        """The first example, or the values that there may be."""
        examples = self._said("examples", self.chains[-1])
        if not examples:
            return listed(self._said("enum", self.chains[-1]) or ())
        return "" if isinstance(examples[0], list | dict) else shown(examples[0])

    @property
    def optional(self) -> str:
        """The field's name when the object may also be without it, else an empty text; of a list's entry empty too."""
        if self.path and isinstance(self.path[-1], int):
            return ""
        holders = [part for node in self.chains[-2] for part in self.fields.parts(node)] if len(self.chains) > 1 else []
        is_required = any(self.path[-1] in part.schema.get("required", ()) for part in holders)
        return "" if is_required else self.name

    @property
    def names(self) -> list[str]:
        return list(dict.fromkeys(name for node in self.chains[-1] for name in self.fields.names(node)))

    def _said(self, keyword: str, nodes: list[Node]) -> Any:
        own = next((node.schema[keyword] for node in nodes if keyword in node.schema), None)
        return own if own is not None else self.fields.said(nodes, keyword)


def shown(value: object) -> str:
    """A value as a sentence quotes it: a text as it is, anything else as JSON; in one line and not too long.

    >>> shown("Асанов"), shown(True), shown([1, 2])
    ('Асанов', 'true', '[1, 2]')
    """
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    text = " ".join(text.split())
    return text if len(text) <= _SHOWN_LETTERS else f"{text[:_SHOWN_LETTERS].rstrip()}…"


def listed(values: Iterable[object]) -> str:
    """Values after each other, the first dozen of them."""
    texts = [shown(value) for value in values]
    return ", ".join(texts[:_SHOWN_OPTIONS]) + (" …" if len(texts) > _SHOWN_OPTIONS else "")


def nearest(word: object, words: Iterable[object]) -> str:
    """The most similar of the words, or an empty text; capital letters do not count."""
    by_form = {str(other).casefold(): str(other) for other in words if isinstance(other, str | int)}
    close = difflib.get_close_matches(str(word).casefold(), by_form, n=1)
    return by_form[close[0]] if close else ""


def as_date(text: str) -> str:
    """A day written another way, as ``2025-10-13``; an empty text when it is none.

    >>> [as_date(text) for text in ("13.10.2025", "2025/9/1,", "2025-жылдын 28-ноябры", "5-май 2025-ж.", "2025-жыл")]
    ['2025-10-13', '2025-09-01', '2025-11-28', '2025-05-05', '']
    """
    year, month, day = _in_figures(text) or _in_words(text) or (0, 0, 0)
    try:
        return datetime.date(year, month, day).isoformat()
    except ValueError:
        return ""


def _in_figures(text: str) -> tuple[int, int, int] | None:
    match = _OTHER_DATE.fullmatch(text.strip(" .,;").removesuffix("ж").removesuffix("-").strip())
    if not match:
        return None
    day, month, year = match.group(1, 2, 3) if match[1] else match.group(6, 5, 4)
    return int(year), int(month), int(day)


def _in_words(text: str) -> tuple[int, int, int] | None:
    """Year, month and day of «2025-жылдын 28-ноябры»: one number of four digits, one of fewer, and a month in any case."""
    from docgen.kyrgyz.dates import MONTHS

    numbers = _NUMBER.findall(text)
    years, days = [n for n in numbers if len(n) == 4], [n for n in numbers if len(n) < 3]
    words = text.casefold()
    named = [index for index, name in enumerate(MONTHS, 1) if name.removesuffix("ь") in words]
    return (int(years[0]), named[0], int(days[0])) if len(years) == len(days) == len(named) == 1 else None


def _clause(text: object) -> str:
    """A schema's sentence to be set inside another one: without its full stop."""
    return str(text or "").strip().removesuffix(".")
