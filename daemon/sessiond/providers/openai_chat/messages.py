"""The body of a chat completions request, from the engine's words: pure, but for the images that `pair` reads."""

from collections.abc import Iterator
from typing import Any

import msgspec

from sessiond.providers.base import ModelRequest, ToolSpec
from sessiond.providers.pairing import Entry, Media, Takes, pair
from sessiond_protocol.messages import ReasoningPart, TextPart


def to_chat_body(
    provider_id: str, request: ModelRequest, *, genuine: bool, return_reasoning: bool = False
) -> dict[str, Any]:
    """The JSON body, streaming. `genuine`: it goes to OpenAI itself, which has renamed `max_tokens`."""
    body: dict[str, Any] = {
        "model": request.model,
        "messages": to_chat_messages(provider_id, request, genuine=genuine, return_reasoning=return_reasoning),
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    if request.tools:
        body["tools"] = [_to_tool(tool) for tool in request.tools]
    if request.max_output_tokens is not None:
        body["max_completion_tokens" if genuine else "max_tokens"] = request.max_output_tokens
    if request.temperature is not None:
        body["temperature"] = request.temperature
    return body


def to_chat_messages(
    provider_id: str, request: ModelRequest, *, genuine: bool = False, return_reasoning: bool = False
) -> list[dict[str, Any]]:
    """System prompt and conversation; every call is followed by its result.

    `return_reasoning`: the model wants its `reasoning_content` back while it works on one prompt
    (DeepSeek and Kimi answer 400 without it); that of earlier turns is never sent.
    """
    messages: list[dict[str, Any]] = []
    if request.system:
        messages.append({"role": "system", "content": "\n\n".join(request.system)})
    takes = Takes(images=request.images, pdf=request.images and genuine)
    entries = pair(request.messages, f"{provider_id}/{request.model}", takes)
    last_prompt = max((at for at, entry in enumerate(entries) if entry.role == "user"), default=-1)
    for at, entry in enumerate(entries):
        if entry.role == "user":
            messages.append({"role": "user", "content": _user_content(entry)})
        else:
            messages += _assistant_messages(entry, with_reasoning=return_reasoning and at > last_prompt)
    return messages


def _user_content(entry: Entry) -> str | list[dict[str, Any]]:
    """A plain string where there is only text: many servers take nothing else."""
    if not any(isinstance(part, Media) for part in entry.parts):
        return _text(entry)
    return [_to_content(part) for part in entry.parts if isinstance(part, TextPart | Media)]


def _to_content(part: TextPart | Media) -> dict[str, Any]:
    if isinstance(part, TextPart):
        return {"type": "text", "text": part.text}
    if part.is_pdf:
        return {"type": "file", "file": {"filename": part.name, "file_data": part.uri}}
    return {"type": "image_url", "image_url": {"url": part.uri}}


def _assistant_messages(entry: Entry, *, with_reasoning: bool) -> Iterator[dict[str, Any]]:
    calls = entry.calls()
    text = _text(entry)
    if not text and not calls:
        return
    message: dict[str, Any] = {"role": "assistant", "content": text or None}
    reasoning = "".join(part.text for part in entry.parts if isinstance(part, ReasoningPart))
    if with_reasoning and reasoning:
        message["reasoning_content"] = reasoning
    if calls:
        message["tool_calls"] = [
            {
                "id": call.call_id,
                "type": "function",
                "function": {"name": call.name, "arguments": msgspec.json.encode(call.arguments).decode()},
            }
            for call in calls
        ]
    yield message
    for call in calls:
        yield {"role": "tool", "tool_call_id": call.call_id, "content": call.result}
    media = [_to_content(file) for call in calls for file in call.media]
    if media:  # a tool's message takes nothing but text
        yield {"role": "user", "content": [{"type": "text", "text": "The files that these calls have read:"}, *media]}


def _text(entry: Entry) -> str:
    return "\n\n".join(part.text for part in entry.parts if isinstance(part, TextPart))


def _to_tool(tool: ToolSpec) -> dict[str, Any]:
    function = {"name": tool.name, "description": tool.description, "parameters": tool.parameters}
    return {"type": "function", "function": function}
