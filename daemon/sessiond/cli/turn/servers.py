"""Has the project's MCP servers started before a single prompt, which would be over before slow ones are there.

Called by `run.py`. No turn waits for a server; a command that has only one turn waits here, within bounds.
"""

from collections.abc import Callable, Iterator, Sequence

from sessiond.cli.client.client import Client
from sessiond.cli.mcp.waiting import servers_of, started
from sessiond_protocol.mcp import McpServer

PATIENCE = 10.0
"""Seconds; a server that takes longer brings its tools to a later step."""


async def await_servers(client: Client, directory: str, say: Callable[[str], None]) -> None:
    """Returns when all are ready or not to be had; says what it waits for, which are not, and why. Raises RpcError."""
    servers = await servers_of(client, directory)
    if any(server.state == "idle" for server in servers):
        servers = await started(client, directory, PATIENCE, say)
    for line in troubles(servers):
        say(line)


def troubles(servers: Sequence[McpServer]) -> Iterator[str]:
    """A line for each server that is not there, but for those that the user has switched off."""
    for server in servers:
        match server.state:
            case "ready" | "disabled":
                pass
            case "untrusted":
                yield f"MCP server {server.name} waits until you trust this project: sessiond trust"
            case "needsAuth" if server.auth_url:
                yield f"MCP server {server.name} wants you to log in: sessiond mcp auth {server.name}"
            case "starting" | "idle":
                before = f" {server.reason}" if server.reason else ""
                yield f"MCP server {server.name} is still starting; its tools come when it is ready.{before}"
            case _:
                yield f"MCP server {server.name} is not there: {server.reason or 'no reason is known'}"
