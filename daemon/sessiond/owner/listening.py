"""The socket at which an engine is met. Made by `background.py` once it owns the data directory."""

import os
import socket
from contextlib import suppress

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


def withdraw(listener: socket.socket) -> None:
    """Nobody finds the engine any more; whoever is connected stays. Idempotent; before the lock is released."""
    if listener.fileno() >= 0:
        with suppress(OSError):
            os.unlink(listener.getsockname())
        listener.close()
