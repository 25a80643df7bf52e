"""Tasks in child sessions: what comes back, what is carried down and up, and what a crash leaves."""

import asyncio
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from sessiond.session.family.delegation import DEEPEST
from sessiond.session.manager import SessionManager
from sessiond_protocol.asking.permissions import PermissionReplyParams
from sessiond_protocol.errors import RpcError
from sessiond_protocol.messages import Session, ToolPart, ToolState, Usage
from sessiond_protocol.methods import ChatParams, ChatResult, MessagesParams, SubscribeParams
from support.engine import Listener, engine_with

BOUND = 10
USAGE = {"usage": {"input": 3, "output": 2}}

ASKS = '[permission]\nread = { "*" = "ask" }\n'
ASKING: dict[str, Any] = {"toolCalls": [{"name": "read", "arguments": {"filePath": "a.txt"}}]}


def task(prompt: str, description: str = "Look around") -> dict[str, Any]:
    return {"name": "task", "arguments": {"description": description, "prompt": prompt}}


def delegating(*calls: dict[str, Any]) -> list[dict[str, Any]]:
    """A model that gives tasks to the prompt "Go" and is done when it has their answers."""
    return [{"expect": "Go", "toolCalls": [*calls], **USAGE}, {"text": "Done.", **USAGE}]


NESTED = [
    *delegating(task("Have it read")),
    {"expect": "Have it read", "toolCalls": [task("Read a.txt")]},
    {"expect": "Read a.txt", **ASKING},
]
"""A task gives a task, which asks before it reads a file."""


async def run(sessions: SessionManager, listener: Listener | None = None, text: str = "Go") -> ChatResult:
    turn = await sessions.chat(ChatParams(text=text), listener)
    return await asyncio.wait_for(turn.result(), BOUND)


async def calls(sessions: SessionManager, session_id: str) -> list[ToolState]:
    messages = (await sessions.messages(MessagesParams(session_id))).messages
    return [part.state for message in messages for part in message.parts if isinstance(part, ToolPart)]


async def only_child(sessions: SessionManager, session_id: str) -> Session:
    (child,) = (await sessions.children(session_id)).sessions
    return child


async def heard(listener: Listener, kind: str) -> dict[str, Any]:
    return await asyncio.wait_for(listener.first(lambda event: event["type"] == kind), BOUND)


def is_another_question(event: dict[str, Any], than: dict[str, Any]) -> bool:
    return event["type"] == "permission.asked" and event["request"]["id"] != than["request"]["id"]


async def test_a_task_runs_in_a_child_session_and_gives_its_answer_and_costs(tmp_path: Path) -> None:
    steps = [*delegating(task("Count the files.")), {"expect": "Count", "text": "There are three.", **USAGE}]
    async with engine_with(tmp_path, steps) as engine:
        sessions = await engine.sessions()
        result = await run(sessions)
        (state,) = await calls(sessions, result.session_id)
        child = await only_child(sessions, result.session_id)
        assert (child.title, child.directory, child.turn_id) == ("Look around", str(tmp_path / "project"), None)
        assert (state.status, state.output, state.title) == ("completed", "There are three.", "Look around")
        assert state.metadata == {
            "sessionId": child.id,
            "usage": {"input": 3, "output": 2, "reasoning": 0, "cacheRead": 0, "cacheWrite": 0},
            "cost": None,
            "stopReason": "endTurn",
        }
        messages = (await sessions.messages(MessagesParams(child.id))).messages
        assert [message.role for message in messages] == ["user", "assistant"]
        total = await sessions.usage(result.session_id)
        assert (total.usage, total.children) == (Usage(input=9, output=6), 1)


async def test_tasks_of_one_step_run_at_the_same_time(tmp_path: Path) -> None:
    steps = [*delegating(task("First"), task("Second")), {"expect": "First", **ASKING}, {"expect": "Second", **ASKING}]
    async with engine_with(tmp_path, steps, ASKS) as engine:
        sessions, listener = await engine.sessions(), Listener()
        turn = await sessions.chat(ChatParams(text="Go"), listener)
        first = await heard(listener, "permission.asked")
        await asyncio.wait_for(listener.first(lambda event: is_another_question(event, first)), BOUND)
        for request in sessions.permissions(turn.session_id).permissions:
            await sessions.reply(PermissionReplyParams(request.id, "allowOnce"), "me")
        await asyncio.wait_for(turn.result(), BOUND)
        assert [state.output for state in await calls(sessions, turn.session_id)] == ["Done.", "Done."]


async def test_what_a_child_does_is_progress_of_the_call(tmp_path: Path) -> None:
    steps = [*delegating(task("Read it")), {"expect": "Read it", **ASKING}]
    async with engine_with(tmp_path, steps) as engine:
        (tmp_path / "project" / "a.txt").write_text("a")
        sessions, listener = await engine.sessions(), Listener()
        await run(sessions, listener)
        assert [event["text"] for event in listener.live_events if event["type"] == "tool.progress"] == ["a.txt"]


async def test_a_question_of_a_child_reaches_those_who_listen_above_and_is_answered_there(tmp_path: Path) -> None:
    async with engine_with(tmp_path, NESTED, ASKS) as engine:
        (tmp_path / "project" / "a.txt").write_text("a")
        sessions, above, late = await engine.sessions(), Listener(), Listener()
        turn = await sessions.chat(ChatParams(text="Go"), above)
        question = await heard(above, "permission.asked")
        child = await only_child(sessions, turn.session_id)
        grandchild = await only_child(sessions, child.id)
        request = question["request"]
        path = [turn.session_id, child.id, grandchild.id]
        assert (question["path"], request["sessionId"], "seq" in question) == (path, grandchild.id, False)
        for session_id in path:
            snapshot = (await sessions.subscribe(SubscribeParams(session_id), late)).result
            assert [each.id for each in snapshot.permissions] == [request["id"]]
            assert [each.id for each in sessions.permissions(session_id).permissions] == [request["id"]]
        assert (await sessions.subscribe(SubscribeParams(turn.session_id, 0), late)).result.permissions
        await sessions.reply(PermissionReplyParams(request["id"], "allowOnce"), "me")
        await asyncio.wait_for(turn.result(), BOUND)
        replied = [event["path"] for event in late.live_events if event["type"] == "permission.replied"]
        assert sorted(replied) == sorted([path, path[1:]])
        assert [kind for kind in late.types() if kind.startswith("permission")] == ["permission.replied"]


async def test_whoever_listens_above_is_there_to_be_asked_and_nobody_means_the_policy(tmp_path: Path) -> None:
    unattended = ASKS + 'unattended = { decision = "deny", after = 0.05 }\n'
    async with engine_with(tmp_path, NESTED, unattended) as engine:
        sessions, above = await engine.sessions(), Listener()
        attended = await sessions.chat(ChatParams(text="Go"), above)
        await heard(above, "permission.asked")
        alone = await run(sessions)  # its question has been refused meanwhile
        assert len(sessions.permissions(attended.session_id).permissions) == 1
        assert not sessions.permissions(alone.session_id).permissions
        below = await only_child(sessions, (await only_child(sessions, alone.session_id)).id)
        log = Listener()
        replay = (await sessions.subscribe(SubscribeParams(below.id, 0), log)).replay
        (reply,) = [json.loads(event) for event in replay if b'"permission.replied"' in event]
        assert (reply["decision"], reply["by"]) == ("rejectOnce", "policy")
        assert reply["feedback"] == "Nobody was there to answer within 0.05 s."


async def test_aborting_aborts_what_runs_below_and_takes_its_question_back(tmp_path: Path) -> None:
    async with engine_with(tmp_path, NESTED, ASKS) as engine:
        sessions, above = await engine.sessions(), Listener()
        turn = await sessions.chat(ChatParams(text="Go"), above)
        await heard(above, "permission.asked")
        child = await only_child(sessions, turn.session_id)
        grandchild = await only_child(sessions, child.id)
        await asyncio.wait_for(sessions.abort(turn.session_id), BOUND)
        assert (await heard(above, "permission.replied"))["decision"] == "cancelled"
        assert not sessions.permissions(None).permissions
        assert len(sessions.keeper.turns) == 0
        for session_id in (turn.session_id, child.id, grandchild.id):
            assert [state.status for state in await calls(sessions, session_id)] == ["failed"]
            assert (await sessions.get(session_id)).turn_id is None


async def test_a_child_that_is_aborted_by_itself_is_a_result_for_its_parent(tmp_path: Path) -> None:
    async with engine_with(tmp_path, NESTED, ASKS) as engine:
        sessions, above = await engine.sessions(), Listener()
        turn = await sessions.chat(ChatParams(text="Go"), above)
        await heard(above, "permission.asked")
        child = await only_child(sessions, turn.session_id)
        await sessions.abort(child.id)
        assert (await asyncio.wait_for(turn.result(), BOUND)).stop_reason == "endTurn"
        (state,) = await calls(sessions, turn.session_id)
        assert state.output == "The task did not come to its end: it was aborted"
        assert state.metadata is not None
        assert state.metadata["stopReason"] == "aborted"


async def test_a_child_that_fails_says_why(tmp_path: Path) -> None:
    failing = {"expect": "Fail", "error": {"kind": "invalidRequest", "message": "The model is on holiday."}}
    async with engine_with(tmp_path, [*delegating(task("Fail")), failing]) as engine:
        sessions = await engine.sessions()
        result = await run(sessions)
        (state,) = await calls(sessions, result.session_id)
        assert result.stop_reason == "endTurn"
        assert state.output == "The task did not come to its end: The model is on holiday."


async def test_a_child_has_no_tool_that_its_parent_does_not_have(tmp_path: Path) -> None:
    async with engine_with(tmp_path, [*delegating(task("Read it")), {"expect": "Read it", **ASKING}]) as engine:
        sessions = await engine.sessions()
        turn = await sessions.chat(ChatParams(text="Go", tools=["task", "todoRead"]))
        await asyncio.wait_for(turn.result(), BOUND)
        child = await only_child(sessions, turn.session_id)
        (state,) = await calls(sessions, child.id)
        assert (state.error or "").startswith("There is no tool named 'read'. The tools are: todoRead, task.")


async def test_tasks_end_at_the_deepest_session(tmp_path: Path) -> None:
    steps = [{"expect": "Deeper", "toolCalls": [task("Deeper", "Go on")]}, {"text": "Back."}]
    async with engine_with(tmp_path, steps) as engine:
        sessions = await engine.sessions()
        session_id = (await run(sessions, text="Deeper")).session_id
        for _ in range(DEEPEST):
            (state,) = await calls(sessions, session_id)
            assert state.output == "Back."
            session_id = (await only_child(sessions, session_id)).id
        (state,) = await calls(sessions, session_id)
        assert (state.error or "").startswith("There is no tool named 'task'.")
        assert not (await sessions.children(session_id)).sessions


async def test_a_deleted_parent_takes_a_running_child_along(tmp_path: Path) -> None:
    async with engine_with(tmp_path, NESTED, ASKS) as engine:
        sessions, above = await engine.sessions(), Listener()
        turn = await sessions.chat(ChatParams(text="Go"), above)
        await heard(above, "permission.asked")
        child = await only_child(sessions, turn.session_id)
        await asyncio.wait_for(sessions.delete(turn.session_id), BOUND)
        assert (await turn.result()).stop_reason == "aborted"
        for session_id in (turn.session_id, child.id):
            with pytest.raises(RpcError, match="There is no session"):
                await sessions.get(session_id)


async def test_after_a_crash_parent_and_child_are_closed(tmp_path: Path) -> None:
    async with engine_with(tmp_path, NESTED, ASKS) as engine:
        sessions, above = await engine.sessions(), Listener()
        turn = await sessions.chat(ChatParams(text="Go"), above)
        await heard(above, "permission.asked")
        child = await only_child(sessions, turn.session_id)
        grandchild = await only_child(sessions, child.id)
        shutil.copytree(tmp_path / "data", tmp_path / "crashed" / "data", ignore=shutil.ignore_patterns("*.lock"))
    async with engine_with(tmp_path / "crashed", NESTED, ASKS) as engine:
        sessions = await engine.sessions()
        for session_id in (turn.session_id, child.id, grandchild.id):
            snapshot = (await sessions.subscribe(SubscribeParams(session_id), Listener())).result
            assert (snapshot.session.turn_id, snapshot.permissions, snapshot.open) == (None, [], [])
            assert [state.status for state in await calls(sessions, session_id)] == ["failed"]
