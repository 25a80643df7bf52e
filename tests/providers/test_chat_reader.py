"""Every odd chat stream is read right, however the network cuts it, and no call of a broken one is given out."""

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessiond.providers.base import Finished, ModelEvent, ReasoningDelta, TextDelta, ToolCall, UsageReported
from sessiond.providers.openai_chat.reader import ChatReader
from sessiond_protocol.messages import Usage
from support.providers.sse_cases import SseCase, cut, is_right, load_sse_cases, reading_of

CASES = load_sse_cases()
PIECES = [
    b"data: ",
    b"\n\n",
    b"data: [DONE]\n\n",
    b"event: error\n",
    b'data: {"choices":[{"delta":{"content":"<thi"}}]}\n\n',
    b'data: {"choices":[{"delta":{"content":"\\ud800"},"finish_reason":7}]}\n\n',
    b'data: {"choices":[{"delta":{"tool_calls":[{"id":3,"function":{"name":"x","arguments":"{}"}}]}}]}\n\n',
    b'data: {"choices":{"delta":{"tool_calls":{"function":{"arguments":[1]}}},"finish_reason":"stop"}}\n\n',
    b'data: {"choices":[null,5,{"message":{"content":[{"text":"a"}]}}],"usage":{"prompt_tokens":"x"}}\n\n',
    b'data: {"error":[' + b"[" * 3000 + b"]}\n\n",
    b'{"choices":[{"message":{"content":"Hi"}}]}\n',
]
"""What no server should send, in any order."""


def read(reads: list[bytes]) -> tuple[list[ModelEvent], ChatReader]:
    reader = ChatReader("example")
    events = [event for chunk in reads for event in reader.feed(chunk)]
    return events + reader.finish(), reader


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
@pytest.mark.parametrize("cutting", ["given", "whole", "every byte"])
def test_an_odd_stream_is_read_as_the_case_says(case: SseCase, cutting: str):
    if cutting == "every byte" and len(case.body) > 50_000:
        pytest.skip("a huge line byte by byte says nothing new")
    splits = {"given": case.splits, "whole": [], "every byte": list(range(1, len(case.body)))}[cutting]
    events, reader = read(cut(case.body, splits))
    reading = reading_of(events, reader.failure)
    assert is_right(reading, case), reading


@pytest.mark.parametrize("case", [case for case in CASES if len(case.body) < 5_000], ids=lambda case: case.id)
def test_no_beginning_of_a_stream_gives_out_a_call_before_the_response_has_ended(case: SseCase):
    """Cut anywhere, a stream is a failure until its end; what it gives out of calls can only be all of them."""
    for end in range(len(case.body)):
        events, reader = read([case.body[:end]])
        assert (reader.failure is None) == any(isinstance(event, Finished) for event in events)
        if reader.failure:
            assert not any(isinstance(event, ToolCall) for event in events)


@given(st.lists(st.sampled_from(PIECES) | st.binary(max_size=12), max_size=12))
def test_no_bytes_at_all_break_the_reader(reads: list[bytes]):
    events, reader = read(reads)
    assert (reader.failure is None) == any(isinstance(event, Finished) for event in events)
    for event in events:
        msgspec.json.encode(event)


def choice(delta: dict[str, object], finish: str | None = None) -> bytes:
    return b"data: " + json.dumps({"choices": [{"delta": delta, "finish_reason": finish}]}).encode() + b"\n\n"


def call(function: dict[str, object], **fields: object) -> bytes:
    return choice({"tool_calls": [{**fields, "function": function}]})


def calls_of(*reads: bytes, end: bytes = b"data: [DONE]\n\n") -> list[tuple[str, object]]:
    events, _ = read([*reads, end])
    return [(event.name, event.arguments) for event in events if isinstance(event, ToolCall)]


def test_two_whole_calls_without_ids_at_one_index_are_two():
    first = call({"name": "read", "arguments": '{"path": "a"}'}, index=0)
    second = call({"name": "read", "arguments": '{"path": "b"}'}, index=0)
    assert calls_of(first, second) == [("read", {"path": "a"}), ("read", {"path": "b"})]


def test_a_name_repeated_with_each_fragment_is_one_call():
    pieces = ['{"path":', ' "a"}']
    assert calls_of(*(call({"name": "read", "arguments": piece}, index=0) for piece in pieces)) == [
        ("read", {"path": "a"})
    ]


def test_arguments_may_come_as_an_object():
    assert calls_of(call({"name": "read", "arguments": {"path": "a"}}, id="x")) == [("read", {"path": "a"})]


def test_a_call_cut_at_the_output_limit_before_its_arguments_is_not_one_without_arguments():
    assert calls_of(call({"name": "read", "arguments": ""}, id="x"), choice({}, "length")) == [("read", None)]


def test_a_character_sent_in_two_halves_is_put_together():
    halves = [
        b'data: {"choices":[{"delta":{"content":"\\ud83c"}}]}\n\n',
        b'data: {"choices":[{"delta":{"content":"\\udf89"}}]}\n\n',
    ]
    events, _ = read([*halves, choice({}, "stop")])
    assert events == [TextDelta("🎉"), Finished("stop")]


def test_thinking_in_a_list_of_parts_is_reasoning():
    parts = [{"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]}, {"type": "text", "text": "Hi"}]
    events, _ = read([choice({"content": parts}, "stop")])
    assert events == [ReasoningDelta("hm"), TextDelta("Hi"), Finished("stop")]


def test_an_answer_that_talks_about_the_think_tag_is_left_alone():
    events, _ = read([choice({"content": "Use <think>x</think>."}, "stop")])
    assert events == [TextDelta("Use <think>x</think>."), Finished("stop")]


@pytest.mark.parametrize(
    ("reported", "usage"),
    [
        ({"prompt_tokens": 10, "completion_tokens": 5}, Usage(input=10, output=5)),
        (
            {"prompt_tokens": 10, "completion_tokens": 5, "prompt_cache_hit_tokens": 4},
            Usage(input=6, output=5, cache_read=4),
        ),
        (
            {"prompt_tokens": 10, "completion_tokens": 5, "completion_tokens_details": {"reasoning_tokens": 3}},
            Usage(input=10, output=2, reasoning=3),
        ),
        (
            {
                "prompt_tokens": 10,
                "completion_tokens": 5,
                "total_tokens": 18,
                "completion_tokens_details": {"reasoning_tokens": 3},
            },
            Usage(input=10, output=5, reasoning=3),
        ),
    ],
)
def test_kinds_of_tokens_do_not_overlap(reported: dict[str, object], usage: Usage):
    body = choice({"content": "Hi"}, "stop") + b"data: " + json.dumps({"choices": [], "usage": reported}).encode()
    events, _ = read([body])
    assert [event.usage for event in events if isinstance(event, UsageReported)] == [usage]


def test_one_id_for_all_calls_does_not_make_them_one():
    first = call({"name": "read", "arguments": '{"path": "a"}'}, index=0, id="same")
    second = call({"name": "read", "arguments": '{"path": "b"}'}, index=1, id="same")
    events, _ = read([first, second, b"data: [DONE]\n\n"])
    calls = [event for event in events if isinstance(event, ToolCall)]
    assert [event.arguments for event in calls] == [{"path": "a"}, {"path": "b"}]
    assert len({event.call_id for event in calls}) == 2


def test_a_broken_piece_after_the_finish_reason_costs_nothing():
    events, reader = read([choice({"content": "Hi"}, "stop"), b'data: {"choices":[],"usa'])
    assert (events, reader.failure) == ([TextDelta("Hi"), Finished("stop")], None)


def test_reasoning_may_come_as_details_only():
    details = [{"type": "reasoning.text", "text": "hm"}, {"type": "reasoning.encrypted", "data": "x"}]
    events, _ = read([choice({"reasoning_details": details}), choice({"content": "Hi"}, "stop")])
    assert events == [ReasoningDelta("hm"), TextDelta("Hi"), Finished("stop")]
