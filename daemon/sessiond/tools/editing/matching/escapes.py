"""Text that was escaped once too often on its way: `\\"` for a quote, `\\n` for a line end, `\\\\` for a backslash."""

import re

from sessiond.tools.editing.matching.exact import exact
from sessiond.tools.editing.matching.found import Found, Text, Wanted

ESCAPE = re.compile(r"\\([nrt\\'\"`$])")
MEANING = {"n": "\n", "r": "\r", "t": "\t"}
QUOTES = re.compile(r"(\\?)[\"'`$]")
DOUBT = "it is escaped once less there, and it is not certain whether newString is escaped too often as well"


def escapes(text: Text, wanted: Wanted) -> list[Found]:
    old = _unescaped(wanted.old)
    if old == wanted.old or not old.strip():
        return []
    new = _new(wanted)
    places = exact(text, Wanted(old, wanted.new if new is None else new))
    return [Found(place.start, place.end, doubt=DOUBT) for place in places] if new is None else places


def _unescaped(text: str) -> str:
    return ESCAPE.sub(lambda escape: MEANING.get(escape[1], escape[1]), text).replace("\r\n", "\n")


def _new(wanted: Wanted) -> str | None:
    """As sent when it has none of the escapes of `old`; unescaped when all quotes of both are escaped; else unknown."""
    used = set(ESCAPE.findall(wanted.old))
    if not used & set(ESCAPE.findall(wanted.new)):
        return wanted.new
    only_quotes = not re.search(r"\\[^\"'`$]|\\$", wanted.old + wanted.new)
    all_escaped = all(QUOTES.findall(wanted.old + wanted.new))
    return _unescaped(wanted.new) if only_quotes and all_escaped else None
