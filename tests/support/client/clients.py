"""Clients over the wire in the process of a test: of an engine in it, and of the one in the background."""

import asyncio
import json
import os
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import msgspec

from sessiond.app import Engine
from sessiond.cli.client.client import Client
from sessiond.cli.client.link import Heard, Link
from sessiond.cli.client.standalone import served
from sessiond.owner.connecting import connect
from sessiond_protocol.serving.link import Hello
from support.daemon.home import Home

SECONDS = 30


@asynccontextmanager
async def client_of(engine: Engine) -> AsyncGenerator[Client]:
    """Of an engine in this process."""
    async with served(engine) as connection:

        async def link(heard: Heard, successor: Sequence[str] | None) -> Link:
            return Link(connection, heard)

        client = Client("sessiond run", link)
        try:
            yield client
        finally:
            await client.close()


class Ear:
    """Keeps the events of all sessions that its client is subscribed to."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self._news = asyncio.Event()

    def heard(self, session_id: str, events: list[msgspec.Raw]) -> None:
        self.events += [json.loads(bytes(event)) for event in events]
        self._news.set()

    def missed(self, session_id: str) -> None:
        raise AssertionError("missed")

    async def first(self, condition: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The first event that meets the condition, waited for."""
        async with asyncio.timeout(SECONDS):
            while True:
                self._news.clear()
                for event in self.events:
                    if condition(event):
                        return event
                await self._news.wait()


@asynccontextmanager
async def editor_of(home: Home) -> AsyncGenerator[tuple[Client, Ear]]:
    """A client of the engine in the background, as an editor is one; it is started where none runs."""

    async def link(heard: Heard, successor: Sequence[str] | None) -> Link:
        made = Link(await asyncio.to_thread(connect, home.environment()), heard, welcomed=False)
        directory = str(home.project)
        await made.tell("link/hello", Hello("0", pid=os.getpid(), directory=directory, env=home.environment()))
        return made

    client, ear = Client("editor", link), Ear()
    client.listener = ear
    try:
        yield client, ear
    finally:
        await client.close()
