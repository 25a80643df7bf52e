"""Reads the events of a Messages stream into model events; one reader a response.

Knows the wire and nothing else: the adapter feeds it, `errors.py` says what an error means.
Tolerant of what compatible servers leave out; strict about the end.
"""

from typing import Any

import msgspec

from sessiond.providers import lenient_json
from sessiond.providers.anthropic.messages import REDACTED
from sessiond.providers.base import (
    Finished,
    ModelEvent,
    ReasoningDelta,
    ReasoningSigned,
    TextDelta,
    ToolCall,
    ToolCallDelta,
    ToolCallStarted,
    UsageReported,
)
from sessiond.providers.errors import classify
from sessiond.providers.raw_stream import broke_off
from sessiond.providers.tool_arguments import parse_arguments
from sessiond_protocol.messages import FinishReason, Usage

FINISH: dict[str, FinishReason] = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "tool_use": "toolCalls",
    "pause_turn": "stop",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "refusal": "contentFilter",
}


class _OutputDetails(msgspec.Struct):
    thinking_tokens: int | None = None


class _Usage(msgspec.Struct):
    input_tokens: int | None = None
    output_tokens: int | None = None
    cache_creation_input_tokens: int | None = None
    cache_read_input_tokens: int | None = None
    output_tokens_details: _OutputDetails | None = None


class _Message(msgspec.Struct):
    usage: _Usage | None = None


class _Block(msgspec.Struct):
    """The `content_block` of a start."""

    type: str = ""
    text: str | None = None
    thinking: str | None = None
    signature: str | None = None
    data: str | None = None
    id: str | None = None
    name: str | None = None
    input: Any = None


class _Delta(msgspec.Struct):
    """The `delta` of a block or of the message."""

    type: str = ""
    text: str | None = None
    thinking: str | None = None
    signature: str | None = None
    partial_json: str | None = None
    stop_reason: str | None = None


class _Event(msgspec.Struct):
    """Any event of the stream; `type` says which fields count."""

    type: str = ""
    index: int = 0
    message: _Message | None = None
    content_block: _Block | None = None
    delta: _Delta | None = None
    usage: _Usage | None = None
    error: Any = None


_decoder = msgspec.json.Decoder(_Event)


class _Call(msgspec.Struct):
    """A call that the model writes."""

    key: str
    call_id: str
    name: str
    text: str = ""
    whole: bool = False


class MessagesReader:
    def __init__(self, provider_id: str) -> None:
        self._provider_id = provider_id
        self._calls: list[_Call] = []
        self._call_at: dict[int, _Call] = {}
        """The latest call at each index; some servers give one index to all."""
        self._signatures: dict[int, str] = {}
        self._usage = _Usage()
        self._stop_reason: str | None = None
        self._stopped = False

    @property
    def has_ended(self) -> bool:
        return self._stopped

    def read(self, data: str) -> list[ModelEvent]:
        """See `EventReader.read`."""
        event = _decode(data)
        match event.type:
            case "content_block_delta" if event.delta is not None:
                return self._add(event.index, event.delta)
            case "content_block_start" if event.content_block is not None:
                return self._open(event.index, event.content_block)
            case "content_block_stop":
                return self._close(event.index)
            case "message_start" if event.message is not None:
                return self._count(event.message.usage)
            case "message_delta":
                if event.delta is not None and event.delta.stop_reason:
                    self._stop_reason = event.delta.stop_reason
                return self._count(event.usage)
            case "message_stop":
                self._stopped = True
            case "error":
                raise classify(self._provider_id, None, data, in_stream=True)
            case _:  # `ping`, and whatever comes later
                if event.error is not None:
                    raise classify(self._provider_id, None, data, in_stream=True)
        return []

    def finish(self, stray: str) -> list[ModelEvent]:
        """See `EventReader.finish`."""
        if not self._stopped:
            raise classify(self._provider_id, None, stray, in_stream=True) if stray.strip() else broke_off()
        calls = [_tool_call(call) for call in self._calls]
        reason: FinishReason = FINISH.get(self._stop_reason or "", "unknown")
        if calls and reason in ("stop", "unknown"):
            reason = "toolCalls"
        return [*calls, Finished(reason)]

    def _open(self, index: int, block: _Block) -> list[ModelEvent]:
        match block.type:
            case "text" if block.text:
                return [TextDelta(block.text)]
            case "thinking":
                self._signatures[index] = block.signature or ""
                return [ReasoningDelta(block.thinking)] if block.thinking else []
            case "redacted_thinking":
                self._signatures[index] = REDACTED + (block.data or "")
            case "tool_use":
                call = self._begin_call(index, block)
                return [ToolCallStarted(call.key, call.name)]
            case _:
                pass
        return []

    def _begin_call(self, index: int, block: _Block) -> _Call:
        """At an index that is used already, the call before has ended: nothing more can be meant for it."""
        key = str(index)
        if before := self._call_at.get(index):
            before.whole = True
            key = f"{index}.{len(self._calls)}"
        call = _Call(key, block.id or f"call_{key}", block.name or "")
        if block.input:
            call.text = msgspec.json.encode(block.input).decode()
        self._calls.append(call)
        self._call_at[index] = call
        return call

    def _add(self, index: int, delta: _Delta) -> list[ModelEvent]:
        if delta.text:
            return [TextDelta(delta.text)]
        if delta.thinking:
            return [ReasoningDelta(delta.thinking)]
        if delta.signature:
            self._signatures[index] = self._signatures.get(index, "") + delta.signature
        call = self._call_at.get(index)
        if delta.partial_json and call is not None:
            call.text += delta.partial_json
            return [ToolCallDelta(call.key, delta.partial_json)]
        return []

    def _close(self, index: int) -> list[ModelEvent]:
        if call := self._call_at.get(index):
            call.whole = True
        signature = self._signatures.pop(index, "")
        return [ReasoningSigned(signature)] if signature else []

    def _count(self, usage: _Usage | None) -> list[ModelEvent]:
        """Later counts are totals and stand in for earlier ones; what they leave out stays."""
        if usage is None:
            return []
        for field in usage.__struct_fields__:
            if (value := getattr(usage, field)) is not None:
                setattr(self._usage, field, value)
        return [UsageReported(_to_usage(self._usage))]


def _decode(data: str) -> _Event:
    try:
        return _decoder.decode(data)
    except (msgspec.MsgspecError, UnicodeEncodeError):
        value = lenient_json.decode(data)
    if isinstance(value, dict) and "error" in value:
        return _Event("error")
    return msgspec.convert(value, _Event, strict=False)


def _tool_call(call: _Call) -> ToolCall:
    if not call.whole:
        return ToolCall(call.key, call.call_id, call.name, None, call.text, "The call was cut off. Send it again.")
    arguments, error = parse_arguments(call.text)
    return ToolCall(call.key, call.call_id, call.name, arguments, call.text, error)


def _to_usage(usage: _Usage) -> Usage:
    """`output_tokens` counts the thinking in; the input counts do not overlap."""
    details = usage.output_tokens_details
    reasoning = (details.thinking_tokens or 0) if details else 0
    return Usage(
        input=usage.input_tokens or 0,
        output=max(0, (usage.output_tokens or 0) - reasoning),
        reasoning=reasoning,
        cache_read=usage.cache_read_input_tokens or 0,
        cache_write=usage.cache_creation_input_tokens or 0,
    )
