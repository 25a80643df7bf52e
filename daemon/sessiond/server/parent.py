"""Waits for the death of the process that a client named at `initialize`: its own.

Run by `connection.py` as a task of its own.
"""

import asyncio
import os

POLL_SECONDS = 1.0
"""How often a system without pidfd is asked."""


async def death_of(process_id: int) -> None:
    """Returns once the process is gone, at once if it is gone already; never for what is no process id."""
    if process_id <= 0 or os.name != "posix":  # on Windows os.kill(pid, 0) would end it
        await asyncio.Event().wait()
    try:
        descriptor = os.pidfd_open(process_id)
    except ProcessLookupError:
        return
    except (AttributeError, OSError, OverflowError):
        await _poll(process_id)
        return
    try:
        await _readable(descriptor)
    finally:
        os.close(descriptor)


async def _readable(descriptor: int) -> None:
    loop = asyncio.get_running_loop()
    readable = asyncio.Event()
    loop.add_reader(descriptor, readable.set)
    try:
        await readable.wait()
    finally:
        loop.remove_reader(descriptor)


async def _poll(process_id: int) -> None:
    while _lives(process_id):
        await asyncio.sleep(POLL_SECONDS)


def _lives(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True
