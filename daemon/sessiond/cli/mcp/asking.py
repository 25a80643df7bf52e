"""`sessiond mcp list`, `test` and `logs`: asks the engine about servers, and shows what it says."""

import sys
import time
from collections.abc import Iterable, Sequence

from sessiond.cli.client.client import Client
from sessiond.cli.client.reaching import engine_for
from sessiond.cli.mcp.showing import failure, offer, overview
from sessiond.cli.mcp.waiting import announced, started, to_stderr
from sessiond.config.files.shown import shown_name
from sessiond.config.project import project_root
from sessiond_protocol.mcp import (
    McpConnectParams,
    McpListResult,
    McpLogsParams,
    McpLogsResult,
    McpResource,
    McpResourcesParams,
    McpResourcesResult,
    McpServer,
)
from sessiond_protocol.models import DirectoryParams
from sessiond_protocol.tools import CommandInfo, CommandListParams, CommandListResult, ToolInfo, ToolListResult
from sessiond_protocol.wire import to_json

PATIENCE = 15.0
"""Seconds until servers that still start are shown as such."""
LINES_OF_FAILURE = 15
"""Of what the log of a server says of a try that failed."""
ALL_LINES = 10_000


async def list_servers(directory: str, *, start: bool, as_json: bool) -> int:
    async with engine_for("sessiond mcp", directory) as client:
        servers = await started(client, directory, PATIENCE if start else 0.0, to_stderr)
    if as_json:
        print(to_json(McpListResult(servers=[*servers])).decode())
    else:
        _print(overview(servers, project_root(directory)))
    return 0


async def try_server(name: str, directory: str) -> int:
    """Exit code 1 and the reason where it does not become ready."""
    async with engine_for("sessiond mcp", directory) as client:
        before = (await _log(client, name, directory, ALL_LINES)).text
        begun = time.monotonic()
        with announced(f"Waiting for {shown_name(name)} to start …", to_stderr):
            server = await client.call("mcp/connect", McpConnectParams(name, directory), McpServer)
        seconds = time.monotonic() - begun
        if server.state != "ready":
            print(f"sessiond: {failure(server)}", file=sys.stderr)
            after = (await _log(client, name, directory, ALL_LINES)).text
            for line in after.removeprefix(before).splitlines()[-LINES_OF_FAILURE:]:
                print(line, file=sys.stderr)
            return 1
        _print(offer(server, *await _had(client, directory, server)))
        print(f"\nReady after {seconds:.2f} s.")
    return 0


async def show_log(name: str, directory: str, lines: int) -> int:
    async with engine_for("sessiond mcp", directory) as client:
        result = await _log(client, name, directory, lines)
    if result.text:
        print(result.text, end="" if result.text.endswith("\n") else "\n")
    else:
        print(f"{shown_name(name)} has written nothing yet.", file=sys.stderr)
    print(result.file, file=sys.stderr)
    return 0


async def _log(client: Client, name: str, directory: str, lines: int) -> McpLogsResult:
    return await client.call("mcp/logs", McpLogsParams(name, directory, lines), McpLogsResult)


async def _had(
    client: Client, directory: str, server: McpServer
) -> tuple[Sequence[ToolInfo], Sequence[CommandInfo], Sequence[McpResource]]:
    tools = (await client.call("tool/list", DirectoryParams(directory), ToolListResult)).tools
    commands = (await client.call("command/list", CommandListParams(directory), CommandListResult)).commands
    resources = (await client.call("mcp/resources", McpResourcesParams(directory), McpResourcesResult)).resources
    return (
        [tool for tool in tools if tool.server == server.name],
        [command for command in commands if command.server == server.name],
        [resource for resource in resources if resource.server == server.name],
    )


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        print(line)
