"""The sandbox in which templates run: Jinja's own, specialised for plain data and held to an allow-list.

A template can read the context, compare, count and use the filters of `docgen.template.filters`; it cannot call anything,
reach an attribute of an object, or make more than a bounded amount of work and text. The same checks hold for the short texts
and conditions of a schema's ``x-docgen``: `compile_text` and `compile_expression`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from itertools import chain, islice
from typing import Any, TypeVar

import jinja2
from jinja2 import nodes
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import missing

from docgen.errors import Place, Position, Problem, ProblemsFound
from docgen.template import filters
from docgen.template.expressions import faults, nearest
from docgen.template.generator import INTERNAL, CarefulGenerator, Generator, Prepared
from docgen.template.values import LONGEST_TEXT, Refused, Unclean, as_attribute, as_text, as_xml, clean, shown

#: steps of all loops of one document together; a report of a large school needs some thousands
MOST_STEPS = 200_000
#: characters of one document's XML
MOST_CHARACTERS = 100_000_000
_LARGEST_NUMBER = 10**15
_BATCH = 256
Result = TypeVar("Result")
_RUN = " run"


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
        if problem not in self.problems:
            self.problems.append(problem)

    def clean(self, source: str, line: int, value: object) -> str:
        text, found = clean(as_text(value))
        tag = self.tags[source][line - 1]
        for character in dict.fromkeys(found):
            finding = tag.problem("value.cleaned-character", found=character, value=text[:60])
            self.findings.append(Problem(finding.id, finding.position, finding.facts, level="warning"))
        return text


# ------------------------------------------------------------------------------------------- what generated code calls


def _rows(context: Context, value: object) -> Sequence[object]:
    """What a loop goes over, its steps counted before the first one is made."""
    if type(value) is not list and type(value) is not tuple:
        raise Refused("template.none-printed") if value is None else Refused("template.needs-list", value=shown(value))
    run: Run = context.parent[_RUN]
    run.steps += len(value)
    if run.steps > MOST_STEPS:
        raise Refused("template.too-much", limit=MOST_STEPS)
    return value


def _rows_and_loop(context: Context, value: object) -> Iterator[tuple[object, object]]:
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


def _named(context: Context, name: str, value: object) -> object:
    if value is missing:
        known = [known for known in context.get_all() if known.isidentifier()]
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


def _held(context: Context, source: str, line: int, produce: Callable[[], object], otherwise: object) -> object:
    run: Run = context.parent[_RUN]
    try:
        return produce()
    except _Silent:
        return otherwise
    except Refused as refused:
        run.refuse(source, line, refused.id, **refused.facts)
    except (TypeError, ValueError, LookupError, AttributeError, ArithmeticError, jinja2.TemplateError) as error:
        run.refuse(source, line, "template.wrong-value", detail=str(error))
    return otherwise


def _printed(context: Context, source: str, line: int, printer: Callable[[object], str],
             produce: Callable[[], object]) -> object:
    def text() -> str:
        value = produce()
        try:
            return printer(value)
        except Unclean:
            run: Run = context.parent[_RUN]
            return printer(run.clean(source, line, value))

    return _held(context, source, line, text, "")


def _careful_rows(context: Context, source: str, line: int, spelled: str, produce: Callable[[], object]) -> object:
    return _held(context, source, line, lambda: _about(spelled, lambda: _rows(context, produce())), [])


def _careful_rows_and_loop(context: Context, source: str, line: int, spelled: str, produce: Callable[[], object]) -> object:
    return _held(context, source, line, lambda: _about(spelled, lambda: _rows_and_loop(context, produce())), [])


def _about(spelled: str, produce: Callable[[], object]) -> object:
    try:
        return produce()
    except Refused as refused:
        refused.facts = {"found": spelled, **refused.facts}
        raise


def _tested(context: Context, source: str, line: int, _: str, produce: Callable[[], object]) -> object:
    return _held(context, source, line, lambda: bool(produce()), False)


def _assigned(context: Context, source: str, line: int, _: str, produce: Callable[[], object]) -> object:
    return _held(context, source, line, produce, _FAILED)


_PLAIN_HELPERS: dict[str, Any] = {
    "as_xml": as_xml, "as_attribute": as_attribute, "one_text": _one_text, "item_or_missing": _item_or_missing,
    "rows": _rows, "rows_and_loop": _rows_and_loop,
}
_CAREFUL_HELPERS = _PLAIN_HELPERS | {
    "rows": _careful_rows, "rows_and_loop": _careful_rows_and_loop, "printed": _printed, "named": _named, "item": _item,
    "filtered": _filtered, "tested": _tested, "assigned": _assigned,
}


# --------------------------------------------------------------------------------------------------------- environment


_FILTERS: dict[str, Callable[..., Any]] = {name: row.function for name, row in filters.FILTERS.items()}
_TESTS: dict[str, Callable[..., Any]] = {name: row.function for name, row in filters.TESTS.items()}


class Environment(ImmutableSandboxedEnvironment):
    """Jinja for documents.

    Args:
        careful: generate the form that finds all problems at once (see `docgen.template.generator`).
        helpers: replace helpers of generated code by name, ``as_xml`` for one.
    """

    intercepted_binops = frozenset(["+", "-", "*", "/", "//", "%", "**"])

    def __init__(self, *, careful: bool = False, helpers: Mapping[str, Any] | None = None) -> None:
        super().__init__(undefined=jinja2.StrictUndefined, autoescape=True, optimized=False, keep_trailing_newline=True)
        self.code_generator_class = CarefulGenerator if careful else Generator
        self.globals.clear()
        self.filters = {**_FILTERS, **dict.fromkeys(INTERNAL, _rows)}
        self.tests = dict(_TESTS)
        self.outside_text: dict[str, frozenset[int]] = {}
        self._careful = careful
        self._helpers = (_CAREFUL_HELPERS if careful else _PLAIN_HELPERS) | dict(helpers or {})
        self._programs: dict[str, jinja2.Template] = {}

    def add(self, name: str, source: str, tags: Sequence[Tag] = ()) -> jinja2.Template:
        """Compile a checked source under a name by which others may include it."""
        self.outside_text[name] = frozenset(line for line, tag in enumerate(tags, 1) if not tag.in_text)
        tree = Prepared(careful=self._careful).visit(self.parse(source, name, name))
        code = self.compile(tree, name, name)
        namespace = {"environment": self, "__file__": name} | self._helpers
        exec(code, namespace)   # code that Jinja generated from a tree that passed the allow-list
        self._programs[name] = jinja2.Template._from_namespace(self, namespace, {})
        return self._programs[name]

    def get_template(self, name: Any, parent: str | None = None, globals: Any = None) -> jinja2.Template:  # noqa: ARG002
        return self._programs[name]

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:  # noqa: ARG002
        """Arithmetic, on numbers only and within bounds."""
        for operand in (left, right):
            if type(operand) not in (int, float, Decimal):
                raise Refused("template.none-printed") if operand is None else Refused(
                    "template.needs-number", operator=operator, value=shown(operand))
        if operator == "**":
            raise Refused("template.not-allowed", found=operator)
        try:
            if type(left) is not type(right) and Decimal in (type(left), type(right)):
                left, right = Decimal(str(left)), Decimal(str(right))
            result = self.binop_table[operator](left, right)
        except (ArithmeticError, InvalidOperation) as error:
            raise Refused("template.wrong-value", detail=str(error)) from error
        if not abs(result) < _LARGEST_NUMBER:
            raise Refused("template.too-much", limit=_LARGEST_NUMBER)
        return result

    def pieces(self, program: jinja2.Template, context: Mapping[str, Any], run: Run) -> list[Any]:
        """The pieces a program prints, in order."""
        outputs = iter(program.root_render_func(program.new_context({**context, _RUN: run})))
        pieces: list[Any] = []
        size = 0
        while batch := list(chain.from_iterable(islice(outputs, _BATCH))):
            size += sum(map(len, batch))
            if size > MOST_CHARACTERS:
                raise Refused("template.too-much", limit=MOST_CHARACTERS)
            pieces += batch
        return pieces

    def faults(self, node: nodes.Node, *, in_loop: bool = False) -> Iterator[Refused]:
        """What the allow-list refuses in a parsed statement or expression."""
        return faults(node, filters=_FILTERS, tests=_TESTS, in_loop=in_loop)


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


# ------------------------------------------------------------------------------------------- short texts and conditions


def compile_text(
    source: str, *, name: str, finalize: Callable[[object], str] | None = None
) -> Callable[[Mapping[str, Any]], str]:
    """A short text with ``{{ }}`` (a paper's subject, a file name) as a function of the context.

    Args:
        name: the place a problem names, ``x-docgen.subject`` for one.
        finalize: makes each printed value text; `docgen.template.values.as_text` when not given.

    Raises:
        ProblemsFound: ``template.*``, here and whenever the function is called.
    """
    program = _Program(source, name, finalize or as_text)
    return lambda context: "".join(program.pieces(context))


def compile_expression(source: str, *, name: str) -> Callable[[Mapping[str, Any]], object]:
    """An expression (a rule's test) as a function of the context.

    Raises:
        ProblemsFound: ``template.*``, here and whenever the function is called.
    """
    program = _Program(f"{{{{ {source} }}}}", name, lambda value: (value,))
    if not program.is_one_value:
        raise ProblemsFound([Tag(source, name).problem("template.broken-tag", found=source, detail="")])
    return lambda context: program.pieces(context)[0][0]


class _Program:
    """A short source in both forms; the careful one is made when the plain one fails."""

    def __init__(self, source: str, name: str, finalize: Callable[[object], object]) -> None:
        # one line, so that every tag is on line 1
        self._source = " ".join(source.split("\n"))
        self._name = name
        self._helpers = {"as_xml": finalize}
        self._tag = Tag(self._source, name)
        self._environment = Environment(helpers=self._helpers)
        tree = self._parse()
        self.is_one_value = (len(tree.body) == 1 and isinstance(tree.body[0], nodes.Output)
                             and len(tree.body[0].nodes) == 1 and not isinstance(tree.body[0].nodes[0], nodes.TemplateData))
        self._plain = self._environment.add(name, self._source)
        self._careful: tuple[Environment, jinja2.Template] | None = None

    def _parse(self) -> nodes.Template:
        try:
            tree = self._environment.parse(self._source)
        except (jinja2.TemplateSyntaxError, RecursionError) as error:
            problem = self._tag.problem("template.broken-tag", found=self._source, detail=getattr(error, "message", ""))
            raise ProblemsFound([problem]) from error
        found = [self._tag.problem(fault.id, **fault.facts) for fault in self._environment.faults(tree)]
        if tree.find(nodes.Include):
            found.append(self._tag.problem("template.not-allowed", found="include"))
        if found:
            raise ProblemsFound(found)
        return tree

    def pieces(self, context: Mapping[str, Any]) -> list[Any]:
        run = Run({})
        try:
            return self._environment.pieces(self._plain, context, run)
        except Exception as error:
            if self._careful is None:
                environment = Environment(careful=True, helpers=self._helpers)
                self._careful = environment, environment.add(self._name, self._source)
            environment, program = self._careful
            careful_run = Run({self._name: [self._tag]})
            return in_careful_form(lambda run: environment.pieces(program, context, run), careful_run, self._name, error)
