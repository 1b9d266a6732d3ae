"""What the register speaks of: claims, entries, papers, events, gaps; plain data."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from docgen.database import Row
from docgen.errors import Problem

State = Literal["reserved", "issued", "signed", "void"]

# What tells a record from others, not what it says: the same facts under another id are the same facts.
_NAMES = ("id",)


@dataclass(frozen=True, slots=True)
class Claim:
    """A paper that asks for its number.

    Args:
        key: of the record; *has_id* when it is an id of its own, not the name of a file or the parameters.
        date: the paper's own, ISO.
        record: digest of the record's facts (`facts_digest`).
        number: the one the clerk typed, empty where the register shall give one.
        pattern: how a number is printed, ``{n}`` for its ordinal: ``{n}-о``.
    """

    type: str
    key: str
    date: str
    record: str
    subject: str = ""
    number: str = ""
    pattern: str = "{n}"
    has_id: bool = True


@dataclass(frozen=True, slots=True)
class Entry:
    """A number and its paper; times are ISO, local, with offset; *amends* and *amended_by* are ids of entries."""

    id: int
    series: str
    year: int
    ordinal: int
    number: str
    is_typed: bool
    type: str
    key: str
    has_id: bool
    date: str
    state: State
    subject: str
    file: str
    sha256: str
    record: str
    template: str
    reserved_at: str
    issued_at: str | None
    signed_at: str | None
    void_at: str | None
    reason: str
    amends: int | None
    amended_by: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Grant:
    """The answer to a claim: its entry (None where it is refused) and what there is to say."""

    entry: Entry | None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Paper:
    """A document that stands on the disk under a reserved number.

    Args:
        entry: id of its entry.
        file: from the register's folder, or absolute.
        sha256: of the document.
        template: digest of the type's files.
        amends: id of the signed entry that this paper amends.
    """

    entry: int
    claim: Claim
    file: str
    sha256: str
    template: str
    amends: int | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """What happened to a number, and the digests that held from then on."""

    at: str
    what: str
    file: str
    sha256: str
    record: str
    template: str


@dataclass(frozen=True, slots=True)
class Gap:
    """Ordinals of a book and year that were never given, *first* to *last*."""

    series: str
    year: int
    first: int
    last: int


class Known(NamedTuple):
    """How far a book has come by a witness outside the register: its highest number, 0 for none, and who says so.

    *witness* is ``facts``, ``copy`` (of the register) or ``document``.
    """

    ordinal: int = 0
    witness: str = "facts"


def facts_digest(record: Mapping[str, Any]) -> str:
    """SHA-256 of what a record says, in canonical form: names sorted, its id and its number aside.

    >>> facts_digest({"id": "a", "x": 1}) == facts_digest({"x": 1, "doc": {"number": "5"}, "id": "b"})
    False
    >>> facts_digest({"id": "a", "doc": {}}) == facts_digest({"doc": {"number": "5"}, "id": "b"})
    True
    """
    facts = {name: value for name, value in record.items() if name not in _NAMES}
    if isinstance(facts.get("doc"), dict):
        facts["doc"] = {name: value for name, value in facts["doc"].items() if name != "number"}
    text = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def entry_of(row: Row) -> Entry:
    """An entry as the database has it."""
    values = dict(row)
    return Entry(**{**values, "is_typed": bool(values["is_typed"]), "has_id": bool(values["has_id"])})


def facts_of(entry: Entry) -> dict[str, str | int]:
    """What a sentence about an entry may print."""
    return {"number": entry.number, "label": entry.series, "year": entry.year, "subject": entry.subject, "key": entry.key,
            "date": entry.date, "reason": entry.reason,
            "id": entry.key if entry.has_id else ""}


def about(id: str, entry: Entry, **facts: str | int) -> Problem:
    """A problem that tells of an entry."""
    return Problem(id, facts={**facts_of(entry), **facts})
