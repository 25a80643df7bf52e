"""Writes a file that is nobody's business but the user's. Used for keys and for what is trusted."""

import os
import tempfile
from pathlib import Path


def write_private(file: Path, text: str) -> None:
    """Atomic, synced, and 0600 from the first byte: `mkstemp` makes it so. Raises OSError."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).replace(file)
    finally:
        Path(temporary).unlink(missing_ok=True)
