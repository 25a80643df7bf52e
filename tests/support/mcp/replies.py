"""An HTTP server that answers as a test says, for what no real MCP server does. In the loop of the test."""

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

from support.server.listening import stop_listening

Json = dict[str, Any]


class Request(NamedTuple):
    method: str
    path: str
    headers: dict[str, str]
    """By names in lower case."""
    message: Json
    """The JSON-RPC message; empty where there is none."""


class Reply(NamedTuple):
    status: int = 202
    body: bytes = b""
    headers: dict[str, str] = {}  # noqa: RUF012  a tuple's default is not changed
    breaks_off: bool = False
    """The connection ends before the body does."""


Answering = Callable[[Request], Awaitable[Reply]]
TOOL = {"name": "tool", "inputSchema": {"type": "object"}}


@asynccontextmanager
async def replying(answering: Answering) -> AsyncGenerator[str]:
    """The URL; every connection takes one request."""

    async def serve(reading: asyncio.StreamReader, writing: asyncio.StreamWriter) -> None:
        try:
            reply = await answering(await _request(reading))
            length = len(reply.body) + (1 if reply.breaks_off else 0)
            headers = {**reply.headers, "Connection": "close", "Content-Length": str(length)}
            head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
            writing.write(f"HTTP/1.1 {reply.status} Told\r\n{head}\r\n".encode() + reply.body)
            await writing.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the client has gone
        finally:
            writing.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/mcp"
        await stop_listening(server)


async def _request(reading: asyncio.StreamReader) -> Request:
    first, *lines = (await reading.readuntil(b"\r\n\r\n")).decode().split("\r\n")[:-2]
    method, path, _ = first.split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    body = await reading.readexactly(int(headers.get("content-length", 0)))
    return Request(method, path, headers, json.loads(body) if body else {})


def answer(request: Request, result: Json, headers: dict[str, str] | None = None) -> Reply:
    message = {"jsonrpc": "2.0", "id": request.message["id"], "result": result}
    kind = {"Content-Type": "application/json"}
    return Reply(200, json.dumps(message).encode(), kind | (headers or {}))


def error(request: Request, code: int, message: str, data: Any = None) -> Reply:
    told = {"code": code, "message": message} | ({} if data is None else {"data": data})
    body = {"jsonrpc": "2.0", "id": request.message["id"], "error": told}
    return Reply(200, json.dumps(body).encode(), {"Content-Type": "application/json"})


def initialized(request: Request, session: str | None = None) -> Reply:
    """As a server of 2025 answers `initialize`."""
    result = {
        "protocolVersion": request.message["params"]["protocolVersion"],
        "capabilities": {"tools": {}},
        "serverInfo": {"name": "replying", "version": "1"},
    }
    return answer(request, result, {"Mcp-Session-Id": session} if session else None)


def legacy(replies: dict[str, Callable[[Request], Reply]], session: str | None = None) -> Answering:
    """A server of 2025 with one tool that answers these methods; others it does not know, notifications it takes."""

    async def answering(request: Request) -> Reply:
        if request.method != "POST":
            return Reply(405)
        method = request.message.get("method", "")
        if method in replies:
            return replies[method](request)
        if method == "initialize":
            return initialized(request, session)
        if method == "tools/list":
            return answer(request, {"tools": [TOOL]})
        return error(request, -32601, "Method not found") if "id" in request.message else Reply()

    return answering
