"""The `readResource` tool: lists what MCP servers offer to be read, and reads it.

One tool for all servers, made by `mcp/project.py`. Resources that the user attaches to a prompt are not its affair.
"""

import asyncio
from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict, Field

from sessiond.mcp.base import CallResult, ResourceFacts, Server, ServerFailed
from sessiond.mcp.tools.finding import Unfindable, found_resources, server_of
from sessiond.mcp.tools.results import tool_result
from sessiond.mcp.tools.words import one_line
from sessiond.tools.base import Ask, ToolResult, ToolScope
from sessiond.tools.failure import ToolFailed
from sessiond.tools.prompts import tool_prompt

LONGEST_URI = 2000
MAX_LISTED = 100


class ReadResourceArguments(BaseModel):
    model_config = ConfigDict(extra="ignore")

    server: str | None = Field(default=None, description="The server; needed only where several have the same URI.")
    uri: str | None = Field(
        default=None, min_length=1, max_length=LONGEST_URI, description="What to read; without it, a list is given."
    )
    query: str | None = Field(default=None, description="For the list: text in the name, the title or the URI.")


class ReadResource:
    name = "readResource"
    description = tool_prompt("readResource")
    parameters: type[BaseModel] = ReadResourceArguments
    concurrent = True

    def __init__(self, servers: Sequence[Server]) -> None:
        self._servers = servers

    def asks(self, arguments: ReadResourceArguments, cwd: str, root: str) -> list[Ask]:
        if arguments.uri is None:
            return []  # what is listed, the servers have told already
        server, uri = self._server(arguments.uri, arguments.server).name, one_line(arguments.uri, LONGEST_URI)
        title = f"Read {uri} of {server}"
        return [Ask(permission=self.name, title=title, text=f"{server} {uri}", offer=f"{server} *")]

    async def run(self, arguments: ReadResourceArguments, scope: ToolScope) -> ToolResult:
        if arguments.uri is None:
            return self._listed(arguments)
        server = self._server(arguments.uri, arguments.server)
        try:
            contents = await server.read(arguments.uri)
        except ServerFailed as failure:
            text, _ = await asyncio.to_thread(scope.outputs.limited, str(failure))
            raise ToolFailed(text) from None
        title = f"{server.name}: {one_line(arguments.uri)}"
        return await asyncio.to_thread(tool_result, CallResult(contents), scope.outputs, title)

    def _server(self, uri: str, name: str | None) -> Server:
        try:
            return server_of(self._servers, uri, name)
        except Unfindable as reason:
            raise ToolFailed(str(reason)) from None

    def _listed(self, arguments: ReadResourceArguments) -> ToolResult:
        servers = [server for server in self._servers if arguments.server in (None, server.name)]
        found = list(found_resources(servers, arguments.query))
        lines = [resource_line(server, facts) for server, facts in found[:MAX_LISTED]]
        if len(found) > MAX_LISTED:
            lines.append(f"({len(found) - MAX_LISTED} more are left out; give `query`)")
        title = "Resources of MCP servers"
        return ToolResult("\n".join(lines) or "(no such resource is offered)", title, {"count": len(found)})


def resource_line(server: Server, facts: ResourceFacts) -> str:
    name = facts.title or facts.name
    described = f": {one_line(facts.description)}" if facts.description else ""
    kind = f", {one_line(facts.media_type)}" if facts.media_type else ""
    template = ", a template" if facts.template else ""
    return f"- {one_line(facts.uri, LONGEST_URI)} ({server.name}, {one_line(name)}{kind}{template}){described}"
