"""Turns through the session manager, with the real store and a scripted model."""

import asyncio
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from sessiond.session.manager import SessionManager
from sessiond_protocol.errors import RpcError
from sessiond_protocol.messages import Failure, Session, TextPart, ToolPart, Usage
from sessiond_protocol.methods import (
    AbortResult,
    ChatParams,
    ChatResult,
    CreateParams,
    ListParams,
    ListResult,
    MessagesParams,
    PermissionReplyParams,
)
from support.engine import Listener, engine_with

BOUND = 10
READ_NOTES = {"name": "read", "arguments": {"filePath": "notes.txt"}}


async def chat(sessions: SessionManager, text: str, listener: Listener | None = None, **more: Any) -> ChatResult:
    turn = await sessions.chat(ChatParams(text=text, **more), listener)
    return await asyncio.wait_for(turn.result(), BOUND)


async def hears(listener: Listener, condition: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """The first event the listener has heard or hears that meets the condition."""
    return await asyncio.wait_for(listener.first(condition), BOUND)


def of_type(name: str) -> Callable[[dict[str, Any]], bool]:
    return lambda event: event["type"] == name


def texts(result: ChatResult) -> list[str]:
    assert result.message is not None
    return [part.text for part in result.message.parts if isinstance(part, TextPart)]


async def tools_of(sessions: SessionManager, session_id: str) -> list[ToolPart]:
    page = await sessions.messages(MessagesParams(session_id))
    return [part for message in page.messages for part in message.parts if isinstance(part, ToolPart)]


async def test_a_prompt_gets_an_answer_and_both_stand_in_the_log(tmp_path: Path) -> None:
    async with engine_with(tmp_path, [{"text": "Hello.", "usage": {"input": 3, "output": 2}}]) as engine:
        listener = Listener()
        result = await chat(await engine.sessions(), "Hi", listener)
        assert (result.stop_reason, result.usage, result.cost) == ("endTurn", Usage(input=3, output=2), None)
        assert texts(result) == ["Hello."]
        assert listener.types() == [
            "session.created",
            "turn.started",
            "message.added",
            "message.added",
            "part.started",
            "part.ended",
            "message.ended",
            "turn.ended",
        ]
        assert [event["seq"] for event in listener.events] == list(range(1, 9))


async def test_deltas_and_the_ended_part_say_the_same(tmp_path: Path) -> None:
    async with engine_with(tmp_path, [{"text": "añ💡", "repeat": 1000}]) as engine:
        listener = Listener()
        result = await chat(await engine.sessions(), "Hi", listener)
        assert texts(result) == ["añ💡" * 1000] == [part.text() for part in listener.parts.values()]


async def test_a_tool_call_is_run_and_its_result_goes_back_to_the_model(tmp_path: Path) -> None:
    steps = [{"text": "I look.", "toolCalls": [READ_NOTES]}, {"expect": "MAPLE", "text": "It says MAPLE."}]
    async with engine_with(tmp_path, steps) as engine:
        (tmp_path / "project" / "notes.txt").write_text("the code is MAPLE\n")
        sessions = await engine.sessions()
        result = await chat(sessions, "What does notes.txt say?")
        assert texts(result) == ["It says MAPLE."]
        [tool] = await tools_of(sessions, result.session_id)
        assert (tool.state.status, tool.state.output) == ("completed", "     1\tthe code is MAPLE")


@pytest.mark.parametrize(
    ("call", "words"),
    [
        ({"name": "fly", "arguments": {}}, "There is no tool named 'fly'. The tools are: read"),
        ({"name": "read", "arguments": {}}, "filePath: it is missing"),
        ({"name": "read", "argumentsText": '{"filePath": "no'}, "are not a JSON object"),
        ({"name": "read", "arguments": {"filePath": "nots.txt"}}, "Near names there: notes.txt"),
    ],
    ids=["unknown tool", "missing argument", "broken JSON", "missing file"],
)
async def test_a_call_that_cannot_be_run_is_a_failure_the_model_reads(
    tmp_path: Path, call: dict[str, Any], words: str
) -> None:
    async with engine_with(tmp_path, [{"toolCalls": [call]}, {"text": "I see."}]) as engine:
        (tmp_path / "project" / "notes.txt").write_text("x")
        sessions = await engine.sessions()
        result = await chat(sessions, "Go")
        assert texts(result) == ["I see."]
        [tool] = await tools_of(sessions, result.session_id)
        assert tool.state.status == "failed"
        assert words in (tool.state.error or "")


async def test_a_failed_model_call_is_the_outcome_of_the_turn_and_keeps_what_was_said(tmp_path: Path) -> None:
    steps = [{"text": "So far", "error": {"kind": "overloaded", "message": "Too many.", "retryable": True}}]
    async with engine_with(tmp_path, steps) as engine:
        result = await chat(await engine.sessions(), "Hi")
        assert (result.stop_reason, result.error) == ("error", Failure("overloaded", "Too many.", True))
        assert texts(result) == ["So far"]
        assert result.message is not None
        assert result.message.finish_reason == "error"


async def test_an_abort_keeps_the_text_so_far_and_ends_the_turn_once(tmp_path: Path) -> None:
    async with engine_with(tmp_path, [{"text": "So far", "play": [{"hang": True}]}]) as engine:
        sessions, listener = await engine.sessions(), Listener()
        turn = await sessions.chat(ChatParams(text="Hi"), listener)
        await hears(listener, of_type("part.started"))
        aborted = [await sessions.abort(turn.session_id), await sessions.abort(turn.session_id, turn.turn_id)]
        assert aborted == [AbortResult(True, turn.turn_id), AbortResult(False)]
        result = await asyncio.wait_for(turn.result(), BOUND)
        assert (result.stop_reason, texts(result)) == ("aborted", ["So far"])
        assert listener.types().count("turn.ended") == 1


async def test_an_abort_of_another_turn_aborts_nothing(tmp_path: Path) -> None:
    async with engine_with(tmp_path, [{"hang": True}]) as engine:
        sessions = await engine.sessions()
        turn = await sessions.chat(ChatParams(text="Hi"))
        assert await sessions.abort(turn.session_id, "trn_of_yesterday") == AbortResult(False)
        assert await sessions.abort(turn.session_id, turn.turn_id) == AbortResult(True, turn.turn_id)


async def test_an_abort_sent_with_the_prompt_finds_its_turn(tmp_path: Path) -> None:
    async with engine_with(tmp_path, [{"hang": True}]) as engine:
        sessions = await engine.sessions()
        session = await sessions.create(CreateParams())
        prompt = asyncio.create_task(sessions.chat(ChatParams(text="Hi", session_id=session.id)))
        await asyncio.sleep(0)  # the prompt is on its way, its turn is not begun
        aborted = await sessions.abort(session.id)
        turn = await prompt
        assert aborted == AbortResult(True, turn.turn_id)
        assert (await asyncio.wait_for(turn.result(), BOUND)).stop_reason == "aborted"


async def test_a_prompt_while_busy_is_refused_with_the_running_turn(tmp_path: Path) -> None:
    async with engine_with(tmp_path, [{"hang": True}]) as engine:
        sessions = await engine.sessions()
        turn = await sessions.chat(ChatParams(text="Hi"))
        with pytest.raises(RpcError) as refusal:
            await sessions.chat(ChatParams(text="And?", session_id=turn.session_id))
        assert refusal.value.data == {"kind": "sessionBusy", "turnId": turn.turn_id}
        await sessions.abort(turn.session_id)


async def test_the_same_message_id_joins_the_turn_it_began(tmp_path: Path) -> None:
    async with engine_with(tmp_path, [{"text": "Once."}]) as engine:
        sessions = await engine.sessions()
        first = await chat(sessions, "Hi", message_id="mine-1")
        second = await chat(sessions, "Hi", message_id="mine-1", session_id=first.session_id)
        assert second == first
        page = await sessions.messages(MessagesParams(first.session_id))
        assert [message.role for message in page.messages] == ["user", "assistant"]


async def test_a_turn_stops_at_its_last_step(tmp_path: Path) -> None:
    async with engine_with(tmp_path, [{"toolCalls": [READ_NOTES]}]) as engine:
        result = await chat(await engine.sessions(), "Go", max_steps=3)
        assert result.stop_reason == "maxSteps"


@pytest.mark.parametrize(("finish", "stop_reason"), [("length", "maxTokens"), ("contentFilter", "refusal")])
async def test_how_the_model_finished_is_why_the_turn_stopped(tmp_path: Path, finish: str, stop_reason: str) -> None:
    async with engine_with(tmp_path, [{"text": "Some", "finish": finish}]) as engine:
        assert (await chat(await engine.sessions(), "Go")).stop_reason == stop_reason


async def test_totals_of_a_session_add_up_with_exact_money(tmp_path: Path) -> None:
    prices = "[provider.script.models.any]\nprice = { input = 0.1, output = 0.2 }"
    steps = [{"text": "a", "usage": {"input": 1, "output": 1}}]
    async with engine_with(tmp_path, steps) as engine:
        (tmp_path / "config.toml").write_text((tmp_path / "config.toml").read_text() + prices)
        sessions = await engine.sessions()
        first = await chat(sessions, "one")
        await chat(sessions, "two", session_id=first.session_id)
        session: Session = await sessions.get(first.session_id)
        assert (session.usage, str(session.cost)) == (Usage(input=2, output=2), "6E-7")


async def test_what_an_aborted_call_cost_is_not_known_and_leaves_the_known_sum(tmp_path: Path) -> None:
    prices = "[provider.script.models.any]\nprice = { input = 1, output = 1 }"
    steps = [{"text": "a", "usage": {"input": 1, "output": 1}}, {"text": "b", "play": [{"hang": True}]}]
    async with engine_with(tmp_path, steps) as engine:
        (tmp_path / "config.toml").write_text((tmp_path / "config.toml").read_text() + prices)
        sessions, listener = await engine.sessions(), Listener()
        first = await chat(sessions, "one", listener)
        turn = await sessions.chat(ChatParams(text="two", session_id=first.session_id))
        await hears(listener, lambda event: event["type"] == "part.started" and event["seq"] > 8)
        await sessions.abort(turn.session_id)
        aborted = await asyncio.wait_for(turn.result(), BOUND)
        assert (aborted.stop_reason, aborted.cost) == ("aborted", None)
        assert (await sessions.get(turn.session_id)).cost == first.cost == Decimal("0.000002")


async def test_a_question_waits_for_leave_and_a_refusal_reaches_the_model(tmp_path: Path) -> None:
    steps = [{"toolCalls": [READ_NOTES]}, {"text": "Done."}]
    async with engine_with(tmp_path, steps, '[permission]\nread = "ask"') as engine:
        (tmp_path / "project" / "notes.txt").write_text("MAPLE")
        sessions, listener = await engine.sessions(), Listener()
        turn = await sessions.chat(ChatParams(text="Go"), listener)
        asked = await hears(listener, of_type("permission.asked"))
        request = asked["request"]
        assert [waiting.id for waiting in sessions.permissions(turn.session_id).permissions] == [request["id"]]
        await sessions.reply(PermissionReplyParams(request["id"], "rejectOnce", "not this one"), "me")
        with pytest.raises(RpcError, match="answered by me already"):
            await sessions.reply(PermissionReplyParams(request["id"], "allowOnce"), "you")
        result = await asyncio.wait_for(turn.result(), BOUND)
        [tool] = await tools_of(sessions, result.session_id)
        assert tool.state.status == "failed"
        assert "not this one" in (tool.state.error or "")


async def test_an_always_answer_is_not_asked_again_in_the_project(tmp_path: Path) -> None:
    steps = [{"toolCalls": [READ_NOTES]}, {"text": "Done."}]
    async with engine_with(tmp_path, steps, '[permission]\nread = "ask"') as engine:
        (tmp_path / "project" / "notes.txt").write_text("MAPLE")
        sessions, listener = await engine.sessions(), Listener()
        turn = await sessions.chat(ChatParams(text="Go"), listener)
        asked = await hears(listener, of_type("permission.asked"))
        await sessions.reply(PermissionReplyParams(asked["request"]["id"], "allowAlways"), "me")
        await asyncio.wait_for(turn.result(), BOUND)
        await chat(sessions, "Again", Listener())
        assert listener.types().count("permission.asked") == 1


async def test_an_abort_withdraws_the_question(tmp_path: Path) -> None:
    async with engine_with(tmp_path, [{"toolCalls": [READ_NOTES]}], '[permission]\nread = "ask"') as engine:
        sessions, listener = await engine.sessions(), Listener()
        turn = await sessions.chat(ChatParams(text="Go"), listener)
        await hears(listener, of_type("permission.asked"))
        await sessions.abort(turn.session_id)
        replied = await hears(listener, of_type("permission.replied"))
        assert (replied["decision"], replied["by"]) == ("cancelled", "engine")
        assert sessions.permissions(None).permissions == []


async def test_a_question_nobody_is_there_for_is_answered_by_the_policy(tmp_path: Path) -> None:
    config = '[permission]\nread = "ask"\nunattended = { decision = "deny", after = 0.01 }'
    async with engine_with(tmp_path, [{"toolCalls": [READ_NOTES]}, {"text": "Done."}], config) as engine:
        sessions = await engine.sessions()
        result = await chat(sessions, "Go")
        [tool] = await tools_of(sessions, result.session_id)
        assert "Nobody was there to answer within 0.01 s." in (tool.state.error or "")


@pytest.mark.parametrize(
    ("params", "kind", "field"),
    [
        (ChatParams(text="  \n"), "invalidRequest", "text"),
        (ChatParams(text="Hi", tools=["fly"]), "invalidRequest", "tools"),
        (ChatParams(text="Hi", session_id="ses_none"), "sessionNotFound", None),
        (ChatParams(text="Hi", model="scrip/any"), "modelNotFound", None),
    ],
)
async def test_a_prompt_that_cannot_be_taken_makes_nothing(
    tmp_path: Path, params: ChatParams, kind: str, field: str | None
) -> None:
    async with engine_with(tmp_path, [{"text": "Hello."}]) as engine:
        sessions = await engine.sessions()
        with pytest.raises(RpcError) as refusal:
            await sessions.chat(params)
        assert refusal.value.data is not None
        assert (refusal.value.data["kind"], refusal.value.data.get("field")) == (kind, field)
        assert await sessions.list(ListParams()) == ListResult(sessions=[])
