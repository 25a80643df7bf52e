"""What is said of tools, commands and todos: results of `tool/list`, `command/list` and `session/todos`.

`methods.py` has the table.
"""

from typing import Any

import msgspec

from sessiond_protocol.messages import Todo
from sessiond_protocol.wire import Value, Wire


class ToolAnnotations(Value, frozen=True):
    """What an MCP server says of its tool. Nobody has checked it, and no rule relies on it."""

    read_only: bool | None = None
    destructive: bool | None = None
    idempotent: bool | None = None
    open_world: bool | None = None
    """Whether it reaches beyond the server: the web, say."""


class ToolInfo(Value, frozen=True):
    """A tool as models see it; `parameters` is a JSON Schema."""

    name: str
    description: str
    parameters: dict[str, Any]
    server: str | None = None
    """The MCP server it belongs to."""
    title: str | None = None
    annotations: ToolAnnotations | None = None


class ToolListResult(Wire):
    tools: list[ToolInfo]


class CommandArgument(Value, frozen=True):
    name: str
    description: str | None = None
    required: bool = False


class CommandInfo(Value, frozen=True):
    """What `session/chat` takes as `command`, with `name=value`, or values in this order, quoted as in a shell."""

    name: str
    """`<server>:<prompt>`."""
    server: str
    title: str | None = None
    description: str | None = None
    arguments: list[CommandArgument] = msgspec.field(default_factory=list[CommandArgument])


class CommandListParams(Value, frozen=True):
    directory: str | None = None
    query: str | None = None
    """Text that must be in the name or the title."""


class CommandListResult(Wire):
    commands: list[CommandInfo]


class TodosResult(Wire):
    todos: list[Todo]
