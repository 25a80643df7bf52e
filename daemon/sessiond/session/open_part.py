"""The growing text of a part that is still open: written by the turn, read by slow clients.

A client's unsent deltas are a range of this text, so that however far it is behind costs nothing.
Positions are bytes of UTF-8 that stand between whole deltas.
"""

from typing import Literal


class OpenPart:
    """One open part's text so far. Grows until its part ends and is never cut."""

    __slots__ = ("_text", "field", "message_id", "part_id")

    def __init__(self, message_id: str, part_id: str, field: Literal["text", "input"]) -> None:
        self.message_id = message_id
        self.part_id = part_id
        self.field: Literal["text", "input"] = field
        self._text = bytearray()

    def append(self, text: str) -> None:
        self._text += text.encode()

    def __len__(self) -> int:
        return len(self._text)

    def text(self, start: int = 0, stop: int | None = None) -> str:
        """The text between two positions."""
        return self._text[start:stop].decode()

    def boundary(self, start: int, limit: int) -> int:
        """The largest position at most `limit` bytes after `start` that does not cut a character."""
        stop = min(start + limit, len(self._text))
        while stop < len(self._text) and self._text[stop] & 0xC0 == 0x80:
            stop -= 1
        return stop
