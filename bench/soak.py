"""Soak: a thousand kills, eight clerks at once, and two hundred thousand records in flat memory.

``python make.py soak [kills|clerks|memory] [COUNT]``; without a name all three. Works in memory where there is such a disk
(SIGKILL leaves files alone, and the disk is not what is tested). Ends with status 1 at the first thing lost or doubled.
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
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing, contextmanager
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


def kills(count: int = 1000) -> None:
    """Kill jobs, and what resumes them, at steps and at moments drawn by lot; nothing may be lost or doubled."""
    executors.CHUNK = 3
    chance = random.Random(count)
    with _school() as school:
        path = _orders(school, 12)
        workspace = Workspace(school)
        output = school / "output"
        Job(workspace, Request(ORDER, paths=[path])).run()
        undisturbed = _state(output)
        shutil.rmtree(output)
        steps = steps_of(lambda: Job(workspace, Request(ORDER, paths=[path])).run())
        shutil.rmtree(output)
        done = runs = 0
        while done < count:
            work = _work(workspace, output, path)
            if chance.random() < 0.5:
                killed = killed_at(chance.randint(1, steps), work)
            else:
                killed = killed_after(chance.random() * 0.1, work)
            if killed == 1:
                sys.exit("a job failed")
            done += killed != 0
            if killed == 0:
                runs += 1
                if _state(output) != undisturbed:
                    sys.exit(f"after {done} kills the job ended otherwise than undisturbed")
                shutil.rmtree(output)
        _work(workspace, output, path)()
        if _state(output) != undisturbed:
            sys.exit("the last job ended otherwise than undisturbed")
        _say(f"kills: {done} over {runs + 1} jobs of 12 orders ({steps} steps each); every job ended as undisturbed")


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


def _work(workspace: Workspace, output: Path, path: Path) -> Callable[[], object]:
    """The job as a clerk would give it now: resumed where it is listed, else from the start."""
    if (output / FILE).exists():
        with closing(Database(output / FILE)) as database:
            left = Journal(database).unfinished()
        if left:
            return lambda: Job.resume(workspace, left[0].id).run()
    return lambda: Job(workspace, Request(ORDER, paths=[path])).run()


def _state(output: Path) -> tuple[dict[str, bytes], dict[str, str]]:
    documents = {file.name: file.read_bytes() for file in output.glob("*.docx")}
    with closing(Database(output / FILE)) as database:
        return documents, {entry.key: f"{entry.number} {entry.state} {entry.sha256}" for entry in Register(database).entries()}


@contextmanager
def _school() -> Iterator[Path]:
    place = MEMORY if os.access(MEMORY, os.W_OK) else None
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
    name, count = [*arguments, "", ""][:2]
    for trial in [trials[name]] if name in trials else trials.values():
        trial(*([int(count)] if count else []))


if __name__ == "__main__":
    main(sys.argv[1:])
