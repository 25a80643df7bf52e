"""What the keeper of sessions holds to when requests cross each other, and when the store refuses."""

import asyncio
import os
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from sessiond.session.manager import SessionManager
from sessiond.storage.base import StorageFailed
from sessiond.storage.sqlite import SqliteStore
from sessiond_protocol.errors import RpcError
from sessiond_protocol.messages import Usage
from sessiond_protocol.methods import (
    ChatParams,
    ChatResult,
    CreateParams,
    ListParams,
    MessagesParams,
    SubscribeParams,
    UpdateParams,
)
from support.engine import Listener, engine_with

BOUND = 10
ANSWER = {"text": "Hello.", "usage": {"input": 3, "output": 2}}


async def chat(sessions: SessionManager, text: str, listener: Listener | None = None, **more: Any) -> ChatResult:
    turn = await sessions.chat(ChatParams(text=text, **more), listener)
    return await asyncio.wait_for(turn.result(), BOUND)


async def roles(sessions: SessionManager, session_id: str) -> list[str]:
    return [message.role for message in (await sessions.messages(MessagesParams(session_id))).messages]


async def test_updates_around_a_turn_undo_nothing_of_it_and_nothing_of_each_other(tmp_path: Path) -> None:
    async with engine_with(tmp_path, [ANSWER]) as engine:
        sessions = await engine.sessions()
        session = await sessions.create(CreateParams())
        changes = [sessions.update(UpdateParams(session.id, title=f"Title {n}")) for n in range(20)]
        archiving = sessions.update(UpdateParams(session.id, archived=True))
        await asyncio.gather(chat(sessions, "Hi", session_id=session.id), *changes, archiving)
        after = await sessions.get(session.id)
        assert (after.title, after.archived, after.turn_id) == ("Title 19", True, None)
        assert after.usage == Usage(input=3, output=2)


async def test_a_prompt_repeated_after_the_store_failed_is_recorded_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    append = SqliteStore.append

    def full(*args: Any, **options: Any) -> "asyncio.Future[list[bytes]]":
        failed: asyncio.Future[list[bytes]] = asyncio.get_running_loop().create_future()
        failed.set_exception(StorageFailed("The disk is full."))
        return failed

    async with engine_with(tmp_path, [{"text": "So far", "play": [{"waitFor": "go"}, {"text": " so good"}]}]) as engine:
        sessions, listener = await engine.sessions(), Listener()
        turn = await sessions.chat(ChatParams(text="Hi", message_id="mine"), listener)
        await asyncio.wait_for(listener.first(lambda event: event["type"] == "part.started"), BOUND)
        monkeypatch.setattr(SqliteStore, "append", full)
        (tmp_path / "go").touch()
        with pytest.raises(RpcError, match="could not be recorded"):
            await asyncio.wait_for(turn.result(), BOUND)
        assert [event["state"] for event in listener.live_events if event["type"] == "status"][-1] == "idle"
        monkeypatch.setattr(SqliteStore, "append", append)
        again = await chat(sessions, "Hi", message_id="mine", session_id=turn.session_id)
        assert (again.turn_id, again.stop_reason) == (turn.turn_id, "interrupted")
        assert await roles(sessions, turn.session_id) == ["user", "assistant"]


async def test_a_prompt_repeated_by_another_client_is_heard_there_too(tmp_path: Path) -> None:
    async with engine_with(tmp_path, [{"text": "One", "play": [{"waitFor": "go"}, {"text": " two"}]}]) as engine:
        sessions, second = await engine.sessions(), Listener()
        turn = await sessions.chat(ChatParams(text="Hi", message_id="mine"))
        joined = await sessions.chat(ChatParams(text="Hi", message_id="mine", session_id=turn.session_id), second)
        (tmp_path / "go").touch()
        assert (await asyncio.wait_for(joined.result(), BOUND)).turn_id == turn.turn_id
        assert second.types()[-1] == "turn.ended"


async def test_a_session_that_cannot_be_mended_costs_itself_only(tmp_path: Path) -> None:
    async with engine_with(tmp_path, [{"text": "So far", "play": [{"hang": True}]}]) as engine:
        sessions, listener = await engine.sessions(), Listener()
        broken = await sessions.chat(ChatParams(text="Hi"), listener)
        whole = await sessions.chat(ChatParams(text="Hi"), listener)
        await asyncio.wait_for(listener.first(lambda event: event["type"] == "part.started"), BOUND)
        shutil.copytree(tmp_path / "data", tmp_path / "crashed" / "data", ignore=shutil.ignore_patterns("*.lock"))
    with sqlite3.connect(tmp_path / "crashed" / "data" / "sessions.db") as database:
        place = "(SELECT max(place) FROM log WHERE place >> 32 = (SELECT key FROM sessions WHERE id = ?))"
        database.execute(f"UPDATE log SET place = place + 20000 WHERE place = {place}", [broken.session_id])
    database.close()
    async with engine_with(tmp_path / "crashed", [ANSWER]) as engine:
        sessions = await engine.sessions()
        assert (await sessions.get(whole.session_id)).turn_id is None
        assert (await chat(sessions, "Hi", session_id=whole.session_id)).stop_reason == "endTurn"


async def test_whoever_comes_behind_a_delete_finds_no_session(tmp_path: Path) -> None:
    async with engine_with(tmp_path, [ANSWER]) as engine:
        sessions = await engine.sessions()
        session = await sessions.create(CreateParams())
        deletes = (sessions.delete(session.id), sessions.delete(session.id))
        outcomes = await asyncio.gather(*deletes, return_exceptions=True)
        assert [type(outcome) for outcome in outcomes] == [type(None), RpcError]
        for late in (
            sessions.delete(session.id),
            sessions.update(UpdateParams(session.id, title="Late")),
            sessions.chat(ChatParams(text="Hi", session_id=session.id)),
        ):
            with pytest.raises(RpcError, match="There is no session"):
                await late


async def test_children_go_with_their_parent_and_count_for_it_archived_or_not(tmp_path: Path) -> None:
    async with engine_with(tmp_path, [ANSWER]) as engine:
        sessions = await engine.sessions()
        parent = await sessions.create(CreateParams())
        child = await sessions.create(CreateParams(parent_id=parent.id))
        grandchild = await sessions.create(CreateParams(parent_id=child.id))
        await chat(sessions, "Hi", session_id=grandchild.id)
        await sessions.update(UpdateParams(child.id, archived=True))
        total = await sessions.usage(parent.id)
        assert (total.usage, total.children) == (Usage(input=3, output=2), 2)
        await sessions.delete(parent.id)
        for session_id in (parent.id, child.id, grandchild.id):
            with pytest.raises(RpcError, match="There is no session"):
                await sessions.get(session_id)


async def test_a_deleted_session_takes_its_running_turn_along(tmp_path: Path) -> None:
    async with engine_with(tmp_path, [{"hang": True}]) as engine:
        sessions, listener = await engine.sessions(), Listener()
        turn = await sessions.chat(ChatParams(text="Hi"), listener)
        await sessions.delete(turn.session_id)
        assert (await asyncio.wait_for(turn.result(), BOUND)).stop_reason == "aborted"
        assert listener.types()[-2:] == ["turn.ended", "session.deleted"]


async def test_sessions_that_nobody_listens_to_do_not_stay_in_memory(tmp_path: Path) -> None:
    async with engine_with(tmp_path, [ANSWER]) as engine:
        sessions = await engine.sessions()
        made = [await sessions.create(CreateParams()) for _ in range(30)]
        for session in made:
            await sessions.messages(MessagesParams(session.id))
        assert len(sessions.keeper.library) <= 9


async def test_a_session_let_go_comes_back_from_its_log(tmp_path: Path) -> None:
    async with engine_with(tmp_path, [ANSWER]) as engine:
        sessions = await engine.sessions()
        first = await chat(sessions, "Hi")
        for _ in range(20):
            await sessions.create(CreateParams())
        again = await chat(sessions, "And?", session_id=first.session_id)
        assert (await roles(sessions, again.session_id)) == ["user", "assistant"] * 2
        assert (await sessions.get(again.session_id)).usage == Usage(input=6, output=4)


@pytest.mark.parametrize(("after", "mode"), [(None, "snapshot"), (0, "replay"), (3, "replay"), (99, "snapshot")])
async def test_a_subscriber_gets_what_it_missed_or_a_snapshot(tmp_path: Path, after: int | None, mode: str) -> None:
    async with engine_with(tmp_path, [ANSWER]) as engine:
        sessions = await engine.sessions()
        result = await chat(sessions, "Hi")
        subscription = await sessions.subscribe(SubscribeParams(result.session_id, after), Listener())
        assert (subscription.result.mode, subscription.result.seq) == (mode, 8)
        assert len(subscription.replay) == (8 - (after or 0) if mode == "replay" else 0)


@pytest.mark.parametrize(
    ("params", "field"),
    [
        (CreateParams(title=" "), "title"),
        (CreateParams(model=" "), "model"),
        (CreateParams(directory="here"), "directory"),
        (CreateParams(directory="/no/such/place"), "directory"),
        (CreateParams(directory=os.fsdecode(b"/tmp/\xff")), "directory"),
    ],
)
async def test_a_session_that_cannot_be_made_names_the_field(tmp_path: Path, params: CreateParams, field: str) -> None:
    async with engine_with(tmp_path, [ANSWER]) as engine:
        sessions = await engine.sessions()
        with pytest.raises(RpcError) as refusal:
            await sessions.create(params)
        assert refusal.value.data == {"kind": "invalidRequest", "field": field}


async def test_a_directory_is_the_same_however_it_is_written(tmp_path: Path) -> None:
    async with engine_with(tmp_path, [ANSWER]) as engine:
        sessions, project = await engine.sessions(), f"{tmp_path}/project/"
        made = await sessions.create(CreateParams(directory=project))
        listed = await sessions.list(ListParams(directory=project))
        assert [session.id for session in listed.sessions] == [made.id]


async def test_a_key_for_a_provider_that_is_not_there_is_refused(tmp_path: Path) -> None:
    async with engine_with(tmp_path, [ANSWER]) as engine:
        with pytest.raises(RpcError, match="There is no provider 'nosuch'"):
            await engine.own.set_key("nosuch", "key")
        with pytest.raises(RpcError, match="The key is empty"):
            await engine.own.set_key("openai", " ")
