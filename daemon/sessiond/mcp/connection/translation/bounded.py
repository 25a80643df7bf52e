"""Cuts what the SDK would look at part by part: a broken list of 3 MB would keep everybody waiting for 10 s. Pure.

The SDK's types check each part, and note for each all that is wrong with it. Called for all that comes in.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple, cast

Json = dict[str, Any]

PLAIN = frozenset({"inputSchema", "outputSchema", "structuredContent", "_meta", "data", "arguments", "metadata"})
"""Members that stay JSON: nobody looks into them."""
MOST_ENTRIES = 15_000
"""Of all lists of one message together."""
MOST_KEYS = 500
"""Of one object; those of MCP have a dozen."""
MOST_PARTS: Mapping[str, int] = {
    **dict.fromkeys(("content", "contents", "messages"), 2_000),  # each part may be one of several kinds
    **dict.fromkeys(("tools", "prompts", "resourceTemplates"), 2_000),  # of all pages half as many are taken
}
DEEPEST = 8
"""Objects and lists within each other; no type of MCP is as deep."""


class Bounded(NamedTuple):
    whole: Json
    """The same where nothing was cut."""
    left_out: int
    """Parts, or members of objects."""


def bounded(members: Json) -> Bounded:
    cutting = _Cutting()
    whole = cutting.object(members, 0)
    return Bounded(whole, cutting.left_out) if cutting.left_out else Bounded(members, 0)


class _Cutting:
    """Of one message."""

    def __init__(self) -> None:
        self._room = MOST_ENTRIES
        self.left_out = 0

    def object(self, value: Json, level: int) -> Json:
        kept = list(value.items())[:MOST_KEYS]
        self.left_out += len(value) - len(kept)
        return {name: each if name in PLAIN else self._member(name, each, level + 1) for name, each in kept}

    def _member(self, name: str, value: Any, level: int) -> Any:
        if isinstance(value, list):
            return self._list(cast(list[Any], value), level, min(self._room, MOST_PARTS.get(name, MOST_ENTRIES)))
        return self._inside(value, level)

    def _list(self, values: list[Any], level: int, most: int) -> list[Any]:
        kept = values[:most]
        self._room -= len(kept)
        self.left_out += len(values) - len(kept)
        return [self._inside(each, level + 1) for each in kept]

    def _inside(self, value: Any, level: int) -> Any:
        if level > DEEPEST:
            return value
        if isinstance(value, list):
            return self._list(cast(list[Any], value), level, self._room)
        return self.object(cast(Json, value), level) if isinstance(value, dict) else value
