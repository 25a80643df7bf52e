"""Permission questions for a client that knows nothing of sessions: its user is asked by `window/showMessageRequest`.

Made by `client.py`, which subscribes it in the outbox's place. The first answer counts, whoever gives it; a
question that was answered elsewhere is taken back.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Literal, TypeAlias

import msgspec

from sessiond.server.outgoing.outbox import Outbox
from sessiond.server.outgoing.requests import NotAnswered, Requests
from sessiond.session.open_part import OpenPart
from sessiond.session.subscribers import Relayed
from sessiond_protocol.asking.permissions import PermissionReplyParams
from sessiond_protocol.errors import RpcError
from sessiond_protocol.events import LiveEvent, PermissionAsked, PermissionReplied
from sessiond_protocol.messages import OfferedRule, PermissionRequest

log = logging.getLogger(__name__)

Decision: TypeAlias = Literal["allowOnce", "allowAlways", "rejectOnce"]

ALLOW, REJECT = "Allow once", "Reject"
LSP_INFO_MESSAGE = 3
MOST_SHOWN = 2000
"""Characters of a command or path that a message shows; more would hide the buttons."""
RULES_SHOWN = 3
_ABOUT_PERMISSION = b'{"type":"permission.'
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
        reply: Callable[[PermissionReplyParams], Awaitable[object]],
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
        if event.startswith(_ABOUT_PERMISSION):
            self._heed(msgspec.json.decode(event, type=PermissionAsked | PermissionReplied))

    def grown(self, session_id: str, part: OpenPart) -> None:
        self._outbox.grown(session_id, part)

    def live(self, session_id: str, event: LiveEvent | Relayed) -> None:
        self._outbox.live(session_id, event)
        if isinstance(event, PermissionAsked | PermissionReplied):
            self._heed(event)

    def ask(self, request: PermissionRequest) -> None:
        """Puts a question that waits to the user, once."""
        if request.id not in self._asking:
            self._asking[request.id] = self._start(self._ask(request))

    def _heed(self, event: PermissionAsked | PermissionReplied) -> None:
        if isinstance(event, PermissionAsked):
            self.ask(event.request)
        elif asked := self._asking.pop(event.request_id, None):
            asked.cancel()

    async def _ask(self, request: PermissionRequest) -> None:
        try:
            result = await self._requests.ask("window/showMessageRequest", message_of(request))
        except NotAnswered as error:
            log.info("%s was not asked about %r: %s", self.name, request.title, error)
            return
        self._asking.pop(request.id, None)  # the answer's own event must not take back what gives it
        try:
            await self._reply(PermissionReplyParams(request_id=request.id, decision=decision_of(result, request)))
        except RpcError as error:
            log.info("the answer of %s about %r came to nothing: %s", self.name, request.title, error.message)


def message_of(request: PermissionRequest) -> dict[str, Any]:
    """The parameters of `window/showMessageRequest`: what is asked, why, and the buttons."""
    patterns = [pattern for pattern in request.patterns if pattern not in request.title]
    lines = [f"{request.title}?", *patterns, *([request.reason] if request.reason else [])]
    titles = [ALLOW, *([_always(request.always)] if request.always else []), REJECT]
    return {
        "type": LSP_INFO_MESSAGE,
        "message": "\n".join(line if len(line) <= MOST_SHOWN else f"{line[:MOST_SHOWN]} …" for line in lines),
        "actions": [{"title": title} for title in titles],
    }


def decision_of(result: msgspec.Raw, request: PermissionRequest) -> Decision:
    """What was chosen. A message that was closed, or an answer that is none of the buttons, allows nothing."""
    try:
        chosen = msgspec.json.decode(result, type=_Chosen | None)
    except (msgspec.MsgspecError, RecursionError):
        return "rejectOnce"
    if chosen is not None and chosen.title == ALLOW:
        return "allowOnce"
    if chosen is not None and request.always and chosen.title == _always(request.always):
        return "allowAlways"
    return "rejectOnce"


def _always(rules: list[OfferedRule]) -> str:
    shown = ", ".join(f"{rule.permission} {rule.pattern}" for rule in rules[:RULES_SHOWN])
    more = f" and {len(rules) - RULES_SHOWN} more" if len(rules) > RULES_SHOWN else ""
    return f"Always allow {shown}{more}"
