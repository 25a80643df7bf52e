"""What `$/cancelRequest` does to a request, and to a chat whenever it comes."""

import pytest

from support.server.in_process import connected
from support.server.told_engine import Engine, code


async def test_a_cancelled_request_is_answered_so_and_its_id_is_free_again():
    async with connected(Engine()) as (peer, _):
        peer.send({"id": 3, "method": "session/get", "params": {"sessionId": "hangs"}})
        assert code(await peer.request("session/get", {"sessionId": "s"}, id=3)) == -32600
        peer.send({"method": "$/cancelRequest", "params": {"id": 3}}, {"method": "$/cancelRequest", "params": {}})
        assert (await peer.next())["error"] == {"code": -32800, "message": "cancelled", "data": {"kind": "cancelled"}}

        assert (await peer.request("session/get", {"sessionId": "s"}, id=3))["result"]["id"] == "s"


@pytest.mark.parametrize("when", ["at once", "while it begins", "while it runs"])
async def test_a_cancelled_chat_aborts_its_turn_and_answers_with_the_normal_result(when: str):
    engine = Engine()
    async with connected(engine) as (peer, _):
        if when == "while it begins":
            engine.keeper.beginning.clear()
        peer.send({"id": 4, "method": "chat", "params": {"sessionId": "s", "text": "x"}})
        if when != "at once":
            await peer.request("session/get", {"sessionId": "s"}, id=5)
        peer.send({"method": "$/cancelRequest", "params": {"id": 4}})
        if when == "while it begins":
            await peer.request("session/get", {"sessionId": "s"}, id=6)
            engine.keeper.beginning.set()

        assert (await peer.next())["result"]["stopReason"] == "aborted"
        assert engine.keeper.aborted == [("s", "t")]


async def test_a_cancelled_chat_that_cannot_begin_answers_with_its_error():
    async with connected(Engine()) as (peer, _):
        peer.send({"id": 4, "method": "session/chat", "params": {"sessionId": "busy", "text": "x"}})
        peer.send({"method": "$/cancelRequest", "params": {"id": 4}})

        assert (await peer.next())["error"]["data"] == {"kind": "sessionBusy", "turnId": "t"}


async def test_a_cancelled_chat_that_is_accepted_aborts_its_turn_as_well():
    engine = Engine()
    async with connected(engine) as (peer, _):
        params = {"sessionId": "s", "text": "x", "respond": "accepted"}
        peer.send({"id": 4, "method": "session/chat", "params": params})
        peer.send({"method": "$/cancelRequest", "params": {"id": 4}})

        assert (await peer.next())["result"] == {"sessionId": "s", "turnId": "t"}
        assert (await engine.keeper.turn.result()).stop_reason == "aborted"
