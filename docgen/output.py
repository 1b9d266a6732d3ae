"""Made documents on disk: names that every file system bears, files that are whole or not there.

A name is a pattern filled with values from the facts, so each value is cleaned before it enters the name and the finished
name once more, part by part. A file is written beside its place and moved there when it is complete: whoever looks sees the
old file, the new file or none.
"""

from __future__ import annotations

import datetime
import errno
import hashlib
import os
import re
import sys
import time
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from tempfile import gettempdir
from types import TracebackType
from typing import BinaryIO, Literal
from uuid import uuid4

from docgen.errors import CannotWrite, Position, Problem, ProblemsFound

State = Literal["written", "replaced", "unchanged"]

ENDING = ".docx"

# One part of a path, ending included. NTFS and APFS bear 255 UTF-16 units, ext4 255 bytes: 120 Kyrgyz letters fit everywhere,
# and a path of a few folders stays under the 260 characters at which older Windows programs give up.
LONGEST = 120
LONGEST_BYTES = 240

# Characters that Windows forbids in a name ("Naming Files, Paths, and Namespaces"), the separators among them.
_FORBIDDEN = re.compile(r'[\\/:*?"<>|]+')
_BLANK = re.compile(r"\s+")
# What an empty optional value leaves behind: «2025-10-13__Бердалиев».
_SEAM = re.compile(r"([_\-])[_\-]*\1")

# Device names of Windows, reserved with any ending (the same page); superscript digits count as digits there.
_RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])(?=\.|$)", re.IGNORECASE)

_PART = ".docgen-"
_ABANDONED_S = 3600.0


def printable(value: object) -> str:
    """A value as it may stand in a file name: no separator, no drive, no control or invisible character; a date is ISO."""
    if value is None:
        return ""
    text = value.isoformat() if isinstance(value, datetime.date) else str(value)
    text = _BLANK.sub(" ", unicodedata.normalize("NFC", text))
    visible = "".join(c for c in text if unicodedata.category(c)[0] != "C")
    return _FORBIDDEN.sub("-", visible).strip(" .-")


def look_at_name(path: Path) -> None:
    """Refuse a folder or file whose name the register and the journal could not keep, before anything is made.

    Raises:
        CannotWrite: ``output.not-text`` (bytes that are no text); ``output.file-names`` (the system writes no Kyrgyz letters).
    """
    try:
        "ң".encode(sys.getfilesystemencoding())
    except UnicodeError:
        raise _cannot("file-names", path) from None
    try:
        str(path).encode()
    except UnicodeError:
        shown = str(path).encode("utf-8", "backslashreplace").decode()
        raise CannotWrite(Problem("output.not-text", facts={"found": shown})) from None


def file_name(text: str, *, fallback: str, ending: str = ENDING) -> PurePosixPath:
    """The relative path that a filled pattern names; ``/`` in it makes folders, *fallback* names what came out empty."""
    *folders, last = text.split("/")
    parts = [part for part in map(_component, folders) if part]
    stem = _component(last.removesuffix(ending)) or _component(fallback) or "document"
    return PurePosixPath(*(_short(part, LONGEST) for part in parts), _short(stem, LONGEST - len(ending)) + ending)


def _component(text: str) -> str:
    clean = _SEAM.sub(r"\1", printable(text)).strip(" ._-")
    return f"_{clean}" if _RESERVED.match(clean) else clean


def _short(text: str, longest: int) -> str:
    cut = text[:longest]
    while len(cut.encode()) > LONGEST_BYTES - (LONGEST - longest):
        cut = cut[:-1]
    return cut.rstrip(" ._-")


class Names:
    """The names given in one run: a second record that wants a name already given gets its key added to it.

    Names are compared as a file system that ignores case would; the first record keeps the plain name, so the same input
    gives the same names. Only digests are kept: some dozen bytes a name in a run of a million.

    Args:
        taken: digests (`name_digest`) of the names that an earlier part of the run gave.
    """

    def __init__(self, taken: Iterable[bytes] = ()) -> None:
        self._taken = set(taken)

    def take(self, name: PurePosixPath, key: str) -> PurePosixPath:
        """*name* if it is free, else *name* with *key*.

        Raises:
            ProblemsFound: ``output.clash``: even with its key the name is taken.
        """
        addition = f" ({_component(key)})"
        stem = _short(name.stem, LONGEST - len(name.suffix) - len(addition))
        for candidate in (name, name.with_name(f"{stem}{addition}{name.suffix}")):
            digest = name_digest(candidate)
            if digest not in self._taken:
                self._taken.add(digest)
                return candidate
        raise ProblemsFound([Problem("output.clash", facts={"found": str(name)}, record=key)])


def name_digest(name: PurePosixPath) -> bytes:
    """16 bytes for a relative name, the same for names that a file system ignoring case takes for one."""
    folded = unicodedata.normalize("NFC", str(name).casefold())
    return hashlib.blake2b(folded.encode("utf-8", "surrogatepass"), digest_size=16).digest()


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
        raise _problem("output.exists", target)
    if dry_run:
        _look_whether_writable(target)
        return standing
    try:
        write_atomically(target, data, replace=replace)
    except FileExistsError as appeared:  # between the look above and now; the same command in another window
        if _compare(target, data) == "unchanged":
            return "unchanged"
        raise _problem("output.exists", target) from appeared
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
                raise _problem("output.exists", self.target)
            if state != "unchanged" and not self._dry_run:
                try:
                    _publish(self._part, self.target, replace=self._replace)
                except FileExistsError as appeared:
                    raise _problem("output.exists", self.target) from appeared
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
        raise _cannot("not-a-folder", target) from None
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
            raise _problem("output.outside", target)
        if target.is_symlink() or (target.exists() and not target.is_file()):
            raise _problem("output.not-a-file", target)
    except (OSError, UnicodeError) as refusal:  # a name longer than the file system bears
        raise refused(refusal, target) from refusal
    return target


def _look_whether_writable(target: Path) -> None:
    """Refuse what the disk would refuse, without touching it."""
    standing = next(folder for folder in target.parents if os.path.lexists(folder))
    if not standing.is_dir():
        raise _cannot("not-a-folder", target)
    if not os.access(standing, os.W_OK):
        raise _cannot("permission", target)


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


# errno → the end of the problem's id. EFBIG: FAT's 4 GiB, or a limit set on the process.
_CAUSES = {
    errno.ENOSPC: "full",
    errno.EDQUOT: "full",
    errno.EFBIG: "full",
    errno.EACCES: "permission",
    errno.EPERM: "permission",
    errno.EROFS: "read-only",
    errno.EBUSY: "locked",
    errno.ETXTBSY: "locked",
    errno.ENAMETOOLONG: "too-long",
    errno.ENOTDIR: "not-a-folder",
    errno.EEXIST: "not-a-folder",
}
# Windows: ERROR_ACCESS_DENIED, ERROR_SHARING_VIOLATION, ERROR_LOCK_VIOLATION: what a file open in Word answers to a rename.
_LOCKED_WINDOWS = {5, 32, 33}


def refused(refusal: OSError | UnicodeError, target: Path) -> CannotWrite:
    """What the disk said, in words a person can act on."""
    if isinstance(refusal, UnicodeError):  # the file system's encoding has no Kyrgyz letters
        return _cannot("file-names", target)
    locked = getattr(refusal, "winerror", None) in _LOCKED_WINDOWS and target.exists()
    cause = "locked" if locked else _CAUSES.get(refusal.errno or 0, "refused")
    return _cannot(cause, target, refusal.strerror or type(refusal).__name__)


def _cannot(cause: str, target: Path, said: str = "") -> CannotWrite:
    facts = {"folder": str(target.parent), "cause": said}
    return CannotWrite(Problem(f"output.{cause}", Position(str(target)), facts))


def _problem(id: str, target: Path) -> ProblemsFound:
    return ProblemsFound([Problem(id, Position(str(target)), {"found": target.name})])
