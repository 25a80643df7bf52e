"""The engine in the background that a test's commands and pipes have started: found, and ended, or killed."""

import os
import select
import shutil
import signal
import socket
import struct
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sessiond.owner.finding import find

SECONDS = 20
"""Within which an engine must end."""


def engine_pid(data: Path) -> int | None:
    """The process that listens for this data directory, as the kernel knows it."""
    connection = find(str(data))
    if connection is None:
        return None
    with connection:
        credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    return struct.unpack("3i", credentials)[0]


def end_engine(data: Path, *, kill: bool = False) -> None:
    """Ends the engine that runs, if one does, in good order or with SIGKILL; waits until its process is gone."""
    pid = engine_pid(data)
    if pid is None:
        return
    process = os.pidfd_open(pid)
    try:
        signal.pidfd_send_signal(process, signal.SIGKILL if kill else signal.SIGTERM)
        ended, _, _ = select.select([process], [], [], SECONDS)
        assert ended, f"the engine {pid} has not ended"
    finally:
        os.close(process)


@contextmanager
def runtime_directory() -> Iterator[Path]:
    """A directory for sockets, whose paths must be short."""
    place = Path(tempfile.mkdtemp(prefix="sd-", dir="/tmp"))
    try:
        yield place
    finally:
        shutil.rmtree(place)
