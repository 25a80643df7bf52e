"""Aborts in every state a turn can be in: each is answered, each ends its own turn, and none ever hits the next."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from sessiond_protocol.methods import AbortResult
from support.engine import engine_with
from support.session_talk import Talk, bounded, result_of, waits

ANSWER: dict[str, Any] = {"text": "Done."}
STATES: dict[str, tuple[dict[str, Any], str]] = {
    "while it streams": ({"expect": "begin", **waits("never")}, "part.started"),
    "before the first word": ({"expect": "begin", "hang": True}, "turn.started"),
    "in a retry's wait": (
        {"expect": "begin", "error": {"kind": "overloaded", "retryable": True, "retryAfterMs": 60_000}},
        "status",
    ),
    "in a permission's question": (
        {"expect": "begin", "toolCalls": [{"name": "write", "arguments": {"filePath": "a", "content": "b"}}]},
        "permission.asked",
    ),
    "in a command": (
        {"expect": "begin", "toolCalls": [{"name": "bash", "arguments": {"command": "echo here; sleep 60"}}]},
        "tool.progress",
    ),
}
CONFIG = '[permission]\nbash = "allow"\n[sandbox]\nbash = "off"\n'


async def begun(talk: Talk, kind: str) -> str:
    turn = await talk.say("begin")
    assert turn.turn_id is not None
    await talk.hears(kind, **({"state": "retrying"} if kind == "status" else {}))
    return turn.turn_id


@pytest.mark.parametrize("state", STATES)
async def test_two_aborts_at_once_are_both_answered_and_the_turn_ends_once(tmp_path: Path, state: str) -> None:
    step, kind = STATES[state]
    async with engine_with(tmp_path, [step, ANSWER], CONFIG) as engine:
        talk = await Talk.begin(await engine.sessions(), tmp_path)
        turn_id = await begun(talk, kind)
        aborts = [talk.sessions.abort(talk.id, turn_id), talk.sessions.abort(talk.id), talk.sessions.abort(talk.id)]
        assert await bounded(asyncio.gather(*aborts)) == [
            AbortResult(True, turn_id),
            AbortResult(False),
            AbortResult(False),
        ]
        ends = [event for event in talk.listener.events if event["type"] == "turn.ended"]
        assert [(end["turnId"], end["stopReason"]) for end in ends] == [(turn_id, "aborted")]


@pytest.mark.parametrize("state", STATES)
async def test_a_late_abort_with_the_old_turn_does_not_hit_the_next(tmp_path: Path, state: str) -> None:
    step, kind = STATES[state]
    async with engine_with(tmp_path, [step, {"expect": "next", **waits("go")}, ANSWER], CONFIG) as engine:
        talk = await Talk.begin(await engine.sessions(), tmp_path)
        old = await begun(talk, kind)
        abort = asyncio.create_task(talk.sessions.abort(talk.id, old))
        turn = await talk.say("next", when_busy="reject" if abort.done() else "queue")
        late = [await bounded(talk.sessions.abort(talk.id, old)) for _ in range(2)]
        assert late == [AbortResult(False)] * 2
        assert await bounded(abort) == AbortResult(True, old)
        if turn.queue_id is not None:
            await talk.sessions.queues.resume(talk.id)
        talk.open("go")
        assert (await result_of(turn)).stop_reason == "endTurn"


@pytest.mark.parametrize("yields", range(0, 60, 6))
async def test_an_abort_that_meets_the_end_of_a_turn_leaves_the_next_one_alone(tmp_path: Path, yields: int) -> None:
    async with engine_with(tmp_path, [ANSWER]) as engine:
        talk = await Talk.begin(await engine.sessions(), tmp_path)
        first = await talk.say("one")
        second = await talk.say("two", when_busy="queue")
        for _ in range(yields):
            await asyncio.sleep(0)
        aborted = await bounded(talk.sessions.abort(talk.id, first.turn_id))
        assert aborted in (AbortResult(True, first.turn_id), AbortResult(False))
        await talk.sessions.queues.resume(talk.id)
        assert (await result_of(second)).stop_reason == "endTurn"
        ends = [event["turnId"] for event in talk.listener.events if event["type"] == "turn.ended"]
        assert len(ends) == len(set(ends)) == 2


async def test_an_abort_of_a_session_that_does_nothing_does_nothing(tmp_path: Path) -> None:
    async with engine_with(tmp_path, [ANSWER]) as engine:
        talk = await Talk.begin(await engine.sessions(), tmp_path)
        assert await bounded(talk.sessions.abort(talk.id)) == AbortResult(False)
        await result_of(await talk.say("Hi"))
        assert await bounded(talk.sessions.abort(talk.id, "trn_none")) == AbortResult(False)
