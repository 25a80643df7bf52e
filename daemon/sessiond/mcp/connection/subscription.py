"""Keeps a server of the protocol of 2026 telling of changes, which it does only while it is listened to.

The changes themselves come to `callbacks.py` with all other notifications, as those of older servers do.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import TypedDict

from mcp import Client, MCPError
from mcp.client.subscriptions import SubscriptionLost
from mcp_types import CONNECTION_CLOSED
from mcp_types.version import MODERN_PROTOCOL_VERSIONS

from sessiond.mcp.base import Host
from sessiond.mcp.connection.failures import failure_of

SHORTEST_WAIT = 1.0
LONGEST_WAIT = 60.0


class Changes(TypedDict):
    """Those that are to be heard of."""

    tools_list_changed: bool
    prompts_list_changed: bool
    resources_list_changed: bool


@asynccontextmanager
async def subscribed(client: Client, host: Host) -> AsyncGenerator[None]:
    """Listens while it is entered, where the server says that there is something to hear."""
    wanted = _changes(client)
    if not any(wanted.values()):
        yield
        return
    async with asyncio.TaskGroup() as group:
        listening = group.create_task(_listen(client, host, wanted))
        try:
            yield
        finally:
            listening.cancel()


def _changes(client: Client) -> Changes:
    has = client.server_capabilities
    modern = client.protocol_version in MODERN_PROTOCOL_VERSIONS
    return Changes(
        tools_list_changed=modern and bool(has.tools and has.tools.list_changed),
        prompts_list_changed=modern and bool(has.prompts and has.prompts.list_changed),
        resources_list_changed=modern and bool(has.resources and has.resources.list_changed),
    )


async def _listen(client: Client, host: Host, wanted: Changes) -> None:
    """Again and again, since any stream ends some time; what was not heard meanwhile counts as a change."""
    wait = SHORTEST_WAIT
    missed = False
    while True:
        try:
            async with client.listen(**wanted) as subscription:
                if missed:
                    host.changed()
                async for _ in subscription:
                    wait = SHORTEST_WAIT
        except SubscriptionLost:
            pass
        except MCPError as error:
            if error.code != CONNECTION_CLOSED:
                host.log(f"Changes of what it offers will not be noticed. {failure_of(error)}")
                return
        missed = True
        await asyncio.sleep(wait)
        wait = min(2 * wait, LONGEST_WAIT)
