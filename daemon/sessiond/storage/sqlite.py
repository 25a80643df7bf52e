"""The store: SQLite for what is recorded, plain files for what is still being said.

Opened by the composition root with `open_store`, used by the session room through `base.Store`. Writes
run on one thread and reads on another; nothing here blocks the event loop.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TypeAlias, TypeVar

from sessiond.storage import event_log, permissions, session_rows
from sessiond.storage.base import Row, SavedPermission, SessionPage
from sessiond.storage.drafts import DraftFile
from sessiond.storage.failures import REFUSALS, closed, out_of_step, storage_failed
from sessiond.storage.opening import Opened, open_directory
from sessiond.storage.writer import Writer
from sessiond_protocol.events import DurableEvent
from sessiond_protocol.messages import Session

Result = TypeVar("Result")
Rows: TypeAlias = dict[str, Row]
"""What a write has done to rows, by session: the same however often it had to be done."""


async def open_store(directory: Path) -> "SqliteStore":
    """Makes the directory if need be, takes its lock, opens and migrates its database.

    Raises StorageFailed when another engine holds the directory (with `owner`), and for one that is
    read-only, full, damaged, not permitted, no directory, on a network, or of a newer sessiond.
    """
    return SqliteStore(await asyncio.to_thread(open_directory, directory))


class SqliteStore:
    """Fits `base.Store`. Belongs to the event loop it is opened on."""

    def __init__(self, opened: Opened) -> None:
        self.on_row: Callable[[Row], None] = lambda row: None
        self._directory = opened.directory
        self._lock = opened.lock
        self._writer = Writer(opened.writing, opened.directory, opened.database)
        self._reading = opened.reading
        self._closed = False
        self._reader = ThreadPoolExecutor(1, thread_name_prefix="sessiond-reader")

    def append(
        self, session: Session, events: Sequence[DurableEvent], *, sync: bool = False
    ) -> "asyncio.Future[list[bytes]]":
        rows: Rows = {}
        return self._writer.submit(
            lambda connection: self._append(connection, session, events, rows),
            sync=sync,
            committed=partial(self._tell, rows),
        )

    async def bring(self, logs: Sequence[tuple[Session, Sequence[DurableEvent]]]) -> None:
        rows: Rows = {}

        def work(connection: sqlite3.Connection) -> None:
            for session, events in logs:
                self._append(connection, session, events, rows)

        await self._writer.submit(work, sync=True, committed=partial(self._tell, rows))

    def _append(
        self, connection: sqlite3.Connection, session: Session, events: Sequence[DurableEvent], rows: Rows
    ) -> list[bytes]:
        key, last, changed = session_rows.save(connection, session)
        if changed is not None:
            rows[session.id] = Row(session.id, session.directory, changed)
        try:
            return event_log.append(connection, key, last, events)
        except event_log.OutOfStep as error:
            raise out_of_step(session.id, error.seq, error.last, self._directory) from error

    def _tell(self, rows: Rows) -> None:
        for row in rows.values():
            self.on_row(row)

    async def events(self, session_id: str, after: int = 0) -> list[DurableEvent]:
        def work(connection: sqlite3.Connection) -> list[DurableEvent]:
            found = session_rows.find(connection, session_id)
            if found is None:
                return []
            key, session = found
            return event_log.read_events(connection, key, after, session.created_at)

        return await self._read(work)

    async def encoded_events(self, session_id: str, after: int, max_bytes: int) -> list[bytes] | None:
        def work(connection: sqlite3.Connection) -> list[bytes] | None:
            found = session_rows.find(connection, session_id)
            if found is None:
                return []
            key, session = found
            encoded, size = list[bytes](), 0
            for _, jsons in event_log.read(connection, key, after, session.created_at):
                encoded += jsons
                size += sum(map(len, jsons))
                if size > max_bytes:
                    return None
            return encoded

        return await self._read(work)

    async def session(self, session_id: str) -> Session | None:
        found = await self._read(lambda connection: session_rows.find(connection, session_id))
        return found[1] if found else None

    async def sessions(
        self,
        *,
        directory: str | None = None,
        search: str | None = None,
        parent_id: str | None = None,
        archived: bool = False,
        limit: int = 50,
        cursor: str | None = None,
    ) -> SessionPage:
        return await self._read(
            lambda connection: session_rows.page(
                connection,
                directory=directory,
                query=search,
                parent_id=parent_id,
                archived=archived,
                limit=limit,
                cursor=cursor,
            )
        )

    async def running(self) -> list[Session]:
        return await self._read(session_rows.running)

    async def delete(self, session_id: str) -> None:
        rows: Rows = {}

        def work(connection: sqlite3.Connection) -> None:
            rows[session_id] = Row(session_id, None, None)
            if found := session_rows.find(connection, session_id):
                key, session = found
                session_rows.remove(connection, key, session.title)
                event_log.remove(connection, key)
                rows[session_id] = Row(session_id, session.directory, None)
            connection.execute("DELETE FROM idempotency_keys WHERE value = ?", (session_id,))

        await self._writer.submit(work, committed=partial(self._tell, rows))
        await self._writer.write(lambda _: self._writer.drafts.remove(session_id))

    async def shrink(self) -> None:
        def work(connection: sqlite3.Connection) -> None:
            connection.execute("INSERT INTO search (search) VALUES ('optimize')")
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

        await self._writer.alone(work)

    async def remember_key(self, key: str, value: str) -> str:
        def work(connection: sqlite3.Connection) -> str:
            connection.execute("INSERT OR IGNORE INTO idempotency_keys (key, value) VALUES (?, ?)", (key, value))
            return connection.execute("SELECT value FROM idempotency_keys WHERE key = ?", (key,)).fetchone()[0]

        return await self._writer.write(work)

    def draft(self, session_id: str, part_id: str) -> DraftFile:
        return self._writer.drafts.open(session_id, part_id)

    async def drafts(self, session_id: str) -> dict[str, str]:
        return await self._writer.write(lambda _: self._writer.drafts.read(session_id))

    async def saved_permissions(self, directory: str | None) -> list[SavedPermission]:
        return await self._read(lambda connection: permissions.saved(connection, directory))

    async def save_permission(self, rule: SavedPermission) -> None:
        await self._writer.write(lambda connection: permissions.save(connection, rule), sync=True)

    async def remove_permission(self, rule_id: str) -> SavedPermission | None:
        return await self._writer.write(lambda connection: permissions.remove(connection, rule_id), sync=True)

    async def close(self) -> None:
        """Idempotent."""
        self._closed = True
        await asyncio.to_thread(self._reader.shutdown)
        self._reading.close()
        await self._writer.close()
        if self._lock is not None:
            self._lock.release()

    async def _read(self, work: Callable[[sqlite3.Connection], Result]) -> Result:
        """Runs `work` on the reader's thread. Raises StorageFailed."""
        if self._closed:
            raise closed(self._directory)
        try:
            return await asyncio.get_running_loop().run_in_executor(self._reader, work, self._reading)
        except REFUSALS as error:
            raise storage_failed(error, self._directory) from error
