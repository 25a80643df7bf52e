"""How a test begins `sessiond` as a child of its own: that of this Python, with stdout and stderr on pipes."""

import asyncio
import sys
from collections.abc import Mapping
from pathlib import Path

READ_AHEAD = 1 << 16
"""Bytes that are read of a child that nobody reads; asyncio's own."""


async def begin_sessiond(
    *arguments: str,
    cwd: Path,
    env: Mapping[str, str],
    stdin: int = asyncio.subprocess.PIPE,
    own_session: bool = False,
    limit: int = READ_AHEAD,
) -> asyncio.subprocess.Process:
    """`own_session`: no signal to the tests' terminal reaches it. `limit` is that of its streams."""
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "sessiond", *arguments),
        stdin=stdin,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=cwd,
        env=env,
        start_new_session=own_session,
        limit=limit,
    )
