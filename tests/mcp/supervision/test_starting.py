"""How a server is started: when it is needed, within its time, or with a reason why not."""

import asyncio
from contextlib import suppress
from pathlib import Path

import pytest

from sessiond.mcp.base import CallResult, Listing, NeedsAuth, ServerFailed, Text
from sessiond.mcp.supervision.supervised import Status
from support.mcp.played.server import IDENTITY, Played, PlayedServer, config, hang, nothing, offering
from support.mcp.played.supervised import call, ready, supervised, until


async def test_nothing_is_started_before_it_is_needed(tmp_path: Path) -> None:
    server = PlayedServer()
    async with supervised(server, tmp_path) as under_test:
        assert (under_test.status, under_test.listing, server.connections) == (Status(state="idle"), Listing(), [])
    assert list(tmp_path.iterdir()) == []


async def test_a_server_that_answers_is_ready_with_what_it_offers(tmp_path: Path) -> None:
    server = PlayedServer(offering("echo", "add"))
    async with supervised(server, tmp_path) as under_test:
        under_test.begin()
        starting = under_test.status
        await until(lambda: under_test.status.state != "starting")

        assert starting == Status(state="starting")
        assert under_test.status == Status(state="ready")
        assert (under_test.listing, under_test.identity) == (offering("echo", "add"), IDENTITY)
        assert under_test.listing is under_test.listing
    assert server.open == []
    assert "Started." in under_test.log.tail(10)


async def test_a_call_starts_an_idle_server_and_waits_for_it(tmp_path: Path) -> None:
    server = PlayedServer()
    may_open = asyncio.Event()
    server.enter = lambda _: may_open.wait()
    async with supervised(server, tmp_path) as under_test:
        waiting = asyncio.ensure_future(call(under_test))
        await until(lambda: server.connections)
        may_open.set()

        assert await waiting == CallResult((Text("hi"),))


async def test_beginning_twice_starts_one(tmp_path: Path) -> None:
    server = PlayedServer()
    async with supervised(server, tmp_path) as under_test:
        under_test.begin()
        await ready(under_test)
        under_test.begin()

        assert len(server.connections) == 1


async def test_a_server_that_hangs_in_initialize_is_given_up_after_its_time_and_left_once(tmp_path: Path) -> None:
    server = PlayedServer()
    server.enter = hang
    async with supervised(server, tmp_path, given=config(start_timeout=0.01)) as under_test:
        under_test.begin()
        await under_test.settled()

        assert under_test.status.state == "restarting"
        assert under_test.status.reason == "It did not answer within 0.01 s of its start (`start_timeout`)."
        await until(lambda: under_test.status.state == "failed")
        assert (server.open, len(server.connections)) == ([], 5)


async def test_a_server_that_hangs_when_asked_what_it_offers_is_not_ready(tmp_path: Path) -> None:
    server = PlayedServer()
    server.list = hang
    async with supervised(server, tmp_path, given=config(start_timeout=0.01)) as under_test:
        with pytest.raises(ServerFailed, match=r"^MCP server played "):
            await call(under_test)
        await until(lambda: under_test.status.state == "failed")

        assert server.open == []


async def test_a_call_waits_for_a_start_no_longer_than_that_may_take(tmp_path: Path) -> None:
    server = PlayedServer()
    server.enter = hang
    async with supervised(server, tmp_path, given=config(start_timeout=0.01)) as under_test:
        with pytest.raises(ServerFailed, match=r"^MCP server played "):
            await call(under_test)


async def test_a_server_that_failed_says_why_at_once_and_can_be_begun_again(tmp_path: Path) -> None:
    server = PlayedServer()
    server.enter = fails
    async with supervised(server, tmp_path) as under_test:
        under_test.begin()
        await until(lambda: under_test.status.state == "failed")
        with pytest.raises(ServerFailed) as caught:
            await call(under_test)

        assert under_test.status.reason == "There is no program 'played'."
        assert str(caught.value) == (
            "MCP server played cannot be used. There is no program 'played'. "
            "The user finds more with `sessiond mcp logs played`."
        )
        server.enter = nothing
        assert under_test.listing == Listing()
        await ready(under_test)


async def test_a_defect_of_the_connection_is_a_reason_too(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    server = PlayedServer()
    server.enter = breaks
    async with supervised(server, tmp_path) as under_test:
        under_test.begin()
        await under_test.settled()

        assert under_test.status.reason == (
            "The connection failed by a defect (ZeroDivisionError); the engine's log has it."
        )
    assert "ZeroDivisionError" in caplog.text


async def test_waiting_for_a_login_takes_no_time_and_calls_do_not_wait_for_it(tmp_path: Path) -> None:
    server = PlayedServer()
    logged_in = asyncio.Event()

    async def wants_login(connection: Played) -> None:
        connection.host.wants_login("https://played.example/authorize")
        await logged_in.wait()
        connection.host.wants_login(None)

    server.enter = wants_login
    async with supervised(server, tmp_path, given=config(start_timeout=0.05)) as under_test:
        under_test.begin()
        await until(lambda: under_test.status.state == "needsAuth")
        waiting = under_test.status
        with pytest.raises(ServerFailed) as caught:
            await call(under_test)
        with suppress(TimeoutError):
            async with asyncio.timeout(0.1):
                await logged_in.wait()

        assert under_test.status is waiting
        assert waiting.auth_url == "https://played.example/authorize"
        assert str(caught.value) == ("MCP server played wants the user to log in, with `sessiond mcp auth played`.")
        logged_in.set()
        await until(lambda: under_test.status.state == "ready")
        assert under_test.status == Status(state="ready")


async def test_a_server_that_wants_a_login_nobody_is_asked_for_is_not_tried_again(tmp_path: Path) -> None:
    server = PlayedServer()
    server.enter = refuses
    async with supervised(server, tmp_path) as under_test:
        under_test.begin()
        await until(lambda: under_test.status.state != "starting")

        await until(lambda: under_test.status == Status(state="needsAuth", reason="It wants a login."))
        assert len(server.connections) == 1
        server.enter = nothing
        await ready(under_test)


async def fails(_: Played) -> None:
    raise ServerFailed("There is no program 'played'.")


async def refuses(_: Played) -> None:
    raise NeedsAuth("It wants a login.")


async def breaks(_: Played) -> None:
    raise ZeroDivisionError
