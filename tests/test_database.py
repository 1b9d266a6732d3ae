"""The file behind register and journal: migrations, what survives, what is told when it cannot be used."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from docgen import database
from docgen.database import FILE, Database
from docgen.errors import CannotWrite


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "output" / FILE


def scripts(folder: Path, *texts: str) -> Path:
    folder.mkdir(exist_ok=True)
    for number, text in enumerate(texts, 1):
        (folder / f"{number:03}.sql").write_text(text, "utf-8")
    return folder


@pytest.fixture
def migrations(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder for scripts of the test's own."""
    folder = tmp_path / "migrations"
    monkeypatch.setattr(database, "MIGRATIONS", folder)
    monkeypatch.setattr(database, "_scripts", database._scripts.__wrapped__)
    return folder


def test_the_file_and_its_folder_are_made(path: Path) -> None:
    Database(path).close()
    assert path.is_file()
    assert sqlite3.connect(path).execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_transaction_is_done_whole_or_not_at_all(path: Path, migrations: Path) -> None:
    scripts(migrations, "CREATE TABLE t (n INTEGER);")
    opened = Database(path)

    def half() -> None:
        with opened.transaction() as connection:
            connection.execute("INSERT INTO t VALUES (1)")
            with opened.transaction() as inner:
                inner.execute("INSERT INTO t VALUES (2)")
            raise ValueError("half way")

    with pytest.raises(ValueError, match="half"):
        half()
    assert opened.rows("SELECT * FROM t") == []


def test_a_migration_keeps_a_copy_of_the_file_before_it(path: Path, migrations: Path) -> None:
    scripts(migrations, "CREATE TABLE t (n INTEGER);\nINSERT INTO t VALUES (7);")
    Database(path).close()
    assert [it.name for it in path.parent.iterdir()] == [FILE]
    scripts(migrations, "CREATE TABLE t (n INTEGER);", "-- the second\nALTER TABLE t ADD COLUMN m TEXT;\nUPDATE t SET m = 'x';")
    opened = Database(path)
    assert [tuple(row) for row in opened.rows("SELECT n, m FROM t")] == [(7, "x")]
    kept = sqlite3.connect(path.with_name("register.version-1.sqlite"))
    assert kept.execute("SELECT * FROM t").fetchall() == [(7,)]


def test_a_migration_that_fails_leaves_everything_as_it_was(path: Path, migrations: Path) -> None:
    scripts(migrations, "CREATE TABLE t (n INTEGER);")
    Database(path).close()
    scripts(migrations, "CREATE TABLE t (n INTEGER);", "CREATE TABLE u (n INTEGER);\nCREATE TABLE t (n INTEGER);")
    with pytest.raises(CannotWrite):
        Database(path)
    standing = sqlite3.connect(path)
    assert standing.execute("SELECT name FROM sqlite_master").fetchall() == [("t",)]
    assert standing.execute("PRAGMA user_version").fetchone() == (1,)


def test_a_trial_leaves_no_trace(path: Path, migrations: Path) -> None:
    scripts(migrations, "CREATE TABLE t (n INTEGER);")
    trial = Database(path, trial=True)
    trial.close()
    assert not path.parent.exists()
    opened = Database(path)
    trial = Database(path, trial=True)
    with trial.transaction() as connection:
        connection.execute("INSERT INTO t VALUES (1)")
    assert len(trial.rows("SELECT * FROM t")) == 1
    assert opened.rows("SELECT * FROM t") == []


def test_a_file_of_a_later_docgen_is_left_alone(path: Path) -> None:
    opened = Database(path)
    with opened.transaction() as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(CannotWrite) as caught:
        Database(path)
    assert caught.value.problem.id == "register.newer"


def test_a_damaged_file_is_told(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"not a database at all" * 100)
    with pytest.raises(CannotWrite) as caught:
        Database(path)
    assert caught.value.problem.id == "register.damaged"


def test_a_file_in_the_folders_place_is_told(path: Path) -> None:
    path.parent.write_bytes(b"")
    with pytest.raises(CannotWrite) as caught:
        Database(path)
    assert caught.value.problem.id == "output.not-a-folder"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written_is_told(path: Path) -> None:
    path.parent.mkdir(mode=0o500)
    with pytest.raises(CannotWrite) as caught:
        Database(path)
    assert caught.value.problem.id == "register.read-only"


def test_a_process_that_never_lets_go_is_told(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Database(path).close()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    monkeypatch.setattr(database, "PATIENCE_S", 0.05)
    opened = Database(path)
    with pytest.raises(CannotWrite) as caught, opened.transaction():
        pass
    assert caught.value.problem.id == "register.busy"


def test_a_commit_survives_a_kill(path: Path) -> None:
    code = (
        "import os, signal, sys\nfrom pathlib import Path\nfrom docgen.database import Database\n"
        "opened = Database(Path(sys.argv[1]))\n"
        "with opened.transaction() as c: c.execute('CREATE TABLE kept (n)')\n"
        "opened._connection.execute('BEGIN IMMEDIATE')\nopened._connection.execute('CREATE TABLE lost (n)')\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    assert subprocess.run([sys.executable, "-c", code, path], check=False).returncode < 0
    names = {row["name"] for row in Database(path).rows("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert "kept" in names
    assert "lost" not in names


@pytest.mark.skipif(os.name == "nt", reason="an open file cannot be removed there")
@pytest.mark.parametrize("is_another_there", [False, True])
def test_a_file_that_is_removed_under_its_user_takes_nothing_more(path: Path, is_another_there: bool) -> None:
    database = Database(path)
    path.parent.rename(path.parent.with_name("elsewhere"))
    if is_another_there:
        Database(path).close()
    with pytest.raises(CannotWrite) as caught, database.transaction():
        pass
    assert caught.value.problem.id == "register.gone"
    database.close()
