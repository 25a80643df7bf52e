"""The lifecycle, cancellation and guards of a connection, with an engine that does what a test tells it."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sessiond.server import connection
from sessiond.session.subscription import Subscription
from sessiond_protocol.errors import RpcError
from sessiond_protocol.messages import Session, Usage
from sessiond_protocol.methods import (
    AbortResult,
    ChatParams,
    ChatResult,
    CreateParams,
    SubscribeParams,
    SubscribeResult,
)
from support.in_process import Peer, connected

SESSION = Session(id="s", title="t", directory="/", created_at=1, updated_at=1)
CREATED = b'{"type":"session.created","seq":1}'


class Turn:
    def __init__(self) -> None:
        self.session_id, self.turn_id = "s", "t"
        self.ended: asyncio.Future[ChatResult] = asyncio.get_running_loop().create_future()

    async def result(self) -> ChatResult:
        return await asyncio.shield(self.ended)

    def end(self, stop_reason: Any) -> None:
        result = ChatResult(
            session_id="s", turn_id="t", message=None, stop_reason=stop_reason, usage=Usage(), cost=None
        )
        self.ended.set_result(result)


class Sessions:
    """A keeper of one session, told by each test what to do."""

    def __init__(self) -> None:
        self.turn = Turn()
        self.beginning = asyncio.Event()
        self.beginning.set()
        self.left: list[object] = []
        self.aborted: list[tuple[str, str | None]] = []

    async def create(self, params: CreateParams, subscriber: Any) -> Session:
        if params.title == "hangs":
            await asyncio.Event().wait()
        subscriber.durable("s", 1, CREATED)
        await asyncio.sleep(0)
        return SESSION

    async def get(self, session_id: str) -> Session:
        match session_id:
            case "defect":
                raise ZeroDivisionError("a detail that is nobody's business")
            case "hangs":
                await asyncio.Event().wait()
            case _:
                pass
        return SESSION

    async def chat(self, params: ChatParams, subscriber: Any) -> Turn:
        await self.beginning.wait()
        if params.session_id == "busy":
            raise RpcError.of_kind("sessionBusy", "the session is busy", turnId="t")
        return self.turn

    async def abort(self, session_id: str, turn_id: str | None) -> AbortResult:
        self.aborted.append((session_id, turn_id))
        self.turn.end("aborted")
        return AbortResult(aborted=True, turn_id=turn_id)

    async def subscribe(self, params: SubscribeParams, subscriber: Any) -> Subscription:
        if params.session_id == "hangs":
            await asyncio.Event().wait()
        result = SubscribeResult(mode="replay", seq=1, session=SESSION, open=[], permissions=[])
        return Subscription(result, [CREATED])

    def leave(self, subscriber: object) -> None:
        self.left.append(subscriber)


class Engine:
    def __init__(self, refused: RpcError | None = None) -> None:
        self.keeper = Sessions()
        self.told: list[dict[str, Any]] = []
        self.refused = refused

    async def sessions(self) -> Sessions:
        return self.keeper

    async def configure(self, **said: Any) -> None:
        self.told.append(said)
        if self.refused:
            raise self.refused

    async def warm(self) -> None:
        pass

    def facts(self) -> dict[str, Any]:
        return {"sessions": 0, "turns": 0, "data_directory": "/", "storage": "closed"}


async def answers(peer: Peer, count: int) -> AsyncIterator[dict[str, Any]]:
    """That many answers, notifications left out."""
    while count:
        message = await peer.next()
        if "id" in message:
            count -= 1
            yield message


def code(response: dict[str, Any]) -> int:
    return response["error"]["code"]


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


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (b"{nonsense", (-32700, {"kind": "invalidRequest"})),
        (b'{"id":1}', (-32600, {"kind": "invalidRequest"})),
        (
            b'{"jsonrpc":"2.0","id":1,"method":"server/statsu"}',
            (-32601, {"kind": "invalidRequest", "near": ["server/status"]}),
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


async def test_the_engine_is_told_once_what_the_client_said_and_a_refusal_is_shown():
    engine = Engine(refused=RpcError.of_kind("invalidRequest", "no such setting"))
    async with connected(engine, handshake=False) as (peer, _):
        options = {"env": {"A": "b"}, "settings": {"model": "x/y"}}
        params = {"rootUri": "file:///a%20b", "initializationOptions": {"sessiond": options}}
        await peer.request("initialize", params)
        peer.send({"method": "initialized"})

        assert await peer.next() == {
            "jsonrpc": "2.0",
            "method": "window/showMessage",
            "params": {"type": 1, "message": "no such setting"},
        }
        assert (await peer.request("session/get", {"sessionId": "s"}))["result"]["id"] == "s"
        assert engine.told == [{"root": "/a b", "env": {"A": "b"}, "settings": {"model": "x/y"}}]


async def test_the_death_of_the_named_process_ends_the_connection():
    process = await asyncio.create_subprocess_exec("sleep", "60")
    async with connected(Engine(), handshake=False) as (peer, serving):
        await peer.request("initialize", {"processId": process.pid})
        process.kill()
        await process.wait()

        assert await asyncio.wait_for(serving, 5) == 0


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
        documents = peer.connection.documents
        await peer.request("session/get", {"sessionId": "s"})
        await asyncio.wait_for(documents.loaded(), 20)
        assert documents.text(uri) == "one\n2 é\n"

        peer.send({"method": "textDocument/didClose", "params": {"textDocument": {"uri": uri}}})
        await peer.request("session/get", {"sessionId": "s"})
        assert documents.text(uri) is None


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
