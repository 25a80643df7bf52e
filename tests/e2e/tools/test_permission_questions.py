"""A tool that must ask first, over the real process."""

import pytest

from support.daemon import Daemon, Home, RequestFailed

ASK_BEFORE_READING = '[permission]\nread = "ask"\n'


@pytest.fixture
def careful(home: Home) -> Home:
    (home.project / "notes.txt").write_text("The launch code is MAPLE-42.\n")
    home.configure(ASK_BEFORE_READING)
    home.play(
        {"toolCalls": [{"name": "read", "arguments": {"filePath": "notes.txt"}}]},
        {"expect": "MAPLE-42", "text": "It is MAPLE-42."},
        {"text": "Then I do not know."},
    )
    return home


async def test_an_allowed_call_runs_and_the_question_is_on_record(careful: Home) -> None:
    async with Daemon(careful) as daemon:
        session_id = await daemon.create()
        chat = daemon.send("session/chat", {"sessionId": session_id, "text": "What is the code?"})
        request = (await daemon.event(session_id, "permission.asked"))["request"]

        listed = await daemon.request("permission/list", {"sessionId": session_id})
        await daemon.request("permission/reply", {"requestId": request["id"], "decision": "allowOnce"})
        result = await chat.result()

        assert listed == {"permissions": [request]}
        assert (request["tool"], request["permission"]) == ("read", "read")
        assert result["message"]["parts"][0]["text"] == "It is MAPLE-42."
        assert daemon.state(session_id).heard("permission.replied", requestId=request["id"])
        assert daemon.state(session_id).permissions == {}


async def test_the_question_about_an_edit_carries_the_diff_and_nothing_is_changed_by_showing_it(home: Home) -> None:
    notes = home.project / "notes.txt"
    notes.write_text("one\ntwo\n")
    home.play(
        {"toolCalls": [{"name": "read", "arguments": {"filePath": "notes.txt"}}]},
        {"toolCalls": [{"name": "edit", "arguments": {"filePath": "notes.txt", "oldString": "two", "newString": "2"}}]},
        {"text": "Done."},
    )
    async with Daemon(home) as daemon:
        session_id = await daemon.create()
        chat = daemon.send("session/chat", {"sessionId": session_id, "text": "Write it as a digit."})
        request = (await daemon.event(session_id, "permission.asked"))["request"]
        before = notes.read_text()
        await daemon.request("permission/reply", {"requestId": request["id"], "decision": "allowOnce"})
        await chat.result()

    assert request["diff"].splitlines()[2:] == ["@@ -1,2 +1,2 @@", " one", "-two", "+2"]
    assert (before, notes.read_text()) == ("one\ntwo\n", "one\n2\n")


async def test_an_edit_that_would_fail_is_asked_about_without_a_diff(home: Home) -> None:
    (home.project / "notes.txt").write_text("one\n")
    home.play(
        {"toolCalls": [{"name": "edit", "arguments": {"filePath": "notes.txt", "oldString": "two", "newString": "2"}}]},
        {"text": "Done."},
    )
    async with Daemon(home) as daemon:
        session_id = await daemon.create()
        chat = daemon.send("session/chat", {"sessionId": session_id, "text": "Write it as a digit."})
        request = (await daemon.event(session_id, "permission.asked"))["request"]
        await daemon.request("permission/reply", {"requestId": request["id"], "decision": "rejectOnce"})
        await chat.result()

    assert "diff" not in request


async def test_a_rejected_call_fails_with_the_users_words_and_the_model_goes_on(careful: Home) -> None:
    async with Daemon(careful) as daemon:
        session_id = await daemon.create()
        chat = daemon.send("session/chat", {"sessionId": session_id, "text": "What is the code?"})
        request = (await daemon.event(session_id, "permission.asked"))["request"]

        reply = {"requestId": request["id"], "decision": "rejectOnce", "feedback": "That is secret."}
        await daemon.request("permission/reply", reply)
        result = await chat.result()

        call = daemon.state(session_id).conversation()[1]["parts"][0]
        assert call["state"]["status"] == "failed"
        assert "That is secret." in call["state"]["error"]
        assert result["message"]["parts"][0]["text"] == "Then I do not know."
        with pytest.raises(RequestFailed) as caught:
            await daemon.request("permission/reply", reply)
        assert caught.value.kind == "alreadyAnswered"


async def test_what_is_always_allowed_is_not_asked_again_after_a_restart_either(careful: Home) -> None:
    async with Daemon(careful) as daemon:
        session_id = await daemon.create()
        chat = daemon.send("session/chat", {"sessionId": session_id, "text": "What is the code?"})
        request = (await daemon.event(session_id, "permission.asked"))["request"]
        await daemon.request("permission/reply", {"requestId": request["id"], "decision": "allowAlways"})
        await chat.result()
    async with Daemon(careful) as daemon:
        result = await daemon.request("chat", {"text": "What is the code?"})

        assert result["message"]["parts"][0]["text"] == "It is MAPLE-42."


async def test_a_question_that_waits_is_told_to_a_client_that_comes_back_and_ends_with_an_abort(careful: Home) -> None:
    async with Daemon(careful) as daemon:
        session_id = await daemon.create()
        chat = daemon.send("session/chat", {"sessionId": session_id, "text": "What is the code?"})
        request = (await daemon.event(session_id, "permission.asked"))["request"]

        snapshot = await daemon.subscribe(session_id)
        await daemon.request("abort", {"sessionId": session_id})

        assert snapshot["permissions"] == [request]
        assert (await chat.result())["stopReason"] == "aborted"
        replied = await daemon.event(session_id, "permission.replied")
        assert (replied["decision"], replied["by"]) == ("cancelled", "engine")


async def test_a_pipe_that_has_said_its_last_gets_its_answer_though_nobody_answers_the_question(
    careful: Home,
) -> None:
    careful.configure(ASK_BEFORE_READING + 'unattended = { decision = "deny", after = 0.2 }\n')
    async with Daemon(careful) as daemon:
        session_id = await daemon.create()
        chat = daemon.send("session/chat", {"sessionId": session_id, "text": "What is the code?"})
        daemon.end_input()

        result = await chat.result()

        assert result["message"]["parts"][0]["text"] == "Then I do not know."
        replied = await daemon.event(session_id, "permission.replied")
        assert (replied["decision"], replied["by"]) == ("rejectOnce", "policy")
        await daemon.ends()
