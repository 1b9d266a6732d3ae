"""What a filter accepts: a value of the context as the kind of thing the filter works on, or a problem that names it."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from docgen.template.values import Refused, as_text, shown


def text(value: object) -> str:
    """A word or a phrase; numbers and dates are taken as they print."""
    return value if type(value) is str else as_text(value)


def date(value: object) -> datetime.date:
    if type(value) is datetime.date:
        return value
    if value is None:
        raise Refused("template.none-printed")
    raise Refused("template.needs-date", value=shown(value))


def items(value: object) -> list[Any]:
    if type(value) is list:
        return value
    if type(value) is tuple:
        return list(value)
    if value is None:
        raise Refused("template.none-printed")
    raise Refused("template.needs-list", value=shown(value))


def number(value: object) -> Decimal:
    if type(value) is Decimal:
        return value
    if type(value) in (int, float):
        return Decimal(str(value))
    if value is None:
        raise Refused("template.none-printed")
    raise Refused("template.needs-number", value=shown(value))


def whole(value: object) -> int:
    if type(value) is int:
        return value
    if value is None:
        raise Refused("template.none-printed")
    raise Refused("template.needs-number", value=shown(value))


def field(item: object, name: str) -> object:
    if isinstance(item, Mapping) and name in item:
        return item[name]
    raise Refused("template.unknown-name", found=name, nearest="")
