"""Prompts that wait: what a queued prompt is, and the parameters and results of `queue/…`.

Used by events and `methods.py`.
"""

from typing import Literal, TypeAlias

from sessiond_protocol.messages import FilePart, TextPart
from sessiond_protocol.wire import Value, Wire

QueueMode: TypeAlias = Literal["queue", "steer"]


class QueuedPrompt(Value, frozen=True):
    """A prompt that was accepted and has not begun. Its message will bear its `id`."""

    id: str
    """The `queueId`: the client's `messageId`, or one that was given."""
    parts: list[TextPart | FilePart]
    mode: QueueMode = "queue"
    """`steer`: it goes into the turn that runs, at its next step."""
    created_at: int = 0
    model: str | None = None
    """What it asked for; it counts when the prompt begins a turn of its own. `system`, `tools`, `maxSteps` likewise."""
    system: list[str] | None = None
    tools: list[str] | None = None
    max_steps: int | None = None


class QueueParams(Value, frozen=True):
    session_id: str


class QueueUpdateParams(Value, frozen=True):
    session_id: str
    queue_id: str
    text: str | None = None
    """Takes the place of all the prompt's text; its files stay."""
    mode: QueueMode | None = None


class QueueRemoveParams(Value, frozen=True):
    session_id: str
    queue_id: str


class QueueReorderParams(Value, frozen=True):
    session_id: str
    queue_ids: list[str]
    """Those that come first, in this order; the others follow as they were."""


class QueueResult(Wire, omit_defaults=False):
    queue: list[QueuedPrompt]
    held: str | None = None
    """Why the queue does not go on by itself, as a person reads it; `queue/resume`, or a prompt, lets it go on."""
