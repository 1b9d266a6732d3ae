"""What a job that was cut off had made, and whether it still stands."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace as changed
from pathlib import Path, PurePosixPath

from docgen import output
from docgen.database import FILE, Database
from docgen.errors import Position, Problem, ProblemsFound
from docgen.journal import Item, Journal, Standing
from docgen.workspace import Workspace


def standing_job(workspace: Workspace, job: int, *, replace: bool) -> Standing:
    """An unfinished job of the workspace's journal.

    Args:
        replace: overwrite files that have other content, even if that was not asked for at first.

    Raises:
        ProblemsFound: ``journal.unknown``, ``journal.finished``.
    """
    path = workspace.output / FILE
    if not path.is_file():
        raise ProblemsFound([Problem("journal.unknown", facts={"found": job})])
    with closing(Database(path)) as database:
        standing = Journal(database).standing(job)
    return changed(standing, request=changed(standing.request, replace=standing.request.replace or replace))


def take_up(journal: Journal, job: Standing, folder: Path) -> list[Item]:
    """Make the job this run's own; its documents that still stand in the folder as they were written.

    The others are struck out of the journal and will be made again.

    Raises:
        ProblemsFound: ``journal.file-changed``: somebody has worked on a document, and ``--replace`` is not asked for.
    """
    journal.take_up(job.id)
    items = {item.name: item for item in journal.items(job.id)}
    stands: list[Item] = []
    problems: list[Problem] = []
    for path in _files(folder):
        item = items.get(output.name_digest(PurePosixPath(path.relative_to(folder).as_posix())))
        if item is None or not path.is_file():   # a link that leads nowhere
            continue
        if _is_as_written(path, item):
            stands.append(item)
        elif not job.request.replace:
            problems.append(Problem("journal.file-changed", Position(str(path)), {"found": path.name, "job": job.id}))
    if problems:
        raise ProblemsFound(problems)
    done = {item.place for item in stands}
    journal.drop(job.id, [item.place for item in items.values() if item.place not in done])
    return stands


def _files(folder: Path) -> Iterator[Path]:
    """Every file below a folder; `Path.rglob` would keep them all."""
    return (Path(place, name) for place, _, names in os.walk(folder) for name in names)


def _is_as_written(path: Path, item: Item) -> bool:
    """Same size and time, or at least the same content (a copied folder has other times)."""
    state = path.stat()
    if (state.st_size, state.st_mtime_ns) == (item.size_bytes, item.modified_ns):
        return True
    return state.st_size == item.size_bytes and output.sha256(path) == item.sha256.hex()
