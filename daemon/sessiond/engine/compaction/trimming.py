"""Cuts tool outputs out of what the model gets, before anything is summarised: the cheapest room there is.

All at once and for good, since each time costs the providers' caches all that stands behind the first cut.
"""

import asyncio
from collections.abc import Iterable, Sequence
from pathlib import Path

from sessiond.engine.conversation import Conversation
from sessiond.engine.window.estimate import result_weight
from sessiond.tools.outputs import Outputs
from sessiond_protocol.events import ContextTrimmed
from sessiond_protocol.messages import Message, ToolPart

WORTH = 200
"""Tokens of an output that is worth the line that takes its place."""
LINE = 60
"""Tokens of that line."""


def trimmable(messages: Iterable[Message], already: Iterable[str], *, least: int = WORTH) -> list[ToolPart]:
    """The calls with outputs of at least so many tokens that are still there in full."""
    gone = set(already)
    return [
        part
        for message in messages
        for part in message.parts
        if isinstance(part, ToolPart) and part.id not in gone and result_weight(part) >= max(least, WORTH)
        if part.state.status in ("completed", "failed") and part.state.output
    ]


def saved(parts: Iterable[ToolPart]) -> int:
    """Tokens that cutting them makes room for."""
    return sum(result_weight(part) - LINE for part in parts)


async def trim(conversation: Conversation, outputs: Outputs, parts: Sequence[ToolPart]) -> None:
    """Keeps each output as a file and records that the model no longer gets them."""
    kept = await asyncio.to_thread(lambda: {part.id: _kept(outputs, part.state.output or "") for part in parts})
    files = {part_id: str(file) for part_id, file in kept.items() if file is not None}
    await conversation.record(ContextTrimmed(part_ids=list(kept), files=files))


def _kept(outputs: Outputs, output: str) -> Path | None:
    """None on a full disk: then the call can be made again."""
    try:
        return outputs.keep(output)
    except OSError:
        return None
