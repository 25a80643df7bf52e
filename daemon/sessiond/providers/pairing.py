"""The conversation as providers accept it: every call has a result, a legal name and an id of its own.

Every adapter starts from `pair` and translates what it gives; nothing here knows an API. A history
that breaks these rules is answered with 400 for ever, so they hold whatever the log contains.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias, cast

import msgspec

from sessiond_protocol.messages import FilePart, Message, ReasoningPart, Role, TextPart, ToolPart, ToolState

NOT_RUN = "This call was not run: the turn ended before it."
EFFECT_UNKNOWN = "This call was interrupted. Whether it took effect is unknown; look before you repeat it."
NO_OUTPUT = "(no output)"


class PairedCall(msgspec.Struct, frozen=True):
    """A tool call and what came of it. `failed`: `result` is an error text."""

    call_id: str
    name: str
    arguments: dict[str, Any]
    result: str
    failed: bool


SentPart: TypeAlias = TextPart | FilePart | ReasoningPart | PairedCall


class Entry(msgspec.Struct, frozen=True):
    """One message to be sent; never empty, its calls last."""

    role: Role
    parts: tuple[SentPart, ...]

    def calls(self) -> list[PairedCall]:
        return [part for part in self.parts if isinstance(part, PairedCall)]


def pair(messages: Sequence[Message], model: str) -> list[Entry]:
    """The messages as entries in the same order, those with nothing to say left out.

    `model` is `provider/model`: reasoning of any other is dropped, since its signature means
    nothing elsewhere. Texts of white space alone are dropped (Anthropic refuses them).
    """
    ids = _CallIds()
    entries = (Entry(message.role, tuple(_sent_parts(message, model, ids))) for message in messages)
    return [entry for entry in entries if entry.parts]


def _sent_parts(message: Message, model: str, ids: "_CallIds") -> Iterable[SentPart]:
    for part in message.parts:
        match part:
            case TextPart():
                if part.text.strip():
                    yield part
            case ReasoningPart():
                if message.role == "assistant" and message.model == model:
                    yield part
            case FilePart():
                yield part
            case ToolPart():
                pass
    if message.role == "assistant":
        for part in message.parts:
            if isinstance(part, ToolPart):
                yield _paired_call(part, ids)


def _paired_call(part: ToolPart, ids: "_CallIds") -> PairedCall:
    """The input is an object even where the model wrote none: servers fail on a broken one for ever."""
    written: object = part.state.input
    arguments = cast(dict[str, Any], written) if isinstance(written, dict) else {}
    name = _legal(part.name) or "unknown"
    return PairedCall(ids.unique(part.call_id), name, arguments, _result(part.state), part.state.status != "completed")


def _result(state: ToolState) -> str:
    match state.status:
        case "completed":
            return state.output or NO_OUTPUT
        case "failed":
            return "\n".join(text for text in (state.output, state.error) if text) or EFFECT_UNKNOWN
        case "running":
            return EFFECT_UNKNOWN
        case "pending":
            return NOT_RUN


class _CallIds:
    """Gives each call of one request an id of its own; a good one is kept as it is."""

    def __init__(self) -> None:
        self._used: set[str] = set()

    def unique(self, call_id: str) -> str:
        base = _legal(call_id) or "call"
        unique, count = base, 1
        while unique in self._used:
            count += 1
            unique = f"{base[:56]}_{count}"
        self._used.add(unique)
        return unique


def _legal(name: str) -> str:
    """What both OpenAI and Anthropic take as a call id or tool name: `[a-zA-Z0-9_-]{1,64}`."""
    return re.sub(r"[^a-zA-Z0-9_-]", "_", name)[:64]
