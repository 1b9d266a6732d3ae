"""What happens while a document is rendered: the functions that generated code calls, in its plain and in its careful form.

The plain ones are as short as they can be and raise at the first fault. The careful ones know the line of every tag: they
report, clean and go on, so that one run finds everything that is wrong with a record.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import jinja2
from jinja2.utils import missing

from docgen.errors import Place, Position, Problem, ProblemsFound
from docgen.template.cell_values import as_colour, as_span
from docgen.template.expressions import nearest
from docgen.template.richtext import as_paragraphs, as_runs
from docgen.template.values import LONGEST_TEXT, Refused, Unclean, as_attribute, as_text, as_xml, clean, shown

#: steps of all loops of one document together; a report of a large school needs some thousands
MOST_STEPS = 200_000
#: of one document; who has mended these will not miss the next
MOST_PROBLEMS = 100
#: where a scope keeps the `Run`; a template cannot spell it
RUN = " run"
Result = TypeVar("Result")
#: tags that print something else than a text: what prints it
PRINTERS = {"colspan": "as_span", "cellbg": "as_colour", "r": "as_runs", "p": "as_paragraphs"}
_PRINTED_BY = re.compile(r"\{%\s*(colspan|cellbg)\b|\{\{([rp])\s")


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag of a template as a problem shows it.

    Args:
        text: as typed, ``{{ student.full_name }}``.
        file: the template or block it stands in.
        quote: the words around it.
        in_text: it prints into ``w:t`` (not into an attribute or a property).
    """

    text: str
    file: str = ""
    place: Place | None = None
    quote: str = ""
    in_text: bool = True

    @property
    def printer(self) -> str:
        """The helper that prints its value."""
        named = _PRINTED_BY.match(self.text)
        return PRINTERS[named[1] or named[2]] if named else "as_xml" if self.in_text else "as_attribute"

    @property
    def is_rich(self) -> bool:
        """It prints a formatted text."""
        return self.printer in ("as_runs", "as_paragraphs")

    def problem(self, id: str, **facts: str | int) -> Problem:
        return Problem(id, Position(file=self.file, place=self.place), {"tag": self.text, "quote": self.quote, **facts})


@dataclass(slots=True)
class Run:
    """What happens while one document is rendered."""

    tags: Mapping[str, Sequence[Tag]]
    steps: int = 0
    problems: list[Problem] = field(default_factory=list)
    findings: list[Problem] = field(default_factory=list)

    def refuse(self, source: str, line: int, id: str, **facts: str | int) -> None:
        problem = self.tags[source][line - 1].problem(id, **facts)
        if len(self.problems) < MOST_PROBLEMS and problem not in self.problems:
            self.problems.append(problem)

    def clean(self, source: str, line: int, value: object) -> object:
        """The value, and the values in it, without characters that cannot be printed."""
        if isinstance(value, dict):
            return {key: self.clean(source, line, inner) for key, inner in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.clean(source, line, inner) for inner in value]
        if type(value) is not str:
            return value
        text, found = clean(value)
        tag = self.tags[source][line - 1]
        for character in dict.fromkeys(found):
            finding = tag.problem("value.cleaned-character", found=character, value=text[:60])
            self.findings.append(Problem(finding.id, finding.position, finding.facts, level="warning"))
        return text


class Scope:
    """The names that a program sees: what generated code asks of Jinja's `Context`, and no more."""

    __slots__ = ("exported_vars", "parent", "vars")

    def __init__(self, parent: dict[str, Any]) -> None:
        self.parent = parent
        self.vars: dict[str, Any] = {}
        self.exported_vars: set[str] = set()

    def resolve_or_missing(self, name: str) -> Any:
        """A name that the program has not set itself."""
        return self.parent.get(name, missing)

    def inner(self, local: Mapping[str, Any]) -> Scope:
        """What a block sees that is included here: all names, those too that were set or looped over on the way."""
        names = {**self.parent, **self.vars}
        names.update((name, value) for name, value in local.items() if value is not missing)
        return Scope(names)


# ------------------------------------------------------------------------------------------- what generated code calls


def _rows(context: Scope, value: object) -> Sequence[object]:
    """What a loop goes over, its steps counted before the first one is made."""
    if type(value) is not list and type(value) is not tuple:
        raise Refused("template.none-printed") if value is None else Refused("template.needs-list", value=shown(value))
    run: Run = context.parent[RUN]
    run.steps += len(value)
    if run.steps > MOST_STEPS:
        raise Refused("template.too-much", limit=MOST_STEPS)
    return value


def _rows_and_loop(context: Scope, value: object) -> Iterator[tuple[object, object]]:
    rows = _rows(context, value)
    return zip(rows, _loops(len(rows)), strict=True)


_KNOWN_LOOPS: dict[int, list[dict[str, int | bool]]] = {}


def _loops(length: int) -> list[dict[str, int | bool]]:
    """What ``loop`` is at each of *length* steps. Short loops repeat from document to document, so they are kept."""
    known = _KNOWN_LOOPS.get(length)
    if known is not None:
        return known
    made: list[dict[str, int | bool]] = [
        {"index": i + 1, "index0": i, "first": i == 0, "last": i == length - 1, "length": length,
         "revindex": length - i, "revindex0": length - i - 1} for i in range(length)]
    if length <= 100:
        _KNOWN_LOOPS[length] = made
    return made


def _one_text(values: Sequence[object]) -> str:
    """The values of a ``~`` as one text."""
    text = "".join(map(as_text, values))
    if len(text) > LONGEST_TEXT:
        raise Refused("template.too-much", limit=LONGEST_TEXT)
    return text


def _item_or_missing(value: object, key: object) -> object:
    if isinstance(value, dict):
        return value.get(key, missing)
    if isinstance(value, (list, tuple)) and type(key) is int and -len(value) <= key < len(value):
        return value[key]
    return missing


class _Silent(Exception):
    """What failed has been reported where it was set."""


_FAILED = object()


def _named(context: Scope, name: str, value: object) -> object:
    if value is missing:
        known = [known for known in {**context.parent, **context.vars} if known.isidentifier()]
        raise Refused("template.unknown-name", found=name, nearest=nearest(name, known))
    if value is _FAILED:
        raise _Silent
    return value


def _item(value: object, key: object, spelled: str) -> object:
    if isinstance(value, dict):
        if key in value:
            return value[key]
        found = nearest(str(key), [str(known) for known in value])
        raise Refused("template.unknown-name", found=spelled, nearest=found)
    if isinstance(value, (list, tuple)) and type(key) is int:
        if -len(value) <= key < len(value):
            return value[key]
        raise Refused("template.unknown-name", found=spelled, nearest="")
    if value is None:
        raise Refused("template.none-printed", found=spelled.rpartition(".")[0])
    raise Refused("template.unknown-name", found=spelled, nearest="")


def _filtered(filter: str, value: str, produce: Callable[[], object]) -> object:
    try:
        return produce()
    except Refused as refused:
        refused.facts = {"filter": filter, "found": value, **refused.facts}
        raise
    except (TypeError, ValueError, LookupError, AttributeError, ArithmeticError) as error:
        raise Refused("template.filter-value", filter=filter, found=value, detail=str(error)) from error


def _held(context: Scope, source: str, line: int, produce: Callable[[], object], otherwise: object) -> object:
    run: Run = context.parent[RUN]
    try:
        return produce()
    except _Silent:
        return otherwise
    except Refused as refused:
        run.refuse(source, line, refused.id, **refused.facts)
    except (TypeError, ValueError, LookupError, AttributeError, ArithmeticError, jinja2.TemplateError) as error:
        run.refuse(source, line, "template.wrong-value", detail=str(error))
    return otherwise


def _printed(context: Scope, source: str, line: int, printer: Callable[[object], Any],
             produce: Callable[[], object]) -> object:
    def text() -> object:
        value = produce()
        try:
            return printer(value)
        except Unclean:
            run: Run = context.parent[RUN]
            return printer(run.clean(source, line, value))

    return _held(context, source, line, text, b"")


def _careful_rows(context: Scope, source: str, line: int, spelled: str, produce: Callable[[], object]) -> object:
    return _held(context, source, line, lambda: _about(spelled, lambda: _rows(context, produce())), [])


def _careful_rows_and_loop(context: Scope, source: str, line: int, spelled: str, produce: Callable[[], object]) -> object:
    return _held(context, source, line, lambda: _about(spelled, lambda: _rows_and_loop(context, produce())), [])


def _about(spelled: str, produce: Callable[[], object]) -> object:
    try:
        return produce()
    except Refused as refused:
        refused.facts = {"found": spelled, **refused.facts}
        raise


def _tested(context: Scope, source: str, line: int, _: str, produce: Callable[[], object]) -> object:
    return _held(context, source, line, lambda: bool(produce()), False)


def _assigned(context: Scope, source: str, line: int, _: str, produce: Callable[[], object]) -> object:
    return _held(context, source, line, produce, _FAILED)


PLAIN_HELPERS: dict[str, Any] = {
    "as_xml": as_xml, "as_attribute": as_attribute, "as_span": as_span, "as_colour": as_colour,
    "as_runs": as_runs, "as_paragraphs": as_paragraphs,
    "one_text": _one_text, "item_or_missing": _item_or_missing,
    "rows": _rows, "rows_and_loop": _rows_and_loop,
}
CAREFUL_HELPERS = PLAIN_HELPERS | {
    "rows": _careful_rows, "rows_and_loop": _careful_rows_and_loop, "printed": _printed, "named": _named, "item": _item,
    "filtered": _filtered, "tested": _tested, "assigned": _assigned,
}


def in_careful_form(render: Callable[[Run], Result], run: Run, name: str, error: Exception) -> Result:
    """The result of rendering once more, in the careful form, what failed with *error* in the plain one.

    It is the result that the plain form would have given, characters cleaned away and reported in *run*.

    Raises:
        ProblemsFound: everything that went wrong.
    """
    try:
        result = render(run)
    except Refused as refused:   # a bound of the whole document, which is no tag's fault
        raise ProblemsFound([*run.problems, Problem(refused.id, Position(file=name), dict(refused.facts))]) from error
    if run.problems:
        raise ProblemsFound(run.problems) from error
    if isinstance(error, Unclean):
        return result
    raise error
