"""The scripted provider: what a script plays, which line is chosen, and what a bad script says."""

import asyncio
import json
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest

from sessiond.providers.base import (
    Finished,
    ModelEvent,
    ModelRequest,
    ProviderError,
    ReasoningDelta,
    ReasoningSigned,
    TextDelta,
    ToolCall,
    ToolCallDelta,
    ToolCallStarted,
    UsageReported,
)
from sessiond.providers.scripted import Scripted
from sessiond_protocol.messages import Message, Part, TextPart, ToolPart, ToolState, Usage


def said(role: Any, *parts: Part) -> Message:
    return Message(id="m", session_id="s", turn_id="t", role=role, parts=list(parts), created_at=0)


def prompt(text: str = "Hello") -> Message:
    return said("user", TextPart(id="p", text=text))


def a_request(*messages: Message, **changes: Any) -> ModelRequest:
    return ModelRequest(model="any", system=(), messages=messages or (prompt(),), **changes)


@pytest.fixture
def script(tmp_path: Path):
    def write(*steps: dict[str, Any] | str) -> Scripted:
        path = tmp_path / "steps.jsonl"
        path.write_text("\n".join(step if isinstance(step, str) else json.dumps(step) for step in steps))
        return Scripted("script", path)

    return write


async def play(provider: Scripted, request: ModelRequest | None = None) -> list[ModelEvent]:
    events: list[ModelEvent] = []
    async with asyncio.timeout(10):
        async for event in provider.stream(request or a_request()):
            events.append(event)
    return events


async def fail(provider: Scripted, request: ModelRequest | None = None) -> tuple[list[ModelEvent], ProviderError]:
    events: list[ModelEvent] = []
    with pytest.raises(ProviderError) as caught:
        async for event in provider.stream(request or a_request()):
            events.append(event)
    return events, caught.value


async def text_of(provider: Scripted, *messages: Message) -> str:
    events = await play(provider, a_request(*messages))
    return "".join(event.text for event in events if isinstance(event, TextDelta))


async def test_a_line_plays_reasoning_text_calls_usage_and_the_end_in_that_order(script: Any):
    provider = script(
        {
            "text": "I look.",
            "reasoning": "hm",
            "signature": "s",
            "toolCalls": [
                {"name": "read", "arguments": {"path": "a"}},
                {"name": "read", "argumentsText": "{", "id": "x"},
            ],
            "usage": {"input": 3, "output": 4},
        }
    )

    events = await play(provider)

    error = events[-3]
    assert isinstance(error, ToolCall) and error.error
    assert events == [
        ReasoningDelta("hm"),
        ReasoningSigned("s"),
        TextDelta("I look."),
        ToolCallStarted("call_0_0_0", "read"),
        ToolCallDelta("call_0_0_0", '{"path":"a"}'),
        ToolCallStarted("x", "read"),
        ToolCallDelta("x", "{"),
        ToolCall("call_0_0_0", "call_0_0_0", "read", {"path": "a"}, '{"path":"a"}'),
        ToolCall("x", "x", "read", None, "{", error.error),
        UsageReported(Usage(input=3, output=4)),
        Finished("toolCalls"),
    ]


async def test_repeat_makes_a_large_answer_of_a_small_script(script: Any):
    assert await text_of(script({"text": "0123456789", "repeat": 100_000})) == "0123456789" * 100_000


async def test_a_pace_is_kept(script: Any):
    started = asyncio.get_running_loop().time()
    await play(script({"text": "a", "repeat": 21, "deltasPerSecond": 100}))
    assert asyncio.get_running_loop().time() - started >= 0.19


async def test_the_line_in_turn_is_chosen_by_the_assistant_messages_so_far(script: Any):
    provider = script({"text": "one"}, "", {"text": "two"})
    answer = said("assistant", TextPart(id="a", text="x"))

    assert [
        await text_of(provider, prompt()),
        await text_of(provider, prompt(), answer, prompt()),
        await text_of(provider, prompt(), answer, prompt(), answer, prompt()),
    ] == ["one", "two", "one"]


async def test_a_line_with_expect_is_played_when_the_newest_input_has_that_text(script: Any):
    provider = script({"text": "in turn"}, {"text": "title", "expect": "a title"}, {"text": "seen", "expect": "42"})
    result = ToolPart(id="p", call_id="c", name="read", state=ToolState(status="completed", output="it says 42"))

    assert [
        await text_of(provider, prompt("Give it a title.")),
        await text_of(provider, prompt("Read."), said("assistant", result)),
        await text_of(provider, prompt("a title"), said("assistant", TextPart(id="a", text="42")), prompt("and?")),
    ] == ["title", "seen", "in turn"]


async def test_an_error_comes_before_or_after_output(script: Any):
    before = await fail(script({"error": {"kind": "rateLimited", "retryable": True, "retryAfterMs": 1500}}))
    after = await fail(script({"text": "So far", "error": {"kind": "overloaded", "message": "Too much."}}))

    assert (before[0], before[1].kind, before[1].retryable, before[1].retry_after) == ([], "rateLimited", True, 1.5)
    assert (after[0], after[1].kind, after[1].message) == ([TextDelta("So far")], "overloaded", "Too much.")


async def test_an_error_with_times_fails_that_often_per_request_and_then_no_more(script: Any):
    provider = script({"error": {"kind": "overloaded", "times": 2}, "play": [{"text": "at last"}]})

    failures = [(await fail(provider))[1].kind for _ in range(2)]

    assert (failures, await text_of(provider, prompt())) == (["overloaded", "overloaded"], "at last")


async def test_cut_ends_the_stream_without_its_end(script: Any):
    events, error = await fail(script({"toolCalls": [{"name": "read"}], "cut": True}))
    assert events == [ToolCallStarted("call_0_0_0", "read"), ToolCallDelta("call_0_0_0", "{}")]
    assert (error.kind, error.retryable) == ("providerUnavailable", True)


async def test_hang_says_nothing_until_the_idle_timeout(script: Any):
    events, error = await fail(script({"text": "a", "hang": True}), a_request(idle_timeout=0.05))
    assert (events, error.kind) == ([TextDelta("a")], "providerUnavailable")


async def test_hang_ends_at_once_when_the_call_is_cancelled(script: Any):
    provider, begun = script({"text": "a", "hang": True}), asyncio.Event()

    async def read() -> None:
        async with aclosing(provider.stream(a_request())) as stream:
            async for _ in stream:
                begun.set()

    reading = asyncio.create_task(read())
    await begun.wait()
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading


async def test_wait_for_goes_on_once_the_file_is_there(script: Any, tmp_path: Path):
    provider = script({"play": [{"text": "one"}, {"waitFor": "go-on"}, {"text": "two"}]})
    heard: list[ModelEvent] = []
    async with asyncio.timeout(10):
        async for event in provider.stream(a_request()):
            heard.append(event)
            (tmp_path / "go-on").touch()
    assert heard == [TextDelta("one"), TextDelta("two"), Finished("stop")]


async def test_an_edited_script_counts_at_once(script: Any):
    provider = script({"text": "old"})
    await play(provider)
    script({"text": "new"})
    assert await text_of(provider, prompt()) == "new"


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('{"text": 1}', "got `int` - at `$.text`"),
        ('{"txt": "a"}', "unknown field `txt`"),
        ('{"repeat": 0}', "`$.repeat`"),
        ('{"error": {"kind": "oops"}}', "`oops` is no error kind"),
        ("{nonsense", "malformed"),
        ("[]", "Expected `object`"),
    ],
)
async def test_a_bad_line_is_named_with_what_is_wrong(script: Any, line: str, says: str):
    _, error = await fail(script({"text": "fine"}, line))
    assert error.kind == "invalidRequest" and not error.retryable
    assert "steps.jsonl is wrong in line 2: " in error.message and says in error.message


async def test_a_script_that_is_missing_or_empty_says_so(script: Any, tmp_path: Path):
    missing = (await fail(Scripted("script", tmp_path / "none.jsonl")))[1]
    empty = (await fail(script("")))[1]
    assert "none.jsonl cannot be read: No such file" in missing.message
    assert "has no step without `expect`" in empty.message


async def test_a_line_with_a_context_refuses_what_is_longer_and_counts_what_fits(script: Any):
    provider = script({"context": 10, "text": "12345678"})
    assert await play(provider, a_request(prompt("1234" * 10))) == [
        TextDelta("12345678"),
        UsageReported(Usage(input=10, output=2)),
        Finished("stop"),
    ]
    heard, error = await fail(provider, a_request(prompt("1234" * 11)))
    assert (heard, error.kind, error.retryable) == ([], "contextOverflow", False)
    assert error.message == "The request has 11 tokens; the model takes 10."


async def test_what_a_line_requires_must_stand_somewhere_in_the_request(script: Any):
    provider = script({"requires": ["MAPLE", "OAK"], "text": "Both."})
    assert await text_of(provider, prompt("MAPLE and OAK")) == "Both."
    _, error = await fail(provider, a_request(prompt("MAPLE alone")))
    assert (error.kind, error.message) == (
        "invalidRequest",
        "The script requires 'OAK' in the request, and it is not there.",
    )


async def test_a_failure_by_chance_is_the_same_for_the_same_seed(script: Any):
    async def outcomes(seed: int) -> list[bool]:
        provider = script({"error": {"kind": "overloaded", "chance": 0.5, "seed": seed}})
        return [bool(await outcome(provider)) for _ in range(20)]

    async def outcome(provider: Scripted) -> list[ModelEvent]:
        try:
            return await play(provider)
        except ProviderError:
            return []

    first = await outcomes(1)
    assert 0 < sum(first) < 20
    assert (await outcomes(1), await outcomes(2) == first) == (first, False)
