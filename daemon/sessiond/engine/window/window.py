"""What of a conversation goes to the model: the last finished summary, the prompt at hand, and the newest messages.

Pure. `context.py` makes a request of it, `compaction/` makes it smaller.
"""

from collections.abc import Sequence

import msgspec

from sessiond.engine.window.trimmed import Trimmed, without_trimmed
from sessiond_protocol.messages import FinishReason, Message, TextPart

FINISHED: tuple[FinishReason, ...] = ("stop", "length", "toolCalls", "unknown")
"""How a summary may end that counts; one that failed, was refused or aborted changes nothing."""


class Window(msgspec.Struct, frozen=True):
    summary: Message | None
    prompts: Sequence[Message]
    """What the user said in the running turn, where that stands before the messages."""
    older: Sequence[Message]
    """Verbatim, but made when the model saw more than this: their usage says nothing of the window."""
    newer: Sequence[Message]

    @property
    def messages(self) -> list[Message]:
        return [*self.older, *self.newer]


def window_of(messages: Sequence[Message], trimmed: Trimmed, turn_id: str) -> Window:
    """`messages`: the whole conversation; `turn_id`: the turn that is to go on."""
    boundary = next((at for at in range(len(messages) - 1, -1, -1) if is_boundary(messages[at])), None)
    if boundary is None:
        start = since = 0
    else:
        since = boundary + 1
        start = _place_of(messages, _kept_from(messages[boundary]), until=boundary, otherwise=since)
    since = max(since, _place_of(messages, trimmed.after, until=len(messages), otherwise=-1) + 1)
    return Window(
        summary=None if boundary is None else messages[boundary],
        prompts=_prompts(messages[:start], turn_id),
        older=_verbatim(messages[start:since], trimmed),
        newer=_verbatim(messages[since:], trimmed),
    )


def is_boundary(message: Message) -> bool:
    """Whether it is a summary that counts: finished, without error, and it says something."""
    return (
        message.summary is not None
        and message.error is None
        and message.finish_reason in FINISHED
        and bool(summary_text(message))
    )


def summary_text(message: Message) -> str:
    return "\n\n".join(part.text for part in message.parts if isinstance(part, TextPart)).strip()


def _kept_from(boundary: Message) -> str | None:
    return boundary.summary.keep_from if boundary.summary else None


def _place_of(messages: Sequence[Message], message_id: str | None, *, until: int, otherwise: int) -> int:
    """The place of a message, looked for from the end."""
    if message_id is None:
        return otherwise
    return next((at for at in range(until - 1, -1, -1) if messages[at].id == message_id), otherwise)


def _prompts(before: Sequence[Message], turn_id: str) -> list[Message]:
    prompts: list[Message] = []
    for message in reversed(before):
        if message.turn_id != turn_id:
            break
        if message.role == "user":
            prompts.insert(0, message)
    return prompts


def _verbatim(messages: Sequence[Message], trimmed: Trimmed) -> list[Message]:
    """Without summaries, and without what was refused or stopped before anything was said."""
    own = (message for message in messages if message.summary is None and message.parts)
    return [without_trimmed(message, trimmed) for message in own] if trimmed.files else list(own)
