"""The list of what is to be done: written by the model, seen by clients, kept over a restart."""

import asyncio
from pathlib import Path
from typing import Any

from sessiond_protocol.messages import Todo, ToolPart
from sessiond_protocol.methods import ChatParams, MessagesParams, SubscribeParams
from support.engine import Listener, engine_with

BOUND = 10
WRITTEN = [
    {"content": "Look", "status": "done"},
    {"content": "Mend", "status": "in_progress", "priority": "HIGH"},
    {"content": "Check"},
]
TODOS = [Todo("Look", "completed"), Todo("Mend", "inProgress", "high"), Todo("Check")]


def writing(todos: Any) -> dict[str, Any]:
    return {"toolCalls": [{"name": "todoWrite", "arguments": {"todos": todos}}]}


READING: dict[str, Any] = {"toolCalls": [{"name": "todoRead", "arguments": {}}]}


async def test_a_list_is_shown_given_back_and_kept(tmp_path: Path) -> None:
    steps = [writing(WRITTEN), READING, {"text": "Done."}]
    async with engine_with(tmp_path, steps) as engine:
        sessions, listener = await engine.sessions(), Listener()
        turn = await sessions.chat(ChatParams(text="Go"), listener)
        await asyncio.wait_for(turn.result(), BOUND)
        (changed,) = [event for event in listener.events if event["type"] == "todo.changed"]
        assert changed["todos"] == [
            {"content": "Look", "status": "completed"},
            {"content": "Mend", "status": "inProgress", "priority": "high"},
            {"content": "Check"},
        ]
        messages = (await sessions.messages(MessagesParams(turn.session_id))).messages
        states = [part.state for each in messages for part in each.parts if isinstance(part, ToolPart)]
        shown = "1. [completed] Look\n2. [inProgress] Mend (high)\n3. [pending] Check"
        assert [(state.output, state.title) for state in states] == [(shown, "2 of 3 left to do")] * 2
    async with engine_with(tmp_path, steps) as engine:
        sessions = await engine.sessions()
        assert (await sessions.todos(turn.session_id)).todos == TODOS
        assert (await sessions.subscribe(SubscribeParams(turn.session_id), Listener())).result.todos == TODOS


async def test_a_later_list_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    async with engine_with(tmp_path, [writing(WRITTEN), writing(["Only this"]), {"text": "Done."}]) as engine:
        sessions = await engine.sessions()
        turn = await sessions.chat(ChatParams(text="Go"))
        await asyncio.wait_for(turn.result(), BOUND)
        assert (await sessions.todos(turn.session_id)).todos == [Todo("Only this")]
