"""The editor's end: its messages in either framing, and what it is told.

Read by `loop.py`. It is told nothing while it does not read, so it is asked for `has_room` before more is fetched.
"""

import os

from sessiond.pipe.ends.outlet import Outlet
from sessiond.server.first_answer import FirstAnswer
from sessiond.server.wire.framing import BadFrame, framed

CHUNK_BYTES = 256 * 1024
MOST_WAITING_BYTES = 256 * 1024
_SEPARATORS = (b"\xe2\x80\xa8", b"\xe2\x80\xa9")


class Client:
    def __init__(self, first: FirstAnswer) -> None:
        self.source = first.source
        self.output = first.output
        self.outlet = Outlet(first.output)
        self.ended = False
        """Whether it has said all that it will say."""
        self._decoder = first.decoder

    def read(self) -> list[bytes | BadFrame]:
        """The messages that what has come completes, at its end also what is left over."""
        try:
            data = os.read(self.source, CHUNK_BYTES)
        except BlockingIOError:
            return []
        except OSError:  # a connection that was reset has ended, too
            data = b""
        return self._decoder.feed(data) if data else self.end()

    def end(self) -> list[bytes | BadFrame]:
        self.ended = True
        return self._decoder.end()

    @property
    def has_room(self) -> bool:
        return self.outlet.waiting < MOST_WAITING_BYTES

    def send(self, message: bytes) -> None:
        """In the framing it speaks; copied only where a character asks for it."""
        if not self._decoder.lines:
            self.outlet.put(b"Content-Length: %d\r\n\r\n" % len(message), message)
        elif any(separator in message for separator in _SEPARATORS):
            self.outlet.put(framed(message, lines=True))
        else:
            self.outlet.put(message, b"\n")
