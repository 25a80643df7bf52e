"""The composition root: the only place that names every concrete class.

`create_engine` is called by the engine in the background, by `sessiond serve --standalone`, and by commands.
"""

import asyncio
import gc
import logging
import os
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from sessiond.config.brought import Brought
from sessiond.config.paths import data_directory
from sessiond.config.privacy.child_environment import secret_values
from sessiond.guest import Guest
from sessiond.log import hide, keep_log
from sessiond.parts import shared_in
from sessiond.projects import Projects
from sessiond.session.keeper import Keeper
from sessiond.session.manager import SessionManager
from sessiond.storage.sqlite import SqliteStore, open_store
from sessiond_protocol.errors import RpcError

log = logging.getLogger(__name__)

UPKEEP_SECONDS = 24 * 3600.0
"""An engine may live for weeks: what is old is looked for once a day."""


def create_engine(environment: Mapping[str, str] = os.environ, directory: str | None = None) -> "Engine":
    """An engine with nothing opened yet. `directory`: where its own client is, and sessions are made by default."""
    keep_log(data_directory(environment))
    return Engine(environment, directory or os.getcwd())


class Engine:
    """Fits `server.engine.Engine`. Settings, providers and storage come with the first call that needs them."""

    def __init__(self, environment: Mapping[str, str], directory: str) -> None:
        self._data = data_directory(environment)
        self._shared = shared_in(self._data)
        self._projects = Projects(self._shared, busy=self._busy)
        self._store: SqliteStore | None = None
        self.keeper: Keeper | None = None
        self._storage = "closed"
        self._opening = asyncio.Lock()
        self._upkeep: asyncio.Task[None] | None = None
        self.own = self.guest(Brought(directory, environment))
        """The engine's own client: commands of this process, and prompts whose client is not known any more."""

    def guest(self, brought: Brought) -> Guest:
        hide(secret_values(brought.environment))
        environment = {**brought.environment, "SESSIOND_DATA_DIR": str(self._data)}
        known = Brought(brought.directory, environment, brought.settings)
        return Guest(known, self._projects, self._opened, self._warmed)

    async def sessions(self) -> SessionManager:
        """Those of the engine's own client."""
        return await self.own.sessions()

    def facts(self) -> dict[str, Any]:
        return {
            "sessions": len(self.keeper.library) if self.keeper else 0,
            "turns": len(self.keeper.turns) if self.keeper else 0,
            "data_directory": str(self._data),
            "storage": self._storage,
        }

    async def quiet(self) -> None:
        if self.keeper is not None:
            await self.keeper.quiet()

    async def finish(self) -> None:
        if self.keeper is not None:
            await self.keeper.close(abort=await self._aborts())

    async def close(self) -> None:
        if self._upkeep is not None:
            self._upkeep.cancel()
            await asyncio.wait([self._upkeep])
        await self.finish()
        await self._projects.close()
        if self._store is not None:
            await self._store.close()

    async def _aborts(self) -> bool:
        try:
            return (await self.own.parts()).settings.on_disconnect == "abort"
        except RpcError:
            return True

    async def _opened(self) -> Keeper:
        """The keeper of sessions; opens the storage at the first call. Raises RpcError `storageFailed`."""
        async with self._opening:
            if self.keeper is None:
                self.keeper = await self._open()
            return self.keeper

    async def _open(self) -> Keeper:
        if self._store is None:
            try:
                self._store = await open_store(self._data)
            except Exception as error:
                self._storage = str(error)
                raise
            self._storage = "open"
        shared, environment = self._shared, self.own.brought.environment
        keeper = Keeper(self._store, shared.saved, shared.contents, self.own, environment)
        await keeper.recover()
        return keeper

    def _busy(self) -> set[str]:
        return self.keeper.turns.roots if self.keeper else set()

    def _warmed(self) -> None:
        """A client's settings and models are there: what can wait for that is done, once a day from now on."""
        if self._upkeep is None:
            self._upkeep = asyncio.create_task(self._keep_up(), name="upkeep")
            # What stands now stands until the end: a collector that walks it again and again stops a stream for 60 ms.
            gc.freeze()

    async def _keep_up(self) -> None:
        while True:
            with suppress(RpcError):
                await self.expire()
            await asyncio.sleep(UPKEEP_SECONDS)

    async def expire(self) -> None:
        """What is old goes, as the settings say. Raises RpcError for settings that are wrong."""
        retention = (await self.own.parts()).settings.retention
        await asyncio.to_thread(self._shared.outputs.expire, retention.blobs_days)
        await asyncio.to_thread(self._shared.contents.expire, retention.blobs_days)
        if (days := retention.archived_days) is not None:
            old = (await self._opened()).old
            await old.remove(await old.find(days, archived=True))
