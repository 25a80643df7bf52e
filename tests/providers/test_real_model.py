"""The three adapters against a real server and a small real model; shapes and effects, never wording."""

import asyncio
from collections.abc import Callable, Generator
from contextlib import aclosing
from typing import Any

import pytest

from sessiond.local.models import SMOLLM2
from sessiond.local.state import LocalServer
from sessiond.providers.anthropic import Anthropic
from sessiond.providers.base import (
    Finished,
    ModelEvent,
    ModelRequest,
    Provider,
    ProviderError,
    TextDelta,
    UsageReported,
)
from sessiond.providers.openai_chat import OpenAIChat
from sessiond.providers.openai_responses import OpenAIResponses
from sessiond_protocol.messages import Message, TextPart
from support.model_server import model_server

Make = Callable[[LocalServer, str], Provider]

ADAPTERS: dict[str, Make] = {
    "anthropic": lambda server, key: Anthropic("a", base_url=server.base_url.removesuffix("/v1"), api_key=key),
    "openai-responses": lambda server, key: OpenAIResponses("r", base_url=server.base_url, api_key=key),
    "openai-chat": lambda server, key: OpenAIChat("c", base_url=server.base_url, api_key=key),
}

pytestmark = [
    pytest.mark.model,
    pytest.mark.timeout(300),
    pytest.mark.parametrize("make", ADAPTERS.values(), ids=ADAPTERS.keys()),
]


@pytest.fixture(scope="module")
def server() -> Generator[LocalServer]:
    with model_server(SMOLLM2) as running:
        yield running


def said(role: Any, text: str) -> Message:
    part = TextPart(id="p", text=text)
    return Message(id="m", session_id="s", turn_id="t", role=role, parts=[part], created_at=0)


def a_request(server: LocalServer, *messages: Message, limit: int = 24) -> ModelRequest:
    return ModelRequest(model=server.model, system=("Answer briefly.",), messages=messages, max_output_tokens=limit)


async def answer(provider: Provider, request: ModelRequest) -> list[ModelEvent]:
    events: list[ModelEvent] = []
    async with aclosing(provider.stream(request)) as stream:
        async for event in stream:
            events.append(event)
    return events


def text_of(events: list[ModelEvent]) -> str:
    return "".join(event.text for event in events if isinstance(event, TextDelta))


async def test_two_turns_are_streamed_with_usage_and_an_end(make: Make, server: LocalServer):
    provider = make(server, server.api_key)
    prompt = said("user", "What is the capital of France?")

    first = await answer(provider, a_request(server, prompt))
    again = said("user", "And of Spain?")
    second = await answer(provider, a_request(server, prompt, said("assistant", text_of(first)), again))
    await provider.close()

    for events in (first, second):
        usage = [event.usage for event in events if isinstance(event, UsageReported)][-1]
        assert sum(isinstance(event, TextDelta) for event in events) > 1, "it comes in pieces"
        assert usage.input + usage.cache_read > 10 and 1 < usage.output <= 24
        assert isinstance(events[-1], Finished) and events[-1].reason in ("stop", "length")


async def test_an_abort_leaves_the_server_ready_for_the_next(make: Make, server: LocalServer):
    provider = make(server, server.api_key)
    endless = a_request(server, said("user", "Count from one to one thousand."), limit=2000)
    begun = asyncio.Event()

    async def read() -> None:
        async for _ in provider.stream(endless):
            begun.set()

    reading = asyncio.create_task(read())
    async with asyncio.timeout(120):
        await begun.wait()
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    async with asyncio.timeout(120):
        assert text_of(await answer(provider, a_request(server, said("user", "Hello"))))
    await provider.close()


async def test_a_wrong_key_is_an_error_that_says_so(make: Make, server: LocalServer):
    provider = make(server, "wrong")
    with pytest.raises(ProviderError) as caught:
        await answer(provider, a_request(server, said("user", "Hello")))
    await provider.close()
    assert (caught.value.kind, caught.value.retryable) == ("authRequired", False)


async def test_an_overlong_prompt_is_an_overflow(make: Make, server: LocalServer):
    provider = make(server, server.api_key)
    with pytest.raises(ProviderError) as caught:
        await answer(provider, a_request(server, said("user", "word " * 20_000)))
    await provider.close()
    assert (caught.value.kind, caught.value.retryable) == ("contextOverflow", False)
