"""What a job did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from docgen import output
from docgen.errors import Problem

if TYPE_CHECKING:
    from docgen.bundles import Finished
    from docgen.render import Outcome

# A report lists so many documents and problems; a batch of a million has no use for more, and no memory.
KEPT = 10_000


@dataclass(frozen=True, slots=True)
class Made:
    """A document and where it is (where it would be, in a dry run); *number* if the register has it."""

    key: str
    path: Path
    state: output.State
    number: str = ""


@dataclass(slots=True)
class Report:
    """What a job did: grows while the job runs, so that it tells the truth after an interruption too.

    Args:
        folder: where the documents are.
        total: records the job was given.
        made: documents, in the order of the records; of more than `KEPT` the first ones. `count` knows all.
        last: the last document made.
        failed: keys of the records that gave no document.
        problems: errors and warnings, sorted by position; of more than `KEPT` the first ones.
        untold: how many problems more there are.
        resumed: documents that an earlier run of the job had made.
        job: id in the journal, None where there was nothing to go on with.
        file: in which all documents are; None where each has its own.
        pdf: the PDF, or the folder of several; None where none was asked for besides *file*.
        pdf_counts: how many PDFs were written, replaced, left alone.
    """

    folder: Path
    total: int = 0
    made: list[Made] = field(default_factory=list)
    last: Made | None = None
    failed: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    untold: int = 0
    resumed: int = 0
    job: int | None = None
    counts: Counter[output.State] = field(default_factory=Counter)
    file: Path | None = None
    pdf: Path | None = None
    pdf_counts: Counter[output.State] = field(default_factory=Counter)

    def count(self, state: output.State) -> int:
        return self.counts[state]

    @property
    def documents(self) -> int:
        """How many there are now, those of an earlier run included."""
        return self.counts.total() + self.resumed

    def add(self, made: Made) -> None:
        self.counts[made.state] += 1
        self.last = made
        if len(self.made) < KEPT:
            self.made.append(made)

    def take(self, finished: Finished | None) -> None:
        """What the bundle of the documents has become: only now is it known what writing it was."""
        if finished is None:
            return
        self.file, self.pdf, self.pdf_counts = finished.file, finished.pdf, finished.pdf_states
        self.counts["written"] -= finished.count
        self.counts[finished.state] += finished.count
        self.made = [replace(made, state=finished.state) if made.path == finished.file else made for made in self.made]

    def note(self, outcome: Outcome) -> None:
        """What became of a record, but for its document."""
        for problem in outcome.problems:
            if problem.id != "cli.no-workspace":
                self.tell([problem])
            elif not any(told.id == problem.id for told in self.problems):  # the same for each record, and about none of them
                self.tell([replace(problem, record="")])
        if outcome.failed:
            self.failed.append(outcome.key)

    def tell(self, problems: Iterable[Problem]) -> None:
        for problem in problems:
            if len(self.problems) < KEPT:
                self.problems.append(problem)
            else:
                self.untold += 1
