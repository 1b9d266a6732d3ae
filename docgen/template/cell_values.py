"""How the values of tags that change a cell are printed into its properties: a number of columns, a colour."""

from __future__ import annotations

import re

from docgen.template.blanks import Blank
from docgen.template.values import Refused, shown

#: Word's own limit for the columns of a table
MOST_COLUMNS = 63
_COLOUR = re.compile(r"#?([0-9A-Fa-f]{6})")
#: no colour of its own
AUTO = "auto"


def as_span(value: object) -> bytes:
    """The columns over which a cell goes.

    Raises:
        Refused: it is no whole number from 1 to `MOST_COLUMNS`.
    """
    if type(value) is Blank:
        return b"1"
    if type(value) is int and 1 <= value <= MOST_COLUMNS:
        return str(value).encode()
    if value is None:
        raise Refused("template.none-printed")
    raise Refused("template.needs-span", value=shown(value), limit=MOST_COLUMNS)


def as_colour(value: object) -> bytes:
    """A colour as Word writes it: ``F2F2F2``; ``auto`` for none.

    Raises:
        Refused: it is no colour.
    """
    if type(value) is Blank:
        return AUTO.encode()
    if type(value) is str and value == AUTO:
        return AUTO.encode()
    found = _COLOUR.fullmatch(value) if type(value) is str else None
    if found:
        return found[1].encode()
    if value is None:
        raise Refused("template.none-printed")
    raise Refused("template.needs-colour", value=shown(value))
