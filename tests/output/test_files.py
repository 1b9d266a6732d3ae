"""Files that are whole or not there."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path, PurePosixPath

import pytest

from docgen import output
from docgen.errors import CannotWrite, ProblemsFound

NAME = PurePosixPath("2025/буйрук.docx")

as_root_too = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")


def test_the_same_content_is_left_alone(tmp_path: Path) -> None:
    assert output.write(tmp_path, NAME, b"one") == "written"
    before = (tmp_path / NAME).stat().st_mtime_ns
    assert output.write(tmp_path, NAME, b"one") == "unchanged"
    assert (tmp_path / NAME).stat().st_mtime_ns == before


def test_other_content_is_never_overwritten_unasked(tmp_path: Path) -> None:
    output.write(tmp_path, NAME, b"one")
    with pytest.raises(ProblemsFound) as caught:
        output.write(tmp_path, NAME, b"two")
    assert caught.value.problems[0].id == "output.exists"
    assert (tmp_path / NAME).read_bytes() == b"one"
    assert output.write(tmp_path, NAME, b"two", replace=True) == "replaced"
    assert [path.name for path in (tmp_path / "2025").iterdir()] == [NAME.name]


def test_a_file_that_appears_at_the_last_moment_is_not_overwritten(tmp_path: Path) -> None:
    target = tmp_path / "буйрук.docx"
    target.write_bytes(b"another clerk's")
    with pytest.raises(FileExistsError):
        output.write_atomically(target, b"mine", replace=False)
    assert target.read_bytes() == b"another clerk's"
    assert list(tmp_path.iterdir()) == [target]


def test_the_same_file_appearing_at_the_last_moment_is_no_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def beaten(target: Path, data: bytes, **_: object) -> None:  # the same command in another window
        target.parent.mkdir(parents=True)
        target.write_bytes(data)
        raise FileExistsError(target)

    monkeypatch.setattr("docgen.output.files.write_atomically", beaten)
    assert output.write(tmp_path, NAME, b"1") == "unchanged"


def test_a_trial_run_refuses_a_file_in_the_folders_place(tmp_path: Path) -> None:
    (tmp_path / "табелдер").write_text("")
    with pytest.raises(CannotWrite) as raised:
        output.write(tmp_path / "табелдер", NAME, b"1", dry_run=True)
    assert raised.value.problem.id == "output.not-a-folder"
    assert output.write(tmp_path / "жаңы" / "папка", NAME, b"1", dry_run=True) == "written"
    assert not (tmp_path / "жаңы").exists()


def test_a_name_too_long_for_the_disk_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(CannotWrite) as raised:
        output.write(tmp_path, PurePosixPath("ы" * 300), b"1")
    assert raised.value.problem.id == "output.too-long"


def test_the_file_may_be_read_by_those_whom_the_umask_allows(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        output.write(tmp_path, NAME, b"one")
    finally:
        os.umask(before)
    assert (tmp_path / NAME).stat().st_mode & 0o777 == 0o644


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    elsewhere, folder = tmp_path / "elsewhere", tmp_path / "output"
    elsewhere.mkdir()
    folder.mkdir()
    (folder / "2025").symlink_to(elsewhere)
    with pytest.raises(ProblemsFound) as caught:
        output.write(folder, NAME, b"one", replace=True)
    assert caught.value.problems[0].id == "output.outside"
    assert not list(elsewhere.iterdir())


def test_a_link_or_a_folder_in_the_files_place_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"one")
    (tmp_path / "a.docx").symlink_to(tmp_path / "secret")
    (tmp_path / "b.docx").mkdir()
    for name in ("a.docx", "b.docx"):
        with pytest.raises(ProblemsFound) as caught:
            output.write(tmp_path, PurePosixPath(name), b"two", replace=True)
        assert caught.value.problems[0].id == "output.not-a-file"
    assert (tmp_path / "secret").read_bytes() == b"one"


def test_a_file_where_a_folder_should_be_cannot_be_written_into(tmp_path: Path) -> None:
    (tmp_path / "2025").write_bytes(b"")
    with pytest.raises(CannotWrite) as caught:
        output.write(tmp_path, NAME, b"one")
    assert caught.value.problem.id == "output.not-a-folder"
    assert caught.value.exit_status == 3


def in_a_child(work: Callable[[], object]) -> str:
    """Run *work* in a forked process and give the id of the problem it met."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        met = "none"
        try:
            work()
        except CannotWrite as refusal:
            met = refusal.problem.id
        except BaseException as other:
            met = repr(other)
        os.write(writer, met.encode())
        os._exit(0)
    os.close(writer)
    os.waitpid(child, 0)
    with os.fdopen(reader) as stream:
        return stream.read()


@as_root_too
def test_a_folder_without_permission_cannot_be_written_into(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    locked = tmp_path / "locked"
    locked.mkdir()
    locked.chmod(0o555)

    def work() -> None:
        if os.getuid() == 0:
            for folder in tmp_path.parents:  # nobody must be able to look at the folder
                if folder.stat().st_uid == 0 and folder not in (Path("/"), Path("/tmp")):
                    folder.chmod(0o755)
            os.setuid(65534)
        output.write(locked, PurePosixPath("a.docx"), b"one")

    assert in_a_child(work) == "output.permission"
    assert not list(locked.iterdir())


@as_root_too
def test_a_full_disk_leaves_nothing_half_written(tmp_path: Path) -> None:
    def work() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
        output.write(tmp_path, NAME, b"x" * 5000)

    assert in_a_child(work) == "output.full"
    assert not list((tmp_path / "2025").iterdir())


KILLED = """
import itertools, sys
from pathlib import PurePosixPath, Path
from docgen import output
print("ready", flush=True)
for i in itertools.count():
    output.write(Path(sys.argv[1]), PurePosixPath("a.docx"), bytes([65 + i % 26]) * 3_000_000, replace=True)
"""


def test_a_kill_leaves_the_old_file_or_the_new_one(tmp_path: Path) -> None:
    for moment in range(8):
        worker = subprocess.Popen([sys.executable, "-c", KILLED, str(tmp_path)], stdout=subprocess.PIPE)
        assert worker.stdout is not None
        worker.stdout.readline()
        time.sleep(0.01 + moment * 0.004)
        worker.kill()
        worker.communicate()
        content = (tmp_path / "a.docx").read_bytes() if (tmp_path / "a.docx").exists() else b"A" * 3_000_000
        assert len(content) == 3_000_000
        assert len(set(content)) == 1
    assert [path.name for path in tmp_path.glob("*.docx")] in ([], ["a.docx"])


def test_what_a_killed_run_left_is_swept_after_an_hour(tmp_path: Path) -> None:
    old, young = tmp_path / ".docgen-old.part", tmp_path / ".docgen-young.part"
    for part in (old, young):
        part.write_bytes(b"half")
    os.utime(old, (time.time() - 7200,) * 2)
    output.sweep(tmp_path)
    assert list(tmp_path.iterdir()) == [young]
