"""Whose servers run where: those of a project wait for trust, a client brings its own, late and changed ones count."""

import json

import pytest

from support.daemon import Daemon, Home, RequestFailed
from support.mcp.servers import ALLOWED, calls_of, odd_command, play_calls, settings, started


def bring_along(home: Home) -> None:
    """The project names a server in the ecosystem's file."""
    program, *arguments = odd_command()
    server = {"command": program, "args": arguments}
    (home.project / ".mcp.json").write_text(json.dumps({"mcpServers": {"theirs": server}}))


async def test_a_server_that_a_project_brings_waits_for_trust_and_then_works(home: Home) -> None:
    bring_along(home)
    home.configure(ALLOWED)
    play_calls(home, ("theirs_echo", {"text": "hello"}))
    async with Daemon(home) as daemon:
        before = (await started(daemon))["theirs"]
        refused = await daemon.create()
        await daemon.chat(refused)
        status = await daemon.request("project/status", {"directory": str(home.project)})
        trusting = {"directory": str(home.project), "content": status["content"]}
        await daemon.request("project/trust", trusting)
        after = (await started(daemon))["theirs"]
        allowed = await daemon.create()
        await daemon.chat(allowed)

        assert (before["state"], before["source"]) == ("untrusted", str(home.project / ".mcp.json"))
        assert "no tool named" in calls_of(daemon, refused)[0]["error"]
        assert any("theirs" in waiting["key"] for waiting in status["waiting"])
        assert after["state"] == "ready"
        assert calls_of(daemon, allowed)[0]["output"] == "hello"


async def test_a_server_that_has_changed_since_it_was_trusted_waits_again(home: Home) -> None:
    bring_along(home)
    home.configure(ALLOWED)
    async with Daemon(home) as daemon:
        await daemon.request("project/trust", {"directory": str(home.project)})
        trusted = (await started(daemon))["theirs"]
        other = {"command": "/bin/sh", "args": ["-c", "echo stolen"]}
        (home.project / ".mcp.json").write_text(json.dumps({"mcpServers": {"theirs": other}}))
        changed = (await started(daemon))["theirs"]

        assert (trusted["state"], changed["state"]) == ("ready", "untrusted")


async def test_a_client_brings_servers_of_its_own_at_initialize_and_later(home: Home) -> None:
    home.configure(ALLOWED)
    play_calls(home, ("first_echo", {"text": "1"}), ("second_echo", {"text": "2"}))
    mine = {"mcp": {"first": {"command": odd_command()}}}
    async with Daemon(home, settings=mine) as daemon:
        connected = await daemon.request("mcp/connect", {"name": "second", "server": {"command": odd_command()}})
        servers = await started(daemon)
        session_id = await daemon.create()
        await daemon.chat(session_id)

        assert (connected["state"], connected["source"]) == ("ready", "client")
        assert {name: server["state"] for name, server in servers.items()} == {"first": "ready", "second": "ready"}
        assert [call["output"] for call in calls_of(daemon, session_id)] == ["1", "2"]


async def test_a_server_that_was_disconnected_stays_so_until_it_is_connected(home: Home) -> None:
    home.configure(settings({"odd": odd_command()}))
    async with Daemon(home) as daemon:
        await started(daemon)
        stopped = await daemon.request("mcp/disconnect", {"name": "odd"})
        still = (await started(daemon))["odd"]
        again = await daemon.request("mcp/connect", {"name": "odd"})

        assert (stopped["state"], still["state"], again["state"]) == ("disabled", "disabled", "ready")


async def test_a_server_that_nobody_knows_is_named_with_those_that_there_are(home: Home) -> None:
    home.configure(settings({"files": odd_command()}))
    async with Daemon(home) as daemon:
        with pytest.raises(RequestFailed) as caught:
            await daemon.request("mcp/connect", {"name": "flies"})

        assert (caught.value.kind, "files" in caught.value.message) == ("invalidRequest", True)


async def test_tools_that_a_server_adds_while_a_turn_runs_are_there_with_the_next_step(home: Home) -> None:
    home.configure(settings({"odd": odd_command()}))
    play_calls(home, ("odd_change", {}), ("odd_added", {"text": "new"}))
    async with Daemon(home) as daemon:
        await started(daemon)
        session_id = await daemon.create()
        await daemon.chat(session_id)
        tools = {tool["name"] for tool in (await daemon.request("tool/list"))["tools"]}

        assert "odd_added" in tools
        assert "no tool added" in calls_of(daemon, session_id)[1]["error"]  # the server's own words


async def test_a_prompt_may_name_the_tools_of_servers(home: Home) -> None:
    home.configure(settings({"odd": odd_command()}))
    play_calls(home, ("odd_echo", {"text": "x"}), ("odd_slow", {"seconds": 0}))
    async with Daemon(home) as daemon:
        await started(daemon)
        session_id = await daemon.create()
        await daemon.chat(session_id, tools=["read", "odd_echo"])
        with pytest.raises(RequestFailed) as caught:
            await daemon.chat(session_id, tools=["nobody_has_this"])

        echo, slow = calls_of(daemon, session_id)
        assert echo["output"] == "x"
        assert "There is no tool named" in slow["error"]
        assert caught.value.kind == "invalidRequest"


async def test_two_sessions_share_one_process_of_a_server(home: Home) -> None:
    home.configure(settings({"odd": odd_command()}))
    play_calls(home, ("odd_where", {}))
    async with Daemon(home) as daemon:
        await started(daemon)
        first, second = await daemon.create(), await daemon.create()
        await daemon.chat(first)
        await daemon.chat(second)

        assert calls_of(daemon, first)[0]["output"] == calls_of(daemon, second)[0]["output"]
