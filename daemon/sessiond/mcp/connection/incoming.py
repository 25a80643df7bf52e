"""What a server says, on its way to the SDK: mended where the SDK would refuse all of it for the sake of a part.

It also notices the end, which the SDK tells only those who wait for an answer.
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from mcp.client import Transport
from mcp.client._transport import ReadStream, TransportStreams
from mcp.shared.message import SessionMessage
from mcp_types import JSONRPCMessage, JSONRPCNotification, JSONRPCRequest, JSONRPCResponse

from sessiond.mcp.base import Host, Lost, ServerFailed
from sessiond.mcp.connection.life import Life
from sessiond.mcp.connection.translation.bounded import bounded
from sessiond.mcp.connection.translation.mended import Mender
from sessiond.mcp.connection.wrapped import Wrapped


@asynccontextmanager
async def watched(transport: Transport, life: Life, host: Host) -> AsyncGenerator[TransportStreams]:
    """The streams of a transport, with all that comes in passing here."""
    async with transport as (reading, writing):
        yield Incoming(reading, life, Mender(host.log)), writing


class Incoming(Wrapped):
    """A stream of the SDK's kind."""

    def __init__(self, stream: ReadStream[SessionMessage | Exception], life: Life, mender: Mender) -> None:
        super().__init__(stream)
        self._stream = stream
        self._life = life
        self._mender = mender

    async def receive(self) -> SessionMessage | Exception:
        return self._seen(await self._stream.receive())

    def __aiter__(self) -> ReadStream[SessionMessage | Exception]:
        return self

    async def __anext__(self) -> SessionMessage | Exception:
        try:
            return self._seen(await self._stream.__anext__())
        except StopAsyncIteration:
            self._life.end(Lost("The server closed the connection."))
            raise

    def _seen(self, item: SessionMessage | Exception) -> SessionMessage | Exception:
        if isinstance(item, ServerFailed):
            self._life.end(item)
        elif isinstance(item, SessionMessage):
            self._mend(item.message)
        return item

    def _mend(self, message: JSONRPCMessage) -> None:
        match message:
            case JSONRPCResponse():
                self._life.misunderstood = False
                message.result = self._mender.mended(message.result)
            case JSONRPCRequest() | JSONRPCNotification() if message.params is not None:
                message.params = bounded(message.params).whole
            case _:
                pass
