"""A word with the engine that runs, as one of its clients: asked one thing after the other, without an event loop.

Used by the commands of this room. They never start an engine for it, save `restart`.
"""

import json
import os
import socket
from collections import deque
from types import TracebackType
from typing import Any, TypeVar

import msgspec

from sessiond import __version__
from sessiond.config.errors import Failed
from sessiond.owner.bringing import brought
from sessiond.owner.connecting import connect
from sessiond.owner.finding import find
from sessiond.owner.places import data_directory
from sessiond.owner.unavailable import EngineUnavailable
from sessiond.server.wire.framing import BadFrame, Decoder, framed
from sessiond_protocol import MAX_MESSAGE_BYTES
from sessiond_protocol.serving.link import Hello
from sessiond_protocol.wire import to_json

ANSWER_SECONDS = 30.0
"""No question of these commands takes longer."""
CHUNK_BYTES = 64 * 1024

Result = TypeVar("Result")


class _Message(msgspec.Struct):
    id: Any = None
    method: str | None = None
    params: msgspec.Raw = msgspec.Raw(b"{}")
    result: msgspec.Raw = msgspec.Raw(b"null")
    error: "_Error | None" = None


class _Error(msgspec.Struct):
    message: str


class Link:
    """Raises Failed wherever the engine does not answer."""

    def __init__(self, connection: socket.socket, name: str) -> None:
        """`name` is the command's, for `sessiond status`."""
        self.ended = False
        """Whether the engine has closed its end."""
        self._connection = connection
        self._decoder = Decoder(MAX_MESSAGE_BYTES)
        self._frames: deque[bytes | BadFrame] = deque()
        self._asked = 0
        connection.settimeout(ANSWER_SECONDS)
        self.leaving = not self._introduce(name)
        """Whether the engine takes nobody any more; there is nothing to ask then."""

    def __enter__(self) -> "Link":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._connection.close()

    def ask(self, method: str, kind: type[Result], **params: Any) -> Result:
        self._asked += 1
        self._send({"id": self._asked, "method": method, "params": params})
        while True:
            answer = self._next()
            if answer is None:
                raise Failed("The engine has ended just now; try again.")
            if answer.method is None and answer.id == self._asked:
                break
        if answer.error is not None:
            raise Failed(answer.error.message)
        return msgspec.json.decode(answer.result, type=kind)

    def tell(self, method: str, params: msgspec.Struct) -> None:
        self._send({"method": method, "params": json.loads(to_json(params))})

    def wait_for_end(self) -> None:
        """Returns once the engine has ended and another one can start, however long that takes."""
        self._connection.settimeout(None)
        while self._next() is not None:
            pass

    def _introduce(self, name: str) -> bool:
        self.tell("link/hello", Hello(**brought(os.environ)))
        welcome = self._next()
        if welcome is not None and welcome.method == "link/refused":
            raise Failed(msgspec.json.decode(welcome.params, type=_Error).message)
        if welcome is None or welcome.method != "link/welcome":
            return False
        identity = {"name": name, "version": __version__}
        self.ask("initialize", dict[str, Any], processId=os.getpid(), clientInfo=identity, capabilities={})
        return True

    def _send(self, message: dict[str, Any]) -> None:
        try:
            self._connection.sendall(framed(json.dumps({"jsonrpc": "2.0", **message}).encode(), lines=False))
        except TimeoutError:
            raise _no_answer() from None
        except OSError:  # it has gone; reading says so, behind what it has still said
            return

    def _next(self) -> _Message | None:
        """The next message, or None at the end."""
        while not self._frames:
            try:
                data = self._connection.recv(CHUNK_BYTES)
            except TimeoutError:
                raise _no_answer() from None
            except OSError:
                data = b""
            if not data:
                self.ended = True
                return None
            self._frames += self._decoder.feed(data)
        frame = self._frames.popleft()
        return _Message() if isinstance(frame, BadFrame) else msgspec.json.decode(frame, type=_Message)


def running(name: str) -> Link | None:
    """A link to the engine that runs, or None where none does; one that is just leaving is waited for."""
    try:
        found = find(data_directory(os.environ))
    except EngineUnavailable as error:
        raise Failed(error.message) from None
    return None if found is None else _staying(Link(found, name))


def started(name: str) -> Link:
    """A link to the engine, which is started where none runs."""
    while True:
        try:
            link = _staying(Link(connect(), name))
        except EngineUnavailable as error:
            raise Failed(error.message) from None
        if link is not None:
            return link


def _staying(link: Link) -> Link | None:
    if not link.leaving:
        return link
    with link:
        link.wait_for_end()
    return None


def none_runs() -> str:
    directory = data_directory(os.environ)
    return f"No engine runs in the background for {directory}. The next editor or command starts one."


def _no_answer() -> Failed:
    return Failed(f"The engine has not answered for {ANSWER_SECONDS:g} s. `sessiond logs` may say why.")
