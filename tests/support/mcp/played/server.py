"""MCP servers that a test plays: a `Connect` whose connections do what they are told, and a time that does not pass."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from sessiond.mcp.base import (
    CallResult,
    Content,
    Host,
    Identity,
    Listing,
    Progress,
    PromptMessage,
    Remote,
    ResourceText,
    Sampled,
    Sampling,
    ServerConfig,
    Stdio,
    Text,
    ToolFacts,
)
from sessiond.mcp.supervision.link import Means

IDENTITY = Identity(title="Played", version="1", protocol_version="2026-07-28", instructions="Play with it.")


def facts(name: str) -> ToolFacts:
    return ToolFacts(name=name, title=None, description=f"Does {name}.", schema={"type": "object"}, annotations=None)


def offering(*tools: str) -> Listing:
    return Listing(tools=tuple(map(facts, tools)))


def config(name: str = "played", **changed: Any) -> ServerConfig:
    settings: dict[str, Any] = {
        "place": Stdio(command=("played",), cwd="/", env={}),
        "start_timeout": 20.0,
        "call_timeout": 20.0,
        "call_timeouts": {},
        "sampling": False,
    }
    return ServerConfig(name=name, **settings | changed)


def remote() -> Remote:
    return Remote(url="https://played.example/mcp", kind=None, headers={})


class Time:
    """Seconds that pass only by being waited for; `waits` has how long was waited, between tries and listings."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.waits: list[float] = []

    async def pause(self, until: asyncio.Event, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)


class Played:
    """One connection."""

    def __init__(self, server: "PlayedServer", given: ServerConfig, host: Host) -> None:
        self.server = server
        self.config = given
        self.host = host
        self.identity = IDENTITY
        self.running: list[str] = []
        """The tools that are being called."""
        self.cancelled: list[str] = []

    def lose(self, reason: str = "The process has ended with code 1.") -> None:
        """As if its process had died."""
        self.host.lost(reason)

    async def listing(self) -> Listing:
        self.server.listings += 1
        return await self.server.list(self)

    async def call(self, tool: str, arguments: dict[str, Any], progress: Progress) -> CallResult:
        return await self._watched(tool, self.server.call(self, arguments, progress))

    async def prompt(self, name: str, arguments: Mapping[str, str]) -> tuple[PromptMessage, ...]:
        return (PromptMessage("user", Text(f"{name}: {dict(arguments)}")),)

    async def read(self, uri: str) -> tuple[Content, ...]:
        return (ResourceText(uri, "text/plain", f"what is at {uri}"),)

    async def _watched(self, tool: str, answer: Awaitable[CallResult]) -> CallResult:
        self.running.append(tool)
        try:
            return await answer
        except asyncio.CancelledError:
            self.cancelled.append(tool)
            raise
        finally:
            self.running.remove(tool)


class PlayedServer:
    """A Connect. What it does at each point is a function that a test may set."""

    def __init__(self, offered: Listing | None = None) -> None:
        self.offered = offering("echo") if offered is None else offered
        self.connections: list[Played] = []
        """All there have been."""
        self.open: list[Played] = []
        self.listings = 0
        self.enter: Callable[[Played], Awaitable[None]] = nothing
        self.leave: Callable[[Played], Awaitable[None]] = nothing
        self.list: Callable[[Played], Awaitable[Listing]] = self._list
        self.sampler = no_sampler
        self.call: Callable[[Played, dict[str, Any], Progress], Awaitable[CallResult]] = echo

    def __call__(self, given: ServerConfig, host: Host) -> AbstractAsyncContextManager[Played]:
        return self._connected(given, host)

    @property
    def newest(self) -> Played:
        return self.connections[-1]

    @asynccontextmanager
    async def _connected(self, given: ServerConfig, host: Host) -> AsyncGenerator[Played]:
        connection = Played(self, given, host)
        self.connections.append(connection)
        self.open.append(connection)
        try:
            await self.enter(connection)
            yield connection
        finally:
            await self.leave(connection)
            self.open.remove(connection)

    async def _list(self, _: Played) -> Listing:
        return self.offered

    async def connector(self) -> "PlayedServer":
        return self

    def means(self, time: Time | None = None) -> Means:
        time = time or Time()
        return Means(self.connector, self.sampler, lambda: time.now, time.pause)


async def nothing(_: Played) -> None:
    """Goes on at once."""


async def hang(*_: object) -> Any:
    await asyncio.Event().wait()


async def echo(_: Played, arguments: dict[str, Any], __: Progress) -> CallResult:
    return CallResult((Text(str(arguments.get("text", ""))),))


async def no_sampler(_: Sampling) -> Sampled:
    raise AssertionError("nobody wanted a model to answer")
