"""When an engine leaves, what it still answers, and that nothing is lost between it and the next one."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from sessiond.server import connection
from sessiond.server.host import departure
from support.server.shared import HELLO, House, Pipe, house
from support.server.told_engine import Engine

CHAT = {"method": "session/chat", "params": {"sessionId": "s", "text": "x"}}
STOPPED = {"jsonrpc": "2.0", "method": "link/leaving", "params": {"stopped": True}}


async def chatting(shared: House, name: str = "editor") -> Pipe:
    """A client that waits for the end of a turn, with the id 7."""
    pipe = await shared.client(name)
    pipe.send({"id": 7, **CHAT})
    await shared.until(lambda: shared.engine.keeper.turn.running)
    return pipe


def in_short(messages: list[dict[str, Any]]) -> list[Any]:
    return [message.get("method", message.get("id")) for message in messages]


async def test_an_engine_whose_last_client_has_left_stays_for_the_idle_time_and_leaves():
    async with house(idle=0) as shared:
        one, two = await shared.client(), await shared.client()
        one.kill()
        await two.request("session/get", {"sessionId": "s"}, id=2)
        assert not shared.released
        two.close()

        assert await shared.ended() == 0
        assert shared.released


async def test_an_engine_to_which_nobody_comes_leaves_as_well(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(departure, "FIRST_CLIENT_SECONDS", 0.05)
    async with house(idle=0) as shared:
        assert await shared.ended() == 0


async def test_a_turn_without_a_client_goes_on_and_the_engine_stays_for_it():
    async with house(idle=0) as shared:
        pipe = await chatting(shared)
        pipe.kill()
        await shared.until(lambda: len(shared.engine.keeper.left) == 1)
        assert shared.serving is not None and not shared.serving.done()
        shared.engine.keeper.turn.end("endTurn")

        assert await shared.ended() == 0
        assert shared.engine.keeper.aborted == []


async def test_a_client_that_comes_while_a_turn_of_another_is_waited_for_is_served():
    async with house(idle=0) as shared:
        (await chatting(shared)).kill()
        await shared.until(lambda: len(shared.engine.keeper.left) == 1)
        later = await shared.client()
        shared.engine.keeper.turn.end("endTurn")

        assert "result" in await later.request("session/get", {"sessionId": "s"}, id=2)


async def test_an_engine_that_is_to_stop_once_idle_serves_as_usual_until_its_turns_have_ended():
    async with house() as shared:
        pipe = await chatting(shared, "one")
        other = await shared.client("two")
        assert (await other.request("server/stop", id=2))["result"] == {"turns": 1}

        assert (await other.request("server/status", id=3))["result"]["leaving"] is True
        third = await shared.client("three")
        assert "result" in await third.request("session/create", id=2)
        shared.engine.keeper.turn.end("endTurn")
        said = "two has asked the engine to end once no turn runs."
        logged, answer, leaving = await pipe.rest()
        assert logged == {"jsonrpc": "2.0", "method": "window/logMessage", "params": {"type": 3, "message": said}}
        assert (answer["id"], answer["result"]["stopReason"], leaving) == (7, "endTurn", STOPPED)
        assert in_short(await other.rest()) == ["link/leaving"]
        assert await shared.ended() == 0


async def test_an_engine_that_is_to_stop_now_ends_its_turns_and_tells_who_waits_for_them():
    async with house() as shared:
        pipe = await chatting(shared)
        other = await shared.client()
        await other.request("server/stop", {"when": "now"}, id=2)

        _, answer, leaving = await pipe.rest()
        assert (answer["id"], answer["result"]["stopReason"], leaving) == (7, "aborted", STOPPED)
        assert await shared.ended() == 0


async def test_a_newer_engine_takes_over_once_no_turn_runs_whatever_is_asked_meanwhile():
    successor = {"version": "9.0.0", "command": ["/bin/new", "engine"]}
    async with house() as shared:
        pipe = await chatting(shared)
        newer = await shared.client("newer", version="9.0.0")
        newer.send({"method": "link/supersede", "params": successor})
        logged = await newer.method("window/logMessage")
        assert logged["message"] == "The engine ends once no turn runs; sessiond 9.0.0 takes over."
        await newer.request("server/stop", id=2)
        shared.engine.keeper.turn.end("endTurn")

        leaving = {"jsonrpc": "2.0", "method": "link/leaving", "params": {"successor": successor}}
        assert (await newer.rest())[-1] == (await pipe.rest())[-1] == leaving
        assert await shared.ended() == 0


@pytest.mark.parametrize("successor", [{}, {"version": "9.0.0", "command": []}, {"version": "9", "command": "rm"}, []])
async def test_a_successor_that_makes_no_sense_is_none(successor: Any):
    async with house() as shared:
        pipe = await shared.client()
        pipe.send({"method": "link/supersede", "params": successor})

        assert (await pipe.request("server/status", id=2))["result"]["leaving"] is False


async def test_all_that_was_read_is_answered_before_the_farewell():
    async with house() as shared:
        pipe = await shared.client()
        asked = [{"id": number, "method": "session/create", "params": {}} for number in range(10, 20)]
        pipe.send(*asked[:5], {"id": 2, "method": "server/stop", "params": {"when": "now"}}, *asked[5:])

        said = await pipe.rest()
        assert {message["id"] for message in said if "result" in message} == {2, *range(10, 20)}
        assert said[-1] == STOPPED


async def test_a_prompt_that_is_just_being_begun_is_a_turn_already_for_an_engine_that_is_to_stop_once_idle():
    engine = Engine()
    engine.keeper.beginning.clear()
    async with house(engine) as shared:
        pipe = await shared.client()
        pipe.send({"id": 7, **CHAT})
        await pipe.request("server/stop", id=2)
        engine.keeper.beginning.set()
        await shared.until(lambda: engine.keeper.turn.running)
        assert "result" in await pipe.request("session/get", {"sessionId": "s"}, id=3)
        engine.keeper.turn.end("endTurn")

        said = await pipe.rest()
        assert in_short(said) == [7, "link/leaving"] and said[0]["result"]["stopReason"] == "endTurn"


async def test_a_request_that_takes_its_time_is_waited_for_by_an_engine_that_is_to_stop_once_idle():
    async with house() as shared:
        pipe, other = await shared.client(), await shared.client()
        pipe.send({"id": 3, "method": "session/get", "params": {"sessionId": "hangs"}})
        await pipe.request("session/get", {"sessionId": "s"}, id=4)
        await other.request("server/stop", id=2)
        assert "result" in await pipe.request("session/get", {"sessionId": "s"}, id=5)
        pipe.send({"method": "$/cancelRequest", "params": {"id": 3}})

        said = await pipe.rest()
        assert in_short(said) == [3, "link/leaving"] and said[0]["error"]["data"] == {"kind": "cancelled"}


async def test_an_engine_that_is_to_stop_now_waits_for_no_request_for_ever(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(connection, "CONCLUDING_SECONDS", 0.05)
    async with house() as shared:
        pipe = await shared.client()
        pipe.send({"id": 3, "method": "session/get", "params": {"sessionId": "hangs"}})
        await pipe.request("server/stop", {"when": "now"}, id=2)

        said = await pipe.rest()
        assert in_short(said) == [3, "link/leaving"] and said[0]["error"]["data"] == {"kind": "shuttingDown"}


async def test_a_client_that_reads_nothing_does_not_keep_an_engine_that_leaves(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(connection, "CONCLUDING_SECONDS", 0.05)
    monkeypatch.setattr(connection, "LAST_WRITES_SECONDS", 0.05)
    async with house() as shared:
        stalled, other = await shared.client(), await shared.client()
        stalled.reader._transport.pause_reading()  # type: ignore[attr-defined] # asyncio has no other way
        stalled.send(*[{"id": n, "method": "session/get", "params": {"sessionId": "s"}} for n in range(5000)])
        await other.request("server/stop", {"when": "now"}, id=2)

        assert await shared.ended() == 0


class SlowToClose(Engine):
    """Its store takes as long as a test wants."""

    def __init__(self) -> None:
        super().__init__()
        self.closing, self.may_close = asyncio.Event(), asyncio.Event()

    async def close(self) -> None:
        self.closing.set()
        await self.may_close.wait()
        await super().close()


@asynccontextmanager
async def leaving_house() -> AsyncIterator[tuple[House, SlowToClose, Pipe]]:
    """An engine that has said farewell to the client and is closing its store."""
    engine = SlowToClose()
    async with house(engine) as shared:
        pipe = await shared.client()
        await pipe.request("server/stop", {"when": "now"}, id=2)
        await asyncio.wait_for(engine.closing.wait(), 10)
        yield shared, engine, pipe
        engine.may_close.set()
        assert await shared.ended() == 0


async def test_whoever_comes_while_it_leaves_is_told_so_and_hears_when_the_next_one_can_start():
    async with leaving_house() as (shared, engine, _):
        late = await shared.pipe()
        late.send({"method": "link/hello", "params": HELLO}, {"id": 1, "method": "initialize", "params": {}})
        assert await late.method("link/leaving") == {"stopped": True}
        assert not shared.released
        unheard = await shared.pipe()
        engine.may_close.set()

        assert await late.next() is None
        assert shared.released
        assert await unheard.next() is None


async def test_what_comes_behind_the_farewell_is_not_begun_and_its_socket_ends_once_the_next_can_start():
    async with leaving_house() as (shared, engine, pipe):
        assert await pipe.method("link/leaving") == {"stopped": True}
        pipe.send({"id": 9, **CHAT})
        engine.may_close.set()

        assert await pipe.next() is None
        assert shared.released and not engine.keeper.turn.begun
