"""Word's comments are notes of a template's authors: no tag of theirs is a fault, and no document holds them."""

from __future__ import annotations

import re
from io import BytesIO

import docx
import pytest
from judges import audit
from judges.invariants import findings
from oracle import docxtpl_render
from wordfile import HEAD, NAMESPACES, OFFICE, TYPE, p, r, read_parts, relationship, replaced, row, table, word_file

from docgen.template.compiled import Template
from docgen.template.merge import merge

WHO = 'w:author="Ч. Бердалиев" w:initials="ЧБ" w:date="2025-01-01T00:00:00Z"'
NOTES = (f'{HEAD}<w:comments {NAMESPACES}><w:comment w:id="0" {WHO}>{p(r("{"), r("{ nobody|uper }} {% if"))}</w:comment>'
         f'<w:comment w:id="1" {WHO}>{p("Мында ким кол коёт?")}</w:comment></w:comments>')
PEOPLE = (f'{HEAD}<w15:people xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml">'
          '<w15:person w15:author="Ч. Бердалиев"/></w15:people>')
PERSON = '<Relationship Id="rIdP" Type="http://schemas.microsoft.com/office/2011/relationships/people" Target="people.xml"/>'
NAMED = re.compile(rb"comment|\xd0\x91\xd0\xb5\xd1\x80\xd0\xb4\xd0\xb0\xd0\xbb\xd0\xb8\xd0\xb5\xd0\xb2", re.IGNORECASE)


def start(number: int) -> str:
    return f'<w:commentRangeStart w:id="{number}"/>'


def end(number: int) -> str:
    return (f'<w:commentRangeEnd w:id="{number}"/><w:r><w:rPr><w:rStyle w:val="Strong"/></w:rPr>'
            f'<w:commentReference w:id="{number}"/></w:r>')


def file(body: str) -> bytes:
    return word_file(body, core="<dc:title>а</dc:title>",
                     relationships=[relationship("rIdN", "comments", "comments.xml"), PERSON],
                     types={"word/comments.xml": f"{TYPE}.comments+xml", "word/people.xml": f"{TYPE}.people+xml"},
                     parts={"word/comments.xml": NOTES, "word/people.xml": PEOPLE})


BODIES = {
    "beside a tag": p(start(0), r("{{ name }}"), end(0), " б"),
    "around a part of a tag": p(r("{{ "), start(0), r("na"), end(0), r("me }}")),
    "around paragraphs": p(start(0), "{{ name }}") + p("б", end(0)) + p(start(1), "в", end(1)),
    "around the paragraph of a tag": p("{%p if name %}") + p(start(0), "{{ name }}") + p("{%p endif %}", end(0)),
    "in a loop": table([row("{%tr for x in rows %}"), row(p(start(0), "{{ x }}", end(0)), "б"), row("{%tr endfor %}")])
    + p("в"),
    "in a template without tags": p(start(0), "Асан", end(0)),
}


@pytest.mark.parametrize("body", BODIES)
def test_a_document_has_no_remarks_of_its_template(body: str) -> None:
    template = file(BODIES[body])
    made = Template(template).render({"name": "Асан", "rows": ["а", "Асан"]})
    assert "Асан" in "".join(docx.Document(BytesIO(made)).element.itertext())
    assert [name for name, data in read_parts(made).items() if NAMED.search(name.encode() + data)] == []
    assert set(findings(made)) <= set(findings(template))
    assert audit.findings(made, template) == []


def test_docxtpl_leaves_them_with_their_authors_and_tags() -> None:
    template = file(BODIES["beside a tag"])
    assert "nobody|uper" in read_parts(docxtpl_render(template, {"name": "Асан"}))["word/comments.xml"].decode()


def test_relationships_of_other_things_stay() -> None:
    made = read_parts(Template(file(BODIES["around paragraphs"])).render({"name": "а"}))
    kinds = re.findall(f'Type="{OFFICE}/(\\w+)"', made["word/_rels/document.xml.rels"].decode())
    assert kinds == ["styles", "settings"]


def test_relationships_without_an_id_or_of_one_id_do_no_harm() -> None:
    twice = replaced(file(BODIES["beside a tag"]), "word/_rels/document.xml.rels", 'Id="rIdN" ', "")
    twice = replaced(twice, "word/_rels/document.xml.rels", 'Id="rIdP"', 'Id="rIdS"')
    made = read_parts(Template(twice).render({"name": "а"}))
    assert made["word/_rels/document.xml.rels"].count(b"<Relationship ") == 2
    assert "word/comments.xml" not in made


def test_a_block_may_have_remarks() -> None:
    block = file(BODIES["beside a tag"])
    made = Template(word_file(p('{%p include "а.docx" %}')), blocks=lambda _: block).render({"name": "Асан"})
    assert docx.Document(BytesIO(made)).paragraphs[0].text == "Асан б"
    assert b"comment" not in read_parts(made)["word/document.xml"]


def test_a_print_run_has_none() -> None:
    template = Template(file(BODIES["around paragraphs"]))
    made = merge([template.render({"name": name}) for name in ("а", "б")])
    assert [name for name, data in read_parts(made).items() if NAMED.search(name.encode() + data)] == []
