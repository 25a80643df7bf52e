"""The chat adapter over HTTP with the real SDK: odd streams, failures, aborts, what is sent."""

import asyncio
from contextlib import aclosing
from typing import Any

import pytest
from support.fake_model_server import Answer, FakeModelServer, fake_model_server, sse, wait_until_disconnected
from support.sse_cases import SseCase, cut, is_right, load_sse_cases, reading_of

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
            events.extend([event async for event in stream])
    except ProviderError as error:
        return events, error
    finally:
        await provider.close()
    return events, None


async def events_until_failure(provider: OpenAIChat, request: ModelRequest) -> tuple[list[ModelEvent], ProviderError]:
    events: list[ModelEvent] = []
    with pytest.raises(ProviderError) as failure:
        async with aclosing(provider.stream(request)) as stream:
            async for event in stream:
                events.append(event)
    return events, failure.value


@pytest.fixture(scope="module")
def anyio_backend():
    return "asyncio"


async def test_every_odd_stream_is_read_right_over_http():
    provider: OpenAIChat | None = None
    wrong: list[Any] = []
    for case in CASES:
        reads = cut(case.body, case.splits[:200])
        with fake_model_server(Answer(reads, headers={"content-type": case.content_type})) as server:
            events, error = await collect(server)
        reading = reading_of(events, error)
        if not is_right(reading, case):
            wrong.append((case.id, reading))
    assert wrong == []
