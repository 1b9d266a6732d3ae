"""What a template with faults reads of the context, as far as that can be told: so tags and names are mended in one round."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import jinja2
from jinja2 import nodes

from docgen.errors import ProblemsFound
from docgen.template import statements
from docgen.template.environment import Environment
from docgen.template.names import reads
from docgen.template.opc import Package
from docgen.template.source import Source
from docgen.template.sources import Blocks, Sources
from docgen.template.statements import Statement

_TARGET = re.compile(r"(\w+(?:\s*,\s*\w+)*)\s+in\b|(\w+)\s*=")
#: faults of tags that read what they read all the same
_LEGIBLE = {"template.unknown-filter", "template.unknown-test", "template.filter-arguments", "template.maybe-none",
            "template.no-else"}
_NOTHING = nodes.Template([], lineno=1)


def names(template: Path, *, blocks: Blocks | None = None) -> set[str]:
    """The names, as `docgen.template.compiled.Template.names`; of a part whose tags make no whole there are none."""
    try:
        package = Package.read(template)
    except ProblemsFound:
        return set()
    sources = Sources(template.name, blocks)
    with suppress(ProblemsFound):   # they are told where the template is compiled
        sources.read(package)
    environment = Environment()
    trees = {name: _tree(source, environment) for name, source in sources.all.items() if name in sources.whole}
    found: set[str] = set()
    for part in sources.parts.keys() & trees.keys():
        found |= reads(trees[part], lambda block: trees.get(block, _NOTHING))
    return found


def _tree(source: Source, environment: Environment) -> nodes.Template:
    whole = Source(statics=source.statics, statements=_without_faults(source.statements, environment))
    try:
        return environment.parse(whole.text)
    except (jinja2.TemplateSyntaxError, RecursionError):
        return _NOTHING


def _without_faults(all_: Sequence[Statement], environment: Environment) -> list[Statement]:
    """The statements, those that say nothing certain replaced by ones that read nothing."""
    found = ({fault.id for fault in statements.faults(each, environment, in_loop=True)} for each in all_)
    return [each if faults <= _LEGIBLE else _harmless(each) for each, faults in zip(all_, found, strict=True)]


def _harmless(faulty: Statement) -> Statement:
    target = _TARGET.match(faulty.rest)
    named = (target[1] or target[2]) if target else "x"
    text = {"if": "{% if none %}", "elif": "{% elif none %}", "for": f"{{% for {named} in [] %}}",
            "set": f"{{% set {named} = none %}}", "else": "{% else %}", "endif": "{% endif %}", "endfor": "{% endfor %}",
            }.get(faulty.keyword, "{{ 0 }}")
    return Statement.of(faulty.tag, text)
