"""Who owns a data directory: one engine, for as long as its process lives.

Taken when the store is opened, or by an engine in the background before all else. The kernel frees the lock
when the owner dies in whatever way; the file stays, and what it says counts only while it is locked.
"""

from __future__ import annotations

import fcntl
import json
import os
import time

from sessiond import __version__
from sessiond_protocol import PROTOCOL_VERSION

TYPE_CHECKING = False
if TYPE_CHECKING:  # `typing` itself would be half of what is imported here
    from typing import Any

FILE_NAME = "engine.lock"
_MOST_BYTES = 4096
_SAID = {"pid": int, "startedAt": int, "version": str, "host": str}


class Held(Exception):
    """Another process holds the directory. `owner` is what it has written down: nothing, if it has just begun."""

    def __init__(self, directory: str, owner: dict[str, Any]) -> None:
        super().__init__(_refusal(directory, owner))
        self.owner = owner


class OwnerLock:
    """Holds the directory until `release`, or until this process is gone."""

    def __init__(self, directory: str) -> None:
        """Raises Held when another engine holds the directory; OSError from the disk."""
        # Python opens files close-on-exec: the programs that tools start do not inherit the lock.
        self._file = os.open(os.path.join(directory, FILE_NAME), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.ftruncate(self._file, 0)
        except BaseException as error:
            owner = owner_of(directory)
            os.close(self._file)
            if isinstance(error, BlockingIOError):
                raise Held(directory, owner) from None
            raise

    def tell(self, socket: str | None) -> None:
        """Writes down who holds it, and where clients reach it: nowhere, if it serves its own process alone."""
        owner: dict[str, Any] = {
            "pid": os.getpid(),
            "startedAt": time.time_ns() // 1_000_000,
            "version": __version__,
            "protocolVersion": PROTOCOL_VERSION,
            "host": os.uname().nodename,
            "socket": socket,
        }
        os.pwrite(self._file, json.dumps(owner).encode(), 0)

    def keep(self, directory: str) -> None:
        """Holds it for all that this process does with the directory from now on; see `kept`."""
        _kept[os.path.realpath(directory)] = self

    def release(self) -> None:
        """Gives the directory free. Idempotent."""
        if self._file >= 0:
            file, self._file = self._file, -1
            os.close(file)


_kept: dict[str, OwnerLock] = {}


def kept(directory: str) -> OwnerLock | None:
    """The lock that this process holds of the directory by `keep`, whatever becomes of the store."""
    return _kept.get(os.path.realpath(directory))


def owner_of(directory: str) -> dict[str, Any]:
    """What the owner's file says, if it makes sense; it may be long dead. Raises PermissionError alone."""
    try:
        file = os.open(os.path.join(directory, FILE_NAME), os.O_RDONLY | os.O_NONBLOCK)
    except PermissionError:
        raise
    except OSError:
        return {}
    try:
        owner: dict[str, Any] = json.loads(os.read(file, _MOST_BYTES))
        is_whole = all(isinstance(owner.get(name), kind) for name, kind in _SAID.items())
    except (OSError, ValueError, RecursionError, AttributeError):  # the last where it is no object
        return {}
    finally:
        os.close(file)
    return owner if is_whole else {}


def _refusal(directory: str, owner: dict[str, Any]) -> str:
    if not owner:  # between taking the lock and writing down who did
        return (
            f"Another sessiond is just opening {directory}. Try again, or set SESSIOND_DATA_DIR to another directory."
        )
    since = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(owner["startedAt"] / 1000))
    if path := owner.get("socket"):
        remedy = f"It cannot be reached at {path}: end it by `kill {owner['pid']}`"
    else:
        remedy = f"Close the editor or command that started it (or `kill {owner['pid']}`)"
    return (
        f"{directory} is in use by another engine: sessiond {owner['version']}, process {owner['pid']} "
        f"on {owner['host']}, since {since}. {remedy}, "
        f"or set SESSIOND_DATA_DIR to give this one a directory of its own."
    )
