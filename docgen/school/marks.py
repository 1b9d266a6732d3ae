"""Marks of a pupil: how many of each, and their mean (formula F.2 of docs/formulas.md)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from docgen.school import figures

NUMERIC = (5, 4, 3, 2)
NOT_ATTESTED = "н/а"
EXEMPT = "б"

Mark = int | str


def counts(marks: Iterable[Mark]) -> Counter[Mark]:
    """How often each mark occurs: 5, 4, 3, 2, «н/а», «б»."""
    return Counter(marks)


def average(marks: Iterable[Mark]) -> Decimal | None:
    """The mean of the numeric marks, two decimals half up; «н/а» and «б» do not count (F.2). None without any."""
    numeric = [mark for mark in marks if isinstance(mark, int)]
    return figures.mean(sum(numeric), len(numeric))


def of_pupil(contents: Iterable[Mapping[str, Any]], pupil: str) -> dict[str, Any]:
    """A pupil's marks by subject code, from the contents of the marks files of one term."""
    return {code: mark for content in contents for code, mark in content["marks"].get(pupil, {}).items()}


def said_of_pupil(contents: Iterable[Mapping[str, Any]], part: str, pupil: str) -> str | None:
    """What the marks files say of a pupil beside marks: a code of ``behaviour`` or of ``decisions``; None if nothing."""
    return next((content[part][pupil] for content in contents if pupil in content.get(part, {})), None)
