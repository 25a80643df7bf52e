"""A turn of 200 steps in a context of 16k: it is compacted again and again, and goes on with its prompt intact."""

import asyncio
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from sessiond.engine.window.window import is_boundary
from sessiond_protocol.messages import Message, TextPart, ToolPart
from support.compaction.long_turns import CONFIG, DONE, FACT, steps_script, write_steps
from support.compaction.turns import all_messages, chat, summaries, text_of
from support.engine import Listener, engine_with

STEPS = 200
BOUND = 110
PROMPT = f"Go through the steps. {FACT}"


def outputs(messages: Sequence[Message]) -> list[str]:
    return [part.state.output or "" for message in messages for part in message.parts if isinstance(part, ToolPart)]


def assert_history_is_whole(messages: Sequence[Message], steps: int = STEPS) -> None:
    assert [part.text for part in messages[0].parts if isinstance(part, TextPart)] == [PROMPT]
    read = outputs(messages)
    assert len(read) == steps
    for step, output in enumerate(read, 1):
        assert f"What stands in line 0 of step {step}\n" in output


@pytest.mark.slow
async def test_a_turn_of_200_steps_completes_in_a_context_of_16k(tmp_path: Path) -> None:
    async with engine_with(tmp_path, steps_script(STEPS), CONFIG) as engine:
        write_steps(tmp_path / "project", STEPS)
        sessions, listener = await engine.sessions(), Listener()
        result = await asyncio.wait_for(chat(sessions, PROMPT, listener), BOUND)
        messages = await all_messages(sessions, result.session_id)
    assert (result.stop_reason, text_of(result.message)) == ("endTurn", DONE)
    made = summaries(messages)
    assert len(made) >= 5 and all(map(is_boundary, made))
    assert listener.types().count("context.trimmed") >= 5
    assert [message for message in messages if message.error] == []
    assert_history_is_whole(messages)
    own = [message.usage for message in messages if message.usage]
    assert result.usage.input == sum(usage.input for usage in own)
    assert result.cost == sum(message.cost for message in messages if message.cost is not None)
    fill = [event for event in listener.live_events if event["type"] == "context"]
    assert max(event["used"] for event in fill) < 16_384 and len(fill) >= STEPS


HOW_TO_FAIL: list[dict[str, Any]] = [
    {"error": {"kind": "overloaded", "message": "No capacity.", "chance": 0.3}, "text": None},
    {"error": {"kind": "providerUnavailable", "chance": 0.3}},
    {"error": {"kind": "contextOverflow", "chance": 0.3}, "text": None},
]


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_compaction_that_fails_now_and_then_loses_no_prompt_and_no_history(tmp_path: Path, seed: int) -> None:
    how = random.Random(seed).choice(HOW_TO_FAIL)
    failing = {**how, "error": {**how["error"], "seed": seed}, "play": [{"text": "## Goal\nGo through the steps."}]}
    script = steps_script(STEPS, summary=failing)
    async with engine_with(tmp_path, script, CONFIG) as engine:
        write_steps(tmp_path / "project", STEPS)
        sessions, listener = await engine.sessions(), Listener()
        result = await asyncio.wait_for(chat(sessions, PROMPT, listener), BOUND)
        messages = await all_messages(sessions, result.session_id)
    assert (result.stop_reason, text_of(result.message)) == ("endTurn", DONE)
    counted = [is_boundary(message) for message in summaries(messages)]
    assert True in counted and False in counted
    assert_history_is_whole(messages)
