"""The two framings as a client speaks them; written apart from the server's, so that each checks the other."""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Literal

Framing = Literal["headers", "lines"]


def frame(message: Any, framing: Framing) -> bytes:
    return frame_bytes(json.dumps(message, ensure_ascii=False).encode(), framing)


def frame_bytes(body: bytes, framing: Framing) -> bytes:
    if framing == "lines":
        return body + b"\n"
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)


def decode(body: bytes) -> Any:
    """JSON with exact money."""
    return json.loads(body, parse_float=Decimal)


class MessageReader:
    """Takes bytes as they come, gives the bodies of whole messages."""

    def __init__(self, framing: Framing) -> None:
        self._framing = framing
        self._buffer = bytearray()
        self._searched = 0

    def feed(self, data: bytes) -> Iterator[bytes]:
        self._buffer += data
        while (body := self._take()) is not None:
            yield body

    @property
    def rest(self) -> bytes:
        """The bytes of a message that is not whole yet."""
        return bytes(self._buffer)

    def _take(self) -> bytes | None:
        return self._take_line() if self._framing == "lines" else self._take_block()

    def _take_line(self) -> bytes | None:
        end = self._buffer.find(b"\n", self._searched)
        if end < 0:
            self._searched = len(self._buffer)
            return None
        self._searched = 0
        return self._cut(0, end, end + 1)

    def _take_block(self) -> bytes | None:
        head, found, _ = self._buffer[:200].partition(b"\r\n\r\n")
        if not found:
            assert len(self._buffer) < 200, f"no header in {bytes(self._buffer[:200])!r}"
            return None
        name, _, value = head.partition(b": ")
        assert name == b"Content-Length", f"an unknown header: {bytes(head)!r}"
        start = len(head) + 4
        stop = start + int(value)
        return None if len(self._buffer) < stop else self._cut(start, stop, stop)

    def _cut(self, start: int, stop: int, end: int) -> bytes:
        body = bytes(self._buffer[start:stop])
        del self._buffer[:end]
        return body
