"""How a stream closes that stands around one of the SDK's: as that one does. For `incoming.py` and `remote/pace.py`."""

from contextvars import Context
from types import TracebackType
from typing import Any, Self

from mcp.client._transport import ReadStream, WriteStream


class Wrapped:
    def __init__(self, stream: ReadStream[Any] | WriteStream[Any]) -> None:
        self._wrapped = stream

    @property
    def last_context(self) -> Context | None:
        """That of the request which the latest message belongs to, where the transport knows it."""
        return getattr(self._wrapped, "last_context", None)

    async def aclose(self) -> None:
        await self._wrapped.aclose()

    async def __aenter__(self) -> Self:
        await self._wrapped.__aenter__()
        return self

    async def __aexit__(
        self, exc_type: type[BaseException] | None, exc_val: BaseException | None, exc_tb: TracebackType | None
    ) -> bool | None:
        return await self._wrapped.__aexit__(exc_type, exc_val, exc_tb)
