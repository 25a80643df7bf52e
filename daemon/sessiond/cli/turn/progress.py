"""What running calls say of how far they are, for a terminal: a line now and then, and none of calls that are quick.

Used by `terminal.py`.
"""

import time
from collections.abc import Callable

from sessiond_protocol.events import ToolProgress

EVERY = 3.0
"""Seconds from the start of a call, or from its last line, to the next one."""


class Progress:
    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._calls: dict[str, tuple[str, float]] = {}
        """The name of each running call, and when it last said something."""

    def begin(self, part_id: str, name: str) -> None:
        self._calls[part_id] = (name, self._clock())

    def end(self, part_id: str) -> None:
        self._calls.pop(part_id, None)

    def line(self, event: ToolProgress) -> str | None:
        """What is to be shown of it; None: nothing yet."""
        name, last = self._calls.get(event.part_id, ("", float("inf")))
        said = (event.text or "").strip().rpartition("\n")[2]
        measure = _measure(event.done, event.total)
        if self._clock() - last < EVERY or not (said or measure):
            return None
        self._calls[event.part_id] = (name, self._clock())
        return f"… {name}: {' '.join(filter(None, (said[:120], measure)))}"


def _measure(done: float | None, total: float | None) -> str:
    if done is None:
        return ""
    return f"({done:g})" if total is None else f"({done:g} of {total:g})"
