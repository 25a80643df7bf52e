"""The handlers of `mcp/…`, and of `command/list`: commands are prompts of MCP servers."""

from sessiond.mcp.requests import McpRequests
from sessiond.server.call import Call
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


async def commands(call: Call, params: CommandListParams) -> CommandListResult:
    requests, root = await _of(call, params.directory)
    return await requests.commands(params, root)


async def list_servers(call: Call, params: McpListParams) -> McpListResult:
    requests, root = await _of(call, params.directory)
    return await requests.list(params, root)


async def connect(call: Call, params: McpConnectParams) -> McpServer:
    requests, root = await _of(call, params.directory)
    return await requests.connect(params, root)


async def disconnect(call: Call, params: McpDisconnectParams) -> McpServer:
    requests, root = await _of(call, params.directory)
    return await requests.disconnect(params, root)


async def logs(call: Call, params: McpLogsParams) -> McpLogsResult:
    requests, root = await _of(call, params.directory)
    return await requests.logs(params, root)


async def resources(call: Call, params: McpResourcesParams) -> McpResourcesResult:
    requests, root = await _of(call, params.directory)
    return await requests.resources(params, root)


async def _of(call: Call, directory: str | None) -> tuple[McpRequests, str]:
    return await call.client.guest.mcp(directory)
