"""Lists of every length on LibreOffice's pages: the last page has a pupil beside the signature."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import papers
import pytest
from judges.office import text_of_pages

from docgen.pdf import Office, starts
from docgen.template.merge import merge
from docgen.workspace import Workspace

Data = dict[str, Any]


def _week(data: Data, pupils: list[str]) -> Data:
    count = len(pupils)
    rows = [{"student": pupil, "reason": "excused", "days": 1, "lessons": 6} for pupil in pupils]
    totals = {"students": count, "days": count, "lessons": 6 * count, "lessons_unexcused": 0}
    return {**data, "rows": rows, "totals": {**data["totals"], **totals}}


def _day(data: Data, pupils: list[str]) -> Data:
    return {**data, "absences": [{"student": pupil, "reason": "excused"} for pupil in pupils]}


@pytest.mark.slow
@pytest.mark.libreoffice
@pytest.mark.parametrize(("type", "classes", "lists"), [
    ("appendix/absence-weekly-school", ("s07a", "s09a"), _week),
    ("appendix/absence-daily-class", ("s07a",), _day),
], ids=["week", "day"])
def test_a_list_of_any_length_ends_with_a_pupil_beside_the_signature(
    type: str, classes: tuple[str, ...], lists: Callable[[Data, list[str]], Data], demo: Workspace,
) -> None:
    sample = papers.sample(demo, type)
    here = [key for key in demo.facts.index.every("student") if key.startswith(classes) and key not in ("s07a-06", "s07a-24")]
    counts = range(8, len(here) + 1)
    made = [papers.make(demo, type, papers.with_data(sample, lists(sample.data, here[:count])), "", warned=True).data
            for count in counts]
    with Office(processes=1) as works:
        (pdf,) = works.convert([merge(made)])
    begins, pages = starts(pdf, len(made)), text_of_pages(pdf)
    last = [pages[end - 1] for end in [*begins[1:], len(pages)]]
    assert len(pages) > len(made)
    assert [count for count, page in zip(counts, last, strict=True) if not re.search(rf"(?m)^{count}\b", page)] == []
