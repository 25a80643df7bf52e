"""How many tokens a request has, without asking anybody: the last usage, and what was added since by its bytes.

No tokenizer: there is one for each family of models, they cost seconds and tens of MB, and none is needed to see in
time that a context fills up (decision 0120 has the measurements).
"""

from collections.abc import Iterable, Sequence

from sessiond.engine.window.window import Window
from sessiond.providers.base import ModelRequest, ToolSpec
from sessiond.providers.pairing import IMAGE_TYPES, PDF
from sessiond_protocol.messages import Message, Part, ReasoningPart, TextPart, ToolPart, Usage
from sessiond_protocol.wire import to_json

BYTES_A_TOKEN = 3.7
"""Of UTF-8: a little on the safe side for prose and code, and right for scripts of three bytes a character."""
TOKENS_A_DIGIT = 0.8
"""Numbers cost most models nearly a token a digit: a lock file is far longer than it looks."""
DIGITS = b"0123456789"
IMAGE = 1_500
PDF_FILE = 2_000
NAMED_FILE = 30
"""A line of text that stands for a file that the model does not take."""
FRAME = 6
"""What surrounds a message or a call on its way."""


def estimate(request: ModelRequest, window: Window, model: str) -> int:
    """Tokens of a request made of this window. `model`: as `provider/model`, whose usage can be trusted."""
    newer = window.newer
    for at in range(len(newer) - 1, -1, -1):
        used = total(newer[at].usage)
        if used and newer[at].model == model:
            results = sum(map(result_weight, newer[at].parts))
            return used + results + weight(newer[at + 1 :], images=request.images)
    return fixed_weight(request) + weight(request.messages, images=request.images)


def total(usage: Usage | None) -> int:
    """All that was processed: what went in and what came out, which goes in the next time."""
    if usage is None or usage.input + usage.cache_read + usage.cache_write == 0:
        return 0
    return usage.input + usage.cache_read + usage.cache_write + usage.output + usage.reasoning


def fixed_weight(request: ModelRequest) -> int:
    """System prompt and tools: what no compaction makes smaller."""
    return tokens("\n\n".join(request.system)) + sum(map(_tool_weight, request.tools))


def weight(messages: Iterable[Message], *, images: bool) -> int:
    return sum(FRAME + sum(part_weight(part, images=images) for part in message.parts) for message in messages)


def part_weight(part: Part, *, images: bool) -> int:
    match part:
        case TextPart():
            return tokens(part.text)
        case ReasoningPart():
            return tokens(part.text)
        case ToolPart():
            return FRAME + tokens(part.name) + tokens(to_json(part.state.input).decode()) + result_weight(part)
        case _:
            return file_weight(part.media_type, images=images)


def result_weight(part: Part) -> int:
    """Of what a call has given the model to read; 0 for what is no call."""
    if not isinstance(part, ToolPart):
        return 0
    state = part.state
    files = sum(file_weight(given.media_type, images=True) for given in state.attachments)
    return FRAME + tokens(state.output or "") + tokens(state.error or "") + files


def file_weight(media_type: str, *, images: bool) -> int:
    if not images:
        return NAMED_FILE
    return IMAGE if media_type in IMAGE_TYPES else PDF_FILE if media_type == PDF else NAMED_FILE


def tokens(text: str) -> int:
    data = text.encode("utf-8", "replace")
    plain = len(data.translate(None, DIGITS))
    return round(plain / BYTES_A_TOKEN + (len(data) - plain) * TOKENS_A_DIGIT)


def within(texts: Sequence[str], most: int) -> int:
    """How many of the texts, from the first on, have at most so many tokens together."""
    used = 0
    for count, text in enumerate(texts):
        used += tokens(text)
        if used > most:
            return count
    return len(texts)


def _tool_weight(tool: ToolSpec) -> int:
    return FRAME + tokens(tool.name) + tokens(tool.description) + tokens(to_json(tool.parameters).decode())
