"""The bytes of one connection: file descriptors of any kind behind one reader and one writer.

Pipes and sockets are driven by the event loop; files and terminals, which no loop can wait for, by a
thread each. Used by `connection.py` (input) and `outgoing/outbox.py` (output).
"""

import asyncio
import os
import stat
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Protocol

CHUNK_BYTES = 64 * 1024


class Input(Protocol):
    async def read(self) -> bytes:
        """The next bytes, at most 64 KiB; nothing at the end of the input."""
        ...


class Output(Protocol):
    """Holds at most what the last `write` gave it."""

    on_ready: Callable[[], None]
    """Called when it is no longer busy."""
    on_closed: Callable[[], None]
    """Called once, when nobody reads any more."""

    @property
    def busy(self) -> bool: ...

    def write(self, data: bytes) -> None:
        """Takes all of the data and returns at once. Only called while not busy."""
        ...

    def close(self) -> None: ...


def open_input(fd: int) -> Input:
    return _PolledInput(fd) if _can_be_polled(fd) else _ThreadInput(fd)


def open_output(fd: int) -> Output:
    return _PolledOutput(fd) if _can_be_polled(fd) else _ThreadOutput(fd)


def _can_be_polled(fd: int) -> bool:
    mode = os.fstat(fd).st_mode
    return os.name == "posix" and (stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode))


def _nothing() -> None:
    """What is called while nobody has said otherwise."""


class _PolledInput:
    def __init__(self, fd: int) -> None:
        self._fd = fd

    async def read(self) -> bytes:
        while True:
            await self._readable()
            try:
                return os.read(self._fd, CHUNK_BYTES)
            except BlockingIOError:
                continue
            except OSError:  # a connection that was reset has ended, too
                return b""

    async def _readable(self) -> None:
        loop = asyncio.get_running_loop()
        readable = loop.create_future()
        loop.add_reader(self._fd, lambda: readable.done() or readable.set_result(None))
        try:
            await readable
        finally:
            loop.remove_reader(self._fd)


class _ThreadInput:
    """Reads one chunk ahead. The thread is a daemon: nothing can wake it from a terminal."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._loop = asyncio.get_running_loop()
        self._chunks: asyncio.Queue[bytes] = asyncio.Queue()
        self._wanted = threading.Semaphore(1)
        threading.Thread(target=self._run, name="sessiond input", daemon=True).start()

    async def read(self) -> bytes:
        chunk = await self._chunks.get()
        self._wanted.release()
        return chunk

    def _run(self) -> None:
        chunk = b"-"
        while chunk:
            self._wanted.acquire()
            try:
                chunk = os.read(self._fd, CHUNK_BYTES)
            except OSError:
                chunk = b""
            if not _tell(self._loop, self._chunks.put_nowait, chunk):
                return


class _PolledOutput:
    def __init__(self, fd: int) -> None:
        self.on_ready = self.on_closed = _nothing
        self._fd = fd
        self._loop = asyncio.get_running_loop()
        self._rest: memoryview | None = None
        self._waiting = False
        self._closed = False
        os.set_blocking(fd, False)
        if stat.S_ISFIFO(os.fstat(fd).st_mode):
            self._loop.add_reader(fd, self._end)  # a pipe's writing end is readable once its reader has gone

    @property
    def busy(self) -> bool:
        return self._closed or self._rest is not None

    def write(self, data: bytes) -> None:
        self._rest = memoryview(data)
        self._push()

    def _push(self) -> None:
        try:
            while self._rest:
                self._rest = self._rest[os.write(self._fd, self._rest) :]
        except BlockingIOError:
            if not self._waiting:
                self._waiting = True
                self._loop.add_writer(self._fd, self._go_on)
        except OSError:
            self._end()
        else:
            self._rest = None

    def _go_on(self) -> None:
        self._push()
        if self._rest is None and not self._closed:
            self._waiting = False
            self._loop.remove_writer(self._fd)
            self.on_ready()

    def _end(self) -> None:
        if not self._closed:
            self._closed = True
            self._stop_polling()
            self.on_closed()

    def _stop_polling(self) -> None:
        self._rest = None
        self._loop.remove_reader(self._fd)
        self._loop.remove_writer(self._fd)

    def close(self) -> None:
        self._closed = True
        self._stop_polling()
        os.set_blocking(self._fd, True)  # others may share the pipe


class _ThreadOutput:
    def __init__(self, fd: int) -> None:
        self.on_ready = self.on_closed = _nothing
        self.busy = False
        self._fd = fd
        self._loop = asyncio.get_running_loop()
        self._pending: SimpleQueue[bytes] = SimpleQueue()
        threading.Thread(target=self._run, name="sessiond output", daemon=True).start()

    def write(self, data: bytes) -> None:
        self.busy = True
        self._pending.put(data)

    def close(self) -> None:
        self._pending.put(b"")

    def _run(self) -> None:
        while data := self._pending.get():
            written = _write_all(self._fd, data)
            if not _tell(self._loop, self._written, written):
                return

    def _written(self, whole: bool) -> None:
        self.busy = not whole
        if whole:
            self.on_ready()
        else:
            self.on_closed()


def _write_all(fd: int, data: bytes) -> bool:
    rest = memoryview(data)
    try:
        while rest:
            rest = rest[os.write(fd, rest) :]
    except OSError:
        return False
    return True


def _tell(loop: asyncio.AbstractEventLoop, callback: Callable[..., None], value: object) -> bool:
    """Calls back on the loop; False when the loop is gone."""
    try:
        loop.call_soon_threadsafe(callback, value)
    except RuntimeError:
        return False
    return True
