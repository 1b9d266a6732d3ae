"""The root element of a part that takes in the content of many: one set of namespace prefixes for all."""

from __future__ import annotations

import re
from collections.abc import Mapping

from docgen.errors import Problem, ProblemsFound

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_ATTRIBUTE = re.compile(r"""([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_TAG = re.compile(r"<[^>]*>")


class Namespaces:
    """Gathers what the roots of the parts declare; ``root`` is ``w:document`` or another."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._declared: dict[str, str] = {}
        self._ignorable: dict[str, None] = {}
        self._renames: dict[str, Mapping[str, str]] = {}

    def join(self, root: str, text: str) -> str:
        """The content *text* of a part whose opening tag is *root*; a prefix that means something else here is another.

        Raises:
            ProblemsFound: ``package.not-word``: the prefix ``w`` does not mean WordprocessingML.
        """
        if root not in self._renames:
            self._renames[root] = self._joined(root)
        for old, new in self._renames[root].items():
            text = _renamed(text, old, new)
        return text

    def _joined(self, root: str) -> Mapping[str, str]:
        attributes = {found[1]: found[2] or found[3] or "" for found in _ATTRIBUTE.finditer(root)}
        declared = {name.removeprefix("xmlns:"): uri for name, uri in attributes.items() if name.startswith("xmlns:")}
        if declared.get("w") != WORD or not root.startswith(f"<{self._root}"):
            raise ProblemsFound([Problem("package.not-word")])
        renames = {}
        for prefix, uri in declared.items():
            new, number = prefix, 1
            while self._declared.get(new, uri) != uri:
                number += 1
                new = f"{prefix}{number}"
            self._declared[new] = uri
            if new != prefix:
                renames[prefix] = new
        for prefix in attributes.get("mc:Ignorable", "").split():
            self._ignorable[renames.get(prefix, prefix)] = None
        return renames

    def head(self) -> str:
        """The opening tag."""
        declared = "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in self._declared.items())
        ignorable = f' mc:Ignorable="{" ".join(self._ignorable)}"' if self._ignorable else ""
        return f"<{self._root}{declared}{ignorable}>"


def _renamed(text: str, old: str, new: str) -> str:
    """*text* with a prefix changed, in names and where ``mc:Choice`` asks for it."""
    if f"{old}:" not in text:
        return text
    name = re.compile(rf"(?<=[<\s/]){re.escape(old)}(?=:[\w.-]+(?:[\s=/>]|$))")
    asked = re.compile(r'(?<=\bRequires=")([^"]*)')

    def tag(found: re.Match[str]) -> str:
        changed = name.sub(new, found[0])
        return asked.sub(lambda names: " ".join(new if each == old else each for each in names[1].split()), changed)

    return _TAG.sub(tag, text)
