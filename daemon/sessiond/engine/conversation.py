"""What a turn may do to its conversation; `session/session.py` is the one that does it.

The engine thinks through this Protocol and knows nothing of stores, clients or other sessions.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

import msgspec

from sessiond.engine.plan import TurnPlan
from sessiond.engine.window.trimmed import Trimmed
from sessiond.permission.rules import Verdict
from sessiond.tools.base import Delegated
from sessiond.tools.files.files import Seen
from sessiond_protocol.events import DurableEvent, LiveEvent
from sessiond_protocol.messages import (
    Failure,
    Message,
    PermissionRequest,
    QuestionAnswer,
    QuestionRequest,
    StopReason,
    Todo,
    Usage,
)
from sessiond_protocol.wire import Money


class Refused(Exception):
    """The user refused a tool call, or nobody was there to allow it. The text is for the model."""


class TurnOutcome(msgspec.Struct, frozen=True):
    """How a turn ended; `usage` and `cost` are those of a step that did not get to its own end."""

    stop_reason: StopReason
    error: Failure | None = None
    usage: Usage = Usage()
    cost: Money | None = None


class Conversation(Protocol):
    @property
    def id(self) -> str: ...

    @property
    def directory(self) -> str: ...

    @property
    def messages(self) -> Sequence[Message]:
        """The conversation so far, in order."""
        ...

    @property
    def trimmed(self) -> Trimmed:
        """The tool outputs that the model no longer gets."""
        ...

    @property
    def todos(self) -> list[Todo]:
        """What is to be done, as the list was recorded last."""
        ...

    @property
    def seen(self) -> Seen:
        """Which content of which file this session has read or written last."""
        ...

    async def record(self, *events: DurableEvent, sync: bool = False) -> None:
        """Commits, folds and publishes facts, in that order. Never half done, even when cancelled.

        Raises StorageFailed; then nothing has changed.
        """
        ...

    def grow(self, part_id: str, text: str) -> None:
        """Sends a delta of a part that has started. Its cost does not depend on how long anything is."""
        ...

    def text_of(self, part_id: str) -> str:
        """The text so far of an open part."""
        ...

    def say(self, event: LiveEvent) -> None:
        """Sends a live event."""
        ...

    async def ask(self, request: PermissionRequest, verdict: Callable[[], Verdict]) -> None:
        """Puts a question to the user and waits for the leave to go on. Raises Refused.

        `verdict` is what the rules say of it at the moment: another answer may have saved one that speaks of it,
        and then nobody need be asked any more. It is called in a thread.
        """
        ...

    async def inquire(self, request: QuestionRequest) -> QuestionAnswer:
        """Puts a question of a running call to the user and waits for the answer; `cancel` where nobody is there.

        When cancelled the question is withdrawn, on record too.
        """
        ...

    async def delegate(self, title: str, prompt: str, plan: TurnPlan, progress: Callable[[str], None]) -> Delegated:
        """Runs a prompt in a child session to its end, with nothing that `plan` does not have.

        Raises ToolFailed when there can be no child. Cancelling it aborts the child's turn and waits for its end.
        """
        ...

    async def end_turn(self, turn_id: str, outcome: TurnOutcome) -> None:
        """Closes whatever the turn has left open and records its end."""
        ...
