"""Runs one command from its start to the end of everything it has started. Knows nothing of tools but their failure.

It waits for the command and not for its output: what the command leaves in the background holds nothing up.
"""

import asyncio
import errno
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import msgspec

from sessiond.tools.failure import ToolFailed
from sessiond.tools.shell.collected import Collected
from sessiond.tools.shell.family import MARK, Family
from sessiond.tools.shell.pipe import Pipe
from sessiond.uncancelled import uncancelled

SETTLING_SECONDS = 0.2
"""How long output may still come from what a command leaves in the background, before that is ended."""


class Launch(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be started. `leader` is a wrapper that all others die with, such as the sandbox's process."""

    words: Sequence[str]
    cwd: str
    environment: Mapping[str, str]
    wrapped: bool


class Ended(NamedTuple):
    code: int
    """As a shell counts: 128 and the signal's number for one that ended it."""
    timed_out: bool
    left: list[str]
    """What was still running in the background and was ended with it."""


async def run_command(launch: Launch, seconds: float, output: Collected) -> Ended:
    """Raises ToolFailed when it cannot be started. Cancelled, it returns when nothing runs any more."""
    pipe = Pipe(output)
    try:
        process, family = _started(launch, pipe.entry)
        pipe.close_entry()
        return await _run_started(process, family, pipe, seconds)
    finally:
        pipe.close()


async def _run_started(process: "subprocess.Popen[bytes]", family: Family, pipe: Pipe, seconds: float) -> Ended:
    reading = asyncio.create_task(pipe.read())
    timed_out, left = True, list[str]()
    try:
        timed_out = not await _ends_within(process, seconds)
        if not timed_out:
            await asyncio.wait([reading], timeout=SETTLING_SECONDS)
    finally:
        # What made itself a daemon stays where all went well; after a timeout or an abort nothing does.
        left = await uncancelled(_all_ended(process, family, pipe, reading, wanderers=timed_out))
    code = process.returncode or 0
    return Ended(code if code >= 0 else 128 - code, timed_out, [] if timed_out else left)


async def _all_ended(
    process: "subprocess.Popen[bytes]", family: Family, pipe: Pipe, reading: "asyncio.Task[None]", *, wanderers: bool
) -> list[str]:
    left = await family.end(wanderers=wanderers)
    process.poll()
    pipe.stop()
    await reading
    return left


def _started(launch: Launch, entry: int) -> tuple["subprocess.Popen[bytes]", Family]:
    """In this thread, which lives as long as the engine: the sandbox dies with the thread that started it."""
    mark = launch.environment.get(MARK) or os.urandom(8).hex()
    try:
        process = subprocess.Popen(
            launch.words,
            cwd=launch.cwd,
            env={**launch.environment, MARK: mark},
            stdin=subprocess.DEVNULL,
            stdout=entry,
            stderr=entry,
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        raise ToolFailed(_why_not(error, launch)) from None
    return process, Family(process.pid, mark, spare=launch.wrapped)


def _why_not(error: OSError | ValueError, launch: Launch) -> str:
    if isinstance(error, ValueError):
        return f"The command cannot be started: {error}."
    if isinstance(error, (FileNotFoundError, NotADirectoryError, PermissionError)) and not os.path.isdir(launch.cwd):
        return f"There is no directory {launch.cwd} to run the command in."
    if error.errno == errno.E2BIG:
        size = sum(len(word) for word in launch.words)
        return f"The command is too long to be started ({size:,} characters). Write what is long to a file first."
    return f"The command cannot be started: {error.strerror} ({launch.words[0]})."


async def _ends_within(process: "subprocess.Popen[bytes]", seconds: float) -> bool:
    try:
        async with asyncio.timeout(seconds):
            await _ended(process)
    except TimeoutError:
        return False
    return True


async def _ended(process: "subprocess.Popen[bytes]") -> None:
    if sys.platform != "linux":
        await asyncio.to_thread(process.wait)  # it ends with the process, which always ends: see `run_command`
        return
    loop = asyncio.get_running_loop()
    descriptor = os.pidfd_open(process.pid)
    ended = asyncio.Event()
    loop.add_reader(descriptor, ended.set)
    try:
        await ended.wait()
    finally:
        loop.remove_reader(descriptor)
        os.close(descriptor)
