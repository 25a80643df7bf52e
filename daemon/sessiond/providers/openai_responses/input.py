"""The body of a Responses request, from the engine's words: pure, but for the images that `pair` reads."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from sessiond.providers.base import ModelRequest, ToolSpec
from sessiond.providers.pairing import Entry, Media, PairedCall, Takes, pair
from sessiond_protocol.messages import ReasoningPart, Role, TextPart


class Signature(msgspec.Struct):
    """What a reasoning part's signature holds: the item's id and its encrypted text, as JSON."""

    id: str
    encrypted_content: str


def to_body(provider_id: str, request: ModelRequest, *, genuine: bool) -> dict[str, Any]:
    """The body but for `stream`. `genuine`: it goes to OpenAI itself.

    Nothing is stored at the provider; what it wants back of its reasoning comes encrypted. Only
    OpenAI itself gets the fields that compatible servers may not know.
    """
    takes = Takes(images=request.images, pdf=request.images and genuine)
    entries = pair(request.messages, f"{provider_id}/{request.model}", takes)
    body: dict[str, Any] = {"model": request.model, "input": list(_to_items(entries)), "store": False}
    if request.system:
        body["instructions"] = "\n\n".join(request.system)
    if request.tools:
        body["tools"] = [_to_tool(tool) for tool in request.tools]
    if request.max_output_tokens is not None:
        body["max_output_tokens"] = request.max_output_tokens
    if request.temperature is not None:
        body["temperature"] = request.temperature
    if genuine:
        body |= _for_openai(request)
    return body


def _for_openai(request: ModelRequest) -> dict[str, Any]:
    extra: dict[str, Any] = {"stream_options": {"include_obfuscation": False}}
    if request.messages:
        extra["prompt_cache_key"] = request.messages[-1].session_id
    if request.reasoning:
        extra |= {"include": ["reasoning.encrypted_content"], "reasoning": {"summary": "auto"}}
    return extra


def _to_tool(tool: ToolSpec) -> dict[str, Any]:
    return {
        "type": "function",
        "name": tool.name,
        "description": tool.description,
        "parameters": tool.parameters,
        "strict": False,
    }


def _to_items(entries: Iterable[Entry]) -> Iterable[dict[str, Any]]:
    """Each call is followed, at the end of its message, by its result."""
    for entry in entries:
        yield from _of_entry(entry)
        yield from (_to_output(call) for call in entry.calls())


def _of_entry(entry: Entry) -> list[dict[str, Any]]:
    """Neighbouring texts and images make one message. Reasoning that nothing follows is refused, so not sent."""
    items: list[dict[str, Any]] = []
    spoken: list[TextPart | Media] = []
    for part in entry.parts:
        if isinstance(part, TextPart | Media):
            spoken.append(part)
            continue
        items += _to_message(entry.role, spoken)
        spoken = []
        items += _to_item(part)
    items += _to_message(entry.role, spoken)
    while items and items[-1]["type"] == "reasoning":
        items.pop()
    return items


def _to_message(role: Role, parts: Sequence[TextPart | Media]) -> list[dict[str, Any]]:
    if not parts:
        return []
    text_type = "input_text" if role == "user" else "output_text"
    content: list[dict[str, Any]] = [
        {"type": text_type, "text": part.text} if isinstance(part, TextPart) else _to_media(part) for part in parts
    ]
    return [{"type": "message", "role": role, "content": content}]


def _to_media(media: Media) -> dict[str, Any]:
    if media.is_pdf:
        return {"type": "input_file", "filename": media.name, "file_data": media.uri}
    return {"type": "input_image", "image_url": media.uri, "detail": "auto"}


def _to_item(part: PairedCall | ReasoningPart) -> list[dict[str, Any]]:
    if isinstance(part, ReasoningPart):
        return _to_reasoning(part)
    arguments = msgspec.json.encode(part.arguments).decode()
    return [{"type": "function_call", "call_id": part.call_id, "name": part.name, "arguments": arguments}]


def _to_reasoning(part: ReasoningPart) -> list[dict[str, Any]]:
    """Reasoning that OpenAI did not sign is of no use to it."""
    try:
        signature = msgspec.json.decode(part.signature or "", type=Signature)
    except msgspec.DecodeError:
        return []
    summary = [{"type": "summary_text", "text": part.text}] if part.text else []
    return [{"type": "reasoning", "summary": summary, **msgspec.to_builtins(signature)}]


def _to_output(call: PairedCall) -> dict[str, Any]:
    output: str | list[dict[str, Any]] = call.result
    if call.media:
        output = [{"type": "input_text", "text": call.result}, *map(_to_media, call.media)]
    return {"type": "function_call_output", "call_id": call.call_id, "output": output}
