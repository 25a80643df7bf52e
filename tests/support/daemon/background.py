"""The engine in the background of a home, and clients that a test plays on its socket."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sessiond.owner.lock import owner_of
from support.command import SECONDS, sessiond
from support.daemon.home import Home
from support.server.shared import HELLO, Pipe


@asynccontextmanager
async def background(home: Home) -> AsyncIterator["Background"]:
    """An engine that runs; at the end of the block whichever runs then is stopped."""
    engine = Background(home)
    try:
        assert (await sessiond(home, "restart")).code == 0
        yield engine
    finally:
        for pipe in engine.pipes:
            pipe.close()
        await sessiond(home, "stop", "--now")


class Background:
    def __init__(self, home: Home) -> None:
        self.home = home
        self.pipes: list[Pipe] = []

    @property
    def pid(self) -> int:
        return owner_of(os.fspath(self.home.data))["pid"]

    async def client(self, name: str = "editor") -> Pipe:
        path = owner_of(os.fspath(self.home.data))["socket"]
        pipe = Pipe(*await asyncio.open_unix_connection(path, limit=1 << 26))
        self.pipes.append(pipe)
        hello = {**HELLO, "directory": os.fspath(self.home.project), "env": self.home.environment()}
        return await pipe.begin(name, **hello)

    async def chatting(self, name: str = "editor") -> Pipe:
        """A client that waits for the end of a turn, with the id 7. The script is to say when that ends."""
        pipe = await self.client(name)
        pipe.send({"id": 7, "method": "session/chat", "params": {"text": "What takes so long?"}})
        async with asyncio.timeout(SECONDS):
            while (await pipe.request("server/status", id="status"))["result"]["turns"] == 0:
                pass
        return pipe
