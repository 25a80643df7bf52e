"""A client that speaks LSP and knows nothing of sessions: its user is asked by `window/showMessageRequest`."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from support.daemon import Daemon, Home
from support.daemon.framing import Framing
from support.mcp.servers import asking_command, calls_of, play_calls, settings, started

SHOWS_MESSAGES = {"window": {"showMessage": {"messageActionItem": {"additionalPropertiesSupport": True}}}}


@pytest.fixture
def careful(home: Home) -> Home:
    (home.project / "notes.txt").write_text("The launch code is MAPLE-42.\n")
    home.configure('[permission]\nread = "ask"\n')
    home.play(
        {"toolCalls": [{"name": "read", "arguments": {"filePath": "notes.txt"}}]},
        {"expect": "MAPLE-42", "text": "It is MAPLE-42."},
        {"text": "Then I do not know."},
    )
    return home


@asynccontextmanager
async def plain(home: Home, framing: Framing = "headers", capabilities: Any = SHOWS_MESSAGES) -> AsyncGenerator[Daemon]:
    async with Daemon(home, framing, handshake=False) as daemon:
        params = {"processId": None, "capabilities": capabilities, "clientInfo": {"name": "plain"}}
        await daemon.request("initialize", params)
        daemon.notify("initialized")
        yield daemon


def said(result: Any) -> str:
    return result["message"]["parts"][0]["text"]


@pytest.mark.parametrize("framing", ["headers", "lines"])
async def test_the_user_is_asked_by_a_message_and_the_button_is_the_answer(careful: Home, framing: Framing) -> None:
    async with plain(careful, framing) as daemon:
        daemon.answers["window/showMessageRequest"] = lambda params: {"result": {"title": "Allow once"}}
        result = await daemon.request("session/chat", {"text": "What is the code?"})

        replied = await daemon.event(result["sessionId"], "permission.replied")
        assert said(result) == "It is MAPLE-42."
        assert (replied["decision"], replied["by"]) == ("allowOnce", "plain")
        assert [request["params"] for request in daemon.asked] == [
            {
                "type": 3,
                "message": "Read notes.txt?\nReads notes.txt, about which the rule `read: * = ask` asks.",
                "actions": [
                    {"title": "Allow once"},
                    {"title": "Always allow read notes.txt"},
                    {"title": "Reject"},
                ],
            }
        ]


async def test_a_message_about_a_command_has_the_whole_of_it_or_says_how_much_is_left_out(home: Home) -> None:
    commands = ["mkdir a\n" + "mkdir b; " * 20 + "mkdir precious", "mkdir " + "x" * 2000]
    home.play(
        *[{"toolCalls": [{"name": "bash", "arguments": {"command": each}}]} for each in commands], {"text": "So."}
    )
    async with plain(home) as daemon:
        daemon.answers["window/showMessageRequest"] = lambda params: {"result": None}
        await daemon.request("session/chat", {"text": "Go"})

        shown = [request["params"]["message"].partition("?\n")[2] for request in daemon.asked]

    assert shown[0].startswith(commands[0])
    assert f"{commands[1][:2000]} … (6 more characters)\n" in shown[1]


async def test_what_is_always_allowed_is_not_asked_again(careful: Home) -> None:
    async with plain(careful) as daemon:
        daemon.answers["window/showMessageRequest"] = lambda params: {"result": params["actions"][1]}
        session_id = await daemon.create()
        await daemon.chat(session_id)
        careful.play(
            {"toolCalls": [{"name": "read", "arguments": {"filePath": "notes.txt"}}]},
            {"text": "Once more."},
        )
        await daemon.chat(session_id)

        assert len(daemon.asked) == 1


@pytest.mark.parametrize("answer", [None, {"title": "Reject"}, {"title": "something else"}, "odd", []])
async def test_a_message_that_is_closed_or_answered_oddly_allows_nothing(careful: Home, answer: Any) -> None:
    async with plain(careful) as daemon:
        daemon.answers["window/showMessageRequest"] = lambda params: {"result": answer}
        result = await daemon.request("session/chat", {"text": "What is the code?"})

        assert said(result) == "Then I do not know."


async def test_an_answer_given_elsewhere_takes_the_message_back(careful: Home) -> None:
    async with plain(careful) as daemon:
        daemon.answers["window/showMessageRequest"] = lambda params: None
        session_id = await daemon.create()
        chat = daemon.send("session/chat", {"sessionId": session_id, "text": "What is the code?"})
        asked = await daemon.event(session_id, "permission.asked")
        await daemon.until(lambda: daemon.asked)

        await daemon.request("permission/reply", {"requestId": asked["request"]["id"], "decision": "allowOnce"})
        await daemon.until(lambda: daemon.cancelled)
        daemon.answer(daemon.asked[0]["id"], {"error": {"code": -32800, "message": "cancelled"}})

        assert said(await chat.result()) == "It is MAPLE-42."
        assert daemon.cancelled == [daemon.asked[0]["id"]]


async def test_an_abort_takes_the_message_back(careful: Home) -> None:
    async with plain(careful) as daemon:
        daemon.answers["window/showMessageRequest"] = lambda params: None
        session_id = await daemon.create()
        chat = daemon.send("session/chat", {"sessionId": session_id, "text": "What is the code?"})
        await daemon.until(lambda: daemon.asked)

        await daemon.request("abort", {"sessionId": session_id})

        assert (await chat.result())["stopReason"] == "aborted"
        await daemon.until(lambda: daemon.cancelled)


async def test_a_client_that_cannot_show_messages_is_not_asked(careful: Home) -> None:
    async with plain(careful, capabilities={"window": {}}) as daemon:
        session_id = await daemon.create()
        chat = daemon.send("session/chat", {"sessionId": session_id, "text": "What is the code?"})
        asked = await daemon.event(session_id, "permission.asked")
        await daemon.request("permission/reply", {"requestId": asked["request"]["id"], "decision": "rejectOnce"})

        assert said(await chat.result()) == "Then I do not know."
        assert daemon.asked == []


async def test_a_message_that_cannot_be_shown_leaves_the_question_to_others(careful: Home) -> None:
    async with plain(careful) as daemon:
        error = {"code": -32601, "message": "no such method"}
        daemon.answers["window/showMessageRequest"] = lambda params: {"error": error}
        session_id = await daemon.create()
        chat = daemon.send("session/chat", {"sessionId": session_id, "text": "What is the code?"})
        asked = await daemon.event(session_id, "permission.asked")
        await daemon.until(lambda: daemon.asked)
        await daemon.request("permission/reply", {"requestId": asked["request"]["id"], "decision": "allowOnce"})

        assert said(await chat.result()) == "It is MAPLE-42."


async def test_a_client_that_knows_sessions_is_asked_by_events_alone(careful: Home) -> None:
    async with Daemon(careful) as daemon:
        session_id = await daemon.create()
        chat = daemon.send("session/chat", {"sessionId": session_id, "text": "What is the code?"})
        asked = await daemon.event(session_id, "permission.asked")
        await daemon.request("permission/reply", {"requestId": asked["request"]["id"], "decision": "allowOnce"})

        assert said(await chat.result()) == "It is MAPLE-42."


CONSENT = {"message": "Go on?", "requestedSchema": {"type": "object", "properties": {}}}
ACCEPTED = '{"action": "accept", "content": {}}'


@pytest.fixture
def asking(home: Home) -> Home:
    home.configure(settings({"asker": asking_command()}))
    play_calls(home, ("asker_ask", CONSENT))
    return home


async def test_what_a_server_wants_to_know_is_asked_by_a_message_too(asking: Home) -> None:
    async with plain(asking) as daemon:
        daemon.answers["window/showMessageRequest"] = lambda params: {"result": {"title": "Accept"}}
        await started(daemon)
        session_id = await daemon.create()
        await daemon.chat(session_id)

        answered = await daemon.event(session_id, "question.answered")
        assert [call["output"] for call in calls_of(daemon, session_id)] == [ACCEPTED]
        assert answered["by"] == "plain"
        assert [request["params"] for request in daemon.asked] == [
            {
                "type": 3,
                "message": "MCP server asker asks:\nGo on?",
                "actions": [{"title": "Accept"}, {"title": "Decline"}],
            }
        ]


async def test_what_a_server_was_told_elsewhere_takes_the_message_back(asking: Home) -> None:
    async with plain(asking) as daemon:
        daemon.answers["window/showMessageRequest"] = lambda params: None
        await started(daemon)
        session_id = await daemon.create()
        chat = daemon.send("session/chat", {"sessionId": session_id, "text": "Go."})
        asked = await daemon.event(session_id, "question.asked")
        await daemon.until(lambda: daemon.asked)

        reply = {"requestId": asked["request"]["id"], "answer": {"action": "accept"}}
        await daemon.request("question/reply", reply)
        await daemon.until(lambda: daemon.cancelled)

        await chat.result()
        assert [call["output"] for call in calls_of(daemon, session_id)] == [ACCEPTED]
        assert daemon.cancelled == [daemon.asked[0]["id"]]
