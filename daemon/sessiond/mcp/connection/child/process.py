"""The process of a server, from its start to the end of everything it has started. Knows nothing of what it says.

It is not reaped before its end: until then no other process can have its number, and be taken for it.
"""

import asyncio
import errno
import os
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from typing import IO

from sessiond.mcp.base import ServerFailed, Stdio
from sessiond.tools.shell.family import MARK, Family

LEAVE_SECONDS = 0.5
"""For it to end by itself once its stdin is closed; then it is asked to, and a second later made to."""
DEATH_SECONDS = 2.0
"""For all threads of a process that was killed to be gone."""
LOOK_SECONDS = 0.1
SHOWN_PATH = 300


class Process:
    def __init__(self, started: "subprocess.Popen[bytes]", mark: str) -> None:
        self._started = started
        self._family = Family(started.pid, mark)
        self._loop = asyncio.get_running_loop()
        self._ended = asyncio.Event()
        self._watch = self._opened_watch()
        self._look()

    @property
    def pipes(self) -> tuple[IO[bytes], IO[bytes], IO[bytes]]:
        """Stdin, stdout and stderr."""
        started = self._started
        assert started.stdin is not None and started.stdout is not None and started.stderr is not None
        return started.stdin, started.stdout, started.stderr

    async def ended(self) -> None:
        """Waits for it alone: others that it has started may live on, with its pipes in their hands."""
        await self._ended.wait()

    @property
    def code(self) -> int:
        """Once it has ended. A signal's number is negative."""
        if self._started.returncode is None and sys.platform == "linux":
            found = os.waitid(os.P_PID, self._started.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            if found is not None:
                return found.si_status if found.si_code == os.CLD_EXITED else -found.si_status
        return self._started.poll() or 0

    async def end(self) -> None:
        """Of it and all that it has started, within about two seconds. Its stdin is to be closed before."""
        with suppress(TimeoutError):
            async with asyncio.timeout(LEAVE_SECONDS):
                await self._ended.wait()
        try:
            await self._family.end(wanderers=True)
        finally:
            with suppress(TimeoutError):  # its first thread may be dead before the others are
                async with asyncio.timeout(DEATH_SECONDS):
                    await self._ended.wait()
            self._started.poll()
            self._notice()  # also where it may not be ended, because it runs as another user: nobody waits for that

    def _opened_watch(self) -> int | None:
        """A file that can be read once it has ended. None where there is no such thing, or no more can be opened."""
        try:
            return os.pidfd_open(self._started.pid) if sys.platform == "linux" else None
        except OSError:
            return None

    def _look(self) -> None:
        if self._watch is not None:
            self._loop.add_reader(self._watch, self._notice)
        elif self._started.poll() is not None:
            self._notice()
        elif not self._ended.is_set():
            self._loop.call_later(LOOK_SECONDS, self._look)

    def _notice(self) -> None:
        self._ended.set()
        if self._watch is not None:
            self._loop.remove_reader(self._watch)
            os.close(self._watch)
            self._watch = None


def how_it_ended(code: int) -> str:
    """`ended with exit code 3`, `was ended by SIGKILL`."""
    if code >= 0:
        return f"ended with exit code {code}"
    with suppress(ValueError):
        return f"was ended by {signal.Signals(-code).name}"
    return f"was ended by signal {-code}"


def start(place: Stdio) -> Process:
    """In a session and a group of its own. Raises ServerFailed."""
    mark = os.urandom(8).hex()
    try:
        started = subprocess.Popen(
            place.command,
            cwd=place.cwd,
            env={**place.env, MARK: mark},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        raise ServerFailed(f"cannot be started: {_why_not(error, place)}") from None
    return Process(started, mark)


def _why_not(error: OSError | ValueError, place: Stdio) -> str:
    command = place.command[0]
    match error:
        case ValueError():
            return f"{error} in its command, its directory or its environment. Correct its settings."
        case FileNotFoundError() | NotADirectoryError() | PermissionError() if not os.path.isdir(place.cwd):
            return f"there is no directory {place.cwd}. Make it, or set another `cwd`."
        case FileNotFoundError():
            return _what_is_missing(place)
        case PermissionError():
            return f"{command} may not be run. Make it executable, or start it with the program that runs it."
        case _ if error.errno == errno.ENOEXEC:
            return f"{command} is no program for this machine. Start it with the program that runs it."
        case _:
            return f"{error.strerror} ({command})."


def _what_is_missing(place: Stdio) -> str:
    command = place.command[0]
    path = place.env.get("PATH", os.defpath)
    there = os.path.isfile(os.path.join(place.cwd, command)) if "/" in command else shutil.which(command, path=path)
    if there:
        return f"the program that the first line of {command} names is not there. Install it."
    if "/" in command:
        return f"there is no file {command}. Install it, or correct its `command`."
    remedy = f"Install it, or give its whole path as `command`. Searched: {path[:SHOWN_PATH]}."
    return f"there is no program {command}. {remedy}"
