"""The private folder of an office: held while it works, removed with it, swept by the next one where a killed run left it.

A killed program cannot clean up, but the system takes its locks back: a folder whose file nobody holds belongs to nobody.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

_PREFIX = "docgen-pdf-"
_HELD = "held"
#: a folder without that file is just being made, unless it is this old
_ABANDONED_S = 3600.0


class WorkFolder:
    """A folder that nobody else may read: there will be names of children in it."""

    def __init__(self) -> None:
        _sweep()
        self.path = Path(tempfile.mkdtemp(prefix=_PREFIX))
        self._held = (self.path / _HELD).open("wb")
        _lock(self._held.fileno())

    def close(self) -> None:
        """Remove it with all that is in it."""
        self._held.close()
        shutil.rmtree(self.path, ignore_errors=True)


def _sweep() -> None:
    """Remove the folders that killed runs have left."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with suppress(OSError):   # another user's, or removed meanwhile
            if _is_left(folder):
                shutil.rmtree(folder, ignore_errors=True)


def _is_left(folder: Path) -> bool:
    held = folder / _HELD
    if not held.exists():
        return folder.stat().st_mtime < time.time() - _ABANDONED_S
    if sys.platform == "win32":
        held.unlink()   # refused while somebody has it open
        return True
    with held.open("rb") as file:
        return _lock(file.fileno())


def _lock(file: int) -> bool:
    """Whether the file was free; it is held until it is closed. On Windows that it is open holds it."""
    if sys.platform == "win32":
        return True
    import fcntl

    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
