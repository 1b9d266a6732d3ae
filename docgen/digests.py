"""What documents depend on besides their records, as digests: docgen itself, the school's facts, the files of a type.

The journal compares them when a job goes on, a worker on another computer before it makes anything.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path

from docgen import __version__, output
from docgen.doctype import DocumentType
from docgen.errors import Problem, ProblemsFound, ProgramFailed
from docgen.journal import Digests
from docgen.workspace import MARK, Workspace

PACKAGE = Path(__file__).parent
# What else decides about the bytes of a document.
_MAKERS = ("docxtpl", "Jinja2", "jsonschema-rs", "lxml", "zlib-ng")


def digests(workspace: Workspace, doctypes: Iterable[DocumentType], paths: Iterable[Path]) -> Digests:
    """SHA-256 of the data files, of the facts, and of each type's template, blocks and schemas, as they are now."""
    templates = " ".join(template_digest(workspace, doctype) for doctype in doctypes)
    return Digests(_of_files(paths), _of_files(_facts(workspace)), templates)


def template_digest(workspace: Workspace, doctype: DocumentType) -> str:
    """SHA-256 of what makes a type: template, house blocks, schema and what schemas share."""
    return _of_files([doctype.template_path, doctype.schema_path, *workspace.blocks(), *workspace.definitions()])


@cache
def edition() -> str:
    """This docgen: its version, and a digest of its code and of the libraries that make the bytes (``0.1.0+5f2c9a01``)."""
    from importlib.metadata import version  # 20 ms that a job in this process does not need

    code = sorted(path for ending in ("py", "tsv") for path in PACKAGE.rglob(f"*.{ending}"))
    whole = "\n".join([_of_files(code), *(f"{name} {version(name)}" for name in _MAKERS)])
    return f"{__version__}+{hashlib.sha256(whole.encode()).hexdigest()[:8]}"


def same_edition(expected: str) -> None:
    """In a worker: hold this docgen against the coordinator's.

    Raises:
        ProgramFailed: ``executor.version``.
    """
    import platform

    if edition() != expected:
        raise ProgramFailed(Problem("executor.version", facts={
            "worker": platform.node(), "path": str(PACKAGE), "found": edition(), "expected": expected}))


@lru_cache(maxsize=64)
def same_files(workspace: Workspace, type: str, expected: Digests) -> None:
    """In a worker: hold the school's folder as it is seen here against the coordinator's, once for a job.

    Raises:
        ProgramFailed: ``executor.folder``, ``executor.template``, ``executor.facts``.
    """
    import platform

    told: dict[str, str | int] = {"worker": platform.node(), "path": str(workspace.root or ""), "found": type}
    if workspace.root and not (workspace.root / MARK).is_file():
        raise ProgramFailed(Problem("executor.folder", facts=told))
    try:
        here = digests(workspace, [workspace.doctype(type)], ())
    except ProblemsFound:   # a type that there is not, or is not whole
        raise ProgramFailed(Problem("executor.template", facts=told)) from None
    if here.template != expected.template:
        raise ProgramFailed(Problem("executor.template", facts=told))
    if here.facts != expected.facts:
        raise ProgramFailed(Problem("executor.facts", facts=told))


def _facts(workspace: Workspace) -> list[Path]:
    if workspace.root is None:
        return []
    data = workspace.root / "data"
    return [workspace.root / MARK, *sorted(path for path in data.rglob("*") if path.is_file() and path.name[0] != ".")]


def _of_files(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        # A pipe can be read once only, /dev/zero never ends; what is gone is another state than any content.
        inside = output.sha256(path) if path.is_file() else ""
        digest.update(hashlib.sha256(path.name.encode("utf-8", "surrogateescape")).digest() + inside.encode())
    return digest.hexdigest()
