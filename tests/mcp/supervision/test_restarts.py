"""When a server that is lost is started again, and when not; time passes only by being waited for."""

from pathlib import Path

import pytest

from sessiond.mcp.base import Listing, ServerFailed
from sessiond.mcp.supervision.backoff import MOST_FAILURES, STEADY, Backoff
from sessiond.mcp.supervision.supervised import Status
from support.mcp.played.server import Played, PlayedServer, Time, hang, offering
from support.mcp.played.supervised import ready, supervised, until


def waits(*good_for: float | None) -> list[float | None]:
    backoff = Backoff(lambda: 0.0)
    return [backoff.wait(seconds) for seconds in good_for]


def test_one_that_never_starts_is_tried_after_waits_that_double_and_then_given_up() -> None:
    assert waits(*[None] * MOST_FAILURES) == [1.0, 2.0, 4.0, 8.0, None]


def test_one_that_was_ready_is_started_at_once_and_then_as_any_other() -> None:
    assert waits(5.0, 5.0, None, 5.0, 5.0) == [0.0, 2.0, 4.0, 8.0, None]


def test_a_connection_that_was_good_for_a_minute_wipes_out_what_was_before() -> None:
    assert waits(None, None, None, None, STEADY, None, STEADY) == [1.0, 2.0, 4.0, 8.0, 0.0, 2.0, 0.0]


def test_servers_do_not_all_come_back_at_once() -> None:
    assert Backoff(lambda: 1.0).wait(None) == pytest.approx(1.1)


async def test_a_lost_server_is_ready_again_and_its_tools_stay_meanwhile(tmp_path: Path) -> None:
    server, time = PlayedServer(), Time()
    async with supervised(server, tmp_path, time) as under_test:
        await ready(under_test)
        before = under_test.listing
        server.newest.lose("The process has ended with code 3.")
        await until(lambda: under_test.status.state != "ready")
        lost, listed = under_test.status, under_test.listing
        await until(lambda: under_test.status.state == "ready")

        assert lost == Status(state="restarting", reason="The process has ended with code 3.")
        assert listed is before
        assert (under_test.listing, under_test.restarts, time.waits) == (offering("echo"), 1, [0.0])
        assert len(server.open) == 1
    log = under_test.log.tail(100)
    assert "Ended: The process has ended with code 3. It is started again in 0 s." in log


async def test_a_server_that_dies_after_every_start_has_failed_in_the_end_and_offers_nothing(tmp_path: Path) -> None:
    server, time = PlayedServer(), Time()
    async with supervised(server, tmp_path, time) as under_test:
        for _ in range(MOST_FAILURES):
            await ready(under_test)
            server.newest.lose()
            await until(lambda: under_test.status.state != "ready")
        await until(lambda: under_test.status.state == "failed")

        assert under_test.status == Status(state="failed", reason="The process has ended with code 1.")
        assert under_test.listing == Listing()
        assert [int(seconds) for seconds in time.waits] == [0, 2, 4, 8]
        assert server.open == []


async def test_it_is_said_when_the_next_try_will_be(tmp_path: Path) -> None:
    server, time = PlayedServer(), Time()
    server.enter = fails
    said: list[int] = []
    async with supervised(server, tmp_path, time) as under_test:
        started_waiting = time.pause

        async def pause(until, seconds) -> None:
            said.append((under_test.status.next_try_at or 0) - round(time.now * 1000))
            await started_waiting(until, seconds)

        time.pause = pause
        under_test._means = server.means(time)
        under_test.begin()
        await until(lambda: under_test.status.state == "failed")

        assert [ms // 1000 for ms in said] == [1, 2, 4, 8]


async def test_what_was_wrong_is_known_while_it_is_tried_again(tmp_path: Path) -> None:
    server, time = PlayedServer(), Time()
    server.enter = fails
    async with supervised(server, tmp_path, time) as under_test:
        under_test.begin()
        await until(lambda: under_test.status.state == "restarting")
        server.enter = hang
        await until(lambda: under_test.restarts == 1)

        assert under_test.status == Status(state="starting", reason="It is broken: no such table.")
    assert "Ended: It is broken: no such table. It is started again in 1 s." in under_test.log.tail(100)


async def fails(_: Played) -> None:
    raise ServerFailed("It is broken: no such table")
