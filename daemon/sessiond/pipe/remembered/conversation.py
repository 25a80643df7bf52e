"""All that a pipe remembers, kept up to date by every message that passes; and what follows when an engine is gone.

Used by `pipe.py`.
"""

from __future__ import annotations

from sessiond.pipe import messages
from sessiond.pipe.remembered.documents import Documents
from sessiond.pipe.remembered.introduction import Introduction
from sessiond.pipe.remembered.pending import Pending, Request
from sessiond.pipe.remembered.questions import Questions
from sessiond.pipe.remembered.subscriptions import Subscriptions

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sessiond.owner.unavailable import EngineUnavailable
    from sessiond.pipe.envelope import Message

_LOST = "The engine ended before it answered. What was recorded is there; another engine is being started."


class Conversation:
    def __init__(self, *, answered: bool) -> None:
        """`answered`: the pipe itself has answered the client's first message, `initialize`."""
        self.introduction = Introduction(answered=answered)
        self.documents = Documents()
        self.subscriptions = Subscriptions()
        self.pending = Pending()
        self.questions = Questions()

    def requested(self, message: Message, frame: bytes) -> None:
        """The client asks for something."""
        if self.introduction.asked(message, frame):
            self.pending.add(Request(message, frame))
        self.subscriptions.asked(message)

    def notified(self, message: Message, frame: bytes) -> bytes | None:
        """The client says something; gives what the pipe has to ask the engine behind it, if anything."""
        self.introduction.noticed(message, frame)
        if message.method == "$/cancelRequest":
            self.pending.cancel(message.params.get("id"), frame)
        return self.documents.noticed(message, frame)

    def answered(self, message: Message) -> Request | None:
        """The engine answers the client. None if nobody has asked."""
        request = self.pending.answered(message.id)
        if request is not None:
            if request.method == "initialize":
                self.introduction.was_answered(refused=message.is_error)
            self.subscriptions.answered(request)
        return request

    def known(self) -> list[bytes]:
        """What another engine has to hear before anything else."""
        return self.introduction.frames() + self.documents.frames()

    def lost(self) -> list[bytes]:
        """The engine has died: what the client is told about its requests, which get no other answer.

        An `initialize` without an answer is none of them: the next engine hears it again.
        """
        return [messages.error(request.id, "engineLost", _LOST) for request in self._unanswered()]

    def unread(self) -> tuple[list[bytes], list[bytes]]:
        """The engine has left in good order: what the next one is to hear again, and what the client is told.

        What is not kept any more was read long ago; that it has no answer is a defect of the engine.
        """
        repeated: list[bytes] = []
        lost: list[bytes] = []
        for request in self._unanswered():
            if request.frame is None:
                lost.append(messages.error(request.id, "engineLost", _LOST))
                continue
            self.pending.add(request)
            repeated += [frame for frame in (request.frame, request.cancel) if frame is not None]
        return repeated, lost

    def refused(self, failure: EngineUnavailable) -> list[bytes]:
        """There is no engine: the answers to all requests."""
        self.subscriptions.lose()
        if not self.introduction.answered:
            self.introduction.was_answered(refused=True)
        return [refusal(request.method, request.id, failure) for request in self.pending.take()]

    def forsaken(self) -> list[bytes]:
        """What the client is told of the engine's questions. Sessions and lists are owed it from now on."""
        self.subscriptions.lose()
        return self.questions.lose()

    def _unanswered(self) -> list[Request]:
        """All but an `initialize` that the next engine hears anyhow."""
        taken = self.pending.take()
        heard_again = [
            request for request in taken if request.method == "initialize" and not self.introduction.answered
        ]
        for request in heard_again:
            self.pending.add(request)
        return [request for request in taken if request not in heard_again]


def refusal(method: str | None, message_id: Any, failure: EngineUnavailable) -> bytes:
    """The answer to a request that no engine will hear. Whoever wants nothing more gets it."""
    if method == "shutdown":
        return messages.answer(message_id, None)
    return messages.error(message_id, failure.kind, failure.message)
