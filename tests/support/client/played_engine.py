"""Engines that a test plays, one after the other, for a command's client: what each hears and says, frame by frame."""

import asyncio
import json
import socket
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from sessiond.cli.client.client import Client
from sessiond.cli.client.link import Heard, Link
from sessiond.server.wire.framing import Decoder, framed
from sessiond_protocol import MAX_MESSAGE_BYTES

SECONDS = 10


class PlayedEngine:
    def __init__(self, connection: socket.socket) -> None:
        connection.setblocking(False)
        self._socket = connection
        self._decoder = Decoder(MAX_MESSAGE_BYTES)
        self._frames: list[Any] = []

    async def next(self) -> dict[str, Any]:
        """The next message of the client."""
        async with asyncio.timeout(SECONDS):
            while not self._frames:
                data = await asyncio.get_running_loop().sock_recv(self._socket, 65536)
                assert data, "the client has left"
                self._frames += self._decoder.feed(data)
        return json.loads(self._frames.pop(0))

    async def asked(self, method: str) -> dict[str, Any]:
        """The next message with this method; those before it are passed over."""
        while (message := await self.next()).get("method") != method:
            pass
        return message

    async def say(self, **message: Any) -> None:
        await self.write(framed(json.dumps({"jsonrpc": "2.0", **message}).encode(), lines=False))

    async def write(self, data: bytes) -> None:
        await asyncio.get_running_loop().sock_sendall(self._socket, data)

    async def greet(self, version: str = "1") -> None:
        """Welcomes the client and answers its `initialize`."""
        await self.say(method="link/welcome", params={"version": "1", "pid": 1, "link": 1})
        await self.say(id=(await self.asked("initialize"))["id"], result={"serverInfo": {"version": version}})

    def end(self) -> None:
        self._socket.close()


class PlayedEngines:
    def __init__(self) -> None:
        self.started_by: list[Sequence[str] | None] = []
        """What each was started by, where the one before has named it."""
        self._came: asyncio.Queue[PlayedEngine] = asyncio.Queue()
        self._all: list[PlayedEngine] = []

    async def connect(self, heard: Heard, successor: Sequence[str] | None) -> Link:
        ours, theirs = socket.socketpair()
        self.started_by.append(successor)
        self._all.append(PlayedEngine(theirs))
        self._came.put_nowait(self._all[-1])
        return Link(ours, heard, welcomed=False)

    async def next(self) -> PlayedEngine:
        """The next one that a client connects to."""
        return await asyncio.wait_for(self._came.get(), SECONDS)

    def end(self) -> None:
        for engine in self._all:
            engine.end()


@asynccontextmanager
async def client_of_played() -> AsyncGenerator[tuple[Client, PlayedEngines]]:
    engines = PlayedEngines()
    client = Client("sessiond test", engines.connect)
    try:
        yield client, engines
    finally:
        await client.close()
        engines.end()
