"""A server of the SSE transport of 2024 that answers as a test says, in the loop of the test."""

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from support.mcp.replies import TOOL, Json
from support.server.listening import stop_listening

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
Calling = Callable[["Streaming", Json], Awaitable[int]]
"""Takes a call of a tool, and gives the status that its POST is answered with."""


@dataclass
class Streaming:
    calling: Calling
    endpoint: str = "/messages"
    writers: list[asyncio.StreamWriter] = field(default_factory=list[asyncio.StreamWriter])
    url: str = ""

    def answer(self, message: Json, result: Json) -> None:
        self.tell(json.dumps({"jsonrpc": "2.0", "id": message["id"], "result": result}))

    def tell(self, data: str, event: str = "message") -> None:
        self.writers[-1].write(f"event: {event}\ndata: {data}\n\n".encode())

    def break_off(self) -> None:
        self.writers[-1].close()

    async def take(self, message: Json) -> int:
        match message.get("method"):
            case "initialize":
                version = message["params"]["protocolVersion"]
                info = {"name": "streaming", "version": "1"}
                self.answer(message, {"protocolVersion": version, "capabilities": {"tools": {}}, "serverInfo": info})
            case "tools/list":
                self.answer(message, {"tools": [TOOL]})
            case "tools/call":
                return await self.calling(self, message)
        return 202

    async def serve(self, reading: asyncio.StreamReader, writing: asyncio.StreamWriter) -> None:
        try:
            head = (await reading.readuntil(b"\r\n\r\n")).decode()
            if head.startswith("GET"):
                self.writers.append(writing)
                writing.write(HEAD)
                self.tell(self.endpoint, "endpoint")
                await reading.read()
            else:
                length = int(head.lower().partition("content-length:")[2].split("\r\n")[0])
                status = await self.take(json.loads(await reading.readexactly(length)))
                writing.write(f"HTTP/1.1 {status} Told\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
                await writing.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the client has gone
        finally:
            writing.close()


@asynccontextmanager
async def streaming(calling: Calling, **what: Any) -> AsyncGenerator[Streaming]:
    served = Streaming(calling, **what)
    server = await asyncio.start_server(served.serve, "127.0.0.1", 0)
    async with server:
        served.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/sse"
        yield served
        await stop_listening(server)
        for writer in served.writers:
            writer.close()
