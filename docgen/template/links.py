"""Links from data: they lead to web pages and mail only, by addresses spelled so that every program reads them alike."""

from __future__ import annotations

import re
from hashlib import sha256
from urllib.parse import quote, urlsplit

from docgen.template import additions
from docgen.template.values import Refused, shown

#: what the address line of a browser takes
LONGEST = 2000
_MAIL = re.compile(r"[^\s@:/?#]+@[^\s@:/?#]+(\?[^\s]*)?")
# RFC 3986, 2.2 and 2.3, and the sign of what is spelled by its code already
_SPELLED = "!#$%&'()*+,/:;=?@~"
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?")
_BARE_PERCENT = re.compile("%(?![0-9A-Fa-f]{2})")


def relation(link: object) -> str:
    """The id of the relationship that leads from this document to an address.

    Raises:
        Refused: ``template.link``.
    """
    document = additions.current()
    try:
        if type(link) is not str or document is None:
            raise ValueError
        target = address(link)
    except ValueError:
        raise Refused("template.link", found=shown(link)) from None
    digest = sha256(target.encode()).hexdigest()[:16]
    return document.add(additions.Relation(f"rIdL{digest}", "hyperlink", target))


def address(text: str) -> str:
    """The address as a relationship holds it: ASCII only, «https://мектеп.кг/а» as https://xn--….

    Raises:
        ValueError: it is not ``http:``, ``https:`` or ``mailto:``, or not well-formed.
    """
    if len(text) > LONGEST or not text.isprintable() or " " in text or "\\" in text:
        raise ValueError(text)
    scheme, _, rest = text.partition(":")
    if scheme.lower() == "mailto" and _MAIL.fullmatch(rest):
        return f"mailto:{_spelled(rest)}"
    parts = urlsplit(text)
    host = (parts.hostname or "").encode("idna").decode()
    # a name before the host serves to make an address look like another
    if parts.scheme not in ("http", "https") or "@" in parts.netloc or not _HOST.fullmatch(host):
        raise ValueError(text)
    port = f":{parts.port}" if parts.port is not None else ""
    behind = text.partition("//")[2][len(parts.netloc):]
    return f"{parts.scheme}://{host}{port}{_spelled(behind)}"


def _spelled(text: str) -> str:
    return quote(_BARE_PERCENT.sub("%25", text), safe=_SPELLED)
