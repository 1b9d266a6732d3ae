"""The rules of a type: what must be true between fields, asked of the resolved context (start ≤ end, act ≥ 3 members)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from docgen.doctype import DocumentType
from docgen.errors import Problem, in_order
from docgen.records import Record


def rule_problems(doctype: DocumentType, context: Mapping[str, Any], record: Record) -> list[Problem]:
    """The rules that do not hold, each at the field its ``at`` names.

    The sentences are the schema's own, by language; in their ``{{ }}`` stands what the context says: whom, how many.

    Raises:
        ProblemsFound: a rule or its sentence that cannot be evaluated, such as a comparison with an absent optional field
            (``template.*``).
    """
    return in_order(
        Problem(
            f"rule.{rule.id}",
            record.locate(rule.at),
            {f"message_{language}": _said(text, context, doctype.id) for language, text in rule.message.items()},
            level=rule.level,
            record=record.key,
        )
        for rule in doctype.rules
        if not _test(rule.test, f"{doctype.id}: {rule.id}")(context)
    )


def _said(text: str, context: Mapping[str, Any], name: str) -> str:
    if "{{" not in text:
        return text
    from docgen.template.environment import compile_text

    return compile_text(text, name=name)(context)


@lru_cache(maxsize=256)
def _test(source: str, name: str) -> Callable[[Mapping[str, Any]], object]:
    from docgen.template.environment import compile_expression

    return compile_expression(source, name=name)
