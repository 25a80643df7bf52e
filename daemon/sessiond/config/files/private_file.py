"""Files that are nobody's business but the user's. Used for keys, for logins and for what is trusted."""

import os
import stat
import tempfile
from pathlib import Path

from sessiond.config.errors import ConfigError


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


def read_private(file: Path, what: str) -> bytes | None:
    """None where there is no such file. Raises ConfigError when others can read it; `what` it has, for the message."""
    try:
        with file.open("rb") as stream:
            mode = os.fstat(stream.fileno()).st_mode
            raw = stream.read()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read ({error.strerror}).") from error
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise ConfigError(f"{file}: others on this machine can read your {what}. Run: chmod 600 {file}")
    return raw
