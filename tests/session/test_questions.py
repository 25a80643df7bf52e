"""What a tool wants to know: asked of whoever listens, answered once, withdrawn with the call, kept in the log."""

import asyncio
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from sessiond.session.manager import SessionManager
from sessiond.session.transcript import Transcript, fold_all
from sessiond_protocol.asking.questions import QuestionReplyParams
from sessiond_protocol.errors import RpcError
from sessiond_protocol.messages import QuestionAnswer, QuestionRequest, ToolPart
from sessiond_protocol.methods import ChatParams, MessagesParams, SubscribeParams
from support.engine import Listener, engine_with
from support.tools.asking_tool import CALL, SOURCE, ask_by_todo_read, inquiry

BOUND = 10
STEPS = [{"expect": "Go", **CALL}, {"text": "Done."}]
TASK = {"toolCalls": [{"name": "task", "arguments": {"description": "Ask", "prompt": "Ask them"}}]}
NESTED = [{"expect": "Go", **TASK}, {"expect": "Ask them", **CALL}, {"text": "Done."}]
TOWN = {
    "type": "object",
    "properties": {"town": {"type": "string"}, "people": {"type": "integer", "default": 2}},
    "required": ["town"],
}


@pytest.fixture(autouse=True)
def asking(monkeypatch: pytest.MonkeyPatch) -> None:
    ask_by_todo_read(monkeypatch, inquiry(TOWN))


async def heard(listener: Listener, kind: str) -> dict[str, Any]:
    return await asyncio.wait_for(listener.first(lambda event: event["type"] == kind), BOUND)


async def asked(sessions: SessionManager, listener: Listener) -> QuestionRequest:
    await heard(listener, "question.asked")
    (request,) = sessions.questions(None).questions
    return request


def accept(request: QuestionRequest, **content: Any) -> QuestionReplyParams:
    return QuestionReplyParams(request.id, QuestionAnswer(action="accept", content=content))


async def outputs(sessions: SessionManager, session_id: str) -> list[str | None]:
    messages = (await sessions.messages(MessagesParams(session_id))).messages
    return [part.state.output for each in messages for part in each.parts if isinstance(part, ToolPart)]


async def test_an_answer_reaches_the_call_with_the_defaults_of_what_was_left_out_and_is_on_record(
    tmp_path: Path,
) -> None:
    async with engine_with(tmp_path, STEPS) as engine:
        sessions, listener = await engine.sessions(), Listener()
        turn = await sessions.chat(ChatParams(text="Go"), listener)
        request = await asked(sessions, listener)
        result = sessions.answer(accept(request, town="Ulm"), "me")
        await asyncio.wait_for(turn.result(), BOUND)

        answer = QuestionAnswer(action="accept", content={"town": "Ulm", "people": 2})
        (call,) = [event["part"]["id"] for event in listener.events if event["type"] == "part.started"][:1]
        assert (request.source, request.message, request.schema, request.url) == (SOURCE, "Which town?", TOWN, None)
        assert (request.session_id, request.turn_id, request.part_id) == (turn.session_id, turn.turn_id, call)
        assert (result.request_id, result.answer) == (request.id, answer)
        assert await outputs(sessions, turn.session_id) == ['{"action":"accept","content":{"town":"Ulm","people":2}}']
        about = [event for event in listener.events if event["type"].startswith("question.")]
        assert [event["type"] for event in about] == ["question.asked", "question.answered"]
        assert (about[1]["requestId"], about[1]["by"]) == (request.id, "me")
        assert about[1]["answer"] == {"action": "accept", "content": {"town": "Ulm", "people": 2}}
        states = [(event["state"], event.get("reason")) for event in listener.live_events if event["type"] == "status"]
        assert states == [("running", None), ("waiting", f"{SOURCE} asks"), ("running", None), ("idle", None)]
        assert sessions.questions(None).questions == []


async def test_the_first_answer_wins_and_ids_that_nobody_has_are_named(tmp_path: Path) -> None:
    async with engine_with(tmp_path, STEPS) as engine:
        sessions, listener = await engine.sessions(), Listener()
        turn = await sessions.chat(ChatParams(text="Go"), listener)
        request = await asked(sessions, listener)
        decline = QuestionReplyParams(request.id, QuestionAnswer(action="decline", content={"town": "Ulm"}))
        assert sessions.answer(decline, "me").answer == QuestionAnswer(action="decline")
        with pytest.raises(RpcError, match="answered by me") as late:
            sessions.answer(accept(request, town="Ulm"), "you")
        with pytest.raises(RpcError, match=r"no question que_x\. `question/list`") as unknown:
            sessions.answer(QuestionReplyParams("que_x", QuestionAnswer(action="cancel")), "me")
        await asyncio.wait_for(turn.result(), BOUND)
        assert late.value.data == {"kind": "alreadyAnswered", "by": "me"}
        assert unknown.value.data == {"kind": "questionNotFound", "requestId": "que_x"}
        assert await outputs(sessions, turn.session_id) == ['{"action":"decline"}']


async def test_content_that_does_not_fit_is_refused_by_the_name_of_the_field_and_the_question_still_waits(
    tmp_path: Path,
) -> None:
    async with engine_with(tmp_path, STEPS) as engine:
        sessions, listener = await engine.sessions(), Listener()
        turn = await sessions.chat(ChatParams(text="Go"), listener)
        request = await asked(sessions, listener)
        for content, field, words in (
            ({}, "town", "is missing"),
            ({"town": 7}, "town", "must be a text"),
            ({"town": "Ulm", "people": "many"}, "people", "must be a number"),
            ({"town": "Ulm", "river": "Donau"}, "river", "is no field of this question"),
        ):
            with pytest.raises(RpcError, match=words) as refused:
                sessions.answer(accept(request, **content), "me")
            assert refused.value.data == {"kind": "invalidRequest", "field": f"answer.content.{field}"}
        assert sessions.questions(turn.session_id).questions == [request]
        sessions.answer(accept(request, town="Ulm", people=None), "me")
        await asyncio.wait_for(turn.result(), BOUND)
        assert await outputs(sessions, turn.session_id) == ['{"action":"accept","content":{"town":"Ulm"}}']


async def test_who_comes_while_it_waits_is_told_by_snapshot_and_by_replay(tmp_path: Path) -> None:
    async with engine_with(tmp_path, STEPS) as engine:
        sessions, listener, late = await engine.sessions(), Listener(), Listener()
        turn = await sessions.chat(ChatParams(text="Go"), listener)
        request = await asked(sessions, listener)
        snapshot = await sessions.subscribe(SubscribeParams(turn.session_id), late)
        replay = await sessions.subscribe(SubscribeParams(turn.session_id, 0), late)
        sessions.answer(accept(request, town="Ulm"), "me")
        await asyncio.wait_for(turn.result(), BOUND)
        after = await sessions.subscribe(SubscribeParams(turn.session_id), late)
        assert (snapshot.result.mode, snapshot.result.questions) == ("snapshot", [request])
        assert (replay.result.mode, replay.result.questions) == ("replay", [request])
        assert [json.loads(event)["request"]["id"] for event in replay.replay if b"question.asked" in event] == [
            request.id
        ]
        assert after.result.questions == []


async def test_a_question_of_a_child_reaches_those_who_listen_above_and_is_answered_there(
    tmp_path: Path,
) -> None:
    async with engine_with(tmp_path, NESTED) as engine:
        sessions, above, late = await engine.sessions(), Listener(), Listener()
        turn = await sessions.chat(ChatParams(text="Go"), above)
        event = await heard(above, "question.asked")
        (child,) = (await sessions.children(turn.session_id)).sessions
        request = await asked(sessions, above)
        subscription = await sessions.subscribe(SubscribeParams(turn.session_id), late)
        sessions.answer(accept(request, town="Ulm"), "me")
        answered = await heard(above, "question.answered")
        await asyncio.wait_for(turn.result(), BOUND)
        path = [turn.session_id, child.id]
        assert (event["path"], event["request"]["sessionId"], "seq" in event) == (path, child.id, False)
        assert (answered["path"], answered["by"]) == (path, "me")
        assert subscription.result.questions == [request]
        assert "question.asked" not in above.types()


async def test_without_anyone_to_see_it_the_policy_cancels_it_after_its_time(tmp_path: Path) -> None:
    quick = "[permission]\nunattended = { decision = 'allow', after = 0.05 }\n"
    async with engine_with(tmp_path, STEPS, quick) as engine:
        sessions, log = await engine.sessions(), Listener()
        turn = await sessions.chat(ChatParams(text="Go"))
        await asyncio.wait_for(turn.result(), BOUND)
        replay = (await sessions.subscribe(SubscribeParams(turn.session_id, 0), log)).replay
        (answered,) = [json.loads(event) for event in replay if b'"question.answered"' in event]
        assert (answered["answer"], answered["by"]) == ({"action": "cancel"}, "policy")
        assert await outputs(sessions, turn.session_id) == ['{"action":"cancel"}']


async def test_an_abort_takes_it_back(tmp_path: Path) -> None:
    async with engine_with(tmp_path, NESTED) as engine:
        sessions, above = await engine.sessions(), Listener()
        turn = await sessions.chat(ChatParams(text="Go"), above)
        request = await asked(sessions, above)
        await asyncio.wait_for(sessions.abort(turn.session_id), BOUND)
        answered = await heard(above, "question.answered")
        assert (answered["answer"], answered["by"]) == ({"action": "cancel"}, "engine")
        with pytest.raises(RpcError, match="answered by engine"):
            sessions.answer(accept(request, town="Ulm"), "me")
        snapshot = (await sessions.subscribe(SubscribeParams(request.session_id), Listener())).result
        assert (snapshot.questions, snapshot.session.turn_id) == ([], None)


async def test_a_call_that_needs_no_answer_any_more_takes_it_back_while_the_turn_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask_by_todo_read(monkeypatch, inquiry(TOWN), patience=0.05)
    async with engine_with(tmp_path, STEPS) as engine:
        sessions, listener = await engine.sessions(), Listener()
        turn = await sessions.chat(ChatParams(text="Go"), listener)
        result = await asyncio.wait_for(turn.result(), BOUND)
        kinds = listener.types()
        assert kinds.index("question.answered") < kinds.index("message.ended")
        answered = await heard(listener, "question.answered")
        assert (answered["answer"], answered["by"]) == ({"action": "cancel"}, "engine")
        assert await outputs(sessions, turn.session_id) == ["nobody answered"]
        assert result.stop_reason == "endTurn"


async def test_after_a_crash_it_is_closed(tmp_path: Path) -> None:
    async with engine_with(tmp_path, STEPS) as engine:
        sessions, listener = await engine.sessions(), Listener()
        turn = await sessions.chat(ChatParams(text="Go"), listener)
        request = await asked(sessions, listener)
        shutil.copytree(tmp_path / "data", tmp_path / "crashed" / "data", ignore=shutil.ignore_patterns("*.lock"))
    async with engine_with(tmp_path / "crashed", STEPS) as engine:
        sessions = await engine.sessions()
        subscription = await sessions.subscribe(SubscribeParams(turn.session_id, 0), Listener())
        (answered,) = [json.loads(event) for event in subscription.replay if b'"question.answered"' in event]
        assert (answered["requestId"], answered["by"]) == (request.id, "engine")
        assert (subscription.result.questions, sessions.questions(None).questions) == ([], [])


async def test_the_log_gives_the_same_transcript_at_each_point_of_a_question(tmp_path: Path) -> None:
    async with engine_with(tmp_path, STEPS) as engine:
        sessions, listener = await engine.sessions(), Listener()
        turn = await sessions.chat(ChatParams(text="Go"), listener)
        request = await asked(sessions, listener)
        row = await sessions.get(turn.session_id)
        log = await sessions.keeper.store.events(turn.session_id)
        assert fold_all(Transcript(row), log).questions == {request.id: request}
        sessions.answer(accept(request, town="Ulm"), "me")
        await asyncio.wait_for(turn.result(), BOUND)
        log = await sessions.keeper.store.events(turn.session_id)
        assert fold_all(Transcript(row), log).questions == {}


@pytest.mark.parametrize(
    ("odd", "words"),
    [
        (inquiry({"type": "object", "description": "x" * 70_000}), "in a form of 70"),
        (inquiry({"\ud800": 1}), "in a form that cannot be read"),
        (inquiry(url="javascript:alert(1)"), "no plain web address"),
        (inquiry(url="https://bank.example@evil.example/"), "no plain web address"),
    ],
)
async def test_what_cannot_be_put_to_people_is_cancelled_and_the_user_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, odd: Any, words: str
) -> None:
    ask_by_todo_read(monkeypatch, odd)
    async with engine_with(tmp_path, STEPS) as engine:
        sessions, listener = await engine.sessions(), Listener()
        turn = await sessions.chat(ChatParams(text="Go"), listener)
        await asyncio.wait_for(turn.result(), BOUND)
        (notice,) = [event for event in listener.live_events if event["type"] == "notice"]
        assert words in notice["text"]
        assert await outputs(sessions, turn.session_id) == ['{"action":"cancel"}']
        assert "question.asked" not in listener.types()


async def test_an_address_in_other_letters_is_shown_as_dns_has_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask_by_todo_read(monkeypatch, inquiry(url="https://\u0440\u0430ypal.example/é#ü", message="x" * 20_000))
    async with engine_with(tmp_path, STEPS) as engine:
        sessions, listener = await engine.sessions(), Listener()
        turn = await sessions.chat(ChatParams(text="Go"), listener)
        request = await asked(sessions, listener)
        sessions.answer(QuestionReplyParams(request.id, QuestionAnswer(action="accept")), "me")
        await asyncio.wait_for(turn.result(), BOUND)
        assert request.url == "https://xn--ypal-43d9g.example/%C3%A9#%C3%BC"
        assert len(request.message) == 16 * 1024 + 1
        assert await outputs(sessions, turn.session_id) == ['{"action":"accept"}']
