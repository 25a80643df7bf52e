"""What the next engine is to hear first: what the last one knew, then what the client has sent since.

Made by `engines.py` when an engine leaves or dies, and before the first one is there.
"""

from __future__ import annotations

MOST_BYTES = 1024 * 1024
"""Of what the client sends meanwhile, before it has to wait."""


class Held:
    def __init__(self, known: list[bytes]) -> None:
        """`known`: what introduces the client and its documents as of now, and what has not been read."""
        self._frames = known
        self._bytes = 0

    @property
    def has_room(self) -> bool:
        return self._bytes < MOST_BYTES

    def add(self, frame: bytes) -> None:
        self._frames.append(frame)
        self._bytes += len(frame)

    def frames(self) -> list[bytes]:
        return self._frames
