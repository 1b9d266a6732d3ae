"""The program LibreOffice: where it is, its profile, one start of it.

What it must not be trusted with is held here: macros and links are off, the input filter is named (it would print a plain text
called .docx), every output is looked at (it ends well when an input is missing), time is limited, and what hangs is ended with
all its children.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

from docgen.errors import Position, Problem, ProgramFailed

if TYPE_CHECKING:
    from subprocess import Popen

_OFF: Mapping[str, Mapping[str, str]] = {
    # macros: level 3 is "very high"; links and updates: never; nothing of this run is remembered or sent
    "/org.openoffice.Office.Common/Security/Scripting": {
        "MacroSecurityLevel": "3", "DisableMacrosExecution": "true", "BlockUntrustedRefererLinks": "true"},
    "/org.openoffice.Office.Writer/Content/Update": {"Link": "0"},
    "/org.openoffice.Office.Java/VirtualMachine": {"Enable": "false"},
    "/org.openoffice.Office.Common/Misc": {"FirstRun": "false", "CrashReport": "false", "CollectUsageInformation": "false"},
    "/org.openoffice.Office.Common/History": {"PickListSize": "0"},
    "/org.openoffice.Office.Jobs/Jobs/org.openoffice.Office.Jobs:Job['UpdateCheck']/Arguments": {"AutoCheckEnabled": "false"},
    # bookmarks become destinations; the blank pages that odd page numbers ask for are ours to add
    "/org.openoffice.Office.Common/Filter/PDF/Export": {
        "ExportBookmarksToPDFDestination": "true", "IsSkipEmptyPages": "true", "UseTaggedPDF": "false"},
}


def find_program() -> Path:
    """Where LibreOffice is: in its usual places, else on the PATH (never in the current folder).

    Raises:
        ProgramFailed: ``pdf.no-libreoffice``.
    """
    for place in _usual_places():
        if place.is_file():
            return place
    here = Path.cwd()
    for name in ("soffice", "libreoffice"):
        found = shutil.which(name)
        if found and Path(found).absolute().parent != here:
            return Path(found).absolute()
    raise ProgramFailed(Problem("pdf.no-libreoffice"))


def _usual_places() -> Iterator[Path]:
    if sys.platform == "win32":
        for variable in ("ProgramFiles", "ProgramFiles(x86)"):
            if folder := os.environ.get(variable):
                yield Path(folder, "LibreOffice", "program", "soffice.com")   # .com waits for its end, .exe does not
    elif sys.platform == "darwin":
        for folder in (Path("/Applications"), Path.home() / "Applications"):
            yield folder / "LibreOffice.app" / "Contents" / "MacOS" / "soffice"
    else:
        yield from (Path(folder, "soffice") for folder in ("/usr/bin", "/usr/local/bin", "/usr/lib/libreoffice/program"))
        yield from sorted(Path("/opt").glob("libreoffice*/program/soffice"), reverse=True)


def new_profile(folder: Path) -> Path:
    """A fresh profile: two starts on one profile disturb each other."""
    user = folder / "user"
    user.mkdir(parents=True)
    items = "".join(f'<item oor:path={quoteattr(path)}><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop>'
                    "</item>"
                    for path, values in _OFF.items() for name, value in values.items())
    (user / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n<oor:items xmlns:oor="http://openoffice.org/2001/registry" '
        f'xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">{items}</oor:items>',
        encoding="utf-8")
    return folder


def start(program: Path, profile: Path, folder: Path, names: Sequence[str]) -> Popen[bytes]:
    """LibreOffice, making a PDF beside each of the files *names* in *folder*; in a process group of its own.

    Raises:
        ProgramFailed: ``pdf.no-libreoffice``: it cannot be started.
    """
    import subprocess

    command = [str(program), f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore", "--nologo",
               "--nodefault", "--nolockcheck", "--infilter=MS Word 2007 XML", "--convert-to", "pdf:writer_pdf_Export",
               "--outdir", ".", *names]
    # its own temporary files, which a killed one leaves, are to go with the folder
    environment = {**os.environ, **dict.fromkeys(("TMPDIR", "TMP", "TEMP"), str(folder))}
    if sys.platform == "win32":
        flags = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
    else:
        flags = 0
        if sys.platform != "darwin":
            environment["SAL_USE_VCLPLUGIN"] = "svp"   # no windows, whatever the desktop
    try:
        return subprocess.Popen(command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, start_new_session=sys.platform != "win32", creationflags=flags)
    except OSError as error:
        raise ProgramFailed(Problem("pdf.no-libreoffice", Position(file=str(program)))) from error


def end(process: Popen[bytes]) -> None:
    """End the program with all it started, if it has not ended by itself."""
    if process.returncode is not None:
        return   # its number may be another's by now
    if sys.platform == "win32":
        import subprocess

        taskkill = Path(os.environ.get("SYSTEMROOT", r"C:\Windows"), "System32", "taskkill.exe")
        subprocess.run([str(taskkill), "/T", "/F", "/PID", str(process.pid)], capture_output=True, check=False)
    else:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()
