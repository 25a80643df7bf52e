"""Servers that are real processes, with one bad habit each: none costs another anything, none is left at the end."""

import asyncio
import os
import signal
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
import pytest

from sessiond.mcp.base import CallResult, ServerFailed, Text
from sessiond.mcp.pool import Pool
from sessiond.mcp.project import ProjectServers
from sessiond.mcp.supervision.supervised import Supervised
from support.mcp.odd.launch import odd
from support.mcp.played.pools import Configuration, declared, pool_of
from support.mcp.played.supervised import BOUND, call

TEN: Mapping[str, str] = {f"good{number}": "plain" for number in range(7)} | {
    "hangs": "hangs-in-initialize",
    "crashes": "crashes",
    "floods": "floods-junk",
}


@asynccontextmanager
async def servers_with(habits: Mapping[str, str], directory: Path) -> AsyncGenerator[tuple[Pool, ProjectServers]]:
    """Real servers by name, each with a habit; afterwards there must be no process that was not there before."""
    before = children()
    configuration = Configuration()
    configuration.of[str(directory)] = [
        declared(name, command=list(odd(habit).command), start_timeout=BOUND) for name, habit in habits.items()
    ]
    async with pool_of(configuration, None, directory / "data", dict(os.environ)) as pool:
        yield pool, await pool.of(str(directory))
    assert children() - before == set()


def children() -> set[psutil.Process]:
    return {
        process for process in psutil.Process().children(recursive=True) if process.status() != psutil.STATUS_ZOMBIE
    }


def named(servers: ProjectServers, name: str) -> Supervised:
    server = servers.entries[name].server
    assert server is not None
    return server


async def reached(server: Supervised, *states: str) -> None:
    async with asyncio.timeout(3 * BOUND):
        while server.status.state not in states:
            await server._moved.wait()


async def test_of_ten_servers_one_hangs_one_crashes_and_one_floods_and_the_others_answer(tmp_path: Path) -> None:
    async with servers_with(TEN, tmp_path) as (_, servers):
        servers.begin()
        good = [name for name in TEN if name.startswith("good")]
        answers = await asyncio.gather(*(call(named(servers, name)) for name in good))
        with pytest.raises(ServerFailed, match=r"^MCP server crashes: "):
            await call(named(servers, "crashes"))
        await asyncio.gather(call(named(servers, "floods")), return_exceptions=True)  # it may have been given up

        assert answers == [CallResult((Text("hi"),))] * 7
        assert named(servers, "hangs").status.state == "starting"


async def test_a_server_that_is_killed_in_a_call_is_an_error_and_the_next_call_works(tmp_path: Path) -> None:
    async with servers_with({"odd": "plain"}, tmp_path) as (_, servers):
        server = named(servers, "odd")
        await call(server)
        [process] = children()
        slow = asyncio.ensure_future(call(server, "slow", {"seconds": 60}))
        await call(server)
        process.send_signal(signal.SIGKILL)
        with pytest.raises(ServerFailed, match=r"^MCP server odd: .*(9|KILL)"):
            await slow

        assert await call(server) == CallResult((Text("hi"),))
        assert server.restarts == 1


async def test_a_server_that_exits_at_once_is_tried_again_and_says_why(tmp_path: Path) -> None:
    async with servers_with({"odd": "exits-at-once"}, tmp_path) as (_, servers):
        server = named(servers, "odd")
        server.begin()
        await reached(server, "restarting")

        assert "TOKEN is not set" in (server.status.reason or "") + server.log.tail(50)
        assert server.status.next_try_at or server.status.state == "restarting"


async def test_a_tool_that_a_server_adds_is_there(tmp_path: Path) -> None:
    async with servers_with({"odd": "plain"}, tmp_path) as (_, servers):
        server = named(servers, "odd")
        await call(server, "change", {})
        async with asyncio.timeout(BOUND):
            while not any(tool.name == "odd_added" for tool in servers.tools()):
                await asyncio.sleep(0)


async def test_a_call_that_is_cancelled_leaves_the_server_usable(tmp_path: Path) -> None:
    async with servers_with({"odd": "plain"}, tmp_path) as (_, servers):
        server = named(servers, "odd")
        slow = asyncio.ensure_future(call(server, "slow", {"seconds": 60}))
        await call(server)
        slow.cancel()
        await asyncio.wait({slow}, timeout=BOUND)

        assert slow.cancelled()
        assert await call(server) == CallResult((Text("hi"),))


async def test_a_disconnected_server_is_gone_and_a_connected_one_is_another_process(tmp_path: Path) -> None:
    async with servers_with({"odd": "ignores-sigterm"}, tmp_path) as (pool, servers):
        await call(named(servers, "odd"))
        before = children()
        await pool.disconnect(str(tmp_path), "odd")
        stopped = children()
        await pool.connect(str(tmp_path), "odd")
        after = children()

        assert (len(before), len(stopped), len(after)) == (1, 0, 1)
        assert before != after


@pytest.mark.parametrize(
    ("habit", "state"),
    [
        ("hangs-in-initialize", "starting"),
        ("deaf", "starting"),
        ("floods-notifications", "ready"),
        ("leaves-grandchildren", "ready"),
    ],
)
async def test_closing_while_it_starts_or_runs_leaves_no_process(tmp_path: Path, habit: str, state: str) -> None:
    async with servers_with({"odd": habit}, tmp_path) as (_, servers):
        servers.begin()
        await reached(named(servers, "odd"), state)
        async with asyncio.timeout(BOUND):
            while not children():
                await asyncio.sleep(0)
