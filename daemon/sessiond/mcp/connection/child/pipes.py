"""Our ends of a child's pipes. Nothing here waits for who holds the other end."""

import asyncio
import os
from collections import deque
from contextlib import suppress
from typing import IO

READ_BYTES = 65_536
READS_AFTER_STOP = 16
"""A pipe holds 64 KiB, or 1 MiB where somebody has enlarged it: all that was written before is seen."""
WRITES_AT_ONCE = 16
"""In one turn of the event loop."""


class Reader:
    def __init__(self, pipe: IO[bytes]) -> None:
        self._pipe = pipe
        self._descriptor = pipe.fileno()
        self._wake = asyncio.Event()
        self._stopped = asyncio.Event()
        self._reads_left = READS_AFTER_STOP
        os.set_blocking(self._descriptor, False)

    async def read(self) -> bytes:
        """Some bytes; none at the end, or when it was stopped and nothing waits in it. Gives others a turn first."""
        await asyncio.sleep(0)
        while self._reads_left:
            try:
                data = os.read(self._descriptor, READ_BYTES)
            except BlockingIOError:
                if self._stopped.is_set():
                    break
                await self._readable()
            else:
                self._reads_left -= self._stopped.is_set()
                return data
        return b""

    async def rest(self, seconds: float) -> None:
        """Leaves what comes in the pipe, so that its writer has to wait; not once it is stopped."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stopped.wait()

    def stop(self) -> None:
        """What waits in the pipe is still read: the writer is gone, though others may hold its end."""
        self._stopped.set()
        self._wake.set()

    def close(self) -> None:
        self._pipe.close()

    async def _readable(self) -> None:
        loop = asyncio.get_running_loop()
        self._wake.clear()
        loop.add_reader(self._descriptor, self._wake.set)
        try:
            await self._wake.wait()
        finally:
            loop.remove_reader(self._descriptor)


class Writer:
    """Keeps what does not fit into the pipe yet, and writes it as the other side reads."""

    def __init__(self, pipe: IO[bytes]) -> None:
        self._pipe = pipe
        self._descriptor = pipe.fileno()
        self._loop = asyncio.get_running_loop()
        self._waiting: deque[memoryview] = deque()
        self._writing = False
        self._moved = asyncio.Event()
        self.size = 0
        """Bytes that wait to be written."""
        self.closed = False
        self.broken = self._loop.create_future()
        """Done once the other side cannot read any more."""
        os.set_blocking(self._descriptor, False)

    def write(self, data: bytes) -> None:
        """What is written after `close`, or when nobody can read it, is lost."""
        if self.closed or self.broken.done():
            return
        self._waiting.append(memoryview(data))
        self.size += len(data)
        if not self._writing:
            self._flush()

    async def moved(self) -> None:
        """Waits until something was written, or nothing ever will be."""
        await self._moved.wait()

    def close(self) -> None:
        """What still waits is not written."""
        if not self.closed:
            self.closed = True
            self._drop()
            self._pipe.close()
            self.broken.cancel()

    def _flush(self) -> None:
        try:
            for _ in range(WRITES_AT_ONCE):
                if not self._waiting:
                    break
                self._wrote(os.write(self._descriptor, self._waiting[0]))
        except BlockingIOError:
            pass
        except OSError:
            self.broken.set_result(None)
            self._drop()
        self._watch()

    def _wrote(self, count: int) -> None:
        self.size -= count
        rest = self._waiting.popleft()[count:]
        if rest:
            self._waiting.appendleft(rest)
        self._wake()

    def _drop(self) -> None:
        self._waiting.clear()
        self.size = 0
        self._watch()
        self._wake()

    def _watch(self) -> None:
        wanted = bool(self._waiting)
        if wanted and not self._writing:
            self._loop.add_writer(self._descriptor, self._flush)
        elif self._writing and not wanted:
            self._loop.remove_writer(self._descriptor)
        self._writing = wanted

    def _wake(self) -> None:
        self._moved.set()
        self._moved = asyncio.Event()
