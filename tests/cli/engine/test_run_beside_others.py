"""`sessiond run` as one client of several: others see its turn, and it leaves to them what is theirs."""

import asyncio
import json

from sessiond.cli.client.client import Client
from sessiond_protocol.course.subscribing import SubscribeParams, SubscribeResult
from sessiond_protocol.messages import Session
from sessiond_protocol.methods import (
    AbortParams,
    AbortResult,
    ChatAccepted,
    ChatParams,
    CreateParams,
    ListParams,
    ListResult,
    MessagesParams,
    MessagesResult,
)
from support.client.clients import Ear, editor_of
from support.client.engines import end_engine, engine_pid
from support.command import sessiond, start_command
from support.daemon.home import Home

HANGS = {"text": "Half an ans", "hang": True}


def is_delta(event: dict) -> bool:
    return event["type"] == "part.delta"


def is_end(event: dict) -> bool:
    return event["type"] == "turn.ended"


async def test_an_editor_sees_the_turn_of_a_command_live_and_can_stop_it(home: Home) -> None:
    home.play(HANGS)
    async with editor_of(home) as (editor, ear):
        session = await editor.call("session/create", CreateParams(str(home.project)), Session)
        command = await start_command(home, "run", "--session", session.id, "Go.")

        assert (await ear.first(is_delta))["text"] == "Half an ans"
        await editor.call("session/abort", AbortParams(session.id), AbortResult)
        done = await command.done()

    assert (done.code, done.out) == (0, "Half an ans\n")
    assert "The turn ended early: aborted." in done.err


async def test_the_list_of_sessions_says_which_of_them_waits_for_its_user(home: Home) -> None:
    home.play({"toolCalls": [{"name": "bash", "arguments": {"command": "touch made", "description": "Make it"}}]})
    async with editor_of(home) as (editor, ear):
        session = await editor.call("session/create", CreateParams(str(home.project)), Session)
        await editor.call("session/chat", ChatParams(session.id, text="Go.", respond="accepted"), ChatAccepted)
        await ear.first(lambda event: event["type"] == "permission.asked")

        listed = await sessiond(home, "sessions")

    assert listed.out.splitlines()[0].split() == ["SESSION", "UPDATED", "STATE", "COST", "TITLE"]
    assert "  waits for you  " in listed.out.splitlines()[1]


async def test_a_command_that_is_killed_leaves_its_turn_to_the_engine(home: Home) -> None:
    home.play({"text": "0123456789", "repeat": 30, "deltasPerSecond": 20})
    command = await start_command(home, "run", "--json", "Go.")
    await command.until("part.delta")

    command.kill()
    await command.done()

    async with editor_of(home) as (editor, ear):
        (session,) = (await editor.call("session/list", ListParams(), ListResult)).sessions
        await editor.call("session/subscribe", SubscribeParams(session.id, after=1), SubscribeResult)
        assert (await ear.first(is_end))["stopReason"] == "endTurn"
    shown = await sessiond(home, "sessions", "show", session.id)
    assert "0123456789" * 30 in shown.out


async def test_reads_and_other_turns_go_on_while_a_turn_of_an_editor_runs(home: Home) -> None:
    home.play(HANGS)
    async with editor_of(home) as (editor, ear):
        session_id = await hanging_turn(editor, ear, home)
        home.play({"text": "Beside it."})

        listed, shown, beside, busy = await asyncio.gather(
            sessiond(home, "sessions"),
            sessiond(home, "sessions", "show", session_id),
            sessiond(home, "run", "And you?"),
            sessiond(home, "run", "--session", session_id, "Me too."),
        )

    assert session_id in listed.out
    assert "> Go.\n" in shown.out
    assert (beside.code, beside.out) == (0, "Beside it.\n")
    assert (busy.code, busy.out) == (1, "")
    assert busy.err.startswith("sessiond: The session is busy with turn ")


async def test_prompts_that_others_have_queued_go_on_behind_the_turn_of_a_command(home: Home) -> None:
    home.play({"text": "0123456789", "repeat": 20, "deltasPerSecond": 20}, {"text": "Next.", "hang": True})
    async with editor_of(home) as (editor, ear):
        session = await editor.call("session/create", CreateParams(str(home.project)), Session)
        command = await start_command(home, "run", "--session", session.id, "Go.")
        await ear.first(is_delta)
        for text in ("Then this.", "And that."):
            waits = ChatParams(session.id, text=text, when_busy="queue", respond="accepted")
            await editor.call("session/chat", waits, ChatAccepted)

        done = await command.done()
        await ear.first(lambda event: is_delta(event) and event["text"] == "Next.")
        await editor.call("session/abort", AbortParams(session.id), AbortResult)

    assert (done.code, done.out) == (0, "0123456789" * 20 + "\n")
    assert "in this session's queue; the engine goes on with" in done.err


async def test_a_turn_whose_engine_is_killed_is_told_of_and_kept(home: Home) -> None:
    home.play(HANGS)
    command = await start_command(home, "run", "--json", "Go.")
    session_id = json.loads(await command.line())["session"]["id"]
    await command.until("part.delta")

    killed = engine_pid(home.data)
    end_engine(home.data, kill=True)
    done = await command.done()

    events = [json.loads(line) for line in done.out.splitlines()]
    numbers = [event["seq"] for event in events if "seq" in event]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    assert [event["stopReason"] for event in events if is_end(event)] == ["interrupted"]
    assert done.code == 1
    assert "The engine has died. What it had recorded is kept; " in done.err
    assert f"sessiond: The turn was cut off. It is kept: sessiond sessions show {session_id}\n" in done.err
    assert engine_pid(home.data) not in (None, killed)
    shown = await sessiond(home, "sessions", "show", session_id)
    assert "> Go.\n" in shown.out and "(interrupted)\n" in shown.out


async def test_a_survey_whose_engine_is_killed_is_not_begun_twice(home: Home) -> None:
    home.play(HANGS)
    command = await start_command(home, "run", "--json", "--init")
    session_id = json.loads(await command.line())["session"]["id"]
    await command.until("part.delta")

    end_engine(home.data, kill=True)
    done = await command.done()

    assert done.code == 1
    assert "sessiond: The survey of the project was cut off with its engine." in done.err
    async with editor_of(home) as (editor, _):
        messages = (await editor.call("session/messages", MessagesParams(session_id), MessagesResult)).messages
    assert [message.role for message in messages] == ["user", "assistant"]


async def test_an_engine_that_is_told_to_end_ends_the_turn_in_good_order(home: Home) -> None:
    home.play(HANGS)
    command = await start_command(home, "run", "--json", "Go.")
    await command.until("part.delta")

    end_engine(home.data)
    done = await command.done()

    assert [event["stopReason"] for event in map(json.loads, done.out.splitlines()) if is_end(event)] == ["aborted"]
    assert "The turn ended early: aborted." in done.err


async def test_a_command_alone_is_told_who_has_its_conversations(home: Home) -> None:
    async with editor_of(home) as (editor, _):
        await editor.call("session/list", ListParams(), ListResult)
        alone = await sessiond(home, "run", "--standalone", "Hi.")

    assert (alone.code, alone.out) == (1, "")
    assert str(engine_pid(home.data)) in alone.err


async def test_pruning_needs_nobody_to_leave(home: Home) -> None:
    async with editor_of(home) as (editor, _):
        await editor.call("session/list", ListParams(), ListResult)
        pruned = await sessiond(home, "sessions", "prune")

    assert (pruned.code, pruned.err) == (0, "")


async def hanging_turn(editor: Client, ear: Ear, home: Home) -> str:
    """The session in which it runs."""
    params = ChatParams(text="Go.", directory=str(home.project), respond="accepted")
    accepted = await editor.call("session/chat", params, ChatAccepted)
    await ear.first(is_delta)
    return accepted.session_id
