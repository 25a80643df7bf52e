"""A command at a terminal of its own: what a person sees there, and types."""

import asyncio
import fcntl
import os
import sys
import termios
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from support.daemon.home import Home

SECONDS = 30


class AtTerminal:
    def __init__(self, process: asyncio.subprocess.Process, terminal: int) -> None:
        self.seen = ""
        self._process = process
        self._terminal = terminal

    async def until(self, text: str) -> None:
        """Waits until the person sees this text."""
        async with asyncio.timeout(SECONDS):
            while text not in self.seen:
                assert await self._look(), f"ended before {text!r}: {self.seen}"

    def type(self, keys: str) -> None:
        os.write(self._terminal, keys.encode())

    async def done(self) -> int:
        """The exit code."""
        async with asyncio.timeout(SECONDS):
            while await self._look():
                pass
            return await self._process.wait()

    async def _look(self) -> bool:
        """Whether there was something more to be seen."""
        loop = asyncio.get_running_loop()
        readable = loop.create_future()
        loop.add_reader(self._terminal, lambda: readable.done() or readable.set_result(None))
        try:
            await readable
            self.seen += os.read(self._terminal, 65536).decode().replace("\r\n", "\n")
        except OSError:  # nobody has the terminal any more
            return False
        finally:
            loop.remove_reader(self._terminal)
        return True


@asynccontextmanager
async def at_terminal(home: Home, *arguments: str) -> AsyncGenerator[AtTerminal]:
    """Runs `sessiond ARGUMENTS` in the home's project; whatever still runs at the end is killed."""
    ours, theirs = os.openpty()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "sessiond", *arguments),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        cwd=home.project,
        env=home.environment() | {"NO_COLOR": "1"},
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
    )
    os.close(theirs)
    try:
        yield AtTerminal(process, ours)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        os.close(ours)
