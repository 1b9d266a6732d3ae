"""Holds a document type together: what its template reads, its schema, its sample, the house style, the language.

``docgen template check`` prints what is found here, and a test asks for every type on disk.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from docgen.doctype import DocumentType
from docgen.errors import Level, Place, Position, Problem, ProblemsFound, in_order
from docgen.records.fields import Fields
from docgen.render import Press
from docgen.workspace import Workspace, builtins_root, nearest

HOUSE = "_house/styles.docx"
STYLES = "word/styles.xml"

# Fields that serve the job or come with every paper, printed or not.
_ALWAYS = {"id", "doc"}
_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
# Letters typed right behind a printed value: {{ student.full_name }}га.
_TYPED = re.compile(r"(\{\{[^{}]*\}\})([а-яёңөү]+)(?!\w)")
# Names at the beginning of an expression: `student` of {{ student.full_name|accusative }}.
_NAME = re.compile(r"(?<![\w.|\"'])[A-Za-z_]\w*")
# What a listing shows of formatting that no style gives (docgen.template.listing).
_DIRECT = re.compile(r"(?<!\\)<(b|i|u|s|caps|hidden|not-\w+)>")


def check_type(workspace: Workspace, doctype: DocumentType) -> list[Problem]:
    """Everything that does not fit together in a type, in order of place."""
    home = workspace if workspace.root and doctype.schema_path.is_relative_to(workspace.root) else Workspace(builtins_root())
    problems = check_template(workspace, doctype.template_path)
    if any(problem.is_error for problem in problems):
        return in_order([*problems, *_names_beside_faults(home, doctype)])
    return in_order([*problems, *_once([*_check_sample(home, doctype)]), *_unused(workspace, doctype)])


def _once(problems: list[Problem]) -> list[Problem]:
    """Without the names that were missed in the list of names and again, with the words around, in the sample's document."""
    told = {(problem.position.place, problem.facts.get("found")) for problem in problems if "quote" in problem.facts}
    return [problem for problem in problems
            if "quote" in problem.facts or (problem.position.place, problem.facts.get("found")) not in told]


def check_template(workspace: Workspace, path: Path) -> list[Problem]:
    """What is wrong in a template by itself: its package and tags, the styles, the language of its own words."""
    from docgen.template.compiled import Template

    file = workspace.shown(path)
    try:
        Template(path, name=file, blocks=workspace.block)
    except ProblemsFound as found:
        return found.problems
    return in_order([*_check_styles(workspace, path, file), *_check_language(workspace, path, file)])


def check_definition(workspace: Workspace, path: Path) -> list[Problem]:
    """What is wrong in a schema that others share (``_defs``) by itself: its text, its keywords, where it leads."""
    from docgen.records import Record, Source
    from docgen.validation import Validator

    name = f"_defs/{path.name}"
    source = Source(workspace.shown(path), path, "json")
    try:
        Validator(workspace.schemas[name], schemas=workspace.schemas, path=name).problems(Record("", {}, source))
    except ProblemsFound as found:
        return [p.at(source.locate(p.position.pointer)) if p.position.file == name else p for p in found.problems]
    return []


def _check_sample(workspace: Workspace, doctype: DocumentType) -> Iterator[Problem]:
    """The sample must give a document, and its context must hold every name that the template reads."""
    from docgen import records

    file = workspace.shown(doctype.template_path)
    if not doctype.sample_path.is_file():
        missing = f"{doctype.id}.sample.yaml"
        yield Problem("cli.incomplete-type", Position(file), {"found": doctype.id, "expected": missing})
        return
    press = Press(workspace, doctype)
    try:
        for record in records.read_records([doctype.sample_path]):
            context, warnings = press.context(record)
            yield from warnings
            for name in sorted(press.template.names):
                yield from _check_name(name, context, lambda word: _position(doctype.template_path, file, word))
            yield from press.make(record).problems
    except ProblemsFound as found:
        yield from found.problems


def _names_beside_faults(workspace: Workspace, doctype: DocumentType) -> Iterator[Problem]:
    """The misspelt names of a template that cannot be compiled, so that they are mended together with its tags."""
    from docgen import records
    from docgen.template import faulty

    if not doctype.sample_path.is_file():
        return
    file = workspace.shown(doctype.template_path)
    read = sorted(faulty.names(doctype.template_path, blocks=workspace.block))
    with suppress(ProblemsFound):   # what is wrong with the sample is told when there is a template to try it on
        for record in records.read_records([doctype.sample_path]):
            context, _ = Press(workspace, doctype).context(record)
            for name in read:
                yield from _check_name(name, context, lambda word: _position(doctype.template_path, file, word))


def _check_name(name: str, context: Mapping[str, Any], position: Callable[[str], Position]) -> Iterator[Problem]:
    """A dotted name against the context of a full sample: ``subjects[*].name``; under what is absent nothing can be said."""
    value: Any = context
    for step in re.findall(r"[^.\[\]]+", name):
        if value is None or (step == "*" and not value):
            return
        if step == "*":
            value = next(iter(value.values() if isinstance(value, dict) else value))
        elif not isinstance(value, dict):
            return
        elif step not in value:
            facts = {"tag": f"{{{{ {name} }}}}", "found": name, "nearest": nearest(step, list(value))}
            yield Problem("template.unknown-name", position(step), facts)
            return
        else:
            value = value[step]


def _unused(workspace: Workspace, doctype: DocumentType) -> Iterator[Problem]:
    """Fields that a clerk must fill in and no paper shows."""
    press = Press(workspace, doctype)
    said = [text for rule in doctype.rules for text in (f"{{{{ {rule.test} }}}}", *rule.message.values())]
    texts = " ".join([doctype.subject, doctype.file_name, *said])
    spoken = {name for tag in _TAG.findall(texts) for name in _NAME.findall(tag)}
    read = {re.split(r"[.\[]", name)[0] for name in press.template.names} | spoken | _ALWAYS
    path = f"{doctype.id}.schema.json"
    fields = Fields(doctype.schema, schemas=workspace.schemas, path=path)
    for name in fields.names(fields.root):
        if name not in read:
            label = str(fields.said(fields.at([name]), "title") or name)
            yield Problem("template.unused-field", Position(path), {"found": name, "label": label}, level="warning")


def _check_styles(workspace: Workspace, path: Path, file: str) -> Iterator[Problem]:
    """One house style: every template has the same styles, and formats by them alone."""
    from docgen.template.listing import listing

    house, own = _styles(workspace.block(HOUSE)), _styles(path)
    differing = sorted(name for name in house.keys() | own.keys() if house.get(name) != own.get(name))
    if differing:
        facts = {"expected": HOUSE, "found": ", ".join(differing)}
        yield Problem("template.styles", Position(file), facts, level="warning")
    for line in listing(path).splitlines():
        if direct := _DIRECT.search(line):
            facts = {"found": direct[0], "quote": line[:80]}
            yield Problem("template.direct-formatting", Position(file), facts, level="warning")


def _styles(path: Path) -> dict[str, object]:
    """The styles of a Word file by name, each as nested plain data; what Word merely scatters is left out."""
    from docgen.template.markup import W, parse, value_of
    from docgen.template.opc import Package
    from docgen.template.tidy import tidy

    def plain(element: Any) -> object:
        return element.tag, sorted(element.attrib.items()), [plain(child) for child in element]

    root = parse(Package.read(tidy(path)).data(STYLES))
    return {value_of(style.find(f"{W}name")): plain(style) for style in root.iter(f"{W}style")}


def _check_language(workspace: Workspace, path: Path, file: str) -> Iterator[Problem]:
    """The template's own Kyrgyz, paragraph by paragraph, its tags left out; the school's readings of acronyms hold."""
    with suppress(ProblemsFound):  # what is wrong in school.yaml, `docgen doctor` tells
        workspace.speak()
    for text, place in _paragraphs(path):
        yield from _findings(text, place, file)


def _paragraphs(path: Path) -> Iterator[tuple[str, Place]]:
    """The text of each paragraph of body, headers and footers, tags and all."""
    from docgen.template.markup import name_of, parse
    from docgen.template.opc import Package
    from docgen.template.tree import paragraphs

    package = Package.read(path)
    for part in (package.main, *package.related("header"), *package.related("footer")):
        for element, place in paragraphs(parse(package.data(part)), Path(part).stem):
            words = (" " if name_of(piece) in ("tab", "br") else piece.text or "" for piece in element.iter())
            yield "".join(map(str, words)), place


def _position(path: Path, file: str, word: str) -> Position:
    """The first paragraph that has the word in a tag; the file alone where a block has it."""
    spoken = re.compile(rf"\b{re.escape(word)}\b")
    places = (place for text, place in _paragraphs(path) if any(map(spoken.search, _TAG.findall(text))))
    return Position(file, place=next(places, None))


def _findings(text: str, place: Place, file: str) -> Iterator[Problem]:
    from docgen.kyrgyz import lexicon, lint

    typed = [match for match in _TYPED.finditer(text) if lexicon.is_suffix(match[2])]
    for match in typed:
        said = {"found": match[0], "label": match[2]}
        yield Problem("template.typed-suffix", Position(file, place=place), said, level="warning")
    for match in reversed(typed):
        text = text[: match.start(2)] + text[match.end(2) :]
    for finding in lint.check(_TAG.sub(" ", text)):
        facts = {"found": finding.found, "nearest": finding.suggestion}
        level: Level = "error" if finding.level == "error" else "warning"
        yield Problem(finding.id, Position(file, place=place), facts, level=level)
