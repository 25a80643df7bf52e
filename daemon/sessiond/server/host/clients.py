"""Who is connected to the engine now. Filled by connections as they begin and end; read by status and departure."""

import asyncio
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Protocol

from sessiond_protocol.serving.lifecycle import ClientStatus


class Connected(Protocol):
    """What `connection.Connection` is to the others."""

    def status(self) -> ClientStatus: ...

    def unanswered(self) -> "list[asyncio.Future[None]]":
        """Of each request that has no answer yet, save those that last as long as a turn: done when that changes."""
        ...

    def say(self, text: str) -> None:
        """Puts a line into the log that the client shows to people."""
        ...

    def conclude(self) -> None:
        """Reads nothing more from now on, answers what was read, and ends in good order. Idempotent."""
        ...


class Clients:
    def __init__(self) -> None:
        self._present: dict[Connected, None] = {}
        self._came = asyncio.Event()
        self._gone = asyncio.Event()
        self._gone.set()

    def __iter__(self) -> Iterator[Connected]:
        """In the order in which they came."""
        return iter(list(self._present))

    def __len__(self) -> int:
        return len(self._present)

    @contextmanager
    def present(self, connected: Connected) -> Generator[None]:
        self._present[connected] = None
        self._came.set()
        self._gone.clear()
        try:
            yield
        finally:
            del self._present[connected]
            if not self._present:
                self._gone.set()

    async def gone(self) -> None:
        """Waits until nobody is connected. Somebody may be again when the waiter runs."""
        await self._gone.wait()

    async def come_within(self, seconds: float) -> bool:
        """Whether somebody is here, or comes in that time, even if only to leave again."""
        if self._present:
            return True
        self._came.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._came.wait()
        return self._came.is_set()

    def unanswered(self) -> "set[asyncio.Future[Any]]":
        """Of all of them; see `Connected.unanswered`."""
        return {answer for connected in self._present for answer in connected.unanswered()}
