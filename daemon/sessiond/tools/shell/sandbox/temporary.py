"""The directory of an engine that stands for `/tmp` in its sandbox, and is gone with it, however it ends.

Made by `sandbox.py`. An engine that is killed removes nothing: the next one does, for nobody holds the lock in it then.
"""

import fcntl
import os
import shutil
import stat
import tempfile
import weakref
from contextlib import suppress
from pathlib import Path

PREFIX = "sessiond-"
_OWNER = "owner"
"""The file that is locked for as long as the engine lives."""


class Temporary:
    """Removed when nobody has it any more."""

    def __init__(self) -> None:
        directory = Path(tempfile.mkdtemp(prefix=PREFIX)).resolve()
        self.tmp, self.empty = directory / "tmp", directory / "empty"
        self.tmp.mkdir()
        self.empty.touch()
        weakref.finalize(self, _remove, directory, _owned(directory))


def remove_forsaken() -> None:
    """Those of this user's engines that live no more. Blocks."""
    with os.scandir(tempfile.gettempdir()) as entries:
        directories = [Path(entry.path) for entry in entries if entry.name.startswith(PREFIX) and _is_ours(entry)]
    for directory in directories:
        with suppress(OSError):  # without an owner it is none of these, or just being made; else its engine lives
            lock = os.open(directory / _OWNER, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(directory, ignore_errors=True)
            finally:
                os.close(lock)


def _owned(directory: Path) -> int:
    """The lock, held. It has its name only once it is."""
    unnamed = directory / f"{_OWNER}.new"
    lock = os.open(unnamed, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    unnamed.rename(directory / _OWNER)
    return lock


def _remove(directory: Path, lock: int) -> None:
    shutil.rmtree(directory, ignore_errors=True)
    os.close(lock)


def _is_ours(entry: "os.DirEntry[str]") -> bool:
    try:
        found = entry.stat(follow_symlinks=False)
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid()
