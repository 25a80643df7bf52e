"""Several editors at one session: they see it live, and neither's crash or reload costs the others or itself a word."""

import asyncio

import pytest

from support.daemon import Daemon, Follower, Home, SessionState

ASKS = '[permission]\nread = "ask"\n'
ALLOWS = '[permission]\nrepeat = "allow"\n'
READS = {"toolCalls": [{"name": "read", "arguments": {"filePath": "notes.txt"}}]}
WAITS = {"text": "So far. ", "play": [{"waitFor": "go"}, {"text": "And on."}]}


@pytest.fixture(autouse=True)
def notes(home: Home) -> None:
    (home.project / "notes.txt").write_text("The launch code is MAPLE-42.\n")


def go(home: Home) -> None:
    """Lets the turn that waits go on."""
    (home.place / "go").touch()


async def assert_alike(session_id: str, *clients: Daemon) -> None:
    """They have heard the same, event by event, and it is what the engine has."""
    last = max(client.state(session_id).seq for client in clients)
    for client in clients:
        await client.until(lambda client=client: client.state(session_id).seq >= last or None)
    assert [client.state(session_id).stored for client in clients] == [clients[0].state(session_id).stored] * len(
        clients
    )
    assert clients[0].state(session_id).conversation() == await clients[0].messages(session_id)


async def test_what_one_prompts_the_other_sees_live_and_may_answer(home: Home) -> None:
    home.configure(ASKS)
    home.play(READS, {"expect": "MAPLE-42", "text": "It is MAPLE-42."})
    async with Daemon(home) as one, Daemon(home) as other:
        session_id = await one.create()
        await other.subscribe(session_id, after=0)
        chat = one.send("session/chat", {"sessionId": session_id, "text": "What is the code?"})
        asked = (await other.event(session_id, "permission.asked"))["request"]
        await other.request("permission/reply", {"requestId": asked["id"], "decision": "allowOnce"})

        assert (await chat.result())["message"]["parts"][0]["text"] == "It is MAPLE-42."
        await other.event(session_id, "turn.ended")
        spoken = [
            [event["text"] for event in client.state(session_id).events if event["type"] == "part.delta"]
            for client in (one, other)
        ]
        assert "".join(spoken[0]) == "".join(spoken[1]) != ""
        await assert_alike(session_id, one, other)


async def test_a_crash_of_one_is_not_noticed_by_the_others(home: Home) -> None:
    home.play(WAITS)
    async with Daemon(home) as one, Daemon(home) as other, Daemon(home) as third:
        session_id = await one.create()
        for client in (other, third):
            await client.subscribe(session_id, after=0)
        await one.chat(session_id, respond="accepted")
        await other.event(session_id, "part.delta")
        third.send_bytes(b"Content-Length: 1000\r\n\r\n{")
        await third.kill_pipe()
        await one.kill_pipe()
        go(home)

        ended = await other.event(session_id, "turn.ended")
        assert (ended["stopReason"], other.resyncs) == ("endTurn", [])
        await assert_alike(session_id, other)


async def test_a_turn_goes_on_without_any_client_and_the_engine_ends_with_it(home: Home) -> None:
    home.play(WAITS)
    async with Daemon(home) as daemon:
        session_id = await daemon.create()
        turn = await daemon.chat(session_id, respond="accepted")
        await daemon.event(session_id, "part.delta")
        await daemon.close()
    go(home)
    await daemon.engine_ends()
    async with Daemon(home) as daemon:
        await daemon.subscribe(session_id, after=0)
        ended = await daemon.event(session_id, "turn.ended")
        assert (ended["turnId"], ended["stopReason"]) == (turn["turnId"], "endTurn")
        assert daemon.state(session_id).conversation()[-1]["parts"][0]["text"] == "So far. And on."


async def test_a_question_waits_for_whoever_comes_back(home: Home) -> None:
    home.configure(ASKS)
    home.play(READS, {"expect": "MAPLE-42", "text": "It is MAPLE-42."})
    async with Daemon(home) as daemon:
        session_id = await daemon.create()
        await daemon.chat(session_id, respond="accepted")
        asked = (await daemon.event(session_id, "permission.asked"))["request"]
        await daemon.kill_pipe()
    async with Daemon(home) as daemon:
        subscription = await daemon.subscribe(session_id, after=0)
        assert subscription["permissions"] == [asked]
        await daemon.request("permission/reply", {"requestId": asked["id"], "decision": "allowOnce"})
        assert (await daemon.event(session_id, "turn.ended"))["stopReason"] == "endTurn"


async def test_a_question_that_nobody_comes_back_for_is_answered_as_configured(home: Home) -> None:
    home.configure(ASKS + 'unattended = { decision = "deny", after = 0.2 }\n')
    home.play(READS, {"text": "Then I do not know."})
    async with Daemon(home) as daemon:
        session_id = await daemon.create()
        await daemon.chat(session_id, respond="accepted")
        await daemon.event(session_id, "permission.asked")
        await daemon.kill_pipe()
        await daemon.engine_ends()
    async with Daemon(home) as daemon:
        await daemon.subscribe(session_id, after=0)
        replied = await daemon.event(session_id, "permission.replied")
        assert (replied["decision"], replied["by"]) == ("rejectOnce", "policy")
        assert (await daemon.event(session_id, "turn.ended"))["stopReason"] == "endTurn"


async def test_a_reload_of_an_editor_stops_nothing_and_every_event_comes_once(home: Home) -> None:
    home.configure(ALLOWS)
    steps = [{"reasoning": f"Hm {n}. ", "repeat": 50, "play": [{"waitFor": f"go{n}"}, READS]} for n in range(4)]
    home.play(*steps, {"text": "Done."})
    async with Follower(home) as editor, Follower(home) as other:
        session_id = await editor.create()
        await other.subscribe(session_id, after=0)
        await editor.chat(session_id, respond="accepted")
        for n in range(4):
            (home.place / f"go{n}").touch()
            await editor.reload()
            await editor.whole()
        await asyncio.gather(*(client.event(session_id, "turn.ended") for client in (editor, other)))

        seqs = [event["seq"] for event in editor.state(session_id).events if "seq" in event]
        assert seqs == list(range(1, len(seqs) + 1))
        await assert_alike(session_id, editor, other)
        messages = await other.messages(session_id)
        assert [message["parts"][0]["type"] for message in messages] == ["text", *["reasoning"] * 4, "text"]
        assert SessionState.of_events(editor.state(session_id).stored.values()).conversation() == messages
