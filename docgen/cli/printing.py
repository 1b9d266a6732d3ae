"""The options that bring documents together: ``--merge``, ``--pdf``, ``-o cards.zip``; what does not go with what."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from docgen.cli import shape
from docgen.cli.voice import Voice

if TYPE_CHECKING:
    from docgen.bundles import Bundle
    from docgen.cli.progress import Progress
    from docgen.workspace import Workspace


def options(voice: Voice) -> list[click.Parameter]:
    flags = ("--pdf", "--duplex", "--separator", "--sort")
    return [
        click.Option(["--merge"], default="", metavar=voice.say("cli.metavar.file"), callback=_print_file,
                     help=voice.say("cli.option.merge")),
        *(click.Option([flag], is_flag=True, help=voice.say(f"cli.option.{flag.strip('-')}")) for flag in flags),
    ]


def _print_file(ctx: click.Context, _param: click.Parameter, given: str) -> str:
    if given and Path(given).suffix.lower() not in (".docx", ".pdf"):
        raise shape.Fault("cli.merge-name", ctx, found=given)
    return given


@dataclass(frozen=True, slots=True)
class Printing:
    """What was asked for; *output* is the value of ``-o``, empty without."""

    merge: str
    pdf: bool
    duplex: bool
    separator: bool
    sort: bool
    output: str

    @property
    def archive(self) -> str:
        return self.output if self.output.lower().endswith(".zip") else ""

    def fault(self) -> tuple[str, str]:
        """The fault that is in it and the option at fault; empty where it goes together."""
        ending = Path(self.output).suffix.lower()
        if self.merge and ending in (".docx", ".pdf", ".zip"):
            return "cli.merge-and-file", self.output
        if not self.merge and ending == ".pdf":
            return "cli.output-pdf", self.output
        if self.archive and self.pdf:
            return "cli.zip-and-pdf", self.output
        alone = [f"--{name}" for name in ("duplex", "separator", "sort") if getattr(self, name)]
        return ("cli.print-alone", alone[0]) if alone and not self.merge else ("", "")

    def bundle(
        self, workspace: Workspace, folder: Path, progress: Progress, *, replace: bool, dry_run: bool
    ) -> AbstractContextManager[Bundle | None]:
        """What the documents are to become; none where each has its own file and nothing else.

        Raises:
            ProgramFailed: a PDF is asked for, and LibreOffice or pypdf is not there.
        """
        if self.merge:
            from docgen.bundles import PrintRun

            return PrintRun(workspace, Path(self.merge), with_pdf=self.pdf, duplex=self.duplex, separator=self.separator,
                            sort=self.sort, keeps=bool(self.output), replace=replace, dry_run=dry_run, progress=progress.pdf)
        if self.archive:
            from docgen.bundles import Archive

            return Archive(Path(self.archive), replace=replace, dry_run=dry_run)
        if self.pdf:
            from docgen.bundles import PdfFiles

            return PdfFiles(folder, replace=replace, dry_run=dry_run, progress=progress.pdf)
        return nullcontext()
