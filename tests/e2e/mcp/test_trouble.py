"""Servers that hang, crash, flood and die under the real daemon: a status, an error for the model, nothing else."""

import asyncio
import os
import signal
import time
from pathlib import Path

import psutil

from support.daemon import Daemon, Home
from support.mcp.servers import calls_of, odd_command, play_calls, settings, started

TROUBLE = {
    "hangs": odd_command("hangs-in-initialize"),
    "exits": odd_command("exits-at-once"),
    "crashes": odd_command("crashes"),
    "junk": odd_command("junk"),
    "floods": odd_command("floods-notifications"),
    "missing": ["no-such-program-anywhere"],
}


def runs(process: psutil.Process) -> bool:
    """A process that has ended and that nobody has asked about does not."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def children(daemon: Daemon) -> list[psutil.Process]:
    return psutil.Process(daemon.engine_pid).children(recursive=True)


async def test_a_server_that_hangs_delays_neither_the_handshake_nor_a_chat_nor_the_end(home: Home) -> None:
    home.configure(settings({"hangs": odd_command("hangs-in-initialize"), "good": odd_command()}))
    play_calls(home, ("good_echo", {"text": "hello"}))
    async with Daemon(home) as daemon:
        session_id = await daemon.create()
        await ready(daemon, "good")
        await daemon.chat(session_id)
        listed = {server["name"]: server for server in (await daemon.request("mcp/list"))["servers"]}
        left = children(daemon)
        began = time.monotonic()

    assert time.monotonic() - began < 10
    assert listed["hangs"]["state"] == "starting"
    assert left and not any(map(runs, left))


async def test_each_kind_of_trouble_is_a_state_with_its_reason_and_the_rest_goes_on(home: Home) -> None:
    home.configure(settings({"good": odd_command(), **TROUBLE}))
    play_calls(home, ("crashes_echo", {"text": "x"}), ("good_echo", {"text": "hello"}), ("junk_echo", {"text": "y"}))
    async with Daemon(home) as daemon:
        servers = await started(daemon, 5)
        session_id = await daemon.create()
        await daemon.chat(session_id)

        states = {name: server["state"] for name, server in servers.items()}
        assert states["good"] == states["junk"] == states["floods"] == states["crashes"] == "ready"
        assert states["hangs"] == "starting"
        assert states["missing"] in ("failed", "restarting")
        assert "no-such-program-anywhere" in servers["missing"]["reason"]
        assert states["exits"] in ("failed", "restarting")
        assert "1" in servers["exits"]["reason"]
        crashed, good, junk = calls_of(daemon, session_id)
        assert crashed["status"] == "failed" and "crashes" in crashed["error"]
        assert (good["output"], junk["output"]) == ("hello", "y")


async def test_a_server_killed_in_a_call_is_an_error_within_a_second_and_the_next_call_works(home: Home) -> None:
    home.configure(settings({"odd": odd_command()}))
    play_calls(home, ("odd_slow", {"seconds": 60}), ("odd_echo", {"text": "back"}))
    async with Daemon(home) as daemon:
        await started(daemon)
        session_id = await daemon.create()
        chat = daemon.send("session/chat", {"sessionId": session_id, "text": "Go."})
        await daemon.until(lambda: running(daemon, session_id))
        [server] = [process for process in children(daemon) if "odd_server" in " ".join(process.cmdline())]
        killed = time.monotonic()
        os.kill(server.pid, signal.SIGKILL)
        await daemon.until(lambda: calls_of(daemon, session_id)[0]["status"] == "failed")
        took = time.monotonic() - killed
        await chat.result()

        slow, echo = calls_of(daemon, session_id)
        assert "odd" in slow["error"]
        assert took < 1
        assert (echo["status"], echo["output"]) == ("completed", "back")


async def test_an_abort_reaches_the_server_and_leaves_it_usable(home: Home) -> None:
    home.configure(settings({"odd": odd_command()}))
    play_calls(home, ("odd_slow", {"seconds": 60}))
    async with Daemon(home) as daemon:
        await started(daemon)
        session_id = await daemon.create()
        chat = daemon.send("session/chat", {"sessionId": session_id, "text": "Go."})
        await daemon.until(lambda: running(daemon, session_id))
        await daemon.request("session/abort", {"sessionId": session_id})
        aborted = await chat.result()
        play_calls(home, ("odd_echo", {"text": "still here"}))
        other = await daemon.create()
        await daemon.chat(other)

        assert aborted["stopReason"] == "aborted"
        assert calls_of(daemon, other)[0]["output"] == "still here"
        assert (await started(daemon))["odd"].get("restarts", 0) == 0


async def test_a_huge_result_is_an_error_of_its_call_and_a_long_one_is_filed(home: Home) -> None:
    home.configure(settings({"odd": odd_command()}))
    huge_one, long_one = {"bytes": 100_000_000}, {"bytes": 1_000_000}
    play_calls(home, ("odd_big", huge_one), ("odd_big", long_one), ("odd_echo", {"text": "x"}))
    async with Daemon(home) as daemon:
        await started(daemon)
        session_id = await daemon.create()
        await daemon.chat(session_id, seconds=60)

        huge, long, echo = calls_of(daemon, session_id)
        assert huge["status"] == "failed" and "MB" in huge["error"]
        assert long["status"] == "completed" and len(long["output"]) < 60_000
        assert echo["output"] == "x"
        assert daemon.memory() < 400 * 1024 * 1024


async def test_no_server_is_left_when_the_daemon_is_killed_or_ends(home: Home) -> None:
    home.configure(settings({"good": odd_command(), "grand": odd_command("leaves-grandchildren")}))
    async with Daemon(home) as daemon:
        await started(daemon)
        at_end = children(daemon)
    async with Daemon(home) as killed:
        await started(killed)
        after_kill = [process for process in children(killed) if "odd_server" in " ".join(process.cmdline())]
        await killed.kill()

    assert at_end and not any(map(runs, at_end))
    await asyncio.to_thread(psutil.wait_procs, after_kill, 10)
    assert after_kill


async def test_what_a_server_writes_to_stderr_is_kept_and_can_be_read(home: Home) -> None:
    home.configure(settings({"exits": odd_command("exits-at-once")}))
    async with Daemon(home) as daemon:
        await started(daemon, 3)
        logs = await daemon.request("mcp/logs", {"name": "exits"})

        assert "TOKEN is not set" in logs["text"]
        assert Path(logs["file"]).is_relative_to(home.data)


async def ready(daemon: Daemon, name: str) -> None:
    """Waits until a server is ready, whatever the others do."""
    async with asyncio.timeout(20):
        while True:
            servers = (await daemon.request("mcp/list", {"wait": 0.2}))["servers"]
            if any(server["name"] == name and server["state"] == "ready" for server in servers):
                return


def running(daemon: Daemon, session_id: str) -> bool:
    calls = calls_of(daemon, session_id)
    return bool(calls) and calls[0]["status"] == "running"
