"""A real MCP server that wants a login, at `AuthorizationServer`, each on a port of its own in a thread of the test."""

import asyncio
import json
import socket
import threading
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from typing import Any, NamedTuple

import uvicorn
from mcp.server.auth.settings import AuthSettings
from mcp.server.mcpserver import MCPServer
from pydantic import AnyHttpUrl
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from support.mcp.oauth.authorization_server import AuthorizationServer

STOP_SECONDS = 10


class Protected(NamedTuple):
    url: str
    authority: AuthorizationServer
    released: asyncio.Event
    """What the tool `wait` waits for, in the server's loop."""
    loop: asyncio.AbstractEventLoop

    def release(self) -> None:
        self.loop.call_soon_threadsafe(self.released.set)


@contextmanager
def protected_server() -> Generator[Protected]:
    """Has the tools `hello`, `wait`, and `change`, which takes a token with the scope `write`."""
    with ExitStack() as stack:
        gate, door = stack.enter_context(_socket()), stack.enter_context(_socket())
        authority = AuthorizationServer(f"http://127.0.0.1:{gate.getsockname()[1]}/")
        url = f"http://127.0.0.1:{door.getsockname()[1]}/mcp"
        released = asyncio.Event()
        app = _server(url, authority, released).streamable_http_app(json_response=True)
        stack.enter_context(_serving(authority.app(), gate))
        loop = stack.enter_context(_serving(WantsMore(app, authority), door))
        stack.callback(lambda: loop.call_soon_threadsafe(released.set))
        yield Protected(url, authority, released, loop)


def _server(url: str, authority: AuthorizationServer, released: asyncio.Event) -> MCPServer[Any]:
    settings = AuthSettings(
        issuer_url=AnyHttpUrl(authority.issuer),
        resource_server_url=AnyHttpUrl(url),
        required_scopes=["read"],
        validate_token_resource=True,
    )
    server = MCPServer("protected", auth=settings, token_verifier=Verifier(authority), log_level="CRITICAL")

    @server.tool()
    def hello() -> str:
        return "hello"

    @server.tool()
    async def wait() -> str:
        await released.wait()
        return "waited"

    @server.tool()
    def change() -> str:
        return "changed"

    return server


class Verifier:
    def __init__(self, authority: AuthorizationServer) -> None:
        self.verify_token = authority.load_access_token


class WantsMore:
    """Answers a call of `change` with 403 while its token may only read."""

    def __init__(self, app: ASGIApp, authority: AuthorizationServer) -> None:
        self._app = app
        self._authority = authority

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        body = await request.body()
        token = self._authority.access.get(request.headers.get("authorization", "").removeprefix("Bearer "))
        changes = json.loads(body).get("params", {}).get("name") == "change"
        if changes and token is not None and "write" not in token.scopes:
            await self._refuse(send)
            return

        async def again() -> Any:
            return {"type": "http.request", "body": body, "more_body": False} if unread.pop() else await receive()

        unread = [False, True]
        await self._app(scope, again, send)

    async def _refuse(self, send: Send) -> None:
        wanted = b'Bearer error="insufficient_scope", scope="write"'
        await send({"type": "http.response.start", "status": 403, "headers": [(b"www-authenticate", wanted)]})
        await send({"type": "http.response.body", "body": b""})


@contextmanager
def _socket() -> Generator[socket.socket]:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        yield listening


@contextmanager
def _serving(app: ASGIApp, listening: socket.socket) -> Generator[asyncio.AbstractEventLoop]:
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", timeout_graceful_shutdown=1))
    started: list[asyncio.AbstractEventLoop] = []
    ready = threading.Event()

    async def serve() -> None:
        started.append(asyncio.get_running_loop())
        ready.set()
        await server.serve(sockets=[listening])

    listening.listen()  # from here on who connects waits, and need not be kept from coming too early
    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    try:
        assert ready.wait(STOP_SECONDS)
        yield started[0]
    finally:
        server.should_exit = True
        thread.join(STOP_SECONDS)
