"""The client of an SDK, imported and built in a thread: importing one takes up to two seconds.

Each adapter on an SDK holds one; nothing else imports an SDK.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from httpx2 import AsyncClient, Request, Response

Client = TypeVar("Client")


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
