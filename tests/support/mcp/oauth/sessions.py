"""What tests of the login do most: a place for logins, a connection by a user who logs in, a call."""

import asyncio
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import keyring
import keyring.backends.fail
import msgspec
import pytest

from sessiond.mcp.base import Connection, Remote, ServerConfig
from sessiond.mcp.connection.connect import connect
from support.mcp.visitor import Visitor

BOUND = 30


@contextmanager
def logins_in(folder: Path) -> Generator[Path]:
    """Where this process keeps its logins meanwhile, without a keyring, as servers are."""
    before = keyring.get_keyring()
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("SESSIOND_CONFIG", str(folder / "config.toml"))
        keyring.set_keyring(keyring.backends.fail.Keyring())
        yield folder / "mcp-logins"
        keyring.set_keyring(before)


def remote(url: str, **more: Any) -> Remote:
    return msgspec.structs.replace(Remote(url=url, kind="http", headers={}), **more)


@asynccontextmanager
async def connected(place: Remote, visitor: Visitor) -> AsyncGenerator[Connection]:
    config = ServerConfig(
        name="protected", place=place, start_timeout=BOUND, call_timeout=BOUND, call_timeouts={}, sampling=False
    )
    async with asyncio.timeout(BOUND), connect(config, visitor) as connection:
        yield connection


async def said(connection: Connection, tool: str = "hello") -> str:
    result = await connection.call(tool, {}, lambda _text, _done, _total: None)
    return str(getattr(result.content[0], "text", result))
