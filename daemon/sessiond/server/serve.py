"""The daemon on stdio: one connection from its first byte to the end of the engine.

Called by `__main__` once `initialize` is answered, and by `sessiond serve`.
"""

import asyncio
import signal
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

from sessiond.server.client import Client
from sessiond.server.connection import Connection
from sessiond.server.engine import Engine
from sessiond.server.first_answer import FirstAnswer, greet, own_stdio
from sessiond.server.host.departure import Departure
from sessiond.server.host.host import Host
from sessiond.server.wire.framing import framed
from sessiond.server.wire.stdio import open_input, open_output
from sessiond.server.wire.stdio_messages import StdioMessages

ENDING_SIGNALS = (signal.SIGINT, signal.SIGTERM)


async def serve_stdio(engine_factory: Callable[[], Engine], first: FirstAnswer | None = None) -> int:
    """Serves one client and closes the engine when it has left; gives the exit code."""
    if first is None:
        first = greet(*own_stdio())
    engine = engine_factory()
    source, output = open_input(first.source), open_output(first.output)
    try:
        host = Host(engine, shared=False)
        client = Client(host, output, lambda message: framed(message, lines=bool(first.decoder.lines)))
        messages = StdioMessages(source, first.decoder, first.frames, ended=first.ended)
        connection = Connection(client, messages, output, answered=first.answered)
        on_ending_signals(lambda: connection.end(0))
        async with _ends_when_asked(host.departure):
            return await connection.run()
    finally:
        output.close()
        await engine.close()


@asynccontextmanager
async def _ends_when_asked(departure: Departure) -> AsyncGenerator[None]:
    """Heeds `server/stop` meanwhile."""
    coming = asyncio.create_task(departure.come())
    try:
        yield
    finally:
        coming.cancel()
        await asyncio.wait({coming})


def on_ending_signals(end: Callable[[], object]) -> None:
    loop = asyncio.get_running_loop()
    for number in ENDING_SIGNALS:
        try:
            loop.add_signal_handler(number, end)
        except (NotImplementedError, RuntimeError, ValueError):  # Windows, or not the main thread
            return
