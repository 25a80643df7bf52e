"""A web server on this machine that answers as a test says, and knows when its client has left."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sessiond.tools.base import Ask, ToolResult, ToolScope
from sessiond.tools.web.webfetch import WebFetch
from support.tools.scope import NoConversation, run_tool, tool_scope

Respond = Callable[[str], bytes]


def response(body: bytes | str, kind: str = "text/plain", status: str = "200 OK", **headers: str) -> bytes:
    content = body if isinstance(body, bytes) else body.encode()
    lines = {"content-type": kind, "content-length": str(len(content)), "connection": "close"}
    lines |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + content


class Server:
    def __init__(self) -> None:
        self.port = 0
        self.heads: list[str] = []
        self.left = asyncio.Event()
        self.asked = asyncio.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@asynccontextmanager
async def serving(respond: Respond, *, hang: bool = False, endless: bytes = b"") -> AsyncGenerator[Server]:
    """Answers each path by `respond`; with `hang` the connection stays open until the client leaves.

    What is `endless` is sent again and again meanwhile.
    """
    server = Server()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        server.heads.append(head)
        server.asked.set()
        writer.write(respond(head.split(" ")[1]))
        if hang:
            await _until_left(reader, writer, endless)
            server.left.set()
        writer.close()

    listening = await asyncio.start_server(answer, "127.0.0.1", 0)
    server.port = listening.sockets[0].getsockname()[1]
    async with listening:
        yield server


async def _until_left(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, endless: bytes) -> None:
    with contextlib.suppress(ConnectionError):
        while endless:
            writer.write(endless)
            await writer.drain()
        await reader.read()


async def fetch(directory: Path, respond: Respond, path: str = "/", **arguments: Any) -> ToolResult:
    """One page of a server that is there for this page only."""
    async with serving(respond) as server:
        return await run_tool(WebFetch(), tool_scope(directory, environment={}), url=server.url + path, **arguments)


def asked_of(scope: ToolScope) -> list[Ask]:
    assert isinstance(scope.surroundings, NoConversation)
    return scope.surroundings.asked
