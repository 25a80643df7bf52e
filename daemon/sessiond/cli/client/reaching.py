"""The engine for a command: the one of all clients, or with `SESSIOND_STANDALONE=1` one inside this process.

Called by every command that needs an engine.
"""

import os
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

import msgspec

from sessiond.cli.client.client import Client
from sessiond.cli.client.link import Link

Heard = Callable[[str, msgspec.Raw], None]


@asynccontextmanager
async def engine_for(
    name: str, directory: str | None = None, *, alone: bool = False, prompts: bool = False
) -> AsyncGenerator[Client]:
    """A client of the engine; it is reached with the first call. `directory`: where this client is, the current one.

    `alone`: whatever the environment says, an engine inside this process. `prompts`: a turn will be run.
    """
    where = directory or os.getcwd()
    async with AsyncExitStack() as stack:
        client = Client(name, partial(_connected, stack, where, prompts))
        stack.push_async_callback(client.close)
        yield client


async def _connected(stack: AsyncExitStack, directory: str, prompts: bool, heard: Heard) -> Link:
    from sessiond.cli.client.standalone import engine_in_this_process  # noqa: PLC0415 - only this kind imports the engine

    return Link(await stack.enter_async_context(engine_in_this_process(directory, prompts=prompts)), heard)
