"""Who hears of a session: the contract between a session and a connection's outgoing buffer.

The session never waits for a subscriber; every call here returns at once and never raises.
"""

from typing import Protocol, TypeAlias

from sessiond.session.open_part import OpenPart
from sessiond_protocol.events import LiveEvent, PermissionAsked, PermissionReplied, QuestionAnswered, QuestionAsked

Relayed: TypeAlias = PermissionAsked | PermissionReplied | QuestionAsked | QuestionAnswered
"""What reaches the listeners of a session's ancestors as well, with its `path` and without a `seq`."""


class Subscriber(Protocol):
    """One client's ear: its outbox, or what asks the user of a client that knows nothing of sessions."""

    name: str

    @property
    def answers(self) -> bool:
        """Whether a question that it hears can be answered: not once its client has said its last."""
        ...

    def durable(self, session_id: str, seq: int, event: bytes) -> None:
        """A recorded event as the JSON that is stored; `seq` ascends without gaps."""
        ...

    def grown(self, session_id: str, part: OpenPart) -> None:
        """An open part has more text than before: a delta, to be taken from the part itself."""
        ...

    def live(self, session_id: str, event: LiveEvent | Relayed) -> None:
        """Any other live event, or a question of a child session and its answer."""
        ...
