"""The engine's requests to the client that it has not answered yet, and those whose engine is gone."""

from __future__ import annotations

from sessiond.pipe import messages

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MOST_FORGOTTEN = 1000
"""Questions without an engine whose late answers are dropped; a client that answers none of so many answers none."""


class Questions:
    def __init__(self) -> None:
        self._open: dict[Any, None] = {}
        self._orphaned: dict[Any, None] = {}

    def asked(self, message_id: Any) -> None:
        self._open[message_id] = None
        self._orphaned.pop(message_id, None)

    def answered(self, message_id: Any) -> bool:
        """Whether the client's answer is for the engine of now."""
        self._open.pop(message_id, None)
        if message_id not in self._orphaned:
            return True
        del self._orphaned[message_id]
        return False

    def lose(self) -> list[bytes]:
        """What tells the client that nobody waits for its answers any more."""
        cancels = [messages.notification("$/cancelRequest", {"id": message_id}) for message_id in self._open]
        self._orphaned = dict.fromkeys([*self._orphaned, *self._open][-MOST_FORGOTTEN:])
        self._open.clear()
        return cancels
