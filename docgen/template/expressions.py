"""What an expression of a template may be: an allow-list over Jinja's syntax tree, checked before anything is compiled.

A sandbox alone is not enough: Jinja folds constants while it compiles (``'a' * 200000000``), and a name such as ``upper``
called on a text is code. Here only reading, comparing, counting and the filters of `docgen.template.filters` pass.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from difflib import get_close_matches
from inspect import signature
from typing import Any

from jinja2 import nodes

from docgen.template.lookalikes import is_mixed, latin
from docgen.template.values import Refused

#: what `loop` knows inside a `for`
LOOP = ("index", "index0", "first", "last", "length", "revindex", "revindex0")

_STATEMENTS = (nodes.Template, nodes.Output, nodes.TemplateData, nodes.For, nodes.If, nodes.Assign, nodes.Include)
_EXPRESSIONS = (
    nodes.Name, nodes.Const, nodes.Getattr, nodes.Getitem, nodes.Slice, nodes.Filter, nodes.Test, nodes.Compare, nodes.Operand,
    nodes.And, nodes.Or, nodes.Not, nodes.Neg, nodes.Pos, nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Mod,
    nodes.Concat, nodes.CondExpr, nodes.List, nodes.Tuple, nodes.Keyword,
)
_ARITHMETIC = (nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Mod, nodes.Neg, nodes.Pos)
#: characters of a constant text; longer ones are no words of a template
_LONGEST_CONSTANT = 2000
#: levels of an expression, ``a.b.c`` has three; Python's own limits lie far above, and end in a crash
_DEEPEST = 40
Functions = Mapping[str, Callable[..., Any]]
_SIGNS: dict[type[nodes.Node], str] = {nodes.Pow: "**", nodes.Mod: "%", nodes.Concat: "~", nodes.Call: "()", nodes.Dict: "{ }"}


def nearest(name: str, known: Collection[str]) -> str:
    """The known name that looks most like *name*, or nothing."""
    return next(iter(get_close_matches(latin(name) or name, sorted(known), 1, 0.6)), "")


def faults(
    node: nodes.Node, *, filters: Functions, tests: Functions, in_loop: bool = False, depth: int = 0
) -> Iterator[Refused]:
    """Everything in a statement or expression that a template may not hold.

    Args:
        filters, tests: the functions that are there, by name.
        in_loop: whether *node* stands inside a ``for``, where ``loop`` is known.
        depth: of *node* in its statement.
    """
    if depth > _DEEPEST:
        yield Refused("template.too-deep")
        return
    yield from _own(node, filters, tests, in_loop)
    for field, child in _children(node):
        inside = in_loop or (isinstance(node, nodes.For) and field == "body")
        if isinstance(node, nodes.Getattr) and _is_loop(child):
            if not inside:
                yield Refused("template.loop-outside")
            continue
        yield from faults(child, filters=filters, tests=tests, in_loop=inside, depth=depth + 1)


def _own(node: nodes.Node, filters: Functions, tests: Functions, in_loop: bool) -> Iterator[Refused]:
    kind = type(node)
    if kind not in _STATEMENTS and kind not in _EXPRESSIONS:
        yield Refused("template.not-allowed", found=_called(node) + _SIGNS.get(kind, kind.__name__.lower()))
    elif isinstance(node, nodes.Name):
        if node.name.startswith("_"):
            yield Refused("template.not-allowed", found=node.name)
        elif is_mixed(node.name):
            yield Refused("template.cyrillic", found=node.name, expected=latin(node.name))
        elif node.name == "loop":
            yield Refused("template.loop-bare" if in_loop else "template.loop-outside")
    elif isinstance(node, nodes.Getattr):
        yield from _attribute(node)
    elif isinstance(node, nodes.Const):
        if isinstance(node.value, str) and len(node.value) > _LONGEST_CONSTANT:
            yield Refused("template.not-allowed", found=node.value[:40])
        elif isinstance(node.value, int) and abs(node.value) > 10**15:
            yield Refused("template.not-allowed", found=str(node.value)[:40])
    elif isinstance(node, nodes.Filter) and node.node is not None:
        yield from _call(node, "template.unknown-filter", filters)
    elif isinstance(node, nodes.Test):
        yield from _call(node, "template.unknown-test", tests)
    elif isinstance(node, nodes.CondExpr) and node.expr2 is None:
        yield Refused("template.no-else")
    elif isinstance(node, (nodes.Concat, nodes.Mod)):
        operands = node.nodes if isinstance(node, nodes.Concat) else [node.left, node.right]
        wanted = is_certain if isinstance(node, nodes.Concat) else is_number
        if not all(wanted(operand) for operand in operands):
            yield Refused("template.maybe-none", found=_SIGNS[kind])
    elif isinstance(node, nodes.For) and node.recursive:
        yield Refused("template.not-allowed", found="recursive")
    elif isinstance(node, nodes.Assign) and not isinstance(node.target, nodes.Name):
        yield Refused("template.not-allowed", found="set")


def _called(node: nodes.Node) -> str:
    """What a call calls, as far as it is a name: ``today`` of ``today()``."""
    called = node.node if isinstance(node, nodes.Call) else None
    return called.name if isinstance(called, nodes.Name) else called.attr if isinstance(called, nodes.Getattr) else ""


def _attribute(node: nodes.Getattr) -> Iterator[Refused]:
    if node.attr.startswith("_") or "__" in node.attr:
        yield Refused("template.not-allowed", found=node.attr)
    elif is_mixed(node.attr):
        yield Refused("template.cyrillic", found=node.attr, expected=latin(node.attr))
    elif _is_loop(node.node) and node.attr not in LOOP:
        yield Refused("template.unknown-name", found=f"loop.{node.attr}", nearest=nearest(node.attr, LOOP))


def _call(node: nodes.Filter | nodes.Test, id: str, known: Functions) -> Iterator[Refused]:
    if node.dyn_args is not None or node.dyn_kwargs is not None:
        yield Refused("template.not-allowed", found="*")
    elif node.name not in known:
        yield Refused(id, found=node.name, nearest=nearest(node.name, known))
    else:
        try:
            signature(known[node.name]).bind(None, *node.args, **{str(keyword.key): keyword for keyword in node.kwargs})
        except TypeError:
            yield Refused("template.filter-arguments", filter=node.name)


def _children(node: nodes.Node) -> Iterator[tuple[str, nodes.Node]]:
    for field, value in node.iter_fields():
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, nodes.Node):
                yield field, child


def _is_loop(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Name) and node.name == "loop"


def is_certain(node: nodes.Expr) -> bool:
    """Whether an expression cannot be None: a constant, what a filter made, a count, a calculation."""
    if isinstance(node, nodes.Const):
        return node.value is not None
    if isinstance(node, nodes.Filter):
        return node.name not in ("first", "last") and not (
            node.name == "default" and any(isinstance(arg, nodes.Const) and arg.value is None for arg in node.args))
    if isinstance(node, nodes.CondExpr):
        return node.expr2 is not None and is_certain(node.expr1) and is_certain(node.expr2)
    return isinstance(node, nodes.Concat) or is_number(node)


def is_number(node: nodes.Expr) -> bool:
    """Whether an expression can only be a number."""
    if isinstance(node, nodes.Const):
        return isinstance(node.value, (int, float)) and not isinstance(node.value, bool)
    if isinstance(node, nodes.Filter):
        return node.name in ("length", "round", "sum", "year")
    return isinstance(node, _ARITHMETIC) or (isinstance(node, nodes.Getattr) and _is_loop(node.node))
