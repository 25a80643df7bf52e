"""The first words on a connection: who is there, in what version, and what the client brings. Bounded in size and time.

Called by `listening.py` for every socket. Nothing is believed before the kernel has said whose process it is.
"""

import asyncio
import socket
from typing import Any, NamedTuple

import msgspec

from sessiond import __version__
from sessiond.config.files.shown import shown_name
from sessiond.owner.peer import is_ours
from sessiond.server.wire import json_rpc
from sessiond.server.wire.framing import BadFrame, Decoder, framed
from sessiond.server.wire.stdio import CHUNK_BYTES
from sessiond_protocol import MAX_MESSAGE_BYTES
from sessiond_protocol.serving.link import LINK_VERSION, Hello, Refused

HELLO_SECONDS = 10.0
HELLO_BYTES = 4 * 1024 * 1024
"""An environment may be large: Linux takes 2 MiB by default."""
LONGEST_TEXT = 100
"""Characters of a stranger's word that are repeated."""


class Stranger(Exception):
    """Nobody to be served. `refusal` says why, None to one that has gone."""

    def __init__(self, refusal: Refused | None = None) -> None:
        super().__init__(refusal.message if refusal else "it has gone")
        self.refusal = refusal


class Greeted(NamedTuple):
    """A pipe that has said hello."""

    hello: Hello
    decoder: Decoder
    early: list[bytes | BadFrame]
    """What came in one piece with it."""


async def greeted(connection: socket.socket) -> Greeted:
    """Reads the hello of a socket that does not block. Raises Stranger."""
    if not is_ours(connection):
        raise _stranger("This engine is another user's.")
    try:
        async with asyncio.timeout(HELLO_SECONDS):
            return await _hello(connection)
    except TimeoutError:
        raise _stranger(f"No `link/hello` came within {HELLO_SECONDS:g} s.") from None
    except OSError:
        raise Stranger from None


async def tell(connection: socket.socket, method: str, params: Any) -> None:
    """Sends one of the link's own words to a pipe that is not served, or not yet. Whoever has gone misses it."""
    word = framed(json_rpc.encode_notification(method, params), lines=False)
    try:
        async with asyncio.timeout(HELLO_SECONDS):
            await asyncio.get_running_loop().sock_sendall(connection, word)
    except (TimeoutError, OSError):
        return


async def _hello(connection: socket.socket) -> Greeted:
    decoder, size = Decoder(MAX_MESSAGE_BYTES), 0
    while True:
        data = await asyncio.get_running_loop().sock_recv(connection, CHUNK_BYTES)
        if not data:
            raise Stranger
        frames = decoder.feed(data)
        if decoder.lines:
            raise _stranger(
                "The engine's own socket is for pipes, in `Content-Length` frames. Run `sessiond` and speak to it."
            )
        if frames:
            return Greeted(_hello_of(frames[0]), decoder, frames[1:])
        size += len(data)
        if size > HELLO_BYTES:
            raise _stranger(f"The first message is larger than {HELLO_BYTES >> 20} MiB.")


def _hello_of(frame: bytes | BadFrame) -> Hello:
    if isinstance(frame, BadFrame):
        raise _stranger(f"The first message was no `link/hello`: {frame.message}.")
    try:
        message = json_rpc.decode(frame)
    except json_rpc.Refused as refused:
        raise _stranger(f"The first message was no `link/hello`: {refused}.") from None
    if not isinstance(message, json_rpc.Notification) or message.method != "link/hello":
        raise _stranger("The first message was no `link/hello`.")
    try:
        hello = msgspec.json.decode(message.params, type=Hello)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise _stranger(f"The `link/hello` makes no sense: {error}.") from None
    if hello.link < LINK_VERSION:  # a newer pipe has to get along with what the welcome says
        theirs = f"sessiond {in_words(hello.version)} (link {hello.link})"
        raise _stranger(f"{theirs} is too old for this engine of {__version__}. Start the client anew.")
    return hello


def in_words(version: str) -> str:
    """On one line, and not long, whatever somebody gives as a version."""
    return shown_name(version[:LONGEST_TEXT])


def _stranger(message: str) -> Stranger:
    return Stranger(Refused(kind="engineUnavailable", message=message))
