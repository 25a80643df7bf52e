"""The task that a client of the SDK belongs to, from its beginning to its end. Made by `connect.py` for one try.

What the SDK cancels when a transport fails is this task, and never who uses the connection.
"""

import asyncio
import logging
from collections.abc import Callable
from contextvars import Context
from typing import Literal, NamedTuple

from mcp import Client
from mcp.client import Transport
from mcp_types import Implementation

from sessiond import __version__
from sessiond.mcp.base import Connection, Host, Lost, ServerConfig, ServerFailed
from sessiond.mcp.connection.callbacks import Callbacks
from sessiond.mcp.connection.client import OpenConnection
from sessiond.mcp.connection.failures import opening_failure
from sessiond.mcp.connection.incoming import watched
from sessiond.mcp.connection.life import Life
from sessiond.mcp.connection.subscription import subscribed
from sessiond.uncancelled import uncancelled

log = logging.getLogger(__name__)

CLIENT = Implementation(name="sessiond", title="sessiond", version=__version__)
CLOSING_SECONDS = 4.0
"""After which what still closes is cancelled."""


class Way(NamedTuple):
    """One way of connecting to a server."""

    transport: Callable[[Life], Transport]
    mode: Literal["auto", "legacy"]
    """`auto` asks first whether the server speaks the protocol of 2026, where `legacy` begins with `initialize`."""


class Owner:
    def __init__(self, way: Way, config: ServerConfig, host: Host) -> None:
        self._way = way
        self._config = config
        self._host = host
        self._life = Life(self._ended)
        self._opened: asyncio.Future[Connection] = asyncio.get_running_loop().create_future()
        self._cancelled = False
        self._task = asyncio.create_task(self._hold(), context=Context())
        self._task.add_done_callback(self._settle)

    @property
    def misunderstood(self) -> bool:
        """Whether another way may be better."""
        return self._life.misunderstood

    async def open(self) -> Connection:
        """Raises ServerFailed; then, or when it is cancelled, nothing is left of the try."""
        try:
            await asyncio.wait({self._opened, self._task}, return_when=asyncio.FIRST_COMPLETED)
            if failure := self._life.failure:
                raise failure
            return self._opened.result()
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """Ends it, not to be cut short by a cancellation."""
        self._life.close()
        await uncancelled(self._close())

    async def _close(self) -> None:
        if not self._opened.done():
            self._cancel()
        await asyncio.wait({self._task}, timeout=CLOSING_SECONDS)
        if not self._task.done():
            self._cancel()
            await asyncio.wait({self._task})

    async def _hold(self) -> None:
        callbacks = Callbacks(self._config.name, self._host)
        client = Client(
            watched(self._way.transport(self._life), self._life, self._host),
            mode=self._way.mode,
            client_info=CLIENT,
            cache=None,  # what has changed is asked for again, whatever was said of its freshness
            list_roots_callback=callbacks.list_roots,
            elicitation_callback=callbacks.elicit,
            sampling_callback=callbacks.sample if self._config.sampling else None,
            logging_callback=callbacks.log,
            log_level="info",
            message_handler=callbacks.notice,
        )
        async with client, subscribed(client, self._host):
            self._opened.set_result(OpenConnection(client, self._life, callbacks, self._host))
            await self._life.over()

    def _ended(self, failure: ServerFailed) -> None:
        if self._opened.done():
            self._host.lost(str(failure))
        else:
            self._cancel()

    def _cancel(self) -> None:
        """Once: a second time, what the SDK does at its end would be cut short, and a process be left."""
        if not self._cancelled:
            self._cancelled = True
            self._task.cancel()

    def _settle(self, task: asyncio.Task[None]) -> None:
        error = None if task.cancelled() else task.exception()
        if error is None:
            return
        if not self._opened.done():
            self._life.end(opening_failure(error))
        elif self._life.failure is None:
            log.debug("A connection ended by itself", exc_info=error)
            self._life.end(Lost(f"The connection broke off. {opening_failure(error)}"))
