"""Every tag of a source looked at by itself, so that all faults of a template are found at once, each at its own tag.

Jinja's parser stops at the first error; here each tag is parsed alone, its expression held to the allow-list, and the pairs
(``if … endif``, ``for … endfor``) are matched by hand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import jinja2

from docgen.errors import Problem
from docgen.template.environment import Environment
from docgen.template.expressions import nearest
from docgen.template.lookalikes import invisible, latin
from docgen.template.running import Tag

_STATEMENT = re.compile(r"\{%[-+]?\s*(\w*)\s*(.*?)\s*[-+]?%\}$", re.DOTALL)
#: what opens needs its end; what stands between, and in which of them
_END = {"if": "endif", "for": "endfor"}
_BETWEEN = {"else": ("if", "for"), "elif": ("if",)}
KEYWORDS = ("if", "elif", "else", "endif", "for", "endfor", "set", "include", "restart")
_MARKS = ("p", "tr", "tc", "r")
#: a tag that stands for its whole paragraph, row or cell
_IN_PLACE_OF_ALL = re.compile(r"\{%(p|tr|tc)\s")
#: ``if`` and ``for`` inside each other; Python allows 20
_DEEPEST = 15
#: Jinja's other statements: known, but no part of the template language
_REFUSED = ("macro", "call", "filter", "block", "extends", "import", "from", "raw", "with", "autoescape", "do", "trans",
            "break", "continue", "print", "namespace")


@dataclass(frozen=True, slots=True)
class Statement:
    """A tag after the patch: *keyword* is empty for ``{{ }}``."""

    tag: Tag
    text: str
    keyword: str
    rest: str

    @classmethod
    def of(cls, tag: Tag, text: str) -> Statement:
        found = _STATEMENT.match(text)
        return cls(tag, text, found[1] if found else "", found[2] if found else text[2:-2].strip())

    @property
    def opens(self) -> bool:
        return self.keyword in _END

    @property
    def closes(self) -> bool:
        return self.keyword in _END.values()

    @property
    def divides(self) -> bool:
        return self.keyword in _BETWEEN

    @property
    def block(self) -> str:
        """The name in ``{%p include "…" %}``, empty for other tags and for names that are no constant."""
        quoted = re.fullmatch(r"""(["'])([^"']*)\1""", self.rest)
        return quoted[2] if self.keyword == "include" and quoted else ""


def problems(statements: Sequence[Statement], environment: Environment, *, is_whole: bool = True) -> Iterator[Problem]:
    """All faults of the tags of one source: spelling, expressions, pairs.

    Args:
        is_whole: no tag was lost on the way here; else its partner would look alone.
    """
    repeating: list[bool] = []   # of each open statement: does it know `loop` here?
    for statement in statements:
        yield from faults(statement, environment, in_loop=any(repeating))
        if statement.opens:
            repeating.append(statement.keyword == "for")
        elif statement.closes and repeating:
            repeating.pop()
        elif statement.keyword == "else" and repeating:
            repeating[-1] = False
    if is_whole and all(statement.keyword in ("", *KEYWORDS) and not invisible(statement.text) for statement in statements):
        yield from _pairs(statements)


def _pairs(statements: Sequence[Statement]) -> Iterator[Problem]:
    open_: list[Statement] = []
    last_branch: list[bool] = []   # of each open statement: has it come to its `else`?
    for statement in statements:
        if statement.opens:
            open_.append(statement)
            last_branch.append(False)
            if len(open_) == _DEEPEST:
                yield statement.tag.problem("template.too-deep")
        elif statement.closes or statement.divides:
            wanted = _BETWEEN.get(statement.keyword) or tuple(k for k, end in _END.items() if end == statement.keyword)
            if open_ and open_[-1].keyword in wanted and not (statement.divides and last_branch[-1]):
                last_branch[-1] = statement.keyword == "else"
                if statement.closes:
                    open_.pop()
                    last_branch.pop()
            else:
                expected = _END[open_[-1].keyword] if open_ else ""
                yield statement.tag.problem("template.unopened", found=statement.keyword, expected=expected)
    for statement in open_:
        yield statement.tag.problem("template.unclosed", found=statement.keyword, expected=_END[statement.keyword])


def faults(statement: Statement, environment: Environment, *, in_loop: bool) -> Iterator[Problem]:
    """What is wrong with a tag by itself; *in_loop*: `loop` is known where it stands."""
    keyword, rest = statement.keyword, statement.rest
    if unseen := invisible(statement.text):
        yield statement.tag.problem("template.invisible-character", found=unseen)
        return
    if statement.text.startswith("{%"):
        if keyword.removeprefix("end") in _REFUSED or (keyword == "set" and "=" not in rest):
            yield statement.tag.problem("template.not-allowed", found=keyword)
            return
        if keyword not in KEYWORDS and latin(keyword) in (*KEYWORDS, *_MARKS) and not keyword.isascii():
            yield statement.tag.problem("template.cyrillic", found=keyword, expected=latin(keyword))
            return
        if keyword in _MARKS:
            yield statement.tag.problem("template.misplaced", found=keyword)
            return
        if keyword not in KEYWORDS:
            yield statement.tag.problem("template.unknown-tag", found=keyword or rest, nearest=nearest(keyword, KEYWORDS))
            return
        if keyword == "include":
            if not statement.block:
                yield statement.tag.problem("template.not-allowed", found=f"include {rest}")
            return
        if keyword == "restart" and not _IN_PLACE_OF_ALL.match(statement.tag.text):
            yield statement.tag.problem("template.restart-inside")
            return
        if statement.closes or keyword == "else":
            if rest:
                yield statement.tag.problem("template.broken-tag", found=statement.tag.text, detail="")
            return
    try:
        tree = environment.parse(_alone(statement))
    except (jinja2.TemplateSyntaxError, RecursionError, ValueError) as error:   # ValueError: a number of thousands of digits
        detail = getattr(error, "message", "") or ""
        yield statement.tag.problem("template.broken-tag", found=statement.tag.text, detail=detail)
        return
    for fault in environment.faults(tree, in_loop=in_loop):
        yield statement.tag.problem(fault.id, **fault.facts)


def _alone(statement: Statement) -> str:
    """The tag as a source of its own."""
    if statement.keyword in ("if", "elif"):
        return f"{{% if {statement.rest} %}}{{% endif %}}"
    if statement.keyword == "for":
        return f"{{% for {statement.rest} %}}{{% endfor %}}"
    return statement.text

