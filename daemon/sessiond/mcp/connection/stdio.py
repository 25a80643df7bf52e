"""The transport to a server that is started here: fits what the SDK's Client takes. Decision 0100 says why our own.

It tells of the server's end when it comes, bounds what a server may write, and leaves nothing of it behind.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import TypeAlias

import anyio
from anyio.streams.memory import MemoryObjectReceiveStream
from mcp.shared.message import SessionMessage

from sessiond.config.privacy.redaction import redacted
from sessiond.mcp.base import Host, ServerFailed, Stdio
from sessiond.mcp.connection.child.intake import Intake
from sessiond.mcp.connection.child.messages import Exchange
from sessiond.mcp.connection.child.outgoing import Outgoing
from sessiond.mcp.connection.child.pipes import Reader, Writer
from sessiond.mcp.connection.child.process import Process, how_it_ended, start
from sessiond.mcp.connection.child.stderr import Stderr
from sessiond.mcp.logs import harmless
from sessiond.uncancelled import uncancelled

LAST_SECONDS = 0.25
"""Who closes a pipe is mostly about to end, and how it ended says more."""
REST_SECONDS = 2.0
"""For what a server wrote before it ended, to be read: it is a mebibyte at most, and a moment's work."""
READ_AHEAD = 16
"""Messages that wait for the SDK."""

Streams: TypeAlias = tuple[MemoryObjectReceiveStream[SessionMessage | Exception], Outgoing]


@asynccontextmanager
async def stdio(place: Stdio, host: Host) -> AsyncGenerator[Streams]:
    """Starts the server; raises ServerFailed when it cannot be. Leaving ends it, in about two seconds at most.

    When the server ends or cannot be talked to any more, `host.lost` is told why and then both streams are closed.
    """
    child = Child(start(place), host)
    running = asyncio.create_task(child.run())
    try:
        yield child.inbox, child.outgoing
    finally:
        with anyio.CancelScope(shield=True):
            await uncancelled(child.end(running))


class Child:
    """A server that was started, and all that goes to and fro."""

    def __init__(self, process: Process, host: Host) -> None:
        self._process = process
        self._host = host
        stdin, stdout, stderr = process.pipes
        self._stdin, self._stdout, self._stderr = Writer(stdin), Reader(stdout), Reader(stderr)
        self._arrived, self.inbox = anyio.create_memory_object_stream[SessionMessage | Exception](READ_AHEAD)
        exchange = Exchange()
        self.outgoing = Outgoing(self._stdin, exchange)
        self._intake = Intake(self._stdout, exchange, self._arrived, host.log)
        self._errors = Stderr(self._stderr, host.log)
        self._leaving = False

    async def run(self) -> None:
        """From its start until nothing more can come of it."""
        reason = "could not be listened to any more"
        async with asyncio.TaskGroup() as tasks:
            ended = tasks.create_task(self._process.ended())
            reading = tasks.create_task(self._read())
            erring = tasks.create_task(self._errors.read())
            try:
                reason = await self._end_of_talk(ended, reading, erring)
            finally:
                self._close(reason)

    async def end(self, running: asyncio.Task[None]) -> None:
        """Of the server and all that it has started. `running`: the task of `run`."""
        self._leaving = True
        self._stdin.close()
        self.inbox.close()
        try:
            await self._process.end()
        finally:
            self._stop_reading()
            await asyncio.wait({running})
            self._stdout.close()
            self._stderr.close()
        running.result()

    async def _end_of_talk(
        self, ended: asyncio.Task[None], reading: asyncio.Task[str | None], erring: asyncio.Task[None]
    ) -> str:
        """Waits for it, and for all that was written before; says how it came."""
        await asyncio.wait({ended, reading, self._stdin.broken}, return_when=asyncio.FIRST_COMPLETED)
        if reading.done() and (refused := reading.result()):
            return refused
        await asyncio.wait({ended}, timeout=LAST_SECONDS)
        if not ended.done():
            return "closed its stdout" if reading.done() else "closed its stdin"
        self._stop_reading()
        await asyncio.wait({reading, erring}, timeout=REST_SECONDS)
        return self._how_it_ended()

    async def _read(self) -> str | None:
        """Why no more is read though there is more; None at the end of stdout."""
        try:
            await self._intake.read()
        except ServerFailed as failure:
            return str(failure)
        return None

    def _how_it_ended(self) -> str:
        how, words = how_it_ended(self._process.code), self._errors.last_words()
        return f"{how}: {harmless(redacted(words))}" if words and self._process.code > 0 else how

    def _stop_reading(self) -> None:
        """What others still hold open brings nothing of the server."""
        self._stdout.stop()
        self._stderr.stop()

    def _close(self, reason: str) -> None:
        """The host is told first, so that it knows why its calls fail."""
        if not self._leaving:
            self._host.lost(reason)
        self._arrived.close()
        self._stdin.close()
