"""What the Messages API sends beyond the cases of every adapter: blocks, stop reasons, odd servers."""

import json
from typing import Any

import pytest

from sessiond.providers.anthropic.messages import REDACTED
from sessiond.providers.anthropic.reader import MessagesReader
from sessiond.providers.base import (
    Finished,
    ModelEvent,
    ProviderError,
    ReasoningSigned,
    TextDelta,
    ToolCall,
    ToolCallDelta,
    ToolCallStarted,
    UsageReported,
)
from sessiond_protocol.messages import Usage


def block(index: int, **start: Any) -> dict[str, Any]:
    return {"type": "content_block_start", "index": index, "content_block": start}


def added(index: int, **delta: Any) -> dict[str, Any]:
    return {"type": "content_block_delta", "index": index, "delta": delta}


def stop(index: int) -> dict[str, Any]:
    return {"type": "content_block_stop", "index": index}


def end(reason: str | None) -> list[dict[str, Any]]:
    return [{"type": "message_delta", "delta": {"stop_reason": reason}}, {"type": "message_stop"}]


def read(*events: dict[str, Any] | str) -> list[ModelEvent]:
    reader = MessagesReader("claude")
    heard: list[ModelEvent] = []
    for event in events:
        heard += reader.read(event if isinstance(event, str) else json.dumps(event))
    return heard + reader.finish("")


@pytest.mark.parametrize(
    ("reason", "finish"),
    [
        ("end_turn", "stop"),
        ("stop_sequence", "stop"),
        ("pause_turn", "stop"),
        ("max_tokens", "length"),
        ("model_context_window_exceeded", "length"),
        ("refusal", "contentFilter"),
        ("something_new", "unknown"),
        (None, "unknown"),
    ],
)
def test_every_stop_reason_has_its_meaning(reason: str | None, finish: Any):
    assert read(*end(reason)) == [Finished(finish)]


def test_thinking_is_signed_at_the_end_of_its_block_also_when_it_is_redacted_or_not_shown():
    assert read(
        block(0, type="thinking", thinking=""),
        added(0, type="signature_delta", signature="one"),
        stop(0),
        block(1, type="redacted_thinking", data="opaque"),
        stop(1),
        *end("end_turn"),
    ) == [ReasoningSigned("one"), ReasoningSigned(REDACTED + "opaque"), Finished("stop")]


def test_a_call_without_arguments_is_one_with_no_arguments():
    assert read(block(0, type="tool_use", id="c", name="now", input={}), stop(0), *end("tool_use"))[-2:] == [
        ToolCall("0", "c", "now", {}, ""),
        Finished("toolCalls"),
    ]


def test_arguments_that_come_with_the_start_count():
    heard = read(block(0, type="tool_use", id="c", name="read", input={"path": "a"}), stop(0), *end("tool_use"))
    assert heard[-2] == ToolCall("0", "c", "read", {"path": "a"}, '{"path":"a"}')


def test_a_call_that_was_not_closed_does_not_run():
    heard = read(block(0, type="tool_use", id="c", name="read"), added(0, partial_json="{}"), *end("max_tokens"))
    call = heard[-2]
    assert isinstance(call, ToolCall) and call.arguments is None and call.error
    assert heard[-1] == Finished("length")


@pytest.mark.parametrize("closed", [[stop(0)], []], ids=["closed", "left open"])
def test_two_calls_at_one_index_are_two_calls(closed: list[dict[str, Any]]):
    heard = read(
        block(0, type="tool_use", id="a", name="read"),
        added(0, partial_json='{"path":"a"}'),
        *closed,
        block(0, type="tool_use", id="b", name="read"),
        added(0, partial_json='{"path":"b"}'),
        stop(0),
        *end("tool_use"),
    )
    assert heard == [
        ToolCallStarted("0", "read"),
        ToolCallDelta("0", '{"path":"a"}'),
        ToolCallStarted("0.1", "read"),
        ToolCallDelta("0.1", '{"path":"b"}'),
        ToolCall("0", "a", "read", {"path": "a"}, '{"path":"a"}'),
        ToolCall("0.1", "b", "read", {"path": "b"}, '{"path":"b"}'),
        Finished("toolCalls"),
    ]


def test_calls_run_whatever_the_stop_reason_of_a_whole_response_says():
    heard = read(block(0, type="tool_use", id="c", name="read"), stop(0), *end("end_turn"))
    assert [event for event in heard if isinstance(event, ToolCallStarted | Finished)] == [
        ToolCallStarted("0", "read"),
        Finished("toolCalls"),
    ]


def test_later_counts_stand_in_for_earlier_ones_and_what_they_leave_out_stays():
    start = {"type": "message_start", "message": {"usage": {"input_tokens": 9, "cache_read_input_tokens": 5}}}
    more = {"type": "message_delta", "delta": {}, "usage": {"output_tokens": 8, "cache_read_input_tokens": 6}}

    heard = read(start, more, *end("end_turn"))

    assert [event.usage for event in heard if isinstance(event, UsageReported)] == [
        Usage(input=9, cache_read=5),
        Usage(input=9, output=8, cache_read=6),
    ]


def test_what_nobody_knows_yet_is_passed_over():
    assert read(
        {"type": "ping"},
        {"type": "from_the_future", "index": 1},
        block(0, type="server_tool_use", id="x", name="web_search"),
        added(0, type="input_json_delta", partial_json="{}"),
        added(0, type="citations_delta", citation={}),
        stop(0),
        *end("end_turn"),
    ) == [Finished("stop")]


def test_lone_surrogates_become_whole_characters():
    odd = '{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"a\\ud83d"}}'
    assert read(odd, *end("end_turn"))[0] == TextDelta("a\ufffd")


@pytest.mark.parametrize(
    "event",
    ['{"type":"error","error":{"type":"overloaded_error","message":"x"}}', '{"error":{"type":"overloaded_error"}}'],
)
def test_an_error_event_is_an_error_in_either_form(event: str):
    with pytest.raises(ProviderError) as caught:
        read(event)
    assert caught.value.kind == "overloaded"


def test_an_event_that_is_no_json_is_not_passed_over():
    with pytest.raises(ValueError, match="property name"):
        read("{nonsense")
