"""Who owns a data directory: one engine, for as long as its process lives.

Taken when the store is opened. The kernel frees the lock when the owner dies in whatever way; the
file stays, and what it says counts only while it is locked.
"""

import fcntl
import os
import time
from pathlib import Path
from typing import Any

import msgspec

from sessiond import __version__
from sessiond.storage.base import StorageFailed

FILE_NAME = "engine.lock"


class OwnerLock:
    """Holds the directory until `release`, or until this process is gone."""

    def __init__(self, directory: Path) -> None:
        """Raises StorageFailed with `owner` when another engine holds the directory; OSError from the disk."""
        # Python opens files close-on-exec: the programs that tools start do not inherit the lock.
        self._file = open(os.open(directory / FILE_NAME, os.O_RDWR | os.O_CREAT, 0o600), "r+b", buffering=0)  # noqa: SIM115 # held open
        try:
            self._take(directory)
        except BaseException:
            self._file.close()
            raise

    def release(self) -> None:
        """Gives the directory free. Idempotent."""
        self._file.close()

    def _take(self, directory: Path) -> None:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _refusal(directory, self._file.read()) from None
        self._file.truncate()
        self._file.write(msgspec.json.encode(_this_engine()))


def _this_engine() -> dict[str, Any]:
    started = time.time_ns() // 1_000_000
    return {"pid": os.getpid(), "startedAt": started, "version": __version__, "host": os.uname().nodename}


class _Owner(msgspec.Struct, rename="camel"):
    pid: int
    started_at: int
    version: str
    host: str


def _refusal(directory: Path, written: bytes) -> StorageFailed:
    try:
        owner = msgspec.json.decode(written, type=_Owner)
    except msgspec.DecodeError:
        # Between taking the lock and writing down who did.
        return StorageFailed(
            f"Another sessiond is just opening {directory}. Try again, or set SESSIOND_DATA_DIR to another directory.",
            owner={},
        )
    since = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(owner.started_at / 1000))
    return StorageFailed(
        f"{directory} is in use by another engine: sessiond {owner.version}, process {owner.pid} on {owner.host}, "
        f"since {since}. Close the editor or command that started it (or `kill {owner.pid}`), "
        f"or set SESSIOND_DATA_DIR to give this one a directory of its own.",
        owner=msgspec.to_builtins(owner),
    )
