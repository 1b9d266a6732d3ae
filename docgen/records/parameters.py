"""Parameters of a command (`-p leave_date=2025-11-05`) to a record: dots nest, a name given again makes a list longer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from docgen.errors import Position, Problem, ProblemsFound
from docgen.records import tree
from docgen.records.fields import Fields
from docgen.records.source import Record, Source

_TRUTH = {"ооба": True, "true": True, "жок": False, "false": False}
_SURROGATE = re.compile("[\ud800-\udfff]")
SOURCE = Source("-p", None, "parameters")


def record_of(
    parameters: Mapping[str, str | list[str]],
    schema: Mapping[str, Any],
    *,
    schemas: Mapping[str, Mapping[str, Any]] | None = None,
    path: str = "",
) -> Record:
    """The record that the parameters tell, its values typed by the schema.

    ``application.date=2025-11-03`` fills the field ``date`` of ``application``. A text stays what was typed; a number or
    ``ооба``/``жок`` becomes one where the schema wants it. What does not fit stays a text, so that validation says it, with
    all other problems, at the place ``-p name``.

    Args:
        schemas: where `$ref` in *schema* lead, as for `Fields`.

    Raises:
        ProblemsFound: names that contradict each other or are no names, values given twice for a field that takes one.
    """
    fields = Fields(schema, schemas=schemas or {}, path=path)
    data: dict[str, Any] = {}
    problems = []
    for name, given in parameters.items():
        tokens = name.split(".")
        values = [given] if isinstance(given, str) else list(given)
        wrong, value = _value(fields, tokens, values)
        wrong = wrong or _put(data, tokens, value)
        if wrong:
            problems.append(Problem(wrong, Position(f"-p {name}".rstrip()), {"found": name}))
    if problems:
        raise ProblemsFound(problems)
    return Record(_key(parameters, data), data, SOURCE)


def _value(fields: Fields, tokens: list[str], values: list[str]) -> tuple[str, Any]:
    """The id of a problem or an empty text, and the typed value."""
    if not all(token.strip() for token in tokens):
        return "record.parameter-name", None
    if any(_SURROGATE.search(text) for text in (*tokens, *values)):
        return "record.parameter-letters", None
    nodes = fields.at(list(tokens))
    for choice in fields.said(nodes, "enum") or ():
        if values == [str(choice)]:  # 1 among 1, 2, 3, 4, year
            return "", choice
    types = fields.types(nodes)
    if "array" in types and "string" not in types:
        of_entry = fields.types([child for node in nodes for child in fields.child(node, 0)])
        return "", [_typed(text, of_entry) for text in values]
    if len(values) > 1:
        return "record.parameter-repeated", None
    return "", _typed(values[0], types)


def _typed(text: str, types: set[str]) -> object:
    if "boolean" in types and text.lower() in _TRUTH:
        return _TRUTH[text.lower()]
    if types & {"integer", "number"} and "string" not in types:
        try:
            value = tree.plain_value(text)
        except OverflowError:
            return text
        return value if isinstance(value, int | float) and not isinstance(value, bool) else text
    return text


def _put(data: dict[str, Any], tokens: list[str], value: object) -> str:
    """Lay a value at its place; the id of a problem when something else is there already."""
    holder = data
    for token in tokens[:-1]:
        holder = holder.setdefault(token, {})
        if not isinstance(holder, dict):
            return "record.parameter-conflict"
    if tokens[-1] in holder:
        return "record.parameter-conflict"
    holder[tokens[-1]] = value
    return ""


def _key(parameters: Mapping[str, str | list[str]], data: Mapping[str, Any]) -> str:
    if isinstance(data.get("id"), str) and data["id"].strip():
        return str(data["id"])
    pairs = [f"{name}={','.join([given] if isinstance(given, str) else given)}" for name, given in parameters.items()]
    return " ".join(sorted(pairs))
