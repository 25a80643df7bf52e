"""Where a subscriber begins: the parameters and the result of `session/subscribe`. Used by `methods.py`."""

from typing import Literal

import msgspec

from sessiond_protocol.course.queue import QueuedPrompt
from sessiond_protocol.messages import ContextUse, Message, PermissionRequest, QuestionRequest, Session, Todo
from sessiond_protocol.wire import Value, Wire


class SubscribeParams(Value, frozen=True):
    session_id: str
    after: int | None = None
    """The `seq` of the last durable event the client has folded; left out for a snapshot."""


class OpenText(Value, frozen=True):
    """The text so far of a part that is still open; deltas go on from here."""

    message_id: str
    part_id: str
    field: Literal["text", "input"]
    text: str


class SubscribeResult(Wire, omit_defaults=False):
    mode: Literal["replay", "snapshot"]
    seq: int
    """Events up to this one are in `messages` (snapshot) or follow at once (replay)."""
    session: Session
    open: list[OpenText]
    permissions: list[PermissionRequest]
    """The questions that wait, in child sessions too."""
    messages: list[Message] | msgspec.UnsetType = msgspec.UNSET
    """Snapshot only: the newest page; older ones by `session/messages` with `nextCursor`."""
    next_cursor: str | None = None
    todos: list[Todo] = msgspec.field(default_factory=list[Todo])
    questions: list[QuestionRequest] = msgspec.field(default_factory=list[QuestionRequest])
    """What tools and MCP servers wait to know, in child sessions too."""
    queue: list[QueuedPrompt] = msgspec.field(default_factory=list[QueuedPrompt])
    queue_held: str | None = None
    """Why the queue does not go on by itself."""
    reverted: bool = False
    """Whether `session/unrevert` would bring something again."""
    context: ContextUse | None = None
    """How full the context was at the last model call, as long as the engine has the session in memory."""
