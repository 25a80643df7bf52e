"""The engine's end: one connection to it, from `link/hello` to the end of the stream.

Made by `pipe.py` with each engine that is found. What is half said when an engine dies was never said.
"""

from __future__ import annotations

import os

from sessiond import __version__
from sessiond.owner.places import absolute
from sessiond.pipe import messages
from sessiond.pipe.ends.outlet import Outlet
from sessiond.server.wire.framing import BadFrame, Decoder

TYPE_CHECKING = False
if TYPE_CHECKING:
    import socket
    from collections.abc import Mapping
    from typing import Any

    from sessiond.owner.unavailable import EngineUnavailable

LINK_VERSION = 1
"""As in `sessiond_protocol.serving.link`, which imports too much; a test holds them the same."""
CHUNK_BYTES = 64 * 1024
"""Larger buffers are mapped anew for each read, which costs a delta a quarter more."""
MOST_WAITING_BYTES = 1024 * 1024
MOST_MESSAGE_BYTES = 1 << 30
"""Of an engine's message, a session's export perhaps."""


class Lost(Exception):
    """The engine says nothing more."""


class Link:
    def __init__(self, connection: socket.socket) -> None:
        connection.setblocking(False)
        self.outlet = Outlet(connection.fileno())
        self.version = ""
        """The engine's, once it has said `link/welcome`."""
        self.was_useful = False
        """Whether any request has its answer."""
        self.refusal: EngineUnavailable | None = None
        """Why the engine does not take us."""
        self.leaving: dict[str, Any] | None = None
        """The parameters of `link/leaving`, once it has come."""
        self.ended = False
        """Whether the engine has said that the client has left."""
        self._connection = connection
        self._decoder = Decoder(MOST_MESSAGE_BYTES)

    def fileno(self) -> int:
        return self._connection.fileno()

    @property
    def has_room(self) -> bool:
        return self.outlet.waiting < MOST_WAITING_BYTES

    def send(self, frame: bytes) -> None:
        self.outlet.put(b"Content-Length: %d\r\n\r\n" % len(frame), frame)

    def read(self) -> list[bytes]:
        """The messages that what has come completes. Raises Lost."""
        try:
            data = os.read(self.fileno(), CHUNK_BYTES)
        except BlockingIOError:
            return []
        except OSError as error:
            raise Lost from error
        frames = self._decoder.feed(data)
        if not data or any(isinstance(frame, BadFrame) for frame in frames):
            raise Lost
        return [frame for frame in frames if not isinstance(frame, BadFrame)]

    def close(self) -> None:
        self._connection.close()


def hello(environment: Mapping[str, str], *, answered: bool) -> bytes:
    """`answered`: whether the client has the answer to its `initialize`."""
    try:
        directory = os.getcwd()
    except FileNotFoundError:
        directory = None
    return messages.notification(
        "link/hello",
        {
            "version": __version__,
            "link": LINK_VERSION,
            "pid": os.getpid(),
            "directory": directory and _text(directory),
            "env": {_text(name): _text(value) for name, value in absolute(environment).items()},
            "answered": answered,
        },
    )


def _text(value: str) -> str:
    """What the system says need not be text; what stands in a message must be."""
    return value.encode(errors="surrogateescape").decode(errors="replace")
