"""File names that every file system bears."""

from __future__ import annotations

import datetime
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen import output
from docgen.errors import ProblemsFound


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        (datetime.date(2025, 10, 13), "2025-10-13"),
        (None, ""),
        (7, "7"),
        ("Үмүт Өмүрбековна", "Үмүт Өмүрбековна"),
        ("и\u0306гилик", "йгилик"),  # NFC
        ("../../etc/passwd", "etc-passwd"),
        ("C:\\Windows", "C-Windows"),
        ("7/А", "7-А"),
        ("а\u00a0б\tв\nг", "а б в г"),
        ("а\x00б\u202eв\u200b", "абв"),  # control, right-to-left override, zero width
        ("аты. ", "аты"),
        ('"Көз?"*', "Көз"),
    ],
)
def test_a_value_is_cleaned_before_it_enters_a_name(value: object, printed: str) -> None:
    assert output.printable(value) == printed


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("2025-10-13_Бердалиев", "2025-10-13_Бердалиев.docx"),
        ("2025-10-13__Бердалиев_", "2025-10-13_Бердалиев.docx"),  # an empty number between
        ("7-А/Асанова Каныкей", "7-А/Асанова Каныкей.docx"),
        ("буйрук.docx", "буйрук.docx"),
        ("/etc/буйрук", "etc/буйрук.docx"),
        ("../../буйрук", "буйрук.docx"),
        ("", "ord-08.docx"),
        ("con", "_con.docx"),
        ("LPT1.txt", "_LPT1.txt.docx"),
        ("conduct", "conduct.docx"),
        ("com¹", "_com¹.docx"),
    ],
)
def test_a_finished_name_is_cleaned_part_by_part(text: str, name: str) -> None:
    assert str(output.file_name(text, fallback="ord-08")) == name


@given(st.text(), st.text())
def test_no_name_leaves_the_folder_or_outgrows_a_part(text: str, key: str) -> None:
    name = output.file_name(text, fallback=key)
    assert not name.is_absolute()
    assert name.suffix == ".docx"
    for part in name.parts:
        assert part not in ("", ".", "..")
        assert len(part) <= output.LONGEST
        assert len(part.encode()) <= 255
        assert part == part.strip()
        assert not set(part) & set('\\:*?"<>|\x00\n')


def test_a_second_record_with_the_same_name_gets_its_key_added() -> None:
    names = output.Names()
    assert names.take(PurePosixPath("7-А/Асанова Каныкей.docx"), "s07a-02") == PurePosixPath("7-А/Асанова Каныкей.docx")
    again = names.take(PurePosixPath("7-А/АСАНОВА Каныкей.docx"), "s07a-03")
    assert again == PurePosixPath("7-А/АСАНОВА Каныкей (s07a-03).docx")
    with pytest.raises(ProblemsFound) as caught:
        names.take(PurePosixPath("7-А/Асанова Каныкей.docx"), "s07a-03")
    assert caught.value.problems[0].id == "output.clash"


def test_a_long_name_with_its_key_stays_within_the_limit() -> None:
    names = output.Names()
    name = output.file_name("ө" * 400, fallback="")
    assert names.take(name, "a") == name
    assert len(names.take(name, "s07a-03").name) <= output.LONGEST
