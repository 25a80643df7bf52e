"""One connection to a server from its opening to its end, in a task of its own: who enters it must leave it.

`supervised.py` makes one at a time. It is the Host that the connection calls back, and ends the calls that run on it.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from contextvars import Context
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from sessiond.mcp.base import (
    Connect,
    Connection,
    Listing,
    Lost,
    Progress,
    Sampled,
    Sampling,
    ServerConfig,
    ServerFailed,
)
from sessiond.mcp.logs import ServerLog
from sessiond.mcp.supervision.running_call import CURRENT, RunningCall
from sessiond.tools.base import Inquiry, Surroundings
from sessiond_protocol.messages import QuestionAnswer

engine_log = logging.getLogger(__name__)
Result = TypeVar("Result")

LEAVING_SECONDS = 5.0
"""How long a connection may take to end. It is never cancelled twice: that would leave its process behind."""
SECONDS_BETWEEN_LISTINGS = 1.0
TIMES_BETWEEN_LISTINGS = 10
"""As long as the last one took, lest a server has its lists read all the time."""
MOST_SECONDS_BETWEEN_LISTINGS = 60.0
MOST_SAMPLINGS = 3
"""Answers of a model that a server may wait for at the same time: the user pays for them."""


async def paused(until: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await until.wait()


class Means(NamedTuple):
    """What all connections of a pool are made with."""

    connect: Callable[[], Awaitable[Connect]]
    sampler: Callable[[Sampling], Awaitable[Sampled]]
    now: Callable[[], float] = time.time
    """Seconds since the epoch."""
    pause: Callable[[asyncio.Event, float], Awaitable[None]] = paused
    """Waits for so many seconds, or for the event."""


class Link:
    def __init__(
        self,
        config: ServerConfig,
        root: str,
        means: Means,
        server_log: ServerLog,
        login_wanted: Callable[[str | None], None],
    ) -> None:
        self._config = config
        self._root = root
        self._means = means
        self._log = server_log
        self._login_wanted = login_wanted
        self._calls: list[RunningCall] = []
        self._waits_for_login = False
        self._left: set[asyncio.Task[Any]] = set()
        self._samplings = 0
        self._changed = asyncio.Event()
        self._leave = asyncio.Event()
        loop = asyncio.get_running_loop()
        self.listing = Listing()
        """What it offered last: the same object until that is something else."""
        self.opened: asyncio.Future[Connection] = loop.create_future()
        """Done once the server has said what it offers."""
        self.over: asyncio.Future[ServerFailed] = loop.create_future()
        """Why the connection is good for nothing any more."""
        # In a context of its own: what is opened for one call outlives it.
        self._task = loop.create_task(self._hold(), context=Context())
        self._task.add_done_callback(self._has_ended)

    async def _hold(self) -> None:
        connect = await self._means.connect()
        async with connect(self._config, self) as connection:
            self.listing = await connection.listing()
            self.opened.set_result(connection)
            async with asyncio.TaskGroup() as group:
                renewing = group.create_task(self._renew_listing(connection))
                await self._leave.wait()
                renewing.cancel()

    async def _renew_listing(self, connection: Connection) -> None:
        while True:
            await self._changed.wait()
            self._changed.clear()
            began = asyncio.get_running_loop().time()
            try:
                async with asyncio.timeout(self._config.start_timeout):
                    listing = await connection.listing()
            except (ServerFailed, TimeoutError) as error:
                self.log(f"What it offers has changed and cannot be had: {str(error) or 'it does not answer.'}")
            else:
                if listing != self.listing:
                    self.listing = listing
            took = asyncio.get_running_loop().time() - began
            await self._means.pause(self._leave, between_listings(took))

    def _has_ended(self, task: asyncio.Task[None]) -> None:
        failure = None if task.cancelled() else task.exception()
        if not isinstance(failure, ServerFailed | None):
            engine_log.error("The connection to the MCP server %r failed", self._config.name, exc_info=failure)
            failure = Lost(f"The connection failed by a defect ({type(failure).__name__}); the engine's log has it.")
        self.end(failure or Lost("The connection was closed."))

    def end(self, failure: ServerFailed) -> None:
        """The connection is of no use any more: its calls fail at once. `close` is still to be called."""
        if not self.over.done():
            self.over.set_result(failure)
        for call in self._calls:
            call.fail(self.over.result())

    async def close(self) -> None:
        """Ends the server; what does not end within some seconds is left to itself, and the log says so."""
        self.end(Lost("The server was stopped."))
        if self.opened.done():
            self._leave.set()
        elif not self._task.cancelling():
            self._task.cancel()
        _, unfinished = await asyncio.wait({self._task, *self._left}, timeout=LEAVING_SECONDS)
        if self._task in unfinished:
            self.log(f"The connection did not end within {LEAVING_SECONDS:g} s.")
            self._task.add_done_callback(lambda _: self.log("The connection has ended at last."))

    async def request(
        self,
        what: str,
        made: Callable[[Connection, Progress], Coroutine[Any, Any, Result]],
        *,
        seconds: float,
        progress: Progress | None = None,
        surroundings: Surroundings | None = None,
    ) -> Result:
        """`made(connection, progress)`. Raises ServerFailed when nothing is heard of it for so many seconds."""
        late = ServerFailed(f"{what} was cancelled: there was no answer and no progress for {seconds:g} s.")
        call = RunningCall(late, seconds, progress or _unheard, surroundings)
        self._calls.append(call)
        if self._waits_for_login:
            call.pause()
        if self.over.done():
            call.fail(self.over.result())
        try:
            return await call.outcome(made(self.opened.result(), call.progress))
        except ServerFailed as failure:
            raise type(failure)(f"MCP server {self._config.name}: {failure}") from None
        finally:
            self._calls.remove(call)
            self._left |= call.left

    def _asking(self) -> RunningCall | None:
        """The call that what the server asks belongs to: where it does not say, the newest that can ask the user."""
        current = CURRENT.get()
        if current in self._calls:
            return current
        return next((call for call in reversed(self._calls) if call.surroundings is not None), None)

    def roots(self) -> Sequence[str]:
        return (Path(self._root).as_uri(),)

    def changed(self) -> None:
        self._changed.set()

    def log(self, text: str) -> None:
        self._log.write(text)

    def lost(self, reason: str) -> None:
        self.end(Lost(reason))

    def wants_login(self, url: str | None) -> None:
        """It may want one for more rights while calls run; they wait for the user then."""
        if self.over.done():
            return
        waits = url is not None
        if waits != self._waits_for_login:
            self._waits_for_login = waits
            for call in self._calls:
                call.pause() if waits else call.resume()
        self._login_wanted(url)

    async def inquire(self, inquiry: Inquiry) -> QuestionAnswer:
        call = self._asking()
        return QuestionAnswer("cancel") if call is None else await call.ask(inquiry)

    async def sample(self, sampling: Sampling) -> Sampled:
        if not self._config.sampling:
            raise ServerFailed(
                f"The settings do not let the MCP server {self._config.name} ask a model: `sampling = true` would."
            )
        if self._samplings >= MOST_SAMPLINGS:
            raise ServerFailed(f"No more than {MOST_SAMPLINGS} answers of a model can be waited for at a time.")
        call = self._asking()
        self._samplings += 1
        if call is not None:
            call.pause()
        try:
            return await self._means.sampler(sampling)
        finally:
            self._samplings -= 1
            if call is not None:
                call.resume()


def between_listings(took: float) -> float:
    """Seconds to wait before the next one."""
    return min(max(SECONDS_BETWEEN_LISTINGS, TIMES_BETWEEN_LISTINGS * took), MOST_SECONDS_BETWEEN_LISTINGS)


def _unheard(text: str | None, done: float | None, total: float | None) -> None:
    """Progress of what nobody watches."""
