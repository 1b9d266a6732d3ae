"""Is a record right? First its JSON Schema, then, on the resolved context, the rules of its type."""

from docgen.validation.rules import rule_problems
from docgen.validation.schema import Validator

__all__ = ["Validator", "rule_problems"]
