"""The HTTP client of one connection. Whatever goes wrong is an answer to the one message, which the SDK understands.

The SDK by itself would end a connection for the sake of one message, and not say the status. Used by `http` and `sse`.
"""

import asyncio
import re
from collections.abc import Mapping
from typing import Any

import httpx2
import msgspec
from mcp.client.auth import OAuthFlowError
from mcp_types import CONNECTION_CLOSED, INTERNAL_ERROR, METHOD_NOT_FOUND

from sessiond.mcp.base import Lost, NeedsAuth, Remote, ServerFailed
from sessiond.mcp.connection.failures import network_reason, words
from sessiond.mcp.connection.life import Life
from sessiond.mcp.connection.remote.answers import error_answer, excerpt, is_json, is_json_rpc_error, read
from sessiond.mcp.connection.remote.network import network_options

TIMEOUT = httpx2.Timeout(connect=10, write=30, read=None, pool=None)
"""Calls and streams may be silent for as long as their callers wait."""
RECEIPT_SECONDS = 10.0
"""For the receipt of what is not answered, such as a notification."""
FAREWELL_SECONDS = 1.0

LIMITS = httpx2.Limits(max_connections=None, max_keepalive_connections=20, keepalive_expiry=4)
"""Each running call has a connection of its own. Many servers close idle ones after 5 s; we are to be the first."""

SESSION = "mcp-session-id"
MISUNDERSTOOD = (400, 404, 405)
"""How a server answers that speaks the other transport, as MCP has it."""
HEADER_NAME = re.compile(r"[\w!#$%&'*+.^`|~-]+", re.ASCII)
HEADER_VALUE = re.compile(r"[\t -~]*")
UNREACHABLE = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.ProxyError, httpx2.UnsupportedProtocol)


class Envelope(msgspec.Struct):
    """What tells a request from other messages."""

    id: int | str | None = None
    method: str | None = None


class Endpoint(httpx2.AsyncClient):
    def __init__(self, place: Remote, auth: httpx2.Auth | None, life: Life, *, answers_posts: bool) -> None:
        """`answers_posts`: whether the answer to a request comes with the POST that brought it. Raises ServerFailed."""
        headers, way = _sendable(place.headers), network_options(place, place.url)
        super().__init__(headers=headers, auth=auth, timeout=TIMEOUT, limits=LIMITS, **way)
        self._where = shown(place.url)
        self._life = life
        self._answers_posts = answers_posts

    async def send(self, request: httpx2.Request, *, stream: bool = False, **options: Any) -> httpx2.Response:
        """Raises nothing of the network: what fails is a response with a JSON-RPC error that tells of it."""
        try:
            async with asyncio.timeout(await self._patience(request)):
                return await self._judged(request, await super().send(request, stream=stream, **options))
        except (ServerFailed, OAuthFlowError, httpx2.TransportError, httpx2.DecodingError, TimeoutError) as error:
            return self._failed(request, error)

    async def _patience(self, request: httpx2.Request) -> float | None:
        if request.method == "DELETE":
            return FAREWELL_SECONDS
        if request.method == "POST" and not (self._answers_posts and _is_answered(await request.aread())):
            return RECEIPT_SECONDS
        return None

    async def _judged(self, request: httpx2.Request, response: httpx2.Response) -> httpx2.Response:
        """The response, read where it is not a stream. Raises ServerFailed, and what reading raises."""
        if response.is_success:
            self._life.misunderstood = False
            return await read(response) if is_json(response) else response
        if response.is_redirect:
            return response
        status = response.status_code
        self._life.misunderstood = status in MISUNDERSTOOD
        response = await read(response, refusing=False)
        if status == 401:
            raise NeedsAuth(_unauthorized(request, self._where))
        if status == 404 and SESSION in request.headers:
            raise Lost("The server has ended the session.")
        if is_json_rpc_error(response):
            return response
        told = f"The server at {self._where} answered {status} {response.reason_phrase}".strip() + excerpt(response)
        return error_answer(request, METHOD_NOT_FOUND if status == 404 else INTERNAL_ERROR, told, status)

    def _failed(self, request: httpx2.Request, error: Exception) -> httpx2.Response:
        match error:
            case NeedsAuth() | Lost():
                self._life.end(error)
                return error_answer(request, CONNECTION_CLOSED, str(error))
            case ServerFailed():
                return error_answer(request, INTERNAL_ERROR, str(error))
            case OAuthFlowError():
                return self._failed(request, NeedsAuth(f"The login for {self._where} failed: {words(error)}"))
            case TimeoutError():
                return error_answer(
                    request, INTERNAL_ERROR, f"The server at {self._where} did not confirm a message in time."
                )
            case _ if isinstance(error, UNREACHABLE):
                reason = network_reason(error)
                return self._failed(request, Lost(f"The server cannot be reached at {self._where}: {reason}."))
            case _:
                told = f"The connection to {self._where} broke off: {network_reason(error)}."
                return error_answer(request, CONNECTION_CLOSED, told)


def shown(url: str) -> str:
    """Without what may be secret in it."""
    return str(httpx2.URL(url).copy_with(userinfo=b"", query=None, fragment=None))


def _sendable(headers: Mapping[str, str]) -> dict[str, str]:
    """What cannot be sent is told without its value, which may be a secret."""
    for name, value in headers.items():
        if not HEADER_NAME.fullmatch(name) or not HEADER_VALUE.fullmatch(value.strip()):
            raise ServerFailed(f"The header {name!r} cannot be sent: it has characters that none may have.")
    return {name: value.strip() for name, value in headers.items()}


def _is_answered(message: bytes) -> bool:
    envelope = msgspec.json.decode(message, type=Envelope)
    return envelope.id is not None and envelope.method is not None


def _unauthorized(request: httpx2.Request, where: str) -> str:
    if "authorization" in request.headers:
        return f"The server at {where} does not accept the credentials that it is sent (401)."
    return f"The server at {where} wants a login (401)."
