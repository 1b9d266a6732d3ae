"""Files that are whole or not there: written beside their place and moved there when they are complete.

Whoever looks sees the old file, the new file or none.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from tempfile import gettempdir
from types import TracebackType
from typing import BinaryIO, Literal
from uuid import uuid4

from docgen.output.refusals import cannot, problem, refused

State = Literal["written", "replaced", "unchanged"]

_PART = ".docgen-"
_ABANDONED_S = 3600.0


def sha256(path: Path) -> str:
    """SHA-256 of what a file holds, empty where there is none to read."""
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except (OSError, UnicodeError):
        return ""


def write(folder: Path, name: PurePosixPath, data: bytes, *, replace: bool = False, dry_run: bool = False) -> State:
    """Put *data* into *folder* under *name*, whole or not at all.

    A file that already holds just this is left alone, time stamp included; one with other content is never overwritten
    unless *replace*. With *dry_run* everything happens but the writing, and what can be known beforehand is refused.

    Raises:
        ProblemsFound: ``output.exists``, ``output.outside`` (a link leads out of *folder*), ``output.not-a-file``.
        CannotWrite: the disk is full, the file is open in another program, the folder may not be written to …
    """
    target = _place(folder, name)
    standing = _compare(target, data)
    if standing == "unchanged":
        return standing
    if standing == "replaced" and not replace:
        raise problem("output.exists", target)
    if dry_run:
        _look_whether_writable(target)
        return standing
    try:
        write_atomically(target, data, replace=replace)
    except FileExistsError as appeared:  # between the look above and now; the same command in another window
        if _compare(target, data) == "unchanged":
            return "unchanged"
        raise problem("output.exists", target) from appeared
    return standing


class Draft:
    """A large file that grows in `stream` and comes to its place whole, or not at all.

    Use it in a ``with``: what is not published when it ends is removed. Arguments and problems are those of `write`.
    """

    def __init__(self, folder: Path, name: PurePosixPath, *, replace: bool = False, dry_run: bool = False) -> None:
        self.target = _place(folder, name)
        self._replace = replace
        self._dry_run = dry_run
        near = f"{_PART}{os.getpid()}-{uuid4().hex[:8]}.part"
        self._part = Path(gettempdir(), near) if dry_run else self.target.with_name(near)
        if dry_run:
            _look_whether_writable(self.target)
        with self.told():
            self._part.parent.mkdir(parents=True, exist_ok=True)
            self.stream: BinaryIO = _opened(self._part)

    def __enter__(self) -> Draft:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        with suppress(OSError):   # what is still held for a full disk
            self.stream.close()
        with suppress(OSError):
            self._part.unlink(missing_ok=True)
        if isinstance(error, OSError):  # a full disk
            raise refused(error, self.target) from error

    def publish(self) -> State:
        """Put the file in its place."""
        with self.told():
            self.stream.flush()
            if not self._dry_run:
                os.fsync(self.stream.fileno())
            self.stream.close()
            state = self._compared()
            if state == "replaced" and not self._replace:
                raise problem("output.exists", self.target)
            if state != "unchanged" and not self._dry_run:
                try:
                    _publish(self._part, self.target, replace=self._replace)
                except FileExistsError as appeared:
                    raise problem("output.exists", self.target) from appeared
        return state

    def _compared(self) -> State:
        if not self.target.exists():
            return "written"
        return "unchanged" if sha256(self.target) == sha256(self._part) else "replaced"

    @contextmanager
    def told(self) -> Iterator[None]:
        """What the disk refuses while the file grows, as a CannotWrite."""
        try:
            yield
        except (OSError, UnicodeError) as refusal:
            raise refused(refusal, self.target) from refusal


def write_atomically(target: Path, data: bytes, *, replace: bool = True) -> None:
    """Put *data* at *target*: what stood there before stays whole until the new file is.

    The data reach the disk before the name does, so a power cut leaves no empty file either.

    Raises:
        FileExistsError: *target* is there and may not be replaced.
        CannotWrite: the disk, the folder or the file refuses.
    """
    part = target.with_name(f"{_PART}{os.getpid()}-{uuid4().hex[:8]}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _write_new(part, data)
        _publish(part, target, replace=replace)
    except FileExistsError:
        if target.parent.is_dir():
            raise
        raise cannot("not-a-folder", target) from None
    except (OSError, UnicodeError) as refusal:
        raise refused(refusal, target) from refusal
    finally:
        with suppress(OSError, UnicodeError):
            part.unlink(missing_ok=True)


def sweep(folder: Path) -> None:
    """Remove what a killed run left half-written in *folder*; only files older than an hour, another run may be at work."""
    oldest = time.time() - _ABANDONED_S
    for part in folder.glob(f"{_PART}*"):
        try:
            if part.stat().st_mtime < oldest:
                part.unlink()
        except OSError:  # no harm in what stays
            continue


def _place(folder: Path, name: PurePosixPath) -> Path:
    target = folder.joinpath(*name.parts)
    try:
        if not target.parent.resolve().is_relative_to(folder.resolve()):
            raise problem("output.outside", target)
        if target.is_symlink() or (target.exists() and not target.is_file()):
            raise problem("output.not-a-file", target)
    except (OSError, UnicodeError) as refusal:  # a name longer than the file system bears
        raise refused(refusal, target) from refusal
    return target


def _look_whether_writable(target: Path) -> None:
    """Refuse what the disk would refuse, without touching it."""
    standing = next(folder for folder in target.parents if os.path.lexists(folder))
    if not standing.is_dir():
        raise cannot("not-a-folder", target)
    if not os.access(standing, os.W_OK):
        raise cannot("permission", target)


def _compare(target: Path, data: bytes) -> State:
    """What writing *data* would be to the file that may be there."""
    try:
        is_same = target.lstat().st_size == len(data) and target.read_bytes() == data
    except (FileNotFoundError, NotADirectoryError):
        return "written"
    except (OSError, UnicodeError) as refusal:
        raise refused(refusal, target) from refusal
    return "unchanged" if is_same else "replaced"


def _opened(part: Path) -> BinaryIO:
    """A new file, with the permissions that the umask allows."""
    return os.fdopen(os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666), "w+b")


def _write_new(part: Path, data: bytes) -> None:
    """Write a new file through to the disk."""
    with _opened(part) as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def _publish(part: Path, target: Path, *, replace: bool) -> None:
    """Move *part* to its place; without *replace* a file that is there stays (FileExistsError)."""
    if replace:
        part.replace(target)
    elif os.name == "nt":
        part.rename(target)  # refuses an existing target there
    else:
        try:
            os.link(part, target)
        except FileExistsError:
            raise
        except OSError:  # FAT and some network shares have no hard links
            if target.exists():
                raise FileExistsError(target) from None
            part.replace(target)
