"""A template, compiled once and rendered many times: values in, the bytes of a Word file out.

Once: the package is let in, its templated parts (body, headers, footers, core properties) become Jinja programs, and all that
never changes is laid out ready for the archive. For each document: the programs run, a few repairs are made where the template
needs them, the parts are packed. No XML is parsed, no docxtpl is asked, nothing constant is packed again.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from jinja2 import nodes

from docgen.errors import Problem
from docgen.template.additions import Annex
from docgen.template.blanks import Styles, settle
from docgen.template.environment import Environment
from docgen.template.markup import HEAD
from docgen.template.names import loops, reads
from docgen.template.opc import Package
from docgen.template.pictures import Files, loader
from docgen.template.remarks import without_remarks
from docgen.template.richtext import named_styles
from docgen.template.running import Run, in_careful_form
from docgen.template.sources import Blocks, Sources


class Template:
    """A Word template in docxtpl's dialect.

    Args:
        source: the .docx, as a path or as bytes.
        name: what problems call it; the file's name when not given.
        blocks: gives the file of a block by the name under which ``{%p include %}`` asks for it; raises LookupError where
            there is none.
        files: gives the bytes of a picture by its path in the workspace; raises LookupError where there is none.

    Raises:
        ProblemsFound: ``package.*`` and ``template.*``, all problems of the template and its blocks at once.
    """

    def __init__(self, source: str | Path | bytes, *, name: str = "", blocks: Blocks | None = None,
                 files: Files | None = None) -> None:
        self.name = name or ("" if isinstance(source, bytes) else Path(source).name)
        package = without_remarks(Package.read(source, name=self.name))
        self._sources = Sources(self.name, blocks)
        self._sources.read(package)
        self._parts = [entry for entry, part in self._sources.parts.items() if not part.is_constant]
        self._main = package.main
        self._notes = self._sources.notes
        self._package_styles = [package.data(entry) for entry in package.related("styles")]
        self._annex = None
        if self._sources.has_additions:
            parts = [part for part in (*self._parts, *self._notes) if part.startswith("word/")]
            self._annex = Annex(package, parts, loader(files), named_styles(self._package_styles))
            package = self._annex.without_rels(package)
        self._restarts = None
        if self._sources.restarts_lists:
            from docgen.template.restarts import Restarts  # few templates need it

            self._restarts = Restarts(package)
        numbering = [self._restarts.part] if self._restarts and self._restarts.part else []
        self._layout = package.layout([*self._parts, *self._notes, *numbering])
        self._ends = {entry: (f"{HEAD}{source.head}".encode(), source.tail.encode())
                      for entry, source in self._sources.parts.items()}
        self._repairs = {entry: self._sources.repairs(entry) for entry in (*self._parts, *self._notes)}
        self._tags = {name: source.tags for name, source in self._sources.all.items()}
        self._environment = self._compile(careful=False)
        self._others: dict[tuple[bool, bool], Environment] = {}

    def _compile(self, *, careful: bool, by_hand: bool = False) -> Environment:
        environment = Environment(careful=careful, by_hand=by_hand)
        for name, source in self._sources.all.items():
            environment.add(name, source.text, source.tags)
        return environment

    @cached_property
    def _styles(self) -> Styles:
        return Styles.of(self._package_styles)

    def _form(self, *, careful: bool = False, by_hand: bool = False) -> Environment:
        """The programs in a form that few documents need, compiled when the first of them comes."""
        if (careful, by_hand) not in self._others:
            self._others[careful, by_hand] = self._compile(careful=careful, by_hand=by_hand)
        return self._others[careful, by_hand]

    @cached_property
    def names(self) -> set[str]:
        """What the template and its blocks read of the context: ``student.full_name``, ``subjects[*].name``."""
        found: set[str] = set()
        for part in self._parts:
            found |= reads(self._trees[part], self._trees.__getitem__)
        return found

    @cached_property
    def tables(self) -> set[str]:
        """The lists that are printed as rows of a table and nowhere else: ``absences``, ``classes[*].absences``."""
        found: dict[str, bool] = {}
        for part in self._parts:
            for path, is_rows in loops(self._trees[part], self._trees.__getitem__):
                found[path] = found.get(path, True) and is_rows
        return {path for path, is_rows in found.items() if is_rows}

    @cached_property
    def _trees(self) -> dict[str, nodes.Template]:
        return {name: self._environment.parse(source.text) for name, source in self._sources.all.items()}

    def render(
        self, context: Mapping[str, Any], *, findings: list[Problem] | None = None, by_hand: bool = False
    ) -> bytes:
        """The document for one context: plain data (dict, list, str, numbers, `datetime.date`, None).

        Args:
            findings: gets a warning for every character that had to be cleaned away.
            by_hand: the context has values to be written by hand (`docgen.template.blanks.Blank`).

        Raises:
            ProblemsFound: ``template.*``, every tag that could not be printed.
        """
        if self._annex is None:
            return self._layout.assemble(self._document(context, findings, by_hand=by_hand).values())
        with self._annex.additions() as additions:
            parts = self._document(context, findings, by_hand=by_hand)
            return self._layout.assemble(parts.values(), self._annex.entries(parts, additions))

    def _document(
        self, context: Mapping[str, Any], findings: list[Problem] | None, *, by_hand: bool
    ) -> dict[str, bytes]:
        environment = self._form(by_hand=True) if by_hand else self._environment
        try:
            rendered = self._rendered(environment, context, Run(self._tags))
        except Exception as error:
            rendered = self._careful_rendered(context, findings, error, by_hand=by_hand)
        if by_hand:
            return {part: settle(data, self._styles) for part, data in rendered.items()}
        return rendered

    def _rendered(self, environment: Environment, context: Mapping[str, Any], run: Run) -> dict[str, bytes]:
        parts = {part: self._printed(part, environment, context, run) for part in self._parts}
        for entry, notes in self._notes.items():
            parts[self._main], part = notes.apart(parts[self._main])
            parts[entry] = HEAD.encode() + part
        if self._restarts:
            parts = self._restarts.applied(parts)
        return {part: self._mended(part, data) for part, data in parts.items()}

    def _printed(self, part: str, environment: Environment, context: Mapping[str, Any], run: Run) -> bytes:
        head, tail = self._ends[part]
        return b"".join((head, *environment.pieces(environment.get_template(part), context, run), tail))

    def _mended(self, part: str, data: bytes) -> bytes:
        for repair in self._repairs.get(part, ()):
            if repair.is_needed(data):
                data = repair.mend(data.decode()).encode()
        return data

    def _careful_rendered(
        self, context: Mapping[str, Any], findings: list[Problem] | None, error: Exception, *, by_hand: bool
    ) -> dict[str, bytes]:
        """Render once more in the careful form: it finds every problem, or cleans and reports."""
        environment, run = self._form(careful=True, by_hand=by_hand), Run(self._tags)
        rendered = in_careful_form(lambda run: self._rendered(environment, context, run), run, self.name, error)
        if findings is not None:
            findings += run.findings
        return rendered
