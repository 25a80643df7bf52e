"""The ways in which a connection ends, and what becomes of the requests that have no answer yet."""

import asyncio

import pytest

from sessiond.server import connection
from support.server.in_process import connected
from support.server.told_engine import Engine, answers


@pytest.mark.parametrize(("shutdown", "exit_code"), [(True, 0), (False, 1)])
async def test_exit_tells_by_its_code_whether_shutdown_came_first(
    shutdown: bool, exit_code: int, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(connection, "QUICK_SECONDS", 0.05)
    async with connected(Engine()) as (peer, serving):
        peer.send({"id": 8, "method": "session/get", "params": {"sessionId": "hangs"}})
        if shutdown:
            await peer.request("shutdown")
        peer.send({"method": "exit"})

        assert await asyncio.wait_for(serving, 5) == exit_code


async def test_what_was_asked_before_shutdown_is_answered_before_the_connection_ends():
    async with connected(Engine()) as (peer, serving):
        create = {"method": "session/create"}
        peer.send({"id": 2, **create}, {"id": 3, **create}, {"id": 4, "method": "shutdown"}, {"method": "exit"})

        answered = [message async for message in answers(peer, 3)]
        assert {answer["id"]: "result" in answer for answer in answered} == {2: True, 3: True, 4: True}
        assert await asyncio.wait_for(serving, 1) == 0


@pytest.mark.parametrize("shutdown", [True, False])
async def test_what_is_cut_off_by_exit_is_told_so_and_holds_up_nothing(shutdown: bool, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(connection, "QUICK_SECONDS", 0.05)
    async with connected(Engine()) as (peer, serving):
        peer.send({"id": 2, "method": "session/create", "params": {"title": "hangs"}})
        peer.send({"id": 3, "method": "session/chat", "params": {"sessionId": "s", "text": "x"}})
        peer.send({"id": 4, "method": "session/get", "params": {"sessionId": "hangs"}})
        peer.send(*[{"id": 5, "method": "shutdown"}] * shutdown, {"method": "exit"})

        cut_off = [answer async for answer in answers(peer, 3 + shutdown) if "error" in answer]
        assert {(answer["id"], answer["error"]["data"]["kind"]) for answer in cut_off} == {
            (2, "shuttingDown"),
            (3, "shuttingDown"),
            (4, "shuttingDown"),
        }
        assert await asyncio.wait_for(serving, 1) == (0 if shutdown else 1)


async def test_exit_does_not_wait_for_a_turn():
    async with connected(Engine()) as (peer, serving):
        peer.send({"id": 2, "method": "session/chat", "params": {"sessionId": "s", "text": "x"}})
        await peer.request("session/get", {"sessionId": "s"}, id=3)
        await peer.request("shutdown", id=4)
        peer.send({"method": "exit"})

        assert await asyncio.wait_for(serving, connection.QUICK_SECONDS / 2) == 0
        assert (await peer.next())["error"]["data"] == {"kind": "shuttingDown"}


async def test_the_end_of_the_input_waits_for_the_answers():
    engine = Engine()
    async with connected(engine) as (peer, serving):
        peer.send({"id": 2, "method": "session/chat", "params": {"sessionId": "s", "text": "x"}})
        peer.end_input()
        asyncio.get_running_loop().call_later(0.05, engine.keeper.turn.end, "endTurn")

        assert (await peer.next())["result"]["stopReason"] == "endTurn"
        assert await asyncio.wait_for(serving, 5) == 0
        assert len(engine.keeper.left) == 1


async def test_the_death_of_the_named_process_ends_the_connection():
    process = await asyncio.create_subprocess_exec("sleep", "60")
    async with connected(Engine(), handshake=False) as (peer, serving):
        await peer.request("initialize", {"processId": process.pid})
        process.kill()
        await process.wait()

        assert await asyncio.wait_for(serving, 5) == 0
