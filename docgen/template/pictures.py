"""Pictures from data: ``{{ school.emblem|image(width_mm=20) }}`` puts a file of the workspace into the text.

A picture is a PNG or a JPEG, told by its bytes and not by its name, of bounded size, and from inside the workspace. In a
document equal pictures are one part, whose name and relationship come from its content, so that the same data give the same
bytes. A template that shows no pictures knows nothing of all this.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from hashlib import sha256
from posixpath import basename, relpath
from xml.sax.saxutils import quoteattr

from docgen.template.archive import Entry
from docgen.template.markup import elements, rels_name
from docgen.template.opc import CONTENT_TYPES, Package
from docgen.template.values import Drawn, Refused, shown

#: gives the bytes of a file by its path in the workspace; raises LookupError where there is none that may be read
Files = Callable[[str], bytes]

#: bytes of a file; pixels of a picture, which Word expands in memory
LARGEST_FILE, MOST_PIXELS = 10 << 20, 50_000_000
#: millimetres: the long side of an A2 sheet
LARGEST_SIDE = 594
_EMU = 36_000   # in a millimetre; ECMA-376 part 1, 20.1.2.1
_KEPT = 64
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_IMAGE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_TYPES = {"png": "image/png", "jpeg": "image/jpeg"}
_DRAWING = (
    '</w:t><w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" distT="0" '
    'distB="0" distL="0" distR="0"><wp:extent cx="{width}" cy="{height}"/><wp:docPr id="1" name="{name}"/>'
    '<wp:cNvGraphicFramePr><a:graphicFrameLocks xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'noChangeAspect="1"/></wp:cNvGraphicFramePr><a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
    '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture">'
    '<pic:pic xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:nvPicPr>'
    '<pic:cNvPr id="0" name="{name}"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:embed="{id}"/><a:stretch><a:fillRect/>'
    '</a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>'
    '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing>'
    '<w:t xml:space="preserve">'
)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that was let in; *width* and *height* in pixels."""

    data: bytes
    kind: str
    width: int
    height: int

    @property
    def digest(self) -> str:
        return sha256(self.data).hexdigest()[:16]

    @property
    def part(self) -> str:
        return f"word/media/picture-{self.digest}.{self.kind}"

    @property
    def id(self) -> str:
        """The id of its relationship, the same in every part."""
        return f"rIdP{self.digest}"


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


class Album:
    """The pictures that one document shows, by the ids of their relationships."""

    def __init__(self, load: Callable[[str], Picture]) -> None:
        self.load = load
        self.shown: dict[str, Picture] = {}


_open: ContextVar[Album | None] = ContextVar("album", default=None)


def image(value: object, width_mm: object = None, height_mm: object = None) -> Drawn:
    """The filter: a path in the workspace, or the bytes of a picture; one side is enough, the other follows.

    Raises:
        Refused: ``template.picture-…``, or the value is none.
    """
    if value is None:
        raise Refused("template.none-printed")
    album = _open.get()
    if album is None or not isinstance(value, (str, bytes)):
        raise Refused("template.picture-missing", found=shown(value))
    found = picture(value, name="") if isinstance(value, bytes) else album.load(value)
    width, height = _side(width_mm), _side(height_mm)
    if width is None and height is None:
        raise Refused("template.filter-arguments", filter="image")
    ratio = Decimal(found.height) / found.width
    width = width if width is not None else (height or 0) / ratio
    height = height if height is not None else width * ratio
    if not 0 < width <= LARGEST_SIDE or not 0 < height <= LARGEST_SIDE:
        raise Refused("template.picture-side", limit=LARGEST_SIDE)
    album.shown[found.id] = found
    return Drawn(_DRAWING.format(width=max(1, round(width * _EMU)), height=max(1, round(height * _EMU)),
                                 name=basename(found.part), id=found.id).encode())


def _side(value: object) -> Decimal | None:
    if value is None:
        return None
    if type(value) not in (int, float, Decimal):
        raise Refused("template.needs-number", value=shown(value))
    return Decimal(str(value))


# ------------------------------------------------------------------------------------------------------------ the package


class Gallery:
    """What a template with pictures adds to its documents.

    Args:
        files: gives the files of the workspace; without it only bytes can be shown.
        package: the template.
        parts: those that can show pictures.
    """

    def __init__(self, files: Files | None, package: Package, parts: Iterable[str]) -> None:
        self._rels = {part: package.entries[name].data.decode() if (name := rels_name(part)) in package.entries else ""
                      for part in parts}
        self._files = files
        self._load = lru_cache(maxsize=_KEPT)(self._loaded)
        self._packed = lru_cache(maxsize=_KEPT)(Entry.of)

    def _loaded(self, path: str) -> Picture:
        try:
            data = self._files(path) if self._files else None
        except (LookupError, OSError, ValueError):
            data = None
        if data is None:
            raise Refused("template.picture-missing", found=shown(path))
        return picture(data, name=shown(path))

    @contextmanager
    def album(self) -> Iterator[Album]:
        """The pictures that are shown from here on."""
        album = Album(self._load)
        before = _open.set(album)
        try:
            yield album
        finally:
            _open.reset(before)

    def without_rels(self, package: Package) -> Package:
        """The package with the content types of pictures, and without what is now written for each document."""
        entries = dict(package.entries)
        entries[CONTENT_TYPES] = Entry.of(CONTENT_TYPES, _with_types(package.data(CONTENT_TYPES)))
        written = {rels_name(part) for part in self._rels}
        return Package([entry for name, entry in entries.items() if name not in written], name=package.name)

    def entries(self, rendered: Mapping[str, bytes], album: Album) -> list[Entry]:
        """The pictures of a document, and the relationships of its parts."""
        found: list[Entry] = []
        media: dict[str, Picture] = {}
        for part, rels in self._rels.items():
            here = [shown for rel, shown in album.shown.items() if f'"{rel}"'.encode() in rendered[part]]
            media |= {shown.part: shown for shown in here}
            if here or rels:
                found.append(Entry.of(rels_name(part), _with_rels(rels, part, here).encode()))
        return found + [self._packed(name, shown.data) for name, shown in sorted(media.items())]


def _with_rels(rels: str, part: str, pictures: Iterable[Picture]) -> str:
    items = elements(rels.encode()) if rels else []
    folder = part.rpartition("/")[0]
    items += [("Relationship", {"Id": shown.id, "Type": _IMAGE, "Target": relpath(shown.part, folder)}) for shown in pictures]
    inner = "".join(_element(name, attributes) for name, attributes in items if name == "Relationship")
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{inner}</Relationships>'


def _with_types(types: bytes) -> bytes:
    items = elements(types)
    known = {attributes.get("Extension", "").lower() for name, attributes in items if name == "Default"}
    items += [("Default", {"Extension": ending, "ContentType": kind}) for ending, kind in _TYPES.items() if ending not in known]
    # all Default before all Override, as Word writes them
    items.sort(key=lambda item: item[0])
    inner = "".join(_element(name, attributes) for name, attributes in items if name in ("Default", "Override"))
    return f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">{inner}</Types>'.encode()


def _element(name: str, attributes: Mapping[str, str]) -> str:
    return f"<{name}{''.join(f' {key}={quoteattr(value)}' for key, value in attributes.items())}/>"
