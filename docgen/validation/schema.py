"""A record against its JSON Schema (2020-12): every problem at once, each with its place in the file and its Kyrgyz label.

jsonschema-rs does the checking. By default it would open any file or address that a `$ref` names: here it gets a registry of
the local schemas that can be reached, and a retriever that refuses everything else.
"""

from __future__ import annotations

import datetime
import difflib
import posixpath
import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from docgen.errors import Position, Problem, ProblemsFound, in_order
from docgen.records import Record
from docgen.records.fields import Fields
from docgen.validation.explain import Explainer

_BASE = "docgen:///"
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Validator:
    """Checks records against one schema. Built once, used for many records; made anew in each process.

    Args:
        schema: the schema of a record.
        schemas: all local schemas by path relative to ``data_schemas``: ``_defs/student.schema.json``.
        path: this schema's own path, from which its `$ref` count.
    """

    def __init__(self, schema: Mapping[str, Any], *, schemas: Mapping[str, Mapping[str, Any]], path: str) -> None:
        self.schema = schema
        self.schemas = schemas
        self.path = path

    def problems(self, record: Record) -> list[Problem]:
        """What is wrong with a record, in the order of its file; empty when nothing is.

        Raises:
            ProblemsFound: the schema itself is broken (``schema.*``).
        """
        if self._checker.is_valid(record.data):
            return []
        return in_order(self._explainer.problems(self._checker.iter_errors(record.data), record))

    @cached_property
    def _explainer(self) -> Explainer:
        return Explainer(Fields(self.schema, schemas=self.schemas, path=self.path))

    @cached_property
    def _checker(self) -> Any:
        import jsonschema_rs

        resources: list[Any] = list(self._reachable())
        try:
            return jsonschema_rs.Draft202012Validator(
                dict(self.schema),
                registry=jsonschema_rs.Registry(resources, retriever=_refuse),
                retriever=_refuse,
                base_uri=_BASE + self.path,
                validate_formats=True,
                formats={"date": is_date},
            )
        except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError, ValueError) as error:
            pointer = "".join(f"/{token}" for token in getattr(error, "instance_path", ()))
            said = getattr(error, "message", str(error))
            raise ProblemsFound([Problem("schema.broken", Position(self.path, pointer=pointer), {"found": said})]) from None

    def _reachable(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """The other schemas that this one leads to, by address."""
        waiting, seen = [(self.path, self.schema)], {self.path}
        while waiting:
            path, schema = waiting.pop()
            for reference in sorted(_references(schema)):
                target = posixpath.normpath(posixpath.join(posixpath.dirname(path), reference.partition("#")[0]))
                if target in seen or reference.startswith("#"):
                    continue
                if target not in self.schemas:
                    near = difflib.get_close_matches(target, list(self.schemas), n=1)
                    facts = {"found": reference, "nearest": near[0] if near else ""}
                    raise ProblemsFound([Problem("schema.no-reference", Position(path), facts)])
                seen.add(target)
                waiting.append((target, self.schemas[target]))
                yield _BASE + target, self.schemas[target]


def is_date(text: object) -> bool:
    """Whether a text is a day of the calendar, written ``2025-10-13``.

    >>> [is_date(text) for text in ("2025-10-13", "2031-02-30", "13.10.2025", "0000-01-01")]
    [True, False, False, False]
    """
    if not isinstance(text, str) or not _DATE.fullmatch(text):
        return False
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _refuse(address: str) -> Any:
    raise LookupError(address)


def _references(schema: object) -> set[str]:
    if isinstance(schema, list):
        return set().union(*map(_references, schema))
    if not isinstance(schema, Mapping):
        return set()
    own = {schema["$ref"]} if isinstance(schema.get("$ref"), str) else set()
    return own.union(*map(_references, schema.values()))
