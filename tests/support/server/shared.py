"""The engine of many clients in this process, on a real socket, with whatever engine a test gives it; and its pipes."""

import asyncio
import json
import os
import socket
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sessiond.server.link.listening import serve_clients
from sessiond.server.wire.framing import Decoder, framed
from sessiond_protocol import MAX_MESSAGE_BYTES
from support.server.told_engine import Engine

SECONDS = 10
HELLO: dict[str, Any] = {"version": "0.1.0", "link": 1, "pid": 1, "directory": "/", "env": {"A": "b"}}


class Pipe:
    """A pipe of sessiond that a test plays: one message after the other, in the order in which they come."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer
        self._decoder = Decoder(MAX_MESSAGE_BYTES)
        self._messages: list[dict[str, Any]] = []

    def send(self, *messages: dict[str, Any] | bytes) -> None:
        """All in one piece, as a pipe may have gathered them; bytes as they are."""
        whole = (
            message
            if isinstance(message, bytes)
            else framed(json.dumps({"jsonrpc": "2.0", **message}).encode(), lines=False)
            for message in messages
        )
        self.writer.write(b"".join(whole))

    async def next(self) -> dict[str, Any] | None:
        """The next message; None at the end, however it came."""
        while not self._messages:
            try:
                data = await asyncio.wait_for(self.reader.read(1 << 16), SECONDS)
            except ConnectionError:
                data = b""
            if not data:
                return None
            self._messages += [json.loads(frame) for frame in self._decoder.feed(data) if isinstance(frame, bytes)]
        return self._messages.pop(0)

    async def rest(self) -> list[dict[str, Any]]:
        """Everything up to the end."""
        return [message async for message in self]

    async def __aiter__(self) -> AsyncIterator[dict[str, Any]]:
        while (message := await self.next()) is not None:
            yield message

    async def method(self, name: str) -> dict[str, Any]:
        """The parameters of the next message, which is a notification of that name."""
        message = await self.next()
        assert message is not None and message.get("method") == name, message
        return message["params"]

    async def request(self, method: str, params: Any = None, id: Any = 1) -> dict[str, Any]:
        """Sends a request and gives its response; what comes before it is passed over."""
        self.send({"id": id, "method": method, "params": params or {}})
        async for message in self:
            if message.get("id") == id and "method" not in message:
                return message
        raise AssertionError("the connection has ended")

    async def begin(self, name: str = "editor", **hello: Any) -> "Pipe":
        """Says hello and `initialize`, as any pipe does for its client."""
        self.send({"method": "link/hello", "params": {**HELLO, **hello}})
        await self.method("link/welcome")
        assert "result" in await self.request("initialize", {"clientInfo": {"name": name}})
        return self

    def close(self) -> None:
        self.writer.close()

    def kill(self) -> None:
        """As the kernel does with the sockets of a process that is gone."""
        self.writer.transport.abort()


class House:
    def __init__(self, engine: Engine, path: Path) -> None:
        self.engine = engine
        self.path = path
        self.serving: asyncio.Task[int] | None = None
        self.released = False
        self.idle = 3600.0
        self._pipes: list[Pipe] = []

    async def pipe(self) -> Pipe:
        """A connection that has said nothing yet."""
        pipe = Pipe(*await asyncio.open_unix_connection(self.path, limit=1 << 26))
        self._pipes.append(pipe)
        return pipe

    async def client(self, name: str = "editor", **hello: Any) -> Pipe:
        return await (await self.pipe()).begin(name, **hello)

    async def ended(self) -> int:
        assert self.serving is not None
        return await asyncio.wait_for(asyncio.shield(self.serving), SECONDS)

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(SECONDS):
            while not condition():
                await asyncio.sleep(0)

    def release(self) -> None:
        assert self.engine.closed
        self.path.unlink()
        self.released = True

    async def idle_seconds(self) -> float:
        return self.idle

    def leave(self) -> None:
        for pipe in self._pipes:
            pipe.close()


@asynccontextmanager
async def house(engine: Engine | None = None, *, idle: float = 3600.0) -> AsyncIterator[House]:
    """An engine that listens; at the end of the block it is stopped, if it has not ended before."""
    with tempfile.TemporaryDirectory(prefix="s") as folder:
        shared = House(engine or Engine(), Path(folder, "socket"))
        shared.idle = idle
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(os.fspath(shared.path))
        listener.listen(512)
        serving = serve_clients(listener, lambda: shared.engine, release=shared.release, idle=shared.idle_seconds)
        shared.serving = asyncio.create_task(serving)
        try:
            yield shared
            shared.leave()
            if not shared.serving.done():
                await (await shared.client()).request("server/stop", {"when": "now"})
            assert await shared.ended() == 0
        finally:
            shared.leave()
            shared.serving.cancel()
            await asyncio.wait([shared.serving])
