"""Opens connections to servers with the official SDK: `connect` is the `Connect` of `base.py`.

Importing it costs most of a second, for which reason others do so in a thread, once a server is to be started.
"""

import logging
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager

from mcp.client import Transport
from mcp.client._transport import TransportStreams

from sessiond.mcp.base import Connection, Host, Remote, ServerConfig, ServerFailed, Stdio
from sessiond.mcp.connection.life import Life, WatchedHost
from sessiond.mcp.connection.oauth.login import login
from sessiond.mcp.connection.owner import Owner, Way
from sessiond.mcp.connection.remote.http import streamable_http
from sessiond.mcp.connection.remote.pace import paced
from sessiond.mcp.connection.remote.sse import sse
from sessiond.mcp.connection.stdio import stdio

for noisy in ("mcp", "client"):
    # What goes wrong reaches the host in a sentence; the SDK would log it too, with whole messages of the server.
    logging.getLogger(noisy).setLevel(logging.CRITICAL)


@asynccontextmanager
async def connect(config: ServerConfig, host: Host) -> AsyncGenerator[Connection]:
    """See `base.Connect`. Leaving takes 4 s at most, where a server neither ends nor can be ended."""
    owner, connection = await _opened(config, host)
    try:
        yield connection
    finally:
        await owner.close()


async def _opened(config: ServerConfig, host: Host) -> tuple[Owner, Connection]:
    """By the first way that the server understands; where it is none, the failure of the first one is told."""
    first: ServerFailed | None = None
    for way in _ways(config, host):
        owner = Owner(way, config, host)
        try:
            return owner, await owner.open()
        except ServerFailed as failure:
            first = first or failure
            if not owner.misunderstood:
                break
    raise first or ServerFailed("There is no way to connect to the server.")


def _ways(config: ServerConfig, host: Host) -> Iterator[Way]:
    place = config.place
    if isinstance(place, Stdio):
        yield from _ways_to_process(place, host)
    else:
        yield from _ways_to_endpoint(place, host)


def _ways_to_process(place: Stdio, host: Host) -> Iterator[Way]:
    """There are servers that end when they are asked anything before `initialize`."""

    @asynccontextmanager
    async def process(life: Life) -> AsyncGenerator[TransportStreams]:
        async with stdio(place, WatchedHost(host, life)) as streams:
            life.misunderstood = True  # until there is an answer
            yield streams

    yield Way(process, "auto")
    yield Way(process, "legacy")


def _ways_to_endpoint(place: Remote, host: Host) -> Iterator[Way]:
    def newer(life: Life) -> Transport:
        return paced(streamable_http(place, login(place, host), life), host.log)

    def older(life: Life) -> Transport:
        return paced(sse(place, login(place, host), life), host.log)

    if place.kind != "sse":
        yield Way(newer, "auto")
    if place.kind != "http":
        yield Way(older, "legacy")
