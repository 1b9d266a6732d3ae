"""The sources of parts, kept on disk, so that the next process needs neither docxtpl nor lxml to read a template.

Kept is what `docgen.template.tags.Reader` makes of a part, as data: pieces of XML and the tags between them, each with its
place; never code, nor anything that Python would run to read it. A file is named by the digest of the part and of all that
turns it into a source, so that nothing in it ever grows old; changed templates leave files behind, the oldest of which go.

Nothing here is trusted further than a template: the template itself is let in as ever, what comes from the cache is walked for
hazards like a part from outside, and its tags then meet the same checks as tags just read. Whatever is wrong with a file, or
with the folder, means only that the part is read anew.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import zlib
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal
from xml.parsers.expat import ExpatError

import docgen
from docgen.errors import Place
from docgen.template import hazards
from docgen.template.archive import Limits
from docgen.template.running import Tag
from docgen.template.source import Source, has_tag, is_tag
from docgen.template.statements import Statement
from docgen.template.tags import Reader

Kind = Literal["part", "block", "properties"]
_READ: dict[Kind, Callable[[Reader, bytes], Source]] = {
    "part": Reader.read, "block": Reader.read_block, "properties": Reader.read_properties}
_ENDING = ".source"
_LEVEL = 1
#: bytes of one file, and of it expanded: a part of a template has up to 64 MB, one of a school's paper 0.1
_LARGEST, _LARGEST_EXPANDED = 8 << 20, 64 << 20
#: files, bytes of the folder: from there on the oldest go, until three quarters are left
MOST_FILES, MOST_BYTES = 1000, 64 << 20


def read(reader: Reader, kind: Kind, data: bytes) -> Source:
    """The source of a part as *reader* gives it, from the cache where it is there.

    Only a source without problems is kept: who has problems to mend reads anew anyway.
    """
    folder = _folder()
    if folder is None:
        return _READ[kind](reader, data)
    path = folder / (hashlib.sha256(_maker() + kind.encode() + data).hexdigest() + _ENDING)
    kept = _load(path, reader)
    if kept is not None:
        return kept
    source = _READ[kind](reader, data)
    if not reader.problems:
        _keep(path, source)
    return source


def _folder() -> Path | None:
    """The folder of the cache: ``DOCGEN_CACHE``, or the user's own by the platform's rules; None where it is switched off or
    there is no home."""
    named = os.environ.get("DOCGEN_CACHE", "")
    if named.lower() == "off":
        return None
    folder = Path(named) if named else _users_folder()
    return None if folder.parts[0] == "~" else folder / "templates"


def _users_folder() -> Path:
    """Below ``~`` where nobody has a home."""
    home = Path(os.path.expanduser("~"))   # noqa: PTH111 - Path.home() raises where nobody has a home
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local") / "docgen" / "cache"
    if sys.platform == "darwin":
        return home / "Library" / "Caches" / "docgen"
    # XDG Base Directory Specification: a relative path is to be ignored
    named = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(named) if named.startswith("/") else home / ".cache") / "docgen"


@cache
def _maker() -> bytes:
    """The digest of what turns a part into a source: docgen's template engine, and docxtpl's patch, found, not imported.

    The versions alone would not do in a checkout.
    """
    digest = hashlib.sha256(docgen.__version__.encode())
    spec = find_spec("docxtpl")
    patch = [Path(spec.origin).with_name("template.py")] if spec and spec.origin else []
    with suppress(OSError):   # frozen into one file: the version must do
        for path in [*sorted(Path(__file__).parent.glob("*.py")), *patch]:
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.digest()


# ------------------------------------------------------------------------------------------------------------------ reading


def _load(path: Path, reader: Reader) -> Source | None:
    """The source in a file; None where there is none, or none that a template could have given."""
    try:
        with path.open("rb") as file:
            packed = file.read(_LARGEST + 1)
        expander = zlib.decompressobj()
        text = expander.decompress(packed, _LARGEST_EXPANDED)
        if len(packed) > _LARGEST or not expander.eof:   # at its end zlib has compared the checksum
            return None
        source = _source(json.loads(text), reader)
        return source if _is_harmless(source) else None
    except (OSError, zlib.error, ExpatError, ValueError, TypeError, LookupError, RecursionError):
        return None


def _source(kept: Any, reader: Reader) -> Source:
    head, tail, is_constant, statics, tags = kept
    return Source(_text(head), _text(tail), [_text(static) for static in statics],
                  [_statement(tag, reader) for tag in tags], is_constant is True)


def _statement(kept: Any, reader: Reader) -> Statement:
    text, typed, quote, in_text, *place = kept
    tag = Tag(_text(typed), reader.file, Place(reader.part, *(_count(n) for n in place)), _text(quote), in_text is True)
    return Statement.of(tag, _text(text))


def _text(value: object) -> str:
    """A text that can be written: without halves of surrogate pairs."""
    if type(value) is not str:
        raise TypeError
    value.encode()
    return value


def _count(value: object) -> int | None:
    if value is not None and type(value) is not int:
        raise TypeError
    return value


def _is_harmless(source: Source) -> bool:
    """Whether a source holds no more than a part that `Package.read` would let in, read by a `Reader`."""
    texts = [statement.text for statement in source.statements]
    # where a tag stands is a brace pair, spelled so that it can stand where text can, and nowhere else
    xml = "&#123;{".join(source.statics)
    if len(source.statics) != len(texts) + 1 or (source.is_constant and texts):
        return False
    # one line a tag
    if texts and any(end in text for text in (xml, *texts) for end in "\r\n"):
        return False
    # a brace before a tag would begin another
    if not all(map(is_tag, texts)) or any(has_tag(static) or static.endswith("{") for static in source.statics):
        return False
    whole = f"{source.head}{xml}{source.tail}"
    return not hazards.in_part(whole.encode(), depth=Limits().depth)


# ------------------------------------------------------------------------------------------------------------------ writing


def _keep(path: Path, source: Source) -> None:
    """Put a source into the cache, if that can be done without trouble."""
    kept = (source.head, source.tail, source.is_constant, source.statics, [_kept(s) for s in source.statements])
    packed = zlib.compress(json.dumps(kept, ensure_ascii=False, separators=(",", ":")).encode(), _LEVEL)
    if len(packed) > _LARGEST:
        return
    part = path.with_name(f"{path.name}.{os.getpid()}-{os.urandom(4).hex()}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        part.write_bytes(packed)
        part.replace(path)
        _bound(path.parent.glob(f"*{_ENDING}*"))
    except OSError:
        with suppress(OSError):
            part.unlink()


def _kept(statement: Statement) -> tuple[object, ...]:
    tag = statement.tag
    place = tag.place
    assert place
    return statement.text, tag.text, tag.quote, tag.in_text, place.paragraph, place.table, place.row, place.cell


def _bound(paths: Iterable[Path]) -> None:
    """Remove the oldest files of a folder that has grown too large; two processes may do it at once."""
    files = sorted(((path.stat(), path) for path in paths), key=lambda file: file[0].st_mtime, reverse=True)
    if len(files) <= MOST_FILES and sum(stat.st_size for stat, _ in files) <= MOST_BYTES:
        return
    size = 0
    for count, (stat, path) in enumerate(files, 1):
        size += stat.st_size
        if count > MOST_FILES * 3 // 4 or size > MOST_BYTES * 3 // 4:
            path.unlink(missing_ok=True)
