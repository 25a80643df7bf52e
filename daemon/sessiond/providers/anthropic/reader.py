"""Reads the events of a Messages stream into model events; one reader a response.

Knows the wire and nothing else: the adapter feeds it, `errors.py` says what an error means.
Tolerant of what compatible servers leave out; strict about the end.
"""

from typing import Any

import msgspec

from sessiond.providers.anthropic.messages import REDACTED
from sessiond.providers.base import (
    Finished,
    ModelEvent,
    ReasoningDelta,
    ReasoningSigned,
    TextDelta,
    UsageReported,
)
from sessiond.providers.errors import classify
from sessiond.providers.event_stream import decode_event
from sessiond.providers.raw_stream import broke_off
from sessiond.providers.written_calls import WrittenCalls
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


class MessagesReader:
    def __init__(self, provider_id: str) -> None:
        self._provider_id = provider_id
        self._calls = WrittenCalls()
        self._signatures: dict[int, str] = {}
        self._usage = _Usage()
        self._stop_reason: str | None = None
        self._stopped = False

    @property
    def has_ended(self) -> bool:
        return self._stopped

    def read(self, data: str) -> list[ModelEvent]:
        """See `EventReader.read`."""
        event = decode_event(_decoder, data)
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
        calls = self._calls.finish()
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
                text = msgspec.json.encode(block.input).decode() if block.input else ""
                return self._calls.begin(index, block.id, block.name, text)
            case _:
                pass
        return []

    def _add(self, index: int, delta: _Delta) -> list[ModelEvent]:
        if delta.text:
            return [TextDelta(delta.text)]
        if delta.thinking:
            return [ReasoningDelta(delta.thinking)]
        if delta.signature:
            self._signatures[index] = self._signatures.get(index, "") + delta.signature
        return self._calls.add(index, delta.partial_json or "")

    def _close(self, index: int) -> list[ModelEvent]:
        self._calls.end(index)
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
