"""The lifecycle, order and guards of a connection, with an engine that does what a test tells it."""

import asyncio
import json
import logging
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sessiond.server.editor.documents import Document
from sessiond_protocol.errors import RpcError
from support.server.in_process import Peer, connected
from support.server.told_engine import CREATED, Engine, code


async def test_requests_are_refused_before_the_handshake_a_second_handshake_and_after_shutdown():
    async with connected(Engine(), handshake=False) as (peer, _):
        early = await peer.request("server/status")
        assert (code(early), early["error"]["data"]) == (-32002, {"kind": "invalidRequest"})
        wrong = await peer.request("initialize", {"initializationOptions": {"sessiond": {"events": {"optOut": 5}}}})
        assert (code(wrong), wrong["error"]["data"]["field"]) == (
            -32602,
            "initializationOptions.sessiond.events.optOut",
        )
        assert "result" in await peer.request("initialize")
        assert code(await peer.request("initialize")) == -32600
        assert (await peer.request("shutdown"))["result"] is None
        late = await peer.request("server/status")
        assert (code(late), late["error"]["data"]) == (1017, {"kind": "shuttingDown"})


async def test_a_response_comes_before_the_events_that_its_request_causes():
    async with connected(Engine()) as (peer, _):
        response = await peer.request("session/create")

        assert response["result"]["id"] == "s"
        assert (await peer.next())["params"]["events"] == [json.loads(CREATED)]


async def test_a_replay_comes_behind_its_answer_and_a_session_that_is_still_opened_holds_up_neither():
    async with connected(Engine()) as (peer, _):
        peer.send({"id": 2, "method": "session/subscribe", "params": {"sessionId": "hangs"}})
        response = await peer.request("session/subscribe", {"sessionId": "s", "after": 0}, id=3)

        assert (response["result"]["mode"], response["result"]["seq"]) == ("replay", 1)
        assert (await peer.next())["params"]["events"] == [json.loads(CREATED)]


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (b"{nonsense", (-32700, {"kind": "invalidRequest"})),
        (b'{"id":1}', (-32600, {"kind": "invalidRequest"})),
        (
            b'{"jsonrpc":"2.0","id":1,"method":"server/statsu"}',
            (-32601, {"kind": "invalidRequest", "near": ["server/status", "server/stop"]}),
        ),
        (
            b'{"jsonrpc":"2.0","id":1,"method":"session/get"}',
            (-32602, {"kind": "invalidRequest", "field": "sessionId"}),
        ),
    ],
)
async def test_errors_with_codes_of_json_rpc_have_a_kind_as_well(message: bytes, expected: tuple[int, Any]):
    async with connected(Engine()) as (peer, _):
        peer.send(message)
        error = (await peer.next())["error"]

        assert (error["code"], error["data"]) == expected


async def test_a_defect_costs_one_request_and_tells_no_details(caplog: pytest.LogCaptureFixture):
    async with connected(Engine()) as (peer, _):
        with caplog.at_level(logging.ERROR):
            response = await peer.request("session/get", {"sessionId": "defect"})

        assert response["error"] == {
            "code": -32603,
            "message": "session/get failed because of a defect in sessiond; its log says more",
            "data": {"kind": "internal"},
        }
        assert "ZeroDivisionError" in caplog.text and "Traceback" not in caplog.text
        assert (await peer.request("session/get", {"sessionId": "s"}))["result"]["id"] == "s"


async def test_the_engine_is_told_once_what_the_client_said_and_a_refusal_is_shown(tmp_path: Path):
    root = tmp_path / "a b"
    root.mkdir()
    engine = Engine(refused=RpcError.of_kind("invalidRequest", "no such setting"))
    async with connected(engine, handshake=False) as (peer, _):
        options = {"env": {"A": "b"}, "settings": {"model": "x/y"}}
        params = {"rootUri": root.as_uri(), "initializationOptions": {"sessiond": options}}
        await peer.request("initialize", params)
        peer.send({"method": "initialized"})

        assert await peer.next() == {
            "jsonrpc": "2.0",
            "method": "window/showMessage",
            "params": {"type": 1, "message": "no such setting"},
        }
        assert (await peer.request("session/get", {"sessionId": "s"}))["result"]["id"] == "s"
        [told] = engine.told
        assert (told.directory, told.settings) == (str(root), {"model": "x/y"})
        assert told.environment == {**os.environ, "A": "b"}


async def test_open_documents_are_kept_with_their_unsaved_text():
    uri = "file:///p/a%20b.py"
    opened = {"uri": uri, "languageId": "python", "version": 1, "text": "one\ntwo é\n"}
    place = {"start": {"line": 1, "character": 0}, "end": {"line": 1, "character": 3}}
    async with connected(Engine()) as (peer, _):
        peer.send(
            {"method": "textDocument/didOpen", "params": {"textDocument": opened}},
            {"method": "textDocument/didChange", "params": {"odd": True}},
            {
                "method": "textDocument/didChange",
                "params": {
                    "textDocument": {"uri": uri, "version": 2},
                    "contentChanges": [{"range": place, "text": "2"}],
                },
            },
        )
        documents = peer.connection.client.documents
        await peer.request("session/get", {"sessionId": "s"})
        await asyncio.wait_for(documents.loaded(), 20)
        assert documents.all() == [Document(uri, "one\n2 é\n", 2, "python")]

        peer.send({"method": "textDocument/didClose", "params": {"textDocument": {"uri": uri}}})
        await peer.request("session/get", {"sessionId": "s"})
        assert documents.all() == []


REQUESTS = st.fixed_dictionaries(
    {},
    optional={
        "jsonrpc": st.sampled_from(["2.0", "1.0", 2, None]),
        "id": st.integers() | st.floats() | st.text(max_size=3) | st.none() | st.booleans() | st.lists(st.none()),
        "method": st.sampled_from(["session/get", "chat", "session/create", "server/status", "initialize", "no/such"])
        | st.text(max_size=5)
        | st.none(),
        "params": st.dictionaries(st.sampled_from(["sessionId", "text", "id"]), st.integers() | st.text(max_size=3))
        | st.lists(st.integers(), max_size=2)
        | st.text(max_size=3),
    },
)
LINES = st.lists(REQUESTS.map(lambda message: json.dumps(message).encode()) | st.binary(max_size=40), max_size=6)


@settings(deadline=None)
@given(LINES)
def test_whatever_a_client_sends_the_connection_answers_the_next_request(lines: list[bytes]):
    asyncio.run(answers_after(lines))


async def answers_after(lines: list[bytes]) -> None:
    engine = Engine()
    engine.keeper.turn.end("endTurn")
    async with connected(engine) as (peer, _):
        peer.send(*lines, b"", {"id": "last one", "method": "server/status"})
        await answer_to(peer, "last one")


async def answer_to(peer: Peer, message_id: str) -> None:
    while True:
        message = await peer.next()
        assert message["jsonrpc"] == "2.0"
        if message.get("id") == message_id:
            assert "result" in message
            return
        if "error" in message:
            assert message["error"]["code"] < 0 and message["error"]["data"]["kind"] == "invalidRequest"
