"""Papers that cite a regulation cite clauses and appendices that it has.

An order says «… жөнүндө жобосунун 3.2 жана 3.3-пункттарына»: the title names the regulation, the numbers its clauses; from
there on «жобонун …» is the same one. The regulations' own templates say which clauses there are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import docx
import pytest
import yaml
from docx.oxml.ns import qn

from docgen.workspace import Workspace

ROOT = Path(__file__).resolve().parents[2]
DEMO = Workspace(ROOT)
REGULATIONS = [name for name in DEMO.types() if name.startswith("regulation/")]
OTHERS = [name for name in DEMO.types() if name not in REGULATIONS]

_CLAUSES = re.compile(r"((?:\d+\.\d+[–, ]*(?:жана )?)+)-?пункт")
_APPENDIX = re.compile(r"(?:жобонун |жобого\s+)(\d+)-тиркеме")
_OWN_CLAUSE = re.compile(r"(\d+\.\d+)\. ")


def text_of(type: str) -> str:
    """The words of a type's template, a paragraph a line, as python-docx reads them."""
    body = docx.Document(str(DEMO.doctype(type).template_path)).element.body
    return "\n".join("".join(node.text or "" for node in p.iter(qn("w:t"))) for p in body.iter(qn("w:p")))


def clauses_of(regulation: str) -> set[str]:
    return {found[1] for line in text_of(regulation).splitlines() if (found := _OWN_CLAUSE.match(line))}


def appendices_of(regulation: str) -> set[str]:
    return set(re.findall(r"^(\d+)-тиркеме$", text_of(regulation), re.MULTILINE))


def cited_clauses(text: str) -> Iterator[str]:
    """Every clause cited, those of a range («3.1–3.4») too."""
    for group in _CLAUSES.findall(text):
        for first, last in re.findall(r"(\d+\.\d+)(?:–(\d+\.\d+))?", group):
            chapter, number = first.split(".")
            yield from (f"{chapter}.{n}" for n in range(int(number), int((last or first).split(".")[1]) + 1))


def cited_regulation(text: str) -> str:
    """The one regulation whose title stands in a text."""
    (found,) = [name for name in REGULATIONS if DEMO.doctype(name).subject.lower() in text.lower()]
    return found


def faults(text: str) -> list[str]:
    clauses, appendices = set(cited_clauses(text)), set(_APPENDIX.findall(text))
    if not clauses and not appendices:
        return []
    regulation = cited_regulation(text)
    unknown = [*(clauses - clauses_of(regulation)), *(f"{n}-тиркеме" for n in appendices - appendices_of(regulation))]
    return [f"{regulation}: {number}" for number in sorted(unknown)]


@pytest.mark.parametrize("type", OTHERS)
def test_what_a_template_cites_exists(type: str) -> None:
    assert faults(text_of(type)) == []


def test_what_the_demo_schools_facts_cite_exists() -> None:
    """The basis of an act or an order is a fact: it cites too."""
    for name in ("cases.yaml", "movement.yaml"):
        facts = yaml.safe_load((ROOT / "data" / name).read_text(encoding="utf-8"))
        entries = [measure for case in facts.get("cases", ()) for measure in case["measures"]] + facts.get("orders", [])
        for basis in (text for entry in entries for text in (entry.get("basis") or entry.get("doc", {}).get("basis") or ())):
            assert faults(basis) == []


def test_a_citation_of_nothing_is_found() -> None:
    order = text_of("order/expulsion-residence")
    assert set(cited_clauses(order)) == {"3.2", "3.3", "3.6"}
    assert faults(order.replace("3.3-пункт", "3.9-пункт")) == ["regulation/student-movement: 3.9"]
    attendance = text_of("order/attendance-administrator")
    assert set(cited_clauses(attendance)) == {"4.1", "2.1", "3.1", "3.2", "3.3", "3.4"}
    assert faults(attendance.replace("5-тиркемеси", "6-тиркемеси")) == ["regulation/absence-monitoring: 6-тиркеме"]


def test_regulations_are_called_in_the_facts_as_they_call_themselves() -> None:
    """The order that approves a regulation prints the title of the facts; the regulation's own subject is the same."""
    titles = {entry["id"]: entry["title"] for entry in DEMO.facts.school["regulations"]}
    assert titles == {name: DEMO.doctype(name).subject for name in REGULATIONS}
