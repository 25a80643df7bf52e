"""One connection's outgoing buffer: bounded, in order, and nobody ever waits for it.

The session publishes into it as into any `Subscriber`, the connection puts its answers between; what
has piled up goes out once a turn of the event loop, or when a slow client reads on. Durable events are
shared bytes and counted; deltas are ranges of their part's text and cost nothing however many they are.
"""

import asyncio
from collections.abc import Callable

from sessiond.server.outgoing.entries import Answer, Channel, Delta, Durable, Live, Replay, Resync
from sessiond.server.outgoing.queue import Queue
from sessiond.server.outgoing.watched import WatchedRows
from sessiond.server.wire.json_rpc import encode
from sessiond.server.wire.stdio import Output
from sessiond.session.open_part import OpenPart
from sessiond.session.subscribers import Relayed
from sessiond.session.subscription import Subscription
from sessiond_protocol.events import LiveEvent, Status

MOST_OWED_BYTES = 16 * 1024 * 1024
"""Durable events that may wait for a connection, before a session's are dropped and it must resync."""
MOST_ASKED_BYTES = 4 * 1024 * 1024
"""Answers that may wait before no further request is read."""
MOST_NEWS = 100
"""Live events of one session that may wait; older ones are forgotten."""
WRITE_BYTES = 64 * 1024
"""Messages are gathered up to this before they are written."""
MOST_WRITES = 8
"""Writes in one turn of the event loop; others want their turn, too."""
_TURN_ENDED = b'{"type":"turn.ended"'
"""How that event begins: msgspec writes the tag first."""


class Outbox:
    """Fits `session.subscribers.Subscriber`."""

    def __init__(self, output: Output, frame: Callable[[bytes], bytes], unsubscribe: Callable[[str], None]) -> None:
        """`unsubscribe` is told the session whose events were dropped, when the client learns of it."""
        self.name = "client"
        self.answers = True
        """False once the client says nothing more: it hears to the end, but answers no question."""
        self.unwanted: frozenset[str] = frozenset()
        """Live event types that the client does not want."""
        self._output = output
        self._frame = frame
        self._unsubscribe = unsubscribe
        self._loop = asyncio.get_running_loop()
        self._queue = Queue()
        self.rows = WatchedRows(self._queue, self._schedule)
        self._channels: dict[str, Channel] = {}
        self._scheduled = False
        self._closed = False
        self._waiters: list[tuple[Callable[[], bool], asyncio.Future[None]]] = []
        output.on_ready = self._flush

    def durable(self, session_id: str, seq: int, event: bytes) -> None:
        channel = self._channel(session_id)
        if self._queue.owed > MOST_OWED_BYTES:
            self._lose(max(self._channels.values(), key=lambda channel: channel.owed))
        if channel.lost is not None:
            return
        channel.growing.clear()
        if event.startswith(_TURN_ENDED):
            channel.positions.clear()
        self._queue.append(Durable(channel, event))
        self._schedule()

    def grown(self, session_id: str, part: OpenPart) -> None:
        channel = self._channel(session_id)
        if channel.lost is not None or "part.delta" in self.unwanted:
            return
        delta = channel.growing.get(part.part_id)
        if delta is not None and not delta.spent:
            delta.stop = len(part)
        else:
            delta = channel.growing[part.part_id] = Delta(channel, part, channel.positions.get(part.part_id, 0))
            self._queue.append(delta)
            self._schedule()
        channel.positions[part.part_id] = delta.stop

    def live(self, session_id: str, event: LiveEvent | Relayed) -> None:
        if isinstance(event, Relayed):  # somebody waits for the answer: it is not to be forgotten among news
            return self.durable(session_id, event.seq, encode(event))
        channel = self._channel(session_id)
        if channel.lost is not None or event.__struct_config__.tag in self.unwanted:
            return
        news = Live(channel, encode(event))
        if isinstance(event, Status):
            if channel.status is not None:
                self._queue.remove(channel.status)
            channel.status = news
        else:
            channel.news.append(news)
            if len(channel.news) > MOST_NEWS:
                self._queue.remove(channel.news.popleft())
        self._queue.append(news)
        self._schedule()

    def send(self, message: bytes) -> None:
        """Queues a response, or a notification that belongs to no session."""
        self.rows.seal()
        self._queue.append(Answer(message))
        self._schedule()

    def request(self, message: bytes) -> None:
        """Sends a request to the client, or takes one back, before all that waits."""
        self._queue.request(message)
        self._schedule()

    def keep_place(self) -> Answer:
        """A place in the order for a response that is not known yet; what comes later waits behind it."""
        self.rows.seal()
        place = Answer()
        self._queue.append(place)
        return place

    def fill(self, place: Answer, message: bytes) -> None:
        self._queue.fill(place, message)
        self._schedule()

    def subscribed(self, session_id: str, subscription: Subscription) -> None:
        """Begins anew with a session: its replay, then what grows from the texts in the answer on."""
        channel = self._channel(session_id)
        self._queue.discard(channel)
        channel.positions = {text.part_id: len(text.text.encode()) for text in subscription.result.open}
        if subscription.replay:
            self._queue.append(Replay(channel, subscription.replay))
            self._schedule()

    def forget(self, session_id: str) -> None:
        """Drops what waits of a session that the client has left."""
        if channel := self._channels.pop(session_id, None):
            self._queue.discard(channel)

    def close(self) -> None:
        """Nobody reads any more: nothing is written and nobody has to wait for it."""
        self._closed = True
        self._wake()

    async def room(self) -> None:
        """Waits while too many answers wait for the client."""
        await self._until(lambda: self._queue.asked <= MOST_ASKED_BYTES)

    async def drained(self) -> None:
        """Waits until everything has been written."""
        await self._until(lambda: not self._queue and not self._output.busy)

    async def _until(self, condition: Callable[[], bool]) -> None:
        while not (self._closed or condition()):
            waiter = self._loop.create_future()
            self._waiters.append((condition, waiter))
            await waiter

    def _channel(self, session_id: str) -> Channel:
        channel = self._channels.get(session_id)
        if channel is None:
            channel = self._channels[session_id] = Channel(session_id)
        return channel

    def _lose(self, channel: Channel) -> None:
        """Drops what waits of a session. It stays subscribed, and deaf, until the client reads of it."""
        self._queue.discard(channel)
        channel.lost = Resync(channel, self._unsubscribe)
        self._queue.append(channel.lost)

    def _schedule(self) -> None:
        if not self._scheduled and not self._output.busy:
            self._scheduled = True
            self._loop.call_soon(self._flush)

    def _flush(self) -> None:
        self._scheduled = False
        for _ in range(MOST_WRITES):
            if self._output.busy or not (data := self._gather()):
                break
            self._output.write(data)
        else:
            self._schedule()
        self._wake()

    def _gather(self) -> bytes:
        """The next messages, framed, about `WRITE_BYTES` of them."""
        messages: list[bytes] = []
        size = 0
        while size < WRITE_BYTES and (message := self._queue.next_message()) is not None:
            messages.append(self._frame(message))
            size += len(message)
        return messages[0] if len(messages) == 1 else b"".join(messages)

    def _wake(self) -> None:
        if not self._waiters:
            return
        waiting, self._waiters = self._waiters, []
        for condition, waiter in waiting:
            if waiter.done():
                continue
            if self._closed or condition():
                waiter.set_result(None)
            else:
                self._waiters.append((condition, waiter))
