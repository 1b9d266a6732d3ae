"""Sets: papers of several types for one set of parameters, made in one run, in one folder, with one report.

``docgen generate --set absence-week -p week=2025-W42`` makes the week's five tables. A set is a name, a title and the types in
their order; built-in ones stand in ``data_schemas/sets.yaml``, a school's own under ``sets`` of its ``school.yaml`` and come
first. A set is no other road: each of its types is a `Job` of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from docgen import output
from docgen.doctype import DocumentType
from docgen.errors import Position, Problem, ProblemsFound, in_order
from docgen.inputs import Parameters, unfit_for_blank
from docgen.job import Job, Progress
from docgen.report import Report
from docgen.workspace import SCHEMAS, Workspace, builtins_root, nearest

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from docgen.bundles import Bundle

FILE = f"{SCHEMAS}/sets.yaml"
_CHOICES = ("record.one-of", "record.one-of-fields")


@dataclass(frozen=True, slots=True)
class PaperSet:
    """Types that are made together."""

    name: str
    title: str
    types: Sequence[str]


def sets_of(workspace: Workspace) -> dict[str, PaperSet]:
    """The sets that a workspace knows, by name; its own before the built-in ones.

    Raises:
        ProblemsFound: what is wrong in ``school.yaml``.
    """
    from docgen import records

    value, _ = records.read(builtins_root() / FILE)
    known = dict(value) if isinstance(value, dict) else {}
    own = workspace.facts.school.get("sets", {}) if workspace.root else {}
    return {name: PaperSet(name, said["title"], tuple(said["types"])) for name, said in (known | own).items()}


def set_of(workspace: Workspace, name: str) -> PaperSet:
    """The set of that name.

    Raises:
        ProblemsFound: ``cli.unknown-set`` with the nearest name.
    """
    known = sets_of(workspace)
    if name not in known:
        facts = {"found": name, "nearest": nearest(name, list(known)), "expected": ", ".join(known)}
        raise ProblemsFound([Problem("cli.unknown-set", facts=facts)])
    return known[name]


class SetJob:
    """The papers of a set.

    Args:
        name: of the set.
        parameters: each goes to the types that know it.
        folder: where documents go; by default one of the set's own in the workspace's output folder.
        replace, again, dry_run, blank, executor, progress, bundle: as for `Job`.
    """

    def __init__(
        self,
        workspace: Workspace,
        name: str,
        *,
        parameters: Parameters | None = None,
        folder: Path | None = None,
        replace: bool = False,
        again: bool = False,
        dry_run: bool = False,
        blank: int | None = None,
        executor: Executor | str | None = None,
        progress: Progress | None = None,
        bundle: Bundle | None = None,
    ) -> None:
        self.workspace = workspace
        self.set = set_of(workspace, name)
        self._parameters = parameters or {}
        self._blank = blank
        self._how = {"replace": replace, "again": again, "dry_run": dry_run, "blank": blank, "executor": executor,
                     "progress": progress}
        self.bundle = bundle
        self.report = Report(folder or workspace.output / self._own_folder())

    def run(self) -> Report:
        """Make the documents of every type. What is wrong with one type stops no other.

        Raises:
            ProblemsFound: ``cli.set-parameter``, a parameter that no type knows; or no type has given anything.
            CannotWrite: as `Job.run`.
        """
        doctypes = [self.workspace.doctype(name) for name in self.set.types]
        self._all_known(doctypes)
        for doctype in doctypes:
            self._make(doctype)
        if not self.report.made and self.report.failed and self.report.total == len(doctypes):
            raise ProblemsFound(_asked_once([problem for problem in self.report.problems if problem.is_error]))
        self.report.problems = in_order(self.report.problems)
        return self.report

    def _make(self, doctype: DocumentType) -> None:
        own = {name: value for name, value in self._parameters.items() if _head(name) in self._names(doctype)}
        job = Job(self.workspace, doctype.id, parameters=own, folder=self.report.folder, bundle=self.bundle,
                  **self._how)  # type: ignore[arg-type]
        try:
            job.run()
        except ProblemsFound as found:
            job.report.total = job.report.total or 1
            told = {(problem.id, problem.position) for problem in self.report.problems}
            fresh = (problem for problem in found.problems if (problem.id, problem.position) not in told)
            job.report.problems = [_milder(problem) for problem in fresh]
            job.report.failed += [doctype.id] if any(_milder(problem).is_error for problem in found.problems) else []
        finally:
            self._add(job.report)

    def _add(self, of_type: Report) -> None:
        whole = self.report
        whole.total += of_type.total
        whole.made += of_type.made
        whole.counts += of_type.counts
        whole.last = of_type.last or whole.last
        whole.untold += of_type.untold
        whole.failed += of_type.failed
        whole.resumed += of_type.resumed
        whole.job = of_type.job
        whole.problems += of_type.problems

    def _all_known(self, doctypes: Sequence[DocumentType]) -> None:
        if self._blank is not None and (unfit := unfit_for_blank(doctypes, self._parameters)):
            raise ProblemsFound(unfit)
        known = {name for doctype in doctypes for name in self._names(doctype)}
        problems = [
            Problem("cli.set-parameter", Position(f"-p {name}"), {
                "found": name, "nearest": nearest(_head(name), sorted(known)), "set": self.set.name,
                "expected": ", ".join(sorted(known))})
            for name in self._parameters if _head(name) not in known
        ]
        if problems:
            raise ProblemsFound(problems)

    def _names(self, doctype: DocumentType) -> set[str]:
        """The parameters that a type knows: its view's, or the fields of its record."""
        of_view = doctype.view and self._blank is None
        return set((doctype.parameters if of_view else doctype.schema).get("properties", {}))

    def _own_folder(self) -> str:
        given = [each for value in self._parameters.values() for each in ([value] if isinstance(value, str) else value)]
        return "_".join(filter(None, map(output.printable, [self.set.name, *given])))


def _head(name: str) -> str:
    return name.partition(".")[0]


def _milder(problem: Problem) -> Problem:
    """That the facts have nothing for one type of a set (a week without long absences) is no fault."""
    return replace(problem, level="warning") if problem.id == "cli.no-records" else problem


def _asked_once(problems: Sequence[Problem]) -> list[Problem]:
    """Without choices between parameters (a day or a week) where one type needs one of those (the week): it serves them all."""
    needed = {problem.facts["name"] for problem in problems if problem.id == "record.required-parameter"}
    return [problem for problem in problems
            if problem.id not in _CHOICES or needed.isdisjoint(str(problem.facts.get("expected", "")).split(", "))]
