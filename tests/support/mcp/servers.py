"""Settings of MCP servers for a daemon under test, and what such tests do most."""

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from support.daemon import Client, Home

ODD = Path(__file__).parent / "odd" / "odd_server.py"
ALLOWED = '[permission]\n"*" = "allow"\n'


def odd_command(habit: str = "plain") -> list[str]:
    """The command of a small server with one bad habit."""
    return [sys.executable, "-BSEs", str(ODD), habit]


def asking_command() -> list[str]:
    """The command of a server whose one tool, `ask`, asks its user."""
    return [sys.executable, "-BSEs", str(ODD.with_name("asking_server.py"))]


def settings(servers: Mapping[str, Sequence[str] | str | Mapping[str, Any]], permission: str = ALLOWED) -> str:
    """TOML: a list is a command, a text a URL, a table all that is to be said."""
    return permission + "".join(_section(name, server) for name, server in servers.items())


def _section(name: str, server: Sequence[str] | str | Mapping[str, Any]) -> str:
    if isinstance(server, str):
        server = {"url": server}
    elif not isinstance(server, Mapping):
        server = {"command": list(server)}
    return f"[mcp.{name}]\n" + "".join(f"{key} = {_toml(value)}\n" for key, value in server.items())


def _toml(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{json.dumps(key)} = {_toml(each)}" for key, each in value.items()) + " }"
    return json.dumps(value)


def play_calls(home: Home, *calls: tuple[str, dict[str, Any]]) -> None:
    """A model that makes these calls, one a step, and then says that it is done."""
    steps = [{"toolCalls": [{"name": name, "arguments": arguments}]} for name, arguments in calls]
    home.play(*steps, {"text": "Done."})


async def started(client: Client, wait: float = 30.0) -> dict[str, dict[str, Any]]:
    """All servers by name, once none is starting any more."""
    listed = await client.request("mcp/list", {"wait": wait}, wait + 20)
    return {server["name"]: server for server in listed["servers"]}


def calls_of(client: Client, session_id: str) -> list[dict[str, Any]]:
    """The states of all tool calls of a session, in order."""
    messages = client.state(session_id).conversation()
    return [part["state"] for message in messages for part in message["parts"] if part["type"] == "tool"]
