"""Compaction as clients see it: its events, its cancellation, a kill in the middle of it, and what comes back after."""

from typing import Any

import pytest

from support.compaction.long_turns import CONFIG, FACT, TASK, steps_script, write_steps
from support.daemon import Daemon, Home
from support.daemon.client import RequestFailed

ANSWER = {"text": "I see."}
SUMMARY = {"expect": TASK, "text": "## Facts\n", "play": [{"text": FACT}], "usage": {"input": 30, "output": 5}}
HANGS = SUMMARY | {"play": [{"hang": True}]}
PROMPT = f"Go through the steps. {FACT}"


async def test_a_client_sees_the_summary_stream_and_is_told_what_it_brought(home: Home) -> None:
    home.play(SUMMARY, ANSWER)
    async with Daemon(home) as daemon:
        session_id = await daemon.create()
        await daemon.chat(session_id, "first")
        before = len(daemon.state(session_id).events)
        result = await daemon.request("summarize", {"sessionId": session_id, "instructions": "Keep the code."})
        events = daemon.state(session_id).events[before:]
        assert [event["type"] for event in events if "seq" in event] == [
            "turn.started",
            "message.added",
            "part.started",
            "part.ended",
            "message.ended",
            "turn.ended",
        ]
        assert [event["kind"] for event in events if event["type"] == "turn.started"] == ["summarize"]
        states = [event["state"] for event in events if event["type"] == "status"]
        assert states[-2:] == ["compacting", "idle"]
        assert (result["message"]["summary"], result["message"]["parts"][0]["text"]) == ({}, f"## Facts\n{FACT}")
        assert (result["stopReason"], result["usage"]["input"], result["turnId"]) == (
            "endTurn",
            30,
            events[0]["turnId"],
        )
        assert min(result["tokensBefore"], result["tokensAfter"]) > 3000, "what is always sent"
        assert await daemon.messages(session_id) == daemon.state(session_id).conversation()


async def test_a_cancelled_request_aborts_the_summary_and_is_answered(home: Home) -> None:
    home.play(HANGS, ANSWER)
    async with Daemon(home) as daemon:
        session_id = await daemon.create()
        await daemon.chat(session_id, "first")
        summary = daemon.send("session/summarize", {"sessionId": session_id})
        await daemon.event(session_id, "status", state="compacting")
        daemon.notify("$/cancelRequest", {"id": summary.id})
        assert (await summary.result())["stopReason"] == "aborted"
        assert (await daemon.chat(session_id, "again"))["stopReason"] == "endTurn"


async def test_a_summary_is_accepted_at_once_where_that_is_wanted(home: Home) -> None:
    home.play(SUMMARY, ANSWER)
    async with Daemon(home) as daemon:
        session_id = await daemon.create()
        await daemon.chat(session_id, "first")
        accepted = await daemon.request("session/summarize", {"sessionId": session_id, "respond": "accepted"})
        await daemon.event(session_id, "turn.ended", turnId=accepted["turnId"], stopReason="endTurn")
        with pytest.raises(RequestFailed, match="There is nothing to summarise"):
            await daemon.request("session/summarize", {"sessionId": session_id})


async def test_who_subscribes_later_learns_how_full_the_context_is(home: Home) -> None:
    home.play(ANSWER)
    home.configure(CONFIG)
    async with Daemon(home) as daemon:
        session_id = await daemon.create()
        assert (await daemon.subscribe(session_id))["context"] is None
        await daemon.chat(session_id, "first")
        last = await daemon.event(session_id, "context")
        context = (await daemon.subscribe(session_id))["context"]
        assert context == {"used": last["used"], "limit": 16_384, "compactsAt": 12_902}


@pytest.mark.parametrize("of_its_own", [False, True], ids=["in a chat's turn", "in a turn of its own"])
async def test_a_kill_in_the_middle_of_a_summary_costs_the_summary_only(home: Home, of_its_own: bool) -> None:
    home.configure(CONFIG)
    home.play(*steps_script(40, summary={"play": [{"hang": True}]}))
    write_steps(home.project, 40)
    daemon = Daemon(home)
    async with daemon:
        session_id = await daemon.create()
        chat = daemon.send("session/chat", {"sessionId": session_id, "text": PROMPT, "respond": "accepted"})
        if of_its_own:
            home.play(HANGS, ANSWER)
            turn_id = (await chat.result())["turnId"]
            await daemon.event(session_id, "turn.ended", turnId=turn_id)
            daemon.send("session/summarize", {"sessionId": session_id})
        told = daemon.state(session_id)
        await daemon.until(lambda: any("summary" in message and message["parts"] for message in told.conversation()))
        await daemon.kill()
    home.play(SUMMARY, ANSWER | {"requires": [FACT]})
    async with Daemon(home) as daemon:
        await daemon.subscribe(session_id, after=0)
        state = daemon.state(session_id)
        await daemon.until(lambda: state.heard("turn.ended", stopReason="interrupted"))
        assert {seq: state.stored[seq] for seq in told.stored} == told.stored
        [*_, summary] = [message for message in state.conversation() if "summary" in message]
        assert summary["finishReason"] == "interrupted"
        result = await daemon.chat(session_id, "Do you still know the code?")
        assert said(result) == "I see."


def said(result: dict[str, Any]) -> str:
    return "".join(part.get("text", "") for part in result["message"]["parts"])
