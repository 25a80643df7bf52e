"""When sessions get their titles, from whom, and what it costs; a title is never over the user's own."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from sessiond.app import Engine
from sessiond.session.manager import SessionManager
from sessiond_protocol.errors import RpcError
from sessiond_protocol.messages import Usage
from sessiond_protocol.methods import ChatParams, ChatResult, CreateParams, SubscribeParams, UpdateParams
from support.engine import Listener, engine_with

BOUND = 10
PROMPT = "Why does the login form lose my name?\nIt did not yesterday."
FIRST_LINE = "Why does the login form lose my name?"
ANSWER = {"text": "Because.", "usage": {"input": 3, "output": 2}}
NAMED = {"text": 'Title: "Login form loses the name"', "usage": {"input": 200, "output": 10}}


@asynccontextmanager
async def engine_that_names(
    home: Path, *steps: dict[str, Any], title: dict[str, Any] = NAMED
) -> AsyncGenerator[Engine]:
    """Its small model is another provider than the turn's, and plays `title`."""
    script = home / "titles.jsonl"
    script.write_text(json.dumps(title) + "\n")
    config = f"""
[provider.names]
api = "scripted"
script = {json.dumps(str(script))}
[provider.names.models.small]
price = {{ input = 1.0, output = 10.0 }}
[provider.script.models.any]
price = {{ input = 1.0, output = 1.0 }}
"""
    async with engine_with(home, list(steps) or [ANSWER], 'small_model = "names/small"\n' + config) as engine:
        yield engine


async def chat(
    sessions: SessionManager, text: str = PROMPT, listener: Listener | None = None, **more: Any
) -> ChatResult:
    turn = await sessions.chat(ChatParams(text=text, **more), listener)
    return await asyncio.wait_for(turn.result(), BOUND)


async def title_of(sessions: SessionManager, session_id: str) -> str:
    await sessions.titles.settled(BOUND)
    return (await sessions.get(session_id)).title


async def test_without_a_small_model_the_first_line_is_the_title_and_nothing_is_spent(tmp_path: Path) -> None:
    async with engine_with(tmp_path, [ANSWER]) as engine:
        sessions, listener = await engine.sessions(), Listener()
        result = await chat(sessions, listener=listener)
        assert await title_of(sessions, result.session_id) == FIRST_LINE
        assert (listener.events[0]["type"], listener.events[0]["session"]["title"]) == ("session.created", FIRST_LINE)
        assert {"session.updated", "usage.added"}.isdisjoint(listener.types())


async def test_a_session_that_was_made_without_a_title_gets_it_with_its_first_prompt(tmp_path: Path) -> None:
    async with engine_with(tmp_path, [ANSWER]) as engine:
        sessions, listener = await engine.sessions(), Listener()
        session = await sessions.create(CreateParams(), listener)
        await chat(sessions, session_id=session.id)
        assert listener.types()[:4] == ["session.created", "turn.started", "message.added", "session.updated"]
        named = listener.events[3]["session"]
        assert (named["title"], named["turnId"]) == (FIRST_LINE, listener.events[1]["turnId"])


async def test_the_small_model_names_a_session_after_its_first_turn(tmp_path: Path) -> None:
    async with engine_that_names(tmp_path) as engine:
        sessions, listener = await engine.sessions(), Listener()
        result = await chat(sessions, listener=listener)
        assert await title_of(sessions, result.session_id) == "Login form loses the name"
        assert listener.types()[-3:] == ["turn.ended", "usage.added", "session.updated"]
        spent = listener.events[-2]
        assert (spent["purpose"], spent["model"], spent["cost"]) == ("title", "names/small", 0.0003)
        session = await sessions.get(result.session_id)
        assert (session.usage, session.cost) == (Usage(input=203, output=12), Decimal("0.000305"))
        told = listener.events[-1]["session"]
        assert (told["usage"]["input"], told["cost"]) == (203, 0.000305)


async def test_a_session_that_comes_back_from_its_log_has_its_title_and_what_it_cost(tmp_path: Path) -> None:
    async with engine_that_names(tmp_path) as engine:
        result = await chat(await engine.sessions())
        await title_of(await engine.sessions(), result.session_id)
        live = await (await engine.sessions()).get(result.session_id)
    async with engine_that_names(tmp_path) as engine:
        subscription = await (await engine.sessions()).subscribe(SubscribeParams(result.session_id), Listener())
        assert subscription.result.session == live


async def test_only_the_first_prompt_names_a_session(tmp_path: Path) -> None:
    async with engine_that_names(tmp_path, title={"error": {"kind": "overloaded"}}) as engine:
        sessions = await engine.sessions()
        first = await chat(sessions)
        await chat(sessions, "And now?", session_id=first.session_id)
        assert await title_of(sessions, first.session_id) == FIRST_LINE


@pytest.mark.parametrize(
    "title",
    [
        {"error": {"kind": "overloaded", "retryable": True}},
        {"text": ""},
        {"text": "<think>hm"},
        {"cut": True},
        {"text": "I cannot do that. " * 20},
    ],
)
async def test_a_title_that_fails_leaves_the_first_line_and_no_error(tmp_path: Path, title: dict[str, Any]) -> None:
    async with engine_that_names(tmp_path, title=title) as engine:
        sessions, listener = await engine.sessions(), Listener()
        result = await chat(sessions, listener=listener)
        assert await title_of(sessions, result.session_id) == FIRST_LINE
        assert [event for event in listener.live_events if event["type"] == "notice"] == []
        assert (await chat(sessions, "Go on", session_id=result.session_id)).stop_reason == "endTurn"


async def test_a_title_that_the_user_gave_at_first_stays(tmp_path: Path) -> None:
    async with engine_that_names(tmp_path) as engine:
        sessions, listener = await engine.sessions(), Listener()
        session = await sessions.create(CreateParams(title="Mine"), listener)
        await chat(sessions, session_id=session.id)
        assert await title_of(sessions, session.id) == "Mine"
        assert "session.updated" not in listener.types()


@pytest.mark.parametrize("given", ["Mine", FIRST_LINE])
async def test_a_title_that_the_user_gives_meanwhile_stays(tmp_path: Path, given: str) -> None:
    title = {"waitFor": "go", **NAMED}
    async with engine_that_names(tmp_path, title=title) as engine:
        sessions = await engine.sessions()
        result = await chat(sessions)
        await sessions.update(UpdateParams(result.session_id, title=given))
        (tmp_path / "go").touch()
        assert await title_of(sessions, result.session_id) == given


async def test_a_session_that_is_deleted_meanwhile_gets_none(tmp_path: Path) -> None:
    async with engine_that_names(tmp_path, title={"hang": True}) as engine:
        sessions = await engine.sessions()
        result = await chat(sessions)
        await sessions.delete(result.session_id)
        async with asyncio.timeout(BOUND):
            await sessions.titles.settled(2 * BOUND)
        with pytest.raises(RpcError, match="There is no session"):
            await sessions.get(result.session_id)


async def test_nobody_is_asked_while_the_turn_runs(tmp_path: Path) -> None:
    """A server with one slot would keep the turn waiting."""
    config = 'small_model = "script/small"\n'
    steps = [{"expect": "<prompt>", **NAMED}, {"text": "One", "play": [{"waitFor": "go"}, {"text": " two"}]}]
    async with engine_with(tmp_path, steps, config) as engine:
        sessions, listener = await engine.sessions(), Listener()
        turn = await sessions.chat(ChatParams(text=PROMPT), listener)
        await asyncio.wait_for(listener.first(lambda event: event["type"] == "part.started"), BOUND)
        await sessions.titles.settled(BOUND)
        assert "usage.added" not in listener.types()
        (tmp_path / "go").touch()
        await asyncio.wait_for(turn.result(), BOUND)
        assert await title_of(sessions, turn.session_id) == "Login form loses the name"


async def test_a_title_gives_way_to_the_next_turn_of_the_same_provider(tmp_path: Path) -> None:
    config = 'small_model = "script/small"\n'
    steps = [{"expect": "<prompt>", "waitFor": "title", **NAMED}, ANSWER]
    async with engine_with(tmp_path, steps, config) as engine:
        sessions, listener = await engine.sessions(), Listener()
        result = await chat(sessions, listener=listener)
        await chat(sessions, "And?", session_id=result.session_id)
        (tmp_path / "title").touch()
        assert await title_of(sessions, result.session_id) == "Login form loses the name"
        assert listener.types().count("usage.added") == 1


async def test_child_sessions_keep_their_titles(tmp_path: Path) -> None:
    async with engine_that_names(tmp_path) as engine:
        sessions = await engine.sessions()
        parent = await sessions.create(CreateParams())
        child = await sessions.create(CreateParams(parent_id=parent.id))
        await chat(sessions, session_id=child.id)
        assert (await title_of(sessions, child.id)).startswith("Child session - ")


async def test_an_engine_that_closes_waits_for_no_title(tmp_path: Path) -> None:
    async with engine_that_names(tmp_path, title={"hang": True}) as engine:
        result = await chat(await engine.sessions())
        async with asyncio.timeout(BOUND):
            await (await engine.sessions()).keeper.close(abort=True)
        assert (await (await engine.sessions()).get(result.session_id)).title == FIRST_LINE


async def test_a_prompt_without_words_leaves_the_name_to_the_next(tmp_path: Path) -> None:
    async with engine_with(tmp_path, [ANSWER]) as engine:
        sessions = await engine.sessions()
        result = await chat(sessions, "???")
        assert (await sessions.get(result.session_id)).title.startswith("New session - ")
        await chat(sessions, session_id=result.session_id)
        assert (await sessions.get(result.session_id)).title == FIRST_LINE
