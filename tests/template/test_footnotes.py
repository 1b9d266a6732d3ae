"""Footnotes and endnotes: tags in them, and a note of its own for each repetition of its reference."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import docx
import pytest
from judges import audit
from judges.invariants import findings
from oracle import differences, docxtpl_render
from wordfile import HEAD, NAMESPACES, TYPE, cell, p, r, read_parts, relationship, row, table, word_file

from docgen.errors import Place, ProblemsFound
from docgen.template.compiled import Template
from docgen.template.markup import W, parse

ROWS = [{"name": "Асан", "why": "оору"}, {"name": "Үсөн", "why": "А & Б"}]
CONTEXT: dict[str, Any] = {"source": "Мыйзам <2023>", "number": 7, "rows": ROWS, "yes": True, "no": False}
FIXED = ('<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
         '<w:footnote w:type="continuationSeparator" w:id="0"><w:p><w:r><w:continuationSeparator/></w:r></w:p></w:footnote>')


def ref(id: int, kind: str = "footnote") -> str:
    return f'<w:r><w:{kind}Reference w:id="{id}"/></w:r>'


def notes(*contents: str, kind: str = "footnote") -> str:
    made = "".join(f'<w:{kind} w:id="{n}">{content}</w:{kind}>' for n, content in enumerate(contents, 1))
    return f"{HEAD}<w:{kind}s {NAMESPACES}>{FIXED.replace('footnote', kind)}{made}</w:{kind}s>"


def file(body: str, *contents: str, kind: str = "footnote") -> bytes:
    return word_file(body, core="<dc:title>а</dc:title>", types={f"word/{kind}s.xml": f"{TYPE}.{kind}s+xml"},
                     relationships=[relationship("rIdN", f"{kind}s", f"{kind}s.xml")],
                     parts={f"word/{kind}s.xml": notes(*contents, kind=kind)})


FEATURES = {
    "a value": file(p("а", ref(1)), p("{{ source }}, {{ number }}-берене")),
    "a tag split over runs": file(p("а", ref(1)), p(r("{{ so"), r("urce", "<w:b/>"), r(" }}"))),
    "a condition": file(p("а", ref(1)), p("{% if yes %}{{ source }}{% else %}жок{% endif %}")),
    "a condition around a paragraph": file(p("а", ref(1)), p("{%p if no %}") + p("б") + p("{%p endif %}") + p("в")),
    "a loop in a note": file(p("а", ref(1)), p("{% for x in rows %}{{ x.name }} {% endfor %}")),
    "two notes": file(p("{{ number }}", ref(1)) + p("б", ref(2)), p("туруктуу"), p("{{ source }}")),
    "breaks": file(p("а", ref(1), "{{ source }}"), p("{{ source }}")),
    "constant notes": file(p("{{ number }}", ref(1)), p("туруктуу")),
    "a note in a cell": file(table([row(cell(p("а", ref(1))), "{{ number }}")]) + p("соңу"), p("{{ source }}")),
}


@pytest.mark.parametrize("feature", FEATURES)
def test_renders_as_docxtpl_does(feature: str) -> None:
    template = FEATURES[feature]
    assert differences(docxtpl_render(template, CONTEXT), Template(template).render(CONTEXT)) == []


REPEATED = p("{%p for x in rows %}") + p("{{ x.name }}", ref(1)) + p("{%p endfor %}")


def texts(document: bytes, kind: str = "footnote") -> dict[str, str]:
    root = parse(read_parts(document)[f"word/{kind}s.xml"])
    return {str(note.get(f"{W}id")): "".join(t.text or "" for t in note.iter(f"{W}t"))
            for note in root if not note.get(f"{W}type")}


def references(document: bytes, kind: str = "footnote") -> list[str]:
    return docx.Document(BytesIO(document)).element.xpath(f"//w:{kind}Reference/@w:id")


@pytest.mark.parametrize("kind", ["footnote", "endnote"])
def test_a_note_in_a_loop_speaks_of_its_row(kind: str) -> None:
    body = p("{%p for x in rows %}") + p("{{ x.name }}", ref(1, kind)) + p("{%p endfor %}") + p("соңу", ref(2, kind))
    document = Template(file(body, p("{{ x.why }}"), p("{{ source }}"), kind=kind)).render(CONTEXT)
    assert references(document, kind) == ["1", "3", "2"]
    assert texts(document, kind) == {"1": "оору", "3": "А & Б", "2": "Мыйзам <2023>"}


def test_a_constant_note_in_a_loop_comes_once_for_each_row() -> None:
    document = Template(file(REPEATED, p("туруктуу"))).render(CONTEXT)
    assert references(document) == ["1", "2"]
    assert texts(document) == {"1": "туруктуу", "2": "туруктуу"}


def test_a_note_whose_reference_does_not_come_goes_too() -> None:
    body = p("{% if no %}", ref(1), "{% endif %}а") + p("б", ref(2))
    assert texts(Template(file(body, p("{{ nothing }}"), p("{{ source }}"))).render(CONTEXT)) == {"2": "Мыйзам <2023>"}


def test_an_emptied_note_keeps_a_paragraph() -> None:
    document = Template(file(p("а", ref(1)), p("{%p if no %}") + p("б") + p("{%p endif %}"))).render(CONTEXT)
    assert "<w:p/></w:footnote>" in read_parts(document)["word/footnotes.xml"].decode()


def test_breaks_in_a_note_and_beside_its_reference_stay_apart() -> None:
    document = Template(file(p(r("{{ a }}"), ref(1), r("{{ a }}")), p("{{ a }}"))).render({"a": "бир\aэки"})
    assert [x.text for x in docx.Document(BytesIO(document)).paragraphs] == ["бир", "экибир", "эки"]
    assert len(parse(read_parts(document)["word/footnotes.xml"]).findall(f"{W}footnote/{W}p")) == 4


@pytest.mark.parametrize("template", [*FEATURES.values(), file(REPEATED, p("{{ x.why }}")), file(REPEATED, p("туруктуу"))])
def test_the_result_is_a_sound_word_file(template: bytes) -> None:
    found = Template(template).render(CONTEXT)
    assert set(findings(found)) <= set(findings(template))
    assert audit.findings(found, template) == []


def test_names_in_notes_are_read_in_the_place_of_their_reference() -> None:
    assert Template(file(REPEATED, p("{{ x.why }} {{ source }}"))).names == {"rows", "rows[*].name", "rows[*].why", "source"}


@pytest.mark.parametrize(("note", "id"), [
    ("{{ nothing }}", "unknown-name"), ("{{ source|uper }}", "unknown-filter"), ("{% if yes %}", "unclosed"),
    ("{{ source", "unclosed-tag"), ("{{ loop.index }}", "loop-outside"), ("{%p if yes %}б{%p endif %}", "lost-text"),
    ("{{ source() }}", "not-allowed"),
])
def test_a_fault_is_named_with_its_note(note: str, id: str) -> None:
    with pytest.raises(ProblemsFound) as caught:
        Template(file(p("{{ number }}", ref(1), ref(2)), p("б"), p(note))).render(CONTEXT)
    assert {(fault.id, fault.position.place) for fault in caught.value.problems} == {(f"template.{id}", Place("footnotes", 4))}


def test_a_condition_may_not_reach_from_note_to_note() -> None:
    with pytest.raises(ProblemsFound) as caught:
        Template(file(p("а", ref(1), ref(2)), p("{% if yes %}"), p("{% endif %}")))
    assert {fault.id for fault in caught.value.problems} == {"template.unclosed", "template.unopened"}


def test_docxtpl_prints_the_tags_of_endnotes_as_they_stand() -> None:
    template = file(p("а", ref(1, "endnote")), p("{{ source }}"), kind="endnote")
    assert texts(docxtpl_render(template, CONTEXT), "endnote") == {"1": "{{ source }}"}
    assert texts(Template(template).render(CONTEXT), "endnote") == {"1": "Мыйзам <2023>"}
