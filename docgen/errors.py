"""Problems as data, and the exceptions that stop a job.

A fault of the input is a `Problem`: collected, sorted, shown with all the others. Only what stops the work is raised::

    DocgenError
    ├── ProblemsFound    the input, the facts or the template are wrong: `.problems`      (exit status 1)
    ├── CannotWrite      the output folder or file refuses: locked, full, no permission    (exit status 3)
    └── ProgramFailed    an outside program is missing or failed: LibreOffice              (exit status 4)

The sentences of both stand in the message catalogues (see `docgen.messages`); here are only ids, places and facts, so all
of it survives pickling to a worker and back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

Level = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Place:
    """A place inside a Word file: the part and, counted from 1 in reading order, its paragraph or table cell.

    *part* is the name of the part without folder and ending: ``document``, ``header1``, ``footer2``, ``core``.
    *paragraph* counts the paragraphs of the part that stand outside tables, or of the cell when *table* is given.
    """

    part: str = "document"
    paragraph: int | None = None
    table: int | None = None
    row: int | None = None
    cell: int | None = None


@dataclass(frozen=True, slots=True)
class Position:
    """Where a problem stands: a file with line and column (from 1, in characters), or a place inside a Word file.

    *pointer* is the JSON Pointer (RFC 6901) of the value inside its file; it says the place to programs. *is_name*: while
    line and column are not known yet, that those of the value's name are meant.
    """

    file: str = ""
    line: int | None = None
    column: int | None = None
    place: Place | None = None
    pointer: str = ""
    is_name: bool = False

    def sort_key(self) -> tuple[object, ...]:
        """Order of reading: file, line, column, then the place inside a Word file."""
        p = self.place or Place(part="")
        places = (p.part != "document", p.part, p.table or 0, p.row or 0, p.cell or 0, p.paragraph or 0)
        return (self.file, self.line or 0, self.column or 0, places, self.pointer)


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of the input, the facts or a template.

    Args:
        id: stable name, also the key of its sentence in the catalogues: ``record.format``, ``template.unknown-name``.
        position: where it stands.
        facts: what the sentence prints, by name; the usual ones are ``label`` (the field's Kyrgyz title), ``found``,
            ``expected`` and ``nearest``. Values are texts or numbers.
        level: ``error`` stops the record, ``warning`` lets it through and is shown.
        record: key of the record in a batch, empty where there is none.
    """

    id: str
    position: Position = field(default_factory=Position)
    facts: Mapping[str, str | int] = field(default_factory=dict)
    level: Level = "error"
    record: str = ""

    @property
    def is_error(self) -> bool:
        return self.level == "error"

    def at(self, position: Position) -> Problem:
        """The same problem at another position."""
        return replace(self, position=position)


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """The problems in the order in which one reads their files, errors before warnings of the same place."""
    return sorted(problems, key=lambda p: (p.position.sort_key(), not p.is_error, p.id, sorted(map(str, p.facts.items()))))


class DocgenError(Exception):
    """Everything that docgen raises on purpose."""

    exit_status = 1


class ProblemsFound(DocgenError):
    """Raised where work cannot go on because of problems: it carries all of them, in order."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = in_order(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        return "; ".join(f"{p.position.file}: {p.id} {dict(p.facts)}" for p in self.problems)

    def __reduce__(self) -> tuple[type[ProblemsFound], tuple[list[Problem]]]:
        return ProblemsFound, (self.problems,)


class CannotWrite(DocgenError):
    """The output refuses to be written; nothing half-written is left behind.

    Args:
        problem: its ``facts`` name the path and the cause (``locked``, ``full``, ``permission`` …).
    """

    exit_status = 3

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(problem)

    def __reduce__(self) -> tuple[type[CannotWrite], tuple[Problem]]:
        return type(self), (self.problem,)


class ProgramFailed(CannotWrite):
    """A program that docgen calls is missing, took too long or failed."""

    exit_status = 4
