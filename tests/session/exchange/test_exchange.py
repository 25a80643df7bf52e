"""Sessions go out as documents and come back: exactly, whole or not at all, whatever the document is."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from sessiond.session.exchange.document import NoDocument, read, written
from sessiond.session.manager import SessionManager
from sessiond.session.transcript import Transcript, fold_all, number
from sessiond_protocol import events as e
from sessiond_protocol.errors import RpcError
from sessiond_protocol.keeping.documents import ExportParams, ImportParams
from sessiond_protocol.messages import Origin, ToolPart
from sessiond_protocol.methods import ChatParams, ChatResult, ListParams, MessagesParams, SubscribeParams
from sessiond_protocol.wire import to_json
from support.engine import Listener, engine_with
from support.logs import SESSION, turns

BOUND = 10
DEEP = "nested deeply"
PRICED = "[provider.script.models.any]\nprice = { input = 0.3, output = 1.7, cache_read = 0.01 }\n"
TASK = {
    "expect": "Delegate it",
    "toolCalls": [{"name": "task", "arguments": {"description": "Look", "prompt": "Look there"}}],
    "usage": {"input": 7, "output": 3},
}
ANSWER = {"text": "Done. ✓", "reasoning": "Hm", "usage": {"input": 11, "output": 13, "cacheRead": 17}}


async def chat(sessions: SessionManager, text: str = "Delegate it", **more: Any) -> ChatResult:
    turn = await sessions.chat(ChatParams(text=text, **more))
    return await asyncio.wait_for(turn.result(), BOUND)


async def exported(sessions: SessionManager, session_id: str) -> str:
    return (await sessions.exchange.export(ExportParams(session_id))).document


def body(document: str) -> list[dict[str, Any]]:
    return json.loads(document)["sessions"]


async def test_on_another_machine_a_session_and_its_children_are_what_they_were(tmp_path: Path) -> None:
    async with engine_with(tmp_path / "one", [ANSWER, TASK], PRICED) as engine:
        sessions = await engine.sessions()
        result = await chat(sessions)
        document = await exported(sessions, result.session_id)
        before = await sessions.get(result.session_id)
        messages = (await sessions.messages(MessagesParams(result.session_id))).messages
        usage = await sessions.usage(result.session_id)
        children = (await sessions.children(result.session_id)).sessions
    async with engine_with(tmp_path / "two", [ANSWER], PRICED) as engine:
        sessions = await engine.sessions()
        assert await sessions.exchange.bring(ImportParams(document)) == before
        assert (await sessions.messages(MessagesParams(before.id))).messages == messages
        assert await sessions.usage(before.id) == usage
        assert (await sessions.children(before.id)).sessions == children
        assert len(children) == 1
        assert await exported(sessions, before.id) == document
        assert (await sessions.list(ListParams(search="delegate"))).sessions == [before]
        assert (await chat(sessions, "Go on", session_id=before.id)).stop_reason == "endTurn"


async def test_beside_itself_a_session_gets_new_ids_and_names_its_origin(tmp_path: Path) -> None:
    async with engine_with(tmp_path, [ANSWER, TASK], PRICED) as engine:
        sessions = await engine.sessions()
        old = await sessions.get((await chat(sessions)).session_id)
        document = await exported(sessions, old.id)

        new = await sessions.exchange.bring(ImportParams(document, directory=str(tmp_path)))

        assert new.id != old.id
        assert (new.title, new.usage, new.cost, new.created_at) == (old.title, old.usage, old.cost, old.created_at)
        assert (new.origin, new.directory) == (Origin(session_id=old.id), str(tmp_path))
        (child,) = (await sessions.children(new.id)).sessions
        (old_child,) = (await sessions.children(old.id)).sessions
        assert (child.parent_id, child.origin) == (new.id, Origin(session_id=old_child.id))
        messages = (await sessions.messages(MessagesParams(new.id))).messages
        assert {message.session_id for message in messages} == {new.id}
        call = next(part for part in messages[1].parts if isinstance(part, ToolPart))
        assert (call.state.metadata or {})["sessionId"] == child.id
        assert old.id not in json.dumps([entry["events"] for entry in body(await exported(sessions, new.id))]).replace(
            json.dumps({"sessionId": old.id, "messageId": None}), ""
        )
        assert await sessions.get(old.id) == old


async def test_a_turn_that_ran_when_it_was_exported_is_interrupted_where_it_comes_in(tmp_path: Path) -> None:
    steps = [{"text": "One", "play": [{"waitFor": "go"}, {"text": " two"}]}]
    async with engine_with(tmp_path, steps) as engine:
        sessions, listener = await engine.sessions(), Listener()
        turn = await sessions.chat(ChatParams(text="Count"), listener)
        await asyncio.wait_for(listener.first(lambda event: event["type"] == "part.started"), BOUND)
        document = await exported(sessions, turn.session_id)

        new = await sessions.exchange.bring(ImportParams(document))

        assert new.turn_id is None
        messages = (await sessions.messages(MessagesParams(new.id))).messages
        assert [message.finish_reason for message in messages] == [None, "interrupted"]
        (tmp_path / "go").touch()
        assert (await asyncio.wait_for(turn.result(), BOUND)).stop_reason == "endTurn"


async def test_a_task_alone_comes_in_as_a_session_of_its_own(tmp_path: Path) -> None:
    async with engine_with(tmp_path / "one", [ANSWER, TASK]) as engine:
        sessions = await engine.sessions()
        (child,) = (await sessions.children((await chat(sessions)).session_id)).sessions
        document = await exported(sessions, child.id)
    async with engine_with(tmp_path / "two", [ANSWER]) as engine:
        sessions = await engine.sessions()
        await sessions.exchange.bring(ImportParams(document))
        assert [session.id for session in (await sessions.list(ListParams())).sessions] == [child.id]


def first_event(**changes: Any) -> Callable[[dict[str, Any]], None]:
    return lambda document: document["sessions"][0]["events"][0].update(changes)


def of_session(**changes: Any) -> Callable[[dict[str, Any]], None]:
    """In the row and in the event that made it."""

    def change(document: dict[str, Any]) -> None:
        document["sessions"][0]["session"].update(changes)
        document["sessions"][0]["events"][0]["session"].update(changes)

    return change


def nested(document: dict[str, Any]) -> None:
    document["sessions"][0]["events"][3]["part"] = {
        "type": "tool", "id": "p", "callId": "c", "name": "n", "state": {"status": "pending", "input": DEEP},
    }  # fmt: skip


def made_again(document: dict[str, Any]) -> None:
    events = document["sessions"][0]["events"]
    events.append(events[0] | {"seq": len(events) + 1})


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (lambda document: document.update(format="other"), "not of a session that sessiond has exported"),
        (lambda document: document.update(version=2), "version 2 of the format"),
        (lambda document: document.update(sessions=[]), "it has 0 sessions"),
        (lambda document: document.update(sessions=document["sessions"] * 2), "stands there twice|belongs to none"),
        (lambda document: document["sessions"][0].update(events=[]), "it has no events"),
        (lambda document: document["sessions"][0]["events"].pop(1), "event 3 stands where event 2 belongs"),
        (lambda document: document["sessions"][0]["events"].reverse(), "stands where event 1 belongs"),
        (first_event(type="session.deleted"), "it was deleted"),
        (first_event(type="no.such"), "no.such"),
        (first_event(type="session.updated"), "event 1: a session is made by its first event"),
        (made_again, "a session is made by its first event, and by that one only"),
        (first_event(seq=2**70), "This document cannot be imported"),
        (of_session(id="../../etc"), "is no id of a session"),
        (of_session(title="\ud800"), "This document cannot be imported"),
        (of_session(cost="NaN"), "an amount of money is none"),
        (of_session(cost="1e999999"), "an amount of money is none"),
        (of_session(cost=-1), "an amount of money is none"),
        (of_session(usage={"input": -1}), "a number of tokens is negative"),
        (of_session(updatedAt=2**63), "too large"),
        (lambda document: document["sessions"][0]["session"].update(id="other"), "event 1 is of another session"),
        (lambda document: document["sessions"].append({"session": {}, "events": []}), "missing required field"),
        (nested, "This document cannot be imported"),
    ],
)
async def test_a_document_that_is_none_is_refused_and_changes_nothing(
    tmp_path: Path, damage: Callable[[dict[str, Any]], Any], reason: str
) -> None:
    async with engine_with(tmp_path, [ANSWER]) as engine:
        sessions = await engine.sessions()
        session_id = (await chat(sessions, "Hello")).session_id
        document: dict[str, Any] = json.loads(await exported(sessions, session_id))
        await sessions.delete(session_id)
        damage(document)

        with pytest.raises(RpcError, match=reason) as refusal:
            await sessions.exchange.bring(
                ImportParams(json.dumps(document).replace(f'"{DEEP}"', "[" * 5000 + "]" * 5000))
            )

        assert refusal.value.data == {"kind": "invalidRequest", "field": "document"}
        assert (await sessions.list(ListParams())).sessions == []


@pytest.mark.parametrize("text", ["", "[]", "null", "# Markdown", '{"format": 1}', "[" * 100_000, '"\ud800"'])
async def test_what_is_no_document_at_all_is_refused(tmp_path: Path, text: str) -> None:
    async with engine_with(tmp_path, [ANSWER]) as engine:
        with pytest.raises(RpcError, match="This document cannot be imported"):
            await (await engine.sessions()).exchange.bring(ImportParams(text))


async def test_an_import_that_the_store_refuses_in_the_middle_leaves_nothing(tmp_path: Path) -> None:
    async with engine_with(tmp_path / "one", [ANSWER, TASK]) as engine:
        sessions = await engine.sessions()
        document = await exported(sessions, (await chat(sessions)).session_id)
    async with engine_with(tmp_path / "two", [ANSWER]) as engine:
        sessions = await engine.sessions()
        logs = read(document)
        child = logs[1].session
        await sessions.exchange.bring(ImportParams(written([(child, [to_json(event) for event in logs[1].events])])))
        store = sessions.exchange._store  # pyright: ignore[reportPrivateUsage]  what no caller could bring about
        with pytest.raises(RpcError):
            await store.bring([(log.session, log.events) for log in logs])
        with pytest.raises(RpcError, match="There is no session"):
            await sessions.get(logs[0].session.id)


async def test_an_imported_session_can_be_subscribed_to_from_its_beginning(tmp_path: Path) -> None:
    async with engine_with(tmp_path, [ANSWER]) as engine:
        sessions = await engine.sessions()
        old = (await chat(sessions, "Hello")).session_id
        new = await sessions.exchange.bring(ImportParams(await exported(sessions, old)))
        subscription = await sessions.subscribe(SubscribeParams(new.id, 0), Listener())
        types = [json.loads(event)["type"] for event in subscription.replay]
        assert types[0] == "session.created"
        assert types[-1] == "turn.ended"


@given(turns())
def test_every_log_comes_back_as_it_was_and_folds_to_the_same_transcript(log: list[e.DurableEvent]) -> None:
    row = number(Transcript(SESSION), log)
    stored = [to_json(event) for event in log]
    (back,) = read(written([(row, stored)]))
    assert back.session == row
    assert [to_json(event) for event in back.events] == stored
    before, after = Transcript(SESSION), Transcript(SESSION)
    fold_all(before, log)
    fold_all(after, back.events)
    assert {name: getattr(after, name) for name in Transcript.__slots__} == {
        name: getattr(before, name) for name in Transcript.__slots__
    }


@given(turns())
def test_a_document_cut_off_anywhere_is_refused(log: list[e.DurableEvent]) -> None:
    row = number(Transcript(SESSION), log)
    text = written([(row, [to_json(event) for event in log])])
    for cut in range(0, len(text.rstrip()), max(1, len(text) // 20)):
        with pytest.raises(NoDocument):
            read(text[:cut])
