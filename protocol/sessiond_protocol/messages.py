"""What a conversation is made of: sessions, messages and their parts, usage and failures.

Folded from events, stored inside them and sent to clients; see `events.py`.
"""

from typing import Any, Literal, TypeAlias

import msgspec

from sessiond_protocol.wire import Money, Value, Wire


class Usage(Value, frozen=True, omit_defaults=False):
    """Tokens of five kinds that do not overlap; their sum is what was processed."""

    input: int = 0
    output: int = 0
    reasoning: int = 0
    cache_read: int = 0
    cache_write: int = 0


class Failure(Value, frozen=True):
    """Why a model call or a turn failed. `kind` is one of the application errors' kinds."""

    kind: str
    message: str
    retryable: bool = False


class Origin(Value, frozen=True, omit_defaults=False):
    """What a session was forked from: the last message that was kept, `null` for all there were."""

    session_id: str
    message_id: str | None = None


class Session(Value, frozen=True, omit_defaults=False):
    """One conversation: its settings and totals. `model` is `provider/model`."""

    id: str
    title: str
    directory: str
    created_at: int
    updated_at: int
    parent_id: str | None = None
    model: str | None = None
    archived: bool = False
    usage: Usage = Usage()
    cost: Money | None = None
    turn_id: str | None = None
    """The turn that runs now."""
    waiting: int = 0
    """Its questions that wait for an answer of the user; those of its children are counted there."""
    origin: Origin | None = None
    """Where it was forked from."""


class TextPart(Wire, tag_field="type", tag="text"):
    id: str
    text: str


class ReasoningPart(Wire, tag_field="type", tag="reasoning"):
    id: str
    text: str
    signature: str | None = None
    """What the provider wants back unchanged with the next request."""


class FilePart(Wire, tag_field="type", tag="file"):
    id: str
    media_type: str
    uri: str
    """`file:` or `data:`."""
    name: str | None = None


ToolStatus: TypeAlias = Literal["pending", "running", "completed", "failed"]


class Attachment(Value, frozen=True):
    """An image or a PDF that a tool gives to models that take it."""

    media_type: str
    uri: str
    """`data:` with the whole content."""
    name: str


class ToolState(Wire):
    """One tool call's way from the model's wish to its outcome; times in ms since the epoch."""

    status: ToolStatus
    input: Any = msgspec.field(default_factory=dict[str, Any])
    title: str | None = None
    output: str | None = None
    error: str | None = None
    metadata: dict[str, Any] | None = None
    attachments: list[Attachment] = msgspec.field(default_factory=list[Attachment])
    started_at: int | None = None
    ended_at: int | None = None


class ToolPart(Wire, tag_field="type", tag="tool"):
    id: str
    call_id: str
    name: str
    state: ToolState


Part: TypeAlias = TextPart | ReasoningPart | FilePart | ToolPart


class Place(Value, frozen=True):
    """Where an assistant message was made: working directory and project root."""

    cwd: str
    root: str


class SummaryOf(Value, frozen=True):
    """Marks a summary; from `keep_from` (a message id) on, the model gets messages verbatim."""

    keep_from: str | None = None


FinishReason: TypeAlias = Literal[
    "stop", "toolCalls", "length", "contentFilter", "error", "aborted", "interrupted", "unknown"
]
StopReason: TypeAlias = Literal["endTurn", "maxTokens", "maxSteps", "refusal", "aborted", "interrupted", "error"]
Role: TypeAlias = Literal["user", "assistant"]


class Message(Wire):
    """One entry of a conversation. A user message is whole, and so is one with a finish reason; else it fills."""

    id: str
    session_id: str
    turn_id: str
    role: Role
    parts: list[Part]
    created_at: int
    model: str | None = None
    path: Place | None = None
    usage: Usage | None = None
    cost: Money | None = None
    finish_reason: FinishReason | None = None
    error: Failure | None = None
    summary: SummaryOf | None = None


class ContextUse(Value, frozen=True, omit_defaults=False):
    """How full a model's context is; in tokens, estimated from the last usage and what was added since."""

    used: int
    limit: int | None
    """What the model takes, its answer included; `null` where nobody knows."""
    compacts_at: int | None
    """From where on the conversation is compacted before the next call; `null` where it is not."""


class Todo(Value, frozen=True):
    """One entry of a session's list of what is to be done."""

    content: str
    status: Literal["pending", "inProgress", "completed", "cancelled"] = "pending"
    priority: Literal["high", "medium", "low"] = "medium"


class OfferedRule(Value, frozen=True):
    """A rule that an always-answer would save. `*` in the pattern stands for any text."""

    permission: str
    pattern: str


class PermissionRequest(Value, frozen=True):
    """A question to the user about one tool call."""

    id: str
    session_id: str
    turn_id: str
    message_id: str
    part_id: str
    tool: str
    title: str
    permission: str
    """The permission asked for, such as `read` or `edit`."""
    patterns: list[str]
    """What the call would touch: paths, commands, URLs."""
    reason: str | None = None
    """Why the rules do not simply allow it, as a person reads it."""
    diff: str | None = None
    """Of a call that edits: what it would change, as a unified diff."""
    command: str | None = None
    """Of a call that runs one: the whole command, as it would be run."""
    always: list[OfferedRule] = msgspec.field(default_factory=list[OfferedRule])
    """What `allowAlways` would save; empty when it is not on offer."""
    created_at: int = 0


Decision: TypeAlias = Literal["allowOnce", "allowAlways", "rejectOnce", "rejectAlways", "cancelled"]


class QuestionRequest(Value, frozen=True):
    """What a tool or an MCP server wants to know while a call of it runs."""

    id: str
    session_id: str
    turn_id: str
    message_id: str
    part_id: str
    source: str
    """Who asks, as a person reads it: `MCP server files`. Nobody has checked what it asks."""
    message: str
    schema: dict[str, Any] | None = None
    """The fields of the answer: a JSON Schema of a flat object. None: only whether the user agrees."""
    url: str | None = None
    """An address that the user is asked to open in a browser; to accept is to say that they do."""
    created_at: int = 0


class QuestionAnswer(Value, frozen=True):
    """`decline` is a no; `cancel` means that nobody chose. `content` has the fields of an `accept`."""

    action: Literal["accept", "decline", "cancel"]
    content: dict[str, Any] | None = None
