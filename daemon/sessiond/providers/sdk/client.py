"""The client of an SDK, imported and built in a thread: importing one takes up to two seconds.

Each adapter on an SDK holds one; nothing else imports an SDK.
"""

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Generic, TypeVar

from sessiond.config.errors import ConfigError
from sessiond.config.network import options, way_to
from sessiond.providers.base import ProviderError

if TYPE_CHECKING:
    from httpx2 import AsyncClient, Request, Response

Client = TypeVar("Client")
Unset = TypeVar("Unset")

MOST_CONNECTIONS = 1000


class SdkClient(Generic[Client]):
    """Built at the first `get`; whoever else asks meanwhile waits for the same one."""

    def __init__(self, build: Callable[[], Client]) -> None:
        self._build = build
        self._building: asyncio.Future[Client] | None = None

    async def get(self) -> Client:
        """Waiting may be cancelled, building goes on. Raises what the building raised, and then tries anew."""
        if self._building is None or self._has_failed(self._building):
            self._building = asyncio.ensure_future(asyncio.to_thread(self._build))
        return await asyncio.shield(self._building)

    async def built(self) -> Client | None:
        """The client if it was ever asked for, to be closed."""
        return None if self._building is None or self._has_failed(self._building) else await self._building

    @staticmethod
    def _has_failed(building: "asyncio.Future[Client]") -> bool:
        return building.done() and (building.cancelled() or building.exception() is not None)


async def prime(call: Callable[["AsyncClient"], Awaitable[None]]) -> None:
    """Lets `call` stream once from a canned answer, so that the first real call finds everything loaded."""
    import anyio  # noqa: PLC0415 - the SDK has imported it by now
    from httpx2 import AsyncClient, MockTransport, Response  # noqa: PLC0415 - likewise

    def answer(request: "Request") -> "Response":
        return Response(200, headers={"content-type": "text/event-stream"}, content=b"data: {}\n\n")

    await anyio.sleep(0)  # loads the backend that the real transport needs
    async with AsyncClient(transport=MockTransport(answer)) as http:
        await call(http)


def http_client(url: str, environment: Mapping[str, str]) -> "AsyncClient":
    """What an SDK speaks over, in place of one that it would make by the environment of this process. Blocks.

    Raises ProviderError.
    """
    from httpx2 import AsyncClient, AsyncHTTPTransport, Limits  # noqa: PLC0415 - the SDK has imported it by now

    from sessiond.providers.sdk.resending import Resending  # noqa: PLC0415 - it imports httpx2

    try:
        way = options(way_to(url, environment))
    except ConfigError as error:
        raise ProviderError("providerUnavailable", error.message) from None
    transport = AsyncHTTPTransport(
        **way,
        limits=Limits(max_connections=MOST_CONNECTIONS, max_keepalive_connections=MOST_CONNECTIONS // 10),
        socket_options=[(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)],  # a model may think for minutes
    )
    return AsyncClient(transport=Resending(transport), trust_env=False, follow_redirects=True)


def custom_headers(variable: str, environment: Mapping[str, str], omit: Unset) -> dict[str, str | Unset]:
    """Those that the client's environment names, and without those that the SDK takes from this process's."""
    return dict.fromkeys(_headers(os.environ, variable), omit) | _headers(environment, variable)


def _headers(environment: Mapping[str, str], variable: str) -> dict[str, str]:
    lines = [line.partition(":") for line in environment.get(variable, "").split("\n") if ":" in line]
    return {name.strip(): value.strip() for name, _, value in lines}
