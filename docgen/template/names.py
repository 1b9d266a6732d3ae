"""What a template reads of the context, found without rendering: ``student.full_name``, ``subjects[*].name``.

Names are followed through loops, through ``set`` and into the blocks that are included; what a filter derives is followed where
it keeps the items (``sort``, ``select``, ``default``), else it ends there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from jinja2 import nodes

_KEEPS_ITEMS = ("sort", "select", "default")
#: filters whose argument names a field of each item: its position, and its keyword
_TAKES_FIELD = {"sort": 0, "select": 0, "map": 0, "sum": 0, "join": 1, "list_ky": 0, "тизме": 0}

Scope = Mapping[str, "str | None"]


def reads(tree: nodes.Template, block: Callable[[str], nodes.Template]) -> set[str]:
    """The paths a parsed source reads.

    Args:
        block: gives the tree of an included block by its name.
    """
    return set(_Reader(block).body(tree.body, {}))


def loops(tree: nodes.Template, block: Callable[[str], nodes.Template]) -> list[tuple[str, bool]]:
    """The lists that a parsed source loops over: their paths, and whether each item gives rows of a table.

    Args:
        block: as for `reads`.
    """
    reader = _Reader(block)
    for _ in reader.body(tree.body, {}):
        pass
    return reader.loops


_ELEMENT = re.compile(r"<(w:\w+)")


def _first_element(body: Sequence[nodes.Node]) -> str:
    """The name of the first element that a body prints, ``w:tr`` for a row."""
    for node in body:
        inner = [*node.body, *node.elif_, *node.else_] if isinstance(node, nodes.If) else getattr(node, "body", [])
        texts = [child.data for child in node.nodes if isinstance(child, nodes.TemplateData)] if isinstance(
            node, nodes.Output) else []
        found = next((match[1] for match in map(_ELEMENT.search, texts) if match), "") or _first_element(inner)
        if found:
            return found
    return ""


class _Reader:
    def __init__(self, block: Callable[[str], nodes.Template]) -> None:
        self._block = block
        self.loops: list[tuple[str, bool]] = []

    def body(self, body: list[nodes.Node], outer: Scope) -> Iterator[str]:
        scope = dict(outer)
        for node in body:
            yield from self._statement(node, scope)

    def _statement(self, node: nodes.Node, scope: dict[str, str | None]) -> Iterator[str]:
        if isinstance(node, nodes.Output):
            for child in node.nodes:
                yield from self._expression(child, scope)
        elif isinstance(node, nodes.For):
            yield from self._loop(node, scope)
        elif isinstance(node, nodes.If):
            yield from self._expression(node.test, scope)
            # what a branch sets is seen after it (Jinja has one scope for both)
            for statement in (*node.body, *node.elif_, *node.else_):
                yield from self._statement(statement, scope)
        elif isinstance(node, nodes.Assign):
            yield from self._expression(node.node, scope)
            if isinstance(node.target, nodes.Name):
                scope[node.target.name] = path(node.node, scope)
        elif isinstance(node, nodes.Include) and isinstance(node.template, nodes.Const):
            yield from self.body(self._block(node.template.value).body, scope)

    def _loop(self, node: nodes.For, scope: dict[str, str | None]) -> Iterator[str]:
        yield from self._expression(node.iter, scope)
        items = path(node.iter, scope)
        item = f"{items}[*]" if items else None
        if items:
            self.loops.append((items, _first_element(node.body) == "w:tr"))
        inner = dict(scope)
        inner["loop"] = None
        if isinstance(node.target, nodes.Name):
            inner[node.target.name] = item
        else:
            inner |= {name.name: f"{item}[*]" if item else None for name in node.target.find_all(nodes.Name)}
        if node.test is not None:
            yield from self._expression(node.test, inner)
        yield from self.body(node.body, inner)
        yield from self.body(node.else_, scope)

    def _expression(self, node: nodes.Node, scope: Scope) -> Iterator[str]:
        found = path(node, scope) if isinstance(node, (nodes.Name, nodes.Getattr, nodes.Getitem)) else None
        if found:
            yield found
        if isinstance(node, nodes.Filter) and node.node is not None:
            yield from self._field(node, scope)
        if isinstance(node, (nodes.Getattr, nodes.Getitem)):
            if isinstance(node, nodes.Getitem):
                yield from self._expression(node.arg, scope)
            if not found:
                yield from self._expression(node.node, scope)
            return
        for child in node.iter_child_nodes():
            yield from self._expression(child, scope)

    def _field(self, node: nodes.Filter, scope: Scope) -> Iterator[str]:
        position = _TAKES_FIELD.get(node.name)
        items = path(node.node, scope) if node.node is not None else None
        if position is None or items is None:
            return
        given = [*node.args[position:position + 1], *(k.value for k in node.kwargs if k.key == "attribute")]
        for argument in given:
            if isinstance(argument, nodes.Const) and isinstance(argument.value, str):
                yield f"{items}[*].{argument.value}"


def path(node: nodes.Node, scope: Scope) -> str | None:
    """The path an expression stands for; None where it is no plain reading of the context."""
    if isinstance(node, nodes.Name):
        return scope.get(node.name, node.name)
    if isinstance(node, nodes.Getattr):
        base = path(node.node, scope)
        return f"{base}.{node.attr}" if base else None
    if isinstance(node, nodes.Getitem):
        base = path(node.node, scope)
        if base and isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, str):
            return f"{base}.{node.arg.value}"
        if base and isinstance(node.arg, nodes.Slice):
            return base
        return f"{base}[*]" if base else None
    if isinstance(node, nodes.Filter) and node.name in _KEEPS_ITEMS and node.node is not None:
        return path(node.node, scope)
    if isinstance(node, nodes.Filter) and node.name in ("first", "last") and node.node is not None:
        base = path(node.node, scope)
        return f"{base}[*]" if base else None
    return None
