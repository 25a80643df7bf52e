"""Prompts that wait for the turn's end: their order, their changes, and the one outcome that each has."""

import asyncio
import shutil
from pathlib import Path

import pytest

from sessiond_protocol.course.queue import QueueReorderParams, QueueUpdateParams
from sessiond_protocol.errors import RpcError
from sessiond_protocol.methods import ChatParams, SubscribeParams
from support.engine import Listener, engine_with
from support.session_talk import BOUND, Talk, bounded, result_of, waits

ANSWER = {"text": "Done."}
FAILS = {"expect": "fail", "error": {"kind": "quotaExceeded", "message": "No credit."}}
SLOW = {"expect": "slow", **waits("go")}


async def test_queued_prompts_run_one_after_the_other_each_in_a_turn_of_its_own(tmp_path: Path) -> None:
    async with engine_with(tmp_path, [ANSWER, SLOW]) as engine:
        talk = await Talk.begin(await engine.sessions(), tmp_path)
        await talk.say("slow")
        queued = [await talk.queue(text) for text in ("one", "two", "three")]
        assert await talk.waiting() == ["one", "two", "three"]
        talk.open("go")
        results = [await result_of(prompt) for prompt in queued]
        assert await talk.turns() == [["slow"], ["one"], ["two"], ["three"]]
        assert [result.stop_reason for result in results] == ["endTurn"] * 3
        assert len({result.turn_id for result in results}) == 3
        assert (await talk.waiting(), await talk.held()) == ([], None)


async def test_an_engine_that_is_here_for_one_turn_leaves_what_waits_to_others(tmp_path: Path) -> None:
    async with engine_with(tmp_path, [ANSWER, SLOW]) as engine:
        talk = await Talk.begin(await engine.sessions(), tmp_path)
        await talk.say("slow")
        for text in ("one", "two"):
            await talk.queue(text)
        await talk.sessions.abort(talk.id)
        talk.sessions.queues.stay("One turn only.")
        await result_of(await talk.say("continue"))
        await talk.hears("queue.changed", held="One turn only.")
        assert await talk.waiting() == ["one", "two"]
        assert await talk.turns() == [["slow"], ["continue"]]


async def test_a_session_that_is_not_busy_begins_at_once(tmp_path: Path) -> None:
    async with engine_with(tmp_path, [ANSWER]) as engine:
        talk = await Talk.begin(await engine.sessions(), tmp_path)
        for when_busy in ("queue", "steer"):
            prompted = await talk.say("Hi", when_busy=when_busy)
            assert prompted.turn_id is not None
            assert (await result_of(prompted)).stop_reason == "endTurn"


async def test_what_waits_can_be_changed_withdrawn_and_put_in_order(tmp_path: Path) -> None:
    async with engine_with(tmp_path, [ANSWER, SLOW]) as engine:
        talk = await Talk.begin(await engine.sessions(), tmp_path)
        await talk.say("slow")
        one, two, three = [await talk.queue(text) for text in ("one", "two", "three")]
        await talk.sessions.queues.reorder(QueueReorderParams(talk.id, [three.queue_id]))
        await talk.sessions.queues.update(QueueUpdateParams(talk.id, two.queue_id, text="second"))
        await talk.sessions.queues.remove(talk.id, one.queue_id)
        assert await talk.waiting() == ["three", "second"]
        talk.open("go")
        with pytest.raises(RpcError, match="withdrawn"):
            await result_of(one)
        await result_of(two)
        assert await talk.turns() == [["slow"], ["three"], ["second"]]


async def test_what_does_not_wait_any_more_cannot_be_changed(tmp_path: Path) -> None:
    async with engine_with(tmp_path, [ANSWER]) as engine:
        talk = await Talk.begin(await engine.sessions(), tmp_path)
        await result_of(await talk.say("Hi", message_id="mine"))
        queues = talk.sessions.queues
        for late in (
            queues.remove(talk.id, "mine"),
            queues.update(QueueUpdateParams(talk.id, "mine", text="Ho")),
            queues.reorder(QueueReorderParams(talk.id, ["mine"])),
        ):
            with pytest.raises(RpcError, match="begun already") as refused:
                await late
            assert refused.value.data["kind"] == "promptNotQueued"


async def test_an_abort_holds_the_queue_until_it_is_resumed(tmp_path: Path) -> None:
    async with engine_with(tmp_path, [ANSWER, SLOW]) as engine:
        talk = await Talk.begin(await engine.sessions(), tmp_path)
        await talk.say("slow")
        queued = await talk.queue("one")
        waiting = asyncio.create_task(queued.result())
        await asyncio.sleep(0)
        await talk.sessions.abort(talk.id)
        with pytest.raises(RpcError, match="aborted") as held:
            await bounded(asyncio.wait_for(waiting, BOUND))
        assert held.value.data["kind"] == "queueHeld"
        assert (await talk.waiting(), await talk.held()) == (["one"], "The turn before was aborted.")
        await talk.sessions.queues.resume(talk.id)
        assert (await result_of(queued)).stop_reason == "endTurn"
        assert await talk.turns() == [["slow"], ["one"]]


async def test_a_failed_turn_holds_the_queue_and_a_new_prompt_lets_it_go_on_behind_itself(tmp_path: Path) -> None:
    async with engine_with(tmp_path, [ANSWER, FAILS, {**SLOW, "expect": "wait"}]) as engine:
        talk = await Talk.begin(await engine.sessions(), tmp_path)
        await talk.say("wait")
        await talk.queue("fail")
        last = await talk.queue("one")
        talk.open("go")
        await talk.hears("turn.ended", stopReason="error")
        assert await talk.held() == "The turn before failed: No credit."
        await result_of(await talk.say("again"))
        await result_of(last)
        assert await talk.turns() == [["wait"], ["fail"], ["again"], ["one"]]


async def test_a_prompt_that_cannot_begin_holds_the_queue_and_says_why(tmp_path: Path) -> None:
    async with engine_with(tmp_path, [ANSWER, SLOW]) as engine:
        talk = await Talk.begin(await engine.sessions(), tmp_path)
        await talk.say("slow")
        queued = await talk.queue("one", model="script2/none")
        talk.open("go")
        with pytest.raises(RpcError, match="script2"):
            await result_of(queued)
        assert "script2" in (await talk.held() or "")
        assert await talk.waiting() == ["one"]


async def test_the_same_prompt_twice_runs_once_wherever_it_is(tmp_path: Path) -> None:
    async with engine_with(tmp_path, [ANSWER, SLOW]) as engine:
        talk = await Talk.begin(await engine.sessions(), tmp_path)
        await talk.say("slow")
        for _ in range(3):
            await talk.queue("one", message_id="mine")
        again = await talk.say("one", message_id="mine")
        assert (again.queue_id, await talk.waiting()) == ("mine", ["one"])
        talk.open("go")
        ended = await result_of(again)
        repeated = [await result_of(await talk.say("one", message_id="mine")) for _ in range(2)]
        assert [result.turn_id for result in repeated] == [ended.turn_id] * 2
        assert await talk.turns() == [["slow"], ["one"]]


async def test_a_withdrawn_prompt_that_is_sent_again_is_not_run(tmp_path: Path) -> None:
    async with engine_with(tmp_path, [ANSWER, SLOW]) as engine:
        talk = await Talk.begin(await engine.sessions(), tmp_path)
        await talk.say("slow")
        await talk.queue("one", message_id="mine")
        await talk.sessions.queues.remove(talk.id, "mine")
        with pytest.raises(RpcError, match="withdrawn"):
            await talk.say("one", message_id="mine", when_busy="queue")
        assert await talk.waiting() == []


async def test_a_first_prompt_sent_twice_makes_one_session(tmp_path: Path) -> None:
    async with engine_with(tmp_path, [ANSWER]) as engine:
        sessions = await engine.sessions()
        first, second = [await sessions.chat(ChatParams(text="Hi", message_id="mine")) for _ in range(2)]
        assert (first.session_id, first.turn_id) == (second.session_id, second.turn_id)
        await result_of(second)


async def test_a_queue_outlives_a_crash_and_waits_until_it_is_wanted(tmp_path: Path) -> None:
    async with engine_with(tmp_path, [ANSWER, SLOW]) as engine:
        talk = await Talk.begin(await engine.sessions(), tmp_path)
        await talk.say("slow")
        await talk.queue("one", message_id="mine")
        await talk.steer("and this")
        shutil.copytree(tmp_path / "data", tmp_path / "again" / "data", ignore=shutil.ignore_patterns("*.lock"))
    async with engine_with(tmp_path / "again", [ANSWER, SLOW]) as engine:
        talk = Talk(await engine.sessions(), talk.id, Listener(), tmp_path)
        snapshot = (await talk.sessions.subscribe(SubscribeParams(talk.id), talk.listener)).result
        assert [prompt.mode for prompt in snapshot.queue] == ["queue", "queue"]
        assert snapshot.queue_held == "The engine stopped before the queue was done."
        await talk.sessions.queues.resume(talk.id)
        assert (await result_of(await talk.say("one", message_id="mine"))).stop_reason == "endTurn"
        assert await talk.turns() == [["slow"], ["and this"], ["one"]]


async def test_a_queue_has_its_bounds(tmp_path: Path) -> None:
    async with engine_with(tmp_path, [ANSWER, SLOW]) as engine:
        talk = await Talk.begin(await engine.sessions(), tmp_path)
        await talk.say("slow")
        for number in range(100):
            await talk.queue(str(number))
        with pytest.raises(RpcError, match="100 prompts wait already"):
            await talk.queue("one more")
        assert len(await talk.waiting()) == 100
        await talk.sessions.abort(talk.id)


async def test_who_gives_up_waiting_withdraws_the_prompt(tmp_path: Path) -> None:
    async with engine_with(tmp_path, [ANSWER, SLOW]) as engine:
        talk = await Talk.begin(await engine.sessions(), tmp_path)
        turn = await talk.say("slow")
        await talk.sessions.queues.take_back(await talk.queue("one"))
        assert await talk.waiting() == []
        talk.open("go")
        assert (await result_of(turn)).stop_reason == "endTurn"


async def test_a_deleted_session_answers_those_who_wait(tmp_path: Path) -> None:
    async with engine_with(tmp_path, [ANSWER, SLOW]) as engine:
        talk = await Talk.begin(await engine.sessions(), tmp_path)
        await talk.say("slow")
        waiting = asyncio.create_task((await talk.queue("one")).result())
        await asyncio.sleep(0)
        await talk.sessions.delete(talk.id)
        with pytest.raises(RpcError):
            await asyncio.wait_for(waiting, BOUND)
