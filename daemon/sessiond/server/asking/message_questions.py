"""Asks by `window/showMessageRequest` where a client knows nothing of sessions: leave for calls, and questions.

Made by `client.py`, which subscribes it in the outbox's place. The first answer counts, whoever gives it; what was
answered elsewhere is taken back.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeAlias, get_args

import msgspec

from sessiond.server.asking.message import LSP_INFO_MESSAGE, Message, Reply
from sessiond.server.asking.permission_message import permission_message
from sessiond.server.asking.question_message import question_message
from sessiond.server.outgoing.outbox import Outbox
from sessiond.server.outgoing.requests import NotAnswered, Requests
from sessiond.session.open_part import OpenPart
from sessiond.session.subscribers import Relayed
from sessiond_protocol.errors import RpcError
from sessiond_protocol.events import LiveEvent, PermissionAsked, QuestionAsked
from sessiond_protocol.messages import PermissionRequest, QuestionRequest

log = logging.getLogger(__name__)

Request: TypeAlias = PermissionRequest | QuestionRequest

_relayed = msgspec.json.Decoder(Relayed)
_BEGINNINGS = tuple(f'{{"type":"{event.__struct_config__.tag}"'.encode() for event in get_args(Relayed))
"""How those events begin: msgspec writes the tag first."""


class _Chosen(msgspec.Struct):
    title: str


class MessageQuestions:
    """Fits `session.subscribers.Subscriber`."""

    def __init__(
        self,
        outbox: Outbox,
        requests: Requests,
        start: Callable[[Coroutine[Any, Any, None]], asyncio.Task[None]],
        reply: Callable[[Reply], Awaitable[object]],
    ) -> None:
        """`start` runs a question on the connection's behalf, `reply` gives the engine the answer."""
        self.name = outbox.name
        self._outbox = outbox
        self._requests = requests
        self._start = start
        self._reply = reply
        self._asking: dict[str, asyncio.Task[None]] = {}

    @property
    def answers(self) -> bool:
        return self._outbox.answers

    def durable(self, session_id: str, seq: int, event: bytes) -> None:
        self._outbox.durable(session_id, seq, event)
        if event.startswith(_BEGINNINGS):
            self._heed(_relayed.decode(event))

    def grown(self, session_id: str, part: OpenPart) -> None:
        self._outbox.grown(session_id, part)

    def live(self, session_id: str, event: LiveEvent | Relayed) -> None:
        self._outbox.live(session_id, event)
        if isinstance(event, Relayed):
            self._heed(event)

    def ask(self, request: Request) -> None:
        """Puts what waits for an answer to the user, once."""
        if request.id not in self._asking:
            self._asking[request.id] = self._start(self._ask(request))

    def _heed(self, event: Relayed) -> None:
        if isinstance(event, PermissionAsked | QuestionAsked):
            self.ask(event.request)
        elif asked := self._asking.pop(event.request_id, None):
            asked.cancel()

    async def _ask(self, request: Request) -> None:
        message = message_about(request)
        try:
            result = await self._requests.ask("window/showMessageRequest", parameters(message))
        except NotAnswered as error:
            log.info("%s was not asked about %s: %s", self.name, request.id, error)
            return
        self._asking.pop(request.id, None)  # the answer's own event must not take back what gives it
        try:
            await self._reply(chosen(result, message))
        except RpcError as error:
            log.info("the answer of %s about %s came to nothing: %s", self.name, request.id, error.message)


def message_about(request: Request) -> Message:
    return permission_message(request) if isinstance(request, PermissionRequest) else question_message(request)


def parameters(message: Message) -> dict[str, Any]:
    """Those of `window/showMessageRequest`."""
    return {
        "type": LSP_INFO_MESSAGE,
        "message": message.text,
        "actions": [{"title": title} for title in message.buttons],
    }


def chosen(result: msgspec.Raw, message: Message) -> Reply:
    """What the button means. An answer that is none of the buttons is as good as a message that was closed."""
    try:
        choice = msgspec.json.decode(result, type=_Chosen | None)
    except (msgspec.MsgspecError, RecursionError):
        return message.closed
    return message.closed if choice is None else message.buttons.get(choice.title, message.closed)
