"""Keeps the matches of the newest files, as many lines as are shown, while a search goes on. `grep` fills it."""

import heapq
from collections.abc import Callable
from typing import NamedTuple

from sessiond.tools.reading.search.matches import COUNTED_IN_FILE, FileMatches, Hit

MAX_LINES = 100
"""Matching lines that are shown."""


class _Kept(NamedTuple):
    newness: float
    name: str
    hits: list[Hit]
    total: int


class NewestMatches:
    def __init__(self) -> None:
        self._kept: list[_Kept] = []
        self._lines = 0
        self._all_lines = 0
        self._all_files = 0

    def add(self, name: str, matches: FileMatches, *, changed: int | None) -> None:
        """`changed` in nanoseconds; None is newer than all: a text that is being worked on."""
        newness = float("inf") if changed is None else changed
        heapq.heappush(self._kept, _Kept(newness, name, matches.hits, matches.total))
        self._all_lines += matches.total
        self._all_files += 1
        self._lines += len(matches.hits)
        while self._lines - len(self._kept[0].hits) >= MAX_LINES:
            self._lines -= len(heapq.heappop(self._kept).hits)

    def text(self, shown: Callable[[str], str]) -> str:
        """File by file, the newest first; empty when there is nothing. `shown` makes a name one for people."""
        room, parts = MAX_LINES, list[str]()
        files = 0
        for kept in sorted(self._kept, key=lambda kept: (-kept.newness, kept.name)):
            if room <= 0:
                break
            files += 1
            hits = kept.hits[:room]
            room -= len(hits)
            parts.append(shown(kept.name))
            parts.extend(f"{hit.line:6}: {hit.text}" for hit in hits)
            if kept.total > len(hits):
                parts.append(f"        ({_at_least(kept.total - len(hits), kept.total)} more in this file)")
        if left_out := self._all_files - files:
            parts.append(f"({left_out} more files with matches, older, are left out; narrow the pattern or the path)")
        return "\n".join(parts)

    def counts(self) -> dict[str, int]:
        """For clients: all that was found, shown or not."""
        return {"matches": self._all_lines, "matchedFiles": self._all_files}


def _at_least(number: int, counted: int) -> str:
    return f"at least {number}" if counted >= COUNTED_IN_FILE else str(number)
