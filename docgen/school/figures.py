"""Ratios, percentages and means, rounded as papers round them: half up, of whole numbers, without a float on the way.

docs/formulas.md, «Rounding».
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal


def ratio(numerator: int, denominator: int, *, places: int) -> Decimal | None:
    """*numerator* / *denominator* with so many decimals, half up; None when there is nothing to divide by.

    >>> ratio(33, 8, places=2), ratio(1, 0, places=1)
    (Decimal('4.13'), None)
    """
    if denominator == 0:
        return None
    return (Decimal(numerator) / Decimal(denominator)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def percent(part: int, whole: int) -> Decimal | None:
    """*part* of *whole* in per cent, one decimal.

    >>> percent(23, 24)
    Decimal('95.8')
    """
    return ratio(100 * part, whole, places=1)


def mean(total: int, count: int) -> Decimal | None:
    """The mean of *count* values that sum to *total*, two decimals.

    >>> mean(38, 12)
    Decimal('3.17')
    """
    return ratio(total, count, places=2)
