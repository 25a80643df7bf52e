"""Everything that happens to a session, on one screen.

Durable events are the log: numbered by `seq` from 1 without gaps, committed before they are
sent, folded to rebuild the session. Live events are sent and forgotten. Whatever starts ends:

    turn.started    ... turn.ended       exactly one, also after a crash
    message.added   ... message.ended    (a user's message is whole and has no end, nor has one that was forked)
    part.started    ... part.ended       the end carries the whole content
    permission.asked ... permission.replied
    question.asked  ... question.answered

A child session's questions also reach those who listen to its ancestors: without a `seq`, with the
`path` of session ids from the one they listen to down to the child.
"""

from typing import Any, Literal, TypeAlias, get_args

import msgspec

from sessiond_protocol.course.branches import RevertedFile
from sessiond_protocol.course.queue import QueuedPrompt
from sessiond_protocol.messages import (
    Decision,
    Failure,
    FinishReason,
    Message,
    Part,
    PermissionRequest,
    QuestionAnswer,
    QuestionRequest,
    Session,
    StopReason,
    Todo,
    ToolState,
    Usage,
)
from sessiond_protocol.wire import Money, Wire


class Durable(Wire, tag_field="type"):
    """A recorded fact. `seq` and `at` are given when it is recorded."""

    seq: int = 0
    """Its place in the session's log: from 1, without gaps."""
    at: int = 0
    """When it was recorded, in ms since the epoch."""


class Live(Wire, tag_field="type"):
    """News without a number, never replayed."""

    at: int = 0
    """When it was said, in ms since the epoch."""


# fmt: off
class SessionCreated(Durable, tag="session.created", kw_only=True):       session: Session
class SessionUpdated(Durable, tag="session.updated", kw_only=True):       session: Session
class SessionDeleted(Durable, tag="session.deleted", kw_only=True):       session: Session
class TurnStarted(Durable, tag="turn.started", kw_only=True):             turn_id: str; kind: Literal["chat", "summarize"]; model: str
class MessageAdded(Durable, tag="message.added", kw_only=True):           message: Message
class PartStarted(Durable, tag="part.started", kw_only=True):             message_id: str; part: Part
class PartEnded(Durable, tag="part.ended", kw_only=True):                 message_id: str; part: Part
class ToolChanged(Durable, tag="tool.changed", kw_only=True):             message_id: str; part_id: str; state: ToolState
class MessageEnded(Durable, tag="message.ended", kw_only=True):           message_id: str; usage: Usage; cost: Money | None; finish_reason: FinishReason; error: Failure | None = None
class TurnEnded(Durable, tag="turn.ended", kw_only=True):                 turn_id: str; stop_reason: StopReason; usage: Usage; cost: Money | None; error: Failure | None = None
class PermissionAsked(Durable, tag="permission.asked", kw_only=True):     request: PermissionRequest; path: list[str] | None = None
class PermissionReplied(Durable, tag="permission.replied", kw_only=True): request_id: str; decision: Decision; by: str; feedback: str | None = None; path: list[str] | None = None
class QuestionAsked(Durable, tag="question.asked", kw_only=True):         request: QuestionRequest; path: list[str] | None = None
class QuestionAnswered(Durable, tag="question.answered", kw_only=True):   request_id: str; answer: QuestionAnswer; by: str; path: list[str] | None = None
class TodoChanged(Durable, tag="todo.changed", kw_only=True):             todos: list[Todo]
class QueueChanged(Durable, tag="queue.changed", kw_only=True):           queue: list[QueuedPrompt]; held: str | None = None
class SessionReverted(Durable, tag="session.reverted", kw_only=True):     message_id: str; conversation: bool; files: list[RevertedFile]
class SessionUnreverted(Durable, tag="session.unreverted", kw_only=True): files: list[RevertedFile]
class SessionSealed(Durable, tag="session.sealed", kw_only=True):         pass
class UsageAdded(Durable, tag="usage.added", kw_only=True):               purpose: Literal["title"]; model: str; usage: Usage; cost: Money | None
class ContextTrimmed(Durable, tag="context.trimmed", kw_only=True):       part_ids: list[str]; files: dict[str, str] = msgspec.field(default_factory=dict[str, str])
class EventLost(Durable, tag="event.lost", kw_only=True):                 reason: str = ""

class PartDelta(Live, tag="part.delta", kw_only=True):                    message_id: str; part_id: str; field: Literal["text", "input"]; text: str
class ToolProgress(Live, tag="tool.progress", kw_only=True):              message_id: str; part_id: str; text: str | None = None; done: float | None = None; total: float | None = None
class Status(Live, tag="status", kw_only=True):                           state: Literal["idle", "running", "waiting", "retrying", "compacting"]; attempt: int | None = None; next_try_at: int | None = None; reason: str | None = None
class Notice(Live, tag="notice", kw_only=True):                           severity: Literal["info", "warning", "error"]; text: str
class ContextFilled(Live, tag="context", kw_only=True):                   used: int; limit: int | None = None; compacts_at: int | None = None
# fmt: on

DurableEvent: TypeAlias = (
    SessionCreated
    | SessionUpdated
    | SessionDeleted
    | TurnStarted
    | MessageAdded
    | PartStarted
    | PartEnded
    | ToolChanged
    | MessageEnded
    | TurnEnded
    | PermissionAsked
    | PermissionReplied
    | QuestionAsked
    | QuestionAnswered
    | TodoChanged
    | QueueChanged
    | SessionReverted
    | SessionUnreverted
    | SessionSealed
    | UsageAdded
    | ContextTrimmed
    | EventLost
)
LiveEvent: TypeAlias = PartDelta | ToolProgress | Status | Notice | ContextFilled
Event: TypeAlias = DurableEvent | LiveEvent


class SessionEvents(Wire):
    """The parameters of the notification `session/event`: several events of one session, in order."""

    session_id: str
    events: list[Event]


class SessionResync(Wire):
    """The parameters of the notification `session/resync`: too much was missed, subscribe anew."""

    session_id: str


def event_names(union: Any) -> list[str]:
    """The `type` tags of an event union such as `DurableEvent`, in its order."""
    return [member.__struct_config__.tag for member in get_args(union)]
