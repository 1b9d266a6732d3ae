"""How fast the language is: a remembered form, a new word, the import, the lint.

Run: `python bench/kyrgyz.py`. Limits: 3 µs a remembered form, 20 µs a new word or phrase, 10 ms the import.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable

from docgen.kyrgyz import clear_cache, inflect
from docgen.kyrgyz.lint import check

PHRASES = (
    "Асанов{0}ов",
    "№{0} жалпы орто билим берүү мектеби",
    "Кыргыз Республикасынын «{0}» мыйзамы",
    "Марат уулу Бекзат{0}бек",
    "Бердалиев{0}ов Ч.Б.",
    "2025-жылдын {0}-октябры",
    "{0}",
    "{0}%",
    "билим сапаты{0}нын көрсөткүчү",
)


def best_us(run: Callable[[], object], calls: int, rounds: int = 5) -> float:
    """Give the best of *rounds*, in microseconds a call."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return min(times) / calls * 1e6


def warm() -> float:
    inflect("Кыргыз Республикасы", case="dative")
    return best_us(lambda: [inflect("Кыргыз Республикасы", case="dative") for _ in range(50_000)], 50_000)


def new(pattern: str) -> float:
    words = [pattern.format(number) for number in range(2000)]

    def run() -> None:
        clear_cache()
        for word in words:
            inflect(word, case="dative")

    return best_us(run, len(words))


def import_ms() -> float:
    """Give the best of seven fresh interpreters with compiled modules, less one that loads only `docgen`."""
    cache = tempfile.mkdtemp()
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": cache}

    def start(code: str) -> float:
        times = []
        for _ in range(7):
            begin = time.perf_counter()
            subprocess.run([sys.executable, "-c", code], check=True, env=environment)
            times.append(time.perf_counter() - begin)
        return min(times) * 1000

    return start("import docgen.kyrgyz") - start("import docgen")


def main() -> int:
    slow = []

    def report(what: str, figure: float, limit: float, unit: str) -> None:
        print(f"{what:55}{figure:8.2f} {unit}   limit {limit:g}")
        if figure > limit:
            slow.append(what)

    report("a remembered form", warm(), 3, "µs")
    for pattern in PHRASES:
        report(f"new: {pattern}", new(pattern), 20, "µs")
    report("import docgen.kyrgyz", import_ms(), 10, "ms")
    text = "Педагогикалык кеңештин чечими менен бекитилсин жана аткарылышы көзөмөлгө алынсын. " * 100
    check(text)
    print(f"{'lint, a thousand words it has met':55}{best_us(lambda: check(text), 1) / 1000:8.2f} ms")
    return int(bool(slow))


if __name__ == "__main__":
    sys.exit(main())
