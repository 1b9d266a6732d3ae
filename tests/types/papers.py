"""Papers under test: made by the road itself, read back by python-docx, in a notation that a person can type.

An expected text is one paragraph a line. In it ``~`` is a no-break space and ``→`` a tab; a row of a table is
``| cell | cell |``, where ``¶`` parts the paragraphs of a cell and ``^`` is a cell merged with the one above; `` ×12`` after a
row says that it stands twelve times running. Empty paragraphs are ``¶``, but for the house's own spacers around tables.
Its first line, ``pages: 2``, is the number of pages.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from itertools import groupby
from pathlib import Path
from typing import Any

import docx
import yaml
from docx.oxml.ns import qn
from docx.table import Table, _Cell

from docgen.records import Record, read_records
from docgen.render import Outcome, press_of
from docgen.school.views import derive
from docgen.workspace import Workspace

HERE = Path(__file__).parent
SPACERS = ("Таблицадан кийин", "Белгилерден кийин", "Кол тамганын алды", "Документтин аягы")
SIGNATURE = "Кол тамга"

Data = dict[str, Any]


@dataclass(frozen=True)
class Paper:
    """A document of a type, and the template it came from."""

    type: str
    case: str
    data: bytes
    template: bytes

    @property
    def name(self) -> str:
        return f"{self.type} {self.case}"


# ------------------------------------------------------------------------------------------------------------- making them


def make(workspace: Workspace, type: str, record: Record, case: str, *, warned: bool = False) -> Paper:
    """The paper of a record, which must come without any problem; without any error if it may be *warned* of."""
    outcome = outcome_of(workspace, type, record)
    assert not [problem for problem in outcome.problems if problem.is_error or not warned], outcome.problems
    assert outcome.data is not None
    return Paper(type, case, outcome.data, workspace.doctype(type).template_path.read_bytes())


def outcome_of(workspace: Workspace, type: str, record: Record) -> Outcome:
    return press_of(workspace, type).make(record)


def sample(workspace: Workspace, type: str) -> Record:
    """The record that stands beside the schema."""
    return read_records([workspace.doctype(type).sample_path])[0]


def derived(workspace: Workspace, type: str, parameters: Mapping[str, Any]) -> list[Data]:
    """The records that the type's view gives."""
    return derive(workspace.doctype(type), workspace.facts, parameters)


def cases(type: str) -> list[Path]:
    """Further records of a type, kept beside its expected text: ``report-card.year.yaml`` is the case ``year``."""
    return sorted(HERE.glob(f"{type}.*.yaml"))


def with_data(record: Record, data: Data) -> Record:
    return Record(key=record.key, data=data, source=record.source, pointer=record.pointer)


# ------------------------------------------------------------------------------------------------------------- optional fields


def optional_fields(workspace: Workspace, type: str, data: Data) -> list[str]:
    """Pointers of the fields of *data* that the schema does not ask for; ``*`` stands for every item of a list."""
    path = f"{type}.schema.json"
    return list(dict.fromkeys(_optional(workspace.schemas, path, workspace.schemas[path], data)))


def _optional(schemas: Mapping[str, Any], path: str, schema: Mapping[str, Any], data: Any, at: str = "") -> Iterator[str]:
    if "$ref" in schema:
        target = (Path(path).parent / schema["$ref"]).as_posix()
        target = "_defs/" + target.rpartition("_defs/")[2] if "_defs/" in target else target
        yield from _optional(schemas, target, schemas[target], data, at)
    if isinstance(data, dict):
        for name, value in data.items():
            inside = schema.get("properties", {}).get(name)
            if inside is None:
                continue
            if name not in schema.get("required", ()):
                yield f"{at}/{name}"
            yield from _optional(schemas, path, inside, value, f"{at}/{name}")
    elif isinstance(data, list):
        for item in data:
            yield from _optional(schemas, path, schema.get("items", {}), item, f"{at}/*")


def without(data: Data, pointers: list[str]) -> Data:
    """A copy of *data* without these fields."""
    rest = copy.deepcopy(data)
    for pointer in pointers:
        *way, last = pointer.split("/")[1:]
        for owner in _reached([rest], way):
            if isinstance(owner, dict):
                owner.pop(last, None)
    return rest


def _reached(found: list[Any], way: list[str]) -> list[Any]:
    for step in way:
        inner = [list(node) if step == "*" else [node[step]] for node in found
                 if (isinstance(node, list) if step == "*" else isinstance(node, dict) and step in node)]
        found = [item for items in inner for item in items]
    return found


def alone(data: Data, pointers: list[str], kept: str) -> Data:
    """A copy of *data* with *kept* as its only optional field (and what holds it or stands inside it)."""
    return without(data, [p for p in pointers if p != kept and not kept.startswith(f"{p}/") and not p.startswith(f"{kept}/")])


# ------------------------------------------------------------------------------------------------------------- reading them


def lines(blob: bytes) -> list[str]:
    """The body of a document in the notation, as python-docx reads it."""
    found = list(_lines(docx.Document(BytesIO(blob))))
    return [line if count == 1 else f"{line} ×{count}" for line, count in _runs(found)]


def _runs(found: list[str]) -> Iterator[tuple[str, int]]:
    for line, same in groupby(found):
        count = len(list(same))
        yield from [(line, count)] if line.startswith("|") else [(line, 1)] * count


def _lines(container: Any) -> Iterator[str]:
    for item in container.iter_inner_content():
        if isinstance(item, Table):
            for row in item.rows:
                cells = [_cell(_Cell(tc, item)) for tc in row._tr.tc_lst]
                yield "| " + "".join(f"{cell} | " if cell else "| " for cell in cells).rstrip()
        elif item.text:
            yield item.text.replace("\u00a0", "~").replace("\t", "→")
        elif item.style.name not in SPACERS:
            yield "¶"


def _cell(cell: _Cell) -> str:
    merge = cell._tc.find(f"{qn('w:tcPr')}/{qn('w:vMerge')}")
    if merge is not None and merge.get(qn("w:val")) != "restart":
        return "^"
    found = [line for line in _lines(cell) if line != "¶"]
    return " ¶ ".join(found)


#: what a part leaves behind: an empty paragraph, a heading of nothing, doubled or dangling punctuation
_HOLE = re.compile(r"^¶$|^Негиз:\W*$|  \.| ,|,,|\(\s*\)|№~(?!\S)")


def holes(lines: list[str]) -> list[str]:
    """The lines of a document in which a part is missing and was not closed up."""
    heading_of_nothing = [line for line in lines[-1:] if line.endswith(":")]
    return [line for line in lines if _HOLE.search(line)] + heading_of_nothing


def expected(type: str, case: str = "") -> tuple[int, list[str]]:
    """Pages and lines of an expected text: ``order/expulsion-residence.expected.txt``."""
    path = HERE / f"{type}{case and f'.{case}'}.expected.txt"
    first, *rest = path.read_text(encoding="utf-8").splitlines()
    assert first.startswith("pages: "), f"{path}: the first line says the number of pages"
    return int(first.removeprefix("pages: ")), rest


def words(text: str) -> list[str]:
    """The words of a text; a no-break space and a tab are spaces."""
    return text.replace("~", " ").replace("→", " ").replace("\u00a0", " ").split()


def load(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def signatures(blob: bytes) -> list[tuple[str, str]]:
    """For each block of signatures: the last words of what stands before it, and the position of its first signer."""
    found: list[tuple[str, str]] = []
    before, is_signing = "", False
    for style, text in _flow(docx.Document(BytesIO(blob))):
        was_signing, is_signing = is_signing, style.startswith(SIGNATURE) and style not in SPACERS
        if is_signing and not was_signing:
            found.append((before[-25:], text))
        before = text
    return found


def _flow(container: Any) -> Iterator[tuple[str, str]]:
    """Style and words of every paragraph that has any, in order of reading, those of tables too."""
    for item in container.iter_inner_content():
        if isinstance(item, Table):
            for row in item.rows:
                for tc in row._tr.tc_lst:
                    yield from _flow(_Cell(tc, item))
        elif item.text.strip():
            yield item.style.name, " ".join(words(item.text))
