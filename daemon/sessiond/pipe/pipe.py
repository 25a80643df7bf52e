"""One client's conversation with whichever engine there is: every message goes its way, and is remembered.

Driven by `loop.py`. What becomes of it between two engines is `engines.py`'s.
"""

from __future__ import annotations

from sessiond import __version__
from sessiond.pipe import envelope, messages, versions
from sessiond.pipe.engines import Engines
from sessiond.pipe.remembered.conversation import Conversation, refusal
from sessiond.pipe.remembered.subscriptions import EVENT
from sessiond.server.wire.framing import BadFrame

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from sessiond.pipe.ends.client import Client
    from sessiond.pipe.ends.link import Link
    from sessiond.pipe.envelope import Message

ENDED = messages.notification("link/ended", {})


class Pipe:
    def __init__(self, client: Client, environment: Mapping[str, str], *, answered: bool) -> None:
        """`answered`: the client has the answer to its first message, `initialize`, already."""
        self.client = client
        self.conversation = Conversation(answered=answered)
        self.engines = Engines(client, self.conversation, environment)

    @property
    def listens(self) -> bool:
        """Whether the client's next words have a place to go."""
        return self.conversation.introduction.last_word is None and self.engines.has_room

    def client_said(self, frame: bytes | BadFrame) -> None:
        if isinstance(frame, BadFrame):
            self.client.send(messages.refusal(frame))
            return
        message = envelope.read(frame)
        if message.is_request:
            self._requested(message, frame)
        elif message.method == "exit":
            self._leaves(frame, exited=True)
        elif message.method is not None:
            self._notified(message, frame)
        elif not message.is_answer:  # no message at all, which is the engine's to say
            self.engines.want()
            self.engines.send(frame)
        elif self.conversation.questions.answered(message.id):
            self.engines.send(frame)

    def client_ended(self) -> None:
        """Its requests still get their answers."""
        self._leaves(ENDED, exited=False)

    def _leaves(self, last_word: bytes, *, exited: bool) -> None:
        if self.conversation.introduction.last_word is None:
            self.conversation.introduction.leave(last_word, exited=exited)
            self.engines.client_leaves()

    def _requested(self, message: Message, frame: bytes) -> None:
        introduction = self.conversation.introduction
        introduction.shut_down = introduction.shut_down or message.method == "shutdown"
        if not introduction.shut_down:
            self.engines.want()
        if self.engines.are_absent:
            self.client.send(refusal(message.method, message.id, self.engines.reason))
        else:
            self.conversation.requested(message, frame)
            self.engines.send(frame)

    def _notified(self, message: Message, frame: bytes) -> None:
        question = self.conversation.notified(message, frame)
        self.engines.send(frame)
        if question is not None:
            self.engines.send(question)

    def engine_said(self, link: Link, frame: bytes) -> None:
        if frame.startswith(EVENT):  # nearly all of what it says
            self.conversation.subscriptions.saw(frame)
            self.client.send(frame)
            return
        message = envelope.peek(frame)
        if message.method is not None and message.method.startswith("link/"):
            self.engines.link_said(link, message.method, envelope.read(frame).params)
        elif message.is_answer:
            self._answered(link, message, frame)
        else:
            if message.is_request:
                self.conversation.questions.asked(message.id)
            self.client.send(frame)

    def _answered(self, link: Link, message: Message, frame: bytes) -> None:
        if self.conversation.documents.answered(message.id, frame):
            return
        link.was_useful = True
        self.client.send(frame)
        request = self.conversation.answered(message)
        if request is not None and request.method == "initialize" and versions.is_newer(__version__, link.version):
            self.client.send(versions.takes_over_later(link.version, frame))
