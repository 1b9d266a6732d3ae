"""The comparison with docxtpl sees what it must see: eight seeded changes, each of which it calls a difference."""

from __future__ import annotations

import pytest
from oracle import differences, docxtpl_render
from wordfile import p, r, replaced, row, table, word_file

CELL = '<w:tc><w:tcPr><w:tcW w:w="1" w:type="dxa"/><w:gridSpan w:val="2"/></w:tcPr><w:p/></w:tc>'
DRAWING = ('<w:r><w:drawing><wp:inline><wp:docPr id="{id}" name="a"/></wp:inline></w:drawing></w:r>')
BODY = (p("Биринчи") + p(r("Экинчи", "<w:b/>"), r(" сөз ")) + p(r("үч", "<w:b/><w:i/>"))
        + table([f"<w:tr>{CELL}</w:tr>"]) + table([row("а", "б"), row("в", "г")])
        + p(DRAWING.format(id=1)) + p(DRAWING.format(id=2)))

SEEDED = {
    "a lost paragraph": ("word/document.xml", p("Биринчи"), ""),
    "swapped cells": ("word/document.xml", row("а", "б"), row("б", "а")),
    "lost bold": ("word/document.xml", "<w:rPr><w:b/></w:rPr>", ""),
    "a changed header": ("word/header1.xml", "Мектеп", "Лицей"),
    "a duplicate id": ("word/document.xml", '<wp:docPr id="1002"', '<wp:docPr id="1001"'),
    "swapped properties of a run": ("word/document.xml", "<w:b/><w:i/>", "<w:i/><w:b/>"),
    "swapped properties of a cell": ("word/document.xml", '<w:tcW w:w="1" w:type="dxa"/><w:gridSpan w:val="2"/>',
                                     '<w:gridSpan w:val="2"/><w:tcW w:w="1" w:type="dxa"/>'),
    "a lost xml:space": ("word/document.xml", '<w:t xml:space="preserve"> сөз </w:t>', "<w:t> сөз </w:t>"),
}


@pytest.fixture(scope="module")
def document() -> bytes:
    return docxtpl_render(word_file(BODY, header=p("Мектеп")), {})


@pytest.mark.parametrize("change", SEEDED)
def test_the_comparison_fails_on(change: str, document: bytes) -> None:
    assert differences(document, replaced(document, *SEEDED[change]))


def test_a_document_equals_itself(document: bytes) -> None:
    assert differences(document, document) == []


def test_runs_split_by_proofing_are_the_same_text(document: bytes) -> None:
    split = replaced(document, "word/document.xml", r("Биринчи"), r("Бирин") + '<w:proofErr w:type="spellStart"/>' + r("чи"))
    assert differences(document, split) == []
