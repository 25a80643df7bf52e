"""A tool of an MCP server, as the engine runs it. Fits `tools.base.Tool`; made by `mcp/project.py`.

What the server says of it is shown, bounded, and never relied upon: whatever it claims, a rule or the user decides.
"""

import asyncio

from pydantic import BaseModel

from sessiond.mcp.base import Progress, Server, ServerFailed, ToolFacts
from sessiond.mcp.tools.arguments import RemoteArguments, arguments_model
from sessiond.mcp.tools.results import tool_result
from sessiond.mcp.tools.words import brief, compact_json, one_line
from sessiond.tools.base import Ask, ToolResult, ToolScope
from sessiond.tools.failure import ToolFailed
from sessiond_protocol.tools import ToolAnnotations

MAX_DESCRIPTION = 2000
MAX_TITLE = 80
MAX_ARGUMENTS = 512 * 1024
"""Characters of JSON. Rules must see all that they judge, so no call is cut to be judged."""


class RemoteTool:
    def __init__(self, name: str, server: Server, facts: ToolFacts) -> None:
        """Raises ValueError with the reason where models cannot be told of its arguments."""
        self.name = name
        self.server_name = server.name
        self.title = one_line(facts.title, MAX_TITLE) if facts.title else None
        self.description = described(facts)
        self.annotations = facts.annotations
        arguments = arguments_model(facts.schema)
        self.parameters: type[BaseModel] = arguments
        self.size = len(self.description) + arguments.shaped_by.size
        """Characters that a model reads of it with every request."""
        # Two calls that change something may mean one after the other; only the server knows, and this is its word.
        self.concurrent = facts.annotations is not None and facts.annotations.read_only is True
        self._server = server
        self._own_name = facts.name

    def asks(self, arguments: RemoteArguments, cwd: str, root: str) -> list[Ask]:
        text = compact_json(arguments.root)
        if len(text) > MAX_ARGUMENTS:
            raise ToolFailed(
                f"The arguments of {self.name} are too long: at most {MAX_ARGUMENTS:,} characters of JSON."
            )
        said = claims(self.annotations)
        return [Ask(permission=self.name, title=f"{self._called}{f' ({said})' if said else ''}", text=text, offer="*")]

    async def run(self, arguments: RemoteArguments, scope: ToolScope) -> ToolResult:
        try:
            result = await self._server.call(
                self._own_name, arguments.root, printed(scope.progress), scope.surroundings
            )
        except ServerFailed as failure:
            text, _ = await asyncio.to_thread(scope.outputs.limited, str(failure))
            raise ToolFailed(text) from None
        return await asyncio.to_thread(tool_result, result, scope.outputs, self._called)

    @property
    def _called(self) -> str:
        return f"{self.server_name}: {self.title or one_line(self._own_name, MAX_TITLE)}"


def described(facts: ToolFacts) -> str:
    """The server's description, under the title where it says more than the name."""
    description = brief(facts.description, MAX_DESCRIPTION) or "(Its server does not describe it.)"
    title = one_line(facts.title or "", MAX_TITLE)
    return description if not title or title in (facts.name, description) else f"{title}\n\n{description}"


def claims(annotations: ToolAnnotations | None) -> str | None:
    """What the server says that the tool does, for who has to answer a question about it."""
    said = annotations or ToolAnnotations()
    if said.read_only:
        words = ["only reads"]
    else:
        words = [] if said.destructive is None else ["may destroy" if said.destructive else "destroys nothing"]
    if said.open_world:
        words.append("reaches beyond its server")
    return f"its server says that it {' and '.join(words)}" if words else None


def printed(progress: Progress) -> Progress:
    """Progress whose texts are a server's."""
    return lambda text, done, total: progress(None if text is None else one_line(text), done, total)
