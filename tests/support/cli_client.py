"""A command's client of an engine in this process, over the wire."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import msgspec

from sessiond.app import Engine
from sessiond.cli.client.client import Client
from sessiond.cli.client.link import Link
from sessiond.cli.client.standalone import served


@asynccontextmanager
async def client_of(engine: Engine) -> AsyncIterator[Client]:
    async with served(engine) as connection:

        async def connect(heard: Callable[[str, msgspec.Raw], None]) -> Link:
            return Link(connection, heard)

        client = Client("sessiond run", connect)
        try:
            yield client
        finally:
            await client.close()
