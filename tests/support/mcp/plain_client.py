"""The SDK's client over our transport to an odd server, and its tools in one word each."""

import contextlib
import json
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

from mcp.client.client import Client
from mcp_types import TextContent

from sessiond.mcp.connection.stdio import stdio
from support.mcp.odd.launch import odd
from support.mcp.recorded_host import RecordedHost


class PlainClient:
    def __init__(self, client: Client) -> None:
        self.client = client

    async def call(self, tool: str, /, **arguments: Any) -> str:
        """Raises MCPError."""
        (content,) = (await self.client.call_tool(tool, arguments)).content
        assert isinstance(content, TextContent)
        return content.text

    async def pid(self) -> int:
        return json.loads(await self.call("where"))["pid"]


@contextlib.asynccontextmanager
async def connected(
    habit: str = "plain",
    number: float | None = None,
    *,
    host: RecordedHost | None = None,
    env: dict[str, str] | None = None,
    cwd: Path | None = None,
    **callbacks: Any,
) -> AsyncGenerator[PlainClient]:
    place = odd(habit, number, env=env, cwd=cwd)
    async with Client(stdio(place, host or RecordedHost()), mode="legacy", **callbacks) as client:
        yield PlainClient(client)
