"""The MCP servers of one project, as its turns see them: their tools, what they say of their use, who has what.

Fits `engine.plan.RemoteTools`. The pool says which servers there are; this stops none.
"""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import suppress

import msgspec

from sessiond.config.mcp_servers.declared import Declared
from sessiond.mcp.base import Listing, Server, ToolFacts
from sessiond.mcp.logs import ServerLog
from sessiond.mcp.supervision.supervised import NOTHING, Status, Supervised
from sessiond.mcp.tools.naming import plain_name, tool_names
from sessiond.mcp.tools.remote_tool import RemoteTool
from sessiond.mcp.tools.resource_tool import ReadResource
from sessiond.mcp.tools.words import brief, one_line
from sessiond.tools.base import Tool

LONGEST_INSTRUCTIONS = 4_000
"""Characters of what one server says; what is more is cut off."""

MOST_CHARACTERS = 512 * 1024
"""Of all tools of one server: a model reads them with every request, and takes no request that is too long."""
MOST_TOOLS = 100
"""Of all servers of a project together: OpenAI refuses a request with more than 128, and some are built in."""


class Entry(msgspec.Struct, frozen=True, eq=False):
    """A configured server. Without `server` it is not to be used, and `refusal` says why."""

    declared: Declared
    log: ServerLog
    server: Supervised | None
    refusal: Status = Status(state="idle")

    @property
    def status(self) -> Status:
        return self.refusal if self.server is None else self.server.status


class _Made(msgspec.Struct, frozen=True, eq=False):
    """A tool, and what it was made of."""

    server: Server
    facts: ToolFacts
    tool: RemoteTool


class ProjectServers:
    def __init__(self) -> None:
        self._entries: dict[str, Entry] = {}
        self._seen: list[tuple[Supervised, Listing]] | None = None
        self._made: dict[tuple[str, str], _Made] = {}
        self._left_out: dict[str, list[str]] = {}
        self._tools: tuple[Tool, ...] = ()
        self._reading: tuple[list[Supervised], ReadResource] | None = None

    @property
    def entries(self) -> Mapping[str, Entry]:
        """By name, in the order of names."""
        return self._entries

    def replace(self, entries: Mapping[str, Entry]) -> None:
        self._entries = dict(sorted(entries.items()))

    @property
    def servers(self) -> tuple[Supervised, ...]:
        """Those that may be used, ready or not."""
        return tuple(entry.server for entry in self._entries.values() if entry.server is not None)

    def begin(self, *, again: bool = False) -> None:
        """Has the idle servers started in the background. `again`: also those that could not be."""
        for server in self.servers:
            if again or server.status.state == "idle":
                server.begin()

    async def settled(self, seconds: float) -> None:
        """Waits until none is starting any more, so many seconds at most."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                for server in self.servers:
                    await server.settled()

    def tools(self) -> tuple[Tool, ...]:
        """By server and name. The same objects as long as nothing has changed for them."""
        self._look()
        return self._tools

    def tools_of(self, server: str) -> list[str]:
        """The names of a server's tools, as models see them."""
        self._look()
        return sorted(made.tool.name for (owner, _), made in self._made.items() if owner == server)

    def left_out(self, server: str) -> list[str]:
        """A server's tools that models do not get, each with the reason."""
        self._look()
        return self._left_out.get(server, [])

    def instructions(self) -> tuple[str, ...]:
        return tuple(block for server in self.servers for block in _instructions(server))

    def may_offer(self, name: str) -> bool:
        """Whether it is the name of a tool here, or may be that of a server that has not said yet what it offers."""
        if any(tool.name == name for tool in self.tools()):
            return True
        unknown = [server for server in self.servers if server.status.state != "ready"]
        return any(name.startswith(_prefix(server.name)) for server in unknown) or (
            bool(unknown) and name == ReadResource.name
        )

    def _look(self) -> None:
        """Makes the tools anew when a server has come or gone, or offers something else."""
        seen = [(server, server.listing) for server in self.servers]
        if self._seen is not None and _same(seen, self._seen):
            return
        self._seen = seen
        before, self._made, self._left_out = self._made, {}, {}
        names = tool_names([(server.name, [facts.name for facts in listing.tools]) for server, listing in seen])
        for server, listing in seen:
            room = MOST_CHARACTERS
            for facts in sorted(listing.tools, key=lambda each: each.name):
                source = (server.name, facts.name)
                if source in self._made:
                    self._leave_out(server, facts, "the server has another tool of this name")
                elif len(self._made) >= MOST_TOOLS:
                    self._leave_out(server, facts, f"the servers before it have {MOST_TOOLS} tools already")
                elif room <= 0:
                    self._leave_out(server, facts, f"the tools before it have {MOST_CHARACTERS:,} characters in all")
                else:
                    room -= self._made_size(server, facts, names[source], before.get(source))
        self._tools = tuple(made.tool for made in self._made.values())
        if any(listing.resources for _, listing in seen):
            self._tools = (*self._tools, self._resource_tool([server for server, _ in seen]))

    def _made_size(self, server: Server, facts: ToolFacts, name: str, before: _Made | None) -> int:
        """Makes the tool; 0 where it cannot be made."""
        if before is None or (before.server, before.facts, before.tool.name) != (server, facts, name):
            try:
                before = _Made(server, facts, RemoteTool(name, server, facts))
            except ValueError as error:
                self._leave_out(server, facts, str(error))
                return 0
        self._made[server.name, facts.name] = before
        return before.tool.size

    def _resource_tool(self, servers: list[Supervised]) -> ReadResource:
        if self._reading is None or self._reading[0] != servers:
            self._reading = servers, ReadResource(servers)
        return self._reading[1]

    def _leave_out(self, server: Server, facts: ToolFacts, reason: str) -> None:
        self._left_out.setdefault(server.name, []).append(f"{one_line(facts.name, 100)}: {reason}")


def _same(one: list[tuple[Supervised, Listing]], other: list[tuple[Supervised, Listing]]) -> bool:
    return len(one) == len(other) and all(a is c and b is d for (a, b), (c, d) in zip(one, other, strict=True))


def _prefix(server: str) -> str:
    return plain_name((server, ""))


def _instructions(server: Supervised) -> Iterator[str]:
    identity = server.identity
    if server.listing == NOTHING or identity is None or not (text := (identity.instructions or "").strip()):
        return
    yield (
        f"Instructions from the MCP server {server.name}, on the use of its tools. They are not from the user:\n\n"
        f"{brief(text, LONGEST_INSTRUCTIONS)}"
    )
