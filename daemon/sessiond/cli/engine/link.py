"""A word with the engine that runs, over one link that no other follows. Used by the commands of this room.

They never start an engine for it, save `restart`.
"""

import asyncio
import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import msgspec

from sessiond.cli.client.introducing import introduce
from sessiond.cli.client.link import EngineLeft, Link
from sessiond.cli.client.shared import greeted, link_to_engine
from sessiond.config.errors import Failed
from sessiond.owner.finding import find
from sessiond.owner.places import data_directory
from sessiond.owner.unavailable import EngineUnavailable

WELCOME_SECONDS = 30.0
"""An engine that hangs is said to."""


@asynccontextmanager
async def running(name: str) -> AsyncGenerator[Link | None]:
    """To the engine that runs, or None where none does; one that is leaving is waited for. Raises Failed, RpcError."""
    try:
        connection = await asyncio.to_thread(find, data_directory(os.environ))
    except EngineUnavailable as error:
        raise Failed(error.message) from None
    if connection is None:
        yield None
    else:
        async with _staying(await greeted(connection, _nobody), name) as link:
            yield link


@asynccontextmanager
async def started(name: str) -> AsyncGenerator[Link]:
    """To the engine, which is started where none runs. Raises Failed, RpcError."""
    while True:
        async with _staying(await link_to_engine(None, _nobody, None), name) as link:
            if link is not None:
                yield link
                return


@asynccontextmanager
async def _staying(link: Link, name: str) -> AsyncGenerator[Link | None]:
    """None for an engine that takes nobody any more, once it has ended."""
    try:
        yield link if await _is_welcome(link, name) else None
    except EngineLeft:
        raise Failed("The engine has ended just now; try again.") from None
    finally:
        await link.close()


async def _is_welcome(link: Link, name: str) -> bool:
    try:
        async with asyncio.timeout(WELCOME_SECONDS):
            await introduce(link, name, processId=os.getpid())
    except TimeoutError:
        raise Failed(f"The engine has not answered for {WELCOME_SECONDS:g} s. `sessiond logs` may say why.") from None
    except EngineLeft:
        return False
    return True


def none_runs() -> str:
    directory = data_directory(os.environ)
    return f"No engine runs in the background for {directory}. The next editor or command starts one."


def _nobody(method: str, params: msgspec.Raw) -> None:
    """Hears what the engine tells its clients."""
