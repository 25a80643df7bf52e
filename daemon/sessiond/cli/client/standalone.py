"""An engine inside this process, behind a socket pair: for a command that is to need no other process.

Used by `reaching.py`. The one place of the commands, but for `tool`, that knows more of the engine than the wire.
"""

import asyncio
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from sessiond.app import Engine, create_engine
from sessiond.cli.client.link import MOST_BYTES
from sessiond.server.client import Client
from sessiond.server.connection import Connection
from sessiond.server.host.host import Host
from sessiond.server.wire.framing import Decoder, framed
from sessiond.server.wire.stdio import open_input, open_output
from sessiond.server.wire.stdio_messages import StdioMessages

TITLE_SECONDS = 5.0
"""That an engine waits at its end for the small model to name the session, where there is one."""


@asynccontextmanager
async def engine_in_this_process(directory: str, *, prompts: bool) -> AsyncGenerator[socket.socket]:
    """The client's end of the one connection. `prompts`: for one turn, behind which nothing that waits begins.

    Raises RpcError for settings that are wrong and, with `prompts`, for a store that cannot be opened.
    """
    engine = create_engine(directory=directory)
    try:
        if prompts:
            (await engine.sessions()).queues.stay("`sessiond run` has one turn only.")
        async with served(engine) as ours:
            yield ours
            if prompts:
                await (await engine.sessions()).titles.settled(TITLE_SECONDS)
    finally:
        await engine.close()


@asynccontextmanager
async def served(engine: Engine) -> AsyncGenerator[socket.socket]:
    """The client's end of a connection of this engine."""
    ours, theirs = socket.socketpair()
    with theirs:
        source, output = open_input(theirs.fileno()), open_output(theirs.fileno())
        host = Host(engine, shared=False)
        client = Client(host, output, lambda message: framed(message, lines=False), engine.own.brought)
        messages = StdioMessages(source, Decoder(MOST_BYTES), early=(), ended=False)
        connection = Connection(client, messages, output)
        serving = asyncio.create_task(connection.run())
        try:
            yield ours
        finally:
            connection.end(0)
            await asyncio.wait([serving])
            output.close()
        serving.result()
