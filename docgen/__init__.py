"""docgen: facts about a school and a Word template make a Kyrgyz document."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from docgen.errors import DocgenError, Problem
    from docgen.job import Job
    from docgen.request import Request
    from docgen.template.compiled import Template
    from docgen.workspace import Workspace

__version__ = "0.1.0"
__all__ = ["DocgenError", "Job", "Problem", "Request", "Template", "Workspace", "__version__"]

_HOME = {
    "DocgenError": "docgen.errors",
    "Job": "docgen.job",
    "Problem": "docgen.errors",
    "Request": "docgen.request",
    "Template": "docgen.template.compiled",
    "Workspace": "docgen.workspace",
}


def __getattr__(name: str) -> object:
    """Load a public name when it is first asked for: `import docgen` itself loads nothing else."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)
