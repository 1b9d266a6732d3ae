"""Forms and field lists drawn from a schema: its titles, hints and examples, in the words of the schema.

A form is YAML: what must be filled in stands empty, what may be left out stands as a comment.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from docgen.cli.voice import Voice
from docgen.records.fields import Fields, Node

_STEP = "  "


def yaml_form(fields: Fields, voice: Voice, *, title: str) -> str:
    """An empty form, each field with its Kyrgyz name, hint and example above it."""
    lines = [f"# {title}", f"# {voice.say('cli.form.how')}", ""]
    lines += _object(fields, [fields.root], voice, "", is_optional=False)
    return "\n".join(lines) + "\n"


def _object(fields: Fields, nodes: list[Node], voice: Voice, indent: str, *, is_optional: bool) -> Iterator[str]:
    required = _required(fields, nodes)
    for name in _names(fields, nodes):
        children = [child for node in nodes for child in fields.child(node, name)]
        optional = is_optional or name not in required
        yield from (f"{indent}# {line}" for line in _hints(fields, children, voice, is_optional=name not in required))
        mark = "# " if optional else ""
        yield from _field(fields, name, children, voice, indent, mark)


def _field(fields: Fields, name: str, nodes: list[Node], voice: Voice, indent: str, mark: str) -> Iterator[str]:
    inner = indent + _STEP
    if _names(fields, nodes):
        yield f"{indent}{mark}{name}:"
        yield from _object(fields, nodes, voice, inner, is_optional=bool(mark))
    elif "array" not in fields.types(nodes):
        yield f"{indent}{mark}{name}:"
    else:
        entry = [child for node in nodes for child in fields.child(node, 0)]
        yield f"{indent}{mark}{name}:"
        if not _names(fields, entry):
            yield f"{inner}{mark}-"
            return
        lines = list(_object(fields, entry, voice, inner + _STEP, is_optional=bool(mark)))
        # The dash stands before the first field that is filled in; all others line up behind it.
        first = next((i for i, line in enumerate(lines) if not line.strip().startswith("#")), None)
        if first is None:
            yield f"{inner}{mark}-"
        else:
            lines[first] = f"{inner}- {lines[first].strip()}"
        yield from lines


def _hints(fields: Fields, nodes: list[Node], voice: Voice, *, is_optional: bool) -> Iterator[str]:
    title = str(fields.said(nodes, "title") or "")
    hint = str(fields.said(nodes, "description") or "")
    mark = voice.say("cli.form.optional") if is_optional else ""
    yield " ".join(part for part in (_sentence(title), _sentence(hint), mark) if part)
    choices = fields.said(nodes, "enum")
    examples = fields.said(nodes, "examples")
    if choices:
        yield voice.say("cli.form.choices", found=", ".join(map(_printed, choices)))
    elif examples:
        yield voice.say("cli.form.example", found=_printed(examples[0]))


def outline(fields: Fields, voice: Voice) -> list[str]:
    """The fields of a schema, one a line, nested ones with dots: name, Kyrgyz name, whether it may be left out."""
    rows = list(_rows(fields, [fields.root], voice, ""))
    width = max((len(name) for name, _ in rows), default=0)
    return [f"  {name:{width}}  {text}" for name, text in rows]


def _rows(fields: Fields, nodes: list[Node], voice: Voice, prefix: str) -> Iterator[tuple[str, str]]:
    required = _required(fields, nodes)
    for name in _names(fields, nodes):
        children = [child for node in nodes for child in fields.child(node, name)]
        title = str(fields.said(children, "title") or "")
        mark = "" if name in required else voice.say("cli.form.optional")
        yield f"{prefix}{name}", f"{title} {mark}".strip()
        entry = [child for node in children for child in fields.child(node, 0)]
        if "array" in fields.types(children) and _names(fields, entry):
            yield from _rows(fields, entry, voice, f"{prefix}{name}[].")
        elif _names(fields, children):
            yield from _rows(fields, children, voice, f"{prefix}{name}.")


def json_form(fields: Fields) -> str:
    """What must be filled in, empty."""
    return json.dumps(_empty(fields, [fields.root]), ensure_ascii=False, indent=2) + "\n"


def _empty(fields: Fields, nodes: list[Node]) -> Any:
    required = _required(fields, nodes)
    if _names(fields, nodes):
        return {
            name: _empty(fields, [child for node in nodes for child in fields.child(node, name)])
            for name in _names(fields, nodes)
            if name in required
        }
    if "array" in fields.types(nodes):
        return [_empty(fields, [child for node in nodes for child in fields.child(node, 0)])]
    return ""


def _names(fields: Fields, nodes: list[Node]) -> list[str]:
    return list(dict.fromkeys(name for node in nodes for name in fields.names(node)))


def _required(fields: Fields, nodes: list[Node]) -> set[str]:
    return {name for node in nodes for part in fields.parts(node) for name in part.schema.get("required", ())}


def _sentence(text: str) -> str:
    return f"{text}." if text and text[-1] not in ".!?:" else text


def _printed(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
