"""What we say to a server: fits the SDK's WriteStream, and lets nobody wait for a server that does not read."""

from types import TracebackType
from typing import Self

import anyio
from mcp.shared.message import SessionMessage
from mcp_types import JSONRPCRequest

from sessiond.mcp.connection.child.messages import Exchange
from sessiond.mcp.connection.child.pipes import Writer

ENOUGH_BYTES = 1024 * 1024
"""When as much waits to be read by the server, further requests wait until it has read."""
MOST_BYTES = 8 * ENOUGH_BYTES
"""When as much waits, answers and notifications are dropped: a call that is given up has to be quick about it."""


class Outgoing:
    def __init__(self, writer: Writer, exchange: Exchange) -> None:
        self._writer = writer
        self._exchange = exchange
        self._closed = False

    async def send(self, item: SessionMessage, /) -> None:
        """Raises BrokenResourceError once the connection is over, ClosedResourceError after `aclose`."""
        asks = isinstance(item.message, JSONRPCRequest)
        while asks and self._writer.size > ENOUGH_BYTES and not self._over:
            await self._writer.moved()
        if self._closed:
            raise anyio.ClosedResourceError
        if self._over:
            raise anyio.BrokenResourceError
        if asks or self._writer.size <= MOST_BYTES:
            self._writer.write(self._exchange.written(item.message))

    async def aclose(self) -> None:
        self._closed = True

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, exc_type: type[BaseException] | None, exc_val: BaseException | None, exc_tb: TracebackType | None
    ) -> None:
        await self.aclose()

    @property
    def _over(self) -> bool:
        return self._writer.closed or self._writer.broken.done()
