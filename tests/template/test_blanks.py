"""What is left for the pen: lines in a text, empty cells in a ruled table, dates in their form."""

from __future__ import annotations

import datetime
from io import BytesIO

import docx
import pytest
from docx.table import Table
from wordfile import cell, p, r, row, table, word_file

from docgen.template import by_hand, filters
from docgen.template.blanks import MARK, Blank, holds_blank
from docgen.template.compiled import Template
from docgen.template.environment import compile_text

LINE = Blank.line(6)
CONTEXT = {
    "name": LINE, "n": Blank.line(4), "day": Blank("__.__.20__"), "phrase": Blank("______ классы"), "known": "Бекзат",
    "date": datetime.date(2025, 10, 13), "nothing": None, "monday": Blank("__.__.20__", weekday="дүйшөмбү"),
    "people": [{"name": LINE, "day": LINE}, {"name": LINE, "day": LINE}],
}


def rendered(source: str) -> str:
    return compile_text(source, name="тест", by_hand=True)(CONTEXT)


@pytest.mark.parametrize(("source", "text"), [
    ("{{ name }}, {{ name|genitive }}, {{ name|upper }}", "______, ______, ______"),
    ("{{ phrase|genitive }} окуучусу", "______ классынын окуучусу"),
    ("{{ known|genitive }}", "Бекзаттын"),
    ("{{ day }}; {{ day|num_date }}; {{ name|num_date }}", "__.__.20__; __.__.20__; __.__.20__"),
    ("{{ day|ky_date_quoted }} {{ day|ky_date_quoted_year }}", "«___» __________ 20__-ж. «___» __________ 20__-жыл"),
    ("{{ day|ky_date_abl }} {{ day|ky_date_loc }}", "20__-жылдын «___» __________нан 20__-жылдын «___» __________нда"),
    ("{{ day|ky_period(day) }}", "20__-жылдын «___» __________нан «___» __________на чейин"),
    ("{{ date|ky_period(day) }}", "20__-жылдын «___» __________нан «___» __________на чейин"),
    ("{{ date|num_date }} {{ monday|weekday|capfirst }}", "13.10.2025 Дүйшөмбү"),
    ("{{ people|length }} {{ 25 - people|length }} {{ n * 2 }}", "____ ____ ____"),
    ('{{ nothing|default(name) }} {{ name|default("жок") }}', "______ ______"),
    ('{{ people|map("name")|first }}', "______"),
    ('{% if name > 3 or date < day or name == "x" or n is odd %}болду{% else %}белгисиз{% endif %}', "белгисиз"),
    ("{% if name %}орду бар{% endif %}", "орду бар"),
    ("{% for one in people|sort(\"day\") %}{{ one.name }}{% if not loop.last %}; {% endif %}{% endfor %}", "______; ______"),
    ("{{ name|checkbox }}", "☐"),
    ("{{ day|ky_year|genitive }} {{ n|certified }}", "20__-жылдын ____ (____________________)"),
])
def test_a_blank_prints_as_its_form(source: str, text: str) -> None:
    assert rendered(source) == text


@pytest.mark.parametrize("name", filters.FILTERS)
def test_every_filter_takes_a_blank_and_a_list_of_them(name: str) -> None:
    """A check box gives an empty one, to be ticked, which is printed even where a line leaves its cell empty."""
    given = ["name"] if name in ("map", "select", "fraction_ky") else []
    people = [CONTEXT["people"]] if name == "flatten" else CONTEXT["people"]
    for value in (people,) if name in ("map", "flatten", "first", "last") else (LINE, people):
        found = by_hand.FILTERS[name](value, *given)
        assert (found, holds_blank(found)) == ("☐", False) if name == "checkbox" else holds_blank(found)


def test_the_rules_are_of_filters_that_are_there() -> None:
    assert set(by_hand.RULES) <= set(filters.FILTERS)


def test_a_list_of_blanks_joined_is_one_long_line_that_may_be_broken() -> None:
    line = " ".join(3 * ["_" * 20])
    assert rendered('{{ people|names }}|{{ people|join(", ", "name") }}') == f"{line}|{line}"


# ------------------------------------------------------------------------------------------------------------------ cells


BORDERS = '<w:tblBorders><w:top w:val="single" w:sz="4" w:space="0" w:color="auto"/></w:tblBorders>'


def ruled(xml: str) -> str:
    return xml.replace('<w:tblW w:w="0" w:type="auto"/>', f'<w:tblW w:w="0" w:type="auto"/>{BORDERS}')


def rows_of(body: str) -> list[list[str]]:
    document = docx.Document(BytesIO(Template(word_file(body)).render(CONTEXT, by_hand=True)))
    (found,) = document.tables
    return [[cell.text for cell in each.cells] for each in found.rows]


def test_a_cell_of_a_ruled_table_with_a_blank_is_empty() -> None:
    body = ruled(table([["Аты", "{{ name }} ({{ n }} күн)"], ["{{ known }}", "катышты"]]))
    assert rows_of(body) == [["Аты", ""], ["Бекзат", "катышты"]]


def test_a_sentence_below_a_list_keeps_its_words_and_lines() -> None:
    body = ruled(table([["Аты", "{{ name }}"], row(cell(p("Баары: {{ n }}."), '<w:gridSpan w:val="2"/>'))]))
    assert [cells[0] for cells in rows_of(body)] == ["Аты", "Баары: ____."]


def test_a_row_to_fill_has_the_height_of_a_hand() -> None:
    body = ruled(table([["{{ name }}", ""], ["", ""], row("{{ name }}", "", properties='<w:trHeight w:val="300"/>')]))
    document = docx.Document(BytesIO(Template(word_file(body)).render(CONTEXT, by_hand=True)))
    assert [each.height for each in document.tables[0].rows] == [454 * 635, None, 300 * 635]


def test_elsewhere_only_a_line_alone_leaves_its_cell_empty() -> None:
    assert rows_of(table([["_____", "{{ name }}"], ["БЕКИТЕМ", "{{ name }} {{ day|ky_date_quoted }}"]])) == [
        ["_____", ""], ["БЕКИТЕМ", "______ «___» __________ 20__-ж."]]


def test_words_beside_a_line_are_not_stretched() -> None:
    body = p("Дареги: {{ name }}", properties='<w:jc w:val="both"/>') + p("{{ known }}", properties='<w:jc w:val="both"/>')
    document = docx.Document(BytesIO(Template(word_file(body)).render(CONTEXT, by_hand=True)))
    assert [str(paragraph.alignment) for paragraph in document.paragraphs] == ["LEFT (0)", "JUSTIFY (3)"]


def test_no_mark_stays() -> None:
    data = Template(word_file(p("{{ name }}") + ruled(table([["{{ name }}", "{{ known }}"]])))).render(CONTEXT, by_hand=True)
    document = docx.Document(BytesIO(data))
    assert MARK not in "".join(document.element.itertext())
    assert [type(item) for item in document.iter_inner_content()][-1] is Table


def test_a_template_knows_which_lists_are_tables() -> None:
    row_loop = table([["{%tr for a in rows %}", ""], ["{{ a.x }}", ""], ["{%tr endfor %}", ""]])
    nested = table([["{%tr for c in classes %}", ""], ["{%tr for a in c.pupils %}", ""], ["{{ a }}", ""],
                    ["{%tr endfor %}", ""], ["{%tr endfor %}", ""]])
    lines = p("{%p for m in members %}") + p("{{ m.name }}") + p("{%p endfor %}")
    both = table([["{%tr for m in members %}", ""], ["{{ m.name }}", ""], ["{%tr endfor %}", ""]])
    inline = p(r("{% for b in basis %}{{ b }}{% endfor %}"))
    body = row_loop + p() + nested + lines + both + inline
    assert Template(word_file(body)).tables == {"rows", "classes", "classes[*].pupils"}
