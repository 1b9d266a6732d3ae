"""Pictures from data: ``{{ school.emblem|image(width_mm=20) }}`` puts a file of the workspace into the text.

A picture is a PNG or a JPEG, told by its bytes and not by its name, of bounded size, and from inside the workspace. What it
adds to the document is in `docgen.template.additions`.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from hashlib import sha256
from posixpath import basename

from docgen.template import additions, links
from docgen.template.values import Drawn, Refused, shown

#: gives the bytes of a file by its path in the workspace; raises LookupError where there is none that may be read
Files = Callable[[str], bytes]

#: bytes of a file; pixels of a picture, which Word expands in memory
LARGEST_FILE, MOST_PIXELS = 10 << 20, 50_000_000
#: millimetres: the long side of an A2 sheet
LARGEST_SIDE = 594
_EMU = 36_000   # in a millimetre; ECMA-376 part 1, 20.1.2.1
_KEPT = 64
_DRAWING = (
    '</w:t><w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" distT="0" '
    'distB="0" distL="0" distR="0"><wp:extent cx="{width}" cy="{height}"/><wp:docPr id="1" name="{name}">{link}</wp:docPr>'
    '<wp:cNvGraphicFramePr><a:graphicFrameLocks xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'noChangeAspect="1"/></wp:cNvGraphicFramePr><a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
    '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture">'
    '<pic:pic xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:nvPicPr>'
    '<pic:cNvPr id="0" name="{name}">{link}</pic:cNvPr><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:embed="{id}"/><a:stretch><a:fillRect/>'
    '</a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>'
    '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing>'
    '<w:t xml:space="preserve">'
)
# ECMA-376 part 1, 20.1.2.2.23
_CLICKED = ('<a:hlinkClick xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
            'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:id="{id}"/>')


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that was let in; *width* and *height* in pixels."""

    data: bytes
    kind: str
    width: int
    height: int

    @property
    def relation(self) -> additions.Relation:
        digest = sha256(self.data).hexdigest()[:16]
        return additions.Relation(f"rIdP{digest}", "image", f"word/media/picture-{digest}.{self.kind}", self.data)


def picture(data: bytes, *, name: str) -> Picture:
    """The picture in a file.

    Raises:
        Refused: ``template.picture-size``, or ``template.picture-kind`` for what is no whole PNG or JPEG.
    """
    if len(data) > LARGEST_FILE:
        raise Refused("template.picture-size", found=name, limit=LARGEST_FILE >> 20)
    for kind, measure in (("png", _of_png), ("jpeg", _of_jpeg)):
        if size := measure(data):
            if not 0 < size[0] * size[1] <= MOST_PIXELS:
                raise Refused("template.picture-size", found=name, limit=LARGEST_FILE >> 20)
            return Picture(data, kind, *size)
    raise Refused("template.picture-kind", found=name)


def _of_png(data: bytes) -> tuple[int, int] | None:
    # PNG (ISO/IEC 15948) 5.2 signature, 11.2.2 IHDR, 11.2.5 IEND: nothing may follow the end
    if not data.startswith(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR") or data[-12:-4] != b"\0\0\0\0IEND":
        return None
    width, height = struct.unpack_from(">II", data, 16)
    return width, height


def _of_jpeg(data: bytes) -> tuple[int, int] | None:
    # ITU-T T.81, B.1.1.3 markers, B.2.2 frame header
    if not data.startswith(b"\xff\xd8\xff") or not data.rstrip(b"\0").endswith(b"\xff\xd9"):
        return None
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
        elif 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack_from(">HH", data, at + 5)
            return width, height
        else:
            at += 2 + int(struct.unpack_from(">H", data, at + 2)[0])
    return None


# ------------------------------------------------------------------------------------------------------------- the filter


def loader(files: Files | None) -> Callable[[str], Picture]:
    """Loads pictures by their paths and keeps those last asked for; it raises `Refused`, ``template.picture-…``."""

    @lru_cache(maxsize=_KEPT)
    def load(path: str) -> Picture:
        try:
            data = files(path) if files else None
        except (LookupError, OSError, ValueError):
            data = None
        if data is None:
            raise Refused("template.picture-missing", found=shown(path))
        return picture(data, name=shown(path))

    return load


def image(value: object, width_mm: object = None, height_mm: object = None, link: object = None) -> Drawn:
    """The filter: a path in the workspace, or the bytes of a picture; one side is enough, the other follows.

    Args:
        link: the address to which a click on it leads.

    Raises:
        Refused: ``template.picture-…``, ``template.link``, or the value is none.
    """
    if value is None:
        raise Refused("template.none-printed")
    document = additions.current()
    if document is None or not isinstance(value, (str, bytes)):
        raise Refused("template.picture-missing", found=shown(value))
    found: Picture = picture(value, name="") if isinstance(value, bytes) else document.load(value)
    width, height = _side(width_mm), _side(height_mm)
    if width is None and height is None:
        raise Refused("template.filter-arguments", filter="image")
    ratio = Decimal(found.height) / found.width
    width = width if width is not None else (height or 0) / ratio
    height = height if height is not None else width * ratio
    if not 0 < width <= LARGEST_SIDE or not 0 < height <= LARGEST_SIDE:
        raise Refused("template.picture-side", limit=LARGEST_SIDE)
    clicked = "" if link is None else _CLICKED.format(id=links.relation(link))
    return Drawn(_DRAWING.format(width=max(1, round(width * _EMU)), height=max(1, round(height * _EMU)), link=clicked,
                                 name=basename(found.relation.target), id=document.add(found.relation)).encode())


def _side(value: object) -> Decimal | None:
    if value is None:
        return None
    if type(value) not in (int, float, Decimal):
        raise Refused("template.needs-number", value=shown(value))
    return Decimal(str(value))
