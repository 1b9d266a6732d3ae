"""Right, wrong and no answer on the project's own test tables, by case and by kind.

Run: `python -m tests.kyrgyz.accuracy`. The tables are `tests/kyrgyz/*.tsv`; each row names the rule or the use that
its form comes from.
"""

from __future__ import annotations

import csv
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from docgen.kyrgyz import inflect, locative_attributive

TABLES = ("phrases", "words")
HERE = Path(__file__).parent


class Row(NamedTuple):
    """One row of a test table."""

    kind: str
    phrase: str
    case: str
    number: str
    possessive: str
    possessed: str
    form: str
    source: str

    @property
    def expected(self) -> tuple[str, ...]:
        """The forms that are right; «…» stands for the phrase without its last word."""
        before = self.phrase[: self.phrase.rfind(" ") + 1]
        return tuple(form.replace("…", before) for form in self.form.split("|"))

    def answer(self) -> str | None:
        """What docgen says, or None when it fails to answer."""
        possessed = {"": None, "true": True, "false": False}[self.possessed]
        try:
            if self.case == "attributive":
                return locative_attributive(self.phrase, possessed=possessed)
            return inflect(
                self.phrase,
                case=self.case,
                number=self.number,
                possessive=self.possessive or None,
                possessed=possessed,
            )
        except Exception:
            return None


def read(name: str) -> list[Row]:
    """Read a table of this folder."""
    lines = [line for line in (HERE / f"{name}.tsv").read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    cells = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
    next(cells)
    return [Row(*row) for row in cells]


def rows() -> Iterator[Row]:
    """Give the rows of all tables."""
    for name in TABLES:
        yield from read(name)


def table(title: str, results: Iterable[tuple[str, str]]) -> str:
    """Count (key, verdict) pairs into a printed table."""
    counts = Counter(results)
    lines = [f"{title:16}{'right':>8}{'wrong':>8}{'no answer':>12}"]
    for key in sorted({key for key, _ in counts}):
        figures = [counts[key, verdict] for verdict in ("right", "wrong", "none")]
        lines.append(f"{key:16}{figures[0]:8}{figures[1]:8}{figures[2]:12}")
    return "\n".join(lines)


def main() -> int:
    """Print the tables; 1 when a form is wrong."""
    results = []
    for row in rows():
        answer = row.answer()
        verdict = "none" if answer is None else "right" if answer in row.expected else "wrong"
        results.append((row, verdict))
        if verdict != "right":
            print(f"{verdict}: {row.phrase} {row.case} {row.number} {row.possessive}: {answer}, expected {row.form}")
    print(table("case", ((row.case, verdict) for row, verdict in results)))
    print(table("kind", ((row.kind, verdict) for row, verdict in results)))
    print(table("all", (("all", verdict) for _, verdict in results)))
    return int(any(verdict != "right" for _, verdict in results))


if __name__ == "__main__":
    sys.exit(main())
