"""How a server of a test stops to listen: with asyncio's alone, a socket may be left to the collector."""

import asyncio


async def stop_listening(server: asyncio.Server) -> None:
    """Closes it once all that it has accepted has begun: `close` in between would leave such a connection to nobody."""
    loop = asyncio.get_running_loop()
    for listening in server.sockets:
        loop.remove_reader(listening)
    await asyncio.sleep(0)
    server.close()
