"""Every type of the project in one print run: orders with appendices, landscape next to portrait."""

from __future__ import annotations

import subprocess
from io import BytesIO
from pathlib import Path

import docx
import papers
import pytest
from judges import judge, office
from wordfile import replaced

from docgen.template.merge import merge
from docgen.workspace import Workspace


def test_all_types_merge_and_lose_nothing(demo: Workspace) -> None:
    made = _samples(demo)
    merged = merge([paper.data for paper in made])
    read = [paragraph.text for paper in made for paragraph in docx.Document(BytesIO(paper.data)).paragraphs]
    assert [paragraph.text for paragraph in docx.Document(BytesIO(merged)).paragraphs] == read
    assert judge(merged, made[0].template) == []


@pytest.mark.slow
@pytest.mark.libreoffice
def test_every_page_of_every_type_looks_as_in_its_own_file(demo: Workspace, tmp_path: Path) -> None:
    """Among them a school's own order, whose styles have the names of the house and other looks."""
    made = {paper.name: paper.data for paper in _samples(demo)}
    own = replaced(made["order/expulsion-residence sample"], "word/styles.xml", '<w:jc w:val="both"/>', '<w:jc w:val="right"/>')
    own = replaced(own, "word/styles.xml", 'w:ascii="Times New Roman"', 'w:ascii="DejaVu Sans"')
    order = {"own order": own} | dict(sorted(made.items(), reverse=True)) | {"own order again": own}
    printed = office.convert(order | {"merged": merge(order.values())}, timeout_s=600)
    alone = [(name, page) for name in order for page in _images(printed[name].pdf, tmp_path)]
    together = _images(printed["merged"].pdf, tmp_path)
    assert len(together) == len(alone) > len(made)
    assert [name for (name, page), image in zip(alone, together, strict=True) if page != image] == []
    assert len(set(together)) > len(made)


def _samples(demo: Workspace) -> list[papers.Paper]:
    return [papers.make(demo, type_, papers.sample(demo, type_), "sample", warned=True) for type_ in demo.types()]


def _images(pdf: bytes, folder: Path) -> list[bytes]:
    """The pages in grey, at 60 dots an inch."""
    for old in folder.glob("page*"):
        old.unlink()
    subprocess.run(["pdftoppm", "-r", "60", "-gray", "-", str(folder / "page")], input=pdf, check=True, timeout=300)
    return [page.read_bytes() for page in sorted(folder.glob("page*"))]
