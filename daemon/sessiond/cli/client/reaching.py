"""The engine for a command: the one of all clients, or with `SESSIOND_STANDALONE=1` one inside this process.

Called by every command that needs an engine.
"""

import os
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

from sessiond.cli.client.client import Client
from sessiond.cli.client.link import Heard, Link
from sessiond.cli.client.shared import link_to_engine
from sessiond.owner.finding import find
from sessiond.owner.places import data_directory, is_standalone
from sessiond.owner.unavailable import EngineUnavailable
from sessiond_protocol.errors import RpcError


@asynccontextmanager
async def engine_for(
    name: str, directory: str | None = None, *, alone: bool = False, prompts: bool = False
) -> AsyncGenerator[Client]:
    """A client of the engine, which is found or started at its first call. `directory`: where it is; the current one.

    `alone`: by an engine inside this process, whatever the environment says. `prompts`: a turn will be run.
    """
    where = directory or os.getcwd()
    async with AsyncExitStack() as stack:
        connect = (
            partial(_alone, stack, where, prompts)
            if alone or is_standalone(os.environ)
            else partial(link_to_engine, where)
        )
        client = Client(name, connect)
        stack.push_async_callback(client.close)
        yield client


def engine_runs() -> bool:
    """Whether there is an engine of all clients now; none is started. Raises RpcError for one that is not ours."""
    try:
        connection = None if is_standalone(os.environ) else find(data_directory(os.environ))
    except EngineUnavailable as why:
        raise RpcError.of_kind(why.kind, why.message) from None
    if connection is not None:
        connection.close()
    return connection is not None


async def _alone(stack: AsyncExitStack, directory: str, prompts: bool, heard: Heard, _: Sequence[str] | None) -> Link:
    """The engine ends with the stack."""
    from sessiond.cli.client import standalone  # noqa: PLC0415 - other commands shall not wait for the engine's imports

    return Link(await stack.enter_async_context(standalone.engine_in_this_process(directory, prompts=prompts)), heard)
