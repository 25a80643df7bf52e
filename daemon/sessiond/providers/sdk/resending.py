"""Sends a request again whose connection, kept open since an earlier one, the server has closed at that moment.

The SDKs' clients speak over it (`client.py`). Servers close what is idle, local ones after five seconds, and a request
can cross with that: it is no failure of the model, and nobody should wait or read of it.
"""

from typing import Any

from httpx2 import AsyncBaseTransport, ReadError, RemoteProtocolError, Request, Response, WriteError


class Resending(AsyncBaseTransport):
    """Over another transport, whose requests can be read twice: those of the SDKs are bytes."""

    def __init__(self, connections: AsyncBaseTransport) -> None:
        self._connections = connections

    async def handle_async_request(self, request: Request) -> Response:
        """Ends: a connection that fails is kept no longer, and what fails on a new one is raised."""
        while True:
            connecting = _Connecting()
            request.extensions["trace"] = connecting
            try:
                return await self._connections.handle_async_request(request)
            except (ReadError, RemoteProtocolError, WriteError):
                if connecting.is_new:
                    raise

    async def aclose(self) -> None:
        await self._connections.aclose()


class _Connecting:
    """Hears of a request whether a connection was made for it."""

    def __init__(self) -> None:
        self.is_new = False

    async def __call__(self, event: str, info: dict[str, Any]) -> None:
        self.is_new = self.is_new or ".connect_tcp." in event
