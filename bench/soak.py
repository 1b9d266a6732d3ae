"""Soak: a thousand kills, eight clerks at once, and two hundred thousand records in flat memory.

``python make.py soak [kills|clerks|memory] [COUNT] [disk]``; without a name all three. Works in memory where there is such a
disk (SIGKILL leaves files alone, and the disk is not what is tested); ``disk`` asks for the ordinary one. Ends with status 1
at the first thing lost or doubled.
"""

from __future__ import annotations

import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import yaml

from docgen import executors
from docgen.database import FILE, Database
from docgen.job import Job
from docgen.journal import Journal
from docgen.register import Register
from docgen.request import Request
from docgen.workspace import Workspace
from tests.killing import killed_after, killed_at, steps_of
from tests.test_register import CLERK

ROOT = Path(__file__).resolve().parent.parent
ORDER, CARD = "order/expulsion-residence", "report/report-card"
MEMORY = Path("/dev/shm")
POOL = "processes:2"
#: of so many jobs one goes through a pool, whose processes take a second to start
POOLED = 8
ON_DISK = "disk" in sys.argv[1:]


def kills(count: int = 1000) -> None:
    """Kill jobs of all kinds, and what resumes them, at steps and at moments drawn by lot; nothing may be lost or doubled."""
    executors.CHUNK = 3
    os.environ["PYTHONWARNINGS"] = "ignore:resource_tracker"   # which a killed pool leaves behind
    chance = random.Random(count)
    with _school() as school:
        workspace = Workspace(school)
        kinds = {kind: _undisturbed(workspace, asked) for kind, asked in _kinds(school).items()}
        started: Counter[str] = Counter()
        done = 0
        while done < count:
            kind = chance.choice(list(kinds))
            started[kind] += 1
            is_over = False
            while not is_over:   # killed, resumed, killed again, until it comes to its end
                executor = POOL if chance.randrange(POOLED) == 0 else "serial"
                killed = _killed(workspace, kinds[kind], executor, chance, spare=done >= count)
                is_over = killed == 0
                done += not is_over
                if killed == 1:
                    sys.exit(f"{kind}: a job failed")
            if _state(school) != kinds[kind].result:
                sys.exit(f"{kind}: after {done} kills the job ended otherwise than undisturbed")
            _clear(school)
        steps = ", ".join(f"{started[name]} × {name} ({kind.steps} steps)" for name, kind in kinds.items())
        _say(f"kills: {done} over {started.total()} jobs: {steps}; every job ended as undisturbed")


@dataclass(frozen=True)
class Kind:
    """A kind of job: what is asked, what comes of it when nothing happens, and in how many steps."""

    asked: Request
    result: tuple[dict[str, bytes], dict[str, str]]
    steps: int


def _kinds(school: Path) -> dict[str, Request]:
    orders, cards = _orders(school, 12), {"class": "7-А", "term": "1"}
    week = {"week": "2025-W42"}
    return {
        "orders": Request(ORDER, paths=[orders]),
        "print file of orders": Request(ORDER, paths=[orders], merge=school / "print/orders.docx"),
        "print file": Request(CARD, parameters=cards, merge=school / "print/cards.docx", separator=True, sort=True),
        "archive": Request(CARD, parameters=cards, archive=school / "print/cards.zip"),
        "set": Request(set="absence-week", parameters=week),
        "set in a print file": Request(set="absence-week", parameters=week, merge=school / "print/week.docx", duplex=True),
    }


def _undisturbed(workspace: Workspace, asked: Request) -> Kind:
    school = workspace.output.parent
    Job(workspace, asked).run()
    result = _state(school)
    _clear(school)
    steps = steps_of(lambda: Job(workspace, asked).run())
    _clear(school)
    return Kind(asked, result, steps)


def _killed(workspace: Workspace, kind: Kind, executor: str, chance: random.Random, *, spare: bool) -> int:
    """The exit status of the job as a clerk would give it now: resumed where it is listed, else from the start."""
    left = _unfinished(workspace.output)

    def work() -> None:
        job = Job.resume(workspace, left[0], executor=executor) if left else Job(workspace, kind.asked, executor=executor)
        job.run()

    if spare:
        return killed_at(0, work)
    if chance.random() < 0.5:
        return killed_at(chance.randint(1, kind.steps), work)
    return killed_after(chance.random() * (2.0 if executor == POOL else 0.1), work)


def clerks(count: int = 4000) -> None:
    """Eight processes reserve at once, every tenth time in vain: no gap, none doubled."""
    with _school() as school:
        path = school / FILE
        start = time.perf_counter()
        started = [subprocess.Popen([sys.executable, "-c", CLERK, str(path), f"c{n}", str(count // 8)]) for n in range(8)]
        if any(clerk.wait() for clerk in started):
            sys.exit("a clerk was refused")
        seconds = time.perf_counter() - start
        with closing(Database(path)) as database:
            ordinals = [entry.ordinal for entry in Register(database).entries()]
        if ordinals != list(range(1, count // 8 * 8 + 1)):
            sys.exit("numbers are missing or doubled")
        _say(f"clerks: 8 at once, {len(ordinals)} numbers in {seconds:.1f} s, gapless")


def memory(count: int = 200_000) -> None:
    """Documents of so many records from JSONL, and of a quarter from a JSON and from a YAML list: the most memory it took."""
    for ending, records in (("jsonl", count), ("json", count // 4), ("yaml", count // 4)):
        with ProcessPoolExecutor(1, get_context("spawn")) as alone:  # the peak is that of a process
            alone.submit(_documents_of, ending, records).result()


def _documents_of(ending: str, count: int) -> None:
    with _school() as school:
        path = _cards(school / f"cards.{ending}", count)
        made = school / "output"
        baseline = _peak_mb()
        start = time.perf_counter()
        report = Job(Workspace(school), Request(CARD, paths=[path]), executor="serial").run()
        seconds, peak = time.perf_counter() - start, _peak_mb()
        if report.documents != count or sum(name.endswith(".docx") for _, _, names in os.walk(made) for name in names) != count:
            sys.exit("documents are missing")
        _say(f"memory, {ending}: {count} records ({path.stat().st_size / 1e6:.0f} MB) in {seconds:.0f} s,"
             f" {seconds / count * 1000:.2f} ms each; peak {peak:.0f} MB ({baseline:.0f} MB before)")


def _unfinished(output: Path) -> list[int]:
    if not (output / FILE).exists():
        return []
    with closing(Database(output / FILE)) as database:
        return [standing.id for standing in Journal(database).unfinished()]


def _state(school: Path) -> tuple[dict[str, bytes], dict[str, str]]:
    """Everything that a job leaves; what is on no list any more is finished."""
    found = (path for name in ("output", "print") for path in (school / name).rglob("*.*") if path.is_file())
    documents = {path.relative_to(school).as_posix(): path.read_bytes() for path in found if path.suffix in (".docx", ".zip")}
    with closing(Database(school / "output" / FILE)) as database:
        numbers = {entry.key: f"{entry.number} {entry.state} {entry.sha256}" for entry in Register(database).entries()}
        return documents, numbers | {str(standing.id): "unfinished" for standing in Journal(database).unfinished()}


def _clear(school: Path) -> None:
    for name in ("output", "print"):
        shutil.rmtree(school / name, ignore_errors=True)


@contextmanager
def _school() -> Iterator[Path]:
    place = MEMORY if not ON_DISK and os.access(MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=place, prefix="docgen-soak-") as name:
        folder = Path(name)
        shutil.copy(ROOT / "school.yaml", folder)
        shutil.copytree(ROOT / "data", folder / "data")
        yield folder


def _sample(type: str) -> dict[str, Any]:
    return yaml.safe_load((ROOT / "data_schemas" / f"{type}.sample.yaml").read_text("utf-8"))  # type: ignore[no-any-return]


def _orders(folder: Path, count: int) -> Path:
    order = _sample(ORDER)
    del order["doc"]["number"], order["application"]["by"]
    path = folder / "orders.json"
    entries = [order | {"id": f"o{n}", "student": f"s07a-{n % 5 + 1:02}", "new_address": f"Ош {n}"} for n in range(count)]
    path.write_text(json.dumps(entries, ensure_ascii=False), "utf-8")
    return path


def _cards(path: Path, count: int) -> Path:
    card = _sample(CARD) | {"id": "@id", "student": "@student"}
    if path.suffix == ".yaml":
        begin, entry, between, end = "", yaml.safe_dump([card], allow_unicode=True), "", ""
    else:
        entry = json.dumps(card, ensure_ascii=False)
        begin, between, end = ("[", ",\n", "]\n") if path.suffix == ".json" else ("", "\n", "\n")
    with path.open("w", encoding="utf-8") as stream:
        for n in range(count):
            stream.write(between if n else begin)
            stream.write(entry.replace("@id", f"c{n}").replace("@student", f"s07a-{n % 5 + 1:02}"))
        stream.write(end)
    return path


def _peak_mb() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1_000_000 if sys.platform == "darwin" else 1000)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main(arguments: list[str]) -> None:
    trials = {trial.__name__: trial for trial in (memory, kills, clerks)}
    names = [word for word in arguments if word in trials]
    count = next((int(word) for word in arguments if word.isdecimal()), 0)
    for name in names or trials:
        trials[name](*([count] if count else []))


if __name__ == "__main__":
    main(sys.argv[1:])
