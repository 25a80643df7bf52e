"""Real servers from the registries under the real daemon: their tools, prompts and resources, over all transports."""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from support.daemon import Daemon, Home
from support.mcp import real_servers
from support.mcp.servers import calls_of, play_calls, settings, started

pytestmark = [
    pytest.mark.slow,
    pytest.mark.parametrize("mode", ["shared"]),  # servers know of no pipe, and start slowly
]


@pytest.fixture(params=["stdio", "http", "sse"])
def everything(request: pytest.FixtureRequest) -> Iterator[Any]:
    """What `[mcp.all]` says to reach the reference server."""
    if request.param == "stdio":
        yield real_servers.everything()
    elif request.param == "http":
        with real_servers.everything_http() as url:
            yield url
    else:
        with real_servers.everything_sse() as url:
            yield {"url": url, "transport": "sse"}


async def test_the_reference_server_brings_its_tools_prompts_and_resources(home: Home, everything: Any) -> None:
    home.configure(settings({"all": everything}))
    play_calls(home, ("all_echo", {"message": "hello"}), ("all_get-sum", {"a": 2, "b": 40}))
    async with Daemon(home) as daemon:
        server = (await started(daemon))["all"]
        session_id = await daemon.create()
        await daemon.chat(session_id)
        commands = (await daemon.request("command/list"))["commands"]
        resources = (await daemon.request("mcp/resources"))["resources"]

        assert (server["state"], server.get("reason")) == ("ready", None)
        assert {"all_echo", "all_get-sum"} <= set(server["tools"])
        echo, total = calls_of(daemon, session_id)
        assert (echo["status"], echo["output"]) == ("completed", "Echo: hello")
        assert "42" in total["output"]
        assert {command["server"] for command in commands} == {"all"}
        assert any(command["name"] == "all:simple-prompt" for command in commands)
        assert any(resource["template"] for resource in resources if "template" in resource)


async def test_every_kind_of_content_reaches_the_model_or_a_file(home: Home) -> None:
    home.configure(settings({"all": real_servers.everything()}))
    play_calls(
        home,
        ("all_get-tiny-image", {}),
        ("all_get-structured-content", {"location": "New York"}),
        ("all_get-resource-links", {"count": 2}),
        ("all_get-resource-reference", {"resourceType": "Text", "resourceId": 1}),
        ("all_get-annotated-message", {"messageType": "error", "includeImage": True}),
        ("readResource", {"server": "all", "uri": "demo://resource/dynamic/text/1"}),
    )
    async with Daemon(home) as daemon:
        await started(daemon)
        session_id = await daemon.create()
        await daemon.chat(session_id)

        image, structured, links, embedded, annotated, read = calls_of(daemon, session_id)
        assert [call["status"] for call in (image, structured, links, embedded, annotated, read)] == ["completed"] * 6
        assert image["attachments"][0]["mediaType"] == "image/png"
        assert structured["metadata"]["structuredContent"]["conditions"]
        assert "demo://resource/" in links["output"]
        assert "demo://resource/dynamic/text/1" in embedded["output"]
        assert annotated["attachments"]
        assert "Resource 1" in read["output"]


async def test_progress_of_a_long_call_is_told_while_it_runs(home: Home) -> None:
    home.configure(settings({"all": real_servers.everything()}))
    play_calls(home, ("all_trigger-long-running-operation", {"duration": 1, "steps": 4}))
    async with Daemon(home) as daemon:
        await started(daemon)
        session_id = await daemon.create()
        await daemon.chat(session_id)

        told = [event for event in daemon.state(session_id).events if event["type"] == "tool.progress"]
        assert [(event["done"], event["total"]) for event in told if "total" in event] == [
            (step, 4) for step in range(1, 5)
        ]


async def test_files_memory_git_and_time_answer_side_by_side(home: Home, tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", "-b", "trunk", str(home.project)], check=True)
    (home.project / "notes.txt").write_text("The code is MAPLE-42.\n")
    home.configure(
        settings(
            {
                "files": real_servers.filesystem(home.project),
                "memory": real_servers.memory(tmp_path / "memory.jsonl"),
                "git": real_servers.git(home.project),
                "time": real_servers.time(),
            }
        )
    )
    entity = {"name": "code", "entityType": "fact", "observations": ["MAPLE-42"]}
    play_calls(
        home,
        ("files_read_text_file", {"path": str(home.project / "notes.txt")}),
        ("memory_create_entities", {"entities": [entity]}),
        ("memory_read_graph", {}),
        ("git_git_status", {"repo_path": str(home.project)}),
        ("time_convert_time", {"source_timezone": "UTC", "time": "12:00", "target_timezone": "Asia/Tokyo"}),
    )
    async with Daemon(home) as daemon:
        servers = await started(daemon, 60)
        session_id = await daemon.create()
        await daemon.chat(session_id)

        assert {name: server["state"] for name, server in servers.items()} == dict.fromkeys(servers, "ready")
        file, created, graph, status, converted = calls_of(daemon, session_id)
        assert [call.get("error") for call in (file, created, graph, status, converted)] == [None] * 5
        assert "MAPLE-42" in file["output"]
        assert "MAPLE-42" in graph["output"]
        assert "trunk" in status["output"]
        assert "21:00" in converted["output"]


async def test_a_prompt_of_a_server_is_a_command_and_a_resource_can_be_attached(home: Home) -> None:
    home.configure(settings({"all": real_servers.everything()}))
    async with Daemon(home) as daemon:
        await started(daemon)
        session_id = await daemon.create()
        resources = (await daemon.request("mcp/resources", {"query": "architecture"}))["resources"]
        part = {"type": "file", "mediaType": "text/markdown", "uri": resources[0]["uri"]}
        command = {"name": "all:args-prompt", "arguments": "city=Paris state=Texas"}

        await daemon.request("session/chat", {"sessionId": session_id, "command": command, "parts": [part]})

        prompt = daemon.state(session_id).conversation()[0]["parts"]
        assert "Paris" in prompt[0]["text"] and "Texas" in prompt[0]["text"]
        assert resources[0]["uri"].removeprefix("mcp:all:") in prompt[1]["text"]
