"""The zip container of a Word file: read with limits, written the same way every time.

Reading trusts nothing that the archive says about itself: every entry is expanded under its own bound and compared with
the size and checksum that were announced. Writing depends on the content only: fixed dates, the given order, one level of
compression from one library (zlib-ng, a hard dependency, so that the bytes are the same everywhere).
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from unicodedata import normalize
from zipfile import BadZipFile, LargeZipFile, ZipFile, ZipInfo

from zlib_ng import zlib_ng

from docgen.errors import Position, Problem, ProblemsFound

STORED, DEFLATED = 0, 8
# Level 2 of zlib-ng gives a quarter less than level 1 for 40 µs a document; above that time grows faster than size falls.
LEVEL = 2
# What is packed once and copied into every document.
SMALLEST = 9


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a package from outside may hold; sizes in bytes. Far above any school paper, far below harm."""

    file_bytes: int = 32 << 20
    entries: int = 1000
    entry_bytes: int = 64 << 20
    total_bytes: int = 128 << 20
    #: expanded : packed, asked only of entries over `ratio_from_bytes` (long tables of one row pack 100 : 1)
    ratio: int = 300
    ratio_from_bytes: int = 1 << 20
    #: levels of XML; lxml itself stops at 256
    depth: int = 200


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of an archive: *raw* as it stands there (deflated or stored), *data* expanded."""

    name: str
    data: bytes
    raw: bytes
    crc: int
    method: int = DEFLATED

    @classmethod
    def of(cls, name: str, data: bytes, *, level: int = SMALLEST) -> Entry:
        """An entry for new data, packed."""
        return cls(name, data, zlib_ng.compress(data, level, -15), zlib_ng.crc32(data))

    @property
    def size(self) -> int:
        return len(self.data)


@dataclass(frozen=True, slots=True)
class Packed:
    """One file of an archive as it stands there, not expanded; *size* is that of the expanded data."""

    name: str
    raw: bytes
    crc: int
    size: int
    method: int = DEFLATED

    def expand(self) -> bytes:
        """Its data; the archive is trusted to hold what it announces."""
        return self.raw if self.method == STORED else zlib_ng.decompress(self.raw, -15, self.size or 1)


# ---------------------------------------------------------------------------------------------------------------- reading

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")   # [MS-OFFCRYPTO] 2.3.4.4: the stream of an encrypted .docx
_SYMLINK, _KIND = 0o120000, 0o170000


def read_entries(blob: bytes, *, name: str, limits: Limits) -> list[Entry]:
    """The entries of an archive, expanded, in the archive's order; folders are left out.

    Raises:
        ProblemsFound: ``package.*``, every fault of the container at once. Nothing is expanded when the directory of
            the archive already announces too much.
    """
    def problem(fault: str, **facts: str | int) -> Problem:
        return Problem(f"package.{fault}", Position(file=name), facts)

    if len(blob) > limits.file_bytes:
        raise ProblemsFound([problem("too-large", found=len(blob) >> 20, expected=limits.file_bytes >> 20)])
    if blob.startswith(_OLE):
        raise ProblemsFound([problem("encrypted" if _OLE_ENCRYPTED in blob else "old-word")])
    infos = _directory(blob)
    if infos is None:
        raise ProblemsFound([problem("not-zip")])
    if any(info.flag_bits & 0x1 for info in infos):
        raise ProblemsFound([problem("encrypted")])

    problems = [problem(fault, part=part) for fault, part in _faults_of_names(infos)]
    problems += [problem("too-large-part", part=info.filename) for info in infos if _announces_too_much(info, limits)]
    if len(infos) > limits.entries:
        problems.append(problem("too-many-entries", found=len(infos), expected=limits.entries))
    total = sum(info.file_size for info in infos)
    if total > limits.total_bytes:
        problems.append(problem("too-large-inside", found=total >> 20, expected=limits.total_bytes >> 20))
    if _overlap(infos):
        problems.append(problem("broken", part=""))
    if problems:
        raise ProblemsFound(problems)

    entries = {info.orig_filename: _expanded(blob, info) for info in infos if not info.is_dir()}
    broken = [problem("broken", part=part) for part, entry in entries.items() if entry is None]
    if broken:
        raise ProblemsFound(broken)
    return [entry for entry in entries.values() if entry]


def _directory(blob: bytes) -> list[ZipInfo] | None:
    from io import BytesIO

    try:
        with ZipFile(BytesIO(blob)) as archive:
            return archive.infolist()
    except (BadZipFile, LargeZipFile, NotImplementedError, ValueError, struct.error, OSError):
        return None


def _faults_of_names(infos: Sequence[ZipInfo]) -> list[tuple[str, str]]:
    faults = []
    seen: set[str] = set()
    for info in infos:
        # `orig_filename`: zipfile cuts `filename` at a NUL and, on Windows, turns its backslashes round
        name = info.orig_filename
        key = normalize("NFC", name).casefold()
        if key in seen:
            faults.append(("duplicate-entry", name))
        seen.add(key)
        is_link = (info.external_attr >> 16) & _KIND == _SYMLINK
        if is_link or not _is_plain(name):
            faults.append(("entry-name", name.replace("\0", "␀")))
    return faults


def _is_plain(name: str) -> bool:
    steps = name.removesuffix("/").split("/")
    return name.isprintable() and not set(name) & set("\\:") and all(step.strip(". ") for step in steps)


def _announces_too_much(info: ZipInfo, limits: Limits) -> bool:
    is_bomb = info.file_size > limits.ratio_from_bytes and info.file_size > limits.ratio * info.compress_size
    return is_bomb or info.file_size > limits.entry_bytes


def _overlap(infos: Sequence[ZipInfo]) -> bool:
    """Whether entries share bytes: the trick of the small archive that expands to petabytes."""
    spans = sorted((info.header_offset, info.header_offset + _LOCAL.size + info.compress_size) for info in infos)
    return any(end > start for (_, end), (start, _) in pairwise(spans))


def _expanded(blob: bytes, info: ZipInfo) -> Entry | None:
    """The entry's bytes; None where they are not what the directory announced."""
    start = info.header_offset
    local = blob[start:start + _LOCAL.size]
    if len(local) < _LOCAL.size or not local.startswith(b"PK\x03\x04"):
        return None
    name_size, extra_size = struct.unpack_from("<HH", local, 26)
    start += _LOCAL.size
    name = blob[start:start + name_size].decode("utf-8" if info.flag_bits & _UTF8 else "cp437", "replace")
    if name != info.orig_filename:
        return None   # one program would read it under the one name, another under the other
    start += name_size + extra_size
    raw = blob[start:start + info.compress_size]
    if info.compress_type == STORED:
        data = raw
    elif info.compress_type == DEFLATED:
        expander = zlib.decompressobj(-15)
        try:
            data = expander.decompress(raw, info.file_size + 1)
        except zlib.error:
            return None
        if not expander.eof or expander.unused_data:
            return None
    else:
        return None
    if len(data) != info.file_size or zlib_ng.crc32(data) != info.CRC:
        return None
    return Entry(info.orig_filename, data, raw, info.CRC, info.compress_type)


def read_packed(blob: bytes) -> list[Packed]:
    """The entries of an archive that docgen wrote or `read_entries` has let in, in the order of its directory.

    Nothing is expanded and nothing doubted: a tenth of what `read_entries` takes.

    Raises:
        ProblemsFound: ``package.not-zip``.
    """
    end = blob.rfind(b"PK\x05\x06")
    if end < 0 or len(blob) < end + _END.size:
        raise ProblemsFound([Problem("package.not-zip")])
    count, _, offset = struct.unpack_from("<HII", blob, end + 10)
    found = []
    for _ in range(count):
        (_, _, _, flags, method, _, _, crc, packed, size, name_size, extra_size, comment_size, _, _, _, local,
         ) = _CENTRAL.unpack_from(blob, offset)
        offset += _CENTRAL.size
        name = blob[offset:offset + name_size].decode("utf-8" if flags & _UTF8 else "cp437")
        offset += name_size + extra_size + comment_size
        start = local + _LOCAL.size + sum(struct.unpack_from("<HH", blob, local + 26))
        if not name.endswith("/"):
            found.append(Packed(name, blob[start:start + packed], crc, size, method))
    return found


# ---------------------------------------------------------------------------------------------------------------- writing

# PKWARE APPNOTE 6.3.10, 4.3.7 local file header, 4.3.12 central directory header, 4.3.16 end of central directory
_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")
_NEEDS = 20                       # version 2.0: deflate
_TIME, _DATE = 0, (1 << 5) | 1    # 1980-01-01, the first day a zip can name
_UTF8 = 0x800


class Layout:
    """The archive of a template, its constant entries laid out once; each document adds only what was rendered.

    Args:
        constant: the entries that never change, in the order in which they are written; their *raw* bytes are copied.
        names: of the rendered entries, which follow the constant ones.
    """

    def __init__(self, constant: Iterable[Entry | Packed], names: Sequence[str] = ()) -> None:
        entries = list(constant)
        pieces: list[bytes] = []
        central: list[bytes] = []
        _lay_out(entries, pieces, central, 0)
        self._prefix = b"".join(pieces)
        self._central = b"".join(central)
        self._names = [name.encode() for name in names]
        self._count = len(entries) + len(self._names)

    def assemble(self, rendered: Iterable[bytes] = (), more: Sequence[Entry] = ()) -> bytes:
        """The whole archive with *rendered*, the data of the named entries in their order, and *more* entries behind them."""
        pieces = [self._prefix]
        central = [self._central]
        offset = len(self._prefix)
        for name, data in zip(self._names, rendered, strict=True):
            raw = zlib_ng.compress(data, LEVEL, -15)
            local, head = _headers(name, DEFLATED, zlib_ng.crc32(data), len(raw), len(data), offset)
            pieces += (local, name, raw)
            central += (head, name)
            offset += len(local) + len(name) + len(raw)
        offset = _lay_out(more, pieces, central, offset)
        count = self._count + len(more)
        directory = b"".join(central)
        end = _END.pack(b"PK\x05\x06", 0, 0, count, count, len(directory), offset, 0)
        return b"".join((*pieces, directory, end))


def _lay_out(entries: Iterable[Entry | Packed], pieces: list[bytes], central: list[bytes], offset: int) -> int:
    """Add packed entries to the *pieces* of an archive and to its *central* directory; the offset behind them."""
    for entry in entries:
        name = entry.name.encode()
        local, head = _headers(name, entry.method, entry.crc, len(entry.raw), entry.size, offset)
        pieces += (local, name, entry.raw)
        central += (head, name)
        offset += len(local) + len(name) + len(entry.raw)
    return offset


def _headers(name: bytes, method: int, crc: int, packed: int, size: int, offset: int) -> tuple[bytes, bytes]:
    flags = 0 if name.isascii() else _UTF8
    common = (flags, method, _TIME, _DATE, crc, packed, size, len(name), 0)
    return (_LOCAL.pack(b"PK\x03\x04", _NEEDS, *common),
            _CENTRAL.pack(b"PK\x01\x02", _NEEDS, _NEEDS, *common, 0, 0, 0, 0, offset))


class Stream:
    """One large entry, packed while its data comes, so that memory holds the packed bytes only."""

    def __init__(self) -> None:
        self._packer = zlib_ng.compressobj(LEVEL, zlib_ng.DEFLATED, -15)
        self._pieces: list[bytes] = []
        self._crc = self._size = 0

    def write(self, data: bytes) -> None:
        self._crc = zlib_ng.crc32(data, self._crc)
        self._size += len(data)
        if packed := self._packer.compress(data):
            self._pieces.append(packed)

    def entry(self, name: str, *, head: bytes) -> Packed:
        """What was written, ended, with *head* put before it: what a head says may be known only at the end."""
        before = zlib_ng.compressobj(LEVEL, zlib_ng.DEFLATED, -15)
        # a flush ends on a whole byte and leaves the stream open, so the other can follow
        raw = b"".join((before.compress(head), before.flush(zlib_ng.Z_SYNC_FLUSH), *self._pieces, self._packer.flush()))
        crc = zlib_ng.crc32_combine(zlib_ng.crc32(head), self._crc, self._size)
        return Packed(name, raw, crc, len(head) + self._size)


def assemble(entries: Iterable[Entry | Packed]) -> bytes:
    """An archive of these entries, their packed bytes copied."""
    return Layout(entries).assemble()
