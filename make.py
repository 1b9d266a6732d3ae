"""Sets docgen up and runs one verb: ``python make.py demo``. Needs only Python 3.11 or newer.

The environment is ``.venv`` beside this file. It is made when missing and installed into when ``pyproject.toml`` or
``constraints.txt`` changed; nothing outside this folder is touched.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = VENV / "installed.txt"
OLDEST = (3, 11)
WORKERS = str(min(4, os.cpu_count() or 1))

# The demo school's papers of one term: what `demo` makes under output/.
DEMO = (
    ("order/expulsion-residence", "-p", "order=ord-08"),
    ("regulation/absence-monitoring",),
    ("--set", "absence-week", "-p", "week=2025-W42", "-o", "output"),
    ("survey/questionnaire",),
    ("report/report-card", "-p", "class=7-А", "-p", "term=1"),
    ("report/report-card", "-p", "class=9-А", "-p", "term=1"),
)


def demo(*arguments: str) -> int:
    """make the demo school's papers under output/"""
    return max(run("-m", "docgen.cli", "generate", *paper, *arguments) for paper in DEMO)


def test(*arguments: str) -> int:
    """run the tests (what follows goes to pytest)"""
    return run("-m", "pytest", "-n", WORKERS, "-p", "no:cacheprovider", *arguments)


def check(*arguments: str) -> int:
    """lint, types, tests: what must be clean before a commit"""
    return run("-m", "ruff", "check", ".") or run("-m", "mypy", "docgen") or test(*arguments)


def accuracy(*arguments: str) -> int:
    """hold the Kyrgyz forms against their tables"""
    return run("-m", "tests.kyrgyz.accuracy", *arguments)


def bench(*arguments: str) -> int:
    """milliseconds a document, beside docxtpl"""
    return run("bench/documents.py", *arguments)


def soak(*arguments: str) -> int:
    """a thousand kills, eight clerks at once, 200,000 records: nothing lost (some minutes)"""
    return run("-m", "bench.soak", *arguments)


def foreign(*arguments: str) -> int:
    """Word files that others made, below a folder: docgen beside docxtpl"""
    return run("bench/foreign.py", *arguments)


def wheel(*arguments: str) -> int:
    """build the wheel into dist/"""
    return run("-m", "build", "--wheel", *arguments)


VERBS = {verb.__name__: verb for verb in (demo, test, check, accuracy, bench, soak, foreign, wheel)}


def run(*arguments: str) -> int:
    """Run the environment's Python in this folder and give its exit status."""
    environment = {**os.environ, "PYTHONUTF8": "1"}
    return subprocess.run([str(PYTHON), *arguments], cwd=ROOT, env=environment, check=False).returncode


def set_up(*, development: bool) -> None:
    """Make ``.venv`` and install docgen into it, unless that has been done for the present ``pyproject.toml``."""
    if not _works():
        _make_environment()
    extra = "[dev]" if development else "[pdf]"
    digest = _digest()
    if STAMP.exists() and STAMP.read_text("utf-8") in (f"{digest}{extra}", f"{digest}[dev]"):
        run("hatch_build.py")
        return
    say(f"installing docgen{extra} into {VENV.name} …")
    pip = ("-m", "pip", "--disable-pip-version-check", "install", "--quiet", "-c", "constraints.txt", "-e", f".{extra}")
    if status := run(*pip):
        stop("pip could not install; its message is above. Check the network and run the same command again.", status)
    STAMP.write_text(f"{digest}{extra}", "utf-8")


def _works() -> bool:
    return PYTHON.exists() and run("-c", "import pip") == 0


def _make_environment() -> None:
    say(f"making {VENV.name} …")
    made = subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=False)
    if made.returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        stop("Python could not make an environment. On Debian and Ubuntu: apt install python3-venv", made.returncode)


def _digest() -> str:
    sources = (ROOT / "pyproject.toml", ROOT / "constraints.txt", ROOT / "hatch_build.py")
    return hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()


def say(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")
    sys.stderr.flush()


def stop(sentence: str, status: int) -> None:
    say(sentence)
    sys.exit(status)


def main(arguments: list[str]) -> int:
    if sys.version_info < OLDEST:
        stop(f"docgen needs Python {OLDEST[0]}.{OLDEST[1]} or newer; this is {sys.version.split()[0]}.", 2)
    verb = VERBS.get(arguments[0]) if arguments else None
    if verb is None:
        width = max(map(len, VERBS))
        sys.stdout.write("python make.py VERB\n\n" + "".join(f"  {name:{width}}  {it.__doc__}\n" for name, it in VERBS.items()))
        return 2 if arguments else 0
    set_up(development=verb is not demo)
    # 100 ms of every start where Python itself is told to keep no bytecode
    run("-m", "compileall", "-qq", "docgen")
    return verb(*arguments[1:])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
