"""The engine of all clients on its socket: takes each in, serves it, and comes to its end in good order.

Called by `background.py`. A connection costs two descriptors and two tasks; its defects and its end are its own.
"""

import asyncio
import errno
import logging
import os
import resource
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial

from sessiond import __version__
from sessiond.config.brought import Brought
from sessiond.owner.listening import listen_again
from sessiond.server.client import Client
from sessiond.server.connection import Connection
from sessiond.server.engine import Engine
from sessiond.server.host.host import Host
from sessiond.server.host.idle import idle_seconds
from sessiond.server.link.greeting import Greeted, Stranger, greeted, in_words, tell
from sessiond.server.link.messages import LinkMessages
from sessiond.server.serve import on_ending_signals
from sessiond.server.wire.framing import framed
from sessiond.server.wire.json_rpc import encode_notification
from sessiond.server.wire.stdio import open_input, open_output
from sessiond_protocol.serving.link import Refused, Welcome

log = logging.getLogger(__name__)

DESCRIPTORS_A_CLIENT = 5
"""Of the process's, for each: two for its socket, one for the process it names; the rest is for files and programs."""
FEWEST_CLIENTS, MOST_CLIENTS = 16, 1000
FULL = frozenset((errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM))
FULL_SECONDS = 1.0
"""Until a system that had no room for another socket is asked again, unless a client leaves before."""
LOOK_SECONDS = 2.0
"""How often an engine looks whether it can still be found: a logout removes the runtime directory."""


async def serve_clients(
    listener: socket.socket,
    create_engine: Callable[[], Engine],
    *,
    release: Callable[[], None],
    idle: Callable[[], Awaitable[float]] = idle_seconds,
) -> int:
    """Serves whoever comes until the engine is to end; gives the exit code.

    The listener is bound and listens; it is closed here. `release` gives the data directory and the socket's path free.
    It is called when all is closed that belongs to either, and before any client hears that the next engine can start.
    """
    host = Host(create_engine(), shared=True)
    listening = Listening(listener, host)
    on_ending_signals(lambda: host.departure.stop(now=True))
    accepting = asyncio.create_task(listening.accept())
    try:
        await _first(accepting, asyncio.create_task(host.departure.come(idle)))
    finally:
        host.departure.begin("it cannot go on")  # unless it has begun: whatever has failed, all clients are told
        await host.clients.gone()
        try:
            await host.engine.close()
        finally:
            release()
            accepting.cancel()
            await asyncio.wait({accepting})
            await listening.close()
    return 0


async def _first(accepting: "asyncio.Task[None]", coming: "asyncio.Task[None]") -> None:
    """Waits for the end of one, which for the first is always a failure."""
    try:
        done, _ = await asyncio.wait({accepting, coming}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        coming.cancel()
        await asyncio.wait({coming})
    for task in done:
        task.result()


class Listening:
    def __init__(self, listener: socket.socket, host: Host) -> None:
        self._listeners = [listener]
        self._host = host
        self._tasks: set[asyncio.Task[None]] = set()
        self._room = asyncio.Event()

    async def accept(self) -> None:
        """Takes in whoever comes, for ever: while the engine leaves, to tell them so."""
        async with asyncio.TaskGroup() as accepting:
            accepting.create_task(self._accept(self._listeners[0]))
            while True:
                await asyncio.sleep(LOOK_SECONDS)
                if (another := listen_again(self._listeners[-1])) is not None:
                    log.warning("the socket had been removed; clients find the engine again")
                    self._listeners.append(another)
                    accepting.create_task(self._accept(another))

    async def _accept(self, listener: socket.socket) -> None:
        listener.setblocking(False)
        while True:
            try:
                connection, _ = await asyncio.get_running_loop().sock_accept(listener)
            except ConnectionAbortedError:
                continue
            except OSError as error:
                if error.errno not in FULL:
                    raise
                log.warning("no room for another client: %s", error.strerror)
                await self._wait_for_room()
                continue
            task = asyncio.create_task(self._take_in(connection), name="client")
            self._tasks.add(task)
            task.add_done_callback(partial(self._done, connection))

    async def close(self) -> None:
        """Ends the sockets of all that are left: the next engine can start."""
        for listener in self._listeners:
            listener.close()
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)

    async def _wait_for_room(self) -> None:
        self._room.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(FULL_SECONDS):
                await self._room.wait()

    def _done(self, connection: socket.socket, task: "asyncio.Task[None]") -> None:
        connection.close()  # here, because a task that is cancelled before its first step closes nothing
        self._tasks.discard(task)
        self._room.set()
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("a client's connection broke: %s: %s", type(error).__name__, error, exc_info=error)

    async def _take_in(self, connection: socket.socket) -> None:
        if len(self._tasks) > most_clients():
            message = f"The engine serves {len(self._tasks) - 1} clients already. Close some of them."
            await tell(connection, "link/refused", Refused(kind="engineUnavailable", message=message))
            return
        try:
            greeting = await greeted(connection)
        except Stranger as stranger:
            log.info("a stranger on the socket: %s", stranger)
            if stranger.refusal is not None:
                await tell(connection, "link/refused", stranger.refusal)
            return
        await self._receive(connection, greeting)

    async def _receive(self, connection: socket.socket, greeting: Greeted) -> None:
        """Serves the client, if the engine is not just leaving. Whoever is told so waits for the socket's end."""
        departure = self._host.departure
        if departure.begun:
            await tell(connection, "link/leaving", departure.farewell)
        else:
            await self._serve(connection, greeting)
        if departure.begun:
            await asyncio.Event().wait()  # until `close`

    async def _serve(self, connection: socket.socket, greeting: Greeted) -> None:
        try:  # the event loop knows a descriptor once only, and what reads is another than what writes
            writing = os.dup(connection.fileno())
        except OSError as error:
            log.warning("no room for another client: %s", error.strerror)
            return
        output = open_output(writing)
        try:
            output.write(_welcome())
            hello = greeting.hello
            client = Client(self._host, output, _framed, Brought(hello.directory or "/", hello.env))
            messages = LinkMessages(greeting, open_input(connection.fileno()), client)
            served = Connection(client, messages, output, answered=hello.answered)
            messages.on_lost = served.lost
            log.info("a client has come: process %d, sessiond %s", hello.pid, in_words(hello.version))
            await served.run()
            log.info("%s has gone: process %d", client.shown_name, hello.pid)
        finally:
            output.close()
            os.close(writing)


def most_clients() -> int:
    """That are served at the same time."""
    descriptors = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    if descriptors == resource.RLIM_INFINITY:
        return MOST_CLIENTS
    return min(MOST_CLIENTS, max(FEWEST_CLIENTS, descriptors // DESCRIPTORS_A_CLIENT))


def _framed(message: bytes) -> bytes:
    return framed(message, lines=False)


def _welcome() -> bytes:
    return framed(encode_notification("link/welcome", Welcome(version=__version__, pid=os.getpid())), lines=False)
