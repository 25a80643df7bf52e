"""The daemon on stdio: one connection from its first byte to the end of the engine.

Called by `__main__` once `initialize` is answered, and by `sessiond serve`.
"""

import asyncio
import signal
from collections.abc import Callable

from sessiond.server.connection import Connection
from sessiond.server.engine import Engine
from sessiond.server.first_answer import FirstAnswer, greet, own_stdio
from sessiond.server.wire.stdio import open_input, open_output

ENDING_SIGNALS = (signal.SIGINT, signal.SIGTERM)


async def serve_stdio(engine_factory: Callable[[], Engine], first: FirstAnswer | None = None) -> int:
    """Serves one client and closes the engine when it has left; gives the exit code."""
    if first is None:
        first = greet(*own_stdio())
    engine = engine_factory()
    source, output = open_input(first.source), open_output(first.output)
    try:
        connection = Connection(engine, first, source, output)
        _end_on_signals(connection)
        return await connection.run()
    finally:
        output.close()
        await engine.close()


def _end_on_signals(connection: Connection) -> None:
    loop = asyncio.get_running_loop()
    for number in ENDING_SIGNALS:
        try:
            loop.add_signal_handler(number, connection.end, 0)
        except (NotImplementedError, RuntimeError, ValueError):  # Windows, or not the main thread
            return
