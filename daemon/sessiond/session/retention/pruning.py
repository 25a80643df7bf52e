"""Makes a data directory small: old sessions, outputs, contents and logs go, and the database gives its room back.

Used by `sessiond sessions prune`. What would be done can be seen before.
"""

import asyncio
from pathlib import Path
from typing import NamedTuple

from sessiond.session.retention.old_sessions import OldSessions
from sessiond.storage.base import Store
from sessiond.storage.directory.sizes import Sizes, old_files, remove_files, sizes_of
from sessiond.tools.outputs import Outputs
from sessiond_protocol.messages import Session

LOG_DAYS = 30.0
"""Logs of MCP servers that were not written for longer go; the engine's own log is bounded by itself."""


class Pruned(NamedTuple):
    sessions: list[Session]
    files: int
    before: Sizes
    after: Sizes


class Pruning(NamedTuple):
    store: Store
    sessions: OldSessions
    outputs: Outputs
    directory: Path
    """The data directory."""
    blobs_days: float
    archived_days: float | None

    async def look(self, days: float | None, *, archived: bool) -> Pruned:
        """What `prune` would do; the sizes are those of now."""
        sizes, files = await asyncio.to_thread(lambda: (sizes_of(self.directory), len(self._files())))
        return Pruned(await self._sessions(days, archived=archived), files, sizes, sizes)

    async def prune(self, days: float | None, *, archived: bool) -> Pruned:
        """`days`: None for what the settings say, which is archived sessions only. Raises StorageFailed."""
        before = await asyncio.to_thread(sizes_of, self.directory)
        removed = await self.sessions.remove(await self._sessions(days, archived=archived))
        files = await asyncio.to_thread(lambda: remove_files(self._files()))
        await self.store.shrink()
        return Pruned(removed, files, before, await asyncio.to_thread(sizes_of, self.directory))

    async def _sessions(self, days: float | None, *, archived: bool) -> list[Session]:
        if days is not None:
            return await self.sessions.find(days, archived=archived)
        return [] if self.archived_days is None else await self.sessions.find(self.archived_days, archived=True)

    def _files(self) -> list[Path]:
        blobs = [self.outputs.directory, *(self.directory / "contents").glob("*")]
        old = [file for folder in blobs for file in old_files(folder, self.blobs_days)]
        return [*old, *old_files(self.directory / "log" / "mcp", LOG_DAYS)]
