"""The process of the engine in the background: which it is, its death, and what it has started."""

import os
import select
import signal
from contextlib import suppress
from pathlib import Path

import psutil

from sessiond.owner.lock import owner_of

SECONDS = 20.0


def engine_of(data: Path) -> int | None:
    """The engine of a data directory, by its lock file, if it lives. It may be just leaving."""
    pid = owner_of(str(data)).get("pid", 0)
    with suppress(psutil.Error, PermissionError):
        process = psutil.Process(pid) if pid else None
        if process and process.status() != psutil.STATUS_ZOMBIE and process.cmdline()[-1:] == ["engine"]:
            return pid
    return None


def dies(pid: int, seconds: float = SECONDS) -> bool:
    """Whether it is dead within that time, be it buried by whoever has inherited it or not. Blocks."""
    try:
        death = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([death], [], [], seconds)[0])
    finally:
        os.close(death)


def kill(pid: int) -> None:
    """With SIGKILL; returns once it is dead."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    assert dies(pid)


def processes_of(place: Path) -> list[psutil.Process]:
    """Whoever lives with its home there, whoever its parent is by now."""
    found: list[psutil.Process] = []
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if process.environ().get("HOME") == str(place) and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
    return found
