"""The commands of sessiond as a person runs them: a process in a home of its own."""

import asyncio
import signal
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from support.daemon.child import begin_sessiond
from support.daemon.home import Home

SECONDS = 60
"""No command of a test takes longer."""


class Done(NamedTuple):
    code: int
    out: str
    err: str


class Command:
    """A command that is still running; `done` waits for its end."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def line(self) -> str:
        """The next line of stdout."""
        assert self._process.stdout
        return (await asyncio.wait_for(self._process.stdout.readline(), SECONDS)).decode()

    async def until(self, text: str) -> str:
        """Reads stdout up to a line with this text."""
        while text not in (line := await self.line()):
            assert line, f"ended before {text!r}"
        return line

    def interrupt(self) -> None:
        self._process.send_signal(signal.SIGINT)

    def kill(self) -> None:
        self._process.kill()

    @property
    def pid(self) -> int:
        return self._process.pid

    async def stop_reading(self, after: int) -> int:
        """Reads so many bytes and closes stdout, as `head` does; gives the exit code."""
        assert self._process.stdout
        await asyncio.wait_for(self._process.stdout.readexactly(after), SECONDS)
        self._process._transport.get_pipe_transport(1).close()  # type: ignore[attr-defined] # asyncio has no other way
        return await asyncio.wait_for(self._process.wait(), SECONDS)

    async def done(self, stdin: bytes | None = None) -> Done:
        out, err = await asyncio.wait_for(self._process.communicate(stdin), SECONDS)
        assert self._process.returncode is not None
        done = Done(self._process.returncode, out.decode(), err.decode())
        assert "Traceback" not in done.err, done.err
        return done


async def start_command(home: Home, *arguments: str, environment: Mapping[str, str] | None = None) -> Command:
    """Starts `sessiond ARGUMENTS` in the home's project, without a terminal and with nothing on stdin."""
    return await _start(home, arguments, environment, asyncio.subprocess.DEVNULL)


async def sessiond(
    home: Home, *arguments: str, stdin: bytes = b"", environment: Mapping[str, str] | None = None
) -> Done:
    """Runs `sessiond ARGUMENTS` to its end with `stdin` on a pipe."""
    return await (await _start(home, arguments, environment, asyncio.subprocess.PIPE)).done(stdin)


async def _start(home: Home, arguments: Sequence[str], environment: Mapping[str, str] | None, stdin: int) -> Command:
    process = await begin_sessiond(
        *arguments,
        cwd=home.project,
        env=home.environment() | dict(environment or {}),
        stdin=stdin,
        own_session=True,
        limit=1 << 24,
    )
    return Command(process)
