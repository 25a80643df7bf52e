"""A pool whose servers a test plays, with configuration that the test changes."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

from sessiond.config.mcp_servers.declared import Declared
from sessiond.config.settings import McpServerSettings
from sessiond.mcp.base import Connection, Host, Sampled, Sampling, ServerConfig
from sessiond.mcp.pool import Pool
from sessiond_protocol.errors import RpcError
from support.mcp.played.server import Played, PlayedServer
from support.mcp.played.supervised import BOUND

ROOT = "/project"


def declared(name: str, *, source: str = "config.toml", trusted: bool = True, **settings: Any) -> Declared:
    return Declared(name, McpServerSettings(**{"command": ["played"], **settings}), source, trusted)


class Configuration:
    """What is configured now, by the root of a project. `wrong`: what is wrong with it."""

    def __init__(self, *servers: Declared) -> None:
        self.of: dict[str, list[Declared]] = {ROOT: list(servers)}
        self.wrong: RpcError | None = None

    def __call__(self, root: str) -> list[Declared]:
        if self.wrong is not None:
            raise self.wrong
        return list(self.of.get(root, ()))


class Stage:
    """A Connect for many servers, each played by its name; those nobody has set just answer."""

    def __init__(self, **servers: PlayedServer) -> None:
        self.servers = servers

    def __call__(self, given: ServerConfig, host: Host) -> AbstractAsyncContextManager[Connection]:
        return self[given.name](given, host)

    def __getitem__(self, name: str) -> PlayedServer:
        return self.servers.setdefault(name, PlayedServer())

    @property
    def open(self) -> list[Played]:
        return [connection for server in self.servers.values() for connection in server.open]


@asynccontextmanager
async def pool_of(
    configuration: Configuration, stage: Stage | None, data: Path, environment: Mapping[str, str] | None = None
) -> AsyncGenerator[Pool]:
    """Closed at the end; without a stage the servers are real."""
    pool = Pool(
        configuration,
        environment=environment or {},
        children={"PATH": "/bin"},
        data=data,
        sampler=unasked,
        connect=stage,
    )
    try:
        yield pool
    finally:
        async with asyncio.timeout(BOUND):
            await pool.close()


async def unasked(_: Sampling) -> Sampled:
    raise AssertionError("nobody wanted a model to answer")
