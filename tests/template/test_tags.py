"""What is wrong with a template is found when it is compiled, all at once, each fault at its paragraph or cell."""

from __future__ import annotations

import re

import docxtpl_lint
import pytest
from wordfile import cell, p, r, read_parts, replaced, row, table, word_file

from docgen.errors import Place, Problem, ProblemsFound
from docgen.template.compiled import Template
from docgen.template.listing import listing


def problems(body: str, **more: object) -> list[Problem]:
    with pytest.raises(ProblemsFound) as caught:
        Template(word_file(body, **more), name="буйрук.docx")
    return caught.value.problems


def found(body: str, **more: object) -> list[tuple[str, Place | None]]:
    return [(problem.id.removeprefix("template."), problem.position.place) for problem in problems(body, **more)]


FAULTS = [
    ("{{ name", "unclosed-tag"), ("{% if a %}а{% endif", "unclosed-tag"), ("{{ a {{ b }}", "unclosed-tag"),
    ("{{ }}", "broken-tag"), ("{{ a b }}", "broken-tag"), ("{{ a| }}", "broken-tag"), ("{% for a %}{% endfor %}", "broken-tag"),
    ("{% if a == «б» %}{% endif %}", "broken-tag"), ("{% endif a %}", "broken-tag"), ("{{ " + "a" * 3000 + " }}", "broken-tag"),
    ("{% iff a %}", "unknown-tag"), ("{% p if a %}", "misplaced"), ("{%tr if a %}", "misplaced"), ("{% %}", "unknown-tag"),
    ("{% эгер a %}", "unknown-tag"),
    ("{% if a %}", "unclosed"), ("{% for a in b %}", "unclosed"),
    ("{ name }}", "unopened-tag"), ("эгер %} болсо", "unopened-tag"), ("{% endif %}", "unopened"),
    ("{% else %}", "unopened"), ("{% if a %}{% else %}{% else %}{% endif %}", "unopened"),
    ("{% if a %}{% else %}{% elif b %}{% endif %}", "unopened"), ("{% for a in b %}{% elif c %}{% endfor %}", "unopened"),
    ("{% if a %}{% endfor %}", "unopened"),
    ("{{ a|uper }}", "unknown-filter"), ("{{ a() }}", "not-allowed"), ("{% macro m() %}", "not-allowed"),
    ("{% raw %}", "not-allowed"),
    ("а {{p a }}", "lost-text"), ("{% colspan 2 %}", "outside-cell"),
    ("{% cellbg a %}", "outside-cell"), ("{% vm %}", "outside-cell"), ("{% hm %}", "outside-cell"),
    ("{{tr a }}", "rows-from-data"), ("{{tc a }}", "rows-from-data"),
    ("Буйрук {%p if a %}", "lost-text"), ("{% include \"а.docx\" %}", "unknown-block"), ("{%p include name %}", "not-allowed"),
    ("{%p include [\"а\", \"б\"] %}", "not-allowed"), ("{{ loop.index }}", "loop-outside"),
    ("{% for a in b %}{% else %}{{ loop.index }}{% endfor %}", "loop-outside"), ("{{ «а» }}", "broken-tag"),
    ("{{ а–б }}", "broken-tag"), ("{%pif a %}", "unknown-tag"),
    ("{{ a" + ".b" * 900 + " }}", "too-deep"), ("{{ a" + "|upper" * 300 + " }}", "too-deep"),
    ("{{ " + "not " * 400 + "a }}", "too-deep"), ("{{ 1" + " + 1" * 400 + " }}", "too-deep"),
    ("{% if a %}" * 100 + "{% endif %}" * 100, "too-deep"), ("{% for a in b %}" * 25 + "{% endfor %}" * 25, "too-deep"),
    ("{%р if a %}", "cyrillic"), ("{%рif a %}", "unknown-tag"), ("{%тr for a in b %}", "cyrillic"),
    ("{{ ѕtudent.name }}", "cyrillic"), ("{{ student.nаme }}", "cyrillic"),
    ("{%p if a %}б{%p endif %}", "lost-text"), ("{% if a = 1 %}{% endif %}", "broken-tag"),
]


@pytest.mark.parametrize(("body", "id"), FAULTS)
def test_a_fault_is_named(body: str, id: str) -> None:
    assert f"template.{id}" in {problem.id for problem in problems(p(body))}


@pytest.mark.parametrize("body", [body for body, _ in FAULTS])
def test_what_another_linter_calls_an_error_is_one_here(body: str) -> None:
    blob = word_file(p(body))
    if any(issue.severity == "error" for issue in docxtpl_lint.lint(blob).issues):
        with pytest.raises(ProblemsFound):
            Template(blob)


def test_a_lost_tag_does_not_make_its_partner_a_fault() -> None:
    assert set(dict(found(p("{%p if a %}б{%p endif %}")))) == {"lost-text"}


def test_all_faults_of_a_template_are_found_at_once_each_in_its_place() -> None:
    body = (p("{{ a|uper }}") + p("таза") + table([row("{{ b() }}", "x"), row("{%tr for r in rows %}"), row("г", "{{ r.a"),
                                                   row("{%tr endfor %} ашык")])
            + p(r("{{ "), r("c d"), r(" }}")) + table([row("а", "{% if q %}")]))
    assert found(body, header=p("а") + p("{{ x|foo }}"), core="<dc:title>{{ y|bar }}</dc:title>") == [
        ("unknown-filter", Place("document", 1)),
        ("broken-tag", Place("document", 3)),
        ("not-allowed", Place("document", 1, 1, 1, 1)),
        ("unclosed-tag", Place("document", 1, 1, 3, 2)),
        ("lost-text", Place("document", 1, 1, 4, 1)),
        ("unclosed", Place("document", 1, 2, 1, 2)),
        ("unknown-filter", Place("core", 1)),
        ("unknown-filter", Place("header1", 2)),
    ]


def test_a_problem_quotes_the_tag_the_words_around_it_and_the_nearest_name() -> None:
    problem, = problems(p(r("Окуучу {{ na"), r("me|datve }} кабыл алынсын", "<w:b/>")))
    assert problem.position.file == "буйрук.docx"
    assert problem.facts == {"tag": "{{ name|datve }}", "quote": "Окуучу {{ name|datve }} кабыл алынсын", "found": "datve",
                             "nearest": "dative"}


def test_a_paragraph_of_a_nested_table_and_of_a_text_box_has_its_place() -> None:
    nested = table([row("а", cell(p("б") + table([row("{{ a|x }}", "в")]) + p("{{ b|x }}")))])
    inner = p("{{ c|x }}")
    box = f"<w:r><w:pict><v:shape><v:textbox><w:txbxContent>{inner}</w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
    assert [place for _, place in found(nested + p(r("баш"), box))] == [
        Place("document", 1), Place("document", 2, 1, 1, 2), Place("document", 1, 2, 1, 1)]


@pytest.mark.parametrize("body", [
    table([row("{% if a %}б", "в")]) + p("{% endif %}"),
    p("{% for a in b %}") + table([row("{{ a }}", "{% endfor %}")]),
    table([row("{%tr if a %}"), row("б", cell(p("в") + p("{%p endif %}") + p("г")))]),
    p("{% if a %}") + table([row("{% else %}", "б")]) + p("{% endif %}"),
])
def test_tags_that_tear_the_document_apart_are_refused(body: str) -> None:
    assert "crossed" in dict(found(body))


@pytest.mark.parametrize("body", [
    table([row("а", "{%- if yes %}б{% endif %}")]), table([row("а", "б"), row("{%- if yes %}в{% endif %}", "г")]),
    table([row("а", "б"), row(cell(p("{%- if yes %}б{% endif %}")
                                   + table([row("{%tr if a %}"), row("в"), row("{%tr endif %}")]) + p()))]),
    table([row("{% if yes -%}", "а{% endif %}")]), table([row("а", "б")]) + p("{%- if yes %}б{% endif %}"),
])
def test_a_dash_may_not_join_over_the_edge_of_a_cell(body: str) -> None:
    joined = [problem for problem in problems(body) if problem.id == "template.joined-cells"]
    assert joined
    assert all(str(problem.facts["found"]).isprintable() for problem in joined)


def test_marks_typed_into_a_template_do_no_harm() -> None:
    body = p("{\ufdd4{ a.__class__ }\ufdd4} \ufdd09\ufdd1 {{ b \ufdd07\ufdd1}} \ufdd2")
    assert set(dict(found(body))) == {"not-allowed", "broken-tag"}


@pytest.mark.parametrize(("body", "lost"), [
    (p("Буйрук {%p if a %}") + p("{%p endif %}"), "Буйрук"),
    (p("{%p if a %}") + p(r("{%p endif %}"), r(" ашык", "<w:b/>")), "ашык"),
    (table([row("{%tr for r in rows %}", "ашык"), row("а", "б"), row("{%tr endfor %}")]), "ашык"),
    (table([row("а", "{%tc for r in rows %} ашык", "б", "{%tc endfor %}")]), "ашык"),
    (p("{%p if a %}{{ b }}") + p("{%p endif %}"), "{{ b }}"),
    (p("{%p if a %}{%p if b %}") + p("{%p endif %}{%p endif %}"), "{%p if a %}"),
])
def test_what_would_be_lost_beside_a_tag_is_quoted(body: str, lost: str) -> None:
    assert lost in {problem.facts["found"] for problem in problems(body) if problem.id == "template.lost-text"}


PAGE_BREAK = '<w:r><w:br w:type="page"/></w:r>'
LINE_BREAK = "<w:r><w:br/></w:r>"
LINK = '<w:hyperlink w:anchor="a">{}</w:hyperlink>'


@pytest.mark.parametrize(("body", "id"), [
    (p("{%p if a %}") + p("{%p endif %}", properties="<w:sectPr/>"), "lost-section"),
    (p("{%p if a %}", PAGE_BREAK) + p("{%p endif %}"), "lost-break"),
    (p("{%p if a %}") + p(PAGE_BREAK.replace("page", "column"), "{%p endif %}"), "lost-break"),
    (p("{%p if a %}", '<w:r><w:pict/></w:r>') + p("{%p endif %}"), "lost-picture"),
    (p("{%p if a %}", '<w:r><w:sym w:font="Wingdings" w:char="F0A8"/></w:r>') + p("{%p endif %}"), "lost-symbol"),
])
def test_a_break_or_a_picture_beside_a_tag_does_not_vanish_in_silence(body: str, id: str) -> None:
    assert dict(found(body)).keys() == {id}


def test_a_line_break_beside_a_tag_goes_with_its_line() -> None:
    Template(word_file(p("{%p if a %}", LINE_BREAK) + p("б", PAGE_BREAK) + p("{%p endif %}")))


@pytest.mark.parametrize("body", [
    p("Бул {{ na", LINK.format(r("me }} шилтеме"))), p(LINK.format(r("{% if a %}б{% end")), "if %}"),
    p("<w:sdt><w:sdtContent>" + r("{{ a") + "</w:sdtContent></w:sdt>", " }}"),
])
def test_a_tag_half_in_a_link_is_no_dash_that_joins_cells(body: str) -> None:
    assert found(body) == [("half-inside", Place("document", 1))]


@pytest.mark.parametrize("body", [
    p("Бул ", LINK.format(r("{{ name }}"))), p(LINK.format(r("{{ na")), LINK.format(r("me }}"))),
    p("{%p if a", LINK.format(r(" %}"))) + p("{%p endif %}"),
])
def test_a_tag_in_links_that_can_be_read_is_read(body: str) -> None:
    Template(word_file(body))


@pytest.mark.parametrize("body", [
    table([row(cell(p("{%tr if a %}") + table([row("ашык")]) + p())), row("б"), row("{%tr endif %}")]),
    table([row(cell(table([row("ашык")]) + p("{%tr if a %}"))), row("б"), row("{%tr endif %}")]),
    table([row("а", cell(p("{%tc if a %}") + table([row("")]) + p()), "б", "{%tc endif %}")]),
])
def test_a_row_tag_around_a_nested_table_is_no_dash_that_joins_cells(body: str) -> None:
    assert set(dict(found(body))) == {"around-table"}


@pytest.mark.parametrize(("body", "character"), [
    ("{{ a\u200b }}", "U+200B (zero width space)"), ("{{ stu\u00addent.name }}", "U+00AD (soft hyphen)"),
    ("{%p if\ufeff a %}", "U+FEFF (zero width no-break space)"), ("{% \u200bif a %}б{% endif %}", "U+200B (zero width space)"),
])
def test_an_invisible_character_in_a_tag_is_named(body: str, character: str) -> None:
    told = problems(p(body))
    assert [(problem.id, problem.facts["found"]) for problem in told] == [("template.invisible-character", character)]


def test_an_invisible_character_may_stand_in_quotation_marks() -> None:
    Template(word_file(p('{% if a == "б\u00adв" %}г{% endif %}')))


@pytest.mark.parametrize("body", [
    table([row("а")]).replace("</w:tblPr>", '<w:tblCaption w:val="{{ a.__class__ }}"/></w:tblPr>'),
    p('<w:r><w:instrText>REF {{ a() }}</w:instrText></w:r>'),
    f'<w:sdt><w:sdtPr><w:alias w:val="{{{{ a() }}}}"/></w:sdtPr><w:sdtContent>{p("а")}</w:sdtContent></w:sdt>',
])
def test_tags_outside_the_text_are_looked_at_too(body: str) -> None:
    assert set(dict(found(body))) == {"not-allowed"}


def test_another_form_of_word_file_is_refused_with_advice() -> None:
    document = word_file(p("{{ a }}"))
    strict = replaced(document, "word/document.xml", "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
                      "http://purl.oclc.org/ooxml/wordprocessingml/main")
    with pytest.raises(ProblemsFound) as caught:
        Template(strict)
    assert [problem.id for problem in caught.value.problems] == ["template.other-markup"]


def test_a_template_from_outside_is_let_in_with_care() -> None:
    with pytest.raises(ProblemsFound) as caught:
        Template(b"not a Word file", name="а.docx")
    assert [problem.id.partition(".")[0] for problem in caught.value.problems] == ["package"]


def test_a_letter_of_the_other_keyboard_is_named_with_the_name_that_was_meant() -> None:
    faults = problems(p("{{ ѕtudent.nаme }} {%р if a %}"))
    assert {(fault.facts["found"], fault.facts["expected"]) for fault in faults} == {
        ("ѕtudent", "student"), ("nаme", "name"), ("р", "p")}
    with pytest.raises(ProblemsFound) as caught:   # no Latin letter in it: perhaps a field of the school's own
        Template(word_file(p("{{ а }}"))).render({"a": "б"})
    assert caught.value.problems[0].facts["nearest"] == "a"


def test_a_comment_beside_a_tag_may_go_with_it() -> None:
    body = p("{# баш #}{%p if a %}") + p("б") + p("{%p endif %}{# соңу #}")
    assert "б" in listing(Template(word_file(body)).render({"a": True}))


@pytest.mark.parametrize(("body", "told"), [
    ("{% macro m() %}а{% endmacro %}", {"macro", "endmacro"}), ("{{ today() }}", {"today()"}),
    ("{{ a.items() }}", {"items()"}), ("{{ a[0]() }}", {"()"}),
])
def test_what_a_template_may_not_do_is_told_by_its_name(body: str, told: set[str]) -> None:
    assert {problem.facts["found"] for problem in problems(p(body)) if problem.id == "template.not-allowed"} == told


def test_tracked_changes_are_accepted_in_a_part_without_tags_too() -> None:
    changed = (p('<w:ins w:id="1" w:author="а">' + r("жаңы") + "</w:ins>"
                 '<w:del w:id="2" w:author="а"><w:r><w:delText>эски</w:delText></w:r></w:del>'))
    parts = read_parts(Template(word_file(changed, header=changed)).render({}))
    for name in ("word/document.xml", "word/header1.xml"):
        assert "жаңы" in parts[name].decode()
        assert not re.search("эски|w:ins|w:del", parts[name].decode())


@pytest.mark.parametrize("body", [
    p("{%p if n|round % 2 == 1 %}") + p("так") + p("{%p endif %}"),
    p(r("{%p if "), r("n|round % "), r("2 == 1 %}")) + p("так") + p("{%p endif %}"),
    table([row("{%tr for x in d %}"), row("{% if loop.index % 2 %}так{% endif %}"), row("{%tr endfor %}")], columns=1),
    p("{%- if '50%' == s -%}так{% endif %} 5%"),
])
def test_a_percent_sign_may_stand_in_any_tag(body: str) -> None:
    made = listing(Template(word_file(body)).render({"n": 3, "d": [1], "s": "50%"}))
    assert made.count("так") == 1
    assert not re.search("[\ufdd0-\ufdef]", made)
