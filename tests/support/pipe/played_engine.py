"""An engine that a test plays: found by its lock file like any other, it says on its socket what the test wants."""

import asyncio
import json
import os
from contextlib import suppress
from typing import Any

from sessiond import __version__
from sessiond.owner.listening import listen
from support.pipe.place import Place
from support.pipe.talk import SECONDS, Talk
from support.server.listening import stop_listening


class Served(Talk):
    """One pipe, as its engine has it."""

    hello: dict[str, Any]

    async def welcome(self, version: str = __version__) -> "Served":
        self.notify("link/welcome", version=version, pid=os.getpid(), link=1)
        return self

    async def begin(self) -> "Served":
        """Welcomes it and takes its introduction."""
        await self.welcome()
        assert (await self.until(method="initialized")) is not None
        return self

    def die(self) -> None:
        """As with SIGKILL: what it has not sent yet it does not send."""
        self.writer.transport.abort()

    def close(self) -> None:
        self.writer.close()


class PlayedEngine:
    """Takes pipes in from its making on, and owns the lock file though not the lock."""

    def __init__(self, place: Place, version: str = __version__) -> None:
        self.place = place
        self._path = str(place.runtime / "played.sock")
        self._came: asyncio.Queue[Served] = asyncio.Queue()
        self._taken: list[Served] = []
        self._server: asyncio.Server | None = None
        self._version = version

    async def __aenter__(self) -> "PlayedEngine":
        self.place.data.mkdir(exist_ok=True)
        self._server = await asyncio.start_unix_server(self._take_in, sock=listen(self._path), limit=1 << 20)
        owner = {"pid": os.getpid(), "startedAt": 0, "version": self._version, "host": "h", "socket": self._path}
        (self.place.data / "engine.lock").write_text(json.dumps(owner))
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server
        os.unlink(self._path)
        await stop_listening(self._server)
        for served in self._taken:
            served.die()
            with suppress(ConnectionError):
                await served.writer.wait_closed()

    async def _take_in(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        served = Served(reader, writer)
        self._taken.append(served)
        first = await served.next()
        if first is not None:
            assert first["method"] == "link/hello"
            served.hello = first["params"]
            self._came.put_nowait(served)

    async def served(self) -> Served:
        """The next pipe that has said hello."""
        return await asyncio.wait_for(self._came.get(), SECONDS)

    @property
    def is_alone(self) -> bool:
        return self._came.empty()
