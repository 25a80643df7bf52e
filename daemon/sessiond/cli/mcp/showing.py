"""MCP servers as lines for people. What servers and projects say is a stranger's: one line each, cut, made harmless."""

import os
import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path

from sessiond.cli.table import table
from sessiond.config.files.shown import shown_name
from sessiond_protocol.mcp import McpResource, McpServer
from sessiond_protocol.tools import CommandInfo, ToolAnnotations, ToolInfo

MOST_CHARACTERS = 160


def overview(servers: Sequence[McpServer], root: str) -> Iterator[str]:
    """A table of all, and what the user is to do."""
    if not servers:
        yield "No MCP servers are configured here. `sessiond mcp add NAME -- COMMAND` adds one."
        return
    yield table([("SERVER", "STATE", "TOOLS", "FROM", ""), *(_row(server, root) for server in servers)])
    if any(server.state == "untrusted" for server in servers):
        yield "`sessiond trust` shows what the servers of this project run, and lets them count."


def failure(server: McpServer) -> str:
    """Why it cannot be used, and what to do."""
    name, reason = shown_name(server.name), _line(server.reason or "No reason is known.", 2_000)
    quoted = shlex.quote(name)
    match server.state:
        case "untrusted":
            return f"{name} is brought by the project and waits for trust: `sessiond trust` shows what it runs."
        case "needsAuth" if server.auth_url:
            return f"{name} wants you to log in: `sessiond mcp auth {quoted}`. {reason}"
        case "needsAuth":
            return f"{name} does not let you in: {reason}"
        case "disabled":
            return f"{name} is switched off. {reason}"
        case "failed" | "restarting":
            return f"{name} cannot be used: {reason} `sessiond mcp logs {quoted}` may say more."
        case _:
            before = f" Before: {reason}" if server.reason else ""
            return f"{name} is still starting. `sessiond mcp test {quoted}` waits for it.{before}"


def offer(
    server: McpServer, tools: Sequence[ToolInfo], commands: Sequence[CommandInfo], resources: Sequence[McpResource]
) -> Iterator[str]:
    """What a server that is ready says of itself and has; each kind only where there is something of it."""
    itself = " ".join(filter(None, (server.title, server.version))) or "it does not say what it is"
    yield f"{shown_name(server.name)}: {_line(itself)}, by {server.transport}, protocol {server.protocol_version}"
    yield from _block("Tools, as models see them:", [(tool.name, _tool(tool)) for tool in tools])
    yield from _block("Left out:", [(reason, "") for reason in server.left_out])
    yield from _block("Prompts:", [(command.name, _command(command)) for command in commands])
    yield from _block("Resources:", [(resource.uri, resource.title or resource.name) for resource in resources])


def _row(server: McpServer, root: str) -> tuple[str, ...]:
    tools = str(len(server.tools)) if server.state == "ready" else "-"
    return shown_name(server.name), server.state, tools, _place(server.source, root), _remark(server)


def _remark(server: McpServer) -> str:
    match server.state:
        case "ready":
            return _line(" ".join(filter(None, (server.title, server.version))), 60)
        case "needsAuth" if server.auth_url:
            return f"sessiond mcp auth {shlex.quote(shown_name(server.name))}"
        case _:
            return _line(server.reason or "")


def _place(source: str, root: str) -> str:
    """A file from the project's root, or from home."""
    file, home = Path(source), os.path.expanduser("~")
    if file.is_relative_to(root):
        return shown_name(str(file.relative_to(root)))
    return shown_name(f"~/{file.relative_to(home)}" if file.is_relative_to(home) else source)


def _block(head: str, rows: Sequence[tuple[str, str]]) -> Iterator[str]:
    if rows:
        yield ""
        yield head
        yield from ("  " + line for line in table([(_line(left), _line(right)) for left, right in rows]).splitlines())


def _tool(tool: ToolInfo) -> str:
    hints = list(_hints(tool.annotations)) if tool.annotations else []
    said = tool.title or tool.description
    return f"[{', '.join(hints)}] {said}" if hints else said


def _hints(said: ToolAnnotations) -> Iterator[str]:
    if said.read_only is not None:
        yield "reads only" if said.read_only else "changes things"
    if said.destructive and not said.read_only:
        yield "may destroy"
    if said.open_world:
        yield "reaches outside"


def _command(command: CommandInfo) -> str:
    arguments = " ".join(each.name if each.required else f"[{each.name}]" for each in command.arguments)
    said = command.title or command.description or ""
    return f"{said} ({arguments})".lstrip() if arguments else said


def _line(text: str, most: int = MOST_CHARACTERS) -> str:
    """Its words on one line; what is cut was cut off before it is looked at."""
    words = shown_name(" ".join(text[: 4 * most].split()))
    return words if len(words) <= most else words[: most - 1] + "…"
