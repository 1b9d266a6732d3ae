"""How far a long job is: one line that rewrites itself on a terminal, silence elsewhere."""

from __future__ import annotations

import sys
import time

from docgen.cli.voice import Voice

_PAUSE_S = 0.2
# A job shorter than this needs no line.
_QUIET_S = 1.0


class Progress:
    """Told after each chunk how many records are done, of how many, with how many problems; then the same of PDFs."""

    def __init__(self, voice: Voice) -> None:
        self._voice = voice
        self._is_shown = sys.stderr.isatty()
        self._start = self._last = time.monotonic()
        self._width = 0
        self._kind = "cli.progress"

    def __call__(self, done: int, total: int, problems: int) -> None:
        self._tell("cli.progress", done, total, problems)

    def pdf(self, done: int, total: int) -> None:
        """Told how many documents have gone to LibreOffice."""
        if self._kind != "cli.progress-pdf":
            self.clear()
            self._kind, self._start = "cli.progress-pdf", time.monotonic()
        self._tell(self._kind, done, total)

    def _tell(self, kind: str, done: int, total: int, problems: int = 0) -> None:
        now = time.monotonic()
        if not self._is_shown or now - self._start < _QUIET_S or now - self._last < _PAUSE_S:
            return
        self._last = now
        left_s = (now - self._start) / done * (total - done)
        left = f"{int(left_s) // 60}:{int(left_s) % 60:02}"
        self._show(self._voice.say(kind, done=done, total=total, problems=problems or "", left=left))

    def clear(self) -> None:
        """Take the line away, so that what follows stands alone."""
        if self._width:
            self._show("")
            sys.stderr.write("\r")

    def _show(self, text: str) -> None:
        sys.stderr.write(f"\r{text:{self._width}}")
        sys.stderr.flush()
        self._width = len(text)
