"""LibreOffice reads what we made: pages, their text, and what is refused."""

from __future__ import annotations

import pytest
from wordfile import p, table, word_file

from judges import office


@pytest.mark.slow
@pytest.mark.libreoffice
def test_many_documents_come_out_of_one_process_with_their_pages_and_text() -> None:
    two = p("Биринчи бет") + p('<w:r><w:br w:type="page"/></w:r>') + p("Экинчи бет: ң ө ү")
    printed = office.convert({"буйрук": word_file(p("Окуучу Асанова") + table([["7-А", "25"]])), "эки/бет": word_file(two)})
    assert [len(printed[name].pages) for name in ("буйрук", "эки/бет")] == [1, 2]
    assert printed["эки/бет"].pages[1].strip() == "Экинчи бет: ң ө ү"
    assert printed["буйрук"].missing(["Асанова", "7-А", 25]) == []
    assert printed["буйрук"].missing(["Бекова"]) == ["«Бекова» is on no page"]


@pytest.mark.slow
@pytest.mark.libreoffice
def test_a_text_called_docx_gives_no_pdf_and_is_named() -> None:
    with pytest.raises(RuntimeError, match="жазуу"):
        office.convert({"жазуу": b"Salam", "буйрук": word_file(p("a"))})


@pytest.mark.slow
@pytest.mark.libreoffice
def test_time_that_is_over_is_said() -> None:
    with pytest.raises(RuntimeError, match=r"not done in 0\.05 s"):
        office.convert({"буйрук": word_file(p("a"))}, timeout_s=0.05)


@pytest.mark.parametrize(("required", "outcome"), [("1", pytest.fail.Exception), ("", pytest.skip.Exception)])
def test_where_libreoffice_is_absent_the_test_is_skipped_or_fails(
    monkeypatch: pytest.MonkeyPatch, required: str, outcome: type[BaseException],
) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("DOCGEN_REQUIRE_OFFICE", required)
    with pytest.raises(outcome, match="not installed: soffice, pdftotext"):
        office.convert({"буйрук": b""})
