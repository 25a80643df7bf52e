"""One output that is kept whole while it comes, as a file named by its content. `Outputs.begin` makes it.

Written in the thread of whoever calls; nothing of it is held in memory.
"""

import hashlib
import os
import tempfile
from pathlib import Path

MAX_KEPT_BYTES = 64 * 1024 * 1024
"""What is kept of one output at most; a line at the end says that there was more."""
_CUT = b"\n(The output was longer; only its first %d MiB are kept.)\n" % (MAX_KEPT_BYTES // 1024 // 1024)


class OutputFile:
    """Only the user can read it. Until `finish` it is a temporary file that a killed process may leave behind."""

    def __init__(self, directory: Path, suffix: str = ".txt") -> None:
        """Raises OSError, as every method does."""
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._directory = directory
        self._suffix = suffix
        handle, name = tempfile.mkstemp(dir=directory, prefix=".open-")  # 0600 from the start
        self._stream = os.fdopen(handle, "wb")
        self._name = Path(name)
        self._hash = hashlib.sha256()
        self._size = 0
        self._cut = False

    def write(self, data: bytes) -> None:
        room = MAX_KEPT_BYTES - self._size
        self._cut = self._cut or len(data) > room
        self._append(data[:room])

    def finish(self) -> Path:
        """The finished file; the same content is the same file, as old as when it was last kept."""
        if self._cut:
            self._append(_CUT)
        self._stream.close()
        path = self._directory / f"{self._hash.hexdigest()[:32]}{self._suffix}"
        self._name.replace(path)
        return path

    def discard(self) -> None:
        self._stream.close()
        self._name.unlink(missing_ok=True)

    def _append(self, data: bytes) -> None:
        self._stream.write(data)
        self._hash.update(data)
        self._size += len(data)
