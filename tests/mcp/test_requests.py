"""What clients are answered about MCP servers."""

from pathlib import Path

import msgspec
import pytest

from sessiond.mcp.base import Listing, PromptFacts, ResourceFacts
from sessiond.mcp.requests import McpRequests
from sessiond_protocol.errors import RpcError
from sessiond_protocol.mcp import (
    McpConnectParams,
    McpDisconnectParams,
    McpListParams,
    McpLogsParams,
    McpResource,
    McpResourcesParams,
    McpServer,
)
from sessiond_protocol.tools import CommandInfo, CommandListParams
from support.mcp.played.pools import ROOT, Configuration, Stage, declared, pool_of
from support.mcp.played.server import PlayedServer, facts, hang

OFFERED = Listing(
    tools=(facts("echo"), msgspec.structs.replace(facts("big"), schema={"description": "x" * 100_000})),
    prompts=(PromptFacts(name="greet", title="Greets", description=None, arguments=()),),
    resources=(
        ResourceFacts(
            uri="file:///a", name="a", template=False, title=None, description=None, media_type="text/plain", size=3
        ),
    ),
)


async def test_a_list_says_everything_of_each_server(tmp_path: Path) -> None:
    stage = Stage(played=PlayedServer(OFFERED))
    configuration = Configuration(
        declared("played"), declared("far", command=None, url="https://played.example", transport="sse", enabled=False)
    )
    async with pool_of(configuration, stage, tmp_path) as pool:
        requests = McpRequests(pool)
        idle = (await requests.list(McpListParams(), ROOT)).servers
        far, played = (await requests.list(McpListParams(wait=10), ROOT)).servers

        assert [server.state for server in idle] == ["disabled", "idle"]
        assert far == McpServer(
            name="far",
            state="disabled",
            reason="The configuration says `enabled = false`.",
            source="config.toml",
            transport="sse",
            log=far.log,
        )
        assert played == McpServer(
            name="played",
            state="ready",
            source="config.toml",
            title="Played",
            version="1",
            protocol_version="2026-07-28",
            tools=["played_echo"],
            left_out=played.left_out,
            prompts=1,
            resources=1,
            log=played.log,
        )
        assert [reason.partition(":")[0] for reason in played.left_out] == ["big"]


async def test_a_list_waits_no_longer_than_it_is_told_to(tmp_path: Path) -> None:
    stage = Stage()
    stage["hangs"].enter = hang
    async with pool_of(Configuration(declared("hangs"), declared("good")), stage, tmp_path) as pool:
        good, hangs = (await McpRequests(pool).list(McpListParams(wait=0.2), ROOT)).servers

        assert (good.state, hangs.state) == ("ready", "starting")


async def test_a_server_is_connected_disconnected_and_brought(tmp_path: Path) -> None:
    async with pool_of(Configuration(declared("one")), Stage(), tmp_path) as pool:
        requests = McpRequests(pool)
        connected = await requests.connect(McpConnectParams(name="one"), ROOT)
        stopped = await requests.disconnect(McpDisconnectParams(name="one"), ROOT)
        brought = await requests.connect(McpConnectParams(name="two", server={"command": ["x"]}), ROOT)

        assert (connected.state, connected.tools) == ("ready", ["one_echo"])
        assert (stopped.state, stopped.tools) == ("disabled", [])
        assert stopped.reason == "A client has stopped it; `mcp/connect` starts it."
        assert (brought.state, brought.source) == ("ready", "client")


@pytest.mark.parametrize(
    ("server", "message"),
    [
        ({}, "the client's settings: `mcp.two`: needs `command` or `url`."),
        (
            {"command": ["x"], "urll": "y"},
            "the client's settings: `mcp.two.urll`: no such setting. Did you mean `url`?",
        ),
    ],
)
async def test_a_server_that_a_client_brings_has_to_be_one(
    tmp_path: Path, server: dict[str, object], message: str
) -> None:
    async with pool_of(Configuration(), Stage(), tmp_path) as pool:
        with pytest.raises(RpcError) as caught:
            await McpRequests(pool).connect(McpConnectParams(name="two", server=server), ROOT)

        assert (caught.value.message, caught.value.data) == (message, {"kind": "invalidRequest", "field": "server"})


@pytest.mark.parametrize(
    ("configured", "message"),
    [
        (("files", "time"), 'There is no MCP server "flies"; there are: files, time. Did you mean files?'),
        ((), 'There is no MCP server "flies"; none is configured for this project.'),
    ],
)
async def test_a_name_that_there_is_not_is_told_with_those_there_are(
    tmp_path: Path, configured: tuple[str, ...], message: str
) -> None:
    async with pool_of(Configuration(*map(declared, configured)), Stage(), tmp_path) as pool:
        requests = McpRequests(pool)
        for asked in (
            requests.connect(McpConnectParams(name="flies"), ROOT),
            requests.disconnect(McpDisconnectParams(name="flies"), ROOT),
            requests.logs(McpLogsParams(name="flies"), ROOT),
        ):
            with pytest.raises(RpcError) as caught:
                await asked

            assert (caught.value.message, caught.value.data) == (message, {"kind": "invalidRequest", "field": "name"})


async def test_logs_give_the_newest_lines(tmp_path: Path) -> None:
    async with pool_of(Configuration(declared("one")), Stage(), tmp_path) as pool:
        requests = McpRequests(pool)
        await requests.connect(McpConnectParams(name="one"), ROOT)
        await requests.disconnect(McpDisconnectParams(name="one"), ROOT)
        whole = await requests.logs(McpLogsParams(name="one"), ROOT)
        newest = await requests.logs(McpLogsParams(name="one", lines=1), ROOT)

        assert Path(whole.file).is_relative_to(tmp_path)
        assert ["Started." in whole.text, whole.text.endswith(newest.text)] == [True, True]
        assert newest.text.count("\n") == 1 and "Stopped: A client has stopped it" in newest.text


async def test_prompts_are_commands_and_resources_can_be_listed(tmp_path: Path) -> None:
    async with pool_of(Configuration(declared("played")), Stage(played=PlayedServer(OFFERED)), tmp_path) as pool:
        requests = McpRequests(pool)
        await requests.connect(McpConnectParams(name="played"), ROOT)
        commands = (await requests.commands(CommandListParams(), ROOT)).commands
        resources = (await requests.resources(McpResourcesParams(query="A"), ROOT)).resources

        assert commands == [CommandInfo(name="played:greet", server="played", title="Greets")]
        assert resources == [
            McpResource(server="played", uri="mcp:played:file:///a", name="a", media_type="text/plain", size=3)
        ]
        assert (await requests.commands(CommandListParams(query="other"), ROOT)).commands == []
        assert (await requests.resources(McpResourcesParams(query="other"), ROOT)).resources == []
