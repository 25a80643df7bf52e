"""The socket at which an engine is met: made by `background.py` with the data directory held, kept by `server/link`."""

import os
import socket
from contextlib import suppress

from sessiond.owner.places import make_own
from sessiond.owner.unavailable import EngineUnavailable

BACKLOG = 512


def listen(path: str) -> socket.socket:
    """Takes the place of whatever a dead engine has left there: the owner's lock is held. Raises OSError."""
    with suppress(FileNotFoundError):
        os.unlink(path)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        listener.bind(path)
        os.chmod(path, 0o600)
        listener.listen(BACKLOG)
    except BaseException:
        listener.close()
        raise
    return listener


def listen_again(listener: socket.socket) -> socket.socket | None:
    """Another one in the same place, where that has gone; None where nothing has, or where it cannot be had yet."""
    path = listener.getsockname()
    if os.path.exists(path):
        return None
    try:
        make_own(os.path.dirname(path))
        return listen(path)
    except (OSError, EngineUnavailable):  # a logout has removed all above it, which the next login makes anew
        return None


def withdraw(listener: socket.socket) -> None:
    """Nobody finds the engine any more; whoever is connected stays. Idempotent; before the lock is released."""
    if listener.fileno() >= 0:
        with suppress(OSError):
            os.unlink(listener.getsockname())
        listener.close()
