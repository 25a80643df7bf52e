"""What a pipe says between its client's messages, and how one client's end is no other's."""

import asyncio
from typing import Any

import pytest

from sessiond.server import connection
from support.server.shared import Pipe, house
from support.server.told_engine import Engine

URI = "file:///p/a.py"
CHAT = {"method": "session/chat", "params": {"sessionId": "s", "text": "x"}}


async def statuses(pipe: Pipe) -> list[dict[str, Any]]:
    return (await pipe.request("server/status", id="status"))["result"]["connected"]


async def test_the_end_of_a_clients_input_waits_for_its_answers_and_says_that_it_has_ended():
    engine = Engine()
    async with house(engine) as shared:
        pipe = await shared.client()
        pipe.send({"id": 2, **CHAT}, {"method": "link/ended", "params": {}})
        await shared.until(lambda: engine.keeper.turn.begun)
        engine.keeper.turn.end("endTurn")

        answer, ended = await pipe.rest()
        assert (answer["result"]["stopReason"], ended["method"]) == ("endTurn", "link/ended")


async def test_a_pipe_that_dies_while_its_client_waits_for_last_answers_is_gone_at_once():
    engine = Engine()
    async with house(engine) as shared:
        pipe = await shared.client()
        pipe.send({"id": 2, **CHAT}, {"method": "link/ended", "params": {}})
        await shared.until(lambda: engine.keeper.turn.begun)
        pipe.kill()

        await shared.until(lambda: len(engine.keeper.left) == 1)
        assert engine.keeper.turn.running


@pytest.mark.parametrize("shutdown", [True, False])
async def test_exit_ends_the_connection_and_not_the_engine(shutdown: bool, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(connection, "QUICK_SECONDS", 0.05)
    async with house() as shared:
        other, pipe = await shared.client("other"), await shared.client("one")
        pipe.send(*[{"id": 5, "method": "shutdown"}] * shutdown, {"method": "exit"})

        assert [message.get("method", message.get("id")) for message in await pipe.rest()] == [
            *[5] * shutdown,
            "link/ended",
        ]
        assert [client["name"] for client in await statuses(other)] == ["other"]


async def test_the_death_of_the_process_that_a_client_named_ends_its_pipe():
    process = await asyncio.create_subprocess_exec("sleep", "60")
    async with house() as shared:
        pipe = await shared.pipe()
        pipe.send({"method": "link/hello", "params": {"version": "0.1.0"}})
        await pipe.method("link/welcome")
        await pipe.request("initialize", {"processId": process.pid})
        process.kill()
        await process.wait()

        assert [message["method"] for message in await pipe.rest()] == ["link/ended"]


async def test_the_text_of_an_open_document_is_told_with_the_version_that_it_has():
    change = {"range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 3}}, "text": "two"}
    opened = {"uri": URI, "languageId": "python", "version": 1, "text": "one\n"}
    async with house() as shared:
        pipe = await shared.client()
        pipe.send({"method": "textDocument/didOpen", "params": {"textDocument": opened}})
        changed = {"textDocument": {"uri": URI, "version": 2}, "contentChanges": [change]}
        pipe.send({"method": "textDocument/didChange", "params": changed})

        told = await pipe.request("link/document", {"uri": URI}, id="link:1")
        assert told["result"] == {"version": 2, "languageId": "python", "text": "two\n"}
        unknown = await pipe.request("link/document", {"uri": "file:///other"}, id="link:2")
        assert unknown["error"]["data"] == {"kind": "invalidRequest", "field": "uri"}
        odd = await pipe.request("link/document", {"uri": 5}, id="link:3")
        assert odd["error"]["data"] == {"kind": "invalidRequest", "field": "uri"}


async def test_status_tells_of_every_client():
    async with house() as shared:
        one = await shared.client("one", directory="/tmp")
        two = await shared.client("two\x1b[2J", directory="/")
        status = (await two.request("server/status", id=3))["result"]

        assert (status["clients"], status["shared"], status["leaving"]) == (2, True, False)
        for client in status["connected"]:
            assert client.pop("connectedAt") > 1_700_000_000_000
        assert status["connected"] == [
            {"name": "one", "processId": None, "directory": "/tmp", "subscribed": 0},
            {"name": "two\\x1b[2J", "processId": None, "directory": "/", "subscribed": 0},
        ]
        one.kill()
        await shared.until(lambda: len(shared.engine.keeper.left) == 0)
        async with asyncio.timeout(10):
            while len(await statuses(two)) == 2:
                pass
