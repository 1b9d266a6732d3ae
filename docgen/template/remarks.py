"""Remarks that authors leave in a template, Word's comments: notes to colleagues that come into no document.

docxtpl leaves them where they are, tags and all. But an official paper must not say what its template's authors said to each
other, nor who they are.
"""

from __future__ import annotations

import re

from docgen.template.markup import content_types_part, elements, relationships, relationships_part, rels_name
from docgen.template.opc import CONTENT_TYPES, Entry, Package

#: types of relationships: the remarks, what Word adds to them, and who made them ([MS-DOCX] 2.2.3)
_TYPES = ("comments", "commentsExtended", "commentsIds", "commentsExtensible", "people")
# ECMA-376 part 1, 17.13.4: what a remark is about, and the run that refers to it
_SIGN = re.compile(rb"<w:r(?: [^>]*)?>(?:<w:rPr>(?:(?!</w:rPr>).)*</w:rPr>)?<w:commentReference\b[^>]*/></w:r>"
                   rb"|<w:comment(?:RangeStart|RangeEnd|Reference)\b[^>]*/>", re.DOTALL)


def without_remarks(package: Package) -> Package:
    """The package without its remarks; itself where there are none."""
    gone = {target for kind in _TYPES for target in package.related(kind)}
    if not gone:
        return package
    names = gone | {rels_name(part) for part in gone}
    kept = {name: entry for name, entry in package.entries.items() if name not in names}
    for name, entry in kept.items():
        if name == CONTENT_TYPES:
            items = (item for item in elements(entry.data) if item[1].get("PartName", "").lstrip("/") not in gone)
            kept[name] = Entry.of(name, content_types_part(items))
        elif name == rels_name(package.main):
            items = (item for item in elements(entry.data) if item[0] == "Relationship")
            found = zip(items, relationships(entry.data, source=package.main), strict=True)
            kept[name] = Entry.of(name, relationships_part(item[1] for item, rel in found if rel.target not in gone))
        elif b"<w:comment" in entry.data:
            kept[name] = Entry.of(name, _SIGN.sub(b"", entry.data))
    return Package(kept.values(), name=package.name)
