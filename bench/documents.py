"""docgen beside docxtpl on the project's own papers: milliseconds a document, whole document to bytes.

    python make.py bench [TYPE …]

Then whole jobs of 1, 100 and 10,000 report cards, from a JSON Lines file to files (in memory where there is such a disk: below
a millisecond a document the disk is what one measures): documents a second, and what one record costs as the job grows.

Both engines get the same template, the same context and the same filters. docxtpl knows no blocks, so its copy of the template
has them pasted in; it reads its template anew for each document, as its own documentation does. Medians of runs taken in turns,
so that a drift of the machine's speed falls on both.
"""

from __future__ import annotations

import io
import json
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import jinja2
from docx import Document
from docxtpl import DocxTemplate

from docgen import Job, Workspace, output
from docgen.inputs import plan
from docgen.render import Press
from docgen.request import Request
from docgen.template.filters import FILTERS

ROOT = Path(__file__).resolve().parent.parent
PAPERS: dict[str, dict[str, str | list[str]]] = {
    "order/expulsion-residence": {"order": "ord-08"},
    "regulation/absence-monitoring": {},
    "appendix/absence-daily-class": {"date": "2025-10-17"},
    "appendix/absence-daily-school": {"date": "2025-10-17"},
    "survey/questionnaire": {},
    "report/report-card": {"term": "1"},
}
SECONDS = 3.0
CARD = "report/report-card"
SIZES = (1, 100, 10_000)
MEMORY = Path("/dev/shm")


def flat(workspace: Workspace, path: Path) -> bytes:
    """The template with its blocks pasted in, for an engine that has no blocks."""
    document = Document(str(path))
    for paragraph in list(document.element.body.iter("{*}p")):
        text = "".join(t.text or "" for t in paragraph.iter("{*}t"))
        if not text.startswith("{%p include"):
            continue
        block = Document(str(workspace.block(text.split('"')[1]))).element.body
        for element in block.iterchildren("{*}p", "{*}tbl"):
            paragraph.addprevious(deepcopy(element))
        paragraph.getparent().remove(paragraph)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def docxtpl_render(template: bytes) -> Callable[[dict[str, Any]], bytes]:
    environment = jinja2.Environment(autoescape=True)
    environment.filters.update({name: row.function for name, row in FILTERS.items()})

    def render(context: dict[str, Any]) -> bytes:
        document = DocxTemplate(io.BytesIO(template))
        document.render(context, environment, autoescape=True)
        out = io.BytesIO()
        document.save(out)
        return out.getvalue()

    return render


def milliseconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def cycle(items: list[Any]) -> Iterator[Any]:
    while True:
        yield from items


def measure(workspace: Workspace, type: str) -> str:
    doctype = workspace.doctype(type)
    press = Press(workspace, doctype)
    found = plan(workspace, doctype, Request(type, parameters=PAPERS[type]))
    contexts = [press.context(record)[0] for record in found]
    theirs = docxtpl_render(flat(workspace, doctype.template_path))
    ours = press.template.render
    times: dict[str, list[float]] = {"context": [], "docgen": [], "write": [], "docxtpl": []}
    end = time.perf_counter() + SECONDS
    with tempfile.TemporaryDirectory() as folder:
        for record, context in zip(cycle(found), cycle(contexts), strict=False):
            times["context"].append(milliseconds(lambda record=record: press.context(record)))
            times["docgen"] += [milliseconds(lambda context=context: ours(context)) for _ in range(5)]
            data = ours(context)
            times["write"].append(milliseconds(lambda data=data: output.write_atomically(Path(folder, "a.docx"), data)))
            times["docxtpl"].append(milliseconds(lambda context=context: theirs(context)))
            if time.perf_counter() > end:
                break
    median = {name: statistics.median(values) for name, values in times.items()}
    ratio = median["docxtpl"] / median["docgen"]
    figures = " ".join(f"{median[step]:9.2f}" for step in ("context", "docgen", "write", "docxtpl"))
    return f"{type:32} {figures} {ratio:7.0f}×"


def batch(workspace: Workspace, size: int) -> str:
    """One job of *size* report cards: validated, put into context, rendered, written."""
    cards = plan(workspace, workspace.doctype(CARD), Request(CARD, parameters=PAPERS[CARD]))
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        path = Path(folder, "cards.jsonl")
        with path.open("w", encoding="utf-8") as lines:
            for number, card in zip(range(size), cycle(cards), strict=False):
                lines.write(json.dumps({**card.data, "id": f"{number:06d}"}, ensure_ascii=False) + "\n")
        took = milliseconds(lambda: Job(workspace, Request(CARD, paths=[path], folder=Path(folder, "cards"))).run())
    return f"{size:>10,} cards {took / 1000:9.2f} s {took / size:9.2f} ms a card {size / took * 1000:9,.0f} a second"


def main(types: list[str]) -> None:
    workspace = Workspace.find(ROOT)
    print(f"{platform.platform()}, Python {platform.python_version()}; medians, ms a document")
    print(f"{'':32} {'validate':>9} {'render':>9} {'write':>9} {'docxtpl':>9} {'ratio':>8}")
    for name in types or PAPERS:
        print(measure(workspace, name), flush=True)
    for size in SIZES:
        print(batch(workspace, size), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
