"""The tool calls that the model writes in one response; the readers of Messages and Responses keep one.

Their wires tell where a call begins and ends. Chat completions do not: see `openai_chat/calls.py`.
"""

import msgspec

from sessiond.providers.base import ModelEvent, ToolCall, ToolCallDelta, ToolCallStarted
from sessiond.providers.tool_arguments import parse_arguments


class WrittenCall(msgspec.Struct):
    """A call and what has been written of it; only a `whole` one may run."""

    key: str
    call_id: str
    name: str
    text: str
    whole: bool = False


class WrittenCalls:
    """The calls in their order, each reached by its place in the response."""

    def __init__(self) -> None:
        self._calls: list[WrittenCall] = []
        self._latest: dict[int | str, WrittenCall] = {}
        """By place; some servers give one place to all."""

    def __bool__(self) -> bool:
        return bool(self._calls)

    def __contains__(self, place: int | str) -> bool:
        return place in self._latest

    def __getitem__(self, place: int | str) -> WrittenCall:
        """The latest call at this place."""
        return self._latest[place]

    def begin(self, place: int | str, call_id: str | None, name: str | None, text: str = "") -> list[ModelEvent]:
        """At a place that is used already, the call before has ended: nothing more can be meant for it."""
        key = str(place)
        if before := self._latest.get(place):
            before.whole = True
            key = f"{place}.{len(self._calls)}"
        call = WrittenCall(key, call_id or f"call_{key}", name or "", text)
        self._calls.append(call)
        self._latest[place] = call
        return [ToolCallStarted(call.key, call.name)]

    def add(self, place: int | str, text: str) -> list[ModelEvent]:
        """Text without a call is dropped."""
        call = self._latest.get(place)
        if call is None or not text:
            return []
        call.text += text
        return [ToolCallDelta(call.key, text)]

    def end(self, place: int | str) -> None:
        """The call at this place, if there is one, is whole."""
        if call := self._latest.get(place):
            call.whole = True

    def finish(self) -> list[ToolCall]:
        """All calls, once the response has ended properly; one that did not end is never completed."""
        return [_tool_call(call) for call in self._calls]


def _tool_call(call: WrittenCall) -> ToolCall:
    if not call.whole:
        return ToolCall(call.key, call.call_id, call.name, None, call.text, "The call was cut off. Send it again.")
    arguments, error = parse_arguments(call.text)
    return ToolCall(call.key, call.call_id, call.name, arguments, call.text, error)
