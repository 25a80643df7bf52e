"""The one thread that writes: what piles up while it writes goes into its next transaction.

Held by the store, which hands it functions of the connection. It carries drafts to their files as well.
"""

import asyncio
import atexit
import logging
import queue
import sqlite3
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from sessiond.storage.drafts import DraftFile, Drafts
from sessiond.storage.failures import REFUSALS, closed, storage_failed

LARGEST_GROUP = 512
"""Writes in one transaction; more would let the first of them wait for the last."""
CHECKPOINT_BYTES = 4 * 1024 * 1024
"""Size of the write-ahead log past which it is carried into the database, after the callers have their answers."""

log = logging.getLogger(__name__)

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Write:
    """Something to be done inside a transaction; it may be done again in another one if that fails."""

    work: Callable[[sqlite3.Connection], Any]
    sync: bool
    done: "asyncio.Future[Any]"
    alone: bool = False
    """Outside of any transaction."""
    committed: Callable[[], object] | None = None
    """Called on the event loop after `done`, also where the caller of that was cancelled."""


@dataclass(frozen=True, slots=True)
class Outcome:
    write: Write
    result: Any = None
    error: Exception | None = None


class Writer:
    """Owns the connection from its making on. Belongs to the event loop it is made on."""

    def __init__(self, connection: sqlite3.Connection, directory: Path, database: Path) -> None:
        self.drafts = Drafts(directory / "drafts", wake=self._put)
        self._connection = connection
        self._directory = directory
        self._wal = Path(f"{database}-wal")
        self._synchronous = ""
        self._loop = asyncio.get_running_loop()
        self._queue: queue.SimpleQueue[Write | DraftFile | None] = queue.SimpleQueue()
        self._closed = False
        # A daemon thread, so that a loop that died cannot keep the process from ending; atexit lets it finish.
        self._thread = threading.Thread(target=self._run, name="sessiond-writer", daemon=True)
        self._thread.start()
        atexit.register(self._finish)

    async def write(self, work: Callable[[sqlite3.Connection], Result], *, sync: bool = False) -> Result:
        """Runs `work` in a transaction on the writer thread; committed when this returns.

        `sync`: also on the disk. Raises StorageFailed, and then nothing of it was kept.
        """
        return await self.submit(work, sync=sync)

    def submit(
        self,
        work: Callable[[sqlite3.Connection], Result],
        *,
        sync: bool = False,
        committed: Callable[[], object] | None = None,
    ) -> "asyncio.Future[Result]":
        """`write` for a caller that must not be too late to hear of its end: it is on its way already."""
        done: asyncio.Future[Result] = self._loop.create_future()
        if self._closed:
            done.set_exception(closed(self._directory))
        else:
            self._put(Write(work, sync, done, committed=committed))
        return done

    async def alone(self, work: Callable[[sqlite3.Connection], Result]) -> Result:
        """Runs `work` on the writer thread outside of any transaction, after earlier writes. Raises StorageFailed."""
        done: asyncio.Future[Result] = self._loop.create_future()
        if self._closed:
            raise closed(self._directory)
        self._put(Write(work, sync=True, done=done, alone=True))
        return await done

    async def close(self) -> None:
        """Writes what is queued, carries the log into the database, ends the thread. Idempotent."""
        await asyncio.to_thread(self._finish)

    def _put(self, item: Write | DraftFile | None) -> None:
        self._queue.put(item)

    def _finish(self) -> None:
        self._closed = True
        self._put(None)
        self._thread.join()
        atexit.unregister(self._finish)

    def _run(self) -> None:
        try:
            while self._turn():
                pass
        finally:
            self._closed = True
            self.drafts.flush()
            self._refuse_the_rest()
            self._checkpoint("TRUNCATE")
            self._connection.close()

    def _turn(self) -> bool:
        """Waits for work and does it; False when it was told to end."""
        items = self._next_items()
        for item in items:
            if isinstance(item, DraftFile):
                self.drafts.woken(item)
        writes = [item for item in items if isinstance(item, Write)]
        if grouped := [write for write in writes if not write.alone]:
            self._settle(self._commit(grouped))
            self._checkpoint_if_large()
        for write in writes:
            if write.alone:
                self._settle([self._done_alone(write)])
        if self.drafts.seconds_to_flush() == 0:
            self.drafts.flush()
        return None not in items

    def _next_items(self) -> list[Write | DraftFile | None]:
        items: list[Write | DraftFile | None] = []
        with suppress(queue.Empty):
            items.append(self._queue.get(timeout=self.drafts.seconds_to_flush()))
            while len(items) < LARGEST_GROUP:
                items.append(self._queue.get_nowait())
        return items

    def _commit(self, group: list[Write]) -> list[Outcome]:
        try:
            return [Outcome(write, result) for write, result in zip(group, self._transaction(group), strict=True)]
        # Whatever a write raises belongs to its caller; it must not end the thread that all callers share.
        except Exception as error:
            if len(group) == 1:
                return [Outcome(group[0], error=self._told(error))]
            return [outcome for write in group for outcome in self._commit([write])]

    def _done_alone(self, write: Write) -> Outcome:
        try:
            return Outcome(write, write.work(self._connection))
        except (sqlite3.Error, OSError) as error:
            return Outcome(write, error=self._told(error))

    def _transaction(self, group: list[Write]) -> list[Any]:
        self._set_synchronous("FULL" if any(write.sync for write in group) else "NORMAL")
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            results = [write.work(self._connection) for write in group]
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise
        return results

    def _set_synchronous(self, level: str) -> None:
        """FULL syncs the write-ahead log at each commit, NORMAL at checkpoints only (sqlite.org/pragma.html)."""
        if level != self._synchronous:
            self._connection.execute(f"PRAGMA synchronous = {level}")
            self._synchronous = level

    def _told(self, error: Exception) -> Exception:
        return storage_failed(error, self._directory) if isinstance(error, REFUSALS) else error

    def _settle(self, outcomes: list[Outcome]) -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            self._loop.call_soon_threadsafe(_answer, outcomes)

    def _checkpoint_if_large(self) -> None:
        with suppress(OSError):
            if self._wal.stat().st_size > CHECKPOINT_BYTES:
                self._checkpoint("PASSIVE")

    def _checkpoint(self, mode: str) -> None:
        try:
            self._connection.execute(f"PRAGMA wal_checkpoint({mode})")
        except sqlite3.Error as error:
            log.warning("The write-ahead log stays as it is: %s", storage_failed(error, self._directory))

    def _refuse_the_rest(self) -> None:
        """Nobody waits for a thread that is gone."""
        with suppress(queue.Empty):
            while True:
                item = self._queue.get_nowait()
                if isinstance(item, Write):
                    self._settle([Outcome(item, error=closed(self._directory))])


def _answer(outcomes: list[Outcome]) -> None:
    for outcome in outcomes:
        done, committed = outcome.write.done, outcome.write.committed
        if not done.done():  # else its caller was cancelled
            if outcome.error is not None:
                done.set_exception(outcome.error)
            else:
                done.set_result(outcome.result)
        if outcome.error is None and committed is not None:
            done.get_loop().call_soon(committed)
