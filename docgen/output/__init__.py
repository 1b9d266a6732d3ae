"""Made documents on disk: names that every file system bears, files that are whole or not there."""

from __future__ import annotations

from docgen.output.files import Draft, State, sha256, sweep, write, write_atomically
from docgen.output.names import LONGEST, Names, file_name, look_at_name, name_digest, printable
from docgen.output.refusals import refused

__all__ = [
    "LONGEST", "Draft", "Names", "State", "file_name", "look_at_name", "name_digest", "printable", "refused", "sha256", "sweep",
    "write", "write_atomically",
]
