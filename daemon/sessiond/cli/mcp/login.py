"""`sessiond mcp auth`: the login to a remote server, with the browser; it is kept as API keys are."""

import asyncio
import os
import sys
import webbrowser
from pathlib import Path

from sessiond.cli.client.client import Client
from sessiond.cli.client.reaching import engine_for, engine_runs
from sessiond.cli.mcp.showing import failure
from sessiond.cli.mcp.waiting import servers_of
from sessiond.config.errors import ConfigError, Failed
from sessiond.config.files.shown import shown_name
from sessiond.config.load import load_settings
from sessiond.config.mcp_servers.declared import Declared
from sessiond.config.project import project_root
from sessiond.mcp.base import Remote
from sessiond.mcp.configured import Surrounding, to_config
from sessiond.mcp.logins import KeptLogin
from sessiond_protocol.mcp import McpConnectParams, McpServer

LOOKING_SECONDS = 0.3
"""Between two looks at whether the user has logged in."""


async def log_in(name: str, directory: str) -> int:
    """Waits until the user has logged in or the server gives up; Ctrl-C ends it."""
    async with engine_for("sessiond mcp", directory) as client:
        server = await client.call("mcp/connect", McpConnectParams(name, directory), McpServer)
        if server.state == "ready":
            print(f"{shown_name(name)} is ready; no login is needed now. --forget forgets one that is kept.")
            return 0
        if server.auth_url is None:
            raise Failed(failure(server))
        await _show(server.auth_url)
        server = await _settled(client, directory, name)
    if server.state != "ready":
        raise Failed(failure(server))
    print(f"Logged in to {shown_name(name)}. `sessiond mcp auth {shown_name(name)} --forget` forgets it.")
    return 0


async def forget(name: str, directory: str) -> int:
    """An engine that runs and has used the login does without it from now on."""
    root = Path(project_root(directory))
    server = next((server for server in load_settings(root).servers if server.name == name), None)
    if server is None:
        raise Failed(f"There is no MCP server {name!r}. `sessiond mcp list` shows those there are.")
    if not forgotten(server, root):
        print(f"No login to {shown_name(name)} is kept.")
        return 0
    if engine_runs():
        await _start_anew(name, directory)
    print("The login is forgotten.")
    return 0


def forgotten(server: Declared, root: Path) -> bool:
    """Forgets the login to a remote server. False: none was kept. Raises ConfigError when the disk refuses."""
    try:
        place = to_config(server, str(root), Surrounding(os.environ, {})).place
    except ConfigError:
        return False  # a variable is not set, without which nobody can have logged in
    return isinstance(place, Remote) and KeptLogin(place).forget()


async def _start_anew(name: str, directory: str) -> None:
    async with engine_for("sessiond mcp", directory) as client:
        used = [
            server.name for server in await servers_of(client, directory) if server.state in ("ready", "restarting")
        ]
        if name in used:
            await client.call("mcp/connect", McpConnectParams(name, directory), McpServer)


async def _show(url: str) -> None:
    """The address may come from a stranger's server: nothing but the web is opened."""
    print(f"Log in here:\n\n  {shown_name(url)}\n", file=sys.stderr)
    if url.startswith(("http://", "https://")):
        await asyncio.to_thread(_open, url)


def _open(url: str) -> None:
    try:
        webbrowser.open(url)
    except webbrowser.Error:
        return  # the address has been shown


async def _settled(client: Client, directory: str, name: str) -> McpServer:
    """The server once it does not wait for the user any more."""
    while True:
        servers = await servers_of(client, directory)
        server = next(server for server in servers if server.name == name)
        if server.state not in ("needsAuth", "starting") or (server.state == "needsAuth" and not server.auth_url):
            return server
        await asyncio.sleep(LOOKING_SECONDS)
