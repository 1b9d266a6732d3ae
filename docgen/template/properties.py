"""The properties of a file made of many documents (ECMA-376 part 2, 11.1): what all of them say, nothing that one says alone.

The title of one pupil's order must not be that of the file in which the orders of all lie.
"""

from __future__ import annotations

import re
from xml.sax.saxutils import escape

from docgen.template.pool import HEAD

NAME = "docProps/core.xml"
TYPE = "application/vnd.openxmlformats-package.core-properties+xml"
RELATION = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"

_NAMESPACES = {"cp": "http://schemas.openxmlformats.org/package/2006/metadata/core-properties",
               "dc": "http://purl.org/dc/elements/1.1/", "dcterms": "http://purl.org/dc/terms/",
               "xsi": "http://www.w3.org/2001/XMLSchema-instance"}
_PROPERTY = re.compile(r"<((?:cp|dc|dcterms):\w+)(?: [^>]*)?(?:/>|>([^<]*)</\1>)")


class Properties:
    """The properties under construction.

    Args:
        title: of the file, where its documents have different ones; none where it is empty.
    """

    def __init__(self, title: str = "") -> None:
        self._title = title
        self._common: dict[str, str] | None = None
        self._seen: set[bytes] = set()

    def take(self, part: bytes) -> None:
        """What one document says; empty where it has no such part."""
        if part in self._seen:
            return
        self._seen.add(part)
        said = {found[1]: found[0] for found in _PROPERTY.finditer(part.decode())}
        common = said if self._common is None else self._common
        self._common = {name: xml for name, xml in common.items() if said.get(name) == xml}

    def xml(self) -> str:
        """The part; empty where there is nothing to say."""
        common = dict(self._common or {})
        if self._title and "dc:title" not in common:
            common["dc:title"] = f"<dc:title>{escape(self._title)}</dc:title>"
        if not common:
            return ""
        namespaces = "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in _NAMESPACES.items())
        return f"{HEAD}<cp:coreProperties{namespaces}>{''.join(common.values())}</cp:coreProperties>"
