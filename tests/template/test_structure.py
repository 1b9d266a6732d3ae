"""What a template can leave incomplete is seen when it is compiled; one that cannot go wrong needs no repair."""

from __future__ import annotations

import pytest
from wordfile import cell, p, r, row, table, word_file

from docgen.template.opc import Package
from docgen.template.structure import examine
from docgen.template.tags import Reader

DRAWING = '<w:r><w:drawing><wp:inline><wp:docPr id="1" name="а"/></wp:inline></w:drawing></w:r>'
MAYBE = p("{%p if a %}") + p("б") + p("{%p endif %}")
BOX = f"<w:r><w:pict><v:textbox><w:txbxContent>{MAYBE}</w:txbxContent></v:textbox></w:pict></w:r>"
CONTROL = f"<w:sdt><w:sdtContent>{p('{{ a }}')}</w:sdtContent></w:sdt>"


def all_needs(body: str, *, is_block: bool = False) -> set[str]:
    package = Package.read(word_file(body))
    return examine(Reader("ш", "document").read_block(package.data(package.main)), is_block=is_block).repairs


def needs(body: str, *, is_block: bool = False) -> set[str]:
    return all_needs(body, is_block=is_block) - {"cells"}


def needs_in_cell(content: str) -> bool:
    return "cells" in all_needs(table([row(cell(content), "{{ a }}")]) + p("соңу"))


LOOP = row("{%tr for a in b %}"), row("{{ a }}"), row("{%tr endfor %}")


@pytest.mark.parametrize(("body", "repairs"), [
    (p("{{ a }}"), set()),
    (table([row("№"), *LOOP]), set()),
    (table([*LOOP, row("Бардыгы")]), set()),
    (table(LOOP), {"tables"}),
    (table([row("{%tr if a %}"), row("б"), row("{%tr else %}"), row("в"), row("{%tr endif %}")]), {"tables"}),
    (table([row(cell(table(LOOP) + p("б")))]), {"tables"}),
    (table([row("а", "{%tc for a in b %}", "{{ a }}", "{%tc endfor %}")]), {"columns"}),
    (table([row("{%tc for a in b %}", "{{ a }}", "{%tc endfor %}")]), {"columns", "rows", "tables"}),
    (p(DRAWING, r("{{ a }}")), set()),
    (p(DRAWING, r("{{ a }}")) + p(DRAWING), {"ids"}),
    (p("{%p for a in b %}") + p(DRAWING) + p("{%p endfor %}"), {"ids"}),
    (p("{%p if a %}") + p(DRAWING) + p("{%p endif %}"), set()),
])
def test_a_template_needs(body: str, repairs: set[str]) -> None:
    assert needs(body) == repairs


def test_a_drawing_in_a_block_may_come_twice() -> None:
    assert needs(p(DRAWING, r("{{ a }}")), is_block=True) == {"ids"}


@pytest.mark.parametrize(("content", "wanted"), [
    (p("{{ a }}"), False), (MAYBE, True),
    (p("{%p for a in b %}") + p("{%p endfor %}") + p(), False),
    (p("а") + p('{%p include "б.docx" %}'), True), (p('{%p include "б.docx" %}') + p("а"), False), (CONTROL, False),
    (p("а") + p("{%p set n = 1 %}"), False), (p(BOX), True), (p("{% if a %}б{% endif %}"), False),
    (p("а{% if a %}б") + p("в{% endif %}"), False),
])
def test_a_cell_may_lack_its_last_paragraph(content: str, wanted: bool) -> None:
    assert needs_in_cell(content) is wanted
