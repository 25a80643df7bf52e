"""What `session/usage` says: every kind of work, every model, children, titles; and that its parts are its whole."""

import asyncio
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import given

from sessiond.session.manager import SessionManager
from sessiond.session.spending.tally import Tally
from sessiond.session.transcript import Transcript, fold_all, number
from sessiond_protocol import events as e
from sessiond_protocol.keeping.usage import Spent
from sessiond_protocol.messages import Message, SummaryOf, Usage
from sessiond_protocol.methods import ChatParams, ChatResult, CreateParams
from support.engine import Listener, engine_with
from support.logs import SESSION, turns

BOUND = 10
PRICED = "[provider.script.models.any]\nprice = { input = 1.0, output = 10.0 }\n"
ANSWER = {"text": "Hello.", "usage": {"input": 1000, "output": 100}}


async def chat(sessions: SessionManager, **more: Any) -> ChatResult:
    turn = await sessions.chat(ChatParams(text="Hi there", **more))
    return await asyncio.wait_for(turn.result(), BOUND)


def spent(usage: Usage, cost: str | None, at_least: str, calls: int = 1, untold: int = 0) -> Spent:
    known = None if cost is None else Decimal(cost)
    return Spent(usage=usage, cost=known, at_least=Decimal(at_least), calls=calls, untold=untold)


NOTHING = spent(Usage(), "0", "0", calls=0)


async def test_usage_is_told_by_kind_of_work_and_by_model_with_titles_and_children(tmp_path: Path) -> None:
    titles = tmp_path / "titles.jsonl"
    titles.write_text('{"text": "Greeting", "usage": {"input": 50, "output": 5}}\n')
    names = f'[provider.names]\napi = "scripted"\nscript = {json.dumps(str(titles))}\n'
    async with engine_with(tmp_path, [ANSWER], f'small_model = "names/small"\n{PRICED}{names}') as engine:
        sessions = await engine.sessions()
        parent = await chat(sessions)
        child = await sessions.create(CreateParams(parent_id=parent.session_id))
        await chat(sessions, session_id=child.id)
        await sessions.titles.settled(BOUND)

        told = await sessions.usage(parent.session_id)

        step = Usage(input=1000, output=100)
        assert (told.usage, told.cost, told.at_least) == (Usage(input=2050, output=205), None, Decimal("0.004"))
        assert (told.calls, told.untold, told.children) == (3, 0, 1)
        assert told.turns == told.tasks == spent(step, "0.002", "0.002")
        assert told.summaries == NOTHING
        assert told.titles == spent(Usage(input=50, output=5), None, "0")
        assert [entry.model for entry in told.models] == ["script/any", "names/small"]
        assert told.models[0].spent == spent(Usage(input=2000, output=200), "0.004", "0.004", calls=2)
        assert (await sessions.get(parent.session_id)).cost is None


async def test_a_call_that_told_nothing_is_counted_and_leaves_the_sums_of_turn_and_session(tmp_path: Path) -> None:
    call = {"toolCalls": [{"name": "todoRead", "arguments": {}}], "usage": {"input": 1000, "output": 100}}
    async with engine_with(tmp_path, [call, {"text": "Well", "hang": True}], PRICED) as engine:
        sessions, listener = await engine.sessions(), Listener()
        turn = await sessions.chat(ChatParams(text="Hi there"), listener)
        await asyncio.wait_for(listener.first(lambda event: event.get("part", {}).get("type") == "text"), BOUND)
        running = await sessions.usage(turn.session_id)
        assert (running.calls, running.cost) == (1, Decimal("0.002"))
        await sessions.abort(turn.session_id)
        result = await asyncio.wait_for(turn.result(), BOUND)

        told = await sessions.usage(turn.session_id)

        assert (told.calls, told.untold, told.cost) == (2, 1, Decimal("0.002"))
        assert result.cost == (await sessions.get(turn.session_id)).cost == Decimal("0.002")
        assert result.usage == told.usage == Usage(input=1000, output=100)


async def test_a_turn_that_told_nothing_has_no_cost_and_leaves_that_of_the_session(tmp_path: Path) -> None:
    async with engine_with(tmp_path, [{"error": {"kind": "overloaded"}}], PRICED) as engine:
        sessions = await engine.sessions()
        result = await chat(sessions)
        assert (result.usage, result.cost) == (Usage(), None)
        assert (await sessions.get(result.session_id)).cost == Decimal(0)
        told = await sessions.usage(result.session_id)
        assert (told.cost, told.calls, told.untold) == (Decimal(0), 1, 1)


def test_summaries_are_told_apart_from_answers() -> None:
    def added(message_id: str, summary: SummaryOf | None) -> e.MessageAdded:
        message = Message(
            id=message_id, session_id="s", turn_id="t", role="assistant", parts=[], created_at=1, model="a/b"
        )
        message.summary = summary
        return e.MessageAdded(message=message)

    def ended(message_id: str, tokens: int) -> e.MessageEnded:
        usage = Usage(input=tokens)
        return e.MessageEnded(message_id=message_id, usage=usage, cost=Decimal(tokens), finish_reason="stop")

    tally = Tally()
    tally.take([added("one", SummaryOf()), ended("one", 5), added("two", None), ended("two", 7), ended("lost", 1)])

    assert tally.by_work["summaries"].spent() == spent(Usage(input=5), "5", "5")
    assert tally.by_work["turns"].spent() == spent(Usage(input=8), "8", "8", calls=2)
    assert {model: sum_.spent().calls for model, sum_ in tally.by_model.items()} == {"a/b": 2, "": 1}


@given(turns())
def test_models_and_works_add_up_to_the_same_whole_and_it_is_what_the_messages_say(log: list[e.DurableEvent]) -> None:
    number(Transcript(SESSION), log)
    tally = Tally()
    tally.take(log)
    by_model, whole = Tally().total(), tally.total().spent()
    for model in tally.by_model.values():
        by_model.add(model)
    assert by_model.spent() == whole
    messages = [message for message in fold_all(Transcript(SESSION), log).messages.values() if message.usage]
    titles = tally.by_work["titles"].spent()
    answers = sum(message.usage.input for message in messages if message.usage)
    assert whole.usage.input == answers + titles.usage.input
    assert whole.calls == len(messages) + titles.calls
