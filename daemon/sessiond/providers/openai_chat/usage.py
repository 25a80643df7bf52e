"""Tokens as a chat completions server counts them, in our five kinds that do not overlap."""

from typing import Any, cast

from sessiond.providers.openai_chat.chunk import Chunk
from sessiond_protocol.messages import Usage


def usage_of(chunk: Chunk) -> Usage | None:
    """The tokens that a chunk reports, in OpenAI's field or in Groq's."""
    return to_usage(chunk.usage) or to_usage(_object(chunk.x_groq).get("usage"))


def to_usage(value: Any) -> Usage | None:
    """The usage object of a response; None when it has no counts.

    `prompt_tokens` includes cached ones everywhere. `completion_tokens` includes reasoning, except
    where the total says otherwise (xAI).
    """
    fields = _object(value)
    prompt = _count(fields, "prompt_tokens") or _count(fields, "input_tokens")
    completion = _count(fields, "completion_tokens") or _count(fields, "output_tokens")
    if not prompt and not completion:
        return None
    details = _object(fields.get("prompt_tokens_details"))
    cached = (
        _count(details, "cached_tokens") or _count(fields, "cached_tokens") or _count(fields, "prompt_cache_hit_tokens")
    )
    written = _count(details, "cache_write_tokens") or _count(fields, "cache_creation_input_tokens")
    reasoning = _count(_object(fields.get("completion_tokens_details")), "reasoning_tokens")
    if reasoning and prompt + completion + reasoning == _count(fields, "total_tokens"):
        completion += reasoning
    cached = min(cached, prompt)
    written = min(written, prompt - cached)
    reasoning = min(reasoning, completion)
    return Usage(
        input=prompt - cached - written,
        output=completion - reasoning,
        reasoning=reasoning,
        cache_read=cached,
        cache_write=written,
    )


def _object(value: Any) -> dict[str, Any]:
    return cast(dict[str, Any], value) if isinstance(value, dict) else {}


def _count(fields: dict[str, Any], name: str) -> int:
    value = fields.get(name)
    return int(value) if isinstance(value, int | float) and 0 <= value < 1e15 else 0
