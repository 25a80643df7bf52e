"""The body of a Messages request, from the engine's words: pure, but for the images that `pair` reads."""

from collections.abc import Iterable
from typing import Any

from sessiond.providers.base import ModelRequest, ToolSpec
from sessiond.providers.pairing import Entry, Media, PairedCall, SentPart, Takes, pair
from sessiond_protocol.messages import ReasoningPart, TextPart

DEFAULT_MAX_TOKENS = 8192
"""The API requires a limit; this one stands where the catalogue knows none."""
REDACTED = "redacted:"
"""Before the data of a `redacted_thinking` block, to tell it from a signature; base64 has no colon."""
_CACHED: dict[str, Any] = {"cache_control": {"type": "ephemeral"}}


def to_body(provider_id: str, request: ModelRequest) -> dict[str, Any]:
    """The body but for `stream`.

    Four places are marked for the prompt cache, the most the API takes: the most stable and the
    last block of the system prompt (tools come before them), and the last two user messages.
    """
    takes = Takes(images=request.images, pdf=request.images)  # whichever of its models sees, reads PDF as well
    entries = pair(request.messages, f"{provider_id}/{request.model}", takes)
    body: dict[str, Any] = {
        "model": request.model,
        "max_tokens": request.max_output_tokens or DEFAULT_MAX_TOKENS,
        "messages": _marked(list(_to_messages(entries))),
    }
    if request.system:
        body["system"] = _to_system(request.system)
    if request.tools:
        body["tools"] = [_to_tool(tool) for tool in request.tools]
    if request.temperature is not None:
        body["temperature"] = request.temperature
    elif request.reasoning:
        # The models that take no temperature choose by themselves how much to think; without
        # `display` most of them keep their thoughts to themselves.
        body["thinking"] = {"type": "adaptive", "display": "summarized"}
    return body


def _to_system(blocks: tuple[str, ...]) -> list[dict[str, Any]]:
    system: list[dict[str, Any]] = [{"type": "text", "text": text} for text in blocks]
    system[0] |= _CACHED
    system[-1] |= _CACHED
    return system


def _to_tool(tool: ToolSpec) -> dict[str, Any]:
    return {"name": tool.name, "description": tool.description, "input_schema": tool.parameters}


def _to_messages(entries: Iterable[Entry]) -> Iterable[dict[str, Any]]:
    """Results go into the user message after the calls, before what the user says there."""
    results: list[dict[str, Any]] = []
    for entry in entries:
        blocks = [block for part in _calls_last(entry.parts) if (block := _to_block(part))]
        if entry.role == "user":
            yield {"role": "user", "content": results + blocks}
            results = []
            continue
        if results:
            yield {"role": "user", "content": results}
        if blocks:
            yield {"role": "assistant", "content": blocks}
        results = [_to_result(call) for call in entry.calls()]
    if results:
        yield {"role": "user", "content": results}


def _calls_last(parts: tuple[SentPart, ...]) -> list[SentPart]:
    """The order is kept, except where a text follows a call, as other vendors' models do: that is refused."""
    last_text = max((index for index, part in enumerate(parts) if isinstance(part, TextPart)), default=-1)
    if not any(isinstance(part, PairedCall) for part in parts[: last_text + 1]):
        return list(parts)
    return sorted(parts, key=lambda part: isinstance(part, PairedCall))


def _to_block(part: SentPart) -> dict[str, Any] | None:
    match part:
        case TextPart():
            return {"type": "text", "text": part.text}
        case Media():
            return _to_media(part)
        case PairedCall():
            return {"type": "tool_use", "id": part.call_id, "name": part.name, "input": part.arguments}
        case ReasoningPart():
            return _to_thinking(part)


def _to_thinking(part: ReasoningPart) -> dict[str, Any] | None:
    """Thinking without a signature, such as one that was cut off, is refused and so not sent."""
    if not part.signature:
        return None
    if part.signature.startswith(REDACTED):
        return {"type": "redacted_thinking", "data": part.signature.removeprefix(REDACTED)}
    return {"type": "thinking", "thinking": part.text, "signature": part.signature}


def _to_media(media: Media) -> dict[str, Any]:
    source = {"type": "base64", "media_type": media.media_type, "data": media.data}
    return {"type": "document" if media.is_pdf else "image", "source": source}


def _to_result(call: PairedCall) -> dict[str, Any]:
    content: str | list[dict[str, Any]] = call.result
    if call.media:
        content = [{"type": "text", "text": call.result}, *map(_to_media, call.media)]
    return {"type": "tool_result", "tool_use_id": call.call_id, "content": content, "is_error": call.failed}


def _marked(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    for message in [message for message in messages if message["role"] == "user"][-2:]:
        message["content"][-1] |= _CACHED
    return messages
