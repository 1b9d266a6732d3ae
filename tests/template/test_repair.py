"""Repairs leave sound Word XML, and leave a sound part alone."""

from __future__ import annotations

import re

import pytest
from wordfile import cell, p, r, row, table

from docgen.template.repair import REPAIRS, breaks, cells, columns, ids, rows, tables

GRID = re.compile(r'<w:gridCol w:w="(\d+)"/>')


def widths(xml: str) -> list[list[int]]:
    return [[int(width) for width in GRID.findall(grid)] for grid in re.findall("<w:tblGrid>(.*?)</w:tblGrid>", xml)]


@pytest.mark.parametrize("name", ["breaks", "rows", "tables", "cells"])
def test_a_sound_part_is_left_alone(name: str) -> None:
    sound = p("а") + table([row("б", cell(table([row("в")]) + p())), row("г", "д", properties="<w:cantSplit/>")])
    assert not REPAIRS[name].is_needed(sound.encode())
    assert REPAIRS[name].mend(sound) == sound


@pytest.mark.parametrize(("broken", "sound", "name"), [
    ("<w:tr></w:tr>", "", "rows"), ("<w:tr><w:trPr><w:cantSplit/></w:trPr></w:tr>", "", "rows"),
    ("<w:tr><w:tblPrEx><w:a/></w:tblPrEx></w:tr>", "", "rows"), (p("а") + table([]) + p("б"), p("а") + p("б"), "tables"),
    (table([row(cell(table([]) + p("а")))]), table([row(cell(p("а")))]), "tables"),
    ("<w:tc><w:tcPr/></w:tc>", "<w:tc><w:tcPr/><w:p/></w:tc>", "cells"), ("<w:tc></w:tc>", "<w:tc><w:p/></w:tc>", "cells"),
    (f"<w:tc>{table([row('а')])}</w:tc>", f"<w:tc>{table([row('а')])}<w:p/></w:tc>", "cells"),
    ("<w:hdr></w:hdr>", "<w:hdr><w:p/></w:hdr>", "cells"),
    ("<w:txbxContent></w:txbxContent>", "<w:txbxContent><w:p/></w:txbxContent>", "cells"),
])
def test_what_the_data_left_incomplete_is_mended(broken: str, sound: str, name: str) -> None:
    assert REPAIRS[name].is_needed(broken.encode())
    assert {"rows": rows, "tables": tables, "cells": cells}[name](broken) == sound


def test_a_grid_grows_and_shrinks_within_the_table_s_width() -> None:
    assert widths(columns(table([row("а", "б", "в", "г")], columns=2))) == [[500, 500, 500, 500]]
    assert widths(columns(table([row("а")], columns=4))) == [[4000]]
    assert widths(columns(table([row("а", "б")], columns=2))) == [[1000, 1000]]


def test_a_grid_counts_spans_and_skipped_columns_and_its_own_rows_only() -> None:
    spanned = row(cell("а", '<w:gridSpan w:val="3"/>'), "б")
    assert widths(columns(table([spanned, row("а", "б", "в", "г")], columns=4))) == [[1000] * 4]
    assert widths(columns(table([row("а", properties='<w:gridBefore w:val="2"/>')], columns=3))) == [[1000] * 3]
    nested = table([row(cell(table([row(*"абвгд")], columns=5) + p()), "б")], columns=2)
    assert widths(columns(nested)) == [[1000, 1000], [1000] * 5]


def test_a_bookmark_s_name_stays_within_word_s_forty_letters() -> None:
    mark = p('<w:bookmarkStart w:id="7" w:name="{}"/>'.format("а" * 40), r("б"), '<w:bookmarkEnd w:id="7"/>')
    names = re.findall('w:name="([^"]*)"', ids(mark * 12))
    assert len(set(names)) == 12
    assert {len(name) for name in names} == {40}


def test_a_break_closes_and_opens_whatever_is_open() -> None:
    link = '<w:hyperlink r:id="rId1"><w:r><w:rPr><w:b/></w:rPr><w:t>а\ab</w:t></w:r></w:hyperlink>'
    assert breaks(f"<w:p><w:pPr><w:jc/></w:pPr>{link}</w:p>") == (
        '<w:p><w:pPr><w:jc/></w:pPr><w:hyperlink r:id="rId1"><w:r><w:rPr><w:b/></w:rPr><w:t>а</w:t></w:r></w:hyperlink></w:p>'
        '<w:p><w:pPr><w:jc/></w:pPr><w:hyperlink r:id="rId1"><w:r><w:rPr><w:b/></w:rPr><w:t xml:space="preserve">b</w:t></w:r>'
        "</w:hyperlink></w:p>")
