"""What the disk refuses, in words a person can act on."""

from __future__ import annotations

import errno
from pathlib import Path

from docgen.errors import CannotWrite, Position, Problem, ProblemsFound

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
        return cannot("file-names", target)
    locked = getattr(refusal, "winerror", None) in _LOCKED_WINDOWS and target.exists()
    cause = "locked" if locked else _CAUSES.get(refusal.errno or 0, "refused")
    return cannot(cause, target, refusal.strerror or type(refusal).__name__)


def cannot(cause: str, target: Path, said: str = "") -> CannotWrite:
    facts = {"folder": str(target.parent), "cause": said}
    return CannotWrite(Problem(f"output.{cause}", Position(str(target)), facts))


def problem(id: str, target: Path) -> ProblemsFound:
    return ProblemsFound([Problem(id, Position(str(target)), {"found": target.name})])
