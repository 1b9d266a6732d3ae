"""Small Word files for tests, written as their body: ``word_file(p("Салам") + table([["1", "2"]]))``.

The file has styles, settings and, when given, headers and more parts; it opens in Word.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from xml.sax.saxutils import escape

NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" mc:Ignorable="w14"'
)
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
SECTION = ('<w:sectPr>{references}<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1134" w:right="851" w:bottom="1134" '
           'w:left="1701" w:header="709" w:footer="709" w:gutter="0"/></w:sectPr>')
STYLES = f"""{HEAD}<w:styles {NAMESPACES}>
<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>
<w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/><w:basedOn w:val="Normal"/></w:style>
<w:style w:type="character" w:styleId="Strong"><w:name w:val="Strong"/></w:style>
<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/></w:style>
</w:styles>"""


def r(text: str, properties: str = "") -> str:
    """A run; *properties* as XML: ``<w:b/>``."""
    return f"<w:r>{f'<w:rPr>{properties}</w:rPr>' if properties else ''}<w:t xml:space=\"preserve\">{escape(text)}</w:t></w:r>"


def p(*runs: str, style: str = "", properties: str = "") -> str:
    """A paragraph of runs; a run that is not XML is taken as text."""
    inner = "".join(run if run.startswith("<") else r(run) for run in runs)
    properties = (f'<w:pStyle w:val="{style}"/>' if style else "") + properties
    return f"<w:p>{f'<w:pPr>{properties}</w:pPr>' if properties else ''}{inner}</w:p>"


def cell(content: str = "", properties: str = "") -> str:
    inner = content if content.startswith("<") else p(content) if content else p()
    return f'<w:tc><w:tcPr><w:tcW w:w="1000" w:type="dxa"/>{properties}</w:tcPr>{inner}</w:tc>'


def row(*cells: str, properties: str = "") -> str:
    inner = "".join(c if c.startswith("<w:tc>") else cell(c) for c in cells)
    return f"<w:tr>{f'<w:trPr>{properties}</w:trPr>' if properties else ''}{inner}</w:tr>"


def table(rows: Iterable[Sequence[str] | str], *, columns: int = 2) -> str:
    inner = "".join(r if isinstance(r, str) else row(*r) for r in rows)
    grid = '<w:gridCol w:w="1000"/>' * columns
    return f'<w:tbl><w:tblPr><w:tblW w:w="0" w:type="auto"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{inner}</w:tbl>'


def field(*instruction: str, result: str = "1") -> str:
    """A complex field whose instruction is spread over as many runs as there are pieces."""
    pieces = "".join(f'<w:r><w:instrText xml:space="preserve">{escape(piece)}</w:instrText></w:r>' for piece in instruction)
    return (f'<w:r><w:fldChar w:fldCharType="begin"/></w:r>{pieces}<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
            f'{r(result)}<w:r><w:fldChar w:fldCharType="end"/></w:r>')


def word_parts(body: str = "<w:p/>", *, header: str = "", footer: str = "", core: str = "", settings: str = "",
               relationships: Iterable[str] = (), types: Mapping[str, str] | None = None,
               parts: Mapping[str, str | bytes] | None = None) -> dict[str, bytes]:
    """The parts of a Word file by name.

    Args:
        body: XML of the body without its last ``w:sectPr``.
        header: XML inside ``w:hdr``; *footer*, *core* (inside the core properties) and *settings* alike.
        relationships: more ``<Relationship …/>`` of the document, or what `relationship` gives.
        types: content types of more parts by name.
        parts: more parts by name, or others in place of the usual ones.
    """
    files: dict[str, str | bytes] = {}
    overrides = {"word/document.xml": f"{TYPE}.document.main+xml", "word/styles.xml": f"{TYPE}.styles+xml",
                 "word/settings.xml": f"{TYPE}.settings+xml"}
    rels = [relationship("rIdS", "styles", "styles.xml"), relationship("rIdT", "settings", "settings.xml"), *relationships]
    roots = [relationship("rId1", "officeDocument", "word/document.xml")]
    references = ""
    for kind, tag, content in (("header", "hdr", header), ("footer", "ftr", footer)):
        if content:
            files[f"word/{kind}1.xml"] = f"{HEAD}<w:{tag} {NAMESPACES}>{content}</w:{tag}>"
            overrides[f"word/{kind}1.xml"] = f"{TYPE}.{kind}+xml"
            rels.append(relationship(f"rId{kind}", kind, f"{kind}1.xml"))
            references += f'<w:{kind}Reference w:type="default" r:id="rId{kind}"/>'
    if core:
        files["docProps/core.xml"] = (
            f'{HEAD}<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
            f'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
            f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">{core}</cp:coreProperties>')
        overrides["docProps/core.xml"] = "application/vnd.openxmlformats-package.core-properties+xml"
        roots.append('<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/'
                     'core-properties" Target="docProps/core.xml"/>')
    files["word/document.xml"] = (f"{HEAD}<w:document {NAMESPACES}><w:body>{body}{SECTION.format(references=references)}"
                                  "</w:body></w:document>")
    files["word/styles.xml"] = STYLES
    files["word/settings.xml"] = f"{HEAD}<w:settings {NAMESPACES}>{settings}</w:settings>"
    files["_rels/.rels"] = rels_part(roots)
    files["word/_rels/document.xml.rels"] = rels_part(rels)
    overrides |= types or {}
    files["[Content_Types].xml"] = (
        f'{HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/>'
        + "".join(f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in overrides.items()) + "</Types>")
    files |= parts or {}
    return {name: data.encode() if isinstance(data, str) else data for name, data in sorted(files.items())}


def word_file(body: str = "<w:p/>", **more: object) -> bytes:
    """A Word file as bytes; the arguments are those of `word_parts`."""
    return archive(word_parts(body, **more))  # type: ignore[arg-type]


def archive(parts: Mapping[str, bytes]) -> bytes:
    """Parts as a zip, in their order."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in parts.items():
            file.writestr(name, data)
    return out.getvalue()


def relationship(id: str, type: str, target: str, *, external: bool = False) -> str:
    mode = ' TargetMode="External"' if external else ""
    return f'<Relationship Id="{id}" Type="{OFFICE}/{type}" Target="{escape(target)}"{mode}/>'


def rels_part(relationships: Iterable[str]) -> str:
    return (f'{HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'{"".join(relationships)}</Relationships>')


def read_parts(blob: bytes) -> dict[str, bytes]:
    """The parts of a Word file by name."""
    with zipfile.ZipFile(BytesIO(blob)) as file:
        return {name: file.read(name) for name in file.namelist()}


def replaced(blob: bytes, part: str, old: str, new: str) -> bytes:
    """The file with *old* replaced by *new* in one part; a fault is seeded with it, so *old* must be there."""
    parts = read_parts(blob)
    text = parts[part].decode()
    assert old in text, f"{old!r} is not in {part}"
    return archive(parts | {part: text.replace(old, new, 1).encode()})
