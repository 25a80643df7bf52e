"""A connection to the one engine of all clients, which is started where none runs.

Used by `reaching.py`. The commands greet it as an editor's pipe does: `sessiond_protocol.serving.link`.
"""

import asyncio
import os
from collections.abc import Sequence

import msgspec

from sessiond.cli.client.link import Heard, Link
from sessiond.owner.bringing import brought
from sessiond.owner.connecting import connect
from sessiond.owner.unavailable import EngineUnavailable
from sessiond_protocol.errors import RpcError
from sessiond_protocol.serving.link import Hello


async def link_to_engine(directory: str, heard: Heard, successor: Sequence[str] | None) -> Link:
    """`successor`: what the last engine has said is to be started in its place. Raises RpcError."""
    try:
        connection = await asyncio.to_thread(connect, os.environ, successor)
    except EngineUnavailable as why:
        raise RpcError.of_kind(why.kind, why.message) from None
    link = Link(connection, heard, welcomed=False)
    await link.tell("link/hello", msgspec.structs.replace(Hello(**brought(os.environ)), directory=directory))
    return link
