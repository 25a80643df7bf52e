"""`sessiond mcp list`, `test` and `logs`: asks the engine in this process about servers, and shows what it says."""

import sys
import time
from collections.abc import Iterable, Sequence

from sessiond.app import Engine, create_engine
from sessiond.cli.mcp.showing import failure, offer, overview
from sessiond.cli.mcp.waiting import announced, started, to_stderr
from sessiond.config.files.shown import shown_name
from sessiond.mcp.requests import McpRequests
from sessiond_protocol.mcp import (
    McpConnectParams,
    McpListResult,
    McpLogsParams,
    McpResource,
    McpResourcesParams,
    McpServer,
)
from sessiond_protocol.tools import CommandInfo, CommandListParams, ToolInfo
from sessiond_protocol.wire import to_json

PATIENCE = 15.0
"""Seconds until servers that still start are shown as such."""
LINES_OF_FAILURE = 15
"""Of what the log of a server says of a try that failed."""
ALL_LINES = 10_000


async def list_servers(directory: str, *, start: bool, as_json: bool) -> int:
    engine = create_engine(directory=directory)
    try:
        requests, root = await engine.own.mcp(directory)
        patience = PATIENCE if start else 0.0
        servers = await started(requests, root, patience, to_stderr)
    finally:
        await engine.close()
    if as_json:
        print(to_json(McpListResult(servers=[*servers])).decode())
    else:
        _print(overview(servers, root))
    return 0


async def try_server(name: str, directory: str) -> int:
    """Exit code 1 and the reason where it does not become ready."""
    engine = create_engine(directory=directory)
    try:
        requests, root = await engine.own.mcp(directory)
        before = (await requests.logs(McpLogsParams(name=name, lines=ALL_LINES), root)).text
        begun = time.monotonic()
        with announced(f"Waiting for {shown_name(name)} to start …", to_stderr):
            server = await requests.connect(McpConnectParams(name=name), root)
        seconds = time.monotonic() - begun
        if server.state != "ready":
            print(f"sessiond: {failure(server)}", file=sys.stderr)
            after = (await requests.logs(McpLogsParams(name=name, lines=ALL_LINES), root)).text
            for line in after.removeprefix(before).splitlines()[-LINES_OF_FAILURE:]:
                print(line, file=sys.stderr)
            return 1
        _print(offer(server, *await _had(engine, requests, root, server)))
        print(f"\nReady after {seconds:.2f} s.")
    finally:
        await engine.close()
    return 0


async def show_log(name: str, directory: str, lines: int) -> int:
    engine = create_engine(directory=directory)
    try:
        requests, root = await engine.own.mcp(directory)
        result = await requests.logs(McpLogsParams(name=name, lines=lines), root)
    finally:
        await engine.close()
    if result.text:
        print(result.text, end="" if result.text.endswith("\n") else "\n")
    else:
        print(f"{shown_name(name)} has written nothing yet.", file=sys.stderr)
    print(result.file, file=sys.stderr)
    return 0


async def _had(
    engine: Engine, requests: McpRequests, root: str, server: McpServer
) -> tuple[Sequence[ToolInfo], Sequence[CommandInfo], Sequence[McpResource]]:
    tools = (await engine.own.tools(root)).tools
    commands = (await requests.commands(CommandListParams(), root)).commands
    resources = (await requests.resources(McpResourcesParams(), root)).resources
    return (
        [tool for tool in tools if tool.server == server.name],
        [command for command in commands if command.server == server.name],
        [resource for resource in resources if resource.server == server.name],
    )


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        print(line)
