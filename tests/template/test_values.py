"""Values as they stand on paper."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from markupsafe import Markup

from docgen.template.values import Refused, Unclean, as_attribute, as_text, as_xml, clean


@pytest.mark.parametrize(("value", "text"), [
    ("Үсөн", "Үсөн"), (7, "7"), (-3, "-3"), (62.5, "62,5"), (4.0, "4,0"), (0.1 + 0.2, "0,3"), (Decimal("4.50"), "4,50"),
    (1e20, "100000000000000000000"), (-0.0, "0,0"), (Decimal("-0.00"), "0,00"),
    (Decimal("1.10"), "1,10"), (datetime.date(2025, 10, 3), "03.10.2025"), (datetime.date(812, 1, 2), "02.01.0812"),
])
def test_a_value_prints(value: object, text: str) -> None:
    assert as_text(value) == text


@pytest.mark.parametrize(("value", "problem"), [
    (None, "none-printed"), (True, "prints-truth"), ([1], "prints-list"), ((1,), "prints-list"), ({"а": 1}, "prints-object"),
    (float("nan"), "not-printable"), (Decimal("Infinity"), "not-printable"), (object(), "not-printable"),
    (Markup("<b>"), "not-printable"), (datetime.datetime(2025, 1, 1), "not-printable"),
])
def test_a_value_is_refused(value: object, problem: str) -> None:
    with pytest.raises(Refused) as caught:
        as_xml(value)
    assert caught.value.id == f"template.{problem}"


@pytest.mark.parametrize("character", [
    "\x00", "\x01", "\x08", "\x0b", "\x1f", "\x7f", "\x85", "\u200b", "\u200e", "\u202a", "\u202e", "\u2066", "\u2069",
    "\u2028", "\u2060", "\ufeff", "\ufffe", "\uffff", "\ud800", chr(0xDFFF), "\u061c", "\ue000", "\uf0b7", "\ufdd0",
])
def test_a_character_that_cannot_be_printed_is_never_lost_in_silence(character: str) -> None:
    for printer in (as_xml, as_attribute):
        with pytest.raises(Unclean):
            printer(f"а{character}б")
    left = "а б" if character in "\x0b\x85\u2028\u2029" else "аб"
    assert clean(f"а{character}б") == (left, [f"U+{ord(character):04X}"])


@pytest.mark.parametrize("copied", ["Асанова\x0bАйпери", "Асанова\u2028Айпери", "Асанова\u2029Айпери", "Асанова\x0b\x0bАйпери"])
def test_words_that_a_foreign_line_break_held_apart_do_not_grow_together(copied: str) -> None:
    assert clean(copied)[0] == "Асанова Айпери"


@pytest.mark.parametrize("text", [
    "№\u00a05", "А.\u00a0М.\u00a0Асанова", "кошмок\u00adсөз", "☐ ☑ ○", "ң ө ү Ң Ө Ү", "«–—»", "𝒳"])
def test_rare_characters_of_real_papers_stay(text: str) -> None:
    assert as_xml(text).decode() == text


def test_breaks_become_elements_in_text_and_spaces_elsewhere() -> None:
    line, tab = "</w:t><w:br/><w:t xml:space=\"preserve\">", "</w:t><w:tab/><w:t xml:space=\"preserve\">"
    assert as_xml("а\r\nб\tв").decode() == f"а{line}б{tab}в"
    assert as_attribute("а\r\nб\tв\fг").decode() == "а б в г"


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_whatever_the_text_the_xml_is_well_formed_and_says_it(text: str) -> None:
    wanted = clean(text.replace("\r\n", "\n").replace("\r", "\n"))[0]
    wanted = wanted.replace("\a", "").replace("\f", "")
    xml = as_xml(wanted).decode()
    run = etree.fromstring(f'<w:r xmlns:w="w"><w:t xml:space="preserve">{xml}</w:t></w:r>')
    said = "".join({"t": child.text or "", "br": "\n", "tab": "\t"}[etree.QName(child).localname] for child in run)
    assert said == wanted
