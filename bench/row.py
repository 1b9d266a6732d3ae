"""docgen as one row of a benchmark of .docx template engines.

    python bench/row.py once  WORKLOAD TEMPLATE DATA OUT.docx    one document, then exit (cold figure, peak memory)
    python bench/row.py warm  WORKLOAD TEMPLATE DATA OUTDIR      repeats; prints {"ms": [...]}
    python bench/row.py batch WORKLOAD TEMPLATE DATA OUTDIR      DATA is a list: 0001.docx, 0002.docx …

TEMPLATE is a .docx in docxtpl's dialect, DATA a JSON file. The warm clock covers merge, zip and the written file; data are
parsed and the template is compiled before it. WARM_SECONDS (3) bounds the warm run.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from docgen import Template
from docgen.output import write_atomically


def once(render: Callable[[Any], bytes], data: Any, out: Path) -> None:
    write_atomically(out, render(data[0] if isinstance(data, list) else data))


def batch(render: Callable[[Any], bytes], data: list[Any], out: Path) -> None:
    for number, record in enumerate(data, 1):
        write_atomically(out / f"{number:04d}.docx", render(record))


def warm(render: Callable[[Any], bytes], data: Any, out: Path) -> None:
    records = data if isinstance(data, list) else [data]
    end = time.perf_counter() + float(os.environ.get("WARM_SECONDS", "3"))
    times: list[float] = []
    while len(times) < 5 or (time.perf_counter() < end and len(times) < 400):
        start = time.perf_counter()
        write_atomically(out / "warm.docx", render(records[len(times) % len(records)]))
        times.append((time.perf_counter() - start) * 1000)
    print(json.dumps({"ms": times}))


def main() -> None:
    mode, _workload, template, data_path, out = sys.argv[1:6]
    data = json.loads(Path(data_path).read_text(encoding="utf-8"))
    render = Template(template).render
    {"once": once, "warm": warm, "batch": batch}[mode](render, data, Path(out))


if __name__ == "__main__":
    main()
