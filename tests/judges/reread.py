"""The text of a Word file as python-docx reads it, independent of our own reading."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from io import BytesIO

import docx
from docx.blkcntnr import BlockItemContainer
from docx.document import Document
from docx.table import Table


def findings(blob: bytes, values: Iterable[object] = ()) -> list[str]:
    """Why the file cannot be read, or which of the values are not in its text."""
    try:
        found = text(blob)
    except Exception as error:  # whatever python-docx meets is the finding
        return [f"python-docx cannot read it: {error!r}"]
    return missing(values, found)


def missing(values: Iterable[object], found: str) -> list[str]:
    """A sentence for each value that is not in the text."""
    plain = _plain(found)
    return [f"«{value}» is not in the text" for value in values if _plain(str(value)) not in plain]


def text(blob: bytes) -> str:
    """Body, headers, footers and title, a paragraph a line; cells of a row joined by tabs."""
    document = docx.Document(BytesIO(blob))
    return "\n".join((*_lines(document), *_margins(document), document.core_properties.title))


def _margins(document: Document) -> Iterator[str]:
    for section in document.sections:
        for margin in (section.header, section.footer, section.first_page_header, section.first_page_footer):
            if not margin.is_linked_to_previous:
                yield from _lines(margin)


def _lines(container: BlockItemContainer | Document) -> Iterator[str]:
    for item in container.iter_inner_content():
        if isinstance(item, Table):
            for row in item.rows:
                cells = {id(cell._tc): cell for cell in row.cells}   # a merged cell comes once
                yield "\t".join("\n".join(_lines(cell)) for cell in cells.values())
        else:
            yield item.text


def _plain(text: str) -> str:
    return " ".join(text.split())   # str.split takes the no-break space for a space
