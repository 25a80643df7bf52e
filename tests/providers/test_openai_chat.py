"""The chat adapter over HTTP with the real SDK: odd streams, failures, aborts, what is sent."""

import asyncio
from contextlib import aclosing
from typing import Any

import pytest

from sessiond.providers.base import (
    Finished,
    ModelEvent,
    ModelRequest,
    ProviderError,
    ReasoningDelta,
    TextDelta,
    ToolSpec,
    UsageReported,
)
from sessiond.providers.openai_chat import OpenAIChat
from sessiond_protocol.messages import Message, ReasoningPart, TextPart, ToolPart, ToolState, Usage
from support.fake_model_server import Answer, FakeModelServer, fake_model_server, sse, wait_until_disconnected
from support.providers.sse_cases import cut, is_right, load_sse_cases, reading_of

CASES = load_sse_cases()


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch):
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def message(role: Any, *parts: Any, model: str | None = None) -> Message:
    return Message(id="msg", session_id="ses", turn_id="turn", role=role, parts=list(parts), created_at=0, model=model)


def a_request(**changes: Any) -> ModelRequest:
    prompt = message("user", TextPart(id="p", text="Hello"))
    return ModelRequest(**{"model": "m", "system": ("Be kind.",), "messages": (prompt,), **changes})


def delta(content: str, finish: str | None = None) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": {"content": content}, "finish_reason": finish}]}


HELLO = sse(delta("Hel"), delta("lo", "stop"), "[DONE]")


async def collect(
    server: FakeModelServer, request: ModelRequest | None = None, api_key: str | None = None
) -> tuple[list[ModelEvent], ProviderError | None]:
    provider = OpenAIChat("example", base_url=f"{server.url}/v1", api_key=api_key)
    events: list[ModelEvent] = []
    try:
        async with aclosing(provider.stream(request or a_request())) as stream:
            async for event in stream:
                events.append(event)
    except ProviderError as error:
        return events, error
    finally:
        await provider.close()
    return events, None


async def test_every_odd_stream_is_read_right_over_http():
    wrong: list[Any] = []
    for case in CASES:
        reads = cut(case.body, case.splits[:200])
        with fake_model_server(Answer(reads, headers={"content-type": case.content_type})) as server:
            reading = reading_of(*await collect(server))
        if not is_right(reading, case):
            wrong.append((case.id, reading))
    assert wrong == []


async def test_the_answer_of_a_plain_stream_is_text_usage_and_an_end():
    usage = {"choices": [], "usage": {"prompt_tokens": 9, "completion_tokens": 2, "total_tokens": 11}}
    with fake_model_server(Answer([sse(delta("Hel")), sse(delta("lo", "stop"), usage, "[DONE]")])) as server:
        events, error = await collect(server)
    assert error is None
    assert [e for e in events if not isinstance(e, TextDelta)] == [
        UsageReported(Usage(input=9, output=2)),
        Finished("stop"),
    ]
    assert "".join(e.text for e in events if isinstance(e, TextDelta)) == "Hello"


async def test_neighbouring_deltas_of_one_read_come_as_one():
    with fake_model_server(Answer([sse(*(delta("x") for _ in range(50)), delta("", "stop"), "[DONE]")])) as server:
        events, _ = await collect(server)
    assert events == [TextDelta("x" * 50), Finished("stop")]


async def test_the_request_carries_the_conversation_the_tools_and_the_key():
    tool = ToolSpec("read", "Reads a file.", {"type": "object", "properties": {"path": {"type": "string"}}})
    request = a_request(tools=(tool,), max_output_tokens=100, temperature=None)
    with fake_model_server(Answer([HELLO])) as server:
        await collect(server, request, api_key="secret-key")
    sent = server.requests[0]
    assert (sent.method, sent.path, sent.headers["authorization"]) == (
        "POST",
        "/v1/chat/completions",
        "Bearer secret-key",
    )
    assert sent.body == {
        "model": "m",
        "messages": [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "Hello"}],
        "stream": True,
        "stream_options": {"include_usage": True},
        "tools": [
            {
                "type": "function",
                "function": {"name": "read", "description": "Reads a file.", "parameters": tool.parameters},
            }
        ],
        "max_tokens": 100,
    }


async def test_nothing_meant_for_openai_leaks_to_another_server(monkeypatch: pytest.MonkeyPatch):
    for name in ("OPENAI_API_KEY", "OPENAI_ADMIN_KEY", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID"):
        monkeypatch.setenv(name, "secret")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:1/elsewhere")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "x-team: secret\nauthorization: Bearer secret")
    with fake_model_server(Answer([HELLO])) as server:
        events, error = await collect(server)
    assert (events[-1], error) == (Finished("stop"), None)
    assert "secret" not in str(server.requests[0])


async def test_openai_itself_without_a_key_is_an_error_that_says_how_to_give_one():
    provider = OpenAIChat("openai", base_url=None, api_key=None)
    with pytest.raises(ProviderError) as failure:
        await anext(aiter(provider.stream(a_request())))
    assert (failure.value.kind, "sessiond auth add openai" in failure.value.message) == ("authRequired", True)


async def test_an_error_before_output_tells_what_it_means_and_how_long_to_wait():
    body = b'{"error": {"message": "Slow down, key sk-abcdefghijklmnop1234", "code": "rate_limit_exceeded"}}'
    answer = Answer([body], status=429, headers={"content-type": "application/json", "retry-after": "7"})
    with fake_model_server(answer) as server:
        events, error = await collect(server)
    assert error is not None
    assert (events, error.kind, error.retryable, error.retry_after, error.status) == ([], "rateLimited", True, 7.0, 429)
    assert "sk-abcdefghijklmnop1234" not in f"{error.message}{error.detail}"
    assert len(server.requests) == 1


async def test_an_error_after_output_keeps_the_text_and_gives_out_no_call():
    call = {"index": 0, "id": "a", "function": {"name": "bash", "arguments": "{}"}}
    body = sse(
        delta("Hel"), {"choices": [{"delta": {"tool_calls": [call]}}]}, {"error": {"message": "boom", "code": 500}}
    )
    with fake_model_server(Answer([body])) as server:
        events, error = await collect(server)
    assert error is not None
    assert (events[0], error.kind, error.retryable) == (TextDelta("Hel"), "providerUnavailable", True)
    assert [type(event).__name__ for event in events[1:]] == ["ToolCallStarted", "ToolCallDelta"]


async def test_a_dropped_connection_is_an_error_that_can_be_retried():
    with fake_model_server(Answer([sse(delta("Hel"))], then="drop")) as server:
        events, error = await collect(server)
    assert error is not None
    assert (events, error.kind, error.retryable) == ([TextDelta("Hel")], "providerUnavailable", True)


async def test_a_connection_dropped_after_the_finish_reason_costs_nothing():
    with fake_model_server(Answer([sse(delta("Hello", "stop"))], then="drop")) as server:
        assert await collect(server) == ([TextDelta("Hello"), Finished("stop")], None)


async def test_a_server_that_hangs_after_done_is_not_waited_for():
    with fake_model_server(Answer([HELLO], then="hang")) as server:
        async with asyncio.timeout(3):
            assert await collect(server) == ([TextDelta("Hello"), Finished("stop")], None)


async def test_a_silent_stream_ends_with_an_error_that_names_the_seconds():
    with fake_model_server(Answer([sse(delta("Hel"))], then="hang")) as server:
        events, error = await collect(server, a_request(idle_timeout=0.3))
    assert error is not None
    assert (events, error.kind, error.retryable) == ([TextDelta("Hel")], "providerUnavailable", True)
    assert "0.3 seconds" in error.message


async def test_a_key_that_cannot_be_sent_is_not_quoted():
    with fake_model_server(Answer([HELLO])) as server:
        events, error = await collect(server, api_key="secret\nkey")
    assert error is not None
    assert (events, error.kind, error.retryable) == ([], "invalidRequest", False)
    assert "secret" not in f"{error.message}{error.detail}"


async def test_a_body_that_is_not_compressed_as_it_says_is_an_error():
    with fake_model_server(Answer([b"x" * 100], headers={"content-encoding": "gzip"})) as server:
        events, error = await collect(server)
    assert error is not None
    assert (events, error.kind) == ([], "providerUnavailable")


async def test_a_server_that_is_not_there_is_named_with_what_to_check():
    with fake_model_server() as server:
        pass
    events, error = await collect(server)
    assert error is not None
    assert (events, error.kind, error.retryable) == ([], "providerUnavailable", True)
    assert "Nothing listens" in error.message


async def test_a_web_page_in_place_of_a_stream_is_an_error_without_the_page():
    with fake_model_server(Answer([b"<html><body>Welcome</body></html>"], headers={"content-type": "text/html"})) as s:
        events, error = await collect(s)
    assert error is not None
    assert (events, error.kind, error.detail) == ([], "providerUnavailable", None)


async def test_cancelling_closes_the_http_stream_at_once():
    with fake_model_server(Answer([sse(delta("Hel"))], then="hang")) as server:
        provider = OpenAIChat("example", base_url=f"{server.url}/v1", api_key=None)
        started = asyncio.Event()

        async def consume() -> None:
            async with aclosing(provider.stream(a_request())) as stream:
                async for _ in stream:
                    started.set()

        task = asyncio.create_task(consume())
        await started.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await asyncio.to_thread(wait_until_disconnected, server) < 0.5
        await provider.close()


async def test_leaving_the_stream_early_closes_it():
    with fake_model_server(Answer([sse(delta("Hel"))], then="hang")) as server:
        provider = OpenAIChat("example", base_url=f"{server.url}/v1", api_key=None)
        async with aclosing(provider.stream(a_request())) as stream:
            assert await anext(stream) == TextDelta("Hel")
        assert await asyncio.to_thread(wait_until_disconnected, server) < 0.5
        await provider.close()


async def test_an_optional_field_that_a_server_refuses_by_name_is_left_out_from_then_on():
    refusal = b'{"error": {"message": "Unrecognized request argument supplied: stream_options"}}'
    json_type = {"content-type": "application/json"}
    with fake_model_server(Answer([refusal], status=400, headers=json_type), Answer([HELLO])) as server:
        events, error = await collect(server)
    assert (events[-1], error) == (Finished("stop"), None)
    assert ["stream_options" in request.body for request in server.requests] == [True, False]


async def test_a_request_refused_for_another_reason_is_not_sent_again():
    refusal = b'{"error": {"message": "messages: at least one message is required"}}'
    with fake_model_server(Answer([refusal], status=400, headers={"content-type": "application/json"})) as server:
        _, error = await collect(server)
    assert error is not None
    assert (error.kind, error.retryable, len(server.requests)) == ("invalidRequest", False, 1)


async def test_reasoning_content_goes_back_to_the_model_that_sent_it_while_it_works_on_the_prompt():
    thought = {"choices": [{"delta": {"reasoning_content": "hm"}}]}
    step = message(
        "assistant",
        ReasoningPart(id="r", text="hm"),
        ToolPart(id="t", call_id="c", name="read", state=ToolState(status="completed", output="42")),
        model="example/m",
    )
    with fake_model_server(Answer([sse(thought), HELLO])) as server:
        provider = OpenAIChat("example", base_url=f"{server.url}/v1", api_key=None)
        for request in (a_request(), a_request(messages=(*a_request().messages, step))):
            events = [event async for event in provider.stream(request)]
            assert events[0] == ReasoningDelta("hm")
        await provider.close()
    assert server.requests[1].body["messages"][2]["reasoning_content"] == "hm"


async def test_many_may_warm_a_provider_at_once():
    provider = OpenAIChat("example", base_url="http://127.0.0.1:1/v1", api_key=None)
    await asyncio.gather(*(provider.warm() for _ in range(5)))
    await provider.close()
