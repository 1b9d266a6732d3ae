"""The one SQLite file behind the register of numbers and the journal of jobs: opening, migrations, transactions.

The file is in WAL mode, and every transaction takes the write lock when it begins (``BEGIN IMMEDIATE``): whoever reads a
number to give the next one is alone while doing so, others wait. A commit has reached the disk when it returns. Tables come
from the numbered scripts of ``migrations/``, applied once, in order; ``PRAGMA user_version`` remembers the last of them.

WAL needs a disk of this computer: on a network share several computers must not write at once (SQLite, "Write-Ahead
Logging", 3).
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

from docgen.errors import CannotWrite, Position, Problem
from docgen.output import refused

FILE = "register.sqlite"
MIGRATIONS = Path(__file__).parent / "migrations"

# How long to wait for another process. A transaction of ours takes milliseconds; a virus scanner may take seconds.
PATIENCE_S = 60.0
# Switching a new file to WAL asks for a lock that SQLite does not wait for (sqlite3_busy_handler, "may not be invoked").
_PAUSE_S = 0.02

Row = sqlite3.Row
Connection = sqlite3.Connection


class Database:
    """An open file of numbers and jobs; made with its folder where it is not there yet.

    Args:
        path: the file.
        trial: work on a copy in memory: everything can be tried and nothing stays (``--dry-run``).

    Raises:
        CannotWrite: ``register.newer`` (a later docgen wrote it), ``register.damaged``, ``register.busy``, or the disk refuses.
    """

    def __init__(self, path: Path, *, trial: bool = False) -> None:
        self.path = path
        self._depth = 0
        with self._told():
            self._connection = _copied(path) if trial else _opened(path)
            self._file = None if trial else path.stat()
            self._migrate()

    def close(self) -> None:
        self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Everything inside is done, or nothing is; one inside another is part of it.

        Raises:
            CannotWrite: ``register.gone`` and what opening raises.
        """
        with self._told():
            if self._depth == 0:
                self._look_whether_there()
                self._connection.execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield self._connection
            except BaseException:
                self._depth -= 1
                if self._depth == 0:
                    with suppress(sqlite3.Error):  # a full disk has rolled back already
                        self._connection.execute("ROLLBACK")
                raise
            self._depth -= 1
            if self._depth == 0:
                self._commit()

    def rows(self, question: str, *values: object) -> list[Row]:
        """The answer to a question that changes nothing."""
        with self._told():
            return self._connection.execute(question, values).fetchall()

    def _look_whether_there(self) -> None:
        """An open file takes numbers, and keeps them for nobody, when it is removed from its folder or another is put there."""
        try:
            if self._file is None or os.path.samestat(self._file, self.path.stat()):
                return
        except FileNotFoundError:
            pass
        raise self._cannot("register.gone")

    def _commit(self) -> None:
        try:
            self._connection.execute("COMMIT")
        except sqlite3.Error:
            with suppress(sqlite3.Error):
                self._connection.execute("ROLLBACK")
            raise

    def _migrate(self) -> None:
        scripts = _scripts()
        if self._version() == len(scripts):
            return
        with self.transaction() as connection:
            standing = self._version()  # another process may have done it while this one waited
            if standing > len(scripts):
                raise self._cannot("register.newer")
            if 0 < standing < len(scripts):
                self._back_up(standing)
            for script in scripts[standing:]:
                for statement in _statements(script):
                    connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {len(scripts)}")

    def _version(self) -> int:
        return int(self._connection.execute("PRAGMA user_version").fetchone()[0])

    def _back_up(self, version: int) -> None:
        """Keep the file as it was before a migration, beside it: ``register.version-1.sqlite``."""
        if self._connection.execute("PRAGMA database_list").fetchone()["file"] == "":
            return  # a trial in memory
        kept = self.path.with_name(f"{self.path.stem}.version-{version}{self.path.suffix}")
        part = kept.with_name(f"{kept.name}.part")
        part.unlink(missing_ok=True)
        with closing(sqlite3.connect(self.path)) as reader, closing(sqlite3.connect(part)) as copy:
            reader.backup(copy)
        part.replace(kept)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Refusals of SQLite and of the disk, in words a person can act on."""
        try:
            yield
        except sqlite3.Error as error:
            raise self._cannot(_cause(error), str(error)) from error
        except (OSError, UnicodeError) as error:
            raise refused(error, self.path) from error

    def _cannot(self, id: str, said: str = "") -> CannotWrite:
        facts = {"found": self.path.name, "folder": str(self.path.parent), "cause": said}
        return CannotWrite(Problem(id, Position(str(self.path)), facts))


def of_copies(path: Path, question: str, *values: object) -> list[Row]:
    """The answers of the copies that migrations left beside a database; one that cannot be read gives none."""
    found: list[Row] = []
    for kept in path.parent.glob(f"{path.stem}.version-*{path.suffix}"):
        with suppress(sqlite3.Error), closing(sqlite3.connect(f"{kept.absolute().as_uri()}?mode=ro", uri=True)) as copy:
            found += copy.execute(question, values).fetchall()
    return found


def _opened(path: Path) -> Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    latest = time.monotonic() + PATIENCE_S
    while True:
        try:
            connection = _connected(str(path))
            try:
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA synchronous = FULL")
            except BaseException:
                connection.close()
                raise
            return connection
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > latest:
                raise
            time.sleep(_PAUSE_S)


def _copied(path: Path) -> Connection:
    connection = _connected(":memory:")
    if path.is_file():
        with closing(sqlite3.connect(path, timeout=PATIENCE_S)) as standing:
            standing.backup(connection)
    return connection


def _connected(name: str) -> Connection:
    connection = sqlite3.connect(name, timeout=PATIENCE_S, isolation_level=None)
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


@cache
def _scripts() -> list[str]:
    return [path.read_text("utf-8") for path in sorted(MIGRATIONS.glob("*.sql"))]


def _statements(script: str) -> Iterator[str]:
    """The statements of a script, each begun on its own line: sqlite3's ``executescript`` would end the transaction first."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


# SQLite's result codes (https://sqlite.org/rescode.html), the primary one in the low byte.
_CAUSES = {
    sqlite3.SQLITE_BUSY: "register.busy",
    sqlite3.SQLITE_LOCKED: "register.busy",
    sqlite3.SQLITE_FULL: "output.full",
    sqlite3.SQLITE_READONLY: "register.read-only",
    sqlite3.SQLITE_PERM: "register.read-only",
    sqlite3.SQLITE_CANTOPEN: "register.read-only",
    sqlite3.SQLITE_CORRUPT: "register.damaged",
    sqlite3.SQLITE_NOTADB: "register.damaged",
}


def _cause(error: sqlite3.Error) -> str:
    code: Any = getattr(error, "sqlite_errorcode", 0)
    return _CAUSES.get((code or 0) & 0xFF, "register.refused")
