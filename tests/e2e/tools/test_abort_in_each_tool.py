"""An abort while a tool works, or while its question waits: no process is left, and the transcript is whole."""

import asyncio
import os
import stat
from pathlib import Path
from typing import Any

import psutil
import pytest

from support.daemon import Daemon, Home

WITHOUT_SANDBOX = '[sandbox]\nbash = "off"\n'  # looking for one starts processes that are not the call's
EVERYTHING = '[permission]\n"*" = "allow"\n'
NOTHING = WITHOUT_SANDBOX + '[permission]\n"*" = "ask"\n'

PATCH = "*** Begin Patch\n*** Add File: new.txt\n+new\n*** End Patch"
CALLS: dict[str, dict[str, Any]] = {
    "read": {"filePath": "notes.txt"},
    "list": {"path": "."},
    "glob": {"pattern": "*.txt"},
    "grep": {"pattern": "note"},
    "edit": {"filePath": "notes.txt", "oldString": "a note", "newString": "two notes"},
    "write": {"filePath": "new.txt", "content": "new"},
    "patch": {"patchText": PATCH},
    "bash": {"command": "make everything"},
    "webfetch": {"url": "http://example.com/"},
    "todoWrite": {"todos": [{"content": "Look around"}]},
    "todoRead": {},
    "task": {"description": "Look around", "prompt": "Look around."},
    "diagnostics": {"filePath": "notes.txt"},
}


@pytest.fixture
def project(home: Home) -> Home:
    (home.project / "notes.txt").write_text("a note\n")
    return home


async def begun(daemon: Daemon, tool: str, arguments: dict[str, Any]) -> tuple[str, Any]:
    """A chat whose model calls the tool, and then says something."""
    daemon.home.play({"toolCalls": [{"name": tool, "arguments": arguments}]}, {"text": "Done."})
    session_id = await daemon.create()
    chat = daemon.send("session/chat", {"sessionId": session_id, "text": "Go.", "tools": [tool]})
    return session_id, chat


async def aborted(daemon: Daemon, session_id: str, chat: Any, said: str = "not known") -> None:
    """Aborts, and asserts that nothing runs any more and that the session can go on."""
    await daemon.request("session/abort", {"sessionId": session_id})
    result = await chat.result()
    children = psutil.Process(daemon.engine_pid).children(recursive=True)
    call = daemon.state(session_id).conversation()[1]["parts"][0]

    assert (result["stopReason"], children) == ("aborted", [])
    assert call["state"]["status"] == "failed"
    assert said in call["state"]["error"]
    daemon.home.play({"text": "Here I am."})
    assert (await daemon.chat(session_id, "Go on."))["stopReason"] == "endTurn"


@pytest.mark.parametrize("tool", CALLS)
async def test_an_abort_while_the_question_waits_changes_nothing(project: Home, tool: str) -> None:
    project.configure(NOTHING)
    before = {path.name: path.read_bytes() for path in project.project.iterdir()}
    async with Daemon(project) as daemon:
        session_id, chat = await begun(daemon, tool, CALLS[tool])
        await daemon.event(session_id, "permission.asked")

        await aborted(daemon, session_id, chat, said="was not run")

    assert {path.name: path.read_bytes() for path in project.project.iterdir()} == before


STUBBORN = "trap '' TERM INT HUP; echo > begun; while :; do sleep 1000; done"


@pytest.mark.parametrize(
    "command",
    [
        "echo > begun; sleep 1000",
        STUBBORN,
        "setsid sleep 1000 & echo > begun; wait",
        "(sleep 1000 &) ; echo > begun; sleep 1000 | cat",
        "nohup sleep 1000 >/dev/null 2>&1 & echo > begun; sleep 1000",
    ],
)
async def test_an_abort_in_bash_ends_all_that_the_command_has_started(project: Home, command: str) -> None:
    project.configure(EVERYTHING)
    os.mkfifo(project.project / "begun")
    async with Daemon(project) as daemon:
        session_id, chat = await begun(daemon, "bash", {"command": command})
        await written_to(project.project / "begun")
        started = marked(project)

        await aborted(daemon, session_id, chat)

        assert started
        assert marked(project) == []


@pytest.mark.parametrize("tool", ["list", "glob", "grep"])
async def test_an_abort_in_a_search_ends_ripgrep(project: Home, tool: str) -> None:
    """A ripgrep that never ends stands first on the PATH."""
    project.configure(WITHOUT_SANDBOX + EVERYTHING)
    endless = project.place / "bin" / "rg"
    endless.parent.mkdir()
    os.mkfifo(project.place / "searching")
    endless.write_text(f"#!/bin/sh\necho > {project.place}/searching\nexec sleep 1000\n")
    endless.chmod(endless.stat().st_mode | stat.S_IXUSR)
    async with Daemon(project, environment={"PATH": f"{endless.parent}:{os.environ['PATH']}"}) as daemon:
        session_id, chat = await begun(daemon, tool, CALLS[tool])
        await written_to(project.place / "searching")

        await aborted(daemon, session_id, chat)


async def test_an_abort_in_read_stops_reading(project: Home) -> None:
    project.configure(WITHOUT_SANDBOX + EVERYTHING)
    with (project.project / "huge.txt").open("wb") as huge:
        huge.write(b"text\n" * 2000)
        huge.truncate(1 << 40)
    async with Daemon(project) as daemon:
        session_id, chat = await begun(daemon, "read", {"filePath": "huge.txt", "offset": 1_000_000})
        await running(daemon, session_id)

        await aborted(daemon, session_id, chat)


async def test_an_abort_in_webfetch_closes_the_connection(project: Home) -> None:
    project.configure(WITHOUT_SANDBOX + EVERYTHING + 'private = "ask"\n')
    gone = asyncio.Event()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        asked.set()
        await reader.read()
        gone.set()
        writer.close()

    asked = asyncio.Event()
    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, Daemon(project) as daemon:
        session_id, chat = await begun(daemon, "webfetch", {"url": f"http://127.0.0.1:{port}/"})
        question = (await daemon.event(session_id, "permission.asked"))["request"]  # the address is a private one
        await daemon.request("permission/reply", {"requestId": question["id"], "decision": "allowOnce"})
        await asyncio.wait_for(asked.wait(), 20)

        await aborted(daemon, session_id, chat)

        await asyncio.wait_for(gone.wait(), 10)


async def test_an_abort_in_a_task_ends_the_childs_turn(project: Home) -> None:
    project.configure(WITHOUT_SANDBOX + EVERYTHING)
    project.play(
        {"expect": "Look around.", "hang": True},
        {"toolCalls": [{"name": "task", "arguments": CALLS["task"]}]},
        {"text": "Done."},
    )
    async with Daemon(project) as daemon:
        session_id = await daemon.create()
        chat = daemon.send("session/chat", {"sessionId": session_id, "text": "Go."})
        await running(daemon, session_id)
        child = await child_with_a_turn(daemon, session_id)

        await aborted(daemon, session_id, chat)

        assert (await daemon.request("session/get", {"sessionId": child}))["turnId"] is None
        messages = await daemon.messages(child)
        assert messages[-1]["finishReason"] == "aborted"


async def running(daemon: Daemon, session_id: str) -> None:
    await daemon.until(
        lambda: any(
            part["type"] == "tool" and part["state"]["status"] == "running"
            for message in daemon.state(session_id).conversation()
            for part in message["parts"]
        )
    )


async def child_with_a_turn(daemon: Daemon, session_id: str) -> str:
    async with asyncio.timeout(20):
        while True:
            for child in (await daemon.request("session/children", {"sessionId": session_id}))["sessions"]:
                if child.get("turnId") and len(await daemon.messages(child["id"])) > 1:
                    return child["id"]


async def written_to(pipe: Path) -> None:
    """Waits until somebody writes to a named pipe."""
    await asyncio.wait_for(asyncio.to_thread(pipe.read_bytes), 20)


def marked(home: Home) -> list[int]:
    """All processes of this machine that work in the test's project, whoever their parent is by now."""
    found: list[int] = []
    for process in psutil.process_iter():
        try:
            if process.cwd() == str(home.project) and "sleep" in " ".join(process.cmdline()):
                found.append(process.pid)
        except psutil.Error:
            continue
    return found
