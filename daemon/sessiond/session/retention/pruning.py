"""Makes a data directory small: old sessions, outputs, contents and logs go, and the database gives its room back.

Made by `guest.py` for `sessions/prune`. What would be done can be seen before.
"""

import asyncio
from pathlib import Path
from typing import NamedTuple

from sessiond.session.retention.old_sessions import OldSessions
from sessiond.storage.base import Store
from sessiond.storage.directory.sizes import old_files, remove_files, sizes_of
from sessiond.tools.outputs import Outputs
from sessiond_protocol.keeping.pruning import PruneParams, PruneResult
from sessiond_protocol.messages import Session

ARCHIVED_DAYS = 30.0
"""For archived sessions alone, where neither the client nor the settings say."""
LOG_DAYS = 30.0
"""Logs of MCP servers that were not written for longer go; the engine's own log is bounded by itself."""


class Pruning(NamedTuple):
    store: Store
    sessions: OldSessions
    outputs: Outputs
    directory: Path
    """The data directory."""
    blobs_days: float
    archived_days: float | None

    async def prune(self, params: PruneParams) -> PruneResult:
        """With `dry_run` the sizes are those of now. Raises StorageFailed."""
        before = await asyncio.to_thread(sizes_of, self.directory)
        old = await self._sessions(params)
        if params.dry_run:
            files = await asyncio.to_thread(lambda: len(self._files()))
            return PruneResult(sessions=old, files=files, before=before, after=before)
        removed = await self.sessions.remove(old)
        files = await asyncio.to_thread(lambda: remove_files(self._files()))
        await self.store.shrink()
        after = await asyncio.to_thread(sizes_of, self.directory)
        return PruneResult(sessions=removed, files=files, before=before, after=after)

    async def _sessions(self, params: PruneParams) -> list[Session]:
        if params.days is not None:
            return await self.sessions.find(params.days, archived=params.archived)
        days = self.archived_days
        if days is None and params.archived:
            days = ARCHIVED_DAYS
        return [] if days is None else await self.sessions.find(days, archived=True)

    def _files(self) -> list[Path]:
        blobs = [self.outputs.directory, *(self.directory / "contents").glob("*")]
        old = [file for folder in blobs for file in old_files(folder, self.blobs_days)]
        return [*old, *old_files(self.directory / "log" / "mcp", LOG_DAYS)]
