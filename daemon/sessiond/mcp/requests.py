"""Answers what clients ask about MCP servers: `mcp/…` and `command/list`. Called by the handlers.

Each method takes the parameters of the protocol and the resolved root of a project. Nothing here is a tool's business.
"""

import asyncio
import difflib
from collections.abc import Sequence
from typing import Any, NoReturn

from pydantic import ValidationError

from sessiond.config.explain import CLIENT, Layer, explain
from sessiond.config.files.shown import shown_value
from sessiond.config.settings import McpServerSettings, Settings
from sessiond.mcp.attachments import resources_of
from sessiond.mcp.pool import Pool
from sessiond.mcp.project import Entry, ProjectServers
from sessiond.mcp.prompts import commands_of
from sessiond.mcp.supervision.supervised import NOTHING
from sessiond_protocol.errors import ErrorCode, RpcError
from sessiond_protocol.mcp import (
    McpConnectParams,
    McpDisconnectParams,
    McpListParams,
    McpListResult,
    McpLogsParams,
    McpLogsResult,
    McpResourcesParams,
    McpResourcesResult,
    McpServer,
)
from sessiond_protocol.tools import CommandListParams, CommandListResult

MOST_LINES = 10_000


class McpRequests:
    """Every method raises RpcError: `invalidRequest` with the `field` that is wrong, `shuttingDown`."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def list(self, params: McpListParams, root: str) -> McpListResult:
        project = await self._pool.look(root)
        if params.wait > 0:
            project.begin()
            await project.settled(params.wait)
        return McpListResult(servers=[described(project, entry) for entry in project.entries.values()])

    async def connect(self, params: McpConnectParams, root: str) -> McpServer:
        settings = None if params.server is None else _settings(params.name, params.server)
        if settings is None:
            await self._find(params.name, root)
        try:
            entry = await self._pool.connect(root, params.name, settings)
        except KeyError:  # taken out of the configuration meanwhile
            entry = await self._find(params.name, root)
        return described(await self._pool.of(root), entry)

    async def disconnect(self, params: McpDisconnectParams, root: str) -> McpServer:
        await self._find(params.name, root)
        try:
            entry = await self._pool.disconnect(root, params.name)
        except KeyError:
            entry = await self._find(params.name, root)
        return described(await self._pool.of(root), entry)

    async def logs(self, params: McpLogsParams, root: str) -> McpLogsResult:
        log = (await self._find(params.name, root)).log
        text = await asyncio.to_thread(log.tail, min(params.lines, MOST_LINES))
        return McpLogsResult(text=text, file=str(log.path))

    async def resources(self, params: McpResourcesParams, root: str) -> McpResourcesResult:
        return McpResourcesResult(resources=resources_of((await self._pool.look(root)).servers, params.query))

    async def commands(self, params: CommandListParams, root: str) -> CommandListResult:
        return CommandListResult(commands=commands_of((await self._pool.look(root)).servers, params.query))

    async def _find(self, name: str, root: str) -> Entry:
        entries = (await self._pool.look(root)).entries
        return entries[name] if name in entries else _unknown(name, list(entries))


def described(project: ProjectServers, entry: Entry) -> McpServer:
    declared, status, server = entry.declared, entry.status, entry.server
    identity = None if server is None else server.identity
    listing = NOTHING if server is None else server.listing
    return McpServer(
        name=declared.name,
        state=status.state,
        reason=status.reason,
        source=declared.source,
        transport="stdio" if declared.settings.url is None else declared.settings.transport or "http",
        auth_url=status.auth_url,
        next_try_at=status.next_try_at,
        restarts=0 if server is None else server.restarts,
        title=identity and identity.title,
        version=identity and identity.version,
        protocol_version=identity and identity.protocol_version,
        tools=project.tools_of(declared.name),
        left_out=project.left_out(declared.name),
        prompts=len(listing.prompts),
        resources=len(listing.resources),
        log=str(entry.log.path),
    )


def _settings(name: str, server: dict[str, Any]) -> McpServerSettings:
    """Those that a client brings."""
    values = {"mcp": {name: server}}
    try:
        return Settings.model_validate(values).mcp[name]
    except ValidationError as error:
        raise _invalid("server", explain(error, [Layer(CLIENT, values)]).message) from None


def _unknown(name: str, names: Sequence[str]) -> NoReturn:
    shown = shown_value(name, 100)
    if not names:
        raise _invalid("name", f"There is no MCP server {shown}; none is configured for this project.")
    near = difflib.get_close_matches(name[:100], names, n=3)
    meant = f" Did you mean {' or '.join(near)}?" if near else ""
    raise _invalid("name", f"There is no MCP server {shown}; there are: {', '.join(names)}.{meant}")


def _invalid(field: str, message: str) -> RpcError:
    return RpcError(ErrorCode.INVALID_PARAMS, message, {"kind": "invalidRequest", "field": field})
