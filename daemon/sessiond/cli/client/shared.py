"""A connection to the one engine of all clients, which is started where none runs.

Used by `reaching.py`. The commands greet it as an editor's pipe does: `sessiond_protocol.serving.link`.
"""

import asyncio
import os
import socket
from collections.abc import Sequence

import msgspec

from sessiond.cli.client.link import Heard, Link
from sessiond.owner.bringing import brought
from sessiond.owner.connecting import connect
from sessiond.owner.unavailable import EngineUnavailable
from sessiond_protocol.errors import RpcError
from sessiond_protocol.serving.link import Hello


async def link_to_engine(directory: str | None, heard: Heard, successor: Sequence[str] | None) -> Link:
    """`directory`: where the command is to be, if elsewhere. Raises RpcError.

    `successor`: what the last engine has said is to be started in its place.
    """
    try:
        connection = await asyncio.to_thread(connect, os.environ, successor)
    except EngineUnavailable as why:
        raise RpcError.of_kind(why.kind, why.message) from None
    return await greeted(connection, heard, directory)


async def greeted(connection: socket.socket, heard: Heard, directory: str | None = None) -> Link:
    """A link on which the engine is told whose process this is."""
    hello = Hello(**brought(os.environ))
    link = Link(connection, heard, welcomed=False)
    await link.tell("link/hello", msgspec.structs.replace(hello, directory=directory or hello.directory))
    return link
