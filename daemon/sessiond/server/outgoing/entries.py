"""What waits in an outbox: answers, the events of a session, changed rows; each an entry of one queue.

Made and taken by `outbox.py`. An event entry gives the JSON of its events one by one, as much as fits.
"""

from collections import deque
from collections.abc import Callable, Sequence
from typing import TypeAlias

from sessiond.engine.identifiers import now
from sessiond.server.outgoing.rows import Batch, Missed
from sessiond.session.open_part import OpenPart
from sessiond_protocol.events import PartDelta
from sessiond_protocol.wire import to_json

ENTRY_BYTES = 256
"""What an entry itself takes, roughly; counted so that many small events are not held for free."""
SMALLEST_CUT = 4096
"""A delta is cut to fit only if this much text may go, else it begins the next notification."""

_HEAD = b'{"jsonrpc":"2.0","method":"session/event","params":{"sessionId":%b,"events":['


class Answer:
    """A response, or the place that is kept for one: `data` is None until it is filled."""

    __slots__ = ("data",)

    def __init__(self, data: bytes | None = None) -> None:
        self.data = data

    @property
    def cost(self) -> int:
        return 0 if self.data is None else len(self.data)


class Channel:
    """One session's way through the outbox."""

    __slots__ = ("growing", "head", "lost", "news", "owed", "positions", "session_id", "status")

    def __init__(self, session_id: str) -> None:
        self.session_id = session_id
        self.head = _HEAD % to_json(session_id)
        self.clear()

    def clear(self) -> None:
        """Nothing of the session waits."""
        self.positions: dict[str, int] = {}
        """How far the text of each open part has been queued; a part that is not here is queued from its start."""
        self.growing: dict[str, Delta] = {}
        """The deltas at the tail, which further text of their parts may join."""
        self.news: deque[Live] = deque()
        self.status: Live | None = None
        self.owed = 0
        self.lost: Resync | None = None
        """Set from the dropping of its events until the client learns of it."""


class _Whole:
    """An event that goes as it is."""

    __slots__ = ("channel", "json", "spent")

    def __init__(self, channel: Channel, json: bytes) -> None:
        self.channel = channel
        self.json = json
        self.spent = False

    def take(self, room: int, first: bool) -> bytes | None:
        if len(self.json) > room and not first:
            return None
        self.spent = True
        return self.json


class Durable(_Whole):
    __slots__ = ()

    @property
    def cost(self) -> int:
        return len(self.json) + ENTRY_BYTES


class Live(_Whole):
    __slots__ = ()


class Replay:
    """The durable events that a subscription asked for."""

    __slots__ = ("_events", "_next", "channel", "cost")

    def __init__(self, channel: Channel, events: Sequence[bytes]) -> None:
        self.channel = channel
        self.cost = sum(map(len, events))
        self._events = events
        self._next = 0

    @property
    def spent(self) -> bool:
        return self._next == len(self._events)

    def take(self, room: int, first: bool) -> bytes | None:
        json = self._events[self._next]
        if len(json) > room and not first:
            return None
        self._next += 1
        return json


class Delta:
    """A range of an open part's text, rendered when it is written: however long, it takes no memory."""

    __slots__ = ("_start", "channel", "part", "stop")

    def __init__(self, channel: Channel, part: OpenPart, start: int) -> None:
        self.channel = channel
        self.part = part
        self._start = start
        self.stop = len(part)

    @property
    def spent(self) -> bool:
        return self._start == self.stop

    def take(self, room: int, first: bool) -> bytes | None:
        """One `part.delta`. JSON may need more bytes than the text has, then less of the text goes."""
        limit = room
        while first or limit >= SMALLEST_CUT:
            stop = min(self.part.boundary(self._start, limit), self.stop)
            json = self._render(stop)
            if len(json) <= room:
                self._start = stop
                return json
            limit //= 2
        return None

    def _render(self, stop: int) -> bytes:
        part = self.part
        text = part.text(self._start, stop)
        delta = PartDelta(message_id=part.message_id, part_id=part.part_id, field=part.field, text=text, at=now())
        return to_json(delta)


class Resync:
    """The news that a session's events were dropped; the session hears nothing of it before the client does."""

    __slots__ = ("channel", "unsubscribe")

    def __init__(self, channel: Channel, unsubscribe: Callable[[str], None]) -> None:
        self.channel = channel
        self.unsubscribe = unsubscribe


EventEntry: TypeAlias = Durable | Live | Replay | Delta
Entry: TypeAlias = Answer | EventEntry | Resync | Batch | Missed
