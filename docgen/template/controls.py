"""Content controls that data fill: a check box, a drop-down list or a combo box whose tag is ``{{ … }}``.

They become ordinary tags in the control's content, before a template's tags are looked for: a check box is checked by true and
not by false, a list shows the entry whose value or display name the data give.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from docgen.template.markup import W
from docgen.template.tree import remove

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

# [MS-DOCX] 2.5.1.7 checkbox
W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_EXPRESSION = re.compile(r"\s*\{\{([^{}]*[^{}\s][^{}]*)\}\}\s*")
#: what Word shows where a check box says nothing else
_CHECKED, _UNCHECKED = "2612", "2610"


def fill(root: Element, *, longest: int) -> set[str]:
    """Turn the tags of controls into tags of their content, which are given back: with all entries of a list they may be long.

    Args:
        longest: characters of a tag that an author types; a longer one is left as it is.
    """
    filled: set[str] = set()
    for control in root.iter(f"{W}sdt"):
        properties, content = control.find(f"{W}sdtPr"), control.find(f"{W}sdtContent")
        tag = properties.find(f"{W}tag") if properties is not None else None
        expression = _EXPRESSION.fullmatch(tag.get(f"{W}val", "")) if tag is not None else None
        if properties is None or content is None or expression is None or len(expression[0]) > longest:
            continue
        shown = _shown(properties, expression[1].strip())
        text = _only_text(content) if shown else None
        if text is not None:
            text.text = shown
            filled.add(shown)
            # a bound control shows what Word keeps elsewhere; a placeholder is grey and goes when one types
            for name in ("tag", "dataBinding", "showingPlcHdr"):
                remove(properties.find(W + name))
    return filled


def _shown(properties: Element, expression: str) -> str:
    """The tag that prints the content of a control; empty for a control of another kind."""
    box = properties.find(f"{W14}checkbox")
    if box is not None:
        checked = box.find(f"{W14}checked")
        if checked is None:
            checked = box.makeelement(f"{W14}checked")
            box.insert(0, checked)
        checked.set(f"{W14}val", f'{{{{ ({expression})|checkbox("1", "0") }}}}')
        signs = (_constant(_sign(box, "checkedState", _CHECKED)), _constant(_sign(box, "uncheckedState", _UNCHECKED)))
        return f"{{{{ ({expression})|checkbox({', '.join(signs)}) }}}}"
    if (entries := properties.find(f"{W}dropDownList")) is not None:
        words = ", ".join(_constant(word) for entry in entries for word in _entry(entry))
        return f"{{{{ ({expression})|choice({words}) }}}}"
    return f"{{{{ {expression} }}}}" if properties.find(f"{W}comboBox") is not None else ""


def _sign(box: Element, state: str, otherwise: str) -> str:
    found = box.find(W14 + state)
    code = found.get(f"{W14}val", "") if found is not None else ""
    return chr(int(code if re.fullmatch("[0-9A-Fa-f]{2,4}", code) else otherwise, 16))


def _entry(entry: Element) -> Iterator[str]:
    """Value and display name of an entry; each stands for the other where it is missing."""
    value, shown = entry.get(f"{W}value", ""), entry.get(f"{W}displayText", "")
    if value or shown:
        yield value or shown
        yield shown or value


def _constant(text: str) -> str:
    """A text in an expression; what is more than a letter is written by its code, so that it can end nothing."""
    return '"' + "".join(c if c.isalnum() or c == " " else f"\\U{ord(c):08x}" for c in text) + '"'


def _only_text(content: Element) -> Element | None:
    """The first text of a control's content, now the only one; in the control's own formatting, not its placeholder's."""
    texts = list(content.iter(f"{W}t"))
    for text in texts[1:]:
        remove(text)
    if not texts:
        return None
    run = texts[0].getparent()
    for style in [] if run is None else run.findall(f"{W}rPr/{W}rStyle"):
        if style.get(f"{W}val") == "PlaceholderText":
            remove(style)
    return texts[0]
