"""Finds the engine that runs for a data directory now: by what the owner's file says, and by connecting to it.

Never by trying the lock: that would make an engine fail that is just starting.
"""

import os
import socket
import struct

from sessiond.owner.lock import FILE_NAME, owner_of
from sessiond.owner.peer import is_ours
from sessiond.owner.unavailable import EngineUnavailable

PATIENCE_SECONDS = 10
"""For an engine whose queue of newcomers is full."""


def find(directory: str) -> socket.socket | None:
    """A connection to the engine, or None if none listens. Raises EngineUnavailable for one of another user."""
    try:
        path = owner_of(directory).get("socket")
    except PermissionError:
        file = os.path.join(directory, FILE_NAME)
        message = f"This user may not read {file}. Set SESSIOND_DATA_DIR to a directory of your own."
        raise EngineUnavailable("storageFailed", message) from None
    return connected(path) if isinstance(path, str) else None


def connected(path: str) -> socket.socket | None:
    """A connection to whoever listens there, and is this user. Raises EngineUnavailable."""
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        _connect(connection, path)
        if not is_ours(connection):
            raise _of_another_user(path)
    except BlockingIOError:
        connection.close()
        message = f"The engine at {path} takes no clients. Run `sessiond restart`."
        raise EngineUnavailable("engineUnavailable", message) from None
    except PermissionError:
        connection.close()
        raise _of_another_user(path) from None
    except (OSError, ValueError):  # refused, not there, or no path at all: nobody listens
        connection.close()
        return None
    except BaseException:
        connection.close()
        raise
    return connection


def _connect(connection: socket.socket, path: str) -> None:
    """Raises BlockingIOError when the engine does not take it in time."""
    # A timeout of Python's own would not wait at all for a queue that is full.
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", PATIENCE_SECONDS, 0))
    connection.connect(path)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", 0, 0))


def _of_another_user(path: str) -> EngineUnavailable:
    message = f"The engine at {path} belongs to another user. Set SESSIOND_DATA_DIR to a directory of your own."
    return EngineUnavailable("engineUnavailable", message)
