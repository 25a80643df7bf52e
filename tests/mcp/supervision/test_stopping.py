"""How a server ends when it is told to: in bounded time, whatever it is at, with an error for every call."""

import asyncio
from pathlib import Path

import pytest

from sessiond.mcp.base import ServerFailed
from sessiond.mcp.supervision import link
from sessiond.mcp.supervision.supervised import Status
from support.mcp.played.server import Played, PlayedServer, hang
from support.mcp.played.supervised import BOUND, call, ready, supervised, until

STOPPED = Status(state="disabled", reason="Enough.")


async def test_its_calls_fail_and_it_takes_no_more(tmp_path: Path) -> None:
    server = PlayedServer()
    server.call = hang
    async with supervised(server, tmp_path) as under_test:
        await ready(under_test)
        calling = asyncio.ensure_future(call(under_test))
        await until(lambda: server.newest.running)
        await under_test.stop("Enough.")
        with pytest.raises(ServerFailed) as running:
            await calling
        with pytest.raises(ServerFailed) as later:
            await call(under_test)
        under_test.begin()

        assert str(running.value) == "MCP server played: It was stopped. Enough."
        assert str(later.value).startswith("MCP server played cannot be used. Enough.")
        assert (under_test.status, server.open, len(server.connections)) == (STOPPED, [], 1)


async def test_while_it_starts(tmp_path: Path) -> None:
    server = PlayedServer()
    server.enter = hang
    async with supervised(server, tmp_path) as under_test:
        waiting = asyncio.ensure_future(call(under_test))
        await until(lambda: server.connections)
        await under_test.stop("Enough.")

        with pytest.raises(ServerFailed, match="Enough"):
            await waiting
        assert (under_test.status, server.open) == (STOPPED, [])


async def test_while_it_waits_to_be_started_again(tmp_path: Path) -> None:
    server = PlayedServer()
    server.enter = fails
    async with supervised(server, tmp_path) as under_test:
        under_test._means = under_test._means._replace(pause=link.paused)
        under_test.begin()
        await until(lambda: under_test.status.next_try_at)
        await under_test.stop("Enough.")

        assert (under_test.status, len(server.connections)) == (STOPPED, 1)


async def test_twice_at_the_same_time(tmp_path: Path) -> None:
    server = PlayedServer()
    async with supervised(server, tmp_path) as under_test:
        await ready(under_test)
        await asyncio.gather(under_test.stop("Enough."), under_test.stop("Too late."))

        assert (under_test.status.state, server.open) == ("disabled", [])


async def test_a_connection_that_does_not_end_is_left_and_the_log_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link, "LEAVING_SECONDS", 0.01)
    server = PlayedServer()
    may_end = asyncio.Event()
    server.leave = lambda _: may_end.wait()
    async with supervised(server, tmp_path) as under_test:
        await ready(under_test)
        async with asyncio.timeout(BOUND):
            await under_test.stop("Enough.")
        left = list(server.open)
        may_end.set()
        await until(lambda: not server.open)
        await until(lambda: "The connection has ended at last." in under_test.log.tail(10))

        assert len(left) == 1
        assert "The connection did not end within 0.01 s." in under_test.log.tail(10)


async def test_the_next_one_waits_until_the_former_has_ended(tmp_path: Path) -> None:
    server = PlayedServer()
    may_end = asyncio.Event()
    async with supervised(server, tmp_path) as former:
        await ready(former)
        server.leave = lambda _: may_end.wait()
        ending = asyncio.ensure_future(former.stop("Replaced."))
        async with supervised(server, tmp_path, after=ending) as next_one:
            next_one.begin()
            waiting = asyncio.ensure_future(call(next_one))
            await until(lambda: former.status.state == "disabled")
            meanwhile = len(server.connections)
            may_end.set()
            await waiting

            assert (meanwhile, len(server.connections)) == (1, 2)


async def fails(_: Played) -> None:
    raise ServerFailed("It is broken.")
