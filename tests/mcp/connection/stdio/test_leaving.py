"""Leaving ends the server and all that it has started, in bounded time, whatever happens meanwhile."""

import asyncio
import time

import pytest

from sessiond.mcp.connection.stdio import stdio
from support.mcp.odd.launch import odd
from support.mcp.plain_client import connected
from support.mcp.recorded_host import RecordedHost
from support.tools.cancelled_at import CancelledAt
from support.tools.processes import Marked, until

HABITS = ["plain", "ignores-sigterm", "leaves-grandchildren", "closes-stdout", "deaf", "floods-notifications"]
BOUND = 4.0
"""Seconds; twice what it should take, for a busy machine."""


@pytest.mark.parametrize("habit", HABITS)
async def test_nothing_is_left_of_a_server(habit: str) -> None:
    marked, host = Marked({}), RecordedHost()

    async with connected(habit, host=host, env=marked.environment):
        assert marked.living()
        began = time.monotonic()

    assert time.monotonic() - began < BOUND
    assert (marked.living(), host.reasons) == ([], [])


async def test_a_server_that_ends_with_its_stdin_is_not_waited_for() -> None:
    async with connected() as server:
        await server.call("echo", text="x")
        began = time.monotonic()

    assert time.monotonic() - began < 0.4


async def test_leaving_is_finished_though_it_is_cancelled_again_and_again() -> None:
    marked, started = Marked({}), asyncio.Event()

    async def hold() -> None:
        async with stdio(odd("ignores-sigterm", env=marked.environment), RecordedHost()):
            started.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(hold())
    await started.wait()
    while not task.done():
        task.cancel()
        await asyncio.wait([task], timeout=0.05)

    assert task.cancelled()
    assert marked.living() == []


@pytest.mark.parametrize("point", range(0, 40, 3))
async def test_a_cancellation_at_any_point_leaves_nothing(point: int) -> None:
    marked = Marked({})

    async def use() -> None:
        async with connected("leaves-grandchildren", env=marked.environment) as server:
            await server.call("echo", text="x")

    await CancelledAt(use(), point)

    assert marked.living() == []


async def test_what_a_dead_server_has_left_is_ended_too() -> None:
    marked, host = Marked({}), RecordedHost()

    async with connected("leaves-grandchildren", host=host, env=marked.environment) as server:
        task = asyncio.create_task(server.call("die"))
        await host.is_lost()
        assert len(await asyncio.to_thread(marked.living)) == 2
    await asyncio.wait([task])

    assert task.exception() is not None
    await until(lambda: marked.living() == [])
