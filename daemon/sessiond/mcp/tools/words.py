"""What servers write, made fit to be shown and recorded: one line, no control characters, not too long. Pure."""

import json
import math
import re
from typing import Any, cast

from sessiond.tools.paths import printable

MAX_LINE = 200
_OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""Control characters but tab and line feed, and what turns the direction of text."""


def one_line(text: str, most: int = MAX_LINE) -> str:
    """For titles, names, URIs and progress: a terminal that shows it obeys nothing in it."""
    line = " ".join(text[: 4 * most].split())
    visible = "".join(character if character.isprintable() else "\ufffd" for character in line)
    return visible if len(visible) <= most else visible[: most - 1] + "…"


def brief(text: str, most: int) -> str:
    """Of several lines; a terminal obeys nothing in it either."""
    text = _OBEYED.sub("\ufffd", printable(text[: 2 * most].replace("\r\n", "\n").strip()))
    return text if len(text) <= most else text[: most - 1] + "…"


def compact_json(value: Any) -> str:
    """One line of JSON; keys in one order, so that a rule's pattern need not foresee the model's.

    What is not printable is escaped, as JSON allows.
    """
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text if text.isprintable() else "".join(map(_escaped, text))


def recordable(value: Any) -> Any:
    """The JSON value with U+FFFD and null for what no JSON text can carry."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, list):
        return [recordable(item) for item in cast(list[Any], value)]
    if isinstance(value, dict):
        return {printable(key): recordable(item) for key, item in cast(dict[str, Any], value).items()}
    return value


def depth(value: Any, most: int) -> int:
    """How deep lists and objects lie in each other, counted up to one more than `most`; any depth can be counted."""
    level, count = _inside([value]), 0
    while level and count <= most:
        level = _inside([each for item in level for each in (item.values() if isinstance(item, dict) else item)])
        count += 1
    return count


def _inside(values: list[Any]) -> list[dict[str, Any] | list[Any]]:
    return [value for value in values if isinstance(value, dict | list)]


def _escaped(character: str) -> str:
    return character if character.isprintable() else json.dumps(character)[1:-1]
