"""A question about a command has the whole of it, whoever asks and wherever it is heard: a title is cut."""

from typing import Any

import msgspec
import pytest

from sessiond_protocol.messages import PermissionRequest
from support.daemon import Daemon, Home

HIDDEN = "true\n# " + "harmless " * 40 + "\x1b[8m\u202e; rm -rf ~/precious"


def running(command: str) -> dict[str, Any]:
    return {"toolCalls": [{"name": "bash", "arguments": {"command": command}}]}


DELEGATING = {"toolCalls": [{"name": "task", "arguments": {"description": "Look", "prompt": "Look into it"}}]}


async def asked_in_a_task(daemon: Daemon) -> tuple[str, dict[str, Any]]:
    """The session that has the task, and the event that its subscribers hear."""
    session_id = await daemon.create()
    daemon.send("session/chat", {"sessionId": session_id, "text": "Delegate"})
    return session_id, await daemon.event(session_id, "permission.asked")


@pytest.fixture
def delegating(home: Home) -> Home:
    home.play(
        {"expect": "Delegate", **DELEGATING},
        {"expect": "Look into it", **running(HIDDEN)},
        {"text": "Done."},
        {"text": "Done."},
    )
    return home


async def test_a_task_s_question_tells_the_whole_command_to_those_who_follow_its_parent(delegating: Home) -> None:
    async with Daemon(delegating) as daemon:
        session_id, event = await asked_in_a_task(daemon)

        request = event["request"]
        snapshot = await daemon.subscribe(session_id)
        listed = await daemon.request("permission/list", {"sessionId": session_id})

        assert request["command"] == HIDDEN
        assert (request["sessionId"], "precious" in request["title"]) == (event["path"][-1], False)
        assert event["path"][0] == session_id
        assert snapshot["permissions"] == listed["permissions"] == [request]


async def test_the_whole_command_stands_in_the_log_after_a_death_of_the_engine(delegating: Home) -> None:
    async with Daemon(delegating) as daemon:
        _, event = await asked_in_a_task(daemon)
        await daemon.kill()

    async with Daemon(delegating) as daemon:
        child = event["request"]["sessionId"]
        await daemon.subscribe(child, after=0)
        again = await daemon.event(child, "permission.asked")

    assert again["request"] == event["request"]


async def test_a_call_that_is_made_again_and_again_is_asked_about_with_its_command(home: Home) -> None:
    home.configure('[permission]\nbash = "allow"\n')
    home.play(*[running("true") for _ in range(4)], {"text": "Done."})
    async with Daemon(home) as daemon:
        session_id = await daemon.create()
        daemon.send("session/chat", {"sessionId": session_id, "text": "Go"})

        request = (await daemon.event(session_id, "permission.asked"))["request"]

    assert (request["permission"], request["title"]) == ("repeat", "Call bash again with the same arguments")
    assert request["command"] == "true"


async def test_what_runs_no_command_has_none_and_neither_have_requests_of_older_logs(home: Home) -> None:
    home.configure('[permission]\nread = "ask"\n')
    home.play({"toolCalls": [{"name": "read", "arguments": {"filePath": "a.txt"}}]}, {"text": "Done."})
    async with Daemon(home) as daemon:
        session_id = await daemon.create()
        daemon.send("session/chat", {"sessionId": session_id, "text": "Go"})
        request = (await daemon.event(session_id, "permission.asked"))["request"]

    assert "command" not in request
    assert msgspec.convert(request, PermissionRequest).command is None
