"""What one client hears of the sessions it watches: bounded, and never older than an answer behind it.

Held by the outbox. A row that changes while it waits is replaced, and goes behind every answer that was
queued meanwhile: such an answer may tell an older state of it.
"""

from collections.abc import Callable, Generator
from contextlib import contextmanager

from sessiond.server.outgoing.queue import Queue
from sessiond.server.outgoing.rows import Batch, Missed, Waiting

MOST_ROWS = 5_000
"""Rows that may wait for a client, before they are dropped and it must watch anew."""
MOST_ROW_BYTES = 4 * 1024 * 1024


class WatchedRows:
    """Fits `session.watching.watchers.Watcher`."""

    def __init__(self, queue: Queue, schedule: Callable[[], None]) -> None:
        """`schedule` sees to it that the queue goes out."""
        self._queue = queue
        self._schedule = schedule
        self._waiting = Waiting()
        self._batch = Batch(self._waiting)
        """The one that grows; it is not queued while it is empty or held."""
        self._holding = 0
        self._missed = Missed()

    def row(self, session_id: str, json: bytes | None) -> bool:
        if (batch := self._waiting.batch_of(session_id)) is not None and batch is not self._batch:
            self._waiting.drop(session_id)
            if not batch.rows:
                self._queue.remove(batch)
        self._waiting.put(self._batch, session_id, json)
        if len(self._waiting) > MOST_ROWS or self._waiting.cost > MOST_ROW_BYTES:
            self._miss()
            return False
        self._go_on()
        return True

    def seal(self) -> None:
        """Something is queued that further changes have to stand behind."""
        if self._batch.rows and not self._holding:
            self._batch = Batch(self._waiting)

    @contextmanager
    def held(self) -> Generator[None]:
        """Around the reading of rows for an answer: what changes meanwhile waits, to be queued behind the answer."""
        self.seal()
        self._holding += 1
        try:
            yield
        finally:
            self._holding -= 1
            self._go_on()

    def _go_on(self) -> None:
        if self._batch.rows and not self._holding:
            self._queue.append(self._batch)
            self._schedule()

    def _miss(self) -> None:
        for entry in (*self._waiting.clear(), self._missed):
            self._queue.remove(entry)
        self._queue.append(self._missed)
        self._schedule()
