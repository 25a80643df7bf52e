"""A command's client of an engine in this process, over the wire."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager

from sessiond.app import Engine
from sessiond.cli.client.client import Client
from sessiond.cli.client.link import Heard, Link
from sessiond.cli.client.standalone import served


@asynccontextmanager
async def client_of(engine: Engine) -> AsyncGenerator[Client]:
    async with served(engine) as connection:

        async def connect(heard: Heard, successor: Sequence[str] | None) -> Link:
            return Link(connection, heard)

        client = Client("sessiond run", connect)
        try:
            yield client
        finally:
            await client.close()
