"""The ear of `sessiond run`: gives the events of its turn, as they come over the wire, to a view.

Also collects what waits for an answer, which `answering.py` has answered. Deaf once its turn has ended: what the
session does next is not what was asked for.
"""

import asyncio
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import NamedTuple, Protocol

import msgspec

from sessiond_protocol.course.subscribing import OpenText, SubscribeResult
from sessiond_protocol.events import (
    Event,
    MessageAdded,
    PermissionAsked,
    PermissionReplied,
    QuestionAnswered,
    QuestionAsked,
    TurnEnded,
)
from sessiond_protocol.messages import Message, PermissionRequest, QuestionRequest

_decoder = msgspec.json.Decoder(Event)


class View(Protocol):
    """Shows a turn; `OSError` means that nobody reads any more, or that the disk is full."""

    def event(self, event: Event | None, encoded: bytes) -> None:
        """`event`: None for one of a type that is not known here."""
        ...

    def resumed(self, open: OpenText) -> None:
        """The text so far of a part that is open, after events were missed."""
        ...


class Asked(NamedTuple):
    request: PermissionRequest | QuestionRequest
    settled: asyncio.Event
    """Set once it has its answer, whoever gave it."""


class _Numbered(msgspec.Struct):
    seq: int = 0


class Listener:
    """Fits `client.client.Listener`."""

    def __init__(self, view: View) -> None:
        self.asked: asyncio.Queue[Asked] = asyncio.Queue()
        self.deaf = asyncio.Event()
        """Set once the view cannot show anything any more; `refusal` says why."""
        self.refusal: OSError | None = None
        self.behind = asyncio.Event()
        """Set when events were missed: `session/subscribe` brings them, behind `seq`."""
        self.session_id: str | None = None
        self.seq = 0
        """Of the last durable event that was heard."""
        self.turn_id: str | None = None
        """Of the turn that the prompt has begun."""
        self.prompt_id: str | None = None
        """Of the message that begins it; None: the first one of a user does."""
        self._view = view
        self._over = False
        self._holders = 0
        self._held: list[bytes] = []
        self._unsettled: dict[str, asyncio.Event] = {}

    def heard(self, session_id: str, events: list[msgspec.Raw]) -> None:
        self.session_id = session_id
        self._held += map(bytes, events)
        if not self._holders:
            self._hear_held()

    def missed(self, session_id: str) -> None:
        self.behind.set()

    @contextmanager
    def holding(self) -> Generator[None]:
        """What comes meanwhile is heard at the end: it stands behind an answer that is still to be taken in."""
        self._holders += 1
        try:
            yield
        finally:
            self._holders -= 1
            if not self._holders:
                self._hear_held()

    def subscribed(self, begun: SubscribeResult) -> None:
        """Goes on behind what was missed; the events themselves follow, unless it was too much."""
        if begun.mode == "snapshot":
            self.seq = max(self.seq, begun.seq)
        waiting = [*begun.permissions, *begun.questions]
        for request_id in self._unsettled.keys() - {request.id for request in waiting}:
            self._settle(request_id)
        for request in waiting:
            self._wait_for(request)
        for text in begun.open:
            self._show(lambda text=text: self._view.resumed(text))

    def _hear_held(self) -> None:
        held, self._held = self._held, []
        for encoded in held:
            if not self._over:
                self._hear(encoded)

    def _hear(self, encoded: bytes) -> None:
        event = _decoded(encoded)
        number = msgspec.json.decode(encoded, type=_Numbered).seq if event is None else getattr(event, "seq", 0)
        if number and number <= self.seq:
            return  # it was heard before the connection was lost
        self.seq = number or self.seq
        self._show(lambda: self._view.event(event, encoded))
        self._heed(event)

    def _heed(self, event: Event | None) -> None:
        match event:
            case PermissionAsked() | QuestionAsked():
                self._wait_for(event.request)
            case PermissionReplied() | QuestionAnswered():
                self._settle(event.request_id)
            case MessageAdded(message=message) if self.turn_id is None and self._is_prompt(message):
                self.turn_id = message.turn_id
            case TurnEnded() if event.turn_id == self.turn_id:
                self._over = True
            case _:
                pass

    def _is_prompt(self, message: Message) -> bool:
        return message.role == "user" and self.prompt_id in (None, message.id)

    def _wait_for(self, request: PermissionRequest | QuestionRequest) -> None:
        if request.id not in self._unsettled:
            settled = self._unsettled[request.id] = asyncio.Event()
            self.asked.put_nowait(Asked(request, settled))

    def _settle(self, request_id: str) -> None:
        if settled := self._unsettled.pop(request_id, None):
            settled.set()

    def _show(self, show: Callable[[], None]) -> None:
        if self.deaf.is_set():
            return
        try:
            show()
        except OSError as error:
            self.refusal = error
            self.deaf.set()


def _decoded(encoded: bytes) -> Event | None:
    try:
        return _decoder.decode(encoded)
    except msgspec.ValidationError:
        return None
