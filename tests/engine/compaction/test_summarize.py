"""A summary at the user's wish: what it is made of, what stands in for what, and what it costs."""

import asyncio
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from sessiond_protocol.errors import RpcError
from sessiond_protocol.messages import Failure, SummaryOf, TextPart, ToolPart, Usage
from sessiond_protocol.methods import ChatParams, CreateParams, FileInput, SummarizeParams
from support.compaction.long_turns import TASK
from support.compaction.turns import all_messages, chat, hears, summaries, summarize, text_of
from support.engine import Listener, engine_with

CONFIG = "[provider.script.models.any]\ncontext = 16384\noutput = 2048\nprice = { input = 1, output = 1 }\n"
SUMMARY: dict[str, Any] = {"expect": TASK, "text": "## Facts\nThe code is OAK.", "usage": {"input": 40, "output": 4}}
ANSWER: dict[str, Any] = {"text": "I see.", "usage": {"input": 1000, "output": 6}}


async def test_a_summary_takes_the_place_of_what_came_before_it(tmp_path: Path) -> None:
    seen = {"expect": "Go on", "requires": ["The code is OAK."], "text": "I know."}
    async with engine_with(
        tmp_path, [SUMMARY | {"requires": ["[User] first", "[Assistant] I see."]}, seen, ANSWER]
    ) as engine:
        sessions = await engine.sessions()
        first = await chat(sessions, "first")
        made = await summarize(sessions, first.session_id)
        result = await chat(sessions, "Go on", session_id=first.session_id)
        messages = await all_messages(sessions, first.session_id)
    assert text_of(result.message) == "I know."
    assert [message.role for message in messages] == ["user", "assistant", "assistant", "user", "assistant"]
    assert made.message == messages[2]
    assert (text_of(made.message), made.message and made.message.summary) == ("## Facts\nThe code is OAK.", SummaryOf())
    assert (made.stop_reason, made.usage) == ("endTurn", Usage(input=40, output=4))


async def test_the_tokens_before_and_after_and_the_cost_are_told_and_counted(tmp_path: Path) -> None:
    async with engine_with(tmp_path, [SUMMARY, ANSWER], CONFIG) as engine:
        sessions = await engine.sessions()
        first = await chat(sessions, "Some words of a long prompt. " * 500)
        made = await summarize(sessions, first.session_id)
        session = await sessions.get(first.session_id)
    assert made.tokens_before == 1006
    assert 3000 < made.tokens_after < 4500, "what is always sent, by its bytes"
    assert (made.cost, session.usage, session.cost) == (
        Decimal("0.000044"),
        Usage(input=1040, output=10),
        Decimal("0.00105"),
    )


async def test_a_second_summary_brings_the_first_one_up_to_date(tmp_path: Path) -> None:
    second = SUMMARY | {
        "requires": ["<summary>\n## Facts\nThe code is OAK.\n</summary>", "[User] third"],
        "text": "New.",
    }
    last = {"expect": "last", "requires": ["New."], "text": "I know."}
    async with engine_with(tmp_path, [SUMMARY, ANSWER]) as engine:
        sessions = await engine.sessions()
        first = await chat(sessions, "first")
        await summarize(sessions, first.session_id)
        await chat(sessions, "third", session_id=first.session_id)
        play(tmp_path, second, last, ANSWER)
        await summarize(sessions, first.session_id)
        result = await chat(sessions, "last", session_id=first.session_id)
    assert text_of(result.message) == "I know."


async def test_the_newest_messages_stay_as_they_are(tmp_path: Path) -> None:
    seen = {"expect": "Go on", "requires": ["the third of them"], "text": "I know."}
    long = "Some words of a long prompt. " * 100
    async with engine_with(tmp_path, [SUMMARY, seen, ANSWER], CONFIG) as engine:
        sessions = await engine.sessions()
        first = await chat(sessions, f"the first of them {long}")
        await chat(sessions, f"the second of them {long}", session_id=first.session_id)
        await chat(sessions, "the third of them", session_id=first.session_id)
        made = await summarize(sessions, first.session_id)
        result = await chat(sessions, "Go on", session_id=first.session_id)
        messages = await all_messages(sessions, first.session_id)
    assert text_of(result.message) == "I know."
    assert made.message and made.message.summary == SummaryOf(keep_from=messages[3].id)


async def test_wishes_reach_the_model_and_pictures_become_labels(tmp_path: Path) -> None:
    required = ["<wishes>\nKeep the code.\n</wishes>", "(attached: plan.png, image/png, 3 bytes)"]
    picture = FileInput(media_type="image/png", uri="data:image/png;base64,QUJD", name="plan.png")
    async with engine_with(tmp_path, [SUMMARY | {"requires": required}, ANSWER]) as engine:
        sessions = await engine.sessions()
        first = await chat(sessions, "See this.", parts=[picture])
        made = await summarize(sessions, first.session_id, instructions="Keep the code.")
    assert made.stop_reason == "endTurn"


async def test_a_long_session_is_read_piece_by_piece(tmp_path: Path) -> None:
    small = "[provider.script.models.small]\ncontext = 6000\noutput = 500\n"
    async with engine_with(tmp_path, [SUMMARY, ANSWER], small) as engine:
        sessions = await engine.sessions()
        result = await chat(sessions, "Some words of a long prompt. " * 300)
        for _ in range(4):
            await chat(sessions, "Some words of a long prompt. " * 300, session_id=result.session_id)
        made = await summarize(sessions, result.session_id, model="script/small")
        messages = await all_messages(sessions, result.session_id)
    pieces = summaries(messages)
    assert (made.stop_reason, made.message) == ("endTurn", pieces[-1])
    kept = [message.summary and message.summary.keep_from for message in pieces]
    assert kept == [messages[2].id, messages[4].id, messages[6].id, messages[8].id, messages[9].id]


@pytest.mark.parametrize("again", [False, True], ids=["empty", "summarised already"])
async def test_a_session_with_nothing_to_summarise_says_so(tmp_path: Path, again: bool) -> None:
    async with engine_with(tmp_path, [SUMMARY, ANSWER]) as engine:
        sessions = await engine.sessions()
        session_id = (await sessions.create(CreateParams())).id
        if again:
            await chat(sessions, "first", session_id=session_id)
            await summarize(sessions, session_id)
        with pytest.raises(RpcError, match="There is nothing to summarise") as refusal:
            await sessions.summarize(SummarizeParams(session_id))
        assert refusal.value.data == {"kind": "invalidRequest", "field": "sessionId"}
        assert (await sessions.get(session_id)).turn_id is None


async def test_a_summary_that_fails_is_the_outcome_of_its_turn_and_changes_nothing(tmp_path: Path) -> None:
    fails = SUMMARY | {"text": "So far", "error": {"kind": "overloaded", "message": "No capacity."}}
    async with engine_with(tmp_path, [fails, ANSWER | {"requires": ["first"]}]) as engine:
        sessions = await engine.sessions()
        first = await chat(sessions, "first")
        made = await summarize(sessions, first.session_id)
        again = await chat(sessions, "again", session_id=first.session_id)
    assert (made.stop_reason, made.error) == ("error", Failure("overloaded", "No capacity."))
    assert (text_of(made.message), made.message and made.message.error) == ("So far", made.error)
    assert text_of(again.message) == "I see."


async def test_a_model_that_calls_tools_instead_is_told_off_and_its_words_count(tmp_path: Path) -> None:
    calls = SUMMARY | {"toolCalls": [{"name": "read", "arguments": {"filePath": "a"}}]}
    async with engine_with(tmp_path, [calls, ANSWER]) as engine:
        sessions = await engine.sessions()
        first = await chat(sessions, "first")
        made = await summarize(sessions, first.session_id)
    assert made.stop_reason == "endTurn"
    assert made.message and [type(part) for part in made.message.parts] == [TextPart, ToolPart]


async def test_summaries_follow_the_rules_of_busy_sessions_and_of_aborts(tmp_path: Path) -> None:
    hangs = SUMMARY | {"text": "So far", "play": [{"hang": True}]}
    async with engine_with(tmp_path, [hangs, ANSWER]) as engine:
        sessions, listener = await engine.sessions(), Listener()
        first = await chat(sessions, "first", listener)
        turn = await sessions.summarize(SummarizeParams(first.session_id))
        started = await hears(listener, lambda event: event == event | {"type": "turn.started", "kind": "summarize"})
        await hears(listener, lambda event: event["type"] == "part.started" and event["seq"] > started["seq"])
        for refused in (
            sessions.chat(ChatParams(text="And?", session_id=first.session_id)),
            sessions.summarize(SummarizeParams(first.session_id)),
        ):
            with pytest.raises(RpcError) as refusal:
                await refused
            assert refusal.value.data == {"kind": "sessionBusy", "turnId": turn.turn_id}
        assert not (await sessions.abort(first.session_id, "trn_of_yesterday")).aborted
        assert (await sessions.abort(first.session_id, turn.turn_id)).aborted
        ended = await asyncio.wait_for(turn.result(), 10)
        assert (ended.stop_reason, text_of(ended.message)) == ("aborted", "So far")
        play(tmp_path, ANSWER | {"requires": ["first"]})
        assert text_of((await chat(sessions, "again", session_id=first.session_id)).message) == "I see."


def play(home: Path, *steps: dict[str, Any]) -> None:
    """What the scripted model answers from now on."""
    (home / "steps.jsonl").write_text("\n".join(map(json.dumps, steps)))
