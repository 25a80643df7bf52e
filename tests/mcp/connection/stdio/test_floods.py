"""Servers that write without end: others have the event loop meanwhile, and the answers still come."""

import asyncio
import time

import pytest
from mcp import MCPError
from mcp_types import TextContent

from support.mcp.plain_client import connected
from support.mcp.recorded_host import RecordedHost

BOUND = 0.5
"""Seconds that the loop may stand still on a busy machine; measured are 5 to 20 ms."""


class Heartbeat:
    """How long the event loop stood still at most."""

    def __init__(self) -> None:
        self.longest = 0.0

    async def __aenter__(self) -> "Heartbeat":
        self._task = asyncio.create_task(self._beat())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()

    async def _beat(self) -> None:
        last = time.perf_counter()
        while True:
            await asyncio.sleep(0)
            now = time.perf_counter()
            self.longest, last = max(self.longest, now - last), now


@pytest.mark.parametrize("habit", ["floods-notifications", "floods-stderr"])
async def test_calls_are_answered_in_a_flood_and_the_loop_goes_on(habit: str) -> None:
    host = RecordedHost()

    async with connected(habit, host=host) as server, Heartbeat() as heart, asyncio.timeout(30):
        for number in range(30):
            assert await server.call("echo", text=str(number)) == str(number)

    assert heart.longest < BOUND
    assert host.reasons == []
    assert len(host.logged) < 100


async def test_progress_by_the_hundred_thousand_is_thinned_and_the_call_ends() -> None:
    host, told = RecordedHost(), list[float]()

    async def progress(done: float, total: float | None, message: str | None) -> None:
        told.append(done)

    async with connected(host=host) as server, Heartbeat() as heart, asyncio.timeout(60):
        result = await server.client.call_tool("progress", {"steps": 100_000}, progress_callback=progress)

    assert result.content == [TextContent(type="text", text="100000 steps")]
    assert told[:1000] == [float(number) for number in range(1, 1001)]
    assert len(told) < 50_000
    assert heart.longest < BOUND
    assert host.logged == [
        "a progress or log message was left out, because there are too many",
        f"… {100_000 - len(told) - 1:,} lines like these were left out",
    ]


async def test_an_ordinary_amount_of_progress_comes_whole() -> None:
    told: list[str | None] = []

    async def progress(done: float, total: float | None, message: str | None) -> None:
        told.append(message)

    async with connected() as server:
        await server.client.call_tool("progress", {"steps": 1000}, progress_callback=progress)

    assert told == [f"step {number}" for number in range(1, 1001)]


async def test_a_server_that_writes_junk_without_end_is_given_up() -> None:
    host = RecordedHost()

    async with connected("floods-junk", host=host) as server:
        assert await host.is_lost(60) == (
            "was given up, because it wrote without end to its stdout what is no MCP. That belongs on its stderr."
        )
        with pytest.raises(MCPError, match="Connection closed"):
            await server.call("echo", text="x")

    assert len(host.logged) < 30


async def test_so_is_one_that_writes_a_line_without_end() -> None:
    host = RecordedHost()

    async with connected("endless-line", host=host), Heartbeat() as heart:
        assert await host.is_lost(60) == "was given up, because it wrote a line of more than 256 MB."

    assert heart.longest < BOUND


async def test_a_flood_on_stderr_is_not_kept_and_does_not_stop_the_server() -> None:
    host = RecordedHost()

    async with connected("floods-stderr", 1_000_000, host=host) as server, asyncio.timeout(60):
        assert await server.call("echo", text="x") == "x"

    assert len(host.log_text) < 1_000_000
    assert "lines like these were left out" in host.log_text
