"""What docxtpl's documentation (docs/index.rst of 0.20) promises, sentence by sentence, and what becomes of it here.

`TABLE` has a row for each promise: what docxtpl says, the verdict, and the tests that hold it. *Works* is held by a test with
docxtpl as oracle, *otherwise* by a test of the intended difference, *refused* by a test of the problem that says what to do.
Rows whose test is in this module have their templates below.
"""

from __future__ import annotations

import importlib
import re
from io import BytesIO
from typing import Any, Literal

import docx
import pytest
from docxtpl import DocxTemplate
from oracle import differences, docxtpl_render
from test_dialect import CONTEXT, FEATURES
from wordfile import p, r, row, table, word_file

from docgen.errors import ProblemsFound
from docgen.template.compiled import Template

CORE = "<dc:title>Иш кагазы</dc:title>"


def file(body: str, **more: str) -> bytes:
    return word_file(body, core=CORE, **more)


Verdict = Literal["works", "otherwise", "refused"]
#: section: what it says → verdict, tests (of this module where no other is named)
TABLE: dict[str, dict[str, tuple[Verdict, str]]] = {
    "Restrictions": {
        "tags are to be used inside one run of one paragraph": (
            "works", "test_corpus.test_a_tag_torn_apart_is_the_same_tag "
            "test_dialect.test_a_line_split_anyhow_renders_as_docxtpl_renders_it"),
        "tags cannot go across table rows": ("refused", "test_tags.test_tags_that_tear_the_document_apart_are_refused"),
        "one can use all jinja2 tags": ("refused", "test_what_else_jinja_has_is_refused_by_name"),
        "one can use all jinja2 filters": (
            "otherwise", "test_what_else_jinja_has_is_refused_by_name test_filters_of_the_same_name_print_the_same"),
    },
    "Tags": {
        "{%p %} {%tr %} {%tc %} {%r %}": ("works", "test_dialect.test_renders_as_docxtpl_does"),
        "their paragraph, row, cell or run never appears": ("works", "test_dialect.test_renders_as_docxtpl_does"),
        "always put a space after a starting delimiter": ("works", "test_the_documentation_s_examples"),
        "do not use {%pif display_paragraph%}": ("refused", "test_tags.test_a_fault_is_named"),
        "do not use {%p twice in the same paragraph": (
            "refused", "test_dialect.test_unlike_docxtpl_no_silent_loss_where "
            "test_tags.test_a_lost_tag_does_not_make_its_partner_a_fault"),
    },
    "Display variables": {
        "{{ var }}": ("works", "test_dialect.test_renders_as_docxtpl_does"),
        "\\n \\a \\t \\f become newlines, new paragraphs, tabs and page breaks": (
            "works", "test_dialect.test_renders_as_docxtpl_does test_richtext.test_a_plain_text_is_docxtpl_s_listing"),
        "a RichText needs {{r var }}": ("works", "test_richtext.test_renders_as_docxtpl_renders_its_rich_text"),
        "variables must not contain < > &": ("otherwise", "test_signs_of_xml_need_no_escaping"),
    },
    "Comments": {
        "{#p #} {#tr #} {#tc #}": ("works", "test_the_documentation_s_examples"),
        "{# #}": ("works", "test_dialect.test_renders_as_docxtpl_does"),
    },
    "Split and merge text": {
        "{%- merges with the previous line, -%} with the next": (
            "works", "test_the_documentation_s_examples test_dialect.test_renders_as_docxtpl_does"),
        "ENTER or SHIFT+ENTER splits a text": ("works", "test_the_documentation_s_examples"),
        "an unbreakable space for a space at the line's end": ("works", "test_the_documentation_s_examples"),
        "{%- -%} must be alone in a line": ("otherwise", "test_tags.test_a_dash_may_not_join_over_the_edge_of_a_cell"),
    },
    "Escaping delimiters": {"{_% %_} {_{ }_}": ("works", "test_dialect.test_renders_as_docxtpl_does")},
    "Tables": {
        "{% colspan var %}": ("works", "test_cell_tags.test_renders_as_docxtpl_does"),
        "{% hm %} spans in a loop": ("works", "test_cell_tags.test_renders_as_docxtpl_does"),
        "{% vm %} merges vertically in a loop": ("works", "test_cell_tags.test_renders_as_docxtpl_does"),
        "{% cellbg var %} at the very beginning of the cell": ("works", "test_cell_tags.test_renders_as_docxtpl_does"),
        "the colour is without the hash sign": ("otherwise", "test_a_colour_may_have_its_hash_sign"),
    },
    "RichText": {
        "color, bold, italic, size, font and so on": ("works", "test_richtext.test_renders_as_docxtpl_renders_its_rich_text"),
        "a character style": (
            "works", "test_richtext.test_renders_as_docxtpl_renders_its_rich_text "
            "test_richtext.test_a_style_that_the_template_has_not_is_named_with_the_nearest"),
        "newline, new paragraph, page break": ("works", "test_richtext.test_renders_as_docxtpl_renders_its_rich_text"),
        "a font of a region, eastAsia:": ("works", "test_richtext.test_renders_as_docxtpl_renders_its_rich_text"),
        "{{r }} removes the current character styling": ("works", "test_richtext.test_the_text_behind_keeps_its_formatting"),
        "do not use {{r twice in the same run": ("works", "test_richtext.test_renders_as_docxtpl_renders_its_rich_text"),
        "not compatible with Jinja filters": ("refused", "test_formatted_text_goes_through_no_filter"),
        "RichTextParagraph and {{p var }}": ("works", "test_richtext.test_paragraphs_render_as_docxtpl_s"),
        "{{tr var }} {{tc var }}": ("refused", "test_tags.test_a_fault_is_named"),
    },
    "Hyperlink with RichText": {
        "url_id of build_url_id": (
            "works", "test_richtext.test_a_link_is_docxtpl_s test_richtext.test_another_address_is_refused_with_its_place"),
    },
    "Inline image": {
        "InlineImage with width or height": ("works", "test_pictures.test_it_is_the_picture_that_docxtpl_shows"),
        "millimetres, inches or points": ("otherwise", "test_pictures.test_its_size_is_told_in_millimetres"),
        "without a size the picture has its own": ("refused", "test_pictures.test_a_wrong_size_is_refused"),
        "anchor, a link": ("works", "test_pictures.test_it_is_the_picture_that_docxtpl_shows"),
    },
    "Sub-documents": {
        "an existing .docx as a subdoc": ("otherwise", "test_compiled.test_a_block_stands_in_the_place_of_its_paragraph"),
        "a subdoc built by python-docx": ("refused", "test_data_are_plain"),
    },
    "Escaping": {
        "{{ var|e }}": ("works", "test_the_documentation_s_examples"),
        "autoescape=True": ("works", "test_dialect.test_renders_as_docxtpl_does"),
        "Listing": ("works", "test_richtext.test_a_plain_text_is_docxtpl_s_listing"),
    },
    "Replace docx pictures": {
        "it is not possible to add images in header or footer": ("otherwise", "test_pictures.test_a_picture_is_shown"),
        "replace_pic, replace_media": ("otherwise", "test_pictures.test_a_picture_is_shown"),
    },
    "Replace embedded objects": {
        "replace_embedded, replace_zipname": ("refused", "test_hazards.test_a_part_that_runs_is_refused_by_its_name"),
    },
    "Get Defined Variables": {
        "get_undeclared_template_variables": ("works", "test_the_names_are_those_that_docxtpl_finds"),
    },
    "Multiple rendering": {
        "render can be called several times": (
            "works", "test_one_template_renders_again_and_again test_compiled.test_the_same_data_gives_the_same_bytes"),
    },
    "Microsoft Word 2016 special cases": {
        "spaces and tabs by a RichText": ("works", "test_richtext.test_renders_as_docxtpl_renders_its_rich_text"),
    },
    "Jinja custom filters": {"jinja_env": ("refused", "test_what_else_jinja_has_is_refused_by_name")},
    "Footnotes, properties (CHANGES.rst)": {
        "tags in footnotes": ("works", "test_footnotes.test_renders_as_docxtpl_does"),
        "tags in headers, footers and properties": ("works", "test_dialect.test_renders_as_docxtpl_does"),
        "Word's comments are left as they are": ("otherwise", "test_remarks.test_a_document_has_no_remarks_of_its_template"),
    },
}
ROWS = [(f"{section}: {says}", verdict, tests) for section, rows in TABLE.items() for says, (verdict, tests) in rows.items()]


@pytest.mark.parametrize(("says", "tests"), [(says, tests) for says, _, tests in ROWS])
def test_every_promise_is_held_by_a_test(says: str, tests: str) -> None:
    for name in tests.split():
        module, _, test = name.rpartition(".")
        held_in = importlib.import_module(module or __name__)
        assert callable(getattr(held_in, test, None)), f"{says}: {name} is gone"


# -------------------------------------------------------------------------------------------------------------------- works

BREAK = "<w:r><w:br/></w:r>"
EXAMPLES = {
    "no space after a delimiter": file(p("{{name}} {%if yes%}ооба{%else%}жок{%endif%} {#эскертүү#}")),
    "a comment as a paragraph": file(p("{#p this is a comment as a paragraph #}") + p("{{ number }}")),
    "a comment as a table row": file(table([row("{#tr this is a comment as a table row #}"), row("{{ number }}", "б")])),
    "a comment as a table cell": file(table([row("а", "{#tc this is a comment as a table cell #}", "{{ number }}")])),
    "a text split by ENTER": file(p("My house is located") + p("{%- if yes -%}") + p(" in urban area") + p("{%- else -%}")
                                  + p(" in countryside") + p("{%- endif -%}") + p(" and I love it.")),
    "a text split by SHIFT+ENTER": file(p(BREAK.join(map(r, (
        "My house is located", "{%- if no -%}", " in urban area", "{%- else -%}", " in countryside", "{%- endif -%}",
        " and I love it."))))),
    "an unbreakable space at a line's end": file(p("а\xa0") + p("{%- if yes -%}") + p("\xa0б\xa0") + p("{%- endif -%}")
                                                 + p("\xa0в")),
    "a value escaped by hand": file(p("{{ name|e }} {{ name|escape }}")),
}


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_documentation_s_examples(example: str) -> None:
    template = EXAMPLES[example]
    assert differences(docxtpl_render(template, CONTEXT), Template(template).render(CONTEXT)) == []


FILTERED = {
    "capitals": "{{ name|upper }} {{ name|lower }}", "joined": "{{ words|join('; ') }} {{ rows|join(', ', attribute='name') }}",
    "counted": "{{ words|length }} {{ name|length }}", "otherwise": "{{ nothing|default('жок') }}",
    "ends": "{{ words|first }} {{ words|last }}", "picked": "{{ rows|map(attribute='n')|join(' ') }}",
    "added": "{{ [1, 2]|sum }} {{ rows|sum(attribute='n') }}", "once": "{{ [1, 1, 2]|unique|join(' ') }}",
    "sorted": "{{ [3, 1, 2]|sort|join(' ') }} {{ rows|sort(attribute='n')|map(attribute='n')|join(' ') }}",
}


@pytest.mark.parametrize("filtered", FILTERED)
def test_filters_of_the_same_name_print_the_same(filtered: str) -> None:
    template = file(p(FILTERED[filtered]))
    assert differences(docxtpl_render(template, CONTEXT), Template(template).render(CONTEXT)) == []


@pytest.mark.parametrize("feature", FEATURES)
def test_the_names_are_those_that_docxtpl_finds(feature: str) -> None:
    names = {re.split(r"[.\[]", name)[0] for name in Template(FEATURES[feature]).names}
    theirs = DocxTemplate(BytesIO(FEATURES[feature])).get_undeclared_template_variables()
    # docxtpl looks at the text, headers and footers
    assert names - theirs <= {"title", "student"} if feature == "properties" else names == theirs


def test_one_template_renders_again_and_again() -> None:
    template = FEATURES["header and footer"]
    made = Template(template)
    for name in ("Асан", "Үсөн", "Асан"):
        assert differences(docxtpl_render(template, {**CONTEXT, "name": name}), made.render({**CONTEXT, "name": name})) == []


# ---------------------------------------------------------------------------------------------------------------- otherwise


def test_signs_of_xml_need_no_escaping() -> None:
    document = docx.Document(BytesIO(Template(file(p("{{ a }}"))).render({"a": "А < Б & «В» <w:b/>"})))
    assert document.paragraphs[0].text == "А < Б & «В» <w:b/>"


def test_a_colour_may_have_its_hash_sign() -> None:
    made = Template(file(table([row('{% cellbg "#D9D9D9" %}а')]))).render({})
    assert docx.Document(BytesIO(made)).element.xpath("//w:shd/@w:fill") == ["D9D9D9"]


# ------------------------------------------------------------------------------------------------------------------ refused


@pytest.mark.parametrize(("tag", "id"), [
    *((f"{{% {statement} %}}", "not-allowed") for statement in (
        "macro m(a)", "call m()", "filter upper", "block a", "extends 'a'", "import 'a' as b", "from 'a' import b", "raw",
        "with a = 1", "autoescape true", "do a", "set a")),
    ("{{ a|multiply_by(0.88) }}", "unknown-filter"), ("{{ a|safe }}", "unknown-filter"), ("{{ a|tojson }}", "unknown-filter"),
    ("{{ a|attr('b') }}", "unknown-filter"), ("{{ a|pprint }}", "unknown-filter"), ("{{ a|xmlattr }}", "unknown-filter"),
    ("{% if a is callable %}{% endif %}", "unknown-test"), ("{{ a.upper() }}", "not-allowed"),
    ("{{ range(3) }}", "not-allowed"), ("{{ a ** 2 }}", "not-allowed"), ("{{ {'a': 1} }}", "not-allowed"),
])
def test_what_else_jinja_has_is_refused_by_name(tag: str, id: str) -> None:
    with pytest.raises(ProblemsFound) as caught:
        Template(file(p(tag)))
    assert f"template.{id}" in {fault.id for fault in caught.value.problems}


def test_formatted_text_goes_through_no_filter() -> None:
    with pytest.raises(ProblemsFound) as caught:
        Template(file(p("{{r x|lower }}"))).render({"x": [{"text": "А", "bold": True}]})
    assert [fault.id for fault in caught.value.problems] == ["template.prints-list"]


@pytest.mark.parametrize("tag", ["{{ x }}", "{{p x }}", "{{r x }}"])
def test_data_are_plain(tag: str) -> None:
    """Neither XML nor objects: what stands in a template comes from its blocks, `{%p include %}`."""
    document = DocxTemplate(BytesIO(file(p(tag))))
    value: Any = object.__new__(type("Subdoc", (), {"__str__": lambda _: "<w:p/>", "tpl": document}))
    with pytest.raises(ProblemsFound) as caught:
        Template(file(p(tag))).render({"x": value})
    assert [fault.id for fault in caught.value.problems] == ["template.not-printable"]
