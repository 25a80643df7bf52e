"""The ear of `sessiond run`: a subscriber that gives a session's events, deltas cut out, to a view.

Also collects the permission questions, which `drive.py` has answered.
"""

import asyncio
from typing import Protocol

import msgspec

from sessiond.session.open_part import OpenPart
from sessiond_protocol.events import DurableEvent, LiveEvent, PartEnded, PermissionAsked, PermissionReplied
from sessiond_protocol.messages import PermissionRequest

_decoder = msgspec.json.Decoder(DurableEvent)


class View(Protocol):
    """Shows a turn; `OSError` means that nobody reads any more, or that the disk is full."""

    def durable(self, event: DurableEvent, encoded: bytes) -> None: ...

    def delta(self, part: OpenPart, text: str) -> None: ...

    def live(self, event: LiveEvent) -> None: ...


class Listener:
    """Fits `session.subscribers.Subscriber`: never raises, never waits."""

    name = "sessiond run"
    answers = True

    def __init__(self, view: View) -> None:
        self.questions: asyncio.Queue[PermissionRequest] = asyncio.Queue()
        self.deaf = asyncio.Event()
        """Set once the view cannot show anything any more; `refusal` says why."""
        self.refusal: OSError | None = None
        self._view = view
        self._shown: dict[str, int] = {}

    def durable(self, session_id: str, seq: int, event: bytes) -> None:
        decoded = _decoder.decode(event)
        self._show(lambda: self._view.durable(decoded, event))
        if isinstance(decoded, PermissionAsked):
            self.questions.put_nowait(decoded.request)
        elif isinstance(decoded, PartEnded):
            self._shown.pop(decoded.part.id, None)

    def grown(self, session_id: str, part: OpenPart) -> None:
        text = part.text(self._shown.get(part.part_id, 0))
        self._shown[part.part_id] = len(part)
        self._show(lambda: self._view.delta(part, text))

    def live(self, session_id: str, event: LiveEvent | PermissionAsked | PermissionReplied) -> None:
        if isinstance(event, PermissionAsked):  # of a child session
            self.questions.put_nowait(event.request)
        elif not isinstance(event, PermissionReplied):
            self._show(lambda: self._view.live(event))

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
