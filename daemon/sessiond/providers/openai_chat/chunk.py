"""One JSON chunk of a chat completions stream, as servers really send it: fast when typed, tolerant when odd.

`reader.py` reads the result. A whole reply sent in place of a stream is a chunk with messages.
"""

import json
from typing import Any, cast

import msgspec

from sessiond.providers import lenient_json


class FunctionFragment(msgspec.Struct, gc=False):
    name: str | None = None
    arguments: str | None = None


class CallFragment(msgspec.Struct, gc=False):
    """A piece of a tool call; which call it belongs to is for `calls.py` to find out."""

    index: int | None = None
    id: str | None = None
    function: FunctionFragment | None = None


class Delta(msgspec.Struct, gc=False):
    content: str | None = None
    reasoning_content: str | None = None
    reasoning: str | None = None
    reasoning_details: Any = None
    refusal: str | None = None
    tool_calls: list[CallFragment] | None = None
    function_call: FunctionFragment | None = None


class Choice(msgspec.Struct, gc=False):
    index: int | None = None
    delta: Delta | None = None
    message: Delta | None = None
    finish_reason: str | None = None
    usage: Any = None


class Chunk(msgspec.Struct, gc=False):
    choices: list[Choice] | None = None
    usage: Any = None
    x_groq: Any = None
    error: Any = None

    @property
    def is_bare(self) -> bool:
        """Whether it carries nothing that belongs to a stream."""
        return self.choices is None and self.usage is None and self.x_groq is None


_typed = msgspec.json.Decoder(Chunk)


def read_chunk(text: str) -> Chunk:
    """Reads one chunk. Lone surrogates stay in its strings, since their other half may be in the next chunk.

    Raises ValueError when the text is not a JSON object.
    """
    try:
        return _typed.decode(text)
    except (msgspec.MsgspecError, UnicodeEncodeError, RecursionError):
        pass
    value = lenient_json.decode(text, keep_halves=True)
    if not isinstance(value, dict):
        raise ValueError("a chunk of the stream is no JSON object")
    return _chunk(cast(dict[str, Any], value))


def _chunk(value: dict[str, Any]) -> Chunk:
    error = value.get("error")
    if error is None and value.get("object") == "error":
        error = value
    choices = [_choice(choice) for choice in _objects(value["choices"])] if value.get("choices") else None
    return Chunk(choices=choices, usage=value.get("usage"), x_groq=value.get("x_groq"), error=error)


def _choice(value: dict[str, Any]) -> Choice:
    reason = value.get("finish_reason")
    return Choice(
        index=_whole_number(value.get("index")),
        delta=_delta(value.get("delta")),
        message=_delta(value.get("message")),
        finish_reason=None if reason is None or reason is False else str(reason),
        usage=value.get("usage"),
    )


def _delta(value: Any) -> Delta | None:
    if not isinstance(value, dict):
        return None
    fields = cast(dict[str, Any], value)
    content, thought = _text_and_thought(fields.get("content"))
    return Delta(
        content=content,
        reasoning_content=text_of(fields.get("reasoning_content")) or thought,
        reasoning=text_of(fields.get("reasoning")),
        reasoning_details=fields.get("reasoning_details"),
        refusal=text_of(fields.get("refusal")),
        tool_calls=[_call(call) for call in _objects(fields.get("tool_calls"))],
        function_call=_function(fields.get("function_call")),
    )


def _text_and_thought(content: Any) -> tuple[str | None, str | None]:
    """Content is a string, or (Mistral and others) a list of parts, of which some are thinking."""
    if not isinstance(content, list):
        return text_of(content), None
    parts = _objects(cast(Any, content))
    thinking = [part for part in parts if part.get("type") in ("thinking", "reasoning")]
    text = "".join(text_of(part) or "" for part in parts if part not in thinking)
    return text, "".join(text_of(part) or "" for part in thinking)


def text_of(value: Any) -> str | None:
    """The text of a string, or of an object or list that wraps it; None where there is none."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "".join(text_of(item) or "" for item in cast(list[Any], value))
    if isinstance(value, dict):
        fields = cast(dict[str, Any], value)
        return next(
            (text_of(fields[name]) for name in ("text", "content", "thinking", "summary") if fields.get(name)), None
        )
    return None


def _call(value: dict[str, Any]) -> CallFragment:
    call_id = value.get("id")
    function = _function(value.get("function")) or _function(value)
    return CallFragment(
        index=_whole_number(value.get("index")), id=None if call_id is None else str(call_id), function=function
    )


def _function(value: Any) -> FunctionFragment | None:
    if not isinstance(value, dict):
        return None
    fields = cast(dict[str, Any], value)
    name, arguments = fields.get("name"), fields.get("arguments")
    if arguments is not None and not isinstance(arguments, str):
        arguments = json.dumps(arguments)
    return FunctionFragment(name=name if isinstance(name, str) else None, arguments=arguments)


def _objects(value: Any) -> list[dict[str, Any]]:
    """The objects of a list; a single object counts as a list of one, anything else as none."""
    items = cast(list[Any], value) if isinstance(value, list) else [value]
    return [cast(dict[str, Any], item) for item in items if isinstance(item, dict)]


def _whole_number(value: Any) -> int | None:
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return int(value[:9])
    return int(value) if isinstance(value, int | float) and abs(value) < 1e9 else None
