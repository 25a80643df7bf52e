"""An open connection to one server: the SDK's client as `base.Connection`. Made by `owner.py`, which has the client.

Every failure is a ServerFailed, and a connection that is over fails everything at once with the reason.
"""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import mcp_types as mcp
from mcp import Client, MCPError
from mcp.shared.dispatcher import ProgressFnT
from mcp_types.version import MODERN_PROTOCOL_VERSIONS
from pydantic import ValidationError

from sessiond.mcp.base import (
    CallResult,
    Content,
    Host,
    Identity,
    Listing,
    Lost,
    Progress,
    PromptMessage,
    ServerFailed,
)
from sessiond.mcp.connection.callbacks import Callbacks
from sessiond.mcp.connection.failures import cause_of, clipped, failure_of
from sessiond.mcp.connection.life import Life
from sessiond.mcp.connection.listing import listed
from sessiond.mcp.connection.translation.from_mcp import (
    from_call_result,
    from_prompt_messages,
    from_resource_contents,
    from_server,
)

SIGN_OF_LIFE_SECONDS = 5
"""How long a server may take to show that it is there after it broke off an answer."""
MOST_ADDRESSES = 3
"""To be opened by the user before one call."""


class OpenConnection:
    def __init__(self, client: Client, life: Life, callbacks: Callbacks, host: Host) -> None:
        self._client = client
        self._life = life
        self._callbacks = callbacks
        self._host = host
        self._identity = from_server(client.server_info, client.protocol_version, client.instructions)

    @property
    def identity(self) -> Identity:
        return self._identity

    async def listing(self) -> Listing:
        async with self._failing():
            return await listed(self._client, self._host.log)

    async def call(self, tool: str, arguments: dict[str, Any], progress: Progress) -> CallResult:
        async def once() -> CallResult:
            heard = _forwarding(progress)
            return from_call_result(await self._client.call_tool(tool, arguments, progress_callback=heard))

        async with self._failing():
            try:
                return await once()
            except MCPError as error:
                if error.code != mcp.URL_ELICITATION_REQUIRED:
                    raise
                await self._have_opened(error)
                return await once()

    async def prompt(self, name: str, arguments: Mapping[str, str]) -> tuple[PromptMessage, ...]:
        async with self._failing():
            return from_prompt_messages((await self._client.get_prompt(name, dict(arguments))).messages)

    async def read(self, uri: str) -> tuple[Content, ...]:
        async with self._failing():
            return tuple(map(from_resource_contents, (await self._client.read_resource(uri)).contents))

    async def _have_opened(self, error: MCPError) -> None:
        """Asks the user to open what the server wants opened before it does anything. Raises ServerFailed."""
        try:
            wanted = mcp.ElicitationRequiredErrorData.model_validate(error.data).elicitations
        except ValidationError:
            raise error from None
        for each in wanted[:MOST_ADDRESSES]:
            answer = await self._callbacks.ask_to_open(each.url, each.message)
            if isinstance(answer, mcp.ErrorData) or answer.action != "accept":
                raise ServerFailed(f"The server wants the user to open {clipped(each.url)} first, which was not done.")

    @asynccontextmanager
    async def _failing(self) -> AsyncGenerator[None]:
        if failure := self._life.failure:
            raise failure
        try:
            yield
        except Exception as error:
            raise await self._failure(error) from error

    async def _failure(self, error: Exception) -> ServerFailed:
        cause = cause_of(error)
        if self._life.failure is None and isinstance(cause, MCPError) and cause.code == mcp.CONNECTION_CLOSED:
            await self._look_for_life()
        return self._life.failure or failure_of(cause)

    async def _look_for_life(self) -> None:
        """A stream that broke off may have been one answer's, or the sign that the server is gone."""
        session = self._client.session
        modern = self._client.protocol_version in MODERN_PROTOCOL_VERSIONS
        try:
            async with asyncio.timeout(SIGN_OF_LIFE_SECONDS):
                await (session.send_discover(self._client.protocol_version) if modern else session.send_ping())
        except TimeoutError:
            self._life.end(Lost("The server broke off an answer and says nothing any more."))
        except MCPError as error:
            if error.code == mcp.CONNECTION_CLOSED:
                self._life.end(Lost("The server closed the connection."))
        except ValidationError:
            pass  # odd, but alive


def _forwarding(tell: Progress) -> ProgressFnT:
    async def forward(progress: float, total: float | None, message: str | None) -> None:
        tell(message, progress, total)

    return forward
