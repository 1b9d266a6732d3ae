"""The sandbox in which templates run: Jinja's own, specialised for plain data and held to an allow-list.

A template can read the context, compare, count and use the filters of `docgen.template.filters`; it cannot call anything,
reach an attribute of an object, or make more than a bounded amount of work and text. The same checks hold for the short texts
and conditions of a schema's ``x-docgen``: `compile_text` and `compile_expression`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from itertools import chain, islice
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.ext import Extension
from jinja2.parser import Parser
from jinja2.sandbox import ImmutableSandboxedEnvironment

from docgen.errors import ProblemsFound
from docgen.template import by_hand as by_hand_filters
from docgen.template import filters
from docgen.template.blanks import Blank
from docgen.template.expressions import faults
from docgen.template.generator import INTERNAL, CarefulGenerator, Generator, Prepared
from docgen.template.grammar import OWN_FORMS, own_forms
from docgen.template.running import CAREFUL_HELPERS, PLAIN_HELPERS, RUN, Run, Scope, Tag, in_careful_form
from docgen.template.values import Refused, as_text, shown

#: bytes (characters of a short text) of one document's XML
MOST_CHARACTERS = 100_000_000
#: what ``{% restart numbering %}`` prints; a noncharacter (Unicode 16, section 23.7), in no text
RESTART = "\ufdd8"
_LARGEST_NUMBER = 10**15
_BATCH = 256


_FILTERS: dict[str, Callable[..., Any]] = filters.with_aliases({name: row.function for name, row in filters.FILTERS.items()})
_TESTS: dict[str, Callable[..., Any]] = {name: row.function for name, row in filters.TESTS.items()}


class _Restart(Extension):
    """``{% restart numbering %}``, see `docgen.template.restarts`."""

    tags = {"restart"}   # noqa: RUF012 - as Jinja asks for it

    def parse(self, parser: Parser) -> nodes.Node:
        line = next(parser.stream).lineno
        parser.stream.expect("name:numbering")
        return nodes.Output([nodes.TemplateData(RESTART, lineno=line)], lineno=line)


class Environment(ImmutableSandboxedEnvironment):
    """Jinja for documents.

    Args:
        careful: generate the form that finds all problems at once (see `docgen.template.generator`).
        by_hand: values may be blanks (`docgen.template.blanks`), which filters and calculations leave blank.
        finalize: makes each printed value the piece it is printed as, in a short text; without it the pieces are the
            encoded XML of a part.
    """


    intercepted_binops = frozenset(["+", "-", "*", "/", "//", "%", "**"])

    def __init__(
        self, *, careful: bool = False, by_hand: bool = False, finalize: Callable[[object], object] | None = None
    ) -> None:
        super().__init__(undefined=jinja2.StrictUndefined, autoescape=True, optimized=False, keep_trailing_newline=True,
                         extensions=[_Restart])
        self.code_generator_class = CarefulGenerator if careful else Generator
        self.globals.clear()
        known = by_hand_filters.FILTERS if by_hand else _FILTERS
        self.filters = {**known, **dict.fromkeys(INTERNAL, as_text)}
        self.tests = dict(by_hand_filters.TESTS if by_hand else _TESTS)
        self.printers: dict[str, dict[int, str]] = {}
        self._careful = careful
        self.is_encoded = finalize is None
        self._helpers = (CAREFUL_HELPERS if careful else PLAIN_HELPERS) | ({"as_xml": finalize} if finalize else {})
        self._programs: dict[str, jinja2.Template] = {}

    def add(self, name: str, source: str, tags: Sequence[Tag] = ()) -> jinja2.Template:
        """Compile a checked source under a name by which others may include it."""
        self.printers[name] = {line: tag.printer for line, tag in enumerate(tags, 1) if tag.printer != "as_xml"}
        tree = Prepared(careful=self._careful).visit(self.parse(source, name, name))
        code = self.compile(tree, name, name)
        namespace = {"environment": self, "__file__": name} | self._helpers
        exec(code, namespace)   # code that Jinja generated from a tree that passed the allow-list
        self._programs[name] = jinja2.Template._from_namespace(self, namespace, {})
        return self._programs[name]

    def get_template(self, name: Any, parent: str | None = None, globals: Any = None) -> jinja2.Template:  # noqa: ARG002
        return self._programs[name]

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:  # noqa: ARG002
        """Arithmetic, on numbers only and within bounds."""
        for operand in (left, right):
            if type(operand) is Blank:
                return operand
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
        spoken = own_forms.set(context.get(OWN_FORMS))
        try:
            return self._pieces(program, context, run)
        finally:
            own_forms.reset(spoken)

    def _pieces(self, program: jinja2.Template, context: Mapping[str, Any], run: Run) -> list[Any]:
        scope: Any = Scope({**context, RUN: run})
        outputs = iter(program.root_render_func(scope))
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


# ------------------------------------------------------------------------------------------- short texts and conditions


def compile_text(
    source: str, *, name: str, finalize: Callable[[object], str] | None = None, by_hand: bool = False
) -> Callable[[Mapping[str, Any]], str]:
    """A short text with ``{{ }}`` (a paper's subject, a file name) as a function of the context.

    Args:
        name: the place a problem names, ``x-docgen.subject`` for one.
        finalize: makes each printed value text; `docgen.template.values.as_text` when not given.
        by_hand: values may be blanks.

    Raises:
        ProblemsFound: ``template.*``, here and whenever the function is called.
    """
    program = _Program(source, name, finalize or as_text, by_hand=by_hand)
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

    def __init__(self, source: str, name: str, finalize: Callable[[object], object], *, by_hand: bool = False) -> None:
        # one line, so that every tag is on line 1
        self._source = " ".join(source.split("\n"))
        self._name = name
        self._finalize = finalize
        self._by_hand = by_hand
        self._tag = Tag(self._source, name)
        self._environment = Environment(by_hand=by_hand, finalize=finalize)
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
        if any(RESTART in text.data for text in tree.find_all(nodes.TemplateData)):
            found.append(self._tag.problem("template.not-allowed", found="restart"))
        if found:
            raise ProblemsFound(found)
        return tree

    def pieces(self, context: Mapping[str, Any]) -> list[Any]:
        run = Run({})
        try:
            return self._environment.pieces(self._plain, context, run)
        except Exception as error:
            if self._careful is None:
                environment = Environment(careful=True, by_hand=self._by_hand, finalize=self._finalize)
                self._careful = environment, environment.add(self._name, self._source)
            environment, program = self._careful
            careful_run = Run({self._name: [self._tag]})
            return in_careful_form(lambda run: environment.pieces(program, context, run), careful_run, self._name, error)
