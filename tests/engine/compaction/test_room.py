"""When a conversation is compacted, what becomes of a compaction that fails, and how a turn ends that finds no room."""

import asyncio
from pathlib import Path
from typing import Any

from sessiond_protocol.messages import Failure, Message, ToolPart, Usage
from sessiond_protocol.methods import ChatParams
from support.compaction.long_turns import TASK
from support.compaction.turns import all_messages, chat, hears, summaries, text_of
from support.engine import Listener, engine_with

PADDING = "Some words of a long prompt. " * 110
"""800 tokens."""
SUMMARY: dict[str, Any] = {"expect": TASK, "text": "## Goal\nSay something."}
ANSWER: dict[str, Any] = {"text": "I see."}
TINY = "[provider.script.models.any]\ncontext = 7000\noutput = 500\n"
OFF = "[compaction]\nauto = false\n"


def outcome(messages: list[Message]) -> list[str]:
    """What each message is, in order."""
    return [
        "user" if message.role == "user" else f"{'summary' if message.summary else 'answer'} {message.finish_reason}"
        for message in messages
    ]


async def test_a_model_that_refuses_is_asked_once_more_after_compaction(tmp_path: Path) -> None:
    limited = {"context": 6000}
    async with engine_with(tmp_path, [SUMMARY | limited, ANSWER | limited]) as engine:
        sessions = await engine.sessions()
        first = await chat(sessions, f"one {PADDING}")
        for number in ("two", "three"):
            await chat(sessions, f"{number} {PADDING}", session_id=first.session_id)
        result = await chat(sessions, f"four {PADDING}", session_id=first.session_id)
        messages = await all_messages(sessions, first.session_id)
    assert (result.stop_reason, text_of(result.message)) == ("endTurn", "I see.")
    assert outcome(messages[-4:]) == ["user", "answer error", "summary stop", "answer stop"]
    refused = messages[-3]
    assert (refused.parts, refused.usage, refused.error and refused.error.kind) == ([], Usage(), "contextOverflow")


async def test_a_model_that_refuses_even_then_ends_the_turn_and_the_next_one_goes_on(tmp_path: Path) -> None:
    refuses = {"expect": "second", "error": {"kind": "contextOverflow", "message": "Too long."}}
    async with engine_with(tmp_path, [SUMMARY, refuses, ANSWER]) as engine:
        sessions = await engine.sessions()
        first = await chat(sessions, f"first {PADDING}")
        result = await chat(sessions, "second", session_id=first.session_id)
        (tmp_path / "steps.jsonl").write_text('{"requires": ["second", "third", "Say something."], "text": "I see."}')
        third = await chat(sessions, "third", session_id=first.session_id)
        messages = await all_messages(sessions, first.session_id)
    assert (result.stop_reason, result.error) == ("error", Failure("contextOverflow", "Too long."))
    assert (third.stop_reason, text_of(third.message)) == ("endTurn", "I see.")
    assert outcome(messages[2:6]) == ["user", "answer error", "summary stop", "answer error"]


async def test_a_first_prompt_that_is_too_long_says_what_to_do(tmp_path: Path) -> None:
    async with engine_with(tmp_path, [SUMMARY, ANSWER | {"context": 1000}], TINY) as engine:
        sessions = await engine.sessions()
        result = await chat(sessions, PADDING)
        messages = await all_messages(sessions, result.session_id)
    assert isinstance(result.error, Failure)
    assert result.error.kind == "contextOverflow"
    assert "does not fit script/any even when it is compacted" in result.error.message
    assert "Choose a model with a larger context" in result.error.message
    assert outcome(messages) == ["user", "answer error"]


async def test_automatic_compaction_that_is_off_is_off(tmp_path: Path) -> None:
    limited = {"context": 6000}
    async with engine_with(tmp_path, [SUMMARY, ANSWER | limited], OFF + TINY) as engine:
        sessions, listener = await engine.sessions(), Listener()
        result = await chat(sessions, f"one {PADDING}", listener)
        while result.stop_reason == "endTurn":
            result = await chat(sessions, PADDING, session_id=result.session_id)
        messages = await all_messages(sessions, result.session_id)
    assert isinstance(result.error, Failure)
    assert result.error.kind == "contextOverflow"
    assert result.error.message.startswith("The request has ")
    assert summaries(messages) == []
    assert "context.trimmed" not in listener.types()
    assert {event["state"] for event in listener.live_events if event["type"] == "status"} == {"running", "idle"}
    fill = [event for event in listener.live_events if event["type"] == "context"]
    assert (fill[0]["limit"], "compactsAt" in fill[0]) == (7000, False)


async def test_a_model_whose_context_is_not_known_is_not_compacted_by_estimate(tmp_path: Path) -> None:
    async with engine_with(tmp_path, [SUMMARY, ANSWER]) as engine:
        sessions, listener = await engine.sessions(), Listener()
        result = await chat(sessions, PADDING * 100, listener)
        messages = await all_messages(sessions, result.session_id)
    assert outcome(messages) == ["user", "answer stop"]
    fill = [event for event in listener.live_events if event["type"] == "context"]
    assert fill[0]["used"] > 70_000 and "limit" not in fill[0]


async def test_a_summary_that_does_not_help_ends_the_turn_with_advice_and_no_loop(tmp_path: Path) -> None:
    endless = SUMMARY | {"text": "I go on and on. ", "repeat": 2000}
    async with engine_with(tmp_path, [endless, ANSWER], TINY) as engine:
        sessions = await engine.sessions()
        result = await chat(sessions, f"one {PADDING}")
        while result.stop_reason == "endTurn":
            result = await chat(sessions, PADDING, session_id=result.session_id)
        messages = await all_messages(sessions, result.session_id)
    assert isinstance(result.error, Failure)
    assert result.error.kind == "contextOverflow"
    assert result.error.message == (
        "The conversation has outgrown script/any, and compacting it did not help: script/any wrote a summary of about "
        "8,648 tokens, which leaves too little room for what follows. Choose a model with a larger context, begin a "
        "new session, or attach less and name fewer tools."
    )
    [made] = summaries(messages)
    assert made.error is not None, "a summary that fills the context would be in the way for ever"
    assert messages[-2].role == "user", "the prompt that could not be answered is kept"


async def test_an_empty_summary_changes_nothing_and_the_turn_goes_on(tmp_path: Path) -> None:
    steps = [SUMMARY | {"text": " \n"}, ANSWER | {"requires": ["one "]}]
    async with engine_with(tmp_path, steps, TINY) as engine:
        sessions, listener = await engine.sessions(), Listener()
        result = await chat(sessions, f"one {PADDING}", listener)
        for _ in range(3):
            result = await chat(sessions, PADDING, session_id=result.session_id)
        messages = await all_messages(sessions, result.session_id)
    assert result.stop_reason == "endTurn"
    assert outcome(messages[-3:]) == ["user", "summary error", "answer stop"]
    notice = await hears(listener, lambda event: event["type"] == "notice")
    assert notice["text"] == (
        "The conversation could not be compacted and goes on as it is. script/any wrote an empty summary."
    )


async def test_an_abort_while_it_is_compacted_changes_nothing_but_ends_the_turn(tmp_path: Path) -> None:
    hangs = SUMMARY | {"text": "So far", "play": [{"hang": True}]}
    steps = [hangs, ANSWER | {"requires": ["one "]}]
    async with engine_with(tmp_path, steps, TINY) as engine:
        sessions, listener = await engine.sessions(), Listener()
        result = await chat(sessions, f"one {PADDING}", listener)
        await chat(sessions, PADDING, session_id=result.session_id)
        turn = await sessions.chat(ChatParams(text=PADDING, session_id=result.session_id))
        await hears(listener, lambda event: event == event | {"type": "status", "state": "compacting"})
        await hears(listener, lambda event: event == event | {"type": "part.started"} and event["seq"] > 15)
        assert (await sessions.abort(turn.session_id, turn.turn_id)).aborted
        aborted = await asyncio.wait_for(turn.result(), 10)
        messages = await all_messages(sessions, result.session_id)
        assert outcome(messages[-2:]) == ["user", "summary aborted"]
        assert (aborted.stop_reason, aborted.message, text_of(messages[-1])) == ("aborted", None, "So far")
        (tmp_path / "steps.jsonl").write_text('{"requires": ["one "], "text": "All of it is here."}')
        again = await chat(sessions, "again", session_id=result.session_id, model="script/large")
        assert text_of(again.message) == "All of it is here."


async def test_an_output_that_fills_the_context_is_kept_as_a_file_and_named_to_the_model(tmp_path: Path) -> None:
    calls = {"toolCalls": [{"name": "read", "arguments": {"filePath": "big.txt"}}]}
    ends = ANSWER | {"expect": "is left out to save room. All of it is in ", "context": 7000}
    async with engine_with(tmp_path, [ends, calls], TINY) as engine:
        (tmp_path / "project" / "big.txt").write_text("What stands in big.txt\n" * 1500)
        sessions, listener = await engine.sessions(), Listener()
        result = await chat(sessions, "Read it.", listener)
        messages = await all_messages(sessions, result.session_id)
    assert text_of(result.message) == "I see."
    [trimmed] = [event for event in listener.events if event["type"] == "context.trimmed"]
    [part] = [part for message in messages for part in message.parts if isinstance(part, ToolPart)]
    assert trimmed["partIds"] == [part.id]
    assert Path(trimmed["files"][part.id]).read_text() == part.state.output
    assert summaries(messages) == []
