"""One list of cases for every adapter, over real HTTP through the real SDKs.

What each API puts on the wire for them stands in support/providers/wire_recordings.py.
"""

import asyncio
import threading
import time
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from sessiond.providers.base import (
    Finished,
    ModelRequest,
    Provider,
    ProviderError,
    ReasoningDelta,
    ReasoningSigned,
    TextDelta,
    ToolCall,
    ToolCallDelta,
    ToolCallStarted,
    ToolSpec,
    UsageReported,
)
from sessiond_protocol.messages import FilePart, Message, TextPart, Usage
from support.fake_model_server import Answer, FakeModelServer, fake_model_server, wait_until_disconnected
from support.providers.wire_recordings import BROKEN, EVERY_API, READ_A, READ_B, Recordings

pytestmark = pytest.mark.parametrize("api", EVERY_API, ids=lambda api: api.name)

USAGE = Usage(input=100, output=7, reasoning=5, cache_read=40, cache_write=20)


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch):
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@dataclass
class Heard:
    """What a stream said, its deltas joined."""

    text: str = ""
    reasoning: str = ""
    calls: list[tuple[str, str, dict[str, Any] | None]] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)
    """The arguments of each call as they were streamed."""
    usage: Usage | None = None
    finish: str | None = None
    error: tuple[str, bool] | None = None
    """Kind, and whether trying again may help."""


def a_request(**changes: Any) -> ModelRequest:
    prompt = Message(
        id="m", session_id="s", turn_id="t", role="user", created_at=0, parts=[TextPart(id="p", text="Hello")]
    )
    tool = ToolSpec("read", "Reads a file.", {"type": "object", "properties": {"path": {"type": "string"}}})
    return ModelRequest(**{"model": "m", "system": ("Be kind.",), "messages": (prompt,), "tools": (tool,), **changes})


async def listen(provider: Provider, request: ModelRequest, heard: Heard) -> None:
    started: dict[str, str] = {}
    async with aclosing(provider.stream(request)) as stream:
        async for event in stream:
            assert heard.finish is None, "nothing comes after Finished"
            match event:
                case TextDelta(text):
                    heard.text += text
                case ReasoningDelta(text):
                    heard.reasoning += text
                case ReasoningSigned():
                    assert heard.reasoning, "a signature comes after what it signs"
                case ToolCallStarted(key, name):
                    assert name == "read"
                    started[key] = ""
                case ToolCallDelta(key, text):
                    started[key] += text
                case ToolCall(key, call_id, name, arguments, text):
                    assert started[key] == text
                    heard.calls.append((call_id, name, arguments))
                case UsageReported(usage):
                    heard.usage = usage
                case Finished(reason):
                    heard.finish = reason
    heard.shown = list(started.values())


async def hear(api: Recordings, server: FakeModelServer, **changes: Any) -> Heard:
    provider, heard = api.make(server.url), Heard()
    try:
        await listen(provider, a_request(**changes), heard)
    except ProviderError as error:
        heard.error = (error.kind, error.retryable)
        assert "secret-key" not in f"{error.message} {error.detail}"
    finally:
        await provider.close()
    return heard


async def hear_body(api: Recordings, body: bytes) -> Heard:
    with fake_model_server(Answer([body])) as server:
        return await hear(api, server)


async def test_text_comes_with_its_usage_and_its_end(api: Recordings):
    assert await hear_body(api, api.text) == Heard(text="Hello", usage=USAGE, finish="stop")


async def test_the_same_comes_when_every_byte_is_a_read_of_its_own(api: Recordings):
    body = api.calls
    with fake_model_server(Answer([body[i : i + 1] for i in range(len(body))])) as server:
        in_bytes = await hear(api, server)
    assert in_bytes == await hear_body(api, body)


async def test_parallel_calls_come_whole_and_in_order(api: Recordings):
    assert await hear_body(api, api.calls) == Heard(
        text="Both.",
        calls=[("call_a", "read", {"path": "a.txt"}), ("call_b", "read", {"path": "b.txt"})],
        shown=[READ_A, READ_B],
        usage=USAGE,
        finish="toolCalls",
    )


async def test_reasoning_is_kept_apart_from_the_answer(api: Recordings):
    assert await hear_body(api, api.reasoning) == Heard(
        text="Hello", reasoning="Let me think.", usage=USAGE, finish="stop"
    )


async def test_an_answer_at_the_output_limit_says_so(api: Recordings):
    assert await hear_body(api, api.at_limit) == Heard(text="Hello", usage=USAGE, finish="length")


async def test_a_call_with_malformed_arguments_carries_none(api: Recordings):
    assert await hear_body(api, api.broken_call) == Heard(
        calls=[("call_a", "read", None)], shown=[BROKEN], usage=USAGE, finish="toolCalls"
    )


async def test_a_stream_that_breaks_off_is_an_error_that_keeps_the_text(api: Recordings):
    heard = await hear_body(api, api.begun)
    assert (heard.text, heard.finish, heard.error) == ("Hel", None, ("providerUnavailable", True))


async def test_a_whole_call_in_a_stream_that_breaks_off_does_not_run(api: Recordings):
    heard = await hear_body(api, api.cut_call)
    assert (heard.calls, heard.finish, heard.error) == ([], None, ("providerUnavailable", True))


async def test_a_dropped_connection_is_an_error_that_keeps_the_text(api: Recordings):
    with fake_model_server(Answer([api.begun], then="drop")) as server:
        heard = await hear(api, server)
    assert (heard.text, heard.finish, heard.error) == ("Hel", None, ("providerUnavailable", True))


async def test_an_empty_answer_is_an_error(api: Recordings):
    heard = await hear_body(api, b"")
    assert (heard.finish, heard.error) == (None, ("providerUnavailable", True))


async def test_a_refused_request_is_an_error_by_its_meaning(api: Recordings):
    headers = {"content-type": "application/json", "retry-after": "7"}
    with fake_model_server(Answer([api.error_body.encode()], status=429, headers=headers)) as server:
        provider = api.make(server.url)
        with pytest.raises(ProviderError) as caught:
            await listen(provider, a_request(), Heard())
        await provider.close()
    assert (caught.value.kind, caught.value.retryable, caught.value.retry_after) == ("rateLimited", True, 7)
    assert len(server.requests) == 1, "retries are not the adapter's"


async def test_an_error_in_place_of_the_stream_is_an_error_by_its_meaning(api: Recordings):
    headers = {"content-type": "application/json"}
    with fake_model_server(Answer([api.error_body.encode()], headers=headers)) as server:
        heard = await hear(api, server)
    assert (heard.finish, heard.error) == (None, ("rateLimited", True))


async def test_an_error_in_the_middle_of_the_stream_keeps_the_text(api: Recordings):
    heard = await hear_body(api, api.failing)
    assert (heard.text, heard.finish, heard.error) == ("Hel", None, ("overloaded", True))


async def test_a_server_that_nobody_runs_is_an_error(api: Recordings):
    with fake_model_server(Answer()) as server:
        pass
    heard = await hear(api, server)
    assert heard.error == ("providerUnavailable", True)


async def test_a_silent_stream_is_given_up(api: Recordings):
    with fake_model_server(Answer([api.begun], then="hang")) as server:
        await api.make(server.url).warm()
        started = time.monotonic()
        heard = await hear(api, server, idle_timeout=0.3)
        assert time.monotonic() - started < 5
    assert (heard.text, heard.error) == ("Hel", ("providerUnavailable", True))


async def test_a_stream_that_has_ended_but_is_not_closed_is_whole(api: Recordings):
    with fake_model_server(Answer([api.text], then="hang")) as server:
        assert await hear(api, server) == Heard(text="Hello", usage=USAGE, finish="stop")


async def test_cancelling_closes_the_http_stream(api: Recordings):
    with fake_model_server(Answer([api.begun], then="hang")) as server:
        provider, begun = api.make(server.url), asyncio.Event()

        async def read() -> None:
            async for _ in provider.stream(a_request()):
                begun.set()

        reading = asyncio.create_task(read())
        async with asyncio.timeout(20):
            await begun.wait()
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        assert await asyncio.to_thread(wait_until_disconnected, server) < 1
        await provider.close()


async def test_the_request_carries_model_prompt_tools_and_limits(api: Recordings):
    with fake_model_server(Answer([api.text])) as server:
        await hear(api, server, max_output_tokens=77)
    sent = server.requests[0].body
    assert sent["model"] == "m" and sent["stream"] is True and sent["temperature"] == 0
    assert "Be kind." in str(sent) and "Hello" in str(sent) and len(sent["tools"]) == 1
    assert 77 in sent.values()


async def test_a_picture_is_read_and_sent_without_keeping_the_event_loop(
    api: Recordings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    picture = tmp_path / "picture.png"
    picture.write_bytes(b"pix")
    readers: list[threading.Thread] = []

    def read_bytes(path: Path) -> bytes:
        readers.append(threading.current_thread())
        with path.open("rb") as file:
            return file.read()

    monkeypatch.setattr(Path, "read_bytes", read_bytes)
    part = FilePart(id="f", media_type="image/png", uri=picture.as_uri())
    prompt = Message(id="m", session_id="s", turn_id="t", role="user", created_at=0, parts=[part])
    with fake_model_server(Answer([api.text])) as server:
        await hear(api, server, messages=(prompt,), images=True)

    assert "cGl4" in str(server.requests[0].body)
    assert readers and threading.current_thread() not in readers
