"""The ear of `sessiond run`: a subscriber that gives a session's events, deltas cut out, to a view.

Also collects what waits for an answer, which `answering.py` has answered.
"""

import asyncio
from typing import NamedTuple, Protocol

import msgspec

from sessiond.session.open_part import OpenPart
from sessiond.session.subscribers import Relayed
from sessiond_protocol.events import DurableEvent, LiveEvent, PartEnded, PermissionAsked, QuestionAsked
from sessiond_protocol.messages import PermissionRequest, QuestionRequest

_decoder = msgspec.json.Decoder(DurableEvent)


class View(Protocol):
    """Shows a turn; `OSError` means that nobody reads any more, or that the disk is full."""

    def durable(self, event: DurableEvent, encoded: bytes) -> None: ...

    def delta(self, part: OpenPart, text: str) -> None: ...

    def live(self, event: LiveEvent) -> None: ...


class Asked(NamedTuple):
    request: PermissionRequest | QuestionRequest
    settled: asyncio.Event
    """Set once it has its answer, whoever gave it."""


class Listener:
    """Fits `session.subscribers.Subscriber`: never raises, never waits."""

    name = "sessiond run"
    answers = True

    def __init__(self, view: View) -> None:
        self.asked: asyncio.Queue[Asked] = asyncio.Queue()
        self.deaf = asyncio.Event()
        """Set once the view cannot show anything any more; `refusal` says why."""
        self.refusal: OSError | None = None
        self._view = view
        self._shown: dict[str, int] = {}
        self._unsettled: dict[str, asyncio.Event] = {}

    def durable(self, session_id: str, seq: int, event: bytes) -> None:
        decoded = _decoder.decode(event)
        self._show(lambda: self._view.durable(decoded, event))
        if isinstance(decoded, Relayed):
            self._heed(decoded)
        elif isinstance(decoded, PartEnded):
            self._shown.pop(decoded.part.id, None)

    def grown(self, session_id: str, part: OpenPart) -> None:
        text = part.text(self._shown.get(part.part_id, 0))
        self._shown[part.part_id] = len(part)
        self._show(lambda: self._view.delta(part, text))

    def live(self, session_id: str, event: LiveEvent | Relayed) -> None:
        if isinstance(event, Relayed):  # of a child session
            self._heed(event)
        else:
            self._show(lambda: self._view.live(event))

    def _heed(self, event: Relayed) -> None:
        if isinstance(event, PermissionAsked | QuestionAsked):
            settled = self._unsettled[event.request.id] = asyncio.Event()
            self.asked.put_nowait(Asked(event.request, settled))
        elif settled := self._unsettled.pop(event.request_id, None):
            settled.set()

    def _show(self, show: "Show") -> None:
        if self.deaf.is_set():
            return
        try:
            show()
        except OSError as error:
            self.refusal = error
            self.deaf.set()


class Show(Protocol):
    def __call__(self) -> None: ...
