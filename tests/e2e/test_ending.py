"""The ways in which a daemon ends, and that it leaves nothing open.

What differs: a turn ends with the client of an engine that is alone, and goes on in one that others share.
"""

import asyncio
import json
import signal
import sys
from contextlib import suppress
from typing import Any

import pytest

from support.daemon import Daemon, Home
from support.daemon.framing import Framing, MessageReader, frame

HANGS = {"text": "I begin and then say no more.", "hang": True}
PROMPT_ENDS = 5.0
"""Seconds; 2 are promised on a quiet machine."""


def piped(framing: Framing) -> bytes:
    """What `printf` would say: a whole conversation and then no more."""
    requests = [("initialize", {}), ("session/chat", {"text": "Hi"}), ("session/list", {})]
    return b"".join(
        frame({"jsonrpc": "2.0", "id": number, "method": method, "params": params}, framing)
        for number, (method, params) in enumerate(requests, 1)
    )


async def hanging_turn(daemon: Daemon) -> str:
    """The session of a turn that has begun to answer and does not go on."""
    session_id = await daemon.create()
    await daemon.chat(session_id, respond="accepted")
    await daemon.event(session_id, "part.delta")
    return session_id


async def end_of_turn(daemon: Daemon, session_id: str) -> dict[str, Any]:
    """As a later client sees it, with all its text; it has to abort what has gone on without a client."""
    await daemon.subscribe(session_id, after=0)
    if daemon.home.mode == "shared":
        assert await daemon.request("session/abort", {"sessionId": session_id}) != {"aborted": False}
    ended = await daemon.event(session_id, "turn.ended")
    assert daemon.state(session_id).conversation()[-1]["parts"][0]["text"] == HANGS["text"]
    return ended


@pytest.mark.parametrize("framing", ["headers", "lines"])
async def test_requests_from_a_pipe_are_all_answered_before_the_end(home: Home, framing: Framing) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "sessiond",
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        cwd=home.project, env=home.environment(),
    )  # fmt: skip
    out, errors = await asyncio.wait_for(process.communicate(piped(framing)), 20)

    answers = {
        message["id"]: message for message in map(json.loads, MessageReader(framing).feed(out)) if "id" in message
    }
    assert (process.returncode, errors) == (0, b"")
    assert answers[2]["result"]["stopReason"] == "endTurn"
    assert answers.keys() == {1, 2, 3}
    assert [answer for answer in answers.values() if "error" in answer] == []


async def test_a_last_line_without_a_line_feed_counts(home: Home) -> None:
    async with Daemon(home, "lines") as daemon:
        daemon.send_bytes(b'{"jsonrpc":"2.0","id":"last","method":"server/status"}')
        daemon.end_input()

        await daemon.until(lambda: daemon.unread)
        assert daemon.unread.pop()["result"]["pid"] == daemon.engine_pid
        await daemon.ends()


async def test_the_end_of_the_input_ends_a_daemon_that_nobody_waits_for(home: Home) -> None:
    home.play(HANGS)
    async with Daemon(home) as daemon:
        session_id = await hanging_turn(daemon)
        daemon.end_input()

        await daemon.ends(seconds=PROMPT_ENDS, turn_runs=True)
    async with Daemon(home) as daemon:
        assert (await end_of_turn(daemon, session_id))["stopReason"] in ("aborted", "interrupted")


async def test_the_death_of_the_client_named_at_initialize_ends_the_daemon(home: Home) -> None:
    editor = await asyncio.create_subprocess_exec(sys.executable, "-c", "input()", stdin=asyncio.subprocess.PIPE)
    async with Daemon(home, handshake=False) as daemon:
        await daemon.request("initialize", {"processId": editor.pid, "capabilities": {}})
        daemon.notify("initialized")
        await daemon.create()

        editor.kill()
        await editor.wait()

        await daemon.ends(seconds=PROMPT_ENDS)


async def test_exit_without_shutdown_is_told_by_the_exit_code(home: Home) -> None:
    async with Daemon(home) as daemon:
        daemon.notify("exit")

        await daemon.ends(expected_code=1, seconds=PROMPT_ENDS)


async def test_shutdown_and_exit_end_a_running_turn_on_record(home: Home) -> None:
    home.play(HANGS)
    async with Daemon(home) as daemon:
        session_id = await hanging_turn(daemon)

        await daemon.close()
    async with Daemon(home) as daemon:
        assert (await end_of_turn(daemon, session_id))["stopReason"] == "aborted"
        assert (await daemon.messages(session_id))[-1]["finishReason"] == "aborted"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_the_daemon_in_good_order(home: Home, number: signal.Signals) -> None:
    home.play(HANGS)
    async with Daemon(home) as daemon:
        session_id = await hanging_turn(daemon)
        daemon.signal(number)

        await daemon.ends(seconds=PROMPT_ENDS, turn_runs=True)
    async with Daemon(home) as daemon:
        assert (await end_of_turn(daemon, session_id))["stopReason"] == "aborted"


async def test_a_stdout_that_nobody_reads_any_more_ends_the_daemon(home: Home) -> None:
    home.play({"text": "On and on. ", "repeat": 100_000, "deltasPerSecond": 1000})
    async with Daemon(home) as daemon:
        await daemon.chat(await daemon.create(), respond="accepted")
        daemon.close_output()

        with suppress(ConnectionError):
            await daemon.ends(seconds=PROMPT_ENDS, turn_runs=True)
