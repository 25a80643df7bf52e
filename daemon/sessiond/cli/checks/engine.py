"""The engine as a client meets it: whether one can be had, which it is, and what only it knows."""

import os

from sessiond import __version__
from sessiond.cli.checks.finding import Finding
from sessiond.cli.checks.models import model_findings
from sessiond.cli.client.client import Client
from sessiond.cli.client.reaching import engine_for
from sessiond.cli.mcp.showing import failure
from sessiond.cli.mcp.waiting import servers_of
from sessiond.config.files.shown import shown_name
from sessiond.config.paths import data_directory
from sessiond.owner.lock import owner_of
from sessiond.owner.places import is_standalone
from sessiond_protocol.errors import RpcError
from sessiond_protocol.mcp import McpServer
from sessiond_protocol.methods import ListParams, ListResult
from sessiond_protocol.serving.lifecycle import SandboxStatus, StatusResult
from sessiond_protocol.wire import NoParams

SERVER_SECONDS = 10.0


async def engine_findings(directory: str) -> list[Finding]:
    """An engine that cannot be had is a finding as well."""
    async with engine_for("sessiond doctor", directory) as client:
        try:
            status = await client.call("server/status", NoParams(), StatusResult)
        except RpcError as error:
            return [Finding("fail", f"engine: {error.message}")]
        models = await model_findings(client, directory)
        rest = [await _storage(client), _sandbox(status.sandbox), *await _servers(client, directory)]
        return [_engine(status), *models, *rest]


def _engine(status: StatusResult) -> Finding:
    if is_standalone(os.environ):
        return Finding("ok", "engine: one inside each command and client (SESSIOND_STANDALONE)")
    others = status.clients - 1
    who = "no other client" if others == 0 else f"{others} other client{'s' if others > 1 else ''}"
    where = owner_of(str(data_directory())).get("socket")
    what = f"engine: sessiond {status.version}, process {status.pid}, with {who}, at {where}"
    if status.version != __version__:
        return Finding("warn", what, f"This is {__version__}, which takes over after `sessiond restart`.")
    return Finding("ok", what)


async def _storage(client: Client) -> Finding:
    try:
        await client.call("session/list", ListParams(limit=1), ListResult)
    except RpcError as error:
        return Finding("fail", f"storage: {error.message}")
    return Finding("ok", f"storage: {data_directory()} is ours to write")


def _sandbox(status: SandboxStatus) -> Finding:
    if status.state == "none":
        remedy = "Install bubblewrap, or pip install 'sessiond[sandbox]'; `[sandbox] bash = \"off\"` silences this."
        return Finding("warn", f"sandbox: none: {status.reason}", remedy)
    return Finding("ok", "sandbox: shell commands run in bubblewrap")


async def _servers(client: Client, directory: str) -> list[Finding]:
    """A server that is not there costs its tools; it is never a reason to call the installation bad."""
    try:
        return [_server(server) for server in await servers_of(client, directory, wait=SERVER_SECONDS)]
    except RpcError:
        return []  # settings that are wrong have been told


def _server(server: McpServer) -> Finding:
    match server.state:
        case "ready":
            return Finding("ok", f"MCP server {shown_name(server.name)}: ready, {len(server.tools)} tools")
        case "disabled":
            return Finding("ok", f"MCP server {failure(server)}")
        case _:
            return Finding("warn", f"MCP server {failure(server)}")
