"""Dates as Kyrgyz papers write them.

A date with its year is possessed: «2025-жылдын 13-октябры», so its cases are pronominal (13-октябрына,
13-октябрынан). A date without a year is plain: 13-октябрь, 13-октябрга (§8). Months are lower case; day and year are
ordinals, hence the hyphen.
"""

from __future__ import annotations

from datetime import date

from docgen.kyrgyz.inflection import inflect_phrase, locative_attributive_phrase
from docgen.kyrgyz.readings import to_roman

MONTHS = (
    "январь", "февраль", "март", "апрель", "май", "июнь", "июль", "август", "сентябрь", "октябрь", "ноябрь", "декабрь",
)
WEEKDAYS = ("дүйшөмбү", "шейшемби", "шаршемби", "бейшемби", "жума", "ишемби", "жекшемби")
SCHOOL_YEAR_STARTS = 8  # August: its papers already belong to the school year that begins in September


def month(day: date | int, *, possessed: bool = False) -> str:
    """Give the name of the month, plain (октябрь) or possessed (октябры)."""
    name = MONTHS[(day if isinstance(day, int) else day.month) - 1]
    return inflect_phrase(name, "nominative", "singular", "3", False) if possessed else name


def full(day: date) -> str:
    """Give the date of orders, acts, minutes: «2025-жылдын 13-октябры»."""
    return f"{day.year}-жылдын {_possessed_day(day)}"


def full_in(day: date, case: str) -> str:
    """Give the full date in a case: dative «2025-жылдын 13-октябрына»."""
    return inflect_phrase(full(day), case, "singular", None, True)


def attributive(day: date) -> str:
    """Give the full date before a noun: «2025-жылдын 13-октябрындагы» № 45 буйругу."""
    return locative_attributive_phrase(full(day), True)


def without_year(day: date, case: str = "nominative") -> str:
    """Give day and month, plain: «13-октябрь», dative «13-октябрга» (§8)."""
    return inflect_phrase(f"{day.day}-{month(day)}", case, "singular", None, False)


def quoted(day: date) -> str:
    """Give the date of approval marks and forms filled by hand: ««13» октябрь 2025-ж.»."""
    return f"«{day.day}» {month(day)} {day.year}-ж."


def quoted_year(day: date) -> str:
    """Give the same with the year written out: ««13» октябрь 2025-жыл»."""
    return f"«{day.day}» {month(day)} {day.year}-жыл"


def blank(*, written_out: bool = False) -> str:
    """Give the line on which a date is written by hand: «___» __________ 20__-ж., or 20__-жыл."""
    return "«___» __________ 20__-" + ("жыл" if written_out else "ж.")


#: where a numeric date is written by hand
BLANK_NUMERIC, BLANK_DAY_MONTH, BLANK_YEAR = "__.__.20__", "__.__", "20__"
# Endings after a month that a hand will write, possessed: октябры-н-на. All months but апрели have back vowels; the blank forms
# of the schools print these endings too («20__-жылдын «___» __________нан «___» __________на чейин»).
_BLANK_ENDINGS = {"nominative": "", "genitive": "нын", "dative": "на", "accusative": "н", "locative": "нда", "ablative": "нан",
                  "attributive": "ндагы"}


def blank_full(case: str = "nominative") -> str:
    """Give the line for a full date in a case, or ``attributive``: «20__-жылдын «___» __________нан»."""
    return f"20__-жылдын {_blank_day(case)}"


def blank_period() -> str:
    """Give the line for a period: «20__-жылдын «___» __________нан «___» __________на чейин»."""
    return f"{blank_full('ablative')} {_blank_day('dative')} чейин"


def _blank_day(case: str) -> str:
    return f"«___» __________{_BLANK_ENDINGS[case]}"


def numeric(day: date) -> str:
    """Give the date of tables: «13.10.2025»."""
    return f"{day.day:02d}.{day.month:02d}.{day.year:04d}"


def day_month(day: date) -> str:
    """Give the date of column heads: «13.10»."""
    return f"{day.day:02d}.{day.month:02d}"


def weekday(day: date) -> str:
    """Give the day of the week: «дүйшөмбү»."""
    return WEEKDAYS[day.weekday()]


def year(day: date | int, case: str = "nominative") -> str:
    """Give the year: «2025-жыл», dative «2025-жылга»."""
    return inflect_phrase(f"{day if isinstance(day, int) else day.year}-жыл", case, "singular", None, False)


def in_year(day: date | int) -> str:
    """Give «in the year», adverbial: «2025-жылы»."""
    return f"{day if isinstance(day, int) else day.year}-жылы"


def month_of_year(day: date, case: str = "nominative") -> str:
    """Give a month of a year: «2025-жылдын октябры», locative «2025-жылдын октябрында»."""
    return inflect_phrase(f"{day.year}-жылдын {month(day, possessed=True)}", case, "singular", None, True)


def school_year(value: str | int | date, case: str = "nominative") -> str:
    """Give the school year with an en dash: «2025–2026-окуу жылы», locative «…-окуу жылында».

    *value*: a date (August opens a school year), the year it begins in, or text such as «2025-2026», «2025/26».
    Raises ValueError for text without a year.
    """
    start = _school_year_start(value)
    return inflect_phrase(f"{start}–{start + 1}-окуу жылы", case, "singular", None, True)


def _school_year_start(value: str | int | date) -> int:
    if isinstance(value, date):
        return value.year if value.month >= SCHOOL_YEAR_STARTS else value.year - 1
    text = str(value).strip()[:4]
    if len(text) != 4 or not text.isdecimal():
        raise ValueError(f"{value!r} names no school year")
    return int(text)


def term(number: int, *, roman: bool = False) -> str:
    """Give a quarter of the school year: «1-чейрек», or «I чейрек» (no hyphen after Roman numerals)."""
    return f"{to_roman(number)} чейрек" if roman else f"{number}-чейрек"


def half_year(number: int) -> str:
    """Give a half of the school year: «1-жарым жылдык»."""
    return f"{number}-жарым жылдык"


def period(start: date, end: date, *, with_year: bool = True) -> str:
    """Give «from … to …»: «2025-жылдын 1-сентябрынан 25-декабрына чейин».

    The year of the end is named only when it differs; one day gives the locative (2025-жылдын 13-октябрында).
    Without years the months are plain: «1-сентябрдан 25-декабрга чейин». ValueError if *end* is before *start*.
    """
    if end < start:
        raise ValueError(f"the period ends ({end}) before it begins ({start})")
    if not with_year:
        if start == end:
            return without_year(start, "locative")
        return f"{without_year(start, 'ablative')} {without_year(end, 'dative')} чейин"
    if start == end:
        return full_in(start, "locative")
    if start.year != end.year:
        last = full_in(end, "dative")
    else:
        last = inflect_phrase(_possessed_day(end), "dative", "singular", None, True)
    return f"{full_in(start, 'ablative')} {last} чейин"


def _possessed_day(day: date) -> str:
    return f"{day.day}-{month(day, possessed=True)}"
