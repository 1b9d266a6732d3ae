"""Every type of the project in one print run: orders with appendices, landscape next to portrait."""

from __future__ import annotations

from io import BytesIO

import docx
import papers
from judges import judge

from docgen.template.merge import merge
from docgen.workspace import Workspace


def test_all_types_merge_and_lose_nothing(demo: Workspace) -> None:
    made = [papers.make(demo, type_, papers.sample(demo, type_), "sample", warned=True) for type_ in demo.types()]
    merged = merge([paper.data for paper in made])
    read = [paragraph.text for paper in made for paragraph in docx.Document(BytesIO(paper.data)).paragraphs]
    assert [paragraph.text for paragraph in docx.Document(BytesIO(merged)).paragraphs] == read
    assert judge(merged, made[0].template) == []
