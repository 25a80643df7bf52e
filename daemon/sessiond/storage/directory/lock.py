"""The lock of a data directory for the store that is opened there. What a lock is, `owner/lock.py` says."""

from pathlib import Path

from sessiond.owner.lock import Held, OwnerLock, kept
from sessiond.storage.base import StorageFailed

SAID = ("pid", "startedAt", "version", "host")


def owner_lock(directory: Path) -> OwnerLock | None:
    """To be released with the store; None where the process holds the directory whatever becomes of the store.

    Raises StorageFailed with `owner` when another engine holds it; OSError from the disk.
    """
    if kept(str(directory)) is not None:
        return None
    try:
        lock = OwnerLock(str(directory))
    except Held as held:
        raise StorageFailed(str(held), owner={name: held.owner[name] for name in SAID if held.owner}) from None
    try:
        lock.tell(socket=None)
    except BaseException:
        lock.release()
        raise
    return lock
