"""A document type: three files of one name, and what its schema says about the paper in ``x-docgen``.

``templates_docx/order/expulsion-residence.docx``, ``data_schemas/order/expulsion-residence.schema.json`` and
``….sample.yaml`` together are the type ``order/expulsion-residence``. There is no list of types: a type exists because its
files do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Rule:
    """A cross-field rule of a type: *test* is an expression over the resolved context that must be true.

    *at* is the JSON Pointer of the field to which the problem points, *message* the sentence by language (``ky`` always).
    """

    id: str
    test: str
    at: str
    message: Mapping[str, str]
    level: Literal["error", "warning"] = "error"


@dataclass(frozen=True, slots=True)
class DocumentType:
    """What is known of a document type before any record is read.

    Args:
        id: ``group/name``.
        schema: the JSON Schema (2020-12) of one record, as read from its file.
        title: the type's Kyrgyz name, as ``docgen types`` lists it.
        subject: the paper's own title line, a text with ``{{ }}`` over the context; empty where the paper has none.
        file_name: pattern of the output's name without ending, a text with ``{{ }}``; a literal ``/`` makes a folder.
        series: the number book the paper is registered in, or empty.
        number: how the book's numbers are printed, ``{n}`` for the ordinal: ``{n}-о``.
        view: name of the view (`docgen.school.views`) that derives the records from the facts, or empty.
        parameters: JSON Schema of the view's parameters (an ``object``).
        rules: checked in order on the resolved context.
    """

    id: str
    schema: Mapping[str, Any]
    schema_path: Path
    template_path: Path
    sample_path: Path
    title: str
    file_name: str
    subject: str = ""
    series: str = ""
    number: str = "{n}"
    view: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    rules: Sequence[Rule] = ()

    @property
    def group(self) -> str:
        return self.id.partition("/")[0]

    @classmethod
    def of(cls, id: str, schema: Mapping[str, Any], schema_path: Path, template_path: Path, sample_path: Path) -> DocumentType:
        """The type described by a schema that has been read and checked against ``_defs/x-docgen``."""
        settings = schema["x-docgen"]
        return cls(
            id=id,
            schema=schema,
            schema_path=schema_path,
            template_path=template_path,
            sample_path=sample_path,
            title=settings["title"],
            file_name=settings["file_name"],
            subject=settings.get("subject", ""),
            series=settings.get("series", ""),
            number=settings.get("number", "{n}"),
            view=settings.get("view", ""),
            parameters=settings.get("parameters", {}),
            rules=tuple(Rule(**rule) for rule in settings.get("rules", ())),
        )
