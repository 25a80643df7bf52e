"""The end of a server is told when it comes, with its reason, and fails what waits for it."""

import asyncio
import os
import signal

import pytest
from mcp import MCPError
from mcp.client.client import Client

from sessiond.mcp.connection.stdio import stdio
from support.mcp.odd.launch import odd
from support.mcp.plain_client import connected
from support.mcp.recorded_host import RecordedHost


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ({}, "ended with exit code 3"),
        ({"code": 0}, "ended with exit code 0"),
        ({"signal": signal.SIGKILL}, "was ended by SIGKILL"),
        ({"signal": signal.SIGRTMIN + 1}, "was ended by signal"),
    ],
)
async def test_a_server_that_dies_in_a_call_fails_the_call_at_once(arguments: dict[str, int], reason: str) -> None:
    host = RecordedHost()

    async with connected(host=host) as server:
        waiting = asyncio.create_task(server.call("slow"))
        async with asyncio.timeout(1):
            for call in (server.call("die", **arguments), waiting, server.call("echo", text="too late")):
                with pytest.raises(MCPError, match="Connection closed"):
                    await call

    assert len(host.reasons) == 1
    assert host.reasons[0].startswith(reason)


async def test_the_death_of_a_server_is_told_while_nobody_calls_it() -> None:
    host = RecordedHost()

    async with connected(host=host) as server:
        os.kill(await server.pid(), signal.SIGTERM)
        assert await host.is_lost(1) == "was ended by SIGTERM"


async def test_a_descendant_that_holds_the_pipes_does_not_hide_the_death() -> None:
    host = RecordedHost()

    async with connected("leaves-grandchildren", host=host) as server:
        os.kill(await server.pid(), signal.SIGKILL)
        assert await host.is_lost(1) == "was ended by SIGKILL"
        with pytest.raises(MCPError, match="Connection closed"):
            await server.call("echo", text="x")


async def test_a_server_that_closes_its_stdout_is_lost_though_it_lives() -> None:
    host = RecordedHost()

    async with connected("closes-stdout", host=host) as server:
        async with asyncio.timeout(2):
            with pytest.raises(MCPError, match="Connection closed"):
                await server.call("echo", text="x")

    assert host.reasons == ["closed its stdout"]


@pytest.mark.parametrize("habit", ["exits-at-once", "dies-in-initialize"])
async def test_a_server_that_ends_before_it_answers_says_why_by_its_stderr(habit: str) -> None:
    host = RecordedHost()

    with pytest.raises((MCPError, ExceptionGroup)):
        async with asyncio.timeout(5):
            async with Client(stdio(odd(habit, 4), host), mode="legacy"):
                pass

    assert host.reasons == ["ended with exit code 4: Error: TOKEN is not set"]
    assert host.logged == ["Error: TOKEN is not set"]


async def test_what_was_answered_before_the_end_arrives() -> None:
    async with connected() as server:
        await server.call("echo", text="the SDK asks for the list of tools once")
        calls = [asyncio.create_task(server.call("echo", text="x" * 10_000)) for _ in range(5)]
        last = asyncio.create_task(server.call("die"))

        assert await asyncio.gather(*calls) == ["x" * 10_000] * 5
        with pytest.raises(MCPError):
            await last


async def test_a_server_that_does_not_read_blocks_nobody() -> None:
    host, size = RecordedHost(), 4_000_000

    async with connected("deaf", host=host) as server:
        for _ in range(4):
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.2):
                    await server.call("echo", text="x" * size)

    assert host.reasons == []


async def test_calls_that_wait_for_a_server_to_read_end_with_it() -> None:
    host = RecordedHost()

    async with connected(host=host) as server:
        pid = await server.pid()
        os.kill(pid, signal.SIGSTOP)
        calls = [asyncio.create_task(server.call("echo", text="x" * 4_000_000)) for _ in range(4)]
        await asyncio.sleep(0)
        os.kill(pid, signal.SIGKILL)
        async with asyncio.timeout(2):
            ended = await asyncio.gather(*calls, return_exceptions=True)

    assert [type(each) for each in ended] == [MCPError] * 4
