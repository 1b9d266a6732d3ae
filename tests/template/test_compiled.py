"""A compiled template: blocks, the same bytes for the same data, findings, names, and documents that stay valid."""

from __future__ import annotations

import datetime
import time
import zipfile
from io import BytesIO
from typing import Any

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wordfile import NAMESPACES, archive, cell, p, r, read_parts, row, table, word_file

from docgen.errors import Place, Problem, ProblemsFound
from docgen.template import running
from docgen.template.compiled import Template

BLOCKS = {
    "_house/signature.docx": word_file(p("{{ director.position }}")
                                       + p("{% if n is defined %}{{ n }}. {% endif %}{{ director.name }}")),
    "_house/list.docx": word_file(p("{%p for w in words %}") + p("{{ loop.index }}) {{ w }}") + p("{%p endfor %}")),
    "_house/outer.docx": word_file(p("сырт") + p('{%p include "_house/signature.docx" %}')),
    "_house/text.docx": word_file(p("туруктуу")),
    "_house/table.docx": word_file(table([row("{%tr for w in words %}"), row("{{ w }}", "а"), row("{%tr endfor %}")])),
}
DATA: dict[str, Any] = {"director": {"position": "Директор", "name": "Ч. Бердалиев"}, "words": ["бир", "эки"],
                        "date": datetime.date(2025, 10, 13)}


def template(body: str, **more: object) -> Template:
    return Template(word_file(body, **more), name="шаблон.docx", blocks=lambda name: BLOCKS[name])


def texts(blob: bytes) -> list[str]:
    return [paragraph.text for paragraph in docx.Document(BytesIO(blob)).paragraphs]


def include(name: str) -> str:
    return p(f'{{%p include "_house/{name}.docx" %}}')


# ------------------------------------------------------------------------------------------------------------------ blocks


def test_a_block_stands_in_the_place_of_its_paragraph() -> None:
    made = template(p("баш") + include("signature") + p("соңу"))
    assert texts(made.render(DATA)) == ["баш", "Директор", "Ч. Бердалиев", "соңу"]


def test_what_the_host_sets_is_seen_in_the_block() -> None:
    assert texts(template(p("{%p set n = 4 %}") + include("signature")).render(DATA)) == ["Директор", "4. Ч. Бердалиев"]


def test_a_block_may_include_another_and_loop() -> None:
    made = template(p("{%p for w in words %}") + include("list") + p("{%p endfor %}") + include("outer") + include("text"))
    assert texts(made.render(DATA)) == ["1) бир", "2) эки"] * 2 + ["сырт", "Директор", "Ч. Бердалиев", "туруктуу"]


def test_a_block_in_a_cell_leaves_a_valid_cell() -> None:
    made = template(table([row(cell(include("table")), cell(p("{%p if no %}") + include("list") + p("{%p endif %}")))]))
    cells = docx.Document(BytesIO(made.render({**DATA, "no": False}))).tables[0].rows[0].cells
    assert [c._tc[-1].tag.rpartition("}")[2] for c in cells] == ["p", "p"]
    cells = docx.Document(BytesIO(made.render({**DATA, "no": False, "words": []}))).tables[0].rows[0].cells
    assert [[x.text for x in c.paragraphs] for c in cells] == [[""], [""]]


def test_a_problem_in_a_block_names_the_block_s_file() -> None:
    with pytest.raises(ProblemsFound) as caught:
        template(include("outer")).render({"director": {"position": None, "nmae": "а"}})
    assert [(x.id, x.position.file, x.position.place) for x in caught.value.problems] == [
        ("template.none-printed", "_house/signature.docx", Place("document", 1)),
        ("template.unknown-name", "_house/signature.docx", Place("document", 2)),
    ]
    assert caught.value.problems[1].facts["nearest"] == "nmae"


PICTURE = '<w:r><w:drawing><a:blip r:embed="rId5"/></w:drawing></w:r>'
BAD_BLOCKS = {
    "block-relationship": p(PICTURE), "block-numbering": p("а", properties='<w:numPr><w:numId w:val="1"/></w:numPr>'),
    "block-note": p('<w:r><w:footnoteReference w:id="2"/></w:r>'), "block-section": p("а", properties="<w:sectPr/>"),
    "block-bookmark": p('<w:bookmarkStart w:id="1" w:name="а"/>', r("а"), '<w:bookmarkEnd w:id="1"/>'),
    "unknown-style": p("а", style="Бөтөн"), "block-cycle": p('{%p include "block.docx" %}'), "unknown-filter": p("{{ a|foo }}"),
    "unknown-block": p('{%p include "жок.docx" %}'),
}


@pytest.mark.parametrize("problem", BAD_BLOCKS)
def test_a_block_may_not(problem: str) -> None:
    blocks = {"block.docx": word_file(BAD_BLOCKS[problem])}
    with pytest.raises(ProblemsFound) as caught:
        Template(word_file(p('{%p include "block.docx" %}')), name="ш", blocks=lambda name: blocks[name])
    assert [(x.id, x.position.file) for x in caught.value.problems] == [(f"template.{problem}", "block.docx")]


@pytest.mark.parametrize(("body", "id", "place"), [
    (p("а") + p("б", properties='<w:numPr><w:numId w:val="1"/></w:numPr>'), "block-numbering", Place("document", 2)),
    (p("а") + table([row("б", cell(p("в") + p("г", style="Бөтөн")))]), "unknown-style", Place("document", 2, 1, 1, 2)),
    (p("а") + table([row("б")]).replace("<w:tblPr>", '<w:tblPr><w:tblStyle w:val="Бөтөн"/>'), "unknown-style",
     Place("document", None, 1, 1, 1)),
])
def test_what_a_block_may_not_hold_is_told_with_its_paragraph(body: str, id: str, place: Place) -> None:
    with pytest.raises(ProblemsFound) as caught:
        Template(word_file(p('{%p include "block.docx" %}')), name="ш", blocks=lambda _: word_file(body))
    assert [(x.id, x.position.place) for x in caught.value.problems] == [(f"template.{id}", place)]


@pytest.mark.parametrize("body", [p("текст {% include '_house/text.docx' %}"), p('{% include "_house/text.docx" %}')])
def test_a_block_inside_a_text_is_refused(body: str) -> None:
    with pytest.raises(ProblemsFound) as caught:
        template(body)
    assert [(x.id, x.position.place) for x in caught.value.problems] == [("template.inline-block", Place("document", 1))]


def test_a_block_that_is_no_word_file_is_refused_by_name() -> None:
    with pytest.raises(ProblemsFound) as caught:
        Template(word_file(p('{%p include "а.docx" %}')), blocks=lambda _: b"text")
    assert [x.position.file for x in caught.value.problems] == ["а.docx"]


# ------------------------------------------------------------------------------------------------------------------- bytes


def test_the_same_data_gives_the_same_bytes() -> None:
    body, header = p("{{ words|join(', ') }}") + include("signature"), p("{{ date }}")
    one, other = template(body, header=header), template(body, header=header)
    assert one.render(DATA) == one.render(DATA) == other.render(dict(reversed(DATA.items())))


def test_constant_parts_are_copied_as_they_are() -> None:
    source = word_file(p("{{ date }}"), header=p("туруктуу"), core="<dc:title>а</dc:title>")
    made = Template(source).render(DATA)
    ours, theirs = read_parts(made), read_parts(source)
    assert set(ours) == set(theirs)
    assert [name for name in theirs if ours[name] != theirs[name]] == ["word/document.xml"]
    with zipfile.ZipFile(BytesIO(made)) as file:
        assert file.testzip() is None
        assert {info.date_time for info in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_a_template_without_tags_is_a_document() -> None:
    assert texts(template(p("туруктуу")).render({})) == ["туруктуу"]


# ---------------------------------------------------------------------------------------------------------------- findings


def test_a_character_that_cannot_be_printed_is_cleaned_away_with_a_finding() -> None:
    findings: list[Problem] = []
    dirty = template(p("баш") + table([row("а", "{{ a|upper }}")]), footer=p("{{ a }}"))
    made = dirty.render({"a": "а\u200bб\u202eв\x0b"}, findings=findings)
    assert docx.Document(BytesIO(made)).tables[0].rows[0].cells[1].text == "АБВ"
    assert [(x.id, x.level, x.position.place, x.facts["found"]) for x in findings][:3] == [
        ("value.cleaned-character", "warning", Place("document", 1, 1, 1, 2), found)
        for found in ("U+200B", "U+202E", "U+000B")]
    assert {x.position.place for x in findings[3:]} == {Place("footer1", 1)}


def test_all_that_cannot_be_printed_is_found_at_once() -> None:
    body = p("{{ a }}") + table([row("{%tr for x in rows %}"), row("{{ x.n }}", "{{ x.m|upper }}"), row("{%tr endfor %}")])
    with pytest.raises(ProblemsFound) as caught:
        template(body, header=p("{{ b.c }}")).render({"a": None, "rows": [{"n": 1}, {"n": None, "m": None}], "b": {"d": 1}})
    assert [(x.id.removeprefix("template."), x.position.place) for x in caught.value.problems] == [
        ("none-printed", Place("document", 1)), ("none-printed", Place("document", 1, 1, 2, 1)),
        ("none-printed", Place("document", 1, 1, 2, 2)), ("unknown-name", Place("document", 1, 1, 2, 2)),
        ("unknown-name", Place("header1", 1)),
    ]


def test_the_limit_of_work_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "MOST_STEPS", 100)
    made = template(p("{%p for a in rows %}") + p("{% for b in rows %}{{ b }}{% endfor %}") + p("{%p endfor %}"))
    made.render({"rows": [1] * 9})
    with pytest.raises(ProblemsFound) as caught:
        made.render({"rows": [1] * 10})
    assert {x.id for x in caught.value.problems} == {"template.too-much"}


def test_the_limit_of_work_counts_blocks_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "MOST_STEPS", 5)
    with pytest.raises(ProblemsFound):
        template(include("list") + include("list") + include("list")).render(DATA)


# ------------------------------------------------------------------------------------------------- the two forms of the code

EVERYTHING = template(
    p("{%p set s = people[0] %}") + p("{{ s.name }} {{ s.items }}{{ a|default('–') }}{{ b.c|default('–') }}")
    + p("{% for x in people if x.n > 1 %}{{ loop.index }}{{ x.name|upper }}{% else %}жок{% endfor %}")
    + table([row("{%tr for x in people %}"), row("{{ loop.index }}", "{{ x.name }}{% if x.n is odd %}*{% endif %}"),
             row("{%tr endfor %}")])
    + include("list") + p("{{ people|sort('n')|join(', ', 'name') }} {{ n + 1 }} {{ -n }} {{ 'а' ~ n|round }}")
    + p("{{ n if n > 2 else words[0] }}"),
    header=p("{{ s }}"), core="<dc:title>{{ words[-1] }}</dc:title>",
)
TEXT = st.text(alphabet=st.sampled_from("аБ&<>\"'\n\t\a\f{}% №"), max_size=12)


@settings(max_examples=60, deadline=None)
@given(names=st.lists(TEXT, min_size=1, max_size=4), words=st.lists(TEXT, min_size=1, max_size=3), n=st.integers(0, 9))
def test_the_careful_form_makes_the_same_document(names: list[str], words: list[str], n: int) -> None:
    people = [{"name": name, "items": "а", "n": k} for k, name in enumerate(names)]
    context = {"people": people, "words": words, "n": n, "b": {}, "s": "баш"}
    plain = EVERYTHING.render(context)
    findings: list[Problem] = []
    careful = EVERYTHING.render({**context, "s": "ба\u200bш"}, findings=findings)
    assert (careful, len(findings)) == (plain, 1)
    docx.Document(BytesIO(plain))


# ------------------------------------------------------------------------------------------------------------------- names


@pytest.mark.parametrize(("body", "names"), [
    (p("{{ student.full_name|upper }}"), {"student.full_name"}),
    (p("{% for s in subjects %}{{ s.name }}{{ loop.index }}{% endfor %}"), {"subjects", "subjects[*].name"}),
    (p("{% for a in rows|sort('n') %}{% for b in a.marks %}{{ b.v }}{% endfor %}{% endfor %}"),
     {"rows", "rows[*].n", "rows[*].marks", "rows[*].marks[*].v"}),
    (p("{% set s = student.class %}{{ s.name }}{{ s['grade'] }}"),
     {"student.class", "student.class.name", "student.class.grade"}),
    (p("{% if a.b %}{% endif %}{{ c if d else e|default(f) }}"), {"a.b", "c", "d", "e", "f"}),
    (p("{{ rows|join(', ', 'name') }}{{ rows[0].id }}{{ rows|map('x')|sum }}"),
     {"rows", "rows[*].name", "rows[*].id", "rows[*].x"}),
    (p("{%p set n = 4 %}") + include("signature"), {"director.position", "director.name"}),
    (p("{%p for w in lists %}") + p("{%p set words = w.items %}") + include("list") + p("{%p endfor %}"),
     {"lists", "lists[*].items", "lists[*].items[*]"}),
    (p("{# {{ unseen }} #}туруктуу"), set()),
])
def test_the_names_a_template_reads(body: str, names: set[str]) -> None:
    assert template(body).names == names


def test_headers_footers_and_properties_are_read_for_names_too() -> None:
    made = template(p("а"), header=p("{{ a }}"), footer=p("{{ b.c }}"), core="<dc:title>{{ d }}</dc:title>")
    assert made.names == {"a", "b.c", "d"}


@pytest.mark.parametrize("tag", [
    "{{ mark > 4 }}", "{% if mark > 4 %}", "{{ 'а' if mark >= 4 else 'б' }}", "{{ 'а' in mark }}", "{% set good = mark > 4 %}",
])
def test_a_comparison_with_a_value_that_is_not_given_names_its_own_tag(tag: str) -> None:
    body = p(f"Баасы: {tag}" + ("{% endif %}" if "{% if" in tag else ""))
    with pytest.raises(ProblemsFound) as caught:
        template(body).render({"mark": None})
    assert [problem.facts["tag"] for problem in caught.value.problems] == [tag]


def test_braces_are_printed_where_there_is_no_tag_at_all() -> None:
    assert texts(template(p("{_{ x }_} {_% y %_}")).render({})) == ["{{ x }} {% y %}"]


def test_line_breaks_typed_into_a_block_of_mere_text_act_as_in_docxtpl(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(BLOCKS, "_house/lines.docx", word_file(p(r("бир\nэки\tүч"))))
    assert texts(template(p("{{ n }}") + include("lines")).render({"n": 1})) == ["1", "бир\nэки\tүч"]


def test_a_paragraph_of_thousands_of_tags_is_compiled_in_seconds() -> None:
    start = time.perf_counter()
    template(p("{{ n }} " * 4000))
    assert time.perf_counter() - start < 5   # it was 20 s when each letter was compared with each tag


# ------------------------------------------------------------------------------------------------- files from elsewhere

@pytest.mark.parametrize("body", ["<w:body/>", "<w:body></w:body>", ""])
def test_a_document_without_a_paragraph_stays_as_it_is(body: str) -> None:
    document = f'<?xml version="1.0"?><w:document {NAMESPACES}>{body}</w:document>'
    blob = word_file(parts={"word/document.xml": document})
    assert read_parts(Template(blob).render({})) == read_parts(blob)


def test_an_empty_header_stays_as_it_is() -> None:
    blob = word_file(p("{{ n }}"), header="{}")
    header = f'<w:hdr {NAMESPACES}/>'.encode()
    name = next(part for part in read_parts(blob) if part.startswith("word/header"))
    blob = archive({**read_parts(blob), name: header})
    assert read_parts(Template(blob).render({"n": 1}))[name] == header
