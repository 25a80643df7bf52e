"""Always-answers: the rules they leave, whom they answer beside the one who was asked, and how they go again."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from sessiond.session.manager import SessionManager
from sessiond.storage.base import StorageFailed
from sessiond.storage.sqlite import SqliteStore
from sessiond_protocol.asking.permissions import PermissionReplyParams, SavedRule
from sessiond_protocol.errors import RpcError
from sessiond_protocol.messages import PermissionRequest, ToolPart
from sessiond_protocol.methods import ChatParams, MessagesParams
from support.engine import Listener, engine_with

BOUND = 10
ASKS = '[permission]\nread = { "*" = "ask" }\n'


def reading(*names: str) -> dict[str, Any]:
    return {"toolCalls": [{"name": "read", "arguments": {"filePath": name}} for name in names]}


DELEGATING = {
    "expect": "Twice",
    "toolCalls": [
        {"name": "task", "arguments": {"description": "One", "prompt": "Read"}},
        {"name": "task", "arguments": {"description": "Two", "prompt": "Read"}},
    ],
}
STEPS = [
    DELEGATING,
    {"expect": "Read", **reading("a.txt")},
    {"expect": "Both", **reading("a.txt", "b.txt")},
    {"text": "So."},
]


async def questions(sessions: SessionManager, listener: Listener, count: int) -> list[PermissionRequest]:
    """The questions that wait, once there are so many."""
    await asyncio.wait_for(listener.first(lambda _: len(sessions.permissions(None).permissions) == count), BOUND)
    return sessions.permissions(None).permissions


async def answer(sessions: SessionManager, request: PermissionRequest, decision: Any) -> str:
    return (await sessions.reply(PermissionReplyParams(request.id, decision), "me")).decision


def replies(listener: Listener) -> list[tuple[str, str]]:
    events = [*listener.events, *listener.live_events]
    return [(event["decision"], event["by"]) for event in events if event["type"] == "permission.replied"]


async def outcomes(sessions: SessionManager, session_id: str) -> list[str]:
    messages = (await sessions.messages(MessagesParams(session_id))).messages
    return [part.state.status for each in messages for part in each.parts if isinstance(part, ToolPart)]


@pytest.fixture(autouse=True)
def files(tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()
    for name in ("a.txt", "b.txt"):
        (tmp_path / "project" / name).write_text(name)


async def test_an_always_answer_answers_children_and_other_sessions_that_it_covers_and_nothing_else(
    tmp_path: Path,
) -> None:
    async with engine_with(tmp_path, STEPS, ASKS) as engine:
        sessions, listener = await engine.sessions(), Listener()
        parent = await sessions.chat(ChatParams(text="Twice"), listener)
        await questions(sessions, listener, 2)
        other = await sessions.chat(ChatParams(text="Both"), listener)
        first, *_ = await questions(sessions, listener, 4)
        assert await answer(sessions, first, "allowAlways") == "allowAlways"
        await asyncio.wait_for(parent.result(), BOUND)
        (left,) = sessions.permissions(None).permissions
        assert (left.session_id, left.patterns) == (other.session_id, ["b.txt"])
        assert sorted(replies(listener)) == [("allowAlways", "me"), ("allowOnce", "me"), ("allowOnce", "me")]
        await answer(sessions, left, "rejectOnce")
        await asyncio.wait_for(other.result(), BOUND)
        assert await outcomes(sessions, other.session_id) == ["completed", "failed"]


async def test_a_rule_holds_for_calls_to_come_is_listed_and_can_be_removed(tmp_path: Path) -> None:
    project = str(tmp_path / "project")
    async with engine_with(tmp_path, STEPS, ASKS) as engine:
        sessions, listener = await engine.sessions(), Listener()
        turn = await sessions.chat(ChatParams(text="Read"), listener)
        (request,) = await questions(sessions, listener, 1)
        await answer(sessions, request, "allowAlways")
        await asyncio.wait_for(turn.result(), BOUND)
        (rule,) = (await sessions.rules(project)).rules
        assert rule == SavedRule(id=rule.id, directory=project, permission="read", pattern="a.txt", verdict="allow")
        assert (await sessions.rules(None)).rules == [rule]
        assert (await sessions.rules("/")).rules == []
    async with engine_with(tmp_path, STEPS, ASKS) as engine:
        sessions, listener = await engine.sessions(), Listener()
        turn = await sessions.chat(ChatParams(text="Read"), listener)
        await asyncio.wait_for(turn.result(), BOUND)
        assert replies(listener) == []
        await sessions.remove_rule(rule.id)
        assert (await sessions.rules(project)).rules == []
        asking = await sessions.chat(ChatParams(text="Read"), listener)
        (request,) = await questions(sessions, listener, 1)
        assert request.session_id == asking.session_id
        with pytest.raises(RpcError, match="There is no saved rule"):
            await sessions.remove_rule(rule.id)


async def test_rejecting_always_refuses_what_waits_for_the_same(tmp_path: Path) -> None:
    async with engine_with(tmp_path, STEPS, ASKS) as engine:
        sessions, listener = await engine.sessions(), Listener()
        one = await sessions.chat(ChatParams(text="Read"), listener)
        two = await sessions.chat(ChatParams(text="Read"), listener)
        first, _ = await questions(sessions, listener, 2)
        await answer(sessions, first, "rejectAlways")
        for turn in (one, two):
            await asyncio.wait_for(turn.result(), BOUND)
            assert await outcomes(sessions, turn.session_id) == ["failed"]
        assert sorted(replies(listener)) == [("rejectAlways", "me"), ("rejectOnce", "me")]
        assert [rule.verdict for rule in (await sessions.rules(None)).rules] == ["deny"]


async def test_always_counts_once_where_it_is_not_on_offer(tmp_path: Path) -> None:
    own = tmp_path / "project" / ".sessiond" / "config.toml"
    own.parent.mkdir()
    own.write_text('[permission]\nread = { "a.txt" = "ask" }\n')  # no answer of the user's makes it weaker
    async with engine_with(tmp_path, STEPS) as engine:
        sessions, listener = await engine.sessions(), Listener()
        turn = await sessions.chat(ChatParams(text="Read"), listener)
        (request,) = await questions(sessions, listener, 1)
        assert request.always == []
        assert await answer(sessions, request, "allowAlways") == "allowOnce"
        await asyncio.wait_for(turn.result(), BOUND)
        assert replies(listener) == [("allowOnce", "me")]
        assert (await sessions.rules(None)).rules == []


async def test_an_answer_whose_rule_cannot_be_saved_counts_once_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(*args: Any) -> None:
        raise StorageFailed("The disk is full.")

    async with engine_with(tmp_path, STEPS, ASKS) as engine:
        sessions, listener = await engine.sessions(), Listener()
        turn = await sessions.chat(ChatParams(text="Read"), listener)
        (request,) = await questions(sessions, listener, 1)
        monkeypatch.setattr(SqliteStore, "save_permission", full)
        with pytest.raises(RpcError, match="The disk is full"):
            await answer(sessions, request, "allowAlways")
        await asyncio.wait_for(turn.result(), BOUND)
        assert await outcomes(sessions, turn.session_id) == ["completed"]
        asking = await sessions.chat(ChatParams(text="Read"), listener)
        (request,) = await questions(sessions, listener, 1)
        assert request.session_id == asking.session_id
