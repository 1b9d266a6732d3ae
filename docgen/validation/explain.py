"""What a schema error means to the person who filled the record in: jsonschema-rs's errors to `Problem`s.

Labels and hints come from the schema: ``title`` is the label, ``description`` (for a pattern ``x-docgen-pattern-hint``) the
hint, ``examples`` the example. They are followed along the path on which the checker went, through every `$ref`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from docgen.errors import Problem
from docgen.records import Record
from docgen.records.fields import Fields, Node
from docgen.records.tree import step
from docgen.validation.said import Said, as_date, listed, nearest, shown

# What a value may be → the problem when it is something else. `null` beside others only says that it may be left empty.
_TYPES = {
    frozenset({"string"}): "record.type-text",
    frozenset({"integer"}): "record.type-integer",
    frozenset({"number"}): "record.type-number",
    frozenset({"integer", "number"}): "record.type-number",
    frozenset({"string", "integer"}): "record.type-text-or-number",
    frozenset({"string", "number"}): "record.type-text-or-number",
    frozenset({"boolean"}): "record.type-boolean",
    frozenset({"array"}): "record.type-list",
    frozenset({"object"}): "record.type-fields",
}

# Keywords whose problem needs only the limit.
_LIMITS = {
    "minimum": "record.minimum",
    "maximum": "record.maximum",
    "exclusiveMinimum": "record.exclusive-minimum",
    "exclusiveMaximum": "record.exclusive-maximum",
    "minLength": "record.min-length",
    "maxLength": "record.max-length",
    "minItems": "record.min-items",
    "maxItems": "record.max-items",
    "minProperties": "record.min-fields",
    "maxProperties": "record.max-fields",
}

# Said only of a value that is there and of the right type.
_LESSER = {"record.pattern", "record.latin-letters", "record.min-length", "record.date-form", "record.format", "record.enum"}

_MISSING = {"record.required", "record.required-parameter"}

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# Latin letters that look like Cyrillic ones (Unicode confusables): the commonest slip of a keyboard with three languages.
_LOOKALIKES = str.maketrans("ABCEHKMOPTXYaceopxy", "АВСЕНКМОРТХУасеорху")
_BACK = {cyrillic: latin for latin, cyrillic in _LOOKALIKES.items()}
_LATIN = re.compile("[A-Za-z]+")


class Explainer:
    """Turns the errors of one schema into problems."""

    def __init__(self, fields: Fields) -> None:
        self.fields = fields

    def problems(self, errors: Iterable[Any], record: Record) -> list[Problem]:
        """The problems of a record; of several that come from one slip only the most telling one."""
        found = [problem for error in errors for problem in self._explain(error, record)]
        told = {p.position.pointer for p in found if p.id == "record.empty" or p.id.startswith("record.type")}
        meant = {pointer for problem in found if (pointer := _meant(problem, record))}
        return [
            p
            for p in without_repeats(found)
            if not (p.id in _LESSER and p.position.pointer in told) and not (p.id in _MISSING and _missing(p) in meant)
        ]

    def _explain(self, error: Any, record: Record) -> Iterator[Problem]:
        keyword = error.kind.name
        chains = self.chains(error.evaluation_path)
        at = "".join(step("", token) for token in error.instance_path)
        said = Said(self.fields, chains, error.instance_path)

        def problem(id: str, *, pointer: str = at, key: bool = False, **facts: str | int) -> Problem:
            everything = {"label": said.label, "name": said.name, "found": shown(error.instance)} | facts
            return Problem(id, record.locate(pointer, key=key), everything, record=record.key)

        if keyword == "required":
            if record.source.kind == "parameters":
                for leaf in said.of(error.kind.property).required_leaves():
                    here, example = "".join(step("", token) for token in leaf.path), leaf.example or "…"
                    yield problem(
                        "record.required-parameter", pointer=here, label=leaf.label, name=leaf.dotted, example=example, found=""
                    )
                return
            missing = said.of(error.kind.property)
            yield problem(
                "record.required", key=True, label=missing.label, name=missing.name, example=missing.example, found=""
            )
        elif unexpected := _unexpected(error, record):
            for name in unexpected:
                what, facts = self._instead_of(name, said)
                yield problem(what, pointer=step(at, name), key=True, found=name, **facts)
        elif keyword == "propertyNames":
            name = str(error.kind.error.instance)
            facts = {"found": name, "expected": listed(getattr(error.kind.error.kind, "options", ())), "hint": said.hint}
            yield problem("record.field-name", pointer=step(at, name), key=True, **facts)
        elif error.instance is None or (isinstance(error.instance, str) and not error.instance.strip()):
            if self.fields.types(chains[-1]) == {"object"}:
                yield problem("record.empty-fields", key=True, expected=listed(said.names))
            else:
                yield problem("record.empty", key=True, example=said.example, optional=said.optional)
        elif keyword == "minItems" and not error.instance:
            yield problem("record.empty-list", key=True, expected=error.kind.limit, optional=said.optional)
        elif keyword == "type":
            yield problem(_type_id(error.instance, error.kind.types), expected=listed(said.names), example=said.example)
        elif keyword in ("enum", "const"):
            options = error.kind.options if keyword == "enum" else [error.kind.expected_value]
            yield self._option_problem(error.instance, options, problem)
        elif keyword == "format":
            yield self._format_problem(error, said, problem)
        elif keyword == "pattern":
            yield self._pattern_problem(error, said, problem)
        elif keyword in _LIMITS:
            size = len(error.instance) if isinstance(error.instance, str | list | dict) else shown(error.instance)
            yield problem(_LIMITS[keyword], expected=shown(error.kind.limit), size=size)
        elif keyword == "uniqueItems":
            index = repeated_at(error.instance)
            if error.instance[index] is not None:  # entries of a form that nobody has filled in yet: each is told as empty
                yield problem("record.unique", pointer=step(at, index), found=shown(error.instance[index]))
        elif keyword in ("oneOf", "anyOf"):
            yield from self._alternatives(error, record, said, problem)
        elif keyword == "not" and (together := error.kind.schema.get("required")):
            yield problem("record.one-of-many", key=True, expected=listed(together))
        elif keyword in ("falseSchema", "not"):
            yield problem("record.not-allowed", key=True, hint=said.hint)
        elif keyword == "multipleOf":
            yield problem("record.multiple-of", expected=shown(error.kind.multiple_of))
        else:
            yield problem("record.invalid", hint=said.hint)

    def _instead_of(self, name: str, said: Said) -> tuple[str, dict[str, str]]:
        """What an unknown field was meant to be: one that belongs elsewhere (a wrong indent), one of a similar name, or any.

        A field may also be called by its label, as the form shows it: «окуучу» for ``student``.
        """
        names = said.names
        holders = self.fields.holders(name)
        if inside := listed(holder for holder in holders if holder):
            return "record.misplaced", {"expected": inside}
        if holders:
            return "record.misplaced-inside", {}
        latin = name.translate(_BACK)
        if latin != name and latin in names:
            wrong = dict.fromkeys(letter for letter in name if ord(letter) in _BACK)
            return "record.field-letters", {"letters": ", ".join(wrong), "nearest": latin}
        labels = {said.of(field).label.casefold(): field for field in names}
        near = labels.get(name.casefold()) or nearest(name, names)
        return "record.additional", {"nearest": near} if near else {"expected": listed(names)}

    def _option_problem(self, value: object, options: Sequence[object], problem: Callable[..., Problem]) -> Problem:
        if all(isinstance(option, bool) for option in options) and not isinstance(value, bool):
            return problem("record.type-boolean")
        return problem("record.enum", expected=listed(options), nearest=nearest(value, options))

    def _format_problem(self, error: Any, said: Said, problem: Callable[..., Problem]) -> Problem:
        if error.kind.format != "date":
            return problem("record.format-other", hint=said.hint, example=said.example)
        if _DATE.fullmatch(error.instance):
            return problem("record.format", example=said.example or "2025-10-13")
        return problem("record.date-form", nearest=as_date(error.instance), example=said.example or "2025-10-13")

    def _pattern_problem(self, error: Any, said: Said, problem: Callable[..., Problem]) -> Problem:
        pattern: str = error.kind.pattern
        latin = _LATIN.findall(error.instance)
        corrected = error.instance.translate(_LOOKALIKES)
        if latin and "А" in pattern and not _LATIN.search(pattern):
            near = "" if _LATIN.search(corrected) else corrected
            return problem("record.latin-letters", latin=", ".join(dict.fromkeys(latin)), nearest=near)
        return problem("record.pattern", hint=said.pattern_hint, example=said.example)

    def _alternatives(self, error: Any, record: Record, said: Said, problem: Callable[..., Problem]) -> Iterator[Problem]:
        """Of the alternatives that a value could be, the one that was meant, or all of them in one sentence."""
        branches: Sequence[Sequence[Any]] = error.kind.context
        here = error.instance_path
        if type(error.kind).__name__ == "OneOfMultipleValid":
            yield problem("record.one-of-many", key=True, expected=self._titles(error))
            return
        firsts = [branch[0] for branch in branches]
        if all(e.kind.name in ("enum", "const") and e.instance_path == here for e in firsts):
            options = [o for e in firsts for o in getattr(e.kind, "options", None) or [e.kind.expected_value]]
            yield self._option_problem(error.instance, options, problem)
            return
        if all(e.kind.name == "type" and e.instance_path == here for e in firsts):
            types = [name for e in firsts for name in e.kind.types]
            yield problem(_type_id(error.instance, types), expected=listed(said.names), example=said.example)
            return
        if all(len(branch) == 1 and branch[0].kind.name == "required" for branch in branches):
            yield problem("record.one-of-fields", key=True, expected=listed(e.kind.property for e in firsts))
            return
        fitting = [b for b in branches if not any(e.kind.name == "type" and e.instance_path == here for e in b)]
        told_apart = [b for b in fitting if not any(e.kind.name in ("enum", "const") for e in b)]
        for meant in (fitting, told_apart):
            if len(meant) == 1:
                for inner in meant[0]:
                    yield from self._explain(inner, record)
                return
        yield problem("record.one-of", expected=self._titles(error), hint=said.hint)

    def _titles(self, error: Any) -> str:
        """What tells the alternatives apart: their titles, else the fields that each wants."""
        branches = self.chains(error.evaluation_path)[-1][-1].schema.get(error.kind.name, ())
        nodes = [branch for branch in branches if isinstance(branch, Mapping)]
        titles = [node["title"] for node in nodes if "title" in node]
        return listed(titles or [name for node in nodes for name in node.get("required", ())])

    def chains(self, path: Sequence[str | int]) -> list[list[Node]]:
        """The schemas along an evaluation path: for each value on the way, itself included, all that were asked of it."""
        chains = [[self.fields.root]]
        tokens = iter(path)
        for token in tokens:
            node = chains[-1][-1]
            if token == "$ref":
                if not (target := self.fields.target(node)):
                    break
                chains[-1].append(target)
                continue
            inner = node.schema.get(str(token))
            if token in ("properties", "patternProperties", "$defs", "allOf", "oneOf", "anyOf", "prefixItems"):
                name = next(tokens, None)
                try:
                    inner = inner[name]  # type: ignore[index]
                except (TypeError, KeyError, IndexError):
                    break
            if not isinstance(inner, Mapping):
                break
            here = Node(node.path, inner)
            if token in ("properties", "patternProperties", "items", "prefixItems", "additionalProperties", "contains"):
                chains.append([here])
            else:
                chains[-1].append(here)
        return chains


def repeated_at(values: Sequence[object]) -> int:
    """The index of the first entry that stood before already."""
    return next(index for index, value in enumerate(values) if value in values[:index])


def without_repeats(problems: Iterable[Problem]) -> list[Problem]:
    """The problems without those that say the same of the same place (a field asked for by two branches)."""
    return list({(p.id, p.position, tuple(sorted(p.facts.items(), key=str))): p for p in problems}.values())


def _missing(problem: Problem) -> str:
    """The pointer of a field that is not there."""
    at = problem.position.pointer
    return step(at, str(problem.facts["name"])) if problem.id == "record.required" else at


def _meant(problem: Problem, record: Record) -> str:
    """The pointer of the field that a misspelt or misplaced one was meant to be; then that one is not missing besides."""
    if problem.id == "record.misplaced-inside":
        return step(record.pointer, str(problem.facts["found"]))
    if problem.id in ("record.additional", "record.field-letters") and problem.facts.get("nearest"):
        return step(problem.position.pointer.rpartition("/")[0], str(problem.facts["nearest"]))
    return ""


def _unexpected(error: Any, record: Record) -> list[str]:
    """The names of the fields that an error calls unknown."""
    if error.kind.name in ("additionalProperties", "unevaluatedProperties"):
        return list(error.kind.unexpected)
    if error.kind.name == "falseSchema" and error.evaluation_path[-1] == "additionalProperties":
        # Where no field at all is allowed, the checker names the object and shows the value of its first field.
        holder: Any = record.data
        for token in error.instance_path:
            holder = holder[token]
        return list(holder)
    return []


def _type_id(value: object, types: Iterable[str]) -> str:
    expected = frozenset(types) - {"null"}
    if isinstance(value, list | dict) and not expected & {"array", "object"}:
        return "record.type-one-value"
    if isinstance(value, list) and expected == {"object"}:
        return "record.type-fields-no-list"
    return _TYPES.get(expected, "record.type")
