"""A part of a template as Jinja source: what docxtpl's patch made of it, held as data."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from docgen.template.running import Tag
from docgen.template.statements import Statement

#: what begins a tag, and the end that belongs to it
OPEN = re.compile(r"\{[{%#]")
CLOSE = {"{{": "}}", "{%": "%}", "{#": "#}"}


@dataclass(slots=True)
class Source:
    """A part as Jinja source: constant pieces of XML with a tag between each two.

    Args:
        head, tail: what stands before and after it in the part.
        statics: one more than there are *statements*.
    """

    head: str = ""
    tail: str = ""
    statics: list[str] = field(default_factory=lambda: [""])
    statements: list[Statement] = field(default_factory=list)
    #: no tag at all, not even a comment: the part stays as it is in the file
    is_constant: bool = True

    @property
    def has_paragraphs(self) -> bool:
        """A part of the text, not the properties."""
        return "<w:" in self.head

    @property
    def tags(self) -> list[Tag]:
        """The tag on line n is ``tags[n - 1]``."""
        return [statement.tag for statement in self.statements]

    @property
    def text(self) -> str:
        """Jinja source, one line a tag: a line feed before each tag's end."""
        pieces = [self.statics[0]]
        for statement, static in zip(self.statements, self.statics[1:], strict=True):
            cut = -3 if statement.text[-3] in "-+" else -2
            pieces += (statement.text[:cut], "\n", statement.text[cut:], static)
        return "".join(pieces)


def has_tag(text: str) -> bool:
    """Whether something in a text begins a tag."""
    return bool(OPEN.search(text))


def is_tag(text: str) -> bool:
    """Whether a text is one tag that prints or decides, and nothing else."""
    opening = text[:2]
    return opening in ("{{", "{%") and text.find(CLOSE[opening], 2) == len(text) - 2 and not has_tag(text[2:])
