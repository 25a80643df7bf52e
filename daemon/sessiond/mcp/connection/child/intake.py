"""Reads what a server says on its stdout and hands it on, at a rate that leaves the event loop to others.

Answers to our requests are free. What we have not asked for costs the server its share: of log and progress messages
some are left out then, and at last nothing is read for a while.
"""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress

import anyio
from anyio.streams.memory import MemoryObjectSendStream
from mcp.shared.message import SessionMessage

from sessiond.mcp.base import ServerFailed
from sessiond.mcp.connection.child.flow import (
    BYTE_SECONDS,
    LINE_SECONDS,
    MESSAGE_SECONDS,
    Bucket,
    Notes,
    loop_share,
)
from sessiond.mcp.connection.child.lines import Line, Lines
from sessiond.mcp.connection.child.messages import MOST_BYTES, Exchange, Kind, Said
from sessiond.mcp.connection.child.pipes import Reader

MOST_SKIPPED_BYTES = 256_000_000
"""Of a line that is skipped; there is no end to a longer one."""
MOST_JUNK_BYTES = 64 * 1024 * 1024
LEAST_JUNK_LINE = 640
"""What a line of junk counts at least, in bytes: that makes 100,000 lines."""
FORGOTTEN_JUNK = 64 * 1024
"""Bytes of junk a second that a server may write for ever."""
MEASURED_BYTES = 64 * 1024
"""Of a longer line counts the time that it took: a thousand objects take longer to read than a text of their size."""
BURST_NOTES = 20
NOTES_A_SECOND = 0.1
"""About oddities."""
TURN_SECONDS = 0.005
"""Of the event loop, before others have theirs."""
LEAST_REST = 0.01
"""A shorter one would cost more than it spares."""


class Intake:
    def __init__(
        self,
        stdout: Reader,
        exchange: Exchange,
        inbox: MemoryObjectSendStream[SessionMessage | Exception],
        log: Callable[[str], None],
    ) -> None:
        self._stdout = stdout
        self._exchange = exchange
        self._inbox = inbox
        self._share = loop_share()
        self._junk = Bucket(MOST_JUNK_BYTES, FORGOTTEN_JUNK)
        self._odd = Notes(lambda text: log(f"stdout: {text}"), BURST_NOTES, NOTES_A_SECOND)
        self._omitted = Notes(log, 1, NOTES_A_SECOND)
        self._turn_began = 0.0

    async def read(self) -> None:
        """Until its end. Raises ServerFailed when there is no sense in what it writes."""
        try:
            await self._take_all(Lines(MOST_BYTES))
        finally:
            self._odd.settle()
            self._omitted.settle()

    async def _take_all(self, lines: Lines) -> None:
        while piece := await self._stdout.read():
            self._turn_began = time.monotonic()
            for line in lines.add(piece):
                await self._take(line)
            if lines.skipping:
                await self._skip(len(piece), lines.size)
        for line in lines.rest():
            await self._take(line)

    async def _take(self, line: Line) -> None:
        began = time.monotonic()
        said = self._exchange.read(line)
        took = time.monotonic() - began
        if said.note is not None:
            self._odd.add(said.note)
        size = len(line) if isinstance(line, bytes) else 0  # what was skipped is paid for
        if said.kind is not Kind.ANSWER:
            self._share.spend(took if size > MEASURED_BYTES else LINE_SECONDS + size * BYTE_SECONDS)
        match said.kind:
            case Kind.JUNK:
                self._count_junk(size)
            case Kind.NEWS if not self._share.take(MESSAGE_SECONDS):
                self._omitted.add("a progress or log message was left out, because there are too many")
                said = Said(Kind.NEWS)
            case Kind.OTHER:
                self._share.spend(MESSAGE_SECONDS)
            case _:
                pass
        if said.message is not None:
            await self._hand_on(said.message)
        await self._give_way()

    def _count_junk(self, size: int) -> None:
        if not self._junk.take(max(size, LEAST_JUNK_LINE)):
            raise ServerFailed(
                "was given up, because it wrote without end to its stdout what is no MCP. That belongs on its stderr."
            )

    async def _skip(self, piece: int, line: int) -> None:
        if line > MOST_SKIPPED_BYTES:
            raise ServerFailed(f"was given up, because it wrote a line of more than {MOST_SKIPPED_BYTES / 1e6:.0f} MB.")
        self._share.spend(piece * BYTE_SECONDS)
        await self._give_way()

    async def _hand_on(self, message: SessionMessage) -> None:
        """Once nobody listens any more, what comes is only taken out of the way."""
        with suppress(anyio.BrokenResourceError, anyio.ClosedResourceError):
            await self._inbox.send(message)

    async def _give_way(self) -> None:
        if (debt := self._share.seconds_in_debt) > LEAST_REST:
            await self._stdout.rest(debt)
        elif time.monotonic() - self._turn_began < TURN_SECONDS:
            return
        else:
            await asyncio.sleep(0)
        self._turn_began = time.monotonic()
