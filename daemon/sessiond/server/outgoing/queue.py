"""The order in which a connection's messages go out, what they weigh, and the making of the next one.

Used by `outbox.py` only. Knows neither a file descriptor nor the event loop.
"""

from collections import OrderedDict, deque

from sessiond.server.outgoing.entries import Answer, Channel, Durable, Entry, EventEntry, Replay, Resync
from sessiond.server.outgoing.rows import Batch, Missed
from sessiond.server.wire.json_rpc import encode_notification
from sessiond_protocol.events import SessionResync
from sessiond_protocol.wire import NoParams

NOTIFICATION_BYTES = 256 * 1024
"""A notification's size, save one event that is larger by itself."""


class Queue:
    """Entries in order; any of them can be taken out again."""

    def __init__(self) -> None:
        self.owed = 0
        """Bytes of durable events that wait."""
        self.asked = 0
        """Bytes of answers and replays that wait."""
        self._entries: OrderedDict[Entry, None] = OrderedDict()
        self._requests: deque[bytes] = deque()

    def __len__(self) -> int:
        return len(self._entries) + len(self._requests)

    def request(self, message: bytes) -> None:
        """A request of ours waits for nothing that is queued: an answer whose place is kept may wait for its own."""
        self._requests.append(message)

    def append(self, entry: Entry) -> None:
        self._entries[entry] = None
        self._weigh(entry, 1)

    def remove(self, entry: Entry) -> None:
        """Takes the entry out, if it still waits."""
        if entry in self._entries:
            del self._entries[entry]
            self._weigh(entry, -1)

    def fill(self, place: Answer, data: bytes) -> None:
        place.data = data
        self.asked += len(data)

    def discard(self, channel: Channel) -> None:
        """Takes out all that waits of a session."""
        for entry in [entry for entry in self._entries if _is_of(entry, channel)]:
            self.remove(entry)
        channel.clear()

    def next_message(self) -> bytes | None:
        """The message that goes next, taken out; None when nothing waits or a kept place is not filled."""
        if self._requests:
            return self._requests.popleft()
        entry = next(iter(self._entries), None)
        return None if entry is None else self._next_of(entry)

    def _next_of(self, entry: Entry) -> bytes | None:
        match entry:
            case Answer():
                return self._answer(entry)
            case Resync():
                return self._resync(entry)
            case Batch():
                return self._rows(entry)
            case Missed():
                self.remove(entry)
                return encode_notification("sessions/resync", NoParams())
            case _:
                return self._events(entry.channel)

    def _answer(self, answer: Answer) -> bytes | None:
        if answer.data is not None:
            self.remove(answer)
        return answer.data

    def _rows(self, batch: Batch) -> bytes:
        message = batch.take(NOTIFICATION_BYTES)
        if not batch.rows:
            self.remove(batch)
        return message

    def _resync(self, entry: Resync) -> bytes:
        self.remove(entry)
        entry.channel.lost = None
        entry.unsubscribe(entry.channel.session_id)
        return encode_notification("session/resync", SessionResync(session_id=entry.channel.session_id))

    def _events(self, channel: Channel) -> bytes:
        """One `session/event` with as many of the session's events as stand together and fit."""
        events: list[bytes] = []
        room = NOTIFICATION_BYTES - len(channel.head) - len(b"]}}")
        while (entry := self._head_of(channel)) is not None:
            event = entry.take(room, not events)
            if event is None:
                break
            events.append(event)
            room -= len(event) + 1
            if entry.spent:
                self.remove(entry)
        return b"%b%b]}}" % (channel.head, b",".join(events))

    def _head_of(self, channel: Channel) -> EventEntry | None:
        """The entry that is next, if it is of this session's events."""
        entry = next(iter(self._entries), None)
        return entry if isinstance(entry, EventEntry) and entry.channel is channel else None

    def _weigh(self, entry: Entry, sign: int) -> None:
        if isinstance(entry, Durable):
            self.owed += sign * entry.cost
            entry.channel.owed += sign * entry.cost
        elif isinstance(entry, Answer | Replay):
            self.asked += sign * entry.cost


def _is_of(entry: Entry, channel: Channel) -> bool:
    return isinstance(entry, EventEntry | Resync) and entry.channel is channel
