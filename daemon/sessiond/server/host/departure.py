"""When an engine leaves, and how: unused for a while, asked to (once it is idle, or at once), or for a newer one.

Nothing that was read stays without its answer, and nothing more is read from the very moment on at which nobody needs
the engine: what comes then is for the next one, and `link/leaving` says so.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Protocol

from sessiond.server.host.clients import Clients
from sessiond_protocol.serving.link import Leaving, Successor

log = logging.getLogger(__name__)

FIRST_CLIENT_SECONDS = 30.0
"""How long an engine waits at least for the client that it was started for."""


class Busy(Protocol):
    """What leaving needs of the engine."""

    async def quiet(self) -> None:
        """Returns once no turn runs and none is about to begin, and at once where that is so."""
        ...

    async def finish(self) -> None:
        """Begins no turn any more; ends those that run, or waits for them, as `on_disconnect` says."""
        ...


class Departure:
    def __init__(self, engine: Busy, clients: Clients) -> None:
        self._engine = engine
        self._clients = clients
        self._successor: Successor | None = None
        self._stopped = False
        self._asked = asyncio.Event()
        self._urgent = asyncio.Event()
        self.begun = False
        """Whether nothing is read any more."""

    @property
    def wanted(self) -> bool:
        """Whether it leaves as soon as no turn runs, or is leaving."""
        return self.begun or self._asked.is_set()

    @property
    def farewell(self) -> Leaving:
        return Leaving(successor=self._successor, stopped=self._stopped and self._successor is None)

    def stop(self, *, now: bool) -> None:
        """Somebody wants no engine any more."""
        self._stopped = True
        self._asked.set()
        if now:
            self._urgent.set()

    def supersede(self, successor: Successor) -> None:
        """Another engine is to take over once this one is idle. The last word counts."""
        self._successor = successor
        self._asked.set()

    async def come(self, idle_seconds: Callable[[], Awaitable[float]] | None = None) -> None:
        """Waits until it is time; then every client's connection concludes. None: it does not leave when unused."""
        ways = [asyncio.create_task(way) for way in (self._drained(), self._at_once())]
        if idle_seconds is not None:
            ways.append(asyncio.create_task(self._unused(idle_seconds)))
        try:
            done, _ = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.wait(ways)
        for way in done:
            way.result()

    async def _unused(self, idle_seconds: Callable[[], Awaitable[float]]) -> None:
        seconds = max(FIRST_CLIENT_SECONDS, await idle_seconds())
        while await self._clients.come_within(seconds):
            await self._clients.gone()
            seconds = await idle_seconds()
            await self._engine.quiet()  # the last wait, so that a turn of a client that came meanwhile counts
        self.begin(f"nobody has needed it for {seconds:g} s")

    async def _drained(self) -> None:
        await self._asked.wait()
        await self._engine.quiet()
        while unanswered := self._clients.unanswered():
            await asyncio.wait(unanswered, return_when=asyncio.FIRST_COMPLETED)
            await self._engine.quiet()
        self.begin(f"{self._successor.version} takes over" if self._successor else "it was asked to stop")

    async def _at_once(self) -> None:
        await self._urgent.wait()
        await self._engine.finish()
        self.begin("it was told to stop")

    def begin(self, why: str) -> None:
        """Without any wait since the last look at what is to be done. Idempotent."""
        if not self.begun:
            self.begun = True
            log.info("leaves: %s", why)
            for connected in self._clients:
                connected.conclude()
