"""Servers of the SSE transport of 2024 that do what they should not: no call waits for an answer that cannot come."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest

from sessiond.mcp.base import CallResult, Connection, Lost, Remote, ServerFailed, Text
from sessiond.mcp.connection.connect import connect
from support.mcp.host import RememberingHost, configured, unheard
from support.mcp.replies import Json
from support.mcp.streaming import Calling, Streaming, streaming

MEBIBYTE = 1 << 20


def text(words: str) -> Json:
    return {"content": [{"type": "text", "text": words}]}


def by_sse(url: str) -> Remote:
    return Remote(url=url, kind="sse", headers={})


@asynccontextmanager
async def connected(calling: Calling, host: RememberingHost) -> AsyncGenerator[Connection]:
    async with streaming(calling) as server, connect(configured(by_sse(server.url)), host) as connection:
        yield connection


async def big(server: Streaming, message: Json) -> int:
    server.answer(message, text("x" * message["params"]["arguments"]["bytes"]))
    return 202


async def test_answers_may_be_large() -> None:
    async with connected(big, RememberingHost()) as connection:
        result = await connection.call("tool", {"bytes": 8 * MEBIBYTE}, unheard)

    assert result == CallResult((Text("x" * 8 * MEBIBYTE),))


async def test_an_event_without_a_bound_ends_the_connection() -> None:
    host = RememberingHost()
    async with connected(big, host) as connection:
        with pytest.raises(Lost, match="byte limit"):
            await connection.call("tool", {"bytes": 33 * MEBIBYTE}, unheard)

    assert len(host.reasons) == 1


async def test_a_message_that_is_refused_fails_its_call_only() -> None:
    async def refusing(server: Streaming, message: Json) -> int:
        if message["params"]["name"] == "refused":
            return 500
        server.answer(message, text("fine"))
        return 202

    host = RememberingHost()
    async with connected(refusing, host) as connection:
        with pytest.raises(ServerFailed, match="answered 500 Internal Server Error"):
            await connection.call("refused", {}, unheard)
        assert await connection.call("tool", {}, unheard) == CallResult((Text("fine"),))
    assert host.reasons == []


async def test_a_session_that_has_expired_is_a_lost_connection() -> None:
    async def expired(_: Streaming, __: Json) -> int:
        return 404

    host = RememberingHost()
    async with connected(expired, host) as connection:
        with pytest.raises(Lost, match="has ended the session"):
            await connection.call("tool", {}, unheard)

    assert host.reasons == ["The server has ended the session."]


async def test_a_stream_that_ends_in_a_call_is_a_lost_connection() -> None:
    async def ending(server: Streaming, _: Json) -> int:
        server.break_off()
        return 202

    host = RememberingHost()
    async with connected(ending, host) as connection:
        with pytest.raises(Lost):
            await connection.call("tool", {}, unheard)
        with pytest.raises(Lost):
            await connection.listing()

    assert len(host.reasons) == 1


async def test_what_is_no_message_is_logged_and_passed_over() -> None:
    async def chattering(server: Streaming, message: Json) -> int:
        server.tell("hello")
        server.tell("{}", "greeting")
        server.answer(message, text("fine"))
        return 202

    host = RememberingHost()
    async with connected(chattering, host) as connection:
        assert await connection.call("tool", {}, unheard) == CallResult((Text("fine"),))
        await host.until(lambda: host.logged)

    assert host.logged[0].startswith("sent what is no message of MCP: ")


async def test_messages_are_sent_to_no_other_server() -> None:
    async with streaming(big, endpoint="http://other.invalid/messages") as server:
        with pytest.raises(ServerFailed, match=r"elsewhere, to other\.invalid"):
            async with connect(configured(by_sse(server.url)), RememberingHost()):
                raise AssertionError
