"""How a value of the context is printed: as text, or escaped for the XML of a Word file.

Printed are text, numbers and dates only: whole numbers as they are, fractions with a decimal comma, a date as 13.10.2025.
`None`, true and false, lists and objects are refused: on paper they would be an accident.

Characters that XML or a printed page cannot bear are cleaned away and reported. Four control characters have a meaning, as in
docxtpl: ``\\n`` breaks the line, ``\\t`` is a tab, ``\\a`` begins a new paragraph, ``\\f`` a new page.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

import markupsafe

from docgen.template.blanks import MARK, Blank

_escape: Callable[[str], str]
try:  # the C function below markupsafe.escape: a plain str in, a plain str out, at a third of the time
    from markupsafe._speedups import _escape_inner as _escape  # type: ignore[import-not-found, no-redef, unused-ignore]
except ImportError:
    def _escape(text: str) -> str:
        return str(markupsafe.escape(text))

# XML 1.0, production 2 (Char): C0 controls, surrogates, U+FFFE and U+FFFF are no characters of a document.
# The rest is invisible on paper or turns the reading order round: C1 controls, zero-width marks, bidirectional overrides,
# line and paragraph separators, interlinear annotation, byte order marks. U+00AD (soft hyphen) and U+00A0 stay.
_UNBEARABLE = re.compile(
    "[\x00-\x06\x08\x0b\x0e-\x1f\x7f-\x9f\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\ud800-\udfff\ue000-\uf8ff\ufdd0-\ufdef\ufeff\ufff9-\ufffb\ufffe\uffff\U0001fffe\U0001ffff\U000e0000-\U000e007f]"
)

#: characters of a text that a template puts together from others
LONGEST_TEXT = 100_000
# What parts lines elsewhere: U+000B is Word's own line break in copied text, U+2028 that of web pages. Words that it held apart
# stay apart.
_PARTING = re.compile("(?<=\\S)[\x0b\x85\u2028\u2029]+(?=\\S)")
_UNPRINTABLE = {bool: "template.prints-truth", list: "template.prints-list", tuple: "template.prints-list",
                dict: "template.prints-object"}
_LINE = '</w:t><w:br/><w:t xml:space="preserve">'
_TAB = '</w:t><w:tab/><w:t xml:space="preserve">'


class Refused(Exception):
    """A value cannot be used so. *id* and *facts* become a Problem once the place is known."""

    def __init__(self, id: str, **facts: str | int) -> None:
        self.id = id
        self.facts = facts
        super().__init__(id, facts)


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a filter drew, as XML that ends the text of its run and begins the next; it can be printed and nothing else."""

    xml: bytes


class Unclean(Exception):
    """A value has characters that must be cleaned away, and reported with their place."""


def clean(text: str) -> tuple[str, list[str]]:
    """The text without characters that cannot be printed, and those found: ``U+200B``, in order.

    What parted two words leaves a blank between them.
    """
    found = [f"U+{ord(character):04X}" for character in _UNBEARABLE.findall(text)]
    return _UNBEARABLE.sub("", _PARTING.sub(" ", text)), found


def as_text(value: object) -> str:
    """The plain text of a printable value.

    Raises:
        Refused: the value is None (``template.none-printed``) or no text, number or date (``template.prints-list`` …).
    """
    kind = type(value)
    if kind is str:
        return value  # type: ignore[return-value]
    if kind is int:
        return str(value)
    if kind is datetime.date:
        return _date(value)  # type: ignore[arg-type]
    if kind is Decimal:
        return _decimal(value)  # type: ignore[arg-type]
    if kind is float:
        return _float(value)  # type: ignore[arg-type]
    if value is None:
        raise Refused("template.none-printed")
    if kind is Blank:
        return str(value)
    raise Refused(_UNPRINTABLE.get(kind, "template.not-printable"), value=shown(value))


def as_xml(value: object) -> bytes:
    """The value as content of ``w:t``, in UTF-8: escaped, its line breaks and tabs made into elements.

    Raises:
        Unclean: it has characters that must be cleaned away; nothing is lost in silence.
        Refused: as `as_text`.
    """
    if type(value) is str:
        if value.isprintable():
            return _escape(value).encode()
        return _breaks(value).encode()
    if type(value) is Blank:
        return f"{MARK}{value}".encode()
    if type(value) is Drawn:
        return value.xml
    return _escape(as_text(value)).encode()


def as_attribute(value: object) -> bytes:
    """The value where no element can stand (an attribute, a field's instruction, a property): breaks become spaces."""
    text = as_text(value)
    if text.isprintable():
        return _escape(text).encode()
    if _UNBEARABLE.search(text):
        raise Unclean(text)
    return _escape(re.sub(r"\r\n|[\r\n\t\f\a]", " ", text)).encode()


def _breaks(text: str) -> str:
    if _UNBEARABLE.search(text.replace("\r", "\n")):
        raise Unclean(text)
    text = _escape(text.replace("\r\n", "\n").replace("\r", "\n"))
    return text.replace("\n", _LINE).replace("\t", _TAB)


def _date(date: datetime.date) -> str:
    # not strftime: it does not pad years before 1000 on every platform
    return f"{date.day:02}.{date.month:02}.{date.year:04}"


def _decimal(value: Decimal) -> str:
    if not value.is_finite():
        raise Refused("template.not-printable", value=str(value))
    return format(value if value else abs(value), "f").replace(".", ",")   # no «-0,0»


def _float(value: float) -> str:
    # 0.1 + 0.2 is printed 0,3: beyond 12 digits a fraction shows how it is stored, not what it is
    text = repr(value)
    return _decimal(Decimal(text if len(text) <= 14 else format(value, ".12g")))


def shown(value: object) -> str:
    """A value in short, for problems."""
    if isinstance(value, (list, tuple)):
        return "[…]"
    if isinstance(value, dict):
        return "{…}"
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "none"
    text = str(value) if isinstance(value, (str, int, float, Decimal, datetime.date)) else type(value).__name__
    return text if len(text) <= 40 else text[:39] + "…"
