"""What of a window is summarised, and from which message on it stays verbatim. Pure."""

from collections.abc import Sequence

import msgspec

from sessiond.engine.compaction.as_text import as_text, shortened
from sessiond.engine.window.estimate import BYTES_A_TOKEN, tokens, weight, within
from sessiond.engine.window.window import Window, summary_text
from sessiond_protocol.messages import Message

LONGEST = 2_000
"""Characters of one output in the text that is summarised; where a model reads little, a share of that."""
SHARE = 1 / 80


class Outline(msgspec.Struct, frozen=True):
    previous: str
    """The summary so far, to be brought up to date; empty for the first one."""
    text: str
    """What is to be added to it."""
    weight: int
    """Tokens of the messages that the summary stands for."""
    keep_from: str | None
    """The first message that stays; None: nothing that is there now."""


def outline_of(
    window: Window, whole: Sequence[Message], turn_id: str, *, keep: int, take: int, keep_last: bool
) -> Outline | None:
    """None where there is nothing that a summary could stand for.

    `whole`: the conversation with all outputs; what was cut out of the window is told all the same.
    `keep`: tokens of the newest messages that stay, whole ones, and so calls with their results; `keep_last`: the last
    one stays whatever its size. `take`: tokens of text that the model can read at once; what is more stays for another
    summary. The prompts of the turn `turn_id` stay in any case.
    """
    messages = window.messages
    old = messages[: cut(messages, keep, keep_last=keep_last)]
    if all(message.role == "user" and message.turn_id == turn_id for message in old):
        return None
    previous = summary_text(window.summary) if window.summary else ""
    originals = {message.id: message for message in whole}
    longest = min(LONGEST, round(take * BYTES_A_TOKEN * SHARE))
    texts = [_told(originals.get(message.id, message), turn_id, longest) for message in old]
    room = max(take - tokens(previous), take // 2)
    taken = max(1, within(texts, room))
    text = "\n\n".join(filter(None, texts[:taken]))
    if not text:
        return None
    return Outline(
        previous=shortened(previous, round(take // 2 * BYTES_A_TOKEN)),
        text=shortened(text, round(room * BYTES_A_TOKEN)) if taken == 1 else text,
        weight=weight(old[:taken], images=True),
        keep_from=messages[taken].id if taken < len(messages) else None,
    )


def _told(message: Message, turn_id: str, longest: int) -> str:
    """The prompt at hand is told for the sense of what follows; the model keeps it whole."""
    text = as_text(message, longest)
    return shortened(text, longest) if message.role == "user" and message.turn_id == turn_id else text


def cut(messages: Sequence[Message], keep: int, *, keep_last: bool) -> int:
    """The place of the first of the newest messages that have at most `keep` tokens together."""
    at = len(messages) - 1 if keep_last else len(messages)
    at = max(0, at)
    kept = weight(messages[at:], images=True)
    while at > 0:
        kept += weight(messages[at - 1 : at], images=True)
        if kept > keep:
            break
        at -= 1
    return at
