"""The everyday life of a conversation, over the real process: prompt, stream, tools, abort, busy, cancel."""

from typing import Any

import pytest

from support.daemon import Client, Daemon, Home, RequestFailed
from support.daemon.framing import Framing

TURN = ["turn.started", "message.added", "message.added", "part.started", "part.ended", "message.ended", "turn.ended"]
HANGS = {"text": "I begin and then say no more.", "hang": True}


async def hanging_turn(client: Client) -> tuple[str, str]:
    """Session and turn of an answer that has begun and does not go on."""
    session_id = await client.create()
    accepted = await client.chat(session_id, respond="accepted")
    await client.event(session_id, "part.delta")
    return session_id, accepted["turnId"]


async def refused(client: Client, method: str, params: Any) -> RequestFailed:
    with pytest.raises(RequestFailed) as caught:
        await client.request(method, params)
    return caught.value


@pytest.mark.parametrize("framing", ["headers", "lines"])
async def test_a_chat_streams_its_answer_and_gives_the_message_at_its_end(home: Home, framing: Framing) -> None:
    home.play({"text": "Hello, ", "play": [{"text": "wörld."}], "usage": {"input": 12, "output": 3}})
    async with Daemon(home, framing) as daemon:
        session_id = await daemon.create(title="Greeting")

        result = await daemon.chat(session_id, "Hi")

        state = daemon.state(session_id)
        assert state.types() == ["session.created", *TURN]
        assert "".join(event["text"] for event in state.events if event["type"] == "part.delta") == "Hello, wörld."
        message = result["message"]
        assert [part["text"] for part in message["parts"]] == ["Hello, wörld."]
        usage = {"input": 12, "output": 3, "reasoning": 0, "cacheRead": 0, "cacheWrite": 0}
        assert (result["stopReason"], result["usage"], message["finishReason"]) == ("endTurn", usage, "stop")
        assert message["path"] == {"cwd": str(home.project), "root": str(home.project)}
        assert await daemon.messages(session_id) == state.conversation()


async def test_answers_come_before_the_events_they_cause_and_a_chat_answers_right_after_its_end(home: Home) -> None:
    async with Daemon(home) as daemon:
        heard: list[str] = []

        def note(message: dict[str, Any]) -> None:
            if message.get("method") == "session/event":
                heard.extend(event["type"] for event in message["params"]["events"] if "seq" in event)
            else:
                heard.append("answer")

        daemon.on_message = note
        session_id = await daemon.create()
        await daemon.event(session_id, "session.created")
        await daemon.chat(session_id, respond="accepted")
        await daemon.event(session_id, "turn.ended")
        await daemon.chat(session_id)

        first = [*TURN[:2], "session.updated", *TURN[2:]]  # its prompt names the session
        assert heard == ["answer", "session.created", "answer", *first, *TURN, "answer"]


async def test_a_chat_without_a_session_makes_one(home: Home) -> None:
    async with Daemon(home) as daemon:
        result = await daemon.request("chat", {"text": "Hi"})

        assert daemon.state(result["sessionId"]).types() == ["session.created", *TURN]


async def test_a_tool_call_is_run_and_its_result_goes_back_to_the_model(home: Home) -> None:
    (home.project / "notes.txt").write_text("The launch code is MAPLE-42.\n")
    read = {"toolCalls": [{"name": "read", "arguments": {"filePath": "notes.txt"}}]}
    home.play(read, {"text": "Wrong.", "expect": "nothing of it"}, {"expect": "MAPLE-42", "text": "It is MAPLE-42."})
    async with Daemon(home) as daemon:
        session_id = await daemon.create()

        result = await daemon.chat(session_id, "What is the launch code?")

        messages = daemon.state(session_id).conversation()
        call = messages[1]["parts"][0]
        assert (call["type"], call["name"], call["state"]["status"]) == ("tool", "read", "completed")
        assert "MAPLE-42" in call["state"]["output"]
        assert result["message"]["parts"][0]["text"] == "It is MAPLE-42."
        assert await daemon.messages(session_id) == messages


async def test_an_abort_stops_the_turn_keeps_its_text_and_is_idempotent(home: Home) -> None:
    home.play(HANGS)
    async with Daemon(home) as daemon:
        session_id, turn_id = await hanging_turn(daemon)

        assert await daemon.request("session/abort", {"sessionId": session_id, "turnId": "trn_other"}) == {
            "aborted": False
        }
        assert await daemon.request("abort", {"sessionId": session_id}) == {"aborted": True, "turnId": turn_id}
        assert await daemon.request("abort", {"sessionId": session_id}) == {"aborted": False}

        ended = await daemon.event(session_id, "turn.ended")
        assert (ended["turnId"], ended["stopReason"]) == (turn_id, "aborted")
        answer = daemon.state(session_id).conversation()[-1]
        assert (answer["parts"][0]["text"], answer["finishReason"]) == (HANGS["text"], "aborted")


async def test_a_session_that_is_busy_refuses_a_prompt_and_names_the_turn(home: Home) -> None:
    home.play(HANGS)
    async with Daemon(home) as daemon:
        session_id, turn_id = await hanging_turn(daemon)

        error = await refused(daemon, "session/chat", {"sessionId": session_id, "text": "And?"})

        assert (error.kind, error.data["turnId"]) == ("sessionBusy", turn_id)
        assert daemon.state(session_id).types().count("message.added") == 2


@pytest.mark.parametrize(
    "prompt", [{}, {"text": ""}, {"text": " \n"}, {"parts": []}, {"parts": [{"type": "text", "text": ""}]}]
)
async def test_an_empty_prompt_is_refused_and_leaves_nothing_behind(home: Home, prompt: dict[str, Any]) -> None:
    async with Daemon(home) as daemon:
        session_id = await daemon.create()

        error = await refused(daemon, "chat", {"sessionId": session_id, **prompt})

        assert (error.code, "empty" in error.message) == (-32602, True)
        assert await daemon.messages(session_id) == []


async def test_cancelling_a_chat_aborts_its_turn_and_gives_the_normal_result(home: Home) -> None:
    home.play(HANGS)
    async with Daemon(home) as daemon:
        session_id = await daemon.create()
        chat = daemon.send("session/chat", {"sessionId": session_id, "text": "Hi"})
        await daemon.event(session_id, "part.delta")

        daemon.notify("$/cancelRequest", {"id": chat.id})

        assert (await chat.result())["stopReason"] == "aborted"


async def test_the_same_message_id_prompts_once(home: Home) -> None:
    async with Daemon(home) as daemon:
        session_id = await daemon.create()
        first = await daemon.chat(session_id, "Hi", messageId="msg_mine")

        second = await daemon.chat(session_id, "Hi", messageId="msg_mine")

        assert second == first
        assert daemon.state(session_id).types().count("turn.started") == 1


async def test_the_same_idempotency_key_makes_one_session(home: Home) -> None:
    async with Daemon(home) as daemon:
        assert await daemon.create(idempotencyKey="k") == await daemon.create(idempotencyKey="k")


async def test_a_model_that_fails_ends_the_turn_and_keeps_the_prompt(home: Home) -> None:
    home.play({"text": "So far so ", "error": {"kind": "overloaded", "message": "Too much to do."}})
    async with Daemon(home) as daemon:
        session_id = await daemon.create()

        result = await daemon.chat(session_id, "Hi")

        failure = {"kind": "overloaded", "message": "Too much to do.", "retryable": False}
        assert result["stopReason"] == "error"
        assert {"retryable": False} | result["error"] == failure
        prompt, answer = await daemon.messages(session_id)
        assert (prompt["parts"][0]["text"], answer["parts"][0]["text"]) == ("Hi", "So far so ")


async def test_a_failed_call_is_tried_again_and_the_client_sees_when(home: Home) -> None:
    error = {"kind": "rateLimited", "retryable": True, "retryAfterMs": 30, "times": 2}
    home.play({"error": error, "play": [{"text": "Now it works."}]})
    async with Daemon(home) as daemon:
        session_id = await daemon.create()

        result = await daemon.chat(session_id)

        retries = [event for event in daemon.state(session_id).events if event.get("state") == "retrying"]
        assert [event["attempt"] for event in retries] == [1, 2] or [event["attempt"] for event in retries] == [2, 3]
        assert all(event["nextTryAt"] >= event["at"] for event in retries)
        assert result["message"]["parts"][0]["text"] == "Now it works."
