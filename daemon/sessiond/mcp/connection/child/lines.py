"""Makes lines of what comes in pieces: each byte is looked at once, and no line is kept that is longer than allowed.

Pure. For both of a server's outputs.
"""

from collections.abc import Iterator
from typing import NamedTuple

END_BYTES = 4096
"""How much of each end of a line that is too long is kept."""


class TooLong(NamedTuple):
    """The ends of a line that was longer than allowed, and how many bytes it had."""

    head: bytes
    tail: bytes
    size: int


Line = bytes | TooLong


class Lines:
    def __init__(self, most: int) -> None:
        """`most`: bytes of the longest line that is kept."""
        self._most = most
        self._begun: list[bytes] = []
        self._head = b""
        self._tail = b""
        self.size = 0
        """Of the line that has begun, in bytes."""

    @property
    def skipping(self) -> bool:
        """Whether the line that has begun is too long already."""
        return self.size > self._most

    def add(self, piece: bytes) -> Iterator[Line]:
        """The lines that end in this piece, without their line feeds. To be used up before the next piece."""
        start = 0
        while (end := piece.find(b"\n", start)) >= 0:
            if self.size == 0 and end - start <= self._most:
                yield piece[start:end]
            else:
                self._keep(piece[start:end])
                yield self._taken()
            start = end + 1
        if start < len(piece):
            self._keep(piece[start:])

    def rest(self) -> Iterator[Line]:
        """The line that nothing has ended, if there is one."""
        if self.size:
            yield self._taken()

    def _keep(self, part: bytes) -> None:
        was_skipping = self.skipping
        self.size += len(part)
        if not was_skipping:
            self._begun.append(part)
        if self.skipping:
            if not was_skipping:
                part = b"".join(self._begun)
                self._begun = []
            self._head = (self._head + part[:END_BYTES])[:END_BYTES]
            self._tail = (self._tail + part[-END_BYTES:])[-END_BYTES:]

    def _taken(self) -> Line:
        line = TooLong(self._head, self._tail, self.size) if self.skipping else b"".join(self._begun)
        self._begun, self._head, self._tail, self.size = [], b"", b"", 0
        return line
