"""Fifty clients that start at once, whatever they find: they end with one engine, and each has its answer."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sessiond.owner.lock import owner_of
from support.daemon import Daemon, Follower, Home

FIFTY = 50
PATIENCE = 90.0
"""Seconds: so many interpreters take their time on a small machine."""


@asynccontextmanager
async def fifty(home: Home) -> AsyncIterator[list[Daemon]]:
    """All are started before any of them is heard."""
    clients = [Daemon(home, handshake=False) for _ in range(FIFTY)]
    await asyncio.gather(*(client.start() for client in clients))
    greetings = [client.send("initialize", {"capabilities": {}, "processId": None}) for client in clients]
    results = await asyncio.gather(*(greeting.result(PATIENCE) for greeting in greetings))
    assert {result["serverInfo"]["name"] for result in results} == {"sessiond"}
    for client in clients:
        client.notify("initialized")
    yield clients
    for client in clients:
        assert client.unread == []
        client.notify("exit")
    await asyncio.gather(*(client.ends(1, PATIENCE) for client in clients))


async def engine_of_all(clients: list[Daemon]) -> int:
    """Its process id: the same in every answer."""
    answers = await asyncio.gather(*(client.request("server/status", seconds=PATIENCE) for client in clients))
    (pid,) = {answer["pid"] for answer in answers}
    return pid


async def test_where_no_engine_runs_one_is_started(home: Home) -> None:
    async with fifty(home) as clients:
        assert await engine_of_all(clients) == home.engine_pid
        assert home.runtime and [file.suffix for file in home.runtime.iterdir()] == [".sock"]


async def test_the_lock_and_the_socket_of_a_dead_engine_stop_none_of_them(home: Home) -> None:
    async with Daemon(home) as before:
        session_id = await before.create()
        await before.kill()
    left = owner_of(str(home.data))
    assert home.runtime and [str(file) for file in home.runtime.iterdir()] == [left["socket"]]

    async with fifty(home) as clients:
        assert await engine_of_all(clients) == home.engine_pid != left["pid"]
        lists = await asyncio.gather(*(client.request("session/list", seconds=PATIENCE) for client in clients))
        assert [[row["id"] for row in listed["sessions"]] for listed in lists] == [[session_id]] * FIFTY


async def test_while_an_engine_is_leaving_they_all_get_the_next_one(home: Home) -> None:
    async with Follower(home) as before:
        first = (await before.request("server/status"))["pid"]
        await before.request("server/stop", {"when": "now"})

        async with fifty(home) as clients:
            second = await engine_of_all(clients)
            assert (second == home.engine_pid, second != first) == (True, True)


async def test_clients_whose_engine_leaves_or_dies_go_on_with_one_other(home: Home) -> None:
    async with fifty(home) as clients:
        first = await engine_of_all(clients)
        await clients[0].request("server/stop", {"when": "now"})
        second = await engine_of_all(clients)
        await clients[0].kill_engine()
        third = await engine_of_all(clients)

        assert len({first, second, third}) == 3
        for client in clients:
            assert [word["method"] for word in client.unread] == ["window/logMessage"] * len(client.unread)
            client.unread.clear()
