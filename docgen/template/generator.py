"""Jinja's code generator, specialised for documents: plain data in, pieces of XML out.

What differs from Jinja's own, each for speed or strictness:

- ``a.b`` is the item ``a["b"]`` and nothing else: no attribute of any object can be reached, so a field called ``items`` or
  ``count`` is the field, and a missing one raises where it is read;
- an output yields one tuple with all its pieces; the caller joins them once;
- ``loop`` is plain data beside the row, not an object asked at every step;
- the *careful* form of the same code knows the line of every tag, catches what goes wrong in each and goes on. It runs only
  after the plain form has failed or met characters to be cleaned away, and finds all problems of a record at once.
"""

# ruff: noqa: N802  (the names of visitors are the names of Jinja's nodes)

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.visitor import NodeTransformer

#: names of the helpers in generated code; a template cannot spell them
ROWS, ROWS_AND_LOOP, TESTED, ASSIGNED = " rows", " rows-and-loop", " tested", " assigned"
INTERNAL = (ROWS, ROWS_AND_LOOP, TESTED, ASSIGNED)
_LOOP = "_loop"


class Generator(CodeGenerator):
    """The plain form; `environment.printers` names, by its line, what prints a tag that is no text."""

    careful = False

    def visit_Output(self, node: nodes.Output, frame: Frame) -> None:
        self.writeline("yield (", node)
        self.indent()
        for child in node.nodes:
            if isinstance(child, nodes.TemplateData):
                self.newline()
                self.write(f"{self._static(child.data)!r},")
            else:
                self.newline(child)
                self._printed(child, frame)
        self.outdent()
        self.writeline(")")

    def _static(self, data: str) -> str | bytes:
        # docxtpl's escapes for braces that are not a tag
        data = data.replace("{_{", "{{").replace("}_}", "}}").replace("{_%", "{%").replace("%_}", "%}")
        return data.encode() if self.environment.is_encoded else data  # type: ignore[attr-defined]

    def _printed(self, node: nodes.Node, frame: Frame) -> None:
        self.write(f"{self._printer(node.lineno)}(")
        self.visit(node, frame)
        self.write("),")

    def _printer(self, line: int) -> str:
        printers: dict[int, str] = self.environment.printers.get(self.name, {})  # type: ignore[attr-defined]
        return printers.get(line, "as_xml")

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:
        self.visit(node.node, frame)
        self.write(f".{node.attr}" if _is_jinja_loop(node.node) else f"[{node.attr!r}]")

    def visit_Getitem(self, node: nodes.Getitem, frame: Frame) -> None:
        self.visit(node.node, frame)
        self.write("[")
        self.visit(node.arg, frame)
        self.write("]")

    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:
        self.write("one_text((")
        for child in node.nodes:
            self.visit(child, frame)
            self.write(", ")
        self.write("))")

    def visit_Filter(self, node: nodes.Filter, frame: Frame) -> None:
        if node.name in INTERNAL:
            self._internal(node, frame)
        elif node.name == "default" and node.node is not None:
            with self._filter_test_common(node, frame, True):
                self._maybe(node.node, frame)
        else:
            super().visit_Filter(node, frame)

    def visit_Test(self, node: nodes.Test, frame: Frame) -> None:
        if node.name in ("defined", "undefined"):
            with self._filter_test_common(node, frame, False):
                self._maybe(node.node, frame)
        else:
            super().visit_Test(node, frame)

    def visit_Include(self, node: nodes.Include, frame: Frame) -> None:
        """A block: its program over the names of this place, those set or looped over here too."""
        assert isinstance(node.template, nodes.Const)
        block = f"environment.get_template({node.template.value!r})"
        self.writeline(f"yield from {block}.root_render_func(context.inner({self.dump_local_context(frame)}))", node)

    def _internal(self, node: nodes.Filter, frame: Frame) -> None:
        assert node.node is not None
        if node.name in (ROWS, ROWS_AND_LOOP):
            self.write(f"{node.name.strip().replace('-', '_')}(context, ")
            self.visit(node.node, frame)
            self.write(")")
        else:
            self.visit(node.node, frame)

    def _maybe(self, node: nodes.Expr, frame: Frame) -> None:
        """A value that may be missing: `missing` stands for it instead of an error."""
        if isinstance(node, nodes.Getattr):
            self.write("item_or_missing(")
            self._maybe(node.node, frame)
            self.write(f", {node.attr!r})")
        elif isinstance(node, nodes.Getitem):
            self.write("item_or_missing(")
            self._maybe(node.node, frame)
            self.write(", ")
            self.visit(node.arg, frame)
            self.write(")")
        elif isinstance(node, nodes.Name) and node.ctx == "load":
            self.write(frame.symbols.ref(node.name))
        else:
            self.visit(node, frame)


class CarefulGenerator(Generator):
    """The same code, with every tag's expression held in a function that knows its line and survives its failure."""

    careful = True

    def _printed(self, node: nodes.Node, frame: Frame) -> None:
        self.write(f"printed(context, name, {node.lineno}, {self._printer(node.lineno)}, lambda: ")
        self.visit(node, frame)
        self.write("),")

    def visit_Name(self, node: nodes.Name, frame: Frame) -> None:
        if node.ctx != "load":
            super().visit_Name(node, frame)
            return
        self.write(f"named(context, {node.name!r}, {frame.symbols.ref(node.name)})")

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:
        if _is_jinja_loop(node.node):
            super().visit_Getattr(node, frame)
            return
        self.write("item(")
        self.visit(node.node, frame)
        self.write(f", {node.attr!r}, {spelled(node)!r})")

    def visit_Getitem(self, node: nodes.Getitem, frame: Frame) -> None:
        if isinstance(node.arg, nodes.Slice):
            super().visit_Getitem(node, frame)
            return
        self.write("item(")
        self.visit(node.node, frame)
        self.write(", ")
        self.visit(node.arg, frame)
        self.write(f", {spelled(node)!r})")

    def visit_Filter(self, node: nodes.Filter, frame: Frame) -> None:
        if node.name in INTERNAL:
            self._internal(node, frame)
            return
        self.write(f"filtered({node.name!r}, {spelled(node.node)!r}, lambda: ")
        super().visit_Filter(node, frame)
        self.write(")")

    def _internal(self, node: nodes.Filter, frame: Frame) -> None:
        assert node.node is not None
        self.write(f"{node.name.strip().replace('-', '_')}(context, name, {node.lineno}, {spelled(node.node)!r}, lambda: ")
        self.visit(node.node, frame)
        self.write(")")


def spelled(node: nodes.Node | None) -> str:
    """An expression as a template author would spell it: ``student.full_name``; constants and operators only hinted."""
    if isinstance(node, nodes.Name):
        return "loop" if node.name == _LOOP else node.name
    if isinstance(node, nodes.Getattr):
        return f"{spelled(node.node)}.{node.attr}"
    if isinstance(node, nodes.Getitem):
        return f"{spelled(node.node)}[{spelled(node.arg)}]"
    if isinstance(node, nodes.Const):
        return repr(node.value)
    if isinstance(node, nodes.Filter):
        return f"{spelled(node.node)}|{node.name}"
    return "…"


class Prepared(NodeTransformer):
    """The syntax tree made ready: iterables counted, ``loop`` turned into plain data, tests and sets held where careful."""

    def __init__(self, *, careful: bool) -> None:
        self._careful = careful
        self._in_loop: list[bool] = []

    def visit_For(self, node: nodes.For, *_: Any) -> nodes.For:
        node.iter = self.visit(node.iter)
        # with an own condition only Jinja's loop object knows how many rows will come
        uses_loop = _uses_loop(node.body) and node.test is None
        self._in_loop.append(uses_loop)
        node.body = [self.visit(child) for child in node.body]
        self._in_loop.pop()
        node.else_ = [self.visit(child) for child in node.else_]
        if node.test is not None:
            node.test = self._careful_only(self.visit(node.test), TESTED)
        if uses_loop:
            loop = nodes.Name(_LOOP, "store", lineno=node.lineno)
            node.target = nodes.Tuple([node.target, loop], "store", lineno=node.lineno)
        node.iter = self._held(node.iter, ROWS_AND_LOOP if uses_loop else ROWS)
        return node

    def visit_Name(self, node: nodes.Name, *_: Any) -> nodes.Name:
        if node.name == "loop" and node.ctx == "load" and self._in_loop[-1]:
            node.name = _LOOP
        return node

    def visit_Compare(self, node: nodes.Compare, *_: Any) -> nodes.Compare:
        self.generic_visit(node)
        # Jinja gives it the line of what follows, which is the line of the next tag
        node.lineno = node.expr.lineno
        return node

    def visit_If(self, node: nodes.If, *_: Any) -> nodes.If:
        self.generic_visit(node)
        node.test = self._careful_only(node.test, TESTED)
        return node

    def visit_Assign(self, node: nodes.Assign, *_: Any) -> nodes.Assign:
        self.generic_visit(node)
        node.node = self._careful_only(node.node, ASSIGNED)
        return node

    def _careful_only(self, node: nodes.Node, name: str) -> nodes.Node:
        return self._held(node, name) if self._careful else node

    @staticmethod
    def _held(node: nodes.Node, name: str) -> nodes.Node:
        return nodes.Filter(node, name, [], [], None, None, lineno=node.lineno)


def _is_jinja_loop(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Name) and node.name == "loop"


def _uses_loop(body: Sequence[nodes.Node]) -> bool:
    """Whether ``loop`` of this very `for` is used: a nested `for` has its own, but its iterable belongs to this one."""
    for node in body:
        if isinstance(node, nodes.Name) and node.name == "loop":
            return True
        inner = [node.iter, *node.else_] if isinstance(node, nodes.For) else list(node.iter_child_nodes())
        if _uses_loop(inner):
            return True
    return False
