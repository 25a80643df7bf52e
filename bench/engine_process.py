"""The engine in the background of a data directory: which process it is, and its end."""

import os
import select
import signal
from contextlib import suppress
from pathlib import Path

from sessiond.owner.lock import owner_of

SECONDS = 30.0


def engine_of(data: Path) -> int | None:
    """Its process id, until it is dead."""
    pid = owner_of(str(data)).get("pid")
    if pid is None or not Path(f"/proc/{pid}/cmdline").exists():
        return None
    words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    return pid if b"engine" in words else None


def ends(pid: int) -> None:
    """Waits for its death. Raises TimeoutError."""
    try:
        death = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    try:
        if not select.select([death], [], [], SECONDS)[0]:
            raise TimeoutError(f"the engine {pid} stays")
    finally:
        os.close(death)


def kill(pid: int) -> None:
    """With SIGKILL; returns once it is dead."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    ends(pid)
