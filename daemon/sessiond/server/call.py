"""One request while it is being answered: what a handler may ask for and how it may be cancelled.

Made by `connection.py`, given to the handler by `dispatch.py`.
"""

import asyncio
from collections.abc import Callable, Generator
from contextlib import contextmanager

from sessiond.server.client import Client
from sessiond.server.outgoing.entries import Answer
from sessiond.server.wire.json_rpc import MessageId


class Call:
    """A request with its id. Exactly one response is sent."""

    def __init__(self, client: Client, message_id: MessageId) -> None:
        self.client = client
        self.id = message_id
        self.cancelled = False
        self.settled: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        """Done once it has its answer, or is known to last; nobody who leaves waits for it any longer."""
        self._place: Answer | None = None
        self._cancel: Callable[[], object] | None = None

    def settle(self) -> None:
        """Said when it takes as long as a turn does from now on, and when it is over."""
        if not self.settled.done():
            self.settled.set_result(None)

    def keep_place(self) -> None:
        """The response will stand before everything that is queued from now on."""
        self._place = self.client.outbox.keep_place()

    @contextmanager
    def reading_rows(self) -> Generator[None]:
        """Around the reading of sessions' rows for the response: what changes them meanwhile is told after it."""
        with self.client.outbox.rows.held():
            yield
            self.keep_place()

    def respond(self, response: bytes) -> None:
        if self._place is not None:
            self.client.outbox.fill(self._place, response)
        else:
            self.client.outbox.send(response)

    def cancel(self) -> None:
        """The client wants no answer any more, or a chat's turn to stop. Idempotent."""
        if not self.cancelled:
            self.cancelled = True
            if self._cancel is not None:
                self._cancel()

    def cancel_by(self, cancel: Callable[[], object]) -> None:
        """Says what a cancellation does from now on. Until somebody has, it is remembered."""
        self._cancel = cancel
        if self.cancelled:
            cancel()
