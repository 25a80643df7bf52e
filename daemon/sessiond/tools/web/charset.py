"""Which characters the bytes of a page are. Pure.

What names a character set comes from the page: only real ones are taken, and no pattern here can be made slow.
"""

import codecs
import re

from sessiond.tools.paths import printable

HTML = ("text/html", "application/xhtml+xml")
DECLARED_WITHIN = 4096
"""Bytes; browsers look at 1024 of them."""
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_IN_HEADER = re.compile(r"charset=[\"']?([a-z0-9_.:-]{1,40})", re.IGNORECASE | re.ASCII)
_IN_META = re.compile(rb"<meta[^>]{1,200}?charset\s{0,9}=\s{0,9}[\"']?([a-z0-9_.:-]{1,40})", re.IGNORECASE)
_IN_XML = re.compile(rb"<\?xml[^>]{1,200}?encoding\s{0,9}=\s{0,9}[\"']([a-z0-9_.:-]{1,40})", re.IGNORECASE)
_KNOWN = re.compile(
    r"ascii|utf-(8|16|32).*|iso8859-.*|iso2022_.*|cp\d+|koi8.*|mac-.*|gb.*|big5.*|euc_.*|shift_jis.*|johab|tis-620|hz"
)
_WRITTEN_AS = {"ascii": "cp1252", "iso8859-1": "cp1252"}
"""Pages that name the one are in the other (WHATWG Encoding, section 4.2)."""


def decoded(content_type: str, body: bytes) -> str:
    """By the byte order mark, the header, what the page itself declares, or else as UTF-8; never fails."""
    for mark, name in _MARKS:
        if body.startswith(mark):
            return printable(body[len(mark) :].decode(name, errors="replace"))
    in_header = _IN_HEADER.search(content_type)
    name = _codec(in_header[1]) if in_header else _declared(content_type, body[:DECLARED_WITHIN])
    return printable(body.decode(name or "utf-8", errors="replace"))


def _declared(content_type: str, head: bytes) -> str | None:
    """By the page itself. It was read as ASCII up to there, so that it cannot be UTF-16 or UTF-32."""
    kind = content_type.partition(";")[0].strip().lower()
    found = _IN_META.search(head) if kind in HTML else None
    found = found or _IN_XML.match(head.lstrip())
    name = _codec(found[1].decode("ascii")) if found else None
    return None if name is None or name.startswith(("utf-16", "utf-32")) else name


def _codec(label: str) -> str | None:
    """Python's name for it. None for what is no character set, such as `punycode` or `unicode_escape`."""
    try:
        name = codecs.lookup(label).name
    except LookupError:
        return None
    return _WRITTEN_AS.get(name, name) if _KNOWN.fullmatch(name) else None
