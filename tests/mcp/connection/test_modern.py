"""A server that speaks the protocol of 2026, over stdio and streamable HTTP: changes, pages, odd and giant results."""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest

from sessiond.mcp.base import (
    Blob,
    CallResult,
    Connection,
    Identity,
    Link,
    Lost,
    ResourceBlob,
    ResourceText,
    ServerFailed,
    Text,
    ToolFacts,
)
from sessiond.mcp.connection.connect import connect
from sessiond.tools.base import Inquiry
from sessiond_protocol.messages import QuestionAnswer
from support.mcp.host import RememberingHost, by_http, configured, unheard
from support.mcp.modern.launch import modern, modern_http

MEBIBYTE = 1 << 20


@pytest.fixture(params=["stdio", "http"])
def transport(request: pytest.FixtureRequest) -> str:
    return request.param


@asynccontextmanager
async def open_modern(transport: str, host: RememberingHost) -> AsyncGenerator[Connection]:
    if transport == "stdio":
        async with connect(configured(modern()), host) as connection:
            yield connection
    else:
        with modern_http() as listening:
            async with connect(by_http(listening.url), host) as connection:
                yield connection


async def test_its_protocol_is_spoken(transport: str) -> None:
    async with open_modern(transport, RememberingHost()) as connection:
        assert connection.identity == Identity(
            title="Modern", version="1", protocol_version="2026-07-28", instructions="Be modern."
        )


async def test_every_page_is_listed(transport: str) -> None:
    async with open_modern(transport, RememberingHost()) as connection:
        listing = await connection.listing()

    names = ["contents", "failing", "mistaken", "big", "change", "ask", "wait", "were_cancelled", "end"]
    assert [tool.name for tool in listing.tools] == names
    assert listing.tools[0] == ToolFacts(
        name="contents", title=None, description="", schema={"type": "object"}, annotations=None
    )
    assert (listing.prompts, listing.resources) == ((), ())


async def test_every_kind_of_content_is_carried(transport: str) -> None:
    async with open_modern(transport, RememberingHost()) as connection:
        contents = await connection.call("contents", {}, unheard)
        failing = await connection.call("failing", {}, unheard)

    assert contents == CallResult(
        content=(
            Text("words"),
            Blob("image/png", "aW1hZ2U="),
            Blob("audio/wav", "c291bmQ="),
            ResourceText("test:text", "text/plain", "inside"),
            ResourceBlob("test:blob", None, "YmxvYg=="),
            Link("test:link", "link", "elsewhere", "text/html"),
        ),
        structured={"n": 1},
    )
    assert failing == CallResult((Text("it does not work"),), is_error=True)


async def test_structured_content_that_is_not_as_declared_fails_the_call(transport: str) -> None:
    async with open_modern(transport, RememberingHost()) as connection:
        with pytest.raises(ServerFailed, match="'one' is not of type 'integer'"):
            await connection.call("mistaken", {}, unheard)


async def test_an_answer_that_is_too_long_fails_its_call_only(transport: str) -> None:
    host = RememberingHost()
    async with open_modern(transport, host) as connection:
        large = await connection.call("big", {"bytes": 20 * MEBIBYTE}, unheard)
        with pytest.raises(ServerFailed):
            await connection.call("big", {"bytes": 33 * MEBIBYTE}, unheard)
        small = await connection.call("big", {"bytes": 1}, unheard)

    assert isinstance(large.content[0], Text) and len(large.content[0].text) == 20 * MEBIBYTE
    assert small == CallResult((Text("x"),))
    assert host.reasons == []


async def test_a_change_is_told_and_the_next_listing_has_it(transport: str) -> None:
    host = RememberingHost()
    async with open_modern(transport, host) as connection:
        before = await connection.listing()
        await connection.call("change", {}, unheard)
        await host.until(lambda: host.changes)
        after = await connection.listing()

    assert {tool.name for tool in after.tools} - {tool.name for tool in before.tools} == {"added"}


async def test_what_a_call_needs_to_know_is_asked_of_the_user(transport: str) -> None:
    async def ann(_: Inquiry) -> QuestionAnswer:
        return QuestionAnswer("accept", {"name": "Ann", "other": 1})

    host = RememberingHost(answer=ann)
    async with open_modern(transport, host) as connection:
        result = await connection.call("ask", {}, unheard)

    assert [inquiry.message for inquiry in host.inquiries] == ["Who are you?"]
    assert result == CallResult((Text("{'action': 'accept', 'content': {'name': 'Ann'}}"),))


async def test_an_answer_that_the_server_did_not_ask_for_is_not_sent(transport: str) -> None:
    async def seven(_: Inquiry) -> QuestionAnswer:
        return QuestionAnswer("accept", {"name": 7})

    host = RememberingHost(answer=seven)
    async with open_modern(transport, host) as connection:
        with pytest.raises(ServerFailed, match="'name' must be of the type string"):
            await connection.call("ask", {}, unheard)
        assert await connection.call("big", {"bytes": 1}, unheard) == CallResult((Text("x"),))


async def test_a_host_that_fails_costs_the_call_only(transport: str) -> None:
    async def fail(_: Inquiry) -> QuestionAnswer:
        raise LookupError("nobody there")

    async with open_modern(transport, RememberingHost(answer=fail)) as connection:
        with pytest.raises(ServerFailed, match="nobody there"):
            await connection.call("ask", {}, unheard)
        assert await connection.call("big", {"bytes": 1}, unheard) == CallResult((Text("x"),))


async def test_cancelling_a_call_tells_the_server(transport: str) -> None:
    host, started = RememberingHost(), asyncio.Event()
    async with open_modern(transport, host) as connection:
        call = asyncio.create_task(connection.call("wait", {}, lambda *_: started.set()))
        await started.wait()
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        async with asyncio.timeout(10):
            while await connection.call("were_cancelled", {}, unheard) != CallResult((Text("1"),)):
                pass


async def test_a_server_that_dies_in_a_call_is_an_error_within_a_second(transport: str) -> None:
    host, started = RememberingHost(), asyncio.Event()
    async with open_modern(transport, host) as connection:
        waiting = asyncio.create_task(connection.call("wait", {}, lambda *_: started.set()))
        await started.wait()
        asked = time.monotonic()
        with pytest.raises(Lost):
            await connection.call("end", {}, unheard)
        with pytest.raises(Lost):
            await waiting
        with pytest.raises(Lost):
            await connection.call("big", {"bytes": 1}, unheard)
        with pytest.raises(Lost):
            await connection.listing()
        answered = time.monotonic()

    assert len(host.reasons) == 1
    assert answered - asked < 1


async def test_a_server_that_dies_while_nothing_is_asked_is_told_of() -> None:
    host = RememberingHost()
    with modern_http() as listening:
        async with connect(by_http(listening.url), host):
            listening.process.kill()
            await host.until(lambda: host.reasons)

    assert host.reasons == [f"The server cannot be reached at {listening.url}: connection refused."]
