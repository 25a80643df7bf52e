"""Clients that only listen, while the engine is stopped or replaced: they are told, and nothing starts by itself."""

from support.client.engines import engine_pid
from support.command import sessiond
from support.daemon import Daemon, Follower, Home


async def listening(client: Daemon) -> str:
    """A session that the client is subscribed to, in a list that it watches."""
    await client.request("sessions/watch")
    return await client.create(title="Mine")


async def test_who_listens_is_told_of_the_stop_and_of_the_next_engine_once_somebody_asks(home: Home) -> None:
    async with Follower(home) as listener, Follower(home) as other:
        session_id = await listening(listener)
        await other.request("server/status")

        assert (await sessiond(home, "stop")).code == 0
        await listener.until(lambda: listener.stops == 1)
        assert engine_pid(home.data) is None
        assert (listener.resyncs, listener.rows.resyncs, other.stops) == ([], 0, 0)

        await other.request("session/update", {"sessionId": session_id, "title": "Theirs"})
        assert (listener.resyncs, listener.rows.resyncs, listener.stops) == ([], 0, 1)

        session = await listener.request("session/get", {"sessionId": session_id})
        assert session["title"] == "Theirs"
        assert (listener.resyncs, listener.rows.resyncs) == ([session_id], 1)
        assert other.resyncs == []


async def test_who_listens_to_an_engine_that_is_replaced_hears_of_the_next_one_without_asking(home: Home) -> None:
    async with Follower(home) as listener, Follower(home) as other:
        session_id = await listening(listener)
        first = listener.engine_pid

        assert (await sessiond(home, "restart")).code == 0
        await listener.until(lambda: listener.rows.resyncs == 1 and listener.resyncs == [session_id])
        await listener.request("sessions/watch")
        await other.request("session/update", {"sessionId": session_id, "title": "Theirs"})

        await listener.until(lambda: listener.rows.rows.get(session_id, {}).get("title") == "Theirs")
        assert (listener.engine_pid == first, listener.stops) == (False, 0)
