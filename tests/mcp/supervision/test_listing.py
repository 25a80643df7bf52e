"""What a server offers, when it says that this has changed."""

from pathlib import Path

from sessiond.mcp.base import Listing, ServerFailed
from support.mcp.played.server import Played, PlayedServer, Time, hang, offering
from support.mcp.played.supervised import ready, supervised, until


async def test_a_change_is_seen(tmp_path: Path) -> None:
    server = PlayedServer()
    async with supervised(server, tmp_path) as under_test:
        await ready(under_test)
        server.offered = offering("echo", "new")
        server.newest.host.changed()

        await until(lambda: under_test.listing == offering("echo", "new"))


async def test_the_same_offer_stays_the_same_object(tmp_path: Path) -> None:
    server = PlayedServer()
    async with supervised(server, tmp_path) as under_test:
        await ready(under_test)
        before = under_test.listing
        server.offered = offering("echo")
        server.newest.host.changed()
        await until(lambda: server.listings == 2)

        assert under_test.listing is before


async def test_a_flood_of_changes_costs_one_fetch_a_second(tmp_path: Path) -> None:
    server, time = PlayedServer(), Time()
    async with supervised(server, tmp_path, time) as under_test:
        await ready(under_test)
        for _ in range(10_000):
            server.newest.host.changed()
        await until(lambda: time.waits)
        server.newest.host.changed()
        await until(lambda: len(time.waits) == 2)

        assert (server.listings, time.waits) == (3, [1.0, 1.0])


async def test_a_change_that_cannot_be_had_leaves_what_was_and_is_logged(tmp_path: Path) -> None:
    server, time = PlayedServer(), Time()
    async with supervised(server, tmp_path, time) as under_test:
        await ready(under_test)
        usual, server.list = server.list, fails
        server.newest.host.changed()
        await until(lambda: time.waits)
        kept = under_test.listing
        server.list, server.offered = usual, offering("other")
        server.newest.host.changed()
        await until(lambda: under_test.listing == offering("other"))

        assert kept == offering("echo")
        assert "What it offers has changed and cannot be had: Too many pages." in under_test.log.tail(10)


async def test_a_server_that_does_not_say_what_has_changed_can_be_stopped(tmp_path: Path) -> None:
    server = PlayedServer()
    async with supervised(server, tmp_path) as under_test:
        await ready(under_test)
        server.list = hang
        server.newest.host.changed()
        await until(lambda: server.listings == 2)

        assert under_test.listing == offering("echo")
    assert server.open == []


async def fails(_: Played) -> Listing:
    raise ServerFailed("Too many pages.")


async def test_a_server_that_offers_the_same_after_a_restart_offers_the_same_object(tmp_path: Path) -> None:
    server = PlayedServer()
    async with supervised(server, tmp_path) as under_test:
        await ready(under_test)
        before = under_test.listing
        server.offered = offering("echo")
        server.newest.lose()
        await until(lambda: len(server.connections) == 2 and under_test.status.state == "ready")

        assert under_test.listing is before
