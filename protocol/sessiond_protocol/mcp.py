"""MCP servers as clients see them: how each is, what it offers, how it is started and stopped.

Parameters and results of `mcp/…`; `methods.py` has the table.
"""

from typing import Any, Literal, TypeAlias

import msgspec

from sessiond_protocol.wire import Value, Wire

McpState: TypeAlias = Literal["disabled", "untrusted", "idle", "starting", "ready", "needsAuth", "restarting", "failed"]
"""`disabled`: by its config or `mcp/disconnect`. `untrusted`: a project brings it, and waits for trust. `idle`:
starts when a session needs it. `needsAuth`: waits for the user to log in at `authUrl`. `restarting`: waits for
`nextTryAt`. `failed`: not tried again before `mcp/connect`, a changed config or a new session asks for it."""


class McpServer(Value, frozen=True):
    """One configured server."""

    name: str
    state: McpState
    reason: str | None = None
    """Why it is not `ready`, as a person reads it."""
    source: str = ""
    """Where it is configured: a file, or `client`."""
    transport: Literal["stdio", "http", "sse"] = "stdio"
    auth_url: str | None = None
    """Where the user can log in; opening it in a browser is all that is needed."""
    next_try_at: int | None = None
    """When it is started again, in ms since the epoch."""
    restarts: int = 0
    title: str | None = None
    """What it calls itself, with its version; `protocolVersion` likewise is known once it was ready."""
    version: str | None = None
    protocol_version: str | None = None
    tools: list[str] = msgspec.field(default_factory=list[str])
    """As models see them: `<server>_<tool>`."""
    left_out: list[str] = msgspec.field(default_factory=list[str])
    """Tools that models do not get, each with the reason."""
    prompts: int = 0
    resources: int = 0
    log: str | None = None
    """The file with what it has written to stderr, and what became of it."""


class McpListParams(Value, frozen=True):
    directory: str | None = None
    wait: float = 0.0
    """Seconds: idle servers are started, and the answer comes once none is starting any more, or after this time."""


class McpListResult(Wire):
    servers: list[McpServer]


class McpConnectParams(Value, frozen=True):
    name: str
    directory: str | None = None
    server: dict[str, Any] | None = None
    """The settings of a server that the client brings, as in a `[mcp.NAME]` section; it lasts as long as the engine."""


class McpDisconnectParams(Value, frozen=True):
    name: str
    directory: str | None = None


class McpLogsParams(Value, frozen=True):
    name: str
    directory: str | None = None
    lines: int = 200
    """How many of the newest."""


class McpLogsResult(Wire):
    text: str
    file: str


class McpResource(Value, frozen=True):
    """Something of a server that can be read, and attached to a prompt as a file part with this `uri`."""

    server: str
    uri: str
    """`mcp:<server>:<the server's own URI>`; that of a template has `{…}` to be filled in."""
    name: str
    template: bool = False
    title: str | None = None
    description: str | None = None
    media_type: str | None = None
    size: int | None = None
    """Bytes."""


class McpResourcesParams(Value, frozen=True):
    directory: str | None = None
    query: str | None = None
    """Text that must be in the name, the title or the URI."""


class McpResourcesResult(Wire):
    resources: list[McpResource]
