"""A tool that asks its user: no built-in one does, so `todoRead` asks what a test wants it to."""

import asyncio
from typing import Any

import msgspec
import pytest

from sessiond.tools.base import Inquiry, ToolResult, ToolScope
from sessiond.tools.conversation.todo_read import TodoRead

CALL: dict[str, Any] = {"toolCalls": [{"name": "todoRead", "arguments": {}}]}
SOURCE = "MCP server places"


def ask_by_todo_read(monkeypatch: pytest.MonkeyPatch, inquiry: Inquiry, patience: float | None = None) -> None:
    """Its output is the answer as JSON, or `nobody answered` after so many seconds."""

    async def run(self: TodoRead, arguments: Any, scope: ToolScope) -> ToolResult:
        try:
            async with asyncio.timeout(patience):
                return ToolResult(msgspec.json.encode(await scope.surroundings.inquire(inquiry)).decode())
        except TimeoutError:
            return ToolResult("nobody answered")

    monkeypatch.setattr(TodoRead, "run", run)


def inquiry(schema: dict[str, Any] | None = None, url: str | None = None, message: str = "Which town?") -> Inquiry:
    return Inquiry(source=SOURCE, message=message, schema=schema, url=url)
