"""Dates as papers write them."""

from __future__ import annotations

from datetime import date

import pytest

from docgen.kyrgyz import dates

words = str.split
DAY = date(2025, 10, 13)


def test_the_forms_of_a_full_date() -> None:
    assert dates.full(DAY) == "2025-жылдын 13-октябры"
    assert dates.attributive(DAY) == "2025-жылдын 13-октябрындагы"
    assert dates.full_in(DAY, "locative") == "2025-жылдын 13-октябрында"
    assert dates.full_in(DAY, "ablative") == "2025-жылдын 13-октябрынан"
    assert dates.full_in(DAY, "dative") == "2025-жылдын 13-октябрына"
    assert dates.without_year(DAY, "dative") == "13-октябрга"


def test_marks_tables_and_blanks() -> None:
    assert dates.quoted(DAY) == "«13» октябрь 2025-ж."
    assert dates.quoted(date(2026, 3, 9)) == "«9» март 2026-ж."
    assert dates.quoted_year(DAY) == "«13» октябрь 2025-жыл"
    assert dates.blank() == "«___» __________ 20__-ж."
    assert dates.blank(written_out=True) == "«___» __________ 20__-жыл"
    assert dates.numeric(date(2025, 3, 9)) == "09.03.2025"
    assert dates.day_month(date(2025, 3, 9)) == "09.03"


def test_the_possessed_months() -> None:
    months = words("январы февралы марты апрели майы июну июлу августу сентябры октябры ноябры декабры")
    assert [dates.month(number, possessed=True) for number in range(1, 13)] == months
    attributive = words(
        "январындагы февралындагы мартындагы апрелиндеги майындагы июнундагы июлундагы августундагы сентябрындагы "
        "октябрындагы ноябрындагы декабрындагы"
    )
    assert [dates.attributive(date(2026, number, 1)).split("-")[-1] for number in range(1, 13)] == attributive


def test_the_week() -> None:
    week = [dates.weekday(date(2025, 10, day)) for day in range(13, 20)]
    assert week == ["дүйшөмбү", "шейшемби", "шаршемби", "бейшемби", "жума", "ишемби", "жекшемби"]


def test_a_period_names_the_second_year_only_when_it_differs() -> None:
    assert dates.period(date(2022, 9, 1), date(2022, 12, 25)) == "2022-жылдын 1-сентябрынан 25-декабрына чейин"
    assert dates.period(date(2022, 11, 9), date(2023, 1, 10)) == "2022-жылдын 9-ноябрынан 2023-жылдын 10-январына чейин"
    assert dates.period(date(2022, 9, 1), date(2022, 12, 25), with_year=False) == "1-сентябрдан 25-декабрга чейин"
    assert dates.period(DAY, DAY) == "2025-жылдын 13-октябрында"
    with pytest.raises(ValueError, match="before it begins"):
        dates.period(DAY, date(2025, 10, 12))


@pytest.mark.parametrize("value", ["2025-2026", "2025–2026", "2025/2026", 2025, DAY, date(2026, 5, 25), date(2025, 8, 29)])
def test_the_school_year(value: str | int | date) -> None:
    assert dates.school_year(value) == "2025–2026-окуу жылы"
    assert dates.school_year(value, "locative") == "2025–2026-окуу жылында"


def test_no_school_year_is_refused() -> None:
    with pytest.raises(ValueError, match="no school year"):
        dates.school_year("быйыл")


def test_terms_and_years() -> None:
    assert dates.term(1) == "1-чейрек"
    assert dates.term(2, roman=True) == "II чейрек"
    assert dates.half_year(1) == "1-жарым жылдык"
    assert dates.year(2030, "dative") == "2030-жылга"
    assert dates.in_year(DAY) == "2025-жылы"
    assert dates.month_of_year(DAY, "locative") == "2025-жылдын октябрында"
