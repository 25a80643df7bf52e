"""What the Responses API sends beyond the cases of every adapter: items, endings, odd servers."""

import json
from typing import Any

import pytest

from sessiond.providers.base import (
    Finished,
    ModelEvent,
    ProviderError,
    ReasoningDelta,
    ReasoningSigned,
    TextDelta,
    ToolCall,
    ToolCallDelta,
    ToolCallStarted,
    UsageReported,
)
from sessiond.providers.openai_responses.reader import ResponsesReader
from sessiond_protocol.messages import Usage


def delta(kind: str, text: str, **where: Any) -> dict[str, Any]:
    return {"type": f"response.{kind}.delta", "delta": text, **where}


def item(when: str, index: int | None = 0, **fields: Any) -> dict[str, Any]:
    place = {} if index is None else {"output_index": index}
    return {"type": f"response.output_item.{when}", "item": fields, **place}


def end(status: str = "completed", **response: Any) -> dict[str, Any]:
    return {"type": f"response.{status}", "response": {"status": status, **response}}


def read(*events: dict[str, Any] | str, stray: str = "") -> list[ModelEvent]:
    reader = ResponsesReader("gpt")
    heard: list[ModelEvent] = []
    for event in events:
        heard += reader.read(event if isinstance(event, str) else json.dumps(event))
    return heard + reader.finish(stray)


CALL = {"type": "function_call", "id": "fc_1", "call_id": "c", "name": "read"}


@pytest.mark.parametrize(
    ("reason", "finish"),
    [("max_output_tokens", "length"), ("content_filter", "contentFilter"), (None, "length")],
)
def test_an_incomplete_response_says_why(reason: str | None, finish: Any):
    assert read(end("incomplete", incomplete_details={"reason": reason})) == [Finished(finish)]


def test_a_refusal_is_text_and_ends_as_one():
    assert read(delta("refusal", "I will not."), end()) == [TextDelta("I will not."), Finished("contentFilter")]


def test_parts_of_a_reasoning_summary_are_paragraphs_and_signed_with_id_and_content():
    part = {"type": "response.reasoning_summary_part.added", "item_id": "rs", "output_index": 0}
    heard = read(
        {**part, "summary_index": 0},
        delta("reasoning_summary_text", "One.", output_index=0),
        {**part, "summary_index": 1},
        delta("reasoning_summary_text", "Two.", output_index=0),
        item("done", type="reasoning", id="rs", encrypted_content="x", summary=[{"text": "One."}, {"text": "Two."}]),
        end(),
    )
    assert heard == [
        ReasoningDelta("One."),
        ReasoningDelta("\n\n"),
        ReasoningDelta("Two."),
        ReasoningSigned('{"id":"rs","encrypted_content":"x"}'),
        Finished("stop"),
    ]


def test_reasoning_that_is_not_shown_is_signed_all_the_same():
    assert read(item("done", type="reasoning", id="rs", encrypted_content="x", summary=[]), end()) == [
        ReasoningSigned('{"id":"rs","encrypted_content":"x"}'),
        Finished("stop"),
    ]


def test_an_item_that_was_not_streamed_is_taken_whole():
    heard = read(
        item("done", 0, type="message", content=[{"type": "output_text", "text": "Hello"}]),
        item("done", 1, **CALL, arguments='{"path":"a"}'),
        end(),
    )
    assert heard == [
        TextDelta("Hello"),
        ToolCallStarted("1", "read"),
        ToolCallDelta("1", '{"path":"a"}'),
        ToolCall("1", "c", "read", {"path": "a"}, '{"path":"a"}'),
        Finished("toolCalls"),
    ]


@pytest.mark.parametrize("index", [0, None])
@pytest.mark.parametrize("where", [{"item_id": "fc_1"}, {"item_id": "fc_1", "output_index": 0}])
def test_arguments_find_their_call_by_place_or_by_id(index: int | None, where: dict[str, Any]):
    if index is None:
        where = {"item_id": "fc_1"}
    heard = read(
        item("added", index, **CALL, arguments=""),
        delta("function_call_arguments", '{"path":', **where),
        delta("function_call_arguments", '"a"}', **where),
        item("done", index, **CALL, arguments='{"path":"a"}'),
        end(),
    )
    assert [event.arguments for event in heard if isinstance(event, ToolCall)] == [{"path": "a"}]


def test_arguments_find_their_call_where_the_server_changes_the_id_each_time():
    heard = read(
        item("added", 0, **CALL),
        delta("function_call_arguments", "{}", item_id="other", output_index=0),
        item("done", 0, **{**CALL, "id": "another"}, arguments="{}"),
        end(),
    )
    assert [(event.call_id, event.arguments) for event in heard if isinstance(event, ToolCall)] == [("c", {})]


def call_at_place_0(path: str, *, begun: bool, ids: bool = True) -> list[dict[str, Any]]:
    given = {"type": "function_call", "name": "read"} | ({"id": f"fc_{path}", "call_id": path} if ids else {})
    arguments = f'{{"path":"{path}"}}'
    begin = [item("added", 0, **given), delta("function_call_arguments", arguments, output_index=0)]
    return [*(begin if begun else []), item("done", 0, **given, arguments=arguments)]


@pytest.mark.parametrize("ids", [True, False], ids=["with ids", "without ids"])
@pytest.mark.parametrize("begun", [True, False], ids=["streamed", "whole"])
def test_two_calls_at_one_place_are_two_calls(begun: bool, ids: bool):
    heard = read(*call_at_place_0("a", begun=begun, ids=ids), *call_at_place_0("b", begun=begun, ids=ids), end())
    first, second = ("a", "b") if ids else ("call_0", "call_0.1")
    assert heard == [
        ToolCallStarted("0", "read"),
        ToolCallDelta("0", '{"path":"a"}'),
        ToolCallStarted("0.1", "read"),
        ToolCallDelta("0.1", '{"path":"b"}'),
        ToolCall("0", first, "read", {"path": "a"}, '{"path":"a"}'),
        ToolCall("0.1", second, "read", {"path": "b"}, '{"path":"b"}'),
        Finished("toolCalls"),
    ]


def test_a_call_at_the_place_of_one_that_was_not_closed_leaves_it_whole():
    heard = read(*call_at_place_0("a", begun=True)[:-1], *call_at_place_0("b", begun=True), end())
    calls = [(call.call_id, call.arguments) for call in heard if isinstance(call, ToolCall)]
    assert calls == [("a", {"path": "a"}), ("b", {"path": "b"})]


def test_a_call_that_is_told_twice_is_one_call():
    heard = read(*call_at_place_0("a", begun=True), call_at_place_0("a", begun=True)[-1], end())
    assert len([event for event in heard if isinstance(event, ToolCall)]) == 1


def test_a_call_that_was_not_closed_does_not_run():
    heard = read(item("added", 0, **CALL), delta("function_call_arguments", "{}", output_index=0), end("incomplete"))
    call = heard[-2]
    assert isinstance(call, ToolCall) and call.arguments is None and call.error


def test_a_server_that_does_not_stream_is_read_as_well():
    body = {
        "object": "response",
        "status": "completed",
        "error": None,
        "output": [{"type": "message", "content": [{"type": "output_text", "text": "Hello"}]}],
        "usage": {"input_tokens": 3, "output_tokens": 4},
    }
    assert read(stray=json.dumps(body, indent=1)) == [
        TextDelta("Hello"),
        UsageReported(Usage(input=3, output=4)),
        Finished("stop"),
    ]


@pytest.mark.parametrize(
    "event",
    [
        {"type": "error", "code": "server_is_overloaded", "message": "The server is overloaded"},
        {"type": "error", "error": {"code": "server_is_overloaded", "message": "The server is overloaded"}},
        {"error": {"code": "server_is_overloaded", "message": "The server is overloaded"}},
        {"type": "response.failed", "response": {"error": {"code": "server_is_overloaded", "message": "overloaded"}}},
    ],
)
def test_a_failure_is_an_error_in_each_of_its_forms(event: dict[str, Any]):
    with pytest.raises(ProviderError) as caught:
        read(event)
    assert caught.value.kind == "overloaded"


def test_what_nobody_knows_yet_is_passed_over():
    heard = read(
        {"type": "response.in_progress"},
        {"type": "response.from_the_future", "delta": "x"},
        item("added", 0, type="web_search_call", id="ws"),
        item("done", 0, type="web_search_call", id="ws"),
        end(),
        "[DONE]",
    )
    assert heard == [Finished("stop")]
