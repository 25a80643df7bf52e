"""A server that asks its user while a call runs, over the real process: who hears of it, and how it ends."""

import pytest

from support.daemon import Client, Daemon, Home, RequestFailed
from support.daemon.session_state import SessionState
from support.mcp.servers import ALLOWED, asking_command, calls_of, play_calls, settings, started

QUESTION = {"message": "Go on?", "requestedSchema": {"type": "object", "properties": {"why": {"type": "string"}}}}


@pytest.fixture
def asking(home: Home) -> Home:
    home.configure(settings({"asker": asking_command()}))
    play_calls(home, ("asker_ask", QUESTION))
    return home


async def asked(client: Client) -> tuple[str, str, object]:
    """A session, the question that waits in it, and its chat."""
    await started(client)
    session_id = await client.create()
    chat = client.send("session/chat", {"sessionId": session_id, "text": "Go."})
    request = (await client.event(session_id, "question.asked"))["request"]
    return session_id, request["id"], chat


async def test_an_answer_reaches_the_server_and_a_second_one_is_too_late(asking: Home) -> None:
    async with Daemon(asking) as daemon:
        session_id, question, chat = await asked(daemon)
        reply = {"requestId": question, "answer": {"action": "accept", "content": {"why": "So."}}}
        said = await daemon.request("question/reply", reply)
        await chat.result()
        with pytest.raises(RequestFailed) as late:
            await daemon.request("question/reply", reply)

        assert said == reply
        assert [call["output"] for call in calls_of(daemon, session_id)] == [
            '{"action": "accept", "content": {"why": "So."}}'
        ]
        assert daemon.state(session_id).questions == {}
        assert late.value.kind == "alreadyAnswered"


async def test_a_question_that_waits_is_told_to_a_client_that_comes_back_and_a_replay_is_what_was_heard_live(
    asking: Home,
) -> None:
    async with Daemon(asking) as daemon:
        session_id, question, chat = await asked(daemon)
        heard = daemon.state(session_id)
        snapshot = await daemon.subscribe(session_id)
        replay = await daemon.subscribe(
            session_id, after=3, state=SessionState.of_events(heard.stored[n] for n in (1, 2, 3))
        )
        await daemon.request("question/reply", {"requestId": question, "answer": {"action": "decline"}})
        await chat.result()

        state = daemon.state(session_id)
        replayed = SessionState.of_events(state.stored[seq] for seq in range(1, state.seq + 1))
        assert [request["id"] for request in snapshot["questions"]] == [question]
        assert [request["id"] for request in replay["questions"]] == [question]
        assert (replayed.questions, replayed.conversation()) == ({}, await daemon.messages(session_id))
        assert [call["output"] for call in calls_of(daemon, session_id)] == ['{"action": "decline"}']


async def test_a_server_that_dies_after_it_has_asked_takes_its_question_along_and_the_turn_goes_on(
    asking: Home,
) -> None:
    play_calls(asking, ("asker_ask", QUESTION | {"die": True}))
    async with Daemon(asking) as daemon:
        session_id, question, chat = await asked(daemon)
        result = await chat.result()

        answered = daemon.state(session_id).heard("question.answered", requestId=question)
        assert answered and (answered["answer"], answered["by"]) == ({"action": "cancel"}, "engine")
        assert [call["status"] for call in calls_of(daemon, session_id)] == ["failed"]
        assert result["stopReason"] == "endTurn"
        assert await daemon.request("question/list") == {"questions": []}


async def test_a_pipe_that_has_said_its_last_gets_its_answer_though_nobody_answers_the_question(asking: Home) -> None:
    unattended = 'unattended = { decision = "deny", after = 0.2 }\n'
    asking.configure(settings({"asker": asking_command()}, permission=ALLOWED + unattended))
    async with Daemon(asking) as daemon:
        session_id, question, chat = await asked(daemon)
        daemon.end_input()
        await chat.result()

        answered = await daemon.event(session_id, "question.answered")
        assert (answered["requestId"], answered["by"]) == (question, "policy")
        assert [call["output"] for call in calls_of(daemon, session_id)] == ['{"action": "cancel"}']
        await daemon.ends()


async def test_an_address_is_asked_to_be_opened_and_one_that_no_browser_takes_is_not(asking: Home) -> None:
    url = {"mode": "url", "message": "Log in.", "elicitationId": "1", "url": "https://login.example/start"}
    play_calls(asking, ("asker_ask", url), ("asker_ask", url | {"url": "https://a@b.example/"}))
    async with Daemon(asking) as daemon:
        session_id, question, chat = await asked(daemon)
        (request,) = daemon.state(session_id).questions.values()
        await daemon.request("question/reply", {"requestId": question, "answer": {"action": "accept"}})
        await chat.result()

        assert (request["url"], "schema" in request) == ("https://login.example/start", False)
        assert [call["output"] for call in calls_of(daemon, session_id)] == [
            '{"action": "accept"}',
            '{"action": "cancel"}',
        ]
        assert daemon.state(session_id).types().count("question.asked") == 1
