"""Reads the events of a Responses stream into model events; one reader a response.

Knows the wire and nothing else: the adapter feeds it, `errors` says what an error means. Tolerant
of what compatible servers leave out; strict about the end.
"""

from collections.abc import Iterable
from typing import Any, cast

import msgspec

from sessiond.providers import lenient_json
from sessiond.providers.base import (
    Finished,
    ModelEvent,
    ReasoningDelta,
    ReasoningSigned,
    TextDelta,
    ToolCall,
    ToolCallDelta,
    UsageReported,
)
from sessiond.providers.errors import classify
from sessiond.providers.event_stream import decode_event
from sessiond.providers.openai_responses.input import Signature
from sessiond.providers.raw_stream import broke_off
from sessiond.providers.written_calls import WrittenCall, WrittenCalls
from sessiond_protocol.messages import FinishReason, Usage


class _InputDetails(msgspec.Struct):
    cached_tokens: int | None = None
    cache_write_tokens: int | None = None


class _OutputDetails(msgspec.Struct):
    reasoning_tokens: int | None = None


class _Usage(msgspec.Struct):
    input_tokens: int | None = None
    output_tokens: int | None = None
    input_tokens_details: _InputDetails | None = None
    output_tokens_details: _OutputDetails | None = None


class _Text(msgspec.Struct):
    """A piece of a message's `content` or of a reasoning's `summary`."""

    type: str = ""
    text: str | None = None
    refusal: str | None = None


class _Item(msgspec.Struct):
    """An output item: a message, a function call or reasoning."""

    type: str = ""
    id: str | None = None
    status: str | None = None
    content: list[_Text] | None = None
    summary: list[_Text] | None = None
    encrypted_content: str | None = None
    call_id: str | None = None
    name: str | None = None
    arguments: str | None = None


class _Incomplete(msgspec.Struct):
    reason: str | None = None


class _Response(msgspec.Struct):
    status: str | None = None
    usage: _Usage | None = None
    incomplete_details: _Incomplete | None = None
    output: list[_Item] | None = None


class _Event(msgspec.Struct):
    """Any event of the stream; `type` says which fields count."""

    type: str = ""
    item_id: str | None = None
    output_index: int | None = None
    summary_index: int | None = None
    delta: str | None = None
    item: _Item | None = None
    response: _Response | None = None
    error: Any = None


_decoder = msgspec.json.Decoder(_Event)
_ENDINGS = {"response.completed", "response.incomplete", "response.done"}
_FAILURES = {"response.failed", "error"}


class ResponsesReader:
    def __init__(self, provider_id: str) -> None:
        self._provider_id = provider_id
        self._calls = WrittenCalls()
        self._places: dict[str, str] = {}
        """The place of an item by its id, for events that tell the id alone."""
        self._heard: set[str] = set()
        """The items of which deltas came, so that their whole text is not taken again."""
        self._refused = False
        self._end: _Response | None = None

    @property
    def has_ended(self) -> bool:
        return self._end is not None

    def read(self, data: str) -> list[ModelEvent]:
        """See `EventReader.read`."""
        if data == "[DONE]":
            return []
        event = decode_event(_decoder, data)
        if event.type in _FAILURES or event.error is not None:
            raise classify(self._provider_id, None, data, in_stream=True)
        if event.type in _ENDINGS:
            return self._conclude(event.response or _Response())
        if event.delta is not None:
            return self._add(event, event.delta)
        return self._frame(event)

    def _frame(self, event: _Event) -> list[ModelEvent]:
        """What stands around the deltas: items and parts that begin and end."""
        if event.type == "response.reasoning_summary_part.added" and event.summary_index:
            return [ReasoningDelta("\n\n")]
        if event.item is None:
            return []
        place = self._place(event.item.id, event.output_index)
        match event.type:
            case "response.output_item.added":
                return self._open(place, event.item, begins=True)
            case "response.output_item.done":
                return self._close(place, event.item)
            case _:
                return []

    def finish(self, stray: str) -> list[ModelEvent]:
        """See `EventReader.finish`."""
        events = self._read_whole(stray) if stray.strip() and self._end is None else []
        if self._end is None:
            raise broke_off()
        calls = self._calls.finish()
        return [*events, *calls, Finished(self._reason(self._end, calls))]

    def _read_whole(self, body: str) -> list[ModelEvent]:
        """A server that does not stream sends the response in one piece; any other body is an error."""
        value = lenient_json.decode(body) if body.lstrip().startswith("{") else None
        if not isinstance(value, dict) or "output" not in value or cast(dict[str, Any], value).get("error"):
            raise classify(self._provider_id, None, body, in_stream=True)
        return self._conclude(msgspec.convert(value, _Response, strict=False))

    def _reason(self, end: _Response, calls: list[ToolCall]) -> FinishReason:
        if end.status == "incomplete":
            cause = end.incomplete_details.reason if end.incomplete_details else None
            return "contentFilter" if cause == "content_filter" else "length"
        if self._refused:
            return "contentFilter"
        return "toolCalls" if calls else "stop"

    def _open(self, place: str, item: _Item, *, begins: bool) -> list[ModelEvent]:
        """Begins a call unless it has begun."""
        if item.type != "function_call":
            return []
        if place in self._calls and _is_of(item, self._calls[place], begins):
            return []
        return self._calls.begin(place, item.call_id or item.id, item.name)

    def _add(self, event: _Event, delta: str) -> list[ModelEvent]:
        place = self._place(event.item_id, event.output_index)
        self._heard.add(place)
        match event.type:
            case "response.output_text.delta":
                return [TextDelta(delta)] if delta else []
            case "response.reasoning_summary_text.delta" | "response.reasoning_text.delta":
                return [ReasoningDelta(delta)] if delta else []
            case "response.refusal.delta":
                self._refused = True
                return [TextDelta(delta)] if delta else []
            case "response.function_call_arguments.delta":
                return self._calls.add(place, delta)
            case _:
                return []

    def _close(self, place: str, item: _Item) -> list[ModelEvent]:
        """A whole item: what was not streamed of it comes now."""
        match item.type:
            case "function_call":
                return [*self._open(place, item, begins=False), *self._close_call(self._calls[place], item)]
            case "message":
                return [] if place in self._heard else self._texts(item.content or [])
            case "reasoning":
                return self._close_reasoning(place, item)
            case _:
                return []

    def _close_call(self, call: WrittenCall, item: _Item) -> Iterable[ModelEvent]:
        call.whole = item.status != "incomplete"
        call.call_id = item.call_id or call.call_id
        call.name = item.name or call.name
        if item.arguments and not call.text:
            yield ToolCallDelta(call.key, item.arguments)
        call.text = item.arguments or call.text

    def _close_reasoning(self, place: str, item: _Item) -> list[ModelEvent]:
        events: list[ModelEvent] = []
        text = "\n\n".join(piece.text or "" for piece in item.summary or item.content or [])
        if place not in self._heard and text:
            events.append(ReasoningDelta(text))
        if item.encrypted_content:
            signature = Signature(item.id or "", item.encrypted_content)
            events.append(ReasoningSigned(msgspec.json.encode(signature).decode()))
        return events

    def _place(self, item_id: str | None, output_index: int | None) -> str:
        """Names an item in one response: by its place, since some servers change an id from event to event."""
        if output_index is None:
            return self._places.get(item_id or "", item_id or "0")
        if item_id:
            self._places[item_id] = str(output_index)
        return str(output_index)

    def _texts(self, content: list[_Text]) -> list[ModelEvent]:
        self._refused |= any(piece.refusal for piece in content)
        return [TextDelta(text) for piece in content if (text := piece.text or piece.refusal)]

    def _conclude(self, response: _Response) -> list[ModelEvent]:
        """The end. Items that were never mentioned before are taken from the whole response."""
        self._end = response
        events: list[ModelEvent] = []
        if not self._heard and not self._calls:
            for index, item in enumerate(response.output or []):
                events += self._close(self._place(item.id, index), item)
        if response.usage is not None:
            events.append(UsageReported(_to_usage(response.usage)))
        return events


def _is_of(item: _Item, call: WrittenCall, begins: bool) -> bool:
    """Whether an item at the place of a call is that call again. Ids may change, but not at a beginning."""
    given = item.call_id or item.id
    if given and given == call.call_id:
        return True
    return not (call.whole or (begins and given))


def _to_usage(usage: _Usage) -> Usage:
    """The wire's totals count the cached and the reasoned tokens in; ours do not overlap."""
    read = written = reasoning = 0
    if usage.input_tokens_details is not None:
        read = usage.input_tokens_details.cached_tokens or 0
        written = usage.input_tokens_details.cache_write_tokens or 0
    if usage.output_tokens_details is not None:
        reasoning = usage.output_tokens_details.reasoning_tokens or 0
    return Usage(
        input=max(0, (usage.input_tokens or 0) - read - written),
        output=max(0, (usage.output_tokens or 0) - reasoning),
        reasoning=reasoning,
        cache_read=read,
        cache_write=written,
    )
