"""What a command found and made, as text for a person or as JSON for a program.

Text ends with what comes next: where the documents are, or the command that helps.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docgen import messages
from docgen.cli.voice import Voice
from docgen.errors import CannotWrite, DocgenError, Problem, ProblemsFound

if TYPE_CHECKING:
    from docgen.cli.progress import Progress
    from docgen.job import Job
    from docgen.output import State
    from docgen.report import Report

FEW_NUMBERS = 5
STATES: Sequence[State] = ("written", "replaced", "unchanged")


def tell_failure(failure: DocgenError, voice: Voice) -> int:
    """Tell what stopped a command; its exit status."""
    problems = failure.problems if isinstance(failure, ProblemsFound) else []
    if isinstance(failure, CannotWrite):
        problems = [failure.problem]
    tell_problems(problems, voice)
    if voice.form == "text":
        tell_next(problems, voice)
    return failure.exit_status


def tell_problems(problems: Iterable[Problem], voice: Voice) -> None:
    """Problems alone: lines on stderr, or JSON on stdout."""
    if voice.form == "json":
        give_json(voice, {"problems": [as_data(problem, voice) for problem in problems]})
        return
    for problem in problems:
        voice.talk(messages.line(problem, voice.language))


def run_and_tell(job: Job, progress: Progress, voice: Voice, *, dry_run: bool = False) -> int:
    """Run a job and tell what it did, also when it is cut off; its exit status."""
    try:
        report = job.run()
    except DocgenError as failure:
        progress.clear()
        if isinstance(failure, CannotWrite) and voice.form == "text":
            tell_problems(job.report.problems, voice)
        _tell_stopped(job, voice)
        return tell_failure(failure, _going_on(job, failure, voice))
    except BaseException:   # Ctrl-C, a broken disk
        progress.clear()
        _tell_stopped(job, voice)
        if job.report.job is not None:
            voice.talk(voice.say("cli.next", command=f"docgen resume {job.report.job}"))
        raise
    progress.clear()
    return tell_report(report, voice, dry_run=dry_run)


def _tell_stopped(job: Job, voice: Voice) -> None:
    """What is done is done."""
    made = job.report.documents if job.request.keeps else 0  # the others went where nothing is finished
    if made:
        voice.talk(voice.say("cli.stopped", found=made, folder=str(job.report.folder.absolute())))


def _going_on(job: Job, failure: DocgenError, voice: Voice) -> Voice:
    """The voice whose next command is `docgen resume`, unless what the job works from is no longer what it was."""
    problems = failure.problems if isinstance(failure, ProblemsFound) else []
    if job.report.job is None or any(problem.id.startswith("journal.") for problem in problems):
        return voice
    return replace(voice, arguments=("resume", str(job.report.job), *(["--replace"] if job.request.replace else [])))


def tell_report(report: Report, voice: Voice, *, dry_run: bool) -> int:
    """Tell what `docgen generate` did; its exit status."""
    if voice.form == "json":
        made = [{"key": made.key, "file": str(made.path.absolute()), "state": made.state, "number": made.number or None}
                for made in report.made]
        problems = [as_data(problem, voice) for problem in report.problems]
        give_json(voice, {"folder": str(report.folder.absolute()), "total": report.total, "made": made,
                          "failed": report.failed, "problems": problems,
                          "resumed": report.resumed, "documents": report.documents, "untold": report.untold,
                          "file": _shown(report.file), "pdf": _shown(report.pdf)})
        return 1 if report.failed else 0
    tell_problems(report.problems, voice)
    if report.untold:
        voice.talk(voice.say("cli.untold", found=report.untold))
    if report.documents:
        counts = {state: report.count(state) or "" for state in STATES}
        voice.give(voice.say("cli.dry-run" if dry_run else "cli.done", total=report.documents,
                             numbers=_numbers(report), resumed=report.resumed or "", **counts))
        voice.give(str(_place(report)))
    if report.pdf_counts:
        _tell_pdfs(report, voice, dry_run=dry_run)
    if not report.failed:
        return 0
    voice.talk(voice.say("cli.failed", found=len(report.failed), total=report.total))
    tell_next(report.problems, voice)
    return 1


def _tell_pdfs(report: Report, voice: Voice, *, dry_run: bool) -> None:
    counts = {state: report.pdf_counts[state] or "" for state in STATES}
    voice.give(voice.say("cli.dry-run-pdf" if dry_run else "cli.done-pdf", total=report.pdf_counts.total(), **counts))
    if report.pdf and report.pdf != report.folder:
        voice.give(str(report.pdf.absolute()))


def _shown(path: Path | None) -> str | None:
    return str(path.absolute()) if path else None


def _numbers(report: Report) -> str:
    """The numbers given: each, or the first and the last of many."""
    numbers = [made.number for made in report.made if made.number]
    if len(numbers) <= FEW_NUMBERS or report.last is None:
        return ", ".join(numbers)
    return f"{numbers[0]} … {report.last.number or numbers[-1]}"


def _place(report: Report) -> Path:
    if report.file:
        return report.file.absolute()
    return (report.made[0].path if len(report.made) == 1 and not report.resumed else report.folder).absolute()


def tell_validation(report: Report, voice: Voice) -> int:
    """Tell what `docgen validate` found, which is its result; its exit status."""
    if voice.form == "json":
        problems = [as_data(problem, voice) for problem in report.problems]
        give_json(voice, {"total": report.total, "failed": report.failed, "problems": problems, "untold": report.untold})
        return 1 if report.failed else 0
    for problem in report.problems:
        voice.give(messages.line(problem, voice.language))
    if report.untold:
        voice.give(voice.say("cli.untold", found=report.untold))
    if report.failed:
        voice.give(voice.say("cli.invalid", found=len(report.failed), total=report.total))
        tell_next(report.problems, voice)
        return 1
    voice.give(voice.say("cli.valid", total=report.total))
    generate = ["generate" if argument == "validate" else argument for argument in voice.arguments]
    voice.talk(voice.say("cli.next", command=voice.command("docgen", *generate)))
    return 0


def tell_check(problems: Sequence[Problem], target: str, voice: Voice) -> int:
    """Tell what is wrong in a template, which is the result; its exit status."""
    errors = sum(problem.is_error for problem in problems)
    if voice.form == "json":
        give_json(voice, {"template": target, "problems": [as_data(problem, voice) for problem in problems]})
        return 1 if errors else 0
    for problem in problems:
        voice.give(messages.line(problem, voice.language))
    voice.give(voice.say("cli.template-bad", found=len(problems)) if problems else voice.say("cli.template-good"))
    if errors:
        voice.talk(voice.say("cli.next", command=voice.command("docgen", *voice.arguments)))
    return 1 if errors else 0


def tell_next(problems: Sequence[Problem], voice: Voice) -> None:
    """The last line of what went wrong: the next command."""
    voice.talk(voice.say("cli.next", command=next_command(problems, voice)))


def next_command(problems: Sequence[Problem], voice: Voice) -> str:
    """The command that helps with these problems; where the data are to be corrected, the same command again."""
    arguments = voice.arguments
    errors = [problem for problem in problems if problem.is_error]
    first = errors[0] if errors else Problem("")
    named = str(first.facts.get("found", ""))
    if first.id == "cli.no-workspace":
        return "docgen init мектебим --demo"
    if first.id in ("cli.unknown-type", "cli.unknown-set"):
        return "docgen types"
    if first.id == "cli.set-for-type":
        at = arguments.index(named)
        before = ["generate" if word == "validate" else word for word in arguments[:at]]   # validate knows no sets
        trial = ["--dry-run"] if "validate" in arguments[:at] else []
        return voice.command("docgen", *before, "--set", *arguments[at:], *trial)
    if first.id in ("journal.unknown", "journal.finished"):
        return "docgen jobs"
    if first.id in ("cli.no-data", "cli.no-records"):
        return f"docgen new {named} -o {named.rpartition('/')[2]}.yaml"
    if first.id == "record.no-file" and not first.facts.get("nearest") and _type(arguments):
        return voice.command("docgen", "new", _type(arguments), "-o", named)
    if first.id.startswith("register.") and first.facts.get("subject"):   # a paper that is in the way: look at it
        return voice.command("docgen", "register", "show", str(first.facts["number"]), "--year", str(first.facts["year"]))
    if first.id == "output.not-text":
        return voice.command("docgen", *_without_output(arguments))
    if first.id.startswith("template.") and _type(arguments):
        return voice.command("docgen", "template", "check", _type(arguments))
    again = [*arguments, "--replace"] if errors and all(p.id == "output.exists" for p in errors) else arguments
    return voice.command("docgen", *again)


def _without_output(arguments: Sequence[str]) -> list[str]:
    """What was typed, but for ``-o`` and its value."""
    options = ("-o", "--output")
    return [word for before, word in pairwise(["", *arguments]) if word not in options and before not in options
            and not word.startswith("--output=")]


def _type(arguments: Sequence[str]) -> str:
    """The type that was asked for, empty where none was."""
    asked = (following for command, following in pairwise(arguments) if command in ("generate", "validate"))
    return next((name for name in asked if not name.startswith("-")), "")


def as_data(problem: Problem, voice: Voice) -> dict[str, Any]:
    """A problem for programs: stable id and facts, and the sentence in the user's language."""
    wrong, advice = messages.sentence(problem, voice.language)
    position = problem.position
    place = messages.place(position.place, voice.language) if position.place else None
    return {
        "id": problem.id,
        "level": problem.level,
        "record": problem.record or None,
        "file": position.file or None,
        "line": position.line,
        "column": position.column,
        "pointer": position.pointer or None,
        "place": place,
        "message": wrong,
        "advice": advice or None,
        "facts": dict(problem.facts),
    }


def give_json(voice: Voice, value: object) -> None:
    voice.give(json.dumps(value, ensure_ascii=False, indent=2))
