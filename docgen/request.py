"""What a job was asked for: plain data, which the journal keeps to go on with a job that was cut off.

What belongs to one run (records that a program has, ``--dry-run``, the executor) is told to `docgen.job.Job` instead.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from pathlib import Path
from typing import Any

Parameters = Mapping[str, str | list[str]]


@dataclass(frozen=True, slots=True)
class Request:
    """Documents of a type, or of all types of a set, from files, parameters or facts.

    Args:
        type: id of the document type; empty where *set* names a set.
        paths: data files; each may hold several records.
        parameters: values by dotted name. For a type with a view whose parameters these are, the records come from the
            facts; otherwise the parameters are the record. In a set each goes to the types that know it.
        folder: where documents go; by default the workspace's output folder, and for a set one of its own in there.
        file: the one document's own name, in place of the type's pattern.
        replace: overwrite files that have other content.
        again: give a number although another paper with the same facts has one.
        amends: number of the signed paper that this one amends.
        blank: for filling by hand, with so many rows in each table (0: as the type says); parameters are fields that are
            printed. Such a paper has no number, and no rules hold for it.
        merge: one file for print with all documents, by its ending Word or PDF. They have files of their own only if a
            *folder* is named, those with a number always.
        archive: one ``.zip`` with all documents.
        pdf: a PDF beside each Word file, or beside *merge*.
        duplex: in the print file each document begins on an odd page.
        separator: there, a sheet before the papers of each class; brings them together, class by class.
        sort: there, by class, surname, given name, in Kyrgyz order; papers of the whole school come first.
        day: on which it was asked, as facts that are still under way (a running term) were seen; None: the day of the run.
    """

    type: str = ""
    set: str = ""
    paths: Sequence[Path] = ()
    parameters: Parameters = field(default_factory=dict)
    folder: Path | None = None
    file: str = ""
    replace: bool = False
    again: bool = False
    amends: str = ""
    blank: int | None = None
    merge: Path | None = None
    archive: Path | None = None
    pdf: bool = False
    duplex: bool = False
    separator: bool = False
    sort: bool = False
    day: date | None = None

    @property
    def name(self) -> str:
        """Of the type or the set."""
        return self.set or self.type

    @property
    def keeps(self) -> bool:
        """Whether each document has a file of its own, even without a number."""
        return self.archive is None and (self.merge is None or self.folder is not None)

    @property
    def is_bundle(self) -> bool:
        """Whether something is to be made of the documents together."""
        return self.pdf or self.merge is not None or self.archive is not None

    def covers(self, earlier: Request) -> bool:
        """Whether all that was asked earlier is asked here: the same, at most with ``--replace`` now, or on another day."""
        return replace(earlier, replace=earlier.replace or self.replace, day=self.day) == self

    def as_data(self) -> dict[str, Any]:
        """As JSON has it: paths are whole, what was not asked for is left out."""
        asked = {each.name: getattr(self, each.name) for each in fields(self)}
        return {name: _plain(value) for name, value in asked.items() if value != getattr(_NOTHING, name)}

    @classmethod
    def of_data(cls, data: Mapping[str, Any]) -> Request:
        """The request that `as_data` has told."""
        told = dict(data)
        told |= {name: Path(told[name]) for name in ("folder", "merge", "archive") if name in told}
        told["paths"] = tuple(map(Path, told.get("paths", ())))
        if "day" in told:
            told["day"] = date.fromisoformat(told["day"])
        return cls(**told)


_NOTHING = Request()


def _plain(value: object) -> object:
    if isinstance(value, Path):
        return str(value.absolute())
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    return [str(path.absolute()) for path in value] if isinstance(value, list | tuple) else value
