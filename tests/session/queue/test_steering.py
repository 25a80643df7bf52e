"""What a user says while a turn runs goes into it at its next step, or begins a turn of its own."""

from pathlib import Path

from sessiond_protocol.course.queue import QueueUpdateParams
from support.engine import engine_with
from support.session_talk import Talk, result_of, waits

READ = {"name": "read", "arguments": {"filePath": "notes.txt"}}


async def test_a_prompt_steers_the_running_turn_at_its_next_step(tmp_path: Path) -> None:
    steps = [{**waits("go"), "toolCalls": []}, {"expect": "the blue one", "text": "The blue one, then."}]
    steps[0]["play"].append({"toolCalls": [READ]})
    async with engine_with(tmp_path, steps) as engine:
        talk = await Talk.begin(await engine.sessions(), tmp_path)
        turn = await talk.say("Which one?")
        await talk.hears("part.started")
        steering = await talk.steer("the blue one")
        talk.open("go")
        result = await result_of(steering)
        assert result.turn_id == turn.turn_id
        assert await talk.said() == [
            ("user", "Which one?"),
            ("assistant", "So far so good"),
            ("user", "the blue one"),
            ("assistant", "The blue one, then."),
        ]
        assert talk.listener.types().count("turn.started") == 1


async def test_a_prompt_that_comes_while_the_last_step_streams_gets_one_more_step(tmp_path: Path) -> None:
    steps = [waits("go"), {"text": "And that too."}]
    async with engine_with(tmp_path, steps) as engine:
        talk = await Talk.begin(await engine.sessions(), tmp_path)
        turn = await talk.say("Do it")
        await talk.hears("part.started")
        first, second = await talk.steer("and that"), await talk.steer("and the other")
        talk.open("go")
        assert {(await result_of(prompt)).turn_id for prompt in (turn, first, second)} == {turn.turn_id}
        assert [text for _, text in await talk.said()] == [
            "Do it",
            "So far so good",
            "and that",
            "and the other",
            "And that too.",
        ]


async def test_a_turn_at_its_last_step_leaves_the_prompt_to_a_turn_of_its_own(tmp_path: Path) -> None:
    async with engine_with(tmp_path, [waits("go"), {"text": "And that too."}]) as engine:
        talk = await Talk.begin(await engine.sessions(), tmp_path)
        turn = await talk.say("Do it", max_steps=1)
        await talk.hears("part.started")
        steering = await talk.steer("and that")
        talk.open("go")
        assert (await result_of(turn)).stop_reason == "endTurn"
        assert (await result_of(steering)).turn_id != turn.turn_id
        assert await talk.turns() == [["Do it"], ["and that"]]


async def test_what_steers_goes_before_what_waits_and_an_abort_makes_it_wait(tmp_path: Path) -> None:
    async with engine_with(tmp_path, [waits("go"), {"text": "Done."}]) as engine:
        talk = await Talk.begin(await engine.sessions(), tmp_path)
        await talk.say("Do it")
        await talk.hears("part.started")
        await talk.queue("later")
        steering = await talk.steer("now")
        assert await talk.waiting() == ["now", "later"]
        await talk.sessions.abort(talk.id)
        assert [prompt.mode for prompt in (await talk.sessions.queues.list(talk.id)).queue] == ["queue", "queue"]
        await talk.sessions.queues.resume(talk.id)
        await result_of(steering)
        await talk.hears("turn.ended", stopReason="endTurn")
        assert (await talk.turns())[:2] == [["Do it"], ["now"]]


async def test_a_queued_prompt_can_be_made_to_steer(tmp_path: Path) -> None:
    async with engine_with(tmp_path, [waits("go"), {"text": "Done."}]) as engine:
        talk = await Talk.begin(await engine.sessions(), tmp_path)
        turn = await talk.say("Do it")
        await talk.hears("part.started")
        queued = await talk.queue("and that")
        await talk.sessions.queues.update(QueueUpdateParams(talk.id, queued.queue_id, mode="steer"))
        talk.open("go")
        assert (await result_of(queued)).turn_id == turn.turn_id


async def test_giving_up_on_a_prompt_that_steers_aborts_the_turn_it_is_in(tmp_path: Path) -> None:
    async with engine_with(tmp_path, [waits("go"), waits("never")]) as engine:
        talk = await Talk.begin(await engine.sessions(), tmp_path)
        turn = await talk.say("Do it")
        await talk.hears("part.started")
        steering = await talk.steer("and that", message_id="mine")
        talk.open("go")
        await talk.hears("queue.changed", queue=[])
        await talk.sessions.queues.take_back(steering)
        assert (await result_of(turn)).stop_reason == "aborted"
        assert (await result_of(steering)).turn_id == turn.turn_id
