"""LibreOffice as the reader: many documents to PDF in one process, their pages and text.

LibreOffice is a poor judge of validity (it opens nearly anything) and a good one of pages. What it needs to be trusted:
a profile of its own, the input filter named (a text file called .docx becomes a garbage PDF otherwise), a time limit with
the whole process group ended, and every output looked at (it exits with 0 when an input is missing).
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True)
class Printed:
    """A document on paper: its PDF and the text of each page, in the order in which it was drawn."""

    pdf: bytes
    pages: list[str]

    @property
    def text(self) -> str:
        return "\n".join(self.pages)

    def missing(self, values: Iterable[object]) -> list[str]:
        """A sentence for each value that is on no page; spaces do not count, as narrow cells break lines anywhere."""
        found = _solid(self.text)
        return [f"«{value}» is on no page" for value in values if _solid(str(value)) not in found]


def need_office() -> None:
    """Skip the test visibly where LibreOffice or pdftotext is absent; fail it when DOCGEN_REQUIRE_OFFICE is set."""
    absent = [program for program in ("soffice", "pdftotext") if not shutil.which(program)]
    if not absent:
        return
    reason = f"not installed: {', '.join(absent)}"
    if os.environ.get("DOCGEN_REQUIRE_OFFICE") == "1":
        pytest.fail(f"{reason}, and DOCGEN_REQUIRE_OFFICE is set", pytrace=False)
    pytest.skip(reason)


def convert(documents: Mapping[str, bytes], *, timeout_s: float = 180) -> dict[str, Printed]:
    """Each document on paper, by the same names.

    Raises:
        RuntimeError: a document gave no PDF, or the time was over; the message names the documents.
    """
    need_office()
    if not documents:
        return {}
    with tempfile.TemporaryDirectory(prefix="docgen-office-", ignore_cleanup_errors=True) as folder:
        inputs = {f"{number:04}": name for number, name in enumerate(documents)}
        for stem, name in inputs.items():
            (Path(folder) / f"{stem}.docx").write_bytes(documents[name])
        said = _run(Path(folder), [f"{stem}.docx" for stem in inputs], timeout_s)
        pdfs = {name: _read(Path(folder) / f"{stem}.pdf") for stem, name in inputs.items()}
        failed = [name for name, pdf in pdfs.items() if not pdf.startswith(b"%PDF-")]
        if failed:
            raise RuntimeError(f"LibreOffice made no PDF of {', '.join(failed)}: {said}")
        return {name: Printed(pdf, text_of_pages(pdf)) for name, pdf in pdfs.items()}


def _run(folder: Path, names: list[str], timeout_s: float) -> str:
    command = ["soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--norestore",
               "--infilter=MS Word 2007 XML", "--convert-to", "pdf", "--outdir", ".", *names]
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)
    try:
        return process.communicate(timeout=timeout_s)[0].decode(errors="replace")
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        return f"not done in {timeout_s:g} s"


def _read(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""


def text_of_pages(pdf: bytes) -> list[str]:
    """The text of each page, in the order in which it was drawn."""
    done = subprocess.run(["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True, check=True, timeout=60)
    return done.stdout.decode().split("\f")[:-1]


def _solid(text: str) -> str:
    return "".join(text.replace("\xad", "").split())
