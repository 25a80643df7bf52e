"""The servers of a project once they have started, within bounds; whoever waits longer than a moment is told what for.

Called by `sessiond run`, `mcp list` and `mcp test`. No turn waits for a server: this is for commands that end soon.
"""

import asyncio
import sys
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager

from sessiond.cli.client.client import Client
from sessiond.config.files.shown import shown_name
from sessiond_protocol.mcp import McpListParams, McpListResult, McpServer

MOMENT = 1.0
"""Seconds that nobody is told of."""


async def started(client: Client, directory: str, seconds: float, say: Callable[[str], None]) -> Sequence[McpServer]:
    """Starts those that are idle. Returns when none is starting any more, or after so many seconds."""
    servers = await servers_of(client, directory, wait=min(MOMENT, seconds))
    names = [shown_name(server.name) for server in servers if server.state == "starting"]
    if not names or seconds <= MOMENT:
        return servers
    say(f"Waiting for MCP servers to start, {seconds:g} s at most: {', '.join(names)}.")
    return await servers_of(client, directory, wait=seconds - MOMENT)


async def servers_of(client: Client, directory: str, *, wait: float = 0.0) -> Sequence[McpServer]:
    """Those of the directory's project. With `wait` idle ones are started, and waited for so many seconds."""
    return (await client.call("mcp/list", McpListParams(directory, wait), McpListResult)).servers


@contextmanager
def announced(line: str, say: Callable[[str], None]) -> Generator[None]:
    """`line` is said when what is done within takes longer than a moment."""
    saying = asyncio.get_running_loop().call_later(MOMENT, say, line)
    try:
        yield
    finally:
        saying.cancel()


def to_stderr(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
