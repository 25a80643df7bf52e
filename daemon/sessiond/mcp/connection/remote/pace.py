"""Bounds what a server that is reached by HTTP may have of the event loop, as `child/intake.py` does for processes.

What we have not asked for has its share; beyond it, log and progress messages are left out, and at last all wait.
`connect.py` puts it around `http` and `sse`.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

from mcp.client import Transport
from mcp.client._transport import ReadStream, TransportStreams, WriteStream
from mcp.shared.message import SessionMessage
from mcp_types import JSONRPCError, JSONRPCNotification, JSONRPCRequest, JSONRPCResponse

from sessiond.mcp.connection.child.flow import MESSAGE_SECONDS, Notes, loop_share
from sessiond.mcp.connection.child.messages import NEWS
from sessiond.mcp.connection.wrapped import Wrapped

MOST_UNANSWERED = 100
"""Requests of the server: each is a task, and answers are sent one by one."""
POST_SECONDS = 2.5e-3
"""Of the event loop, measured: what it takes to answer a request by HTTP."""
EVENT_SECONDS = 25e-6
"""Likewise, to read a message and leave it."""
LEAST_REST = 0.01
"""A shorter one would cost more than it spares."""
NOTES_A_SECOND = 0.1

Tell = Callable[[str], None]


@asynccontextmanager
async def paced(transport: Transport, tell: Tell) -> AsyncGenerator[TransportStreams]:
    asked = Asked(tell)
    async with transport as (reading, writing):
        yield Paced(reading, asked, tell), Answering(writing, asked)


class Asked:
    """What the server has asked and is not answered yet."""

    def __init__(self, tell: Tell) -> None:
        self._count = 0
        self._notes = Notes(tell, 1, NOTES_A_SECOND)

    def take(self) -> bool:
        """False where there is too much of it already."""
        if self._count >= MOST_UNANSWERED:
            self._notes.add("a request was not answered, because too many wait for their answers")
            return False
        self._count += 1
        return True

    def answered(self) -> None:
        self._count -= 1


class Paced(Wrapped):
    """What comes, a stream of the SDK's kind."""

    def __init__(self, stream: ReadStream[SessionMessage | Exception], asked: Asked, tell: Tell) -> None:
        super().__init__(stream)
        self._stream = stream
        self._asked = asked
        self._share = loop_share()
        self._omitted = Notes(tell, 1, NOTES_A_SECOND)

    async def receive(self) -> SessionMessage | Exception:
        while True:
            item = await self._stream.receive()
            if await self._passes(item):
                return item

    def __aiter__(self) -> ReadStream[SessionMessage | Exception]:
        return self

    async def __anext__(self) -> SessionMessage | Exception:
        while True:
            item = await self._stream.__anext__()
            if await self._passes(item):
                return item

    async def _passes(self, item: SessionMessage | Exception) -> bool:
        passes = self._judged(item)
        if (debt := self._share.seconds_in_debt) > LEAST_REST:
            await asyncio.sleep(debt)
        return passes

    def _judged(self, item: SessionMessage | Exception) -> bool:
        match item.message if isinstance(item, SessionMessage) else item:
            case JSONRPCResponse() | JSONRPCError():
                return True
            case JSONRPCNotification(method=method) if method in NEWS and not self._share.take(MESSAGE_SECONDS):
                self._share.spend(EVENT_SECONDS)
                self._omitted.add("a progress or log message was left out, because there are too many")
                return False
            case JSONRPCRequest():
                self._share.spend(POST_SECONDS)
                return self._asked.take()
            case _:
                self._share.spend(MESSAGE_SECONDS)
                return True


class Answering(Wrapped):
    """What goes, likewise."""

    def __init__(self, stream: WriteStream[SessionMessage], asked: Asked) -> None:
        super().__init__(stream)
        self._stream = stream
        self._asked = asked

    async def send(self, item: SessionMessage, /) -> None:
        try:
            await self._stream.send(item)
        finally:
            if isinstance(item.message, JSONRPCResponse | JSONRPCError):
                self._asked.answered()
