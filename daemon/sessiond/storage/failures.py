"""What a disk or a database refuses, in words a person can act on.

Called wherever this room meets the operating system or SQLite; gives the StorageFailed to raise.
"""

import errno
import shutil
import sqlite3
from pathlib import Path

from sessiond.storage.base import StorageFailed

ELSEWHERE = "or set SESSIOND_DATA_DIR to another directory"

FULL = "The disk that holds {place} is full. Make room on it, " + ELSEWHERE + " on another disk."
READ_ONLY = "{place} is read-only, so no conversation can be kept there. Make it writable, " + ELSEWHERE + "."
NOT_ALLOWED = "This user may not write to {place}. Change its owner or permissions, " + ELSEWHERE + "."
IN_THE_WAY = "A file stands in the way of the data directory {place}. Move it aside, " + ELSEWHERE + "."
FAILING = "The disk failed at {place} ({error}). Check its health and its free space, " + ELSEWHERE + "."
BUSY = "Another program holds the database in {place}, a backup or `sqlite3` perhaps. End it and try again."
DAMAGED = (
    "The database in {place} is damaged ({error}); its bytes were left as they are. To begin anew, move sessions.db, "
    "sessions.db-wal and sessions.db-shm aside; `sqlite3 sessions.db .recover` may bring back what they hold."
)
OUT_OF_STEP = (
    "Event {seq} of session {session} cannot follow event {last}, with which its log in {place} ends; nothing was "
    "recorded. Restart sessiond. If it says so again, a row of that log is damaged: the conversation can still be "
    "read, but go on in a new session."
)
NO_ROOM_BYTES = 64 * 1024
"""Of a disk: SQLite's shared memory alone takes half of it."""
OTHER = "The store in {place} failed ({error}). Check the path and its disk, " + ELSEWHERE + "."

_OF_ERRNO = {
    errno.ENOSPC: FULL,
    errno.EDQUOT: FULL,
    errno.EROFS: READ_ONLY,
    errno.EACCES: NOT_ALLOWED,
    errno.EPERM: NOT_ALLOWED,
    errno.EEXIST: IN_THE_WAY,
    errno.ENOTDIR: IN_THE_WAY,
    errno.EIO: FAILING,
}
_OF_SQLITE = {
    sqlite3.SQLITE_FULL: FULL,
    sqlite3.SQLITE_READONLY: READ_ONLY,
    sqlite3.SQLITE_PERM: NOT_ALLOWED,
    sqlite3.SQLITE_CANTOPEN: NOT_ALLOWED,
    sqlite3.SQLITE_IOERR: FAILING,
    sqlite3.SQLITE_BUSY: BUSY,
    sqlite3.SQLITE_LOCKED: BUSY,
    sqlite3.SQLITE_CORRUPT: DAMAGED,
    sqlite3.SQLITE_NOTADB: DAMAGED,
}


REFUSALS = (OSError, sqlite3.Error, UnicodeDecodeError)
"""What the disk and the database raise; the last where the words of an error quote damaged names."""


def storage_failed(error: OSError | sqlite3.Error | UnicodeDecodeError, place: Path) -> StorageFailed:
    """`place` is the data directory. What was asked for has not been done, and what was kept is as before."""
    if isinstance(error, UnicodeDecodeError):
        return StorageFailed(DAMAGED.format(place=place, error="names in it are no text"))
    if isinstance(error, OSError):
        text = _OF_ERRNO.get(error.errno or 0, OTHER)
        return StorageFailed(text.format(place=place, error=error.strerror or error))
    text = _OF_SQLITE.get(_primary_code(error), OTHER)
    if text is FAILING and _is_full(place):  # SQLite says so where it cannot make its shared memory larger
        text = FULL
    return StorageFailed(text.format(place=place, error=error))


def out_of_step(session_id: str, seq: int, last: int, place: Path) -> StorageFailed:
    return StorageFailed(OUT_OF_STEP.format(session=session_id, seq=seq, last=last, place=place))


def closed(place: Path) -> StorageFailed:
    return StorageFailed(f"The store in {place} is closed.")


def is_damage(error: sqlite3.Error, *, of_index: bool = False) -> bool:
    """Whether something cannot be read, as opposed to a disk that refuses. FTS5 has two more words for it."""
    code = _primary_code(error)
    return code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB) or (
        of_index and code in (sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_ERROR)
    )


def _is_full(place: Path) -> bool:
    try:
        return shutil.disk_usage(place).free < NO_ROOM_BYTES
    except OSError:
        return False


def _primary_code(error: sqlite3.Error) -> int:
    """SQLite's extended codes keep the primary one in their low byte (sqlite.org/rescode.html)."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF
