"""A connection of the real server in this process, over a socket pair, with whatever engine a test gives it."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sessiond.config.brought import Brought
from sessiond.server.client import Client
from sessiond.server.connection import Connection
from sessiond.server.host.host import Host
from sessiond.server.wire.framing import Decoder, framed
from sessiond.server.wire.stdio import Output, open_input, open_output
from sessiond.server.wire.stdio_messages import StdioMessages
from sessiond_protocol import MAX_MESSAGE_BYTES

SECONDS = 10


class Peer:
    """The client's end: one JSON object a line, read in the order in which it comes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, connection: Connection) -> None:
        self.connection = connection
        self._reader = reader
        self._writer = writer

    def send(self, *messages: dict[str, Any] | bytes) -> None:
        for message in messages:
            body = message if isinstance(message, bytes) else json.dumps({"jsonrpc": "2.0", **message}).encode()
            self._writer.write(body + b"\n")

    def end_input(self) -> None:
        self._writer.write_eof()

    async def next(self) -> dict[str, Any]:
        """The next message, whatever it is."""
        line = await asyncio.wait_for(self._reader.readline(), SECONDS)
        assert line, "the connection has ended"
        return json.loads(line)

    async def request(self, method: str, params: Any = None, id: Any = 1) -> dict[str, Any]:
        """Sends a request; the next message must be its response."""
        self.send({"id": id, "method": method, "params": params or {}})
        response = await self.next()
        assert response["id"] == id
        return response

    async def rest(self) -> bytes:
        return await asyncio.wait_for(self._reader.read(), SECONDS)


def connection_on(end: socket.socket, engine: Any, process: Brought | None = None) -> tuple[Connection, Output]:
    """A connection that is still to run, and what it writes to, which is still to be closed.

    `process`: what the client's own brings; this one's, if it is left out.
    """
    output, decoder = open_output(end.fileno()), Decoder(MAX_MESSAGE_BYTES)
    host = Host(engine, shared=False)
    client = Client(host, output, lambda message: framed(message, lines=bool(decoder.lines)), process)
    return Connection(client, StdioMessages(open_input(end.fileno()), decoder, [], ended=False), output), output


@asynccontextmanager
async def connected(engine: Any, *, handshake: bool = True) -> AsyncIterator[tuple[Peer, "asyncio.Task[int]"]]:
    """A peer and the running connection, whose result is the exit code."""
    ours, theirs = socket.socketpair()
    connection, output = connection_on(theirs, engine)
    serving = asyncio.create_task(connection.run())
    reader, writer = await asyncio.open_connection(sock=ours)
    peer = Peer(reader, writer, connection)
    try:
        if handshake:
            assert "result" in await peer.request("initialize")
        yield peer, serving
        connection.end(0)
        await asyncio.wait_for(serving, SECONDS)
    finally:
        output.close()
        theirs.close()
        writer.close()
